"""The lock after a release: what learners will have once they import its package."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from psm_cards import anki
from psm_cards.diagnostics import Finding, Problem
from psm_cards.model import FIELDS, TEMPLATES
from psm_cards.release.hashes import Snapshot
from psm_cards.release.lock import Lock, LockedNote, LockedType, Release
from psm_cards.release.stamping import Stamped, State, fresh, stamp


def record(snapshot: Snapshot, previous: Lock | None, release: Release, again: AbstractSet[str] = frozenset()) -> Lock:
    """Return the lock after a release of this project, whose promises to learners are kept.

    A package stamped over this lock is that of the release, and so is each rebuild of it (R6). Notes whose guid is in
    `again` are sent again although nothing of them changed. Raises Problem for a release that is not after the last.
    """
    if previous is not None and release.time <= previous.last.time:
        hint = "set the clock right: Anki takes a note only if its time is newer than the one before"
        message = f"the clock is behind release {previous.last.version}"
        raise Problem(Finding("clock-behind", message, hint))
    stamped = stamp(snapshot, previous, release.time, again) if previous else fresh(snapshot.plan, release.time)
    notes = _kept_from(snapshot, previous, release.version) | _notes(snapshot, previous, stamped, release.version)
    return Lock(
        project=snapshot.project.id,
        releases=(*(previous.releases if previous else ()), release),
        note_types=_note_types(snapshot, previous, stamped),
        decks=snapshot.decks,
        media=snapshot.media,
        notes=notes,
    )


def _kept_from(snapshot: Snapshot, previous: Lock | None, version: str) -> dict[str, LockedNote]:
    """Return the notes that the package no longer has, by id: their guids are never used again (R15)."""
    present = {note.guid for note in snapshot.plan.notes}
    gone = [note for note in previous.notes.values() if note.guid not in present] if previous else []
    return {note.id: note if note.retired else replace(note, retired=version) for note in gone}


def _notes(snapshot: Snapshot, previous: Lock | None, stamped: Stamped, version: str) -> dict[str, LockedNote]:
    known = previous.by_guid if previous else {}
    decks = {deck.id: deck.name for deck in snapshot.plan.decks}
    notes: dict[str, LockedNote] = {}
    for note in snapshot.plan.notes:
        old, given, numbers = known.get(note.guid), snapshot.prints[note.id], stamped.stamps.notes[note.guid]
        fields, source = given.fields, given.source
        if old and stamped.states[note.guid] is State.RENDERED_OTHERWISE:
            # Learners keep the fields of the release that brought them.
            fields, source = old.fields, old.source
        notes[note.id] = LockedNote(
            id=note.id,
            guid=note.guid,
            note_id=numbers.id,
            mod=numbers.mod,
            kind=note.kind,
            source=source,
            fields=fields,
            tags=tuple(note.tags.split()),
            cards=numbers.cards,
            deck=decks[note.deck],
            first=old.first if old else version,
        )
    return notes


def _note_types(snapshot: Snapshot, previous: Lock | None, stamped: Stamped) -> tuple[LockedType, ...]:
    """Return all note types that learners have, also those that no note of this release is of."""
    types = {one.kind: one for one in previous.note_types} if previous else {}
    for one in snapshot.plan.note_types:
        kind = one.look.kind
        types[kind] = LockedType(
            kind=kind,
            id=one.id,
            name=one.name,
            mod=stamped.stamps.note_types[one.id],
            digest=snapshot.note_types[kind],
            sort_field=anki.SORT_FIELD,
            fields=tuple(anki.field_id(kind, name) for name in FIELDS[kind]),
            templates=tuple(anki.template_id(kind, name) for name in TEMPLATES[kind]),
        )
    return tuple(types[kind] for kind in sorted(types))
