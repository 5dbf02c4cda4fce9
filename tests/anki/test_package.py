"""A written package imports into the real Anki without a word, is the same each time, and never half there."""

import hashlib
import json
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection

from psm_cards import anki
from psm_cards.anki import database, identity
from psm_cards.model import FIELDS, Kind, RenderedDeck
from psm_cards.project.notes import MOST_LEVELS
from tests.anki import samples
from tests.anki.probe import Import, import_into, probe


@contextmanager
def learner(folder: Path, package: Path) -> Iterator[Any]:
    """Open a fresh collection with the package imported."""
    collection = Collection(str(folder / "collection.anki2"))
    try:
        import_into(collection, package)
        yield collection
    finally:
        collection.close()


def test_a_package_imports_as_new_and_again_as_nothing_new(tmp_path: Path) -> None:
    summary = samples.build(samples.with_media(tmp_path / "media"), tmp_path / "sample.apkg")
    found = probe(summary.path, tmp_path)
    assert found.problems() == []
    assert found.first == Import(new=7, updated=0, duplicate=0, conflicting=0, complaints=0)
    assert found.second == Import(new=0, updated=0, duplicate=7, conflicting=0, complaints=0)
    assert (summary.notes, summary.cards, summary.decks, summary.media) == (7, 12, 1, 3)
    assert (found.notes, len(found.cards)) == (summary.notes, summary.cards)
    assert summary.size == summary.path.stat().st_size


def test_a_later_build_of_the_same_notes_updates_each_of_them_and_adds_none(tmp_path: Path) -> None:
    rendered = samples.project()
    samples.build(rendered, tmp_path / "old.apkg")
    samples.build(rendered, tmp_path / "new.apkg", samples.RELEASED + 1)
    with learner(tmp_path, tmp_path / "old.apkg") as collection:
        again = import_into(collection, tmp_path / "new.apkg")
    assert again == Import(new=0, updated=6, duplicate=0, conflicting=0, complaints=0)


def test_cards_stand_in_their_decks_in_the_order_of_the_notes_and_siblings_share_a_place(tmp_path: Path) -> None:
    decks = (
        RenderedDeck("S::One", "", (samples.basic("z", Reverse="r"), samples.basic("a"))),
        RenderedDeck("S::Two::Deep", "", (samples.cloze("{{c1::x}} {{c2::y}}", "b"),)),
    )
    samples.build(samples.project()._replace(decks=decks), tmp_path / "sample.apkg")
    found = probe(tmp_path / "sample.apkg", tmp_path)
    ids = {anki.guid_for("sample", note_id): note_id for note_id in "zab"}
    assert sorted((card.due, ids[card.guid], card.ordinal, card.deck) for card in found.cards) == [
        (1, "z", 0, "S::One"),
        (1, "z", 1, "S::One"),
        (2, "a", 0, "S::One"),
        (3, "b", 0, "S::Two::Deep"),
        (3, "b", 1, "S::Two::Deep"),
    ]
    assert found.decks == ["S", "S::One", "S::Two", "S::Two::Deep"]


def test_a_nested_deletion_asks_for_the_outer_and_the_inner_words(tmp_path: Path) -> None:
    samples.build(samples.project(samples.cloze("{{c1::all {{c2::inner}}}} end")), tmp_path / "sample.apkg")
    outer, inner = probe(tmp_path / "sample.apkg", tmp_path).cards
    assert outer.question.endswith('data-ordinal="1">[...]</span> end')
    assert 'all <span class="cloze" data-cloze="inner" data-ordinal="2">[...]</span>' in inner.question


def test_the_note_types_arrive_with_frozen_ids_and_fields(tmp_path: Path) -> None:
    samples.build(samples.project(), tmp_path / "sample.apkg")
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        for look in samples.LOOKS:
            kind = look.kind
            note_type = collection.models.by_name(f"sample {kind} (psm-cards)")
            assert note_type["id"] == identity.note_type_id("sample", kind)
            assert (note_type["type"], note_type["sortf"]) == (int(kind is Kind.CLOZE), 0)
            assert [field["name"] for field in note_type["flds"]] == list(FIELDS[kind])
            assert [field["id"] for field in note_type["flds"]] == [identity.field_id(kind, f) for f in FIELDS[kind]]
            templates = [(one["name"], one["qfmt"], one["afmt"], one["id"]) for one in note_type["tmpls"]]
            assert templates == [
                (one.name, one.front, one.back, identity.template_id(kind, one.name)) for one in look.templates
            ]
            assert note_type["css"] == look.css
            shut = {field["name"] for field in note_type["flds"] if field["collapsed"]}
            gates = {"Reverse"} if kind is Kind.BASIC else set()
            assert shut == gates | {"Typed", "Id", "Spare 1", "Spare 2", "Spare 3", "Spare 4"}


