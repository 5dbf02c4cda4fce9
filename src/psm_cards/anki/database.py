"""The collection database of a package: rows from a plan, and SQLite's bytes from rows, the same for the same plan."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from psm_cards.anki.planning import Plan, PlannedDeck

Row = tuple[int | str, ...]

# Not yet synced: what Anki gives to everything new.
_USN = -1
# Anki counts days from here; a package has none to count.
_CREATED = 1_411_124_400
# File change counter, the version it belongs to, and SQLite's own version: no business of the deck (R25).
_CHANGING_HEADER = ((24, b"\0\0\0\1"), (92, b"\0\0\0\1"), (96, b"\0\0\0\1"))
_NOTE_COLUMNS = "id, guid, mid, mod, usn, tags, flds, csum, flags, data"


@dataclass(frozen=True, slots=True)
class Rows:
    """The notes and cards of a package as their tables hold them, sorted by id."""

    notes: tuple[Row, ...]
    cards: tuple[Row, ...]


def rows(plan: Plan, released: int) -> Rows:
    """Return the rows of a plan; ids count up from `released` (unix seconds) in ms, in the order of the guids (R26)."""
    first = released * 1000
    notes: list[Row] = []
    cards: list[Row] = []
    for note_id, note in enumerate(sorted(plan.notes, key=lambda note: note.guid), first):
        texts = (note.tags, note.fields, note.sort_text)
        notes.append((note_id, note.guid, note.note_type, released, _USN, *texts, note.checksum, 0, ""))
        for ordinal in note.ordinals:
            # Siblings share a position, as in Anki; type, queue, interval … are those of a card never seen.
            card_id = first + len(cards)
            cards.append((card_id, note_id, note.deck, ordinal, released, _USN, 0, 0, note.position, *(0,) * 8, ""))
    return Rows(tuple(notes), tuple(cards))


def build(plan: Plan, content: Rows, released: int) -> bytes:
    """Return the database with these rows, and the plan's note types and decks, as the bytes of an SQLite file."""
    # genanki costs 0.1 s to import: only writing a package needs it.
    from genanki.apkg_col import APKG_COL  # noqa: PLC0415 (see above)
    from genanki.apkg_schema import APKG_SCHEMA  # noqa: PLC0415 (see above)

    statements = [statement.strip() for statement in APKG_SCHEMA.split(";") if statement.strip()]
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        # Some builds of SQLite leave old bytes in unused space, others do not (R25).
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN")
        _execute(connection, [one for one in statements if not one.startswith("CREATE INDEX")])
        connection.execute(APKG_COL)
        _set_collection(connection, plan, released)
        _insert(connection, "notes", content.notes)
        _insert(connection, "cards", content.cards)
        _execute(connection, [one for one in statements if one.startswith("CREATE INDEX")])
        connection.execute("COMMIT")
        connection.execute("VACUUM")
        data = bytearray(connection.serialize())
    for offset, value in _CHANGING_HEADER:
        data[offset : offset + len(value)] = value
    return bytes(data)


def read(data: bytes) -> Rows:
    """Return the rows of a database, for comparing. Raises sqlite3.Error if the database is damaged.

    Without the notes' sort text: SQLite turns `42` into a number there, as it does in Anki.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data)
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise sqlite3.DatabaseError(verdict)
        notes = connection.execute(f"SELECT {_NOTE_COLUMNS} FROM notes ORDER BY id")  # noqa: S608 (our own constant)
        cards = connection.execute("SELECT * FROM cards ORDER BY id")
        return Rows(tuple(notes), tuple(cards))


def comparable(content: Rows) -> Rows:
    """Return the rows as `read` gives them, without the notes' sort text."""
    return Rows(tuple(row[:7] + row[8:] for row in content.notes), content.cards)


def _execute(connection: sqlite3.Connection, statements: list[str]) -> None:
    for statement in statements:
        connection.execute(statement)


def _insert(connection: sqlite3.Connection, table: str, content: tuple[Row, ...]) -> None:
    if content:
        places = ", ".join("?" * len(content[0]))
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", content)  # noqa: S608 (our own names)


def _set_collection(connection: sqlite3.Connection, plan: Plan, released: int) -> None:
    """Fill in the one row about the whole collection: note types, decks, times, and what a fresh one has."""
    conf, decks = (json.loads(text) for text in connection.execute("SELECT conf, decks FROM col").fetchone())
    conf["curModel"] = str(plan.note_types[0].id) if plan.note_types else None
    conf["nextPos"] = len(plan.notes) + 1
    # One write of all decks and note types: one at a time would take time with the square of their number.
    decks |= {str(deck.id): _deck(deck, released) for deck in plan.decks}
    models = {str(one.id): one.as_json(released) for one in plan.note_types}
    connection.execute(
        "UPDATE col SET id = 1, crt = ?, mod = ?, scm = ?, conf = ?, decks = ?, models = ?",
        (_CREATED, released * 1000, released * 1000, *(_json(value) for value in (conf, decks, models))),
    )


def _deck(deck: PlannedDeck, released: int) -> dict[str, Any]:
    import genanki  # noqa: PLC0415 (only writing a package needs it)

    result: dict[str, Any] = genanki.Deck(deck.id, deck.name, deck.description).to_json()
    # genanki's deck was studied on some day: ours is new.
    counters = ("newToday", "revToday", "lrnToday", "timeToday")
    return result | {"mod": released} | {counter: [0, 0] for counter in counters}


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
