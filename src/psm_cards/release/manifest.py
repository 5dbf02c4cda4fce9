"""What programs want to know of a release: its files with their digests, and which notes it brings anew."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from psm_cards import __version__
from psm_cards.files import fail
from psm_cards.release.lock import Lock, LockedNote

SUMS = "SHA256SUMS"
"""The file that `sha256sum --check` reads."""


def manifest(lock: Lock, files: Sequence[Path]) -> str:
    """Return the newest release of a lock as JSON, the same for the same release. Raises FileProblem."""
    last = lock.last
    time = last.time
    document: dict[str, Any] = {
        "psm-cards": __version__,
        "project": lock.project,
        "version": last.version,
        "time": time,
        "previous": lock.releases[-2].version if len(lock.releases) > 1 else None,
        "notes": len(lock.active),
        "cards": sum(len(note.cards) for note in lock.active),
        "new": _ids([note for note in lock.active if note.first == last.version]),
        "updated": _ids([note for note in lock.active if note.mod >= time and note.first != last.version]),
        "retired": _ids([note for note in lock.notes.values() if note.retired == last.version]),
        "files": [{"name": file.name, "size": _size(file), "sha256": digest(file)} for file in files],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def sums(files: Sequence[Path]) -> str:
    """Return the digests of files as `sha256sum` writes them. Raises FileProblem."""
    return "".join(f"{digest(file)}  {file.name}\n" for file in files)


def digest(file: Path) -> str:
    """Return the SHA-256 of a file. Raises FileProblem."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        fail("read", file, error)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError as error:
        fail("read", file, error)


def _ids(notes: Sequence[LockedNote]) -> dict[str, str]:
    """Return the guids of notes by their ids."""
    return {note.id: note.guid for note in sorted(notes, key=lambda note: note.id)}
