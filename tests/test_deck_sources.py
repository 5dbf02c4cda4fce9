"""The deck that this repository ships against the texts it cites, which are no part of the repository."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from psm_cards.citations import evidence
from psm_cards.citations.evidence import Entry
from psm_cards.model import Project
from psm_cards.project import load
from tests.cli.program import json_report, psm_cards
from tests.environment import ROOT, SEED_FILES, SEEDS

pytestmark = pytest.mark.repository

PARTS = ("decks.yaml", "decks", "evidence.lock", "templates", "media")
AGAINST = ("check", "--strict", "--sources", "texts", "--format", "json")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of this repository's deck with the texts in `texts`."""
    if not SEEDS.is_dir():
        pytest.skip("the source documents are not on this machine")
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name)
        elif (ROOT / name).exists():
            shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "texts").mkdir()
    for name in SEED_FILES.values():
        (tmp_path / "texts" / name).write_bytes((SEEDS / name).read_bytes())
    return tmp_path


def loaded(folder: Path) -> Project:
    """Return the project of a folder."""
    project, problems = load(folder)
    assert project is not None
    assert problems == []
    return project


def places(folder: Path, entry: Entry) -> set[tuple[str, int]]:
    """Return file and line of each locator that names a passage."""
    spans = [
        citation.at_place.span()
        for deck in loaded(folder).decks
        for note in deck.notes
        for citation in note.citations
        if (citation.source, citation.at) == entry.key and citation.at_place
    ]
    return {(Path(span.file).relative_to(folder).as_posix(), span.line) for span in spans}


def longest(folder: Path, source: str) -> Entry:
    """Return the longest recorded passage of a source: there is room in it between its first and last words."""
    entries = evidence.read(folder).entries.values()
    return max((entry for entry in entries if entry.source == source), key=lambda entry: entry.end - entry.start)


def text_of(folder: Path, source: str) -> tuple[Path, str]:
    """Return the file with a source's text, and the text."""
    path = folder / "texts" / SEED_FILES[source]
    return path, path.read_text(encoding="utf-8")


def report(folder: Path) -> Any:  # noqa: ANN401 (a report as the JSON reader gives it)
    """Return what the check of a folder says, which must not be content."""
    done = psm_cards(folder, *AGAINST)
    assert done.returncode == 1
    return json_report(done.stdout)["diagnostics"]


def told(problems: Any, code: str) -> set[tuple[str, int]]:  # noqa: ANN401 (as above)
    """Return file and line of each problem of a code."""
    return {(problem["file"], problem["line"]) for problem in problems if problem["code"] == code}


def test_every_citation_of_a_text_is_verified_and_nothing_is_left_to_say(copy: Path) -> None:
    done = psm_cards(copy, *AGAINST)

    assert done.returncode == 0
    printed = json_report(done.stdout)
    cited = [
        citation.source
        for deck in loaded(copy).decks
        for note in deck.notes
        for citation in note.citations
        if citation.source in SEED_FILES
    ]
    assert set(cited) == set(SEED_FILES)
    assert printed["diagnostics"] == []
    assert (printed["citations"]["verified"], printed["citations"]["unverified"]) == (len(cited), 0)
    assert printed["citations"]["texts"] == len(SEED_FILES)


def test_the_recorded_evidence_is_up_to_date(copy: Path) -> None:
    before = (ROOT / "evidence.lock").read_bytes()

    assert psm_cards(copy, "check", "--sources", "texts", "--update-evidence").returncode == 0

    assert (copy / "evidence.lock").read_bytes() == before


def test_the_recorded_evidence_is_enough_without_the_texts(copy: Path) -> None:
    shutil.rmtree(copy / "texts")

    assert psm_cards(copy, "check", "--strict").returncode == 0


def test_every_sentence_of_the_texts_and_every_item_of_the_syllabus_is_covered(copy: Path) -> None:
    done = psm_cards(copy, "coverage", "--sources", "texts", "--fail-under", "100", "--strict", "--format", "json")

    assert done.returncode == 0
    covered = json.loads(done.stdout)["coverage"]
    assert [source["percent"] for source in covered["sources"]] == [100, 100]
    assert covered["syllabus"]["percent"] == 100
    assert all(
        passage["reason"] for source in covered["sources"] for passage in source["passages"] if not passage["notes"]
    )


@pytest.mark.parametrize("source", SEED_FILES)
def test_a_changed_word_in_a_passage_names_the_lines_of_its_notes_and_of_the_text(source: str, copy: Path) -> None:
    entry = longest(copy, source)
    path, text = text_of(copy, source)
    words = list(re.finditer(r"\w+", text[entry.start : entry.end]))
    middle = words[len(words) // 2]
    at = entry.start + middle.start()
    path.write_text(text[:at] + "xyzzy" + text[at + len(middle[0]) :], encoding="utf-8")

    problems = report(copy)

    assert places(copy, entry) <= told(problems, "passage-changed")
    line = text.count("\n", 0, entry.start) + 1
    related = [each["related"][0] for each in problems if (each["file"], each["line"]) in places(copy, entry)]
    assert {(one["file"], one["line"]) for one in related} == {(f"texts/{path.name}", line)}


@pytest.mark.parametrize("source", SEED_FILES)
def test_a_passage_that_is_gone_names_the_lines_of_its_notes_and_where_it_was(source: str, copy: Path) -> None:
    entry = longest(copy, source)
    path, text = text_of(copy, source)
    path.write_text(text[: entry.start] + text[entry.end :], encoding="utf-8")

    problems = report(copy)

    assert places(copy, entry) <= told(problems, "passage-not-found")
    line = text.count("\n", 0, entry.start) + 1
    for each in problems:
        if (each["file"], each["line"]) in places(copy, entry):
            assert (each["related"][-1]["file"], each["related"][-1]["line"]) == (f"texts/{path.name}", line)


@pytest.mark.parametrize("source", SEED_FILES)
def test_a_passage_that_is_there_twice_names_the_lines_of_its_notes_and_both_of_the_text(
    source: str, copy: Path
) -> None:
    entry = longest(copy, source)
    path, text = text_of(copy, source)
    path.write_text(f"{text.rstrip()}\n\n{text[entry.start : entry.end]}\n", encoding="utf-8")

    problems = report(copy)

    assert places(copy, entry) <= told(problems, "ambiguous-locator")
    lines = {text.count("\n", 0, entry.start) + 1, text.rstrip().count("\n") + 3}
    for each in problems:
        if (each["file"], each["line"]) in places(copy, entry):
            assert {one["line"] for one in each["related"]} == lines


@pytest.mark.parametrize("source", SEED_FILES)
def test_a_change_elsewhere_in_a_text_is_no_problem(source: str, copy: Path) -> None:
    path, text = text_of(copy, source)
    path.write_text(f"A new head of the page.\n\n{text}\nA new end of it.\n", encoding="utf-8")

    assert psm_cards(copy, *AGAINST).returncode == 0
