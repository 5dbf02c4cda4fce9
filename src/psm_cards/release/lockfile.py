"""decks.lock as text: one line of JSON for each thing that learners have, in a fixed order, and a digest of it all.

The same lock is the same text. A release adds or changes one line for each note that it adds or changes, so that
git shows what it did. Nothing but a release writes it: a lock that was changed otherwise is refused, because learners
would pay for each wrong number in it with their progress or their edits.
"""

import hashlib
import itertools
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from psm_cards.diagnostics import Code, Diagnostic, Severity, Span
from psm_cards.files import FileProblem, exists, read_text, replacing
from psm_cards.model import Kind
from psm_cards.release.lock import Lock, LockedNote, LockedType, Release
from psm_cards.release.memory import NAME

FORMAT = 1

_ABOUT = "what learners have; only `psm-cards release` writes this file"
_CONFLICT = re.compile(r"<{7} |={7}$|>{7} |\|{7} ")
_RESTORE = f"bring it back as a release wrote it: `git checkout HEAD -- {NAME}`, or from an older commit"
_ONE_SIDE = "take the whole file of the release that learners have, from one of the two branches"
_NEWER = "a newer psm-cards wrote it: use that one"
_NOT_OURS = "is not a line that psm-cards writes"

Entry = dict[str, Any]

# One encoder for all: `json.dumps` would make one for each line.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _Damage(Exception):
    """The lock cannot be used; the diagnostic says why."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def write(lock: Lock, path: Path) -> None:
    """Write a lock; the old file stays until the new one is whole. Raises FileProblem."""
    with replacing(path) as beside:
        beside.write_bytes(text(lock).encode())


def text(lock: Lock) -> str:
    """Return a lock as the text of its file."""
    lines = [_line(entry) for entry in _entries(lock)]
    return "\n".join([*lines, _line({"kind": "end", "sha256": _digest(lines)}), ""])


def read(path: Path, project_id: str) -> tuple[Lock | None, list[Diagnostic]]:
    """Return the lock of a project, None if there is none or it cannot be used, and what is wrong with it."""
    if not exists(path):
        return None, []
    try:
        return parse(read_text(path), str(path), project_id), []
    except FileProblem as problem:
        span = Span(str(path), problem.line, problem.column, problem.line, problem.column + 1) if problem.line else None
        return None, [Diagnostic(Severity.ERROR, "unreadable-file", str(problem), span)]
    except _Damage as damage:
        return None, [damage.diagnostic]


def parse(content: str, file: str, project_id: str) -> Lock:
    """Return the lock that a file's text holds. Raises an exception with the diagnostic, which `read` returns."""
    lines = content.split("\n")
    for number, line in enumerate(lines, 1):
        if line[:1] in "<=>|" and _CONFLICT.match(line):
            raise _Damage(_damage(file, number, f"`{NAME}` has the marks of an unfinished merge", _ONE_SIDE))
    _check_head(lines, file, project_id)
    _check_end(lines, file)
    try:
        return _lock(_loaded(lines[:-2]), file)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        # Its digest is right: a release wrote it, of a psm-cards that knows more kinds of things.
        message = f"`{NAME}` holds what this psm-cards does not know"
        raise _Damage(_damage(file, 1, message, _NEWER, "newer-lock")) from error


def _check_head(lines: Sequence[str], file: str, project_id: str) -> None:
    """Raise for a first line that is not ours, of a newer format, or of another project."""
    head = _as_entry(lines[0])
    if head is None or head.get("kind") != "lock" or not isinstance(head.get("format"), int):
        message = f"`{NAME}` does not begin as psm-cards writes it"
        raise _Damage(_damage(file, 1, message, _RESTORE))
    if head["format"] > FORMAT:
        message = f"expected a lock of format {FORMAT}, found format {head['format']}"
        raise _Damage(_damage(file, 1, message, _NEWER, "newer-lock"))
    if head.get("project") != project_id:
        message = f"expected the lock of the project `{project_id}`, found that of `{head.get('project')}`"
        hint = (
            f"the project's id makes the identity of every note: set it back to `{head.get('project')}`, or, in a new "
            f"project, delete `{NAME}`"
        )
        raise _Damage(_damage(file, 1, message, hint, "foreign-lock"))


def _check_end(lines: Sequence[str], file: str) -> None:
    """Raise unless the last line has the digest of all the others."""
    end = _as_entry(lines[-2]) if len(lines) > 1 and not lines[-1] else None
    if end is not None and end.get("kind") == "end" and end.get("sha256") == _digest(lines[:-2]):
        return
    raise _Damage(_fault(lines, file))


