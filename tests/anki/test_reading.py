"""A package reads back as the notes that were put into it."""

import zipfile
from pathlib import Path

import pytest

from psm_cards import anki
from psm_cards.anki import identity
from psm_cards.files import FileProblem
from psm_cards.model import FIELDS, Kind
from tests.anki import samples


def test_a_package_reads_back_with_fields_tags_decks_and_cards(tmp_path: Path) -> None:
    rendered = samples.project()
    samples.build(rendered, tmp_path / "sample.apkg")

    stored = anki.read(tmp_path / "sample.apkg")

    planned, _ = anki.plan(rendered)
    assert {one.guid: (anki.SEPARATOR.join(one.fields.values()), one.ordinals) for one in stored.notes.values()} == {
        note.guid: (note.fields, note.ordinals) for note in planned.notes
    }
    assert {one.deck for one in stored.notes.values()} == {samples.DECK}
    assert {one.mod for one in stored.notes.values()} == {samples.RELEASED}
    assert {tuple(one.fields) for one in stored.notes.values()} == {FIELDS[Kind.BASIC], FIELDS[Kind.CLOZE]}
    assert stored.note_types[identity.note_type_id("sample", Kind.CLOZE)] == samples.RELEASED


@pytest.mark.parametrize("entry", ["collection.anki2", "collection.anki21b", "other"])
def test_what_is_no_package_of_ours_is_refused(tmp_path: Path, entry: str) -> None:
    path = tmp_path / "other.apkg"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, b"SQLite format 3\0 and nothing more")

    with pytest.raises(FileProblem, match=r"cannot read `.*other\.apkg`: it is no package as psm-cards writes it"):
        anki.read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no such file or directory"):
        anki.read(tmp_path / "lost.apkg")
