"""The companion of a release: the notes it retires, once more, with a banner that says why (R16).

For learners who have them. The deck's own package leaves them out, and no import can delete them.
"""

import html
from collections.abc import Iterator

from psm_cards import anki
from psm_cards.anki.fields import SEPARATOR
from psm_cards.anki.identity import deck_id
from psm_cards.anki.planning import PlannedDeck
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.model import FIELDS, NoteStamp, Retired, Stamps
from psm_cards.release.hashes import Snapshot
from psm_cards.release.lock import Lock, LockedNote

BANNER = "Notice"
"""The field that has the banner: every look shows it, and nothing else is in it."""

_NAMED = 5
"""Notes that a warning names; more would hide how many there are."""


def companion(snapshot: Snapshot, lock: Lock, before: anki.StoredPackage) -> tuple[anki.Plan, Stamps] | None:
    """Return the package of the notes that the newest release retires, None if there are none.

    Their words come from `before`, the package of the release before it; the lock is the one after it.
    """
    gone = [note for note in _gone(lock) if _has_words(note, snapshot, before)]
    if not gone:
        return None
    kinds = {note.kind for note in gone}
    decks = dict.fromkeys(note.deck for note in gone)
    plan = anki.Plan(
        note_types=tuple(one for one in snapshot.plan.note_types if one.look.kind in kinds),
        decks=tuple(PlannedDeck(deck_id(lock.project, name), name, "") for name in decks),
        notes=tuple(_planned(gone, snapshot, lock, before)),
        media=(),
    )
    mods = {one.id: one.mod for one in lock.note_types}
    stamps = {note.guid: NoteStamp(note.note_id, lock.last.time, note.cards) for note in gone}
    return plan, Stamps(lock.last.time, stamps, mods)


def without_words(snapshot: Snapshot, lock: Lock, before: anki.StoredPackage | None) -> Iterator[Diagnostic]:
    """Yield a warning if the companion of the newest release lacks notes that it retires."""
    lacking = sorted(note.id for note in _gone(lock) if not _has_words(note, snapshot, before))
    if lacking:
        names = ", ".join(f"`{one}`" for one in lacking[:_NAMED]) + (", …" if len(lacking) > _NAMED else "")
        message = f"no companion tells learners why {names} {'are' if len(lacking) > 1 else 'is'} retired"
        if before is None:
            hint = f"their words are in the package of release {lock.releases[-2].version}: name it with `--previous`"
        else:
            hint = "a companion has only notes of a kind that the deck still has; the notes of the release tell it"
        yield Diagnostic(Severity.WARNING, "untold-retirement", message, hint=hint)


def _gone(lock: Lock) -> list[LockedNote]:
    return [note for note in lock.notes.values() if note.retired == lock.last.version]


def _has_words(note: LockedNote, snapshot: Snapshot, before: anki.StoredPackage | None) -> bool:
    kinds = {one.look.kind for one in snapshot.plan.note_types}
    return before is not None and note.guid in before.notes and note.kind in kinds


def _planned(
    gone: list[LockedNote], snapshot: Snapshot, lock: Lock, before: anki.StoredPackage
) -> Iterator[anki.PlannedNote]:
    types = {one.look.kind: one.id for one in snapshot.plan.note_types}
    reasons = {one.id: one for one in snapshot.project.retired}
    for note in gone:
        stored, one = before.notes[note.guid], reasons[note.id]
        fields = {**stored.fields, BANNER: _banner(one, lock)}
        values = [fields.get(name, "") for name in FIELDS[note.kind]]
        yield anki.PlannedNote(
            id=note.id,
            kind=note.kind,
            place=one.place,
            guid=note.guid,
            note_type=types[note.kind],
            deck=deck_id(lock.project, note.deck),
            fields=SEPARATOR.join(values),
            tags=f" {' '.join(sorted({*stored.tags, f'{lock.project}::retired'}))} ",
            ordinals=tuple(sorted(note.cards)),
        )


def _banner(one: Retired, lock: Lock) -> str:
    reason = f": {html.escape(one.reason)}" if one.reason else ""
    heir = lock.notes.get(one.replaced_by)
    successor = f" See <b>{html.escape(heir.id)}</b> instead." if heir else ""
    return f"<b>Retired</b> with release {lock.last.version}{reason}.{successor}"
