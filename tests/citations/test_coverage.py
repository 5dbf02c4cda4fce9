"""Each sentence of a text with the notes that cite it, each item of the syllabus with those that cover it."""

from itertools import accumulate, chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.citations.source_texts import BOILERPLATE, SEEDS, in_memory
from tests.citations.test_texts_pdf import PAGES, pdf
from tests.places import HERE
from tests.project_case import HEAD

from psm_cards import citations, project
from psm_cards.citations import Coverage, Verification
from psm_cards.citations.coverage import NEW_LINE, NEW_PARAGRAPH, ItemCoverage, Sentence, SourceCoverage, Standing
from psm_cards.citations.sourcetext import Passage
from psm_cards.diagnostics import Span
from psm_cards.model import Citation, Deck, HeldText, Item, Kind, Note, Project, Source

TEXT = """\
Contents of the talk
The moon is made of rock. Its far side was seen first in 1959! Nobody has walked on it since.

Thank you.
"""
DECKS = f"""{HEAD}sources:
  talk: {{type: speech, title: A talk, custom: {{text: talk.txt}}}}
  book: {{type: book, title: A book}}
  diary: {{type: book, title: A diary, custom: {{text: diary.txt}}}}
syllabus:
- {{id: C1, text: What it is made of}}
- {{id: C2, text: Who was there}}
decks:
- name: Moon
  notes:
  - {{id: rock, question: Q, answer: A, covers: [C1], cite: [{{source: talk, at: made of … far side}}]}}
  - id: far
    question: Q
    answer: A
    covers: [C1]
    cite: [{{source: talk, at: Its far side}}, {{source: talk, at: was seen first}}, {{source: book, page: 3}}]
"""


