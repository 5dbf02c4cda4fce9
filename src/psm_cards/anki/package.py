"""From a plan to the .apkg file: written beside its target, read back, and only then put in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psm_cards.anki import archive, database
from psm_cards.anki.planning import Plan
from psm_cards.files import FileProblem, never_mind, replacing

_SUFFIX = ".apkg"


@dataclass(frozen=True, slots=True)
class Summary:
    """What a package holds: where it is, how many of each (of decks, those with notes), and its size in bytes."""

    path: Path
    notes: int
    cards: int
    decks: int
    media: int
    size: int


def write(plan: Plan, released: int, target: Path, waiting: Callable[[], None] = never_mind) -> Summary:
    """Write the package of a plan to `target` and return what it holds. Raises FileProblem.

    `released` (unix seconds) becomes the time of every change (R5, R6); nothing else varies between two writes.
    The old file stays until the new one has been read back and compared. `waiting` is called while another process
    writes into the same folder.
    """
    _refuse_dangerous(target)
    content = database.rows(plan, released)
    data = database.build(plan, content, released)
    with replacing(target, waiting) as beside:
        hashes = archive.write(beside, data, plan.media)
        difference = archive.difference(beside, content, zip((one.name for one in plan.media), hashes, strict=True))
        if difference:
            raise FileProblem("write", target, f"it does not read back as written: {difference}")
        size = beside.stat().st_size
    decks = len({note.deck for note in plan.notes})
    return Summary(target, len(plan.notes), len(content.cards), decks, len(plan.media), size)


def _refuse_dangerous(target: Path) -> None:
    """Raise FileProblem for a name by which Anki takes a package for a backup (R29)."""
    name = target.name.casefold()
    if name == f"collection{_SUFFIX}" or name.startswith("backup-"):
        raise FileProblem("write", target, "Anki takes a file of this name for a backup of the whole collection")
    if not name.endswith(_SUFFIX):
        raise FileProblem("write", target, f"expected a name that ends in `{_SUFFIX}`")
