"""A written package imports into the real Anki without a word, is the same each time, and never half there."""

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anki.collection import Collection

from psm_cards import anki
from psm_cards.anki import archive, database, identity
from psm_cards.files import FileProblem
from psm_cards.model import FIELDS, Kind, Media, RenderedDeck, RenderedProject
from tests.anki import samples
from tests.anki.probe import Import, import_into, probe

ROOT = Path(__file__).parents[2]


@contextmanager
def learner(folder: Path, package: Path) -> Iterator[Any]:
    """Open a fresh collection with the package imported."""
    collection = Collection(str(folder / "collection.anki2"))
    try:
        import_into(collection, package)
        yield collection
    finally:
        collection.close()


def with_media(folder: Path) -> RenderedProject:
    """Return a project whose notes and look use a picture, a sound and an asset of the template."""
    names = ("dot-0123456789ab.png", "tone-0123456789ab.mp3", "_psm-logo-0123456789ab.svg")
    folder.mkdir(exist_ok=True)
    # The files' own names sort otherwise than those in Anki.
    media = tuple(Media(name, folder / name[::-1]) for name in names)
    for one in media:
        one.path.write_bytes(one.name.encode() * 100)
    note = samples.basic(Question=f'<img src="{names[0]}">', Answer=f"[sound:{names[1]}]")
    look = samples.with_template(samples.LOOKS[0], 0, front=f'{{{{Question}}}}<img src="{names[2]}">')
    return samples.with_look(samples.project(note, *samples.every_sort(), media=media), look)


def test_a_package_imports_as_new_and_again_as_nothing_new(tmp_path: Path) -> None:
    summary = samples.build(with_media(tmp_path / "media"), tmp_path / "sample.apkg")
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
    samples.build(replace(samples.project(), decks=decks), tmp_path / "sample.apkg")
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
    note = replace(samples.basic("über", Question="<b>Wer?</b> &amp; wie"), tags=("psm::b", "a"))
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
    samples.build(with_media(tmp_path / "media"), tmp_path / "sample.apkg")
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
    summary = samples.build(replace(samples.project(), decks=decks), tmp_path / "sample.apkg")
    assert summary.decks == 1
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        for name, description in (("A", "<p>About all</p>"), ("A::B", "<p>About <b>B</b></p>")):
            deck = collection.decks.by_name(name)
            assert deck["desc"] == description
            assert not deck.get("md")


def test_media_arrive_under_their_names_and_none_is_missing(tmp_path: Path) -> None:
    rendered = with_media(tmp_path / "media")
    samples.build(rendered, tmp_path / "sample.apkg")
    with learner(tmp_path, tmp_path / "sample.apkg") as collection:
        folder = Path(collection.media.dir())
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
            one.name: one.path.read_bytes() for one in rendered.media
        }
        check = collection.media.check()
        assert (list(check.missing), list(check.unused)) == ([], [])


def test_the_archive_has_fixed_entries_times_and_rights(tmp_path: Path) -> None:
    samples.build(with_media(tmp_path / "media"), tmp_path / "sample.apkg")
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
from tests.anki.test_package import with_media
os.umask(0o077)
folder = Path(sys.argv[1])
samples.build(with_media(folder / "elsewhere"), folder / "b.apkg")
"""


def run(program: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    settings = {"PYTHONPATH": str(ROOT), "PATH": os.defpath} | environment
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def test_the_same_project_gives_the_same_bytes_in_another_folder_time_zone_umask_and_hash_seed(tmp_path: Path) -> None:
    samples.build(with_media(tmp_path / "media"), tmp_path / "a.apkg")
    done = run(BUILD, str(tmp_path), TZ="Asia/Tokyo", PYTHONHASHSEED="4711", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    one, other = ((tmp_path / name).read_bytes() for name in ("a.apkg", "b.apkg"))
    assert hashlib.sha256(one).digest() == hashlib.sha256(other).digest()


def test_the_order_of_looks_and_media_changes_no_byte(tmp_path: Path) -> None:
    rendered = with_media(tmp_path / "media")
    samples.build(rendered, tmp_path / "a.apkg")
    turned = replace(rendered, looks=rendered.looks[::-1], media=rendered.media[::-1])
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
    summary = samples.build(replace(samples.project(), decks=()), tmp_path / "sample.apkg")
    assert (summary.notes, summary.decks) == (0, 0)
    assert probe(summary.path, tmp_path).first == Import(0, 0, 0, 0, 0)


def calls_of_dumps(decks: int) -> int:
    """Return how often JSON is written while a database with so many decks is built."""
    many = tuple(RenderedDeck(f"Deck {number}", "", (samples.basic(f"n{number}"),)) for number in range(decks))
    planned, _ = anki.plan(replace(samples.project(), decks=many))
    rows = database.rows(planned, samples.RELEASED)
    names: list[str] = []
    sys.setprofile(lambda frame, event, _: names.append(frame.f_code.co_name) if event == "call" else None)
    try:
        database.build(planned, rows, samples.RELEASED)
    finally:
        sys.setprofile(None)
    return names.count("dumps")


def test_two_thousand_decks_are_written_as_json_as_often_as_two() -> None:
    assert calls_of_dumps(2) == calls_of_dumps(2000) > 0


def test_a_folder_that_cannot_be_is_a_problem_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FileProblem, match="cannot write"):
        samples.build(samples.project(), tmp_path / "file" / "sample.apkg")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


DISK_FULL = """
import resource, sys
from pathlib import Path
from psm_cards.files import FileProblem
from tests.anki import samples
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    samples.build(samples.project(), Path(sys.argv[1]))
except FileProblem as problem:
    print(problem)