class Talk:
    """A project that cites a text which lies beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.decks = DECKS
        self.text = TEXT

    def custom(self, more: str) -> "Talk":
        """Say more of the text."""
        self.decks = self.decks.replace("{text: talk.txt", f"{{text: talk.txt, {more}")
        return self

    def measure(self) -> Coverage:
        """Return what the notes cover."""
        (self.folder / "decks.yaml").write_text(self.decks, encoding="utf-8")
        (self.folder / "talk.txt").write_text(self.text, encoding="utf-8")
        loaded, problems = project.load(self.folder)
        assert loaded is not None
        assert problems == []
        return citations.measure(loaded, citations.verify(loaded, [], updating=True))

    def sentences(self) -> list[tuple[str, str, str]]:
        """Return of each sentence its place, what the notes make of it, and these notes or the reason."""
        source = self.measure().sources[0]
        return [
            (f"{one.span.line}:{one.span.column}", one.standing.value, " ".join(one.notes) or one.reason)
            for one in source.sentences or ()
        ]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_a_sentence_has_the_notes_that_cite_a_word_of_it_each_once_and_in_their_order(talk: Talk) -> None:
    assert talk.sentences() == [
        ("1:1", "uncovered", ""),
        ("2:1", "cited", "rock"),
        ("2:27", "cited", "rock far"),
        ("2:64", "uncovered", ""),
        ("4:1", "uncovered", ""),
    ]


def test_a_sentence_knows_its_words_and_what_stands_before_it(talk: Talk) -> None:
    sentences = talk.measure().sources[0].sentences or ()

    assert [one.gap for one in sentences] == ["", NEW_LINE, " ", " ", NEW_PARAGRAPH]
    assert sentences[2].text == "Its far side was seen first in 1959!"


def test_what_is_skipped_needs_no_card_and_says_why(talk: Talk) -> None:
    talk.custom("skip: [{at: Contents … talk, reason: a heading}, {at: 3-9, reason: manners}]")

    assert [one for one in talk.sentences() if one[1] != "cited"] == [
        ("1:1", "skipped", "a heading"),
        ("2:64", "uncovered", ""),
        ("4:1", "skipped", "manners"),
    ]


def test_a_sentence_that_is_cited_counts_as_cited_although_it_needs_no_card(talk: Talk) -> None:
    talk.custom("skip: [{at: 1-4, reason: all of it}]")

    assert [one[1] for one in talk.sentences()] == ["skipped", "cited", "cited", "skipped", "skipped"]
    assert talk.measure().sources[0].percent == 100


def test_an_entry_that_names_no_sentence_is_told_at_its_place(talk: Talk) -> None:
    talk.custom("skip: [{at: Thank you, reason: manners}, {at: Thanks, reason: manners}, {at: 99, reason: none}]")

    assert [(one.code, one.message, one.span and one.span.column) for one in talk.measure().diagnostics] == [
        ("unused-skip", "no sentence `Thanks` in `talk.txt`", 110),
        ("unused-skip", "no lines with a sentence of their own `99` in `talk.txt`", 141),
    ]


def test_the_first_of_two_equal_entries_gives_the_reason_and_neither_is_called_unused(talk: Talk) -> None:
    talk.custom("skip: [{at: Thank you, reason: manners}, {at: Thank you, reason: politeness}]")

    assert talk.sentences()[-1] == ("4:1", "skipped", "manners")
    assert talk.measure().diagnostics == ()


def test_only_a_sentence_that_lacks_a_card_has_a_locator_and_one_that_stands_twice_has_none(talk: Talk) -> None:
    talk.text = f"{TEXT}\nContents of the talk\n"
    talk.custom("skip: [{at: Thank you, reason: manners}]")
    source = talk.measure().sources[0]

    assert [str(source.locator(one)) for one in source.sentences or ()] == [
        *("None", "None", "None", "Nobody has walked on", "None", "None"),
    ]


def test_a_text_that_is_not_at_hand_has_no_sentences_and_one_that_is_not_named_is_none(talk: Talk) -> None:
    coverage = talk.measure()

    assert coverage.sources[1] == SourceCoverage("diary", "diary.txt")
    assert coverage.textless == ("book",)
    assert not coverage.is_whole


def test_a_text_that_no_note_cites_is_read_all_the_same(talk: Talk) -> None:
    (talk.folder / "diary.txt").write_text("Rain. Sun.", encoding="utf-8")

    diary = talk.measure().sources[1]

    assert (diary.path, diary.percent) == (talk.folder / "diary.txt", 0)
    assert diary.count(Standing.UNCOVERED) == 2


def test_a_sentence_of_a_pdf_knows_its_page(talk: Talk) -> None:
    talk.decks = talk.decks.replace("diary.txt", "diary.pdf")
    (talk.folder / "diary.pdf").write_bytes(pdf(PAGES))

    sentences = talk.measure().sources[1].sentences or ()

    assert [one.page for one in sentences] == [1, 1, 2, 2]


def test_an_item_of_the_syllabus_has_the_notes_that_cover_it(talk: Talk) -> None:
    coverage = talk.measure()

    assert [(one.item.id, one.notes) for one in coverage.items] == [("C1", ("rock", "far")), ("C2", ())]
    assert (coverage.covered_items, coverage.items_percent) == (1, 50)


def sentence(*notes: str, reason: str = "") -> Sentence:
    """Return a sentence that these notes cite."""
    return Sentence("Words.", "", Span("talk.txt", 1, 1, 1, 7), Passage(0, 6, "words"), notes=notes, reason=reason)


def source(cited: int, uncovered: int, skipped: int = 0) -> SourceCoverage:
    """Return a source with this many sentences of each standing."""
    rows = ([sentence("note")] * cited, [sentence()] * uncovered, [sentence(reason="a heading")] * skipped)
    return SourceCoverage("talk", "talk.txt", in_memory("Words."), tuple(chain.from_iterable(rows)))


@pytest.mark.parametrize(
    ("covered", "percent"),
    [(source(999, 1), 99), (source(1, 0), 100), (source(0, 1), 0), (source(0, 0, 3), 100), (source(1, 1, 100), 50)],
)
def test_a_share_is_rounded_down_and_what_is_skipped_has_no_part_in_it(covered: SourceCoverage, percent: int) -> None:
    assert covered.percent == percent


def test_less_than_the_least_is_an_error_for_each_source_and_for_the_syllabus() -> None:
    items = tuple(
        ItemCoverage(Item(f"C{number}", "An item", HERE), ("note",) * (number % 8 > 0)) for number in range(8)
    )
    coverage = Coverage((source(29, 1), source(0, 0), SourceCoverage("diary", "diary.txt")), items)

    assert [(one.code, one.message) for one in citations.shortfalls(coverage, 97)] == [
        ("low-coverage", "coverage of `talk` is 96 %, expected at least 97 %"),
        ("low-coverage", "coverage of `diary` is unknown without `diary.txt`, expected at least 97 %"),
        ("low-coverage", "coverage of the syllabus is 87 %, expected at least 97 %"),
    ]
    assert len(citations.shortfalls(coverage, 87)) == 1
    assert citations.shortfalls(Coverage(), 100) == []


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.data())
def test_a_passage_covers_the_sentences_that_it_has_words_of_and_no_other(
    lengths: list[int], data: st.DataObject
) -> None:
    ends = list(accumulate(lengths))
    words = [f"{'W' if number in (0, *ends) else 'w'}{number}" for number in range(ends[-1])]
    rows = [" ".join(words[end - length : end]) for length, end in zip(lengths, ends, strict=True)]
    gaps = data.draw(st.lists(st.sampled_from([". ", "! ", ".\n", ".\n\n"]), min_size=len(rows), max_size=len(rows)))
    text = in_memory("".join(map("".join, zip(rows, gaps, strict=True))))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    passage = text.from_words(_place(text.normal.text, words[first]), _place(text.normal.text, words[last], end=True))

    held = Source("talk", "speech", "A talk", text=HeldText("talk.txt", HERE))
    note = Note("note", Kind.BASIC, HERE, citations=(Citation("talk", HERE, "at"),))
    made = Project(Path(), "demo", "A demo", (Deck("Demo", HERE, (note,)),), {"talk": held})
    coverage = citations.measure(made, Verification(texts={"talk": text}, found={("talk", "at"): passage}))

    sentences = coverage.sources[0].sentences or ()
    expected = [first < end and last >= end - length for length, end in zip(lengths, ends, strict=True)]
    assert [one.standing is Standing.CITED for one in sentences] == expected


def _place(text: str, word: str, *, end: bool = False) -> int:
    place = f" {text} ".index(f" {word.lower()} ")
    return place + len(word) * end


@pytest.mark.repository
def test_without_the_lines_between_them_a_seeds_sentences_are_those_of_the_narration(talk: Talk) -> None:
    if not SEEDS.is_dir():
        pytest.skip("the seeds are not here")
    seed = SEEDS / "001_2053ebd3a150343a.txt"
    lines = ", ".join(f"'{line}'" for line in BOILERPLATE)
    talk.text = seed.read_text(encoding="utf-8")
    talk.decks = f"{DECKS[: DECKS.index('syllabus')]}decks: [{{name: D, notes: [{{id: a, question: Q, answer: A}}]}}]\n"
    talk.custom(f"strip: [{lines}], skip: [{{at: 1-11, reason: the menu}}]")

    assert [one[1] for one in talk.sentences()] == ["skipped"] * 7 + ["uncovered"] * 20
    assert talk.measure().diagnostics == ()
