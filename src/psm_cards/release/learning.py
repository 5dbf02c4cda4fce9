"""A learner in the real Anki, for rehearsals: studies, edits, tags, moves, imports a release, and looks what is left.

Needs the package `anki` of any version from 24.11 on, and nothing else of psm-cards: whoever imports this module has
asked for it. Anki is AGPL, so it is an extra that nobody gets unasked.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from anki.buildinfo import version as anki_version
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

VERSION: str = anki_version

SYNCED = ("notes", "cards", "revlog", "notetypes", "decks", "deck_config", "config", "tags", "graves")
"""The tables whose rows have a number that says whether they are to be uploaded."""

_TO_UPLOAD = -1
_GOOD, _AGAIN = 3, 1
_RED = 1
_LEECH_AT = 8
_REVIEW = 2


@dataclass(frozen=True)
class Imported:
    """What an import did to which notes, by guid, in Anki's own words; complaints are notes it could not place."""

    new: Sequence[str]
    updated: Sequence[str]
    duplicate: Sequence[str]
    conflicting: int
    complaints: int


@dataclass(frozen=True)
class Seen:
    """A note as the learner has it."""

    mod: int
    fields: Sequence[str]
    tags: Sequence[str]
    note_type: str


@dataclass(frozen=True)
class State:
    """All that a learner has: notes by guid, cards by guid and ordinal, reviews, decks, looks by note type.

    Of a card: its id, its deck, then its scheduling and its flag, then its deck before a filtered one. `schema` changes
    if Anki forces a full sync.
    """

    notes: Mapping[str, Seen]
    cards: Mapping[str, Sequence[Any]]
    reviews: Sequence[Sequence[Any]]
    decks: Sequence[str]
    looks: Mapping[str, str]
    schema: int


@dataclass(frozen=True)
class Upload:
    """What the next sync would upload: rows by table, only those with some, and about how many bytes."""

    rows: Mapping[str, int]
    size: int


