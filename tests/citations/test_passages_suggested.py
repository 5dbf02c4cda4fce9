"""The locator that is suggested for a passage marks it, and no other words do."""

from collections.abc import Iterator

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.citations.source_texts import STORY, in_memory, stretch_of

from psm_cards.citations import locators, normal, passages, suggestions
from psm_cards.citations.locators import Locator
from psm_cards.citations.sourcetext import Passage, SourceText
from psm_cards.diagnostics import Problem

WORDS = st.sampled_from(
    "the cat sat on mat It's non-human 6.4 al. Dr. U.S. GPT-4o “quoted” 日本語 ก็กิน é e\u0301 ½ … A I".split(),
)
GAPS = st.sampled_from((" ", " ", " ", ". ", "? ", "\n", "\n\n", ", ", " — "))
REPETITIVE = st.lists(st.tuples(WORDS, GAPS).map("".join), min_size=1, max_size=60).map("".join)
VOCABULARY = [
    f"{one}{two}" for one in ("bar", "cel", "dim", "fog", "gul", "hen", "jay") for two in ("at", "on", "ick", "ump")
]
DISTINCT = st.tuples(
    st.permutations([*VOCABULARY, *(word.capitalize() + "s" for word in VOCABULARY)]),
    st.lists(GAPS, min_size=2 * len(VOCABULARY), max_size=2 * len(VOCABULARY)),
).map(lambda row: "".join(word + gap for word, gap in zip(*row, strict=True)))
UNKNOWN = "qqzz"


def suggested(source: SourceText, start: int, length: int) -> tuple[Locator | None, Passage]:
    """Return the locator that is suggested for a stretch of a text, and that stretch."""
    start %= len(source.text)
    end = min(start + length, len(source.text))
    return suggestions.suggest(source, start, end), source.passage(start, end)


def with_one_word_changed(locator: Locator) -> Iterator[str]:
    """Yield a locator with each of its words in turn changed into one that is in no text here."""
    row = str(locator).split()
    for at, word in enumerate(row):
        if normal.words(word):
            yield " ".join([*row[:at], UNKNOWN, *row[at + 1 :]])


def is_found(source: SourceText, at: str) -> bool:
    """Return whether a locator marks a passage."""
    try:
        passages.find(source, locators.parse(at))
    except Problem:
        return False
    return True


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(REPETITIVE, DISTINCT), st.integers(0, 500), st.integers(1, 400))
def test_a_suggested_locator_is_found_again_and_with_one_word_changed_it_is_not(
    text: str, start: int, length: int
) -> None:
    source = in_memory(text)
    locator, wanted = suggested(source, start, length)
    assume(locator is not None)
    assert locator is not None

    passage = passages.find(source, locators.parse(str(locator)))
    assert f" {wanted.words} " in f" {passage.words} " or wanted.words in passage.words
    assert source.normal.forth(passage.start) <= source.normal.forth(wanted.start)
    assert not any(is_found(source, changed) for changed in with_one_word_changed(locator))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DISTINCT, st.integers(0, 19), st.integers(6, 40))
def test_every_passage_of_a_text_that_does_not_repeat_itself_has_a_locator(text: str, first: int, count: int) -> None:
    source = in_memory(text)
    spans = list(normal.token_spans(source.normal.text, 0, len(source.normal.text)))[first : first + count]
    wanted = source.from_words(spans[0][0], spans[-1][1])
    assume(len(wanted.words) <= passages.REACH)
    locator = suggestions.suggest(source, wanted.start, wanted.end)

    assert locator is not None
    passage = passages.find(source, locator)
    assert passage.words == wanted.words
    assert source.normal.forth(passage.start) == source.normal.forth(wanted.start)
    assert locator.length <= 8


@settings(max_examples=100, deadline=None)
@given(DISTINCT, st.data())
def test_a_changed_word_of_the_passage_changes_its_digest_or_loses_it_and_one_elsewhere_does_not(
    text: str, data: st.DataObject
) -> None:
    source = in_memory(text)
    spans = list(normal.token_spans(source.normal.text, 0, len(source.normal.text)))
    first, last = 5, 20
    wanted = source.from_words(spans[first][0], spans[last][1])
    locator = suggestions.suggest(source, wanted.start, wanted.end)
    assert locator is not None
    digest = passages.digest(source, passages.find(source, locator))
    at = data.draw(st.integers(0, len(spans) - 1))
    word = source.from_words(*spans[at])
    changed = in_memory(f"{text[: word.start]}{UNKNOWN}{text[word.end :]}")

    holds = is_found(changed, str(locator)) and passages.digest(changed, passages.find(changed, locator)) == digest
    assert holds is not (first <= at <= last)


def test_a_locator_has_four_words_and_three() -> None:
    source = in_memory(STORY)
    wanted = stretch_of(source, "Every boat lay where the tide had left it, and the gulls walked about on the ice")

    assert str(suggestions.suggest(source, wanted.start, wanted.end)) == "Every boat lay where … on the ice"


def test_a_locator_grows_until_its_start_stands_once() -> None:
    text = "We saw a red fox by the gate in the evening. We saw a red hen by the gate in the morning of that day."
    source = in_memory(text)
    wanted = stretch_of(source, "We saw a red hen by the gate in the morning of that day")

    assert str(suggestions.suggest(source, wanted.start, wanted.end)) == "We saw a red hen … of that day"


def test_a_short_sentence_is_marked_by_its_start_alone() -> None:
    source = in_memory(STORY)
    wanted = stretch_of(source, "He was wrong by a single night")

    assert str(suggestions.suggest(source, wanted.start, wanted.end)) == "He was wrong by"


def test_words_that_a_hyphen_joins_are_not_parted() -> None:
    source = in_memory("This describes what post-trained GPT-4o models of AI-assistant behaviour do in section 6.4.")
    wanted = stretch_of(source, source.text)

    assert (
        str(suggestions.suggest(source, wanted.start, wanted.end))
        == "This describes what post-trained … in section 6.4"
    )


def test_what_stands_twice_word_for_word_has_no_locator() -> None:
    source = in_memory("The very same words. The very same words.")

    assert suggestions.suggest(source, 0, 19) is None


def test_a_line_for_a_note_is_yaml_whatever_the_words_hold() -> None:
    source = in_memory(
        'Bell\x07 trans\u00adformed\u202e "C:\\new" \u0915\u094d\u200d\u0937, and then some more of it\u200b\x1b[2J.'
    )
    locator = suggestions.suggest(source, 0, len(source.text))

    assert locator is not None
    assert suggestions.entry(locator) == r'at: "Bell transformed \"C:\\new … of it [2J"'


def test_what_shows_a_letter_otherwise_stays_in_a_locator() -> None:
    source = in_memory("\u0915\u094d\u200d\u0937 stands alone.")

    assert str(suggestions.suggest(source, 0, 20)) == "\u0915\u094d\u200d\u0937 stands alone"


def test_half_a_word_is_taken_whole() -> None:
    source = in_memory(STORY)
    start = STORY.index("nobody")
    locator = suggestions.suggest(source, start + 2, start + len("nobody living could re"))

    assert str(locator) == "nobody living could … remember"