def test_notes_arrive_with_their_texts_tags_and_the_time_of_the_release(tmp_path: Path) -> None:
    note = samples.basic("über", Question="<b>Wer?</b> &amp; wie")._replace(tags=("psm::b", "a"))
    samples.build(samples.project(note), tmp_path / "sample.apkg")
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        stored = collection.get_note(collection.find_notes("")[0])
        assert (stored.guid, stored.fields, stored.tags) == (
            anki.guid_for("sample", "über"),
            list(note.fields),
            ["a", "psm::b"],
        )
        assert stored.mod == samples.RELEASED
        assert stored.id == samples.RELEASED * 1000
        assert collection.models.by_name("sample basic (psm-cards)")["mod"] == samples.RELEASED


def test_ids_count_up_from_the_release_in_the_order_of_the_guids(tmp_path: Path) -> None:
    samples.build(samples.project(), tmp_path / "sample.apkg")
    notes, cards = asked(
        tmp_path / "sample.apkg",
        "SELECT id, guid FROM notes ORDER BY guid",
        "SELECT id, nid, ord FROM cards ORDER BY nid, ord",
    )
    first = samples.RELEASED * 1000
    assert [note_id for note_id, _ in notes] == list(range(first, first + 6))
    assert [card_id for card_id, _, _ in cards] == list(range(first, first + 11))


def test_the_package_holds_the_sort_text_and_checksum_that_anki_computes_itself(tmp_path: Path) -> None:
    samples.build(samples.with_media(tmp_path / "media"), tmp_path / "sample.apkg")
    query = "SELECT guid, sfld, csum, tags, flds FROM notes ORDER BY guid"
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        theirs = [tuple(row) for row in collection.db.all(query)]
    assert asked(tmp_path / "sample.apkg", query) == [theirs]


def asked(package: Path, *queries: str) -> list[list[Any]]:
    """Return the rows of each query to a package's database."""
    with closing(sqlite3.connect(":memory:")) as connection, zipfile.ZipFile(package) as container:
        connection.deserialize(container.read("collection.anki2"))
        return [connection.execute(query).fetchall() for query in queries]


def test_deck_descriptions_arrive_as_html_also_that_of_a_deck_above_others(tmp_path: Path) -> None:
    decks = (RenderedDeck("A", "<p>About all</p>"), RenderedDeck("A::B", "<p>About <b>B</b></p>", (samples.basic(),)))
    summary = samples.build(samples.project()._replace(decks=decks), tmp_path / "sample.apkg")
    assert summary.decks == 1
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        for name, description in (("A", "<p>About all</p>"), ("A::B", "<p>About <b>B</b></p>")):
            deck = collection.decks.by_name(name)
            assert deck["desc"] == description
            assert not deck.get("md")


def test_media_arrive_under_their_names_and_none_is_missing(tmp_path: Path) -> None:
    rendered = samples.with_media(tmp_path / "media")
    samples.build(rendered, tmp_path / "sample.apkg")
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        folder = Path(collection.media.dir())
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            one.name: one.path.read_bytes() for one in rendered.media
        }
        check = collection.media.check()
        assert (list(check.missing), list(check.unused)) == ([], [])


def test_the_archive_has_fixed_entries_times_and_rights(tmp_path: Path) -> None:
    samples.build(samples.with_media(tmp_path / "media"), tmp_path / "sample.apkg")
    with zipfile.ZipFile(tmp_path / "sample.apkg") as container:
        assert container.namelist() == ["collection.anki2", "media", "0", "1", "2"]
        names = json.loads(container.read("media"))
        assert names == {"0": "_psm-logo-0123456789ab.svg", "1": "dot-0123456789ab.png", "2": "tone-0123456789ab.mp3"}
        for entry in container.infolist():
            assert (entry.date_time, entry.create_system) == ((1980, 1, 1, 0, 0, 0), 3)
            assert (entry.external_attr >> 16, entry.compress_type) == (0o100644, zipfile.ZIP_STORED)


