"""The collection database of a package: rows from a plan, and SQLite's bytes from rows, the same for the same plan."""

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import starmap, zip_longest
from operator import eq, itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from psm_cards.anki import fields
from psm_cards.anki.planning import Plan, PlannedDeck, PlannedNote
from psm_cards.model import Stamps

Row = tuple[int | str, ...]

# Not yet synced: what Anki gives to everything new.
_USN = -1
# Anki counts days from here; a package has none to count.
_CREATED = 1_411_124_400
# File change counter, the version it belongs to, and SQLite's own version: no business of the deck (R25).
_CHANGING_HEADER = ((24, b"\0\0\0\1"), (92, b"\0\0\0\1"), (96, b"\0\0\0\1"))
# Some builds of SQLite leave old bytes in unused space, others do not (R25).
# The file is SQLite's own and goes with the process: there is nothing to save it for.
_SETTINGS = (
    "PRAGMA page_size = 4096",
    "PRAGMA auto_vacuum = NONE",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
)
# Only what differs from row to row is handed over and compared: the rest is that of notes and cards never seen.
_INSERT_NOTE = f"INSERT INTO notes VALUES (?, ?, ?, ?, {_USN}, ?, ?, ?, ?, 0, '')"  # noqa: S608 (our own words)
_INSERT_CARD = f"INSERT INTO cards VALUES (?, ?, ?, ?, ?, {_USN}, 0, 0, ?, 0, 0, 0, 0, 0, 0, 0, 0, '')"  # noqa: S608 (our own words)
_SELECT_NOTES = (
    "SELECT id, guid, mid, mod, tags, flds, csum FROM notes "  # noqa: S608 (our own words)
    f"WHERE usn = {_USN} AND flags = 0 AND data = '' ORDER BY id"
)
_SELECT_CARDS = (
    "SELECT id, nid, did, ord, mod, due FROM cards "  # noqa: S608 (our own words)
    f"WHERE usn = {_USN} AND (type, queue, ivl, factor, reps, lapses, left, odue, odid, flags, data) "
    "= (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '') ORDER BY id"
)
_PIECE = 1 << 20


class Rows(NamedTuple):
    """What differs from note to note and from card to card in a package's tables, sorted by id.

    Notes: id, time, and what is planned. Cards: id, note, deck, ordinal, time, position. `checksums` are those of the
    notes that were written.
    """

    notes: list[tuple[int, int, PlannedNote]]
    cards: list[Row]
    checksums: "array[int]"

    def to_write(self) -> Iterator[Row]:
        """Yield the rows of the notes: id, guid, note type, time, tags, fields, sort text, checksum."""
        # One after the other: all rows of a hundred thousand notes would take 70 MB.
        for number, mod, note in self.notes:
            sort_text = fields.plain(note.fields.partition(fields.SEPARATOR)[0])
            checksum = fields.checksum(sort_text)
            self.checksums.append(checksum)
            yield (number, note.guid, note.note_type, mod, note.tags, _copy(note.fields), sort_text, checksum)

    def to_compare(self) -> Iterator[Row]:
        """Yield the rows of the notes that were written, without their sort texts."""
        for (number, mod, note), checksum in zip(self.notes, self.checksums, strict=True):
            yield (number, note.guid, note.note_type, mod, note.tags, note.fields, checksum)


def _copy(text: str) -> str:
    """Return another object of the same text: Python keeps with a text the UTF-8 that SQLite asks it for."""
    return text if text.isascii() else text.encode().decode()


def rows(plan: Plan, stamps: Stamps) -> Rows:
    """Return the rows of a plan with the ids and times of its notes and cards (R5, R26)."""
    notes: list[tuple[int, int, PlannedNote]] = []
    cards: list[Row] = []
    for position, note in enumerate(plan.notes, 1):
        stamp = stamps.notes[note.guid]
        number, mod = stamp.id, stamp.mod
        notes.append((number, mod, note))
        # Siblings share a position, as in Anki.
        cards += [(stamp.cards[one], number, note.deck, one, mod, position) for one in note.ordinals]
    notes.sort(key=itemgetter(0))
    cards.sort()
    return Rows(notes, cards, array("L"))


