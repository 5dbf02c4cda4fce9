"""The deck of this repository against the two source documents that it cites passages of."""

import pytest
from tests.citations.source_texts import BOILERPLATE, SEEDS
from tests.environment import ROOT

from psm_cards.citations import locators, passages, sourcetext, suggestions, texts
from psm_cards.citations.offsets import Offsets
from psm_cards.citations.sourcetext import SourceText
from psm_cards.diagnostics import Problem
from psm_cards.project import load

pytestmark = pytest.mark.repository

SEED_FILES = {"seed-conclusion": "000_ea75bfaf435926b7.txt", "seed-interp": "001_2053ebd3a150343a.txt"}


@pytest.fixture(scope="module")
def seeds() -> dict[str, SourceText]:
    """Return the texts of the two source documents, which are no part of the repository."""
    if not SEEDS.is_dir():
        pytest.skip("the source documents are not on this machine")
    return {
        "seed-conclusion": sourcetext.load(texts.read(SEEDS / SEED_FILES["seed-conclusion"])),
        "seed-interp": sourcetext.load(texts.read(SEEDS / SEED_FILES["seed-interp"]), BOILERPLATE),
    }


@pytest.fixture(scope="module")
def cited() -> list[tuple[str, str]]:
    """Return source and locator of each citation of a seed."""
    project, _ = load(ROOT)
    assert project is not None
    citations = [one for deck in project.decks for note in deck.notes for one in note.citations]
    return [(one.source, one.at) for one in citations if one.source in SEED_FILES and one.at]


def test_every_locator_of_the_deck_marks_a_passage(seeds: dict[str, SourceText], cited: list[tuple[str, str]]) -> None:
    refused = []
    for source, at in cited:
        try:
            passages.find(seeds[source], locators.parse(at))
        except Problem as problem:
            refused.append((at, problem.finding.message))

    assert refused == []
    assert len(cited) > 20


def test_a_passage_that_reaches_over_boilerplate_needs_it_stripped(seeds: dict[str, SourceText]) -> None:
    locator = locators.parse("Caveat! Not all representations")
    raw = sourcetext.load(texts.read(SEEDS / SEED_FILES["seed-interp"]))

    assert passages.find(seeds["seed-interp"], locator).words.startswith("caveat not all")
    with pytest.raises(Problem):
        passages.find(raw, locator)


def test_one_word_changed_in_any_cited_passage_is_seen(
    seeds: dict[str, SourceText], cited: list[tuple[str, str]]
) -> None:
    for key, at in cited:
        source, locator = seeds[key], locators.parse(at)
        passage = passages.find(source, locator)
        middle = source.normal.forth((passage.start + passage.end) // 2)
        start = source.normal.text.rfind(" ", 0, middle) + 1
        end = source.normal.text.find(" ", middle)
        word = source.from_words(start, end if end > 0 else len(source.normal.text))
        changed = f"{source.text[: word.start]}qqzz{source.text[word.end :]}"
        document = texts.Document(source.document.path, changed, changed, "", Offsets())
        other = sourcetext.load(document)
        try:
            after = passages.digest(other, passages.find(other, locator))
        except Problem:
            continue
        assert after != passages.digest(source, passage), at


def test_nearly_every_sentence_of_the_seeds_has_a_locator(seeds: dict[str, SourceText]) -> None:
    without = [
        one.words
        for source in seeds.values()
        for one in source.sentences()
        if suggestions.suggest(source, one.start, one.end) is None
    ]

    # Another passage begins with all of its words.
    assert without == ["for instance templeton et al"]
