"""Ids and times of a package: what learners have keeps its own, what is new or changed bears those of the release.

Nothing here looks at a clock. Anki takes a note over a learner's only if its time is newer, so that a time that
stands still where nothing changed is what keeps the learner's edits (R5), and one that moves is what delivers.
"""

from array import array
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from itertools import accumulate, count
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from psm_cards.anki import Plan, PlannedNote
from psm_cards.model import NoteStamp, Stamps

if TYPE_CHECKING:  # A project that was never released is stamped without them.
    from psm_cards.release.hashes import Print, Snapshot
    from psm_cards.release.lock import Lock, LockedNote


class State(StrEnum):
    """What has become of a note since the last release; learners get it only if it is new or changed.

    A note is rendered otherwise if its author changed nothing: a newer psm-cards makes other fields of it.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    RENDERED_OTHERWISE = "rendered-otherwise"


class Stamped(NamedTuple):
    """The stamps of a package, and the state of each note by guid."""

    stamps: Stamps
    states: Mapping[str, State]


def fresh(plan: Plan, time: int) -> Stamped:
    """Return the stamps of a project that was never released: all of `time`, in seconds since 1970."""
    notes = _Fresh(plan, time)
    types = dict.fromkeys((one.id for one in plan.note_types), time)
    return Stamped(Stamps(time, notes, types), dict.fromkeys(notes, State.NEW))


class _Fresh(Mapping[str, NoteStamp]):
    """What `_Stamper` gives to notes that are all new, made when it is asked for.

    The numbers of a hundred thousand notes and their cards would take 50 MB.
    """

    def __init__(self, plan: Plan, time: int) -> None:
        self._time = time
        self._first = time * 1000
        self._notes = sorted(plan.notes, key=attrgetter("guid"))
        self._ranks = {note.guid: rank for rank, note in enumerate(self._notes)}
        self._cards = array("Q", accumulate((len(note.ordinals) for note in self._notes), initial=self._first))

    def __getitem__(self, guid: str) -> NoteStamp:
        rank = self._ranks[guid]
        cards = dict(zip(self._notes[rank].ordinals, count(self._cards[rank]), strict=False))
        return NoteStamp(self._first + rank, self._time, cards)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ranks)

    def __len__(self) -> int:
        return len(self._ranks)


def stamp(snapshot: "Snapshot", lock: "Lock", time: int, again: AbstractSet[str] = frozenset()) -> Stamped:
    """Return the stamps of a project over its lock; what no release has stamped bears `time`, in seconds since 1970.

    The time is after the last release. If nothing waits for one, the whole package is that of the last. Notes whose
    guid is in `again` count as changed.
    """
    known = {note.guid: note for note in lock.active}
    states = {note.guid: state(note, snapshot.prints[note.id], known.get(note.guid)) for note in snapshot.plan.notes}
    states |= dict.fromkeys(again, State.CHANGED)
    highest_card = max((card for note in lock.notes.values() for card in note.cards.values()), default=0)
    highest_note = max((note.note_id for note in lock.notes.values()), default=0)
    notes = dict(_Stamper(time, highest_note, highest_card, known).notes(snapshot.plan, states))
    types = dict(_type_times(snapshot, lock, time))
    waits = State.NEW in states.values() or State.CHANGED in states.values() or max(types.values(), default=0) >= time
    return Stamped(Stamps(time if waits else lock.last.time, notes, types), states)


def state(note: PlannedNote, print_: "Print", known: "LockedNote | None") -> State:
    """Return what has become of a note; with other cards it is changed whatever else (B.10, R5)."""
    if known is None:
        return State.NEW
    if set(note.ordinals) != set(known.cards):
        return State.CHANGED
    if print_.fields == known.fields and tuple(note.tags.split()) == known.tags:
        return State.SAME
    return State.RENDERED_OTHERWISE if print_.source == known.source else State.CHANGED


class _Stamper(NamedTuple):
    """Gives out ids above all that a lock knows, in the order of the guids, and times of notes (R5, R26)."""

    time: int
    highest_note: int
    highest_card: int
    known: "Mapping[str, LockedNote]"

    def notes(self, plan: Plan, states: Mapping[str, State]) -> Iterator[tuple[str, NoteStamp]]:
        """Yield the stamps of all notes by guid; a note without a state is new."""
        notes = count(max(self.time * 1000, self.highest_note + 1))
        cards = count(max(self.time * 1000, self.highest_card + 1))
        for note in sorted(plan.notes, key=lambda note: note.guid):
            old = self.known.get(note.guid)
            own = old.cards if old else {}
            ids = {ordinal: own[ordinal] if ordinal in own else next(cards) for ordinal in note.ordinals}
            if old is None:
                yield note.guid, NoteStamp(next(notes), self.time, ids)
            else:
                is_changed = states[note.guid] is State.CHANGED
                yield note.guid, NoteStamp(old.note_id, max(self.time, old.mod + 1) if is_changed else old.mod, ids)


def _type_times(snapshot: "Snapshot", lock: "Lock", time: int) -> Iterator[tuple[int, int]]:
    """Yield the time of the last change of each note type by id (R7): a newer one takes a learner's own styling."""
    known = {one.id: one for one in lock.note_types}
    for one in snapshot.plan.note_types:
        old = known.get(one.id)
        is_same = old is not None and old.digest == snapshot.note_types[one.look.kind]
        yield one.id, old.mod if old and is_same else max(time, old.mod + 1 if old else 0)
