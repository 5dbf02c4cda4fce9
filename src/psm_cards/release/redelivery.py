"""Notes that a release sends again on purpose, although nobody changed their words, and whom that costs what."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.likeness import Likeness
from psm_cards.release.hashes import Snapshot
from psm_cards.release.lock import Lock
from psm_cards.release.stamping import State, stamp


@dataclass(frozen=True, slots=True)
class Again:
    """The guids of notes that are sent again: for their new formatting, and because somebody asked for them."""

    rerendered: AbstractSet[str] = frozenset()
    redelivered: AbstractSet[str] = frozenset()

    @property
    def guids(self) -> AbstractSet[str]:
        """All of them."""
        return self.rerendered | self.redelivered

    def costs(self) -> Iterator[str]:
        """Yield whom it costs what, one sentence for each reason."""
        for guids, why in ((self.rerendered, "for the new formatting"), (self.redelivered, "as asked for")):
            if guids:
                notes, them = (f"{len(guids):,} notes", "them") if len(guids) > 1 else ("1 note", "it")
                yield (
                    f"{notes} sent again {why}: every learner uploads {them} at the next sync, and loses own edits and "
                    f"tags in {them}"
                )


def choose(
    snapshot: Snapshot, lock: Lock | None, ids: Sequence[str], *, rerender: bool
) -> tuple[Again, list[Diagnostic]]:
    """Return the notes to send again, and which of the ids no released note has."""
    if lock is None:
        return Again(), [_unknown(note_id, Likeness(())) for note_id in ids]
    known = lock.by_guid
    present = {note.id: note.guid for note in snapshot.plan.notes if note.guid in known}
    likeness = Likeness(present)
    problems = [_unknown(note_id, likeness) for note_id in ids if note_id not in present]
    redelivered = frozenset(present[note_id] for note_id in ids if note_id in present)
    rerendered: frozenset[str] = frozenset()
    if rerender:
        states = stamp(snapshot, lock, lock.last.time + 1).states
        rerendered = frozenset(guid for guid, state in states.items() if state is State.RENDERED_OTHERWISE)
    return Again(rerendered, redelivered), problems


def _unknown(note_id: str, known: Likeness) -> Diagnostic:
    near = known.nearest(note_id)
    hint = f"did you mean `{near}`?" if near else "only a note that learners have can be sent again"
    message = f"expected the id of a released note after `--redeliver`, found `{note_id}`"
    return Diagnostic(Severity.ERROR, "unknown-note", message, hint=hint)
