"""What waits for a release, as one error: a build that is to be a release must have nothing of the kind."""

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.release.baselines import of_lock
from psm_cards.release.diffing import Diff, compare
from psm_cards.release.hashes import Snapshot
from psm_cards.release.lock import Lock
from psm_cards.release.stamping import stamp

_NAMED = 5
"""Notes that the message names; more would hide how many there are."""


def unreleased(snapshot: Snapshot, lock: Lock | None) -> list[Diagnostic]:
    """Return an error if something of a project waits for a release, or if there was none at all."""
    if lock is None:
        message = "nothing of this project was released yet"
    else:
        stamped = stamp(snapshot, lock, lock.last.time + 1)
        waits = compare(snapshot, stamped, of_lock(lock), is_released=True)
        if waits.is_empty:
            return []
        message = f"not released yet: {', '.join(_parts(waits))}"
    hint = "release it first with `psm-cards release VERSION`, or build without `--locked`"
    return [Diagnostic(Severity.ERROR, "unreleased", message, hint=hint)]


def _parts(diff: Diff) -> list[str]:
    found = [
        ("new", [note.id for deck in diff.decks for note in deck.added]),
        ("changed", [note.id for deck in diff.decks for note in (*deck.changed, *deck.retagged)]),
        ("retired", [note.id for deck in diff.decks for note in deck.retired]),
        ("moved", [one for deck in diff.decks for notes in deck.moved for one in notes.ids]),
        ("of another look", [f"{kind} notes" for kind in diff.looks]),
        ("with another description", list(diff.descriptions)),
    ]
    return [f"{len(ids):,} {what} ({_listed(ids)})" for what, ids in found if ids]


def _listed(ids: list[str]) -> str:
    return ", ".join([f"`{one}`" for one in ids[:_NAMED]] + (["…"] if len(ids) > _NAMED else []))