BUILD = """
import os, sys
from pathlib import Path
from tests.anki import samples
os.umask(0o077)
folder = Path(sys.argv[1])
samples.build(samples.with_media(folder / "elsewhere"), folder / "b.apkg")
"""


def test_the_same_project_gives_the_same_bytes_in_another_folder_time_zone_umask_and_hash_seed(tmp_path: Path) -> None:
    samples.build(samples.with_media(tmp_path / "media"), tmp_path / "a.apkg")
    done = samples.run(BUILD, str(tmp_path), TZ="Asia/Tokyo", PYTHONHASHSEED="4711", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    one, other = ((tmp_path / name).read_bytes() for name in ("a.apkg", "b.apkg"))
    assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest()


def test_the_order_of_looks_and_media_changes_no_byte(tmp_path: Path) -> None:
    rendered = samples.with_media(tmp_path / "media")
    samples.build(rendered, tmp_path / "a.apkg")
    turned = rendered._replace(looks=rendered.looks[::-1], media=rendered.media[::-1])
    samples.build(turned, tmp_path / "b.apkg")
    assert (tmp_path / "a.apkg").read_bytes() == (tmp_path / "b.apkg").read_bytes()


def test_another_release_changes_the_bytes(tmp_path: Path) -> None:
    samples.build(samples.project(), tmp_path / "a.apkg")
    samples.build(samples.project(), tmp_path / "b.apkg", samples.RELEASED + 60)
    assert (tmp_path / "a.apkg").read_bytes() != (tmp_path / "b.apkg").read_bytes()


def test_the_database_is_whole_and_counts_nothing_of_its_making(tmp_path: Path) -> None:
    samples.build(samples.project(), tmp_path / "sample.apkg")
    with zipfile.ZipFile(tmp_path / "sample.apkg") as container:
        data = container.read("collection.anki2")
    assert data[24:28] == data[92:96] == data[96:100] == b"\0\0\0\1"
    verdict, collection, never_seen = asked(
        tmp_path / "sample.apkg",
        "PRAGMA integrity_check",
        "SELECT crt, mod, scm, ver FROM col",
        "SELECT DISTINCT usn, type, queue, ivl, factor, reps, odue, flags FROM cards",
    )
    assert verdict == [("ok",)]
    assert collection == [(1411124400, samples.RELEASED * 1000, samples.RELEASED * 1000, 11)]
    assert never_seen == [(-1, 0, 0, 0, 0, 0, 0, 0)]


def test_an_empty_project_is_an_empty_package_that_anki_takes(tmp_path: Path) -> None:
    summary = samples.build(samples.project()._replace(decks=()), tmp_path / "sample.apkg")
    assert (summary.notes, summary.decks) == (0, 0)
    assert probe(summary.path, tmp_path).first == Import(0, 0, 0, 0, 0)


def test_a_deck_as_deep_as_loading_allows_is_imported_and_anki_refuses_one_level_more(tmp_path: Path) -> None:
    deepest = "::".join(f"level {number}" for number in range(MOST_LEVELS))
    decks = (RenderedDeck(deepest, "", (samples.basic("one"),)),)
    built = samples.build(samples.project()._replace(decks=decks), tmp_path / "deepest.apkg")
    assert deepest in probe(built.path, tmp_path).decks

    decks = (RenderedDeck(f"{deepest}::more", "", (samples.basic("one"),)),)
    built = samples.build(samples.project()._replace(decks=decks), tmp_path / "deeper.apkg")
    (tmp_path / "another").mkdir()
    with pytest.raises(Exception, match="deck nesting level too deep"):
        probe(built.path, tmp_path / "another")


def calls_of_dumps(decks: int, path: Path) -> int:
    """Return how often JSON is written while a database with so many decks is built."""
    many = tuple(RenderedDeck(f"Deck {number}", "", (samples.basic(f"n{number}"),)) for number in range(decks))
    planned, _ = anki.plan(samples.project()._replace(decks=many))
    rows = database.rows(planned, samples.stamps(planned))
    names: list[str] = []
    sys.setprofile(lambda frame, event, _: names.append(frame.f_code.co_name) if event == "call" else None)
    try:
        database.write(path, planned, rows, samples.stamps(planned))
    finally:
        sys.setprofile(None)
    return names.count("dumps")


def test_two_thousand_decks_are_written_as_json_as_often_as_two(tmp_path: Path) -> None:
    assert calls_of_dumps(2, tmp_path / "few") == calls_of_dumps(2000, tmp_path / "many") > 0
