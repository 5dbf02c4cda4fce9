"""A package back to its notes, for comparing a release with what its learners have."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psm_cards.anki.fields import SEPARATOR
from psm_cards.files import FileProblem, fail

_DATABASE = "collection.anki2"
_LARGEST = 1_000_000_000
"""Bytes of a database: a hundred times that of ten thousand notes, and few enough for the memory of any machine."""


@dataclass(frozen=True, slots=True)
class StoredNote:
    """A note in a package: its fields by name, the deck of its first card or blank, and its card ordinals."""

    guid: str
    note_type: int
    mod: int
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    deck: str
    ordinals: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class StoredPackage:
    """What a package holds: notes by guid, the time of the last change of note types by id, descriptions of decks."""

    notes: Mapping[str, StoredNote]
    note_types: Mapping[int, int]
    decks: Mapping[str, str]


def read(path: Path) -> StoredPackage:
    """Return the notes of a package in the form that this program writes. Raises FileProblem."""
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo(_DATABASE)
            if entry.file_size > _LARGEST:
                raise FileProblem("read", path, f"its database is larger than {_LARGEST // 1_000_000} MB")
            data = archive.read(entry)
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(data)
            return _package(connection)
    except OSError as error:
        fail("read", path, error)
    except (zipfile.BadZipFile, NotImplementedError, KeyError, sqlite3.Error, ValueError, TypeError) as error:
        raise FileProblem("read", path, "it is no package as psm-cards writes it") from error


def _package(connection: sqlite3.Connection) -> StoredPackage:
    models, decks = (json.loads(text) for text in connection.execute("SELECT models, decks FROM col").fetchone())
    names = {int(number): [field["name"] for field in model["flds"]] for number, model in models.items()}
    deck_names = {int(number): str(deck["name"]) for number, deck in decks.items()}
    cards: dict[int, list[tuple[int, int]]] = {}
    for note_id, ordinal, deck in connection.execute("SELECT nid, ord, did FROM cards ORDER BY nid, ord"):
        cards.setdefault(note_id, []).append((ordinal, deck))
    notes = {note.guid: note for note in _notes(connection, names, deck_names, cards)}
    descriptions = {str(deck["name"]): str(deck["desc"]) for deck in decks.values()}
    return StoredPackage(notes, {int(number): int(model["mod"]) for number, model in models.items()}, descriptions)


def _notes(
    connection: sqlite3.Connection,
    names: Mapping[int, Any],
    deck_names: Mapping[int, str],
    cards: Mapping[int, list[tuple[int, int]]],
) -> Iterator[StoredNote]:
    for note_id, guid, note_type, mod, tags, fields in connection.execute(
        "SELECT id, guid, mid, mod, tags, flds FROM notes ORDER BY id"
    ):
        own = cards.get(note_id, [])
        yield StoredNote(
            guid=guid,
            note_type=note_type,
            mod=mod,
            fields=dict(zip(names[note_type], fields.split(SEPARATOR), strict=True)),
            tags=tuple(tags.split()),
            deck=deck_names.get(own[0][1], "") if own else "",
            ordinals=tuple(ordinal for ordinal, _ in own),
        )
