"""What waits for a release, as one error: a build that is to be a release must have nothing of the kind."""

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.release.diffing import Diff

_NAMED = 5
"""Notes that the message names; more would hide how many there are."""


def unreleased(diff: Diff | None) -> Diagnostic | None:
    """Return an error if something waits for a release; without a diff there was none at all."""
    if diff is None:
        message = "nothing of this project was released yet"
    elif diff.is_empty:
        return None
    else:
        message = f"not released yet: {', '.join(_parts(diff))}"
    hint = "release it first with `psm-cards release VERSION`, or build without `--locked`"
    return Diagnostic(Severity.ERROR, "unreleased", message, hint=hint)


def _parts(diff: Diff) -> list[str]:
    found = [
        ("new", [note.id for deck in diff.decks for note in deck.added]),
        ("changed", [note.id for deck in diff.decks for note in (*deck.changed, *deck.retagged)]),
        ("retired", [note.id for deck in diff.decks for note in deck.retired]),
        ("moved", [one for deck in diff.decks for notes in deck.moved for one in notes.ids]),
        ("of another look", [f"{kind} notes" for kind in diff.looks]),
    ]
    return [f"{len(ids):,} {what} ({_listed(ids)})" for what, ids in found if ids]


def _listed(ids: list[str]) -> str:
    return ", ".join([f"`{one}`" for one in ids[:_NAMED]] + (["…"] if len(ids) > _NAMED else []))