def write(path: Path, plan: Plan, content: Rows, stamps: Stamps) -> None:
    """Write the database with these rows, and the plan's note types and decks, into a file that is not there yet.

    Raises sqlite3.Error. The file's bytes are the same for every SQLite, but for those that `pieces` mends.
    """
    from psm_cards.anki.borrowed import APKG_COL, APKG_SCHEMA  # noqa: PLC0415 (only writing a package needs it)

    statements = [statement.strip() for statement in APKG_SCHEMA.split(";") if statement.strip()]
    # A file of SQLite's own, gone with the process: in memory a hundred thousand notes would take 100 MB.
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        _execute(connection, _SETTINGS)
        connection.execute("BEGIN")
        _execute(connection, [one for one in statements if not one.startswith("CREATE INDEX")])
        connection.execute(APKG_COL)
        _set_collection(connection, plan, stamps)
        connection.executemany(_INSERT_NOTE, content.to_write())
        connection.executemany(_INSERT_CARD, content.cards)
        # Last: an index that grows with the rows costs a third more.
        _execute(connection, [one for one in statements if one.startswith("CREATE INDEX")])
        connection.execute("COMMIT")
        connection.execute("VACUUM INTO ?", (str(path),))


def pieces(path: Path) -> Iterator[bytes]:
    """Yield the bytes of a database as a package holds them: without what tells the SQLite that wrote it (R25)."""
    with path.open("rb") as file:
        first = bytearray(file.read(_PIECE))
        for offset, value in _CHANGING_HEADER:
            first[offset : offset + len(value)] = value
        yield bytes(first)
        while piece := file.read(_PIECE):
            yield piece


def is_as_planned(path: Path, content: Rows) -> bool:
    """Return whether a database holds these rows and no others. Raises sqlite3.Error if it is damaged.

    Without the notes' sort text: SQLite turns `42` into a number there, as it does in Anki.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        sizes = connection.execute("SELECT (SELECT count(*) FROM notes), (SELECT count(*) FROM cards)").fetchone()
        return (
            sizes == (len(content.notes), len(content.cards))
            and _agree(connection.execute(_SELECT_NOTES), content.to_compare())
            and _agree(connection.execute(_SELECT_CARDS), content.cards)
        )


def _agree(found: Iterable[Row], expected: Iterable[Row]) -> bool:
    # One after the other, so that memory holds one of them.
    return all(starmap(eq, zip_longest(found, expected)))


def _execute(connection: sqlite3.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _set_collection(connection: sqlite3.Connection, plan: Plan, stamps: Stamps) -> None:
    """Fill in the one row about the whole collection: note types, decks, times, and what a fresh one has."""
    conf, decks = (json.loads(text) for text in connection.execute("SELECT conf, decks FROM col").fetchone())
    conf["curModel"] = str(plan.note_types[0].id) if plan.note_types else None
    conf["nextPos"] = len(plan.notes) + 1
    # One write of all decks and note types: one at a time would take time with the square of their number.
    decks |= {str(deck.id): _deck(deck, stamps.time) for deck in plan.decks}
    models = {str(one.id): one.as_json(stamps.note_types[one.id]) for one in plan.note_types}
    connection.execute(
        "UPDATE col SET id = 1, crt = ?, mod = ?, scm = ?, conf = ?, decks = ?, models = ?",
        (_CREATED, stamps.time * 1000, stamps.time * 1000, *(_json(value) for value in (conf, decks, models))),
    )


def _deck(deck: PlannedDeck, released: int) -> dict[str, Any]:
    from psm_cards.anki.borrowed import genanki  # noqa: PLC0415 (only writing a package needs it)

    result: dict[str, Any] = genanki.Deck(deck.id, deck.name, deck.description).to_json()
    # genanki's deck was studied on some day: ours is new.
    counters = ("newToday", "revToday", "lrnToday", "timeToday")
    return result | {"mod": released} | {counter: [0, 0] for counter in counters}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