"""


def test_a_write_that_fails_midway_leaves_the_old_package_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "sample.apkg"
    target.write_text("the old package")
    done = run(DISK_FULL, str(target))
    assert done.stdout == f"cannot write `{target}`: file too large\n", done.stderr
    assert target.read_text() == "the old package"
    assert list(tmp_path.iterdir()) == [target]


def test_media_that_vanish_after_the_plan_leave_the_old_package_and_nothing_else(tmp_path: Path) -> None:
    rendered = with_media(tmp_path / "media")
    planned, _ = anki.plan(rendered)
    gone = rendered.media[1].path
    gone.unlink()
    target = tmp_path / "build" / "sample.apkg"
    target.parent.mkdir()
    target.write_text("the old package")
    with pytest.raises(FileProblem) as caught:
        anki.write(planned, samples.RELEASED, target)
    assert str(caught.value) == f"cannot read `{gone}`: no such file or directory"
    assert target.read_text() == "the old package"
    assert list(target.parent.iterdir()) == [target]


# Every reading of this file gives something else.
UNSTABLE = Path("/proc/sys/kernel/random/uuid")


@pytest.mark.skipif(not UNSTABLE.exists(), reason="needs a file of Linux that differs at each reading")
def test_a_package_that_does_not_read_back_as_written_never_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    media = (Media("unstable-0123456789ab.png", UNSTABLE),)
    planned, found = anki.plan(samples.project(samples.basic(), media=media))
    assert not found
    target = tmp_path / "sample.apkg"
    target.write_text("the old package")
    with pytest.raises(FileProblem) as caught:
        anki.write(planned, samples.RELEASED, target)
    cause = "it does not read back as written: `unstable-0123456789ab.png` changed while it was copied"
    assert str(caught.value) == f"cannot write `{target}`: {cause}"
    assert target.read_text() == "the old package"
    assert list(tmp_path.iterdir()) == [target]


def test_a_package_that_reads_back_otherwise_is_told_apart_by_what_differs(tmp_path: Path) -> None:
    planned, _ = anki.plan(with_media(tmp_path / "media"))
    rows = database.rows(planned, samples.RELEASED)
    target = tmp_path / "sample.apkg"
    hashes = archive.write(target, database.build(planned, rows, samples.RELEASED), planned.media)
    media = list(zip((one.name for one in planned.media), hashes, strict=True))
    assert archive.difference(target, rows, media) == ""
    assert archive.difference(target, replace(rows, cards=rows.cards[1:]), media) == "other notes or cards"
    assert archive.difference(target, rows, media[1:]) == "other entries"
    renamed = [("x.png", hashes[0]), *media[1:]]
    assert archive.difference(target, rows, renamed) == "other media names"
    changed = [*media[:2], (media[2][0], "0" * 64)]
    assert archive.difference(target, rows, changed) == "`tone-0123456789ab.mp3` changed while it was copied"


def test_a_damaged_byte_anywhere_in_the_package_is_noticed(tmp_path: Path) -> None:
    planned, _ = anki.plan(with_media(tmp_path / "media"))
    rows = database.rows(planned, samples.RELEASED)
    target = tmp_path / "sample.apkg"
    hashes = archive.write(target, database.build(planned, rows, samples.RELEASED), planned.media)
    media = list(zip((one.name for one in planned.media), hashes, strict=True))
    whole = target.read_bytes()
    for offset in (10_000, len(whole) - 3_000):
        target.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        assert "bad crc-32" in archive.difference(target, rows, media)
    target.write_bytes(whole[:30_000])
    assert archive.difference(target, rows, media) == "file is not a zip file"


@pytest.mark.parametrize("name", ["collection.apkg", "Backup-2026.apkg", "sample.zip"])
def test_a_name_that_anki_takes_for_a_backup_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileProblem):
        samples.build(samples.project(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []
