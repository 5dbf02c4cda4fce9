"""The companion of a release: the notes it retires, once more, with a banner that says why (R16).

For learners who have them. The deck's own package leaves them out, and no import can delete them.
"""

import html
from collections.abc import Iterator, Mapping

from psm_cards import anki
from psm_cards.anki.fields import SEPARATOR, checksum, plain
from psm_cards.anki.identity import deck_id
from psm_cards.anki.planning import PlannedDeck
from psm_cards.model import FIELDS, NoteStamp, Retired, Stamps
from psm_cards.release.hashes import Snapshot
from psm_cards.release.lock import Lock, LockedNote

BANNER = "Notice"
"""The field that has the banner: every look shows it, and nothing else is in it."""


def companion(snapshot: Snapshot, lock: Lock, before: anki.StoredPackage) -> tuple[anki.Plan, Stamps] | None:
    """Return the package of the notes that the newest release retires, None if there are none.

    Their words come from `before`, the package of the release before it; the lock is the one after it.
    """
    types = {one.look.kind: one for one in snapshot.plan.note_types}
    reasons = {one.id: one for one in snapshot.project.retired}
    gone = [
        note
        for note in lock.notes.values()
        if note.retired == lock.last.version and note.guid in before.notes and note.kind in types
    ]
    if not gone:
        return None
    numbers = {note.deck: deck_id(lock.project, note.deck) for note in gone}
    notes = tuple(_planned(gone, reasons, numbers, lock, before, {kind: one.id for kind, one in types.items()}))
    used = {note.kind for note in notes}
    plan = anki.Plan(
        note_types=tuple(types[kind] for kind in sorted(used)),
        decks=tuple(PlannedDeck(number, name, "") for name, number in numbers.items()),
        notes=notes,
        media=(),
    )
    mods = {one.id: one.mod for one in lock.note_types}
    stamps = {note.guid: NoteStamp(note.note_id, lock.last.time, note.cards) for note in gone}
    return plan, Stamps(lock.last.time, stamps, mods)


def _planned(  # noqa: PLR0913, PLR0917 (one look at each of what a note is made of)
    gone: list[LockedNote],
    reasons: Mapping[str, Retired],
    decks: Mapping[str, int],
    lock: Lock,
    before: anki.StoredPackage,
    types: Mapping[object, int],
) -> Iterator[anki.PlannedNote]:
    for position, note in enumerate(gone, 1):
        stored, one = before.notes[note.guid], reasons[note.id]
        fields = {**stored.fields, BANNER: _banner(one, lock)}
        values = [fields.get(name, "") for name in FIELDS[note.kind]]
        yield anki.PlannedNote(
            id=note.id,
            kind=note.kind,
            place=one.place,
            guid=note.guid,
            note_type=types[note.kind],
            deck=decks[note.deck],
            fields=SEPARATOR.join(values),
            tags=f" {' '.join(sorted({*stored.tags, f'{lock.project}::retired'}))} ",
            sort_text=plain(values[0]),
            checksum=checksum(plain(values[0])),
            ordinals=tuple(sorted(note.cards)),
            position=position,
        )


def _banner(one: Retired, lock: Lock) -> str:
    reason = f": {html.escape(one.reason)}" if one.reason else ""
    heir = lock.notes.get(one.replaced_by)
    successor = f" See <b>{html.escape(heir.id)}</b> instead." if heir else ""
    return f"<b>Retired</b> with release {lock.last.version}{reason}.{successor}"
