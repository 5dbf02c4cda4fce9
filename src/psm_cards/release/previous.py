"""The package of the last release: a rehearsal begins with it, and it has the words that the lock does not know.

It lies in build/ still, or it is built once more from the release's tag, for which `check_out` brings the sources.
"""

import shutil
import subprocess
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from psm_cards import anki
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem
from psm_cards.release.lock import Lock

TAG = "deck-{version}"
"""The tag of a release's commit, which the workflow for GitHub starts from."""

_HINT = "give the package that learners got with it"


@dataclass(frozen=True, slots=True)
class Previous:
    """The package of an earlier release: its file, and what is in it."""

    path: Path
    package: anki.StoredPackage


def find(root: Path, lock: Lock) -> Previous | None:
    """Return the last release's package if it is in the project's build/ still."""
    path = root / "build" / f"{lock.project}-{lock.last.version}.apkg"
    return load(path, lock)[0] if path.exists() else None


def load(path: Path, lock: Lock) -> tuple[Previous | None, list[Diagnostic]]:
    """Return the package in a file, and an error unless it is that of the lock's newest release."""
    return _load(path, {note.guid: note.mod for note in lock.active}, lock.last.version)


def load_older(path: Path, lock: Lock) -> tuple[Previous | None, list[Diagnostic]]:
    """Return the package in a file, and an error unless it is that of the release before the lock's newest one."""
    if len(lock.releases) == 1:
        message = f"{lock.last.version} is the first release: there is no package before it"
        return None, [Diagnostic(Severity.ERROR, "wrong-package", message, hint="leave `--previous` out")]
    # Of the notes that the newest release changed, the lock no longer knows the time they had before.
    changed = {note.guid for note in lock.active if note.mod >= lock.last.time}
    gone = [note for note in lock.notes.values() if note.retired == lock.last.version]
    mods = {note.guid: note.mod for note in (*lock.active, *gone) if note.guid not in changed}
    return _load(path, mods, lock.releases[-2].version, changed)


def _load(
    path: Path, mods: dict[str, int], version: str, changed: AbstractSet[str] = frozenset()
) -> tuple[Previous | None, list[Diagnostic]]:
    """Return a package whose notes have these times, save some whose time is not known."""
    try:
        package = anki.read(path)
    except FileProblem as problem:
        return None, [Diagnostic(Severity.ERROR, "unreadable-package", str(problem), hint=_HINT)]
    if {guid: note.mod for guid, note in package.notes.items() if guid not in changed} == mods:
        return Previous(path, package), []
    message = f"`{path}` is not the package of release {version}"
    return None, [Diagnostic(Severity.ERROR, "wrong-package", message, hint=_HINT)]


def check_out(root: Path, version: str, folder: Path) -> Path | None:
    """Put the repository of a project, as the tag of a release has it, into a folder that is not there yet.

    Returns the project's own folder in it; None if there is no git, no repository or no such tag.
    """
    git = shutil.which("git")
    if git is None:
        return None
    try:
        top = _said(git, "-C", str(root), "rev-parse", "--show-toplevel")
        inside = _said(git, "-C", str(root), "rev-parse", "--show-prefix")
        # A clone that shares what the repository has: nothing of the repository itself changes, and little is copied.
        tag = TAG.format(version=version)
        _said(git, "-c", "advice.detachedHead=false", "clone", "-q", "--shared", "--branch", tag, top, str(folder))
    except (OSError, subprocess.CalledProcessError):
        return None
    return folder / inside


def _said(*command: str) -> str:
    done = subprocess.run(  # noqa: S603 (git, with a folder and a version of three numbers)
        command, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    return done.stdout.decode(errors="surrogateescape").rstrip("\n")
