"""The deck that this repository ships: what the sources allow, what the real Anki accepts."""

import json
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from psm_cards import workflows
from psm_cards.model import Project
from psm_cards.project import load
from tests.anki.probe import probe
from tests.environment import ROOT, SEED_FILES, SEEDS, old_anki

pytestmark = pytest.mark.repository

DECKS = (
    *("0 Words", "1 What PSM says", "2 Evidence from generalization", "3 Evidence from behaviour"),
    *("4 Evidence inside the model", "5 Caveats and counter-evidence", "6 Consequences for AI development"),
    "7 How exhaustive is PSM",
)
TRANSCRIPT_ERRORS = re.compile(
    r"GPT-40|GPT-4-0|Lindsay|suscistant|Claude III|LLLM|2024 I\b|non-human|assistant persona"
)
MOST_SHARED = 7
"""Words in a row that a card may share with a seed: one less than what would be copied wording."""


@pytest.fixture(scope="module")
def deck() -> Project:
    """Return this repository's project."""
    project, diagnostics = load(ROOT)
    assert diagnostics == []
    assert project is not None
    return project


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the package of this repository's project."""
    target = workflows.Target(tmp_path_factory.mktemp("deck"), "test", workflows.UNRELEASED)
    built = workflows.build(ROOT, target, lambda _stage: None, strict=True)
    assert built.report.diagnostics == ()
    assert built.package is not None
    return built.package.path


def test_the_deck_has_no_problem_and_90_to_140_notes_of_both_kinds(deck: Project, package: Path) -> None:
    notes = [note for part in deck.decks for note in part.notes]

    assert package.stat().st_size > 0
    assert 90 <= len(notes) <= 140
    assert {note.kind.value for note in notes} == {"basic", "cloze"}
    assert any(note.typed for note in notes)
    assert any(note.reverse for note in notes)


def test_the_decks_have_their_final_names_in_order(deck: Project) -> None:
    names = [part.name.removeprefix("Persona selection model::") for part in deck.decks]

    assert names == [name for name in DECKS if name in names]


def test_the_real_anki_takes_the_deck_without_a_complaint(package: Path, tmp_path: Path) -> None:
    found = probe(package, tmp_path)

    assert found.problems() == []
    assert (found.first.new, found.first.conflicting) == (found.notes, 0)
    assert (found.second.new, found.second.updated) == (0, 0)


@pytest.mark.old_anki
def test_anki_24_11_takes_the_deck_without_a_complaint(package: Path) -> None:
    done = subprocess.run(
        [old_anki(), ROOT / "tests" / "anki" / "probe.py", package], capture_output=True, check=True, encoding="utf-8"
    )

    found = json.loads(done.stdout)
    assert found["anki"].startswith("24.11")
    assert found["problems"] == []
    assert (found["first"]["new"], found["second"]["updated"]) == (found["notes"], 0)


def words(text: str) -> str:
    """Return a text as words with one space between them: what a locator is compared with."""
    text = (
        unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("\N{RIGHT SINGLE QUOTATION MARK}", "")
    )
    joined = " ".join(re.findall(r"\w+", text))
    return f" {joined} "


@pytest.fixture(scope="module")
def seeds() -> dict[str, str]:
    """Return the words of the two source documents, which are no part of the repository."""
    if not SEEDS.is_dir():
        pytest.skip("the source documents are not on this machine")
    return {key: words((SEEDS / name).read_text(encoding="utf-8")) for key, name in SEED_FILES.items()}


def texts(deck: Project) -> Iterator[tuple[str, str]]:
    """Yield each text of a card with its note's id."""
    for part in deck.decks:
        for note in part.notes:
            for text in (note.question, note.answer, note.cloze, note.explanation, note.hint):
                if text is not None:
                    yield note.id, text.value


def test_no_card_repeats_an_error_of_the_transcript(deck: Project) -> None:
    assert [note_id for note_id, text in texts(deck) if TRANSCRIPT_ERRORS.search(text)] == []


def test_no_card_shares_eight_words_in_a_row_with_a_source_document(deck: Project, seeds: dict[str, str]) -> None:
    for note_id, text in texts(deck):
        row = words(re.sub(r"\{\{c\d+::|::[^}]*\}\}|\}\}", " ", text)).split()
        runs = (" ".join(row[at : at + MOST_SHARED + 1]) for at in range(len(row) - MOST_SHARED))
        copied = [run for run in runs if any(f" {run} " in seed for seed in seeds.values())]
        assert copied == [], note_id