class Learner:
    """A learner's collection in a folder."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.collection: Any = Collection(str(folder / "collection.anki2"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.collection.close()

    def take(self, package: Path) -> Imported:
        """Import a package with the options of Anki's dialog as it opens the first time."""
        request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
        log = self.collection.import_anki_package(request).log
        # Anki's window does so after each import; the note types would else be those from before.
        self.collection.models._clear_cache()  # noqa: SLF001 (see above)
        complaints = (*log.missing_notetype, *log.missing_deck, *log.empty_first_field, *log.first_field_match)
        return Imported(
            self._guids(log.new),
            self._guids(log.updated),
            self._guids(log.duplicate),
            len(log.conflicting),
            len(complaints),
        )

    def _guids(self, entries: Any) -> list[str]:  # noqa: ANN401 (anki is untyped here)
        known = dict(self.collection.db.all("SELECT id, guid FROM notes"))
        return sorted(known[one.id.nid] for one in entries)

    def study(self, most: int = 50) -> int:
        """Answer cards of every deck until the scheduler has no more for today; return how many answers it were."""
        answers = 0
        for deck in self.collection.decks.all_names_and_ids():
            if "::" in deck.name:
                continue
            self.collection.decks.select(deck.id)
            while answers < most and (card := self.collection.sched.getCard()):
                self.collection.sched.answerCard(card, _GOOD)
                answers += 1
        self._settle()
        return answers

    def _settle(self) -> None:
        """Let Anki mend what it would find wrong in what the learner did: it is no fault of what is imported next.

        Measured: of answers over the border of a second it takes some for older than their reviews, and says so.
        """
        self.collection._backend.check_database()  # noqa: SLF001 (its public twin shows a message)

    def edit(self, guid: str, words: str, mod: int | None = None) -> None:
        """Add words to a note's last field that has some, at a time in seconds or now."""
        note = self._note(guid)
        at = max(index for index, value in enumerate(note.fields) if value and note.keys()[index] != "Id")
        note.fields[at] += words
        self.collection.update_note(note)
        self.date(guid, mod)

    def tag(self, guid: str, tag: str, mod: int | None = None) -> None:
        """Add a tag to a note, at a time in seconds or now."""
        self.collection.tags.bulk_add([self._note(guid).id], tag)
        self.date(guid, mod)

    def date(self, guid: str, mod: int | None) -> None:
        """Let a note have been changed at a time in seconds: what is rehearsed in a moment takes learners weeks."""
        if mod is not None:
            self.collection.db.execute("UPDATE notes SET mod = ? WHERE guid = ?", mod, guid)

    def flag(self, guid: str) -> None:
        """Flag the cards of a note."""
        self.collection.set_user_flag_for_cards(_RED, self._cards(guid))

    def suspend(self, guid: str) -> None:
        """Suspend the cards of a note."""
        self.collection.sched.suspend_cards(self._cards(guid))

    def move(self, guid: str, deck: str) -> None:
        """Move the cards of a note into a deck of the learner's own."""
        self.collection.set_deck(self._cards(guid), self.collection.decks.id(deck))

    def rename_deck(self, guid: str, suffix: str) -> str:
        """Rename the deck of a note's first card, and return what it was called."""
        deck = self.collection.get_card(self._cards(guid)[0]).did
        name: str = self.collection.decks.name(deck)
        self.collection.decks.rename(deck, name + suffix)
        return name

    def restyle(self, css: str, mod: int | None = None) -> None:
        """Add a learner's own rules to the style sheet of every note type in use, at a time in seconds or now."""
        for number in self.collection.db.list("SELECT DISTINCT mid FROM notes"):
            note_type = self.collection.models.get(number)
            note_type["css"] += css
            self.collection.models.update_dict(note_type)
            if mod is not None:
                self.collection.db.execute("UPDATE notetypes SET mtime_secs = ? WHERE id = ?", mod, number)
        self.collection.models._clear_cache()  # noqa: SLF001 (its times have just changed)

    def lapse(self, guid: str, mod: int | None = None) -> None:
        """Forget a card for the eighth time: Anki suspends it and tags its note as a leech."""
        card = self.collection.get_card(self._cards(guid)[0])
        card.type = card.queue = _REVIEW
        card.due, card.ivl, card.reps, card.lapses, card.factor = (
            self.collection.sched.today,
            10,
            20,
            _LEECH_AT - 1,
            2500,
        )
        self.collection.update_card(card)
        card.start_timer()
        self.collection.sched.answerCard(card, _AGAIN)
        self._settle()
        self.date(guid, mod)

    def own_file(self, name: str, content: str) -> Path:
        """Put a file of the learner's own among the media, and return where it is."""
        path = Path(self.collection.media.dir()) / name
        path.write_text(content, encoding="utf-8")
        return path

    def _note(self, guid: str) -> Any:  # noqa: ANN401 (anki is untyped here)
        return self.collection.get_note(self.collection.db.scalar("SELECT id FROM notes WHERE guid = ?", guid))

    def _cards(self, guid: str) -> list[int]:
        query = "SELECT c.id FROM cards c JOIN notes n ON n.id = c.nid WHERE n.guid = ? ORDER BY c.ord"
        found: list[int] = self.collection.db.list(query, guid)
        return found

    def state(self) -> State:
        """Return all that the learner has."""
        database, models, decks = self.collection.db, self.collection.models, self.collection.decks
        types = {one.id: models.get(one.id) for one in models.all_names_and_ids()}
        names = {one.id: one.name for one in decks.all_names_and_ids(include_filtered=True)}
        notes = {
            guid: Seen(mod, fields.split("\x1f"), tags.split(), types[number]["name"])
            for guid, mod, fields, tags, number in database.all("SELECT guid, mod, flds, tags, mid FROM notes")
        }
        columns = "type, queue, c.due, ivl, factor, reps, lapses, left, odue, odid, c.flags"
        query = f"SELECT n.guid, ord, c.id, did, {columns} FROM cards c JOIN notes n ON n.id = c.nid"  # noqa: S608 (ours)
        cards = {
            f"{guid}/{one}": [number, names[deck], *rest] for guid, one, number, deck, *rest in database.all(query)
        }
        return State(
            notes,
            cards,
            [
                list(row)
                for row in database.all("SELECT id, cid, ease, ivl, lastIvl, factor, type FROM revlog ORDER BY id")
            ],
            sorted(names.values()),
            {one["name"]: one["css"] for one in types.values()},
            database.scalar("SELECT scm FROM col"),
        )

    def sync(self) -> None:
        """Let everything be uploaded."""
        for table in SYNCED:
            self.collection.db.execute(f"UPDATE {table} SET usn = 0 WHERE usn = -1")  # noqa: S608 (our own names)

    def upload(self) -> Upload:
        """Return what the next sync would upload."""
        rows = {table: self._waiting(table) for table in SYNCED}
        found = {table: waiting for table, waiting in rows.items() if waiting}
        packed = zlib.compress(json.dumps(found, default=bytes.hex).encode()) if found else b""
        return Upload({table: len(waiting) for table, waiting in found.items()}, len(packed))

    def _waiting(self, table: str) -> list[Any]:
        found: list[Any] = self.collection.db.all(f"SELECT * FROM {table} WHERE usn = {_TO_UPLOAD}")  # noqa: S608 (ours)
        return found

    def faults(self) -> list[str]:
        """Return what Anki itself finds wrong: in the database, and of the media."""
        missing = [f"the media file `{name}` is missing" for name in self.collection.media.check().missing]
        return [*missing, *self.collection._backend.check_database()]  # noqa: SLF001 (its public twin joins the lines)
