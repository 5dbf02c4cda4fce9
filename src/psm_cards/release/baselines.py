"""What a learner may have before the next release: the notes of a lock, or those of a package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from psm_cards import anki
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem
from psm_cards.release import lockfile, memory
from psm_cards.release.hashes import field_prints
from psm_cards.release.lock import Lock

NOTHING = "nothing"
"""What learners have before the first release."""

_PACKAGE = ".apkg"


@dataclass(frozen=True, slots=True)
class Before:
    """A note as a learner has it; texts by field name are None where only their digests are known."""

    id: str
    mod: int
    deck: str
    tags: tuple[str, ...]
    ordinals: frozenset[int]
    prints: Mapping[str, str]
    texts: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Baseline:
    """What a learner has: its name, notes by guid, change times of note types by id, digests of decks' descriptions."""

    name: str
    has_words: bool = False
    notes: Mapping[str, Before] = field(default_factory=dict)
    note_types: Mapping[int, int] = field(default_factory=dict)
    decks: Mapping[str, str] = field(default_factory=dict)


def of_lock(lock: Lock | None, package: anki.StoredPackage | None = None) -> Baseline:
    """Return what learners have who imported the newest release of a lock; without one, nothing.

    The words of its notes are those of its package, if that is at hand; what counts is what the lock says.
    """
    if lock is None:
        return Baseline(NOTHING)
    words = {guid: one.fields for guid, one in package.notes.items()} if package else {}
    notes = {
        one.guid: Before(
            one.id, one.mod, one.deck, one.tags, frozenset(one.cards), one.fields, texts=words.get(one.guid)
        )
        for one in lock.active
    }
    types = {one.id: one.mod for one in lock.note_types}
    return Baseline(f"release {lock.last.version}", package is not None, notes, types, lock.decks)


def load(path: Path, project_id: str) -> tuple[Baseline | None, list[Diagnostic]]:
    """Return what learners have who imported the package, or the newest release of the lock, in a file."""
    if path.suffix.lower() == _PACKAGE:
        try:
            return _of_package(anki.read(path), path.name), []
        except FileProblem as problem:
            hint = "give a package that psm-cards built"
            return None, [Diagnostic(Severity.ERROR, "unreadable-package", str(problem), hint=hint)]
    lock, diagnostics = lockfile.read(path, project_id)
    if lock is None:
        hint = f"give a package (`…{_PACKAGE}`), or a `{memory.NAME}`"
        missing = Diagnostic(Severity.ERROR, "unreadable-file", f"there is no file `{path}`", hint=hint)
        return None, diagnostics or [missing]
    return of_lock(lock), []


def _of_package(package: anki.StoredPackage, name: str) -> Baseline:
    notes = {
        guid: Before(
            # Packages of other programs may have no such field.
            id=one.fields.get("Id") or guid,
            mod=one.mod,
            deck=one.deck,
            tags=one.tags,
            ordinals=frozenset(one.ordinals),
            prints=field_prints(one.fields),
            texts=one.fields,
        )
        for guid, one in package.notes.items()
    }
    return Baseline(
        f"`{name}`", has_words=True, notes=notes, note_types=package.note_types, decks=field_prints(package.decks)
    )