def _fault(lines: Sequence[str], file: str) -> Diagnostic:
    """Return what has happened to a lock whose digest is not right, as far as it can be told."""
    body = lines[:-1] if not lines[-1] else lines
    entries = [_as_entry(line) for line in body]
    for number, entry in enumerate(entries, 1):
        if entry is None:
            return _damage(file, number, f"`{_shown(body[number - 1])}` {_NOT_OURS}", _RESTORE)
    keys = [_key(entry) for entry in entries if entry is not None]
    ends = [number for number, key in enumerate(keys, 1) if key[0] == "end"]
    for number, (key, after) in enumerate(itertools.pairwise(keys), 2):
        if key == after or key[0] == "end":
            message = f"`{NAME}` is two locks merged into one"
            return _damage(file, number, message, _ONE_SIDE)
    if not ends:
        return _damage(file, len(body), f"`{NAME}` ends too early", _RESTORE)
    message = f"`{NAME}` was changed since a release wrote it, or merged"
    return _damage(file, len(body), message, _RESTORE)


def _shown(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:39]}…"  # noqa: PLR2004 (what a message can bear)


def _damage(file: str, line: int, message: str, hint: str, code: Code = "damaged-lock") -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, Span(file, line, 1, line, 2), hint)


def _as_entry(line: str) -> Entry | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("kind"), str) else None


def _key(entry: Entry) -> tuple[str, str]:
    return entry["kind"], str(entry.get("id") or entry.get("name") or entry.get("version") or "")


def _loaded(lines: Sequence[str]) -> list[Entry]:
    # One array at once: measured three times faster than ten thousand lines one after the other.
    loaded: list[Entry] = json.loads(f"[{','.join(lines)}]")
    return loaded


def _digest(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def _line(entry: Entry) -> str:
    return _encode(entry)


def _entries(lock: Lock) -> Iterator[Entry]:
    yield {"kind": "lock", "format": FORMAT, "project": lock.project, "about": _ABOUT}
    for release in lock.releases:
        yield {"kind": "release", "version": release.version, "time": release.time}
    for one in sorted(lock.note_types, key=lambda one: one.kind):
        yield {
            "kind": "note-type",
            "id": one.kind,
            "number": one.id,
            "name": one.name,
            "mod": one.mod,
            "digest": one.digest,
            "sort": one.sort_field,
            "fields": one.fields,
            "templates": one.templates,
        }
    for deck in sorted(lock.decks):
        yield {"kind": "deck", "name": deck} | ({"description": lock.decks[deck]} if lock.decks[deck] else {})
    for name in sorted(lock.media):
        yield {"kind": "media", "name": name, "sha256": lock.media[name]}
    for note_id in sorted(lock.notes):
        yield _note_entry(lock.notes[note_id])


def _note_entry(note: LockedNote) -> Entry:
    entry: Entry = {
        "kind": "note",
        "id": note.id,
        "type": note.kind,
        "guid": note.guid,
        "number": note.note_id,
        "mod": note.mod,
        "source": note.source,
        "fields": {name: note.fields[name] for name in sorted(note.fields)},
        "tags": sorted(note.tags),
        "cards": sorted(note.cards.items()),
        "deck": note.deck,
        "first": note.first,
    }
    return entry | ({"retired": note.retired} if note.retired else {})


def _lock(entries: Sequence[Entry], file: str) -> Lock:
    numbered = list(enumerate(entries, 1))
    by_kind: dict[str, list[tuple[int, Entry]]] = {}
    for number, entry in numbered:
        by_kind.setdefault(entry["kind"], []).append((number, entry))
    releases = tuple(Release(entry["version"], int(entry["time"])) for _, entry in by_kind["release"])
    return Lock(
        project=entries[0]["project"],
        releases=releases,
        note_types=tuple(_type(number, entry) for number, entry in by_kind.get("note-type", ())),
        decks={entry["name"]: entry.get("description", "") for _, entry in by_kind.get("deck", ())},
        media={entry["name"]: entry["sha256"] for _, entry in by_kind.get("media", ())},
        notes={entry["id"]: _note(number, entry) for number, entry in by_kind.get("note", ())},
        file=file,
    )


def _type(line: int, entry: Entry) -> LockedType:
    return LockedType(
        kind=Kind(entry["id"]),
        id=int(entry["number"]),
        name=entry["name"],
        mod=int(entry["mod"]),
        digest=entry["digest"],
        sort_field=int(entry["sort"]),
        fields=tuple(entry["fields"]),
        templates=tuple(entry["templates"]),
        line=line,
    )


def _note(line: int, entry: Entry) -> LockedNote:
    return LockedNote(
        id=entry["id"],
        guid=entry["guid"],
        note_id=int(entry["number"]),
        mod=int(entry["mod"]),
        kind=Kind(entry["type"]),
        source=entry["source"],
        fields=entry["fields"],
        tags=tuple(entry["tags"]),
        cards=dict(entry["cards"]),
        deck=entry["deck"],
        first=entry["first"],
        retired=entry.get("retired", ""),
        line=line,
    )
