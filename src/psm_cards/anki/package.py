"""From a plan to the .apkg file: written beside its target, read back, and only then put in its place."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from psm_cards.anki import archive, database
from psm_cards.anki.planning import Plan
from psm_cards.files import PART, FileProblem, never_mind, replacing
from psm_cards.model import Stamps

_SUFFIX = ".apkg"

SCRATCH = f"{PART}-database"
"""What the file of the database is called while a package is made of it."""


class Summary(NamedTuple):
    """What a package holds: where it is, how many of each (of decks, those with notes), and its size in bytes."""

    path: Path
    notes: int
    cards: int
    decks: int
    media: int
    size: int


def write(
    plan: Plan,
    stamps: Stamps,
    target: Path,
    waiting: Callable[[], None] = never_mind,
    *,
    is_compressed: bool = False,
) -> Summary:
    """Write the package of a plan to `target` and return what it holds. Raises FileProblem.

    The stamps give every id and time in it (R5, R6); nothing else varies between two writes.
    The old file stays until the new one has been read back and compared. `waiting` is called while another process
    writes into the same folder.
    """
    _refuse_dangerous(target)
    content = database.rows(plan, stamps)
    with replacing(target, waiting) as beside, _scratch(beside) as scratch:
        _write_database(scratch, plan, content, stamps, target)
        hashes = archive.write(beside, scratch, plan.media, is_compressed=is_compressed)
        media = zip((one.name for one in plan.media), hashes, strict=True)
        difference = archive.difference(beside, scratch, content, media)
        if difference:
            raise FileProblem("write", target, f"it does not read back as written: {difference}")
        size = beside.stat().st_size
    decks = len({note.deck for note in plan.notes})
    return Summary(target, len(plan.notes), len(content.cards), decks, len(plan.media), size)


@contextmanager
def _scratch(beside: Path) -> Iterator[Path]:
    """Yield the path of a file beside the package for its database; what a killed build left there goes first."""
    path = beside.with_name(SCRATCH)
    path.unlink(missing_ok=True)
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _write_database(path: Path, plan: Plan, content: database.Rows, stamps: Stamps, target: Path) -> None:
    try:
        database.write(path, plan, content, stamps)
    except sqlite3.OperationalError as error:
        # SQLite keeps the system's own reason to itself.
        is_full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        cause = "no space left on device" if is_full else f"the system refused it: {error}"
        raise FileProblem("write", target, cause) from error
    except UnicodeEncodeError as error:
        raise FileProblem("write", target, "SQLite knows only paths in UTF-8") from error


def _refuse_dangerous(target: Path) -> None:
    """Raise FileProblem for a name by which Anki takes a package for a backup (R29)."""
    name = target.name.casefold()
    if name == f"collection{_SUFFIX}" or name.startswith("backup-"):
        raise FileProblem("write", target, "Anki takes a file of this name for a backup of the whole collection")
    if not name.endswith(_SUFFIX):
        raise FileProblem("write", target, f"expected a name that ends in `{_SUFFIX}`")
