"""Locators as written: what is one, what is refused and why."""

import pytest

from psm_cards.citations import locators
from psm_cards.citations.locators import Locator
from psm_cards.diagnostics import Finding, Problem


def refused(text: str) -> Finding:
    """Return what is wrong with a locator."""
    with pytest.raises(Problem) as problem:
        locators.parse(text)
    assert problem.value.finding.code == "wrong-locator"
    assert problem.value.finding.hint
    return problem.value.finding


@pytest.mark.parametrize(
    "text",
    [
        "The view that … learns to",
        "The view that ... learns to",
        "The view that…learns to",
        "The view that .... learns to",
    ],
)
def test_the_first_and_the_last_words_stand_on_either_side_of_an_ellipsis(text: str) -> None:
    locator = locators.parse(text)

    assert (locator.start, locator.end) == ("The view that", "learns to")
    assert str(locator) == "The view that … learns to"


@pytest.mark.parametrize("text", ["Despite the evidence", "Despite the evidence …", "  Despite the evidence  "])
def test_the_last_words_may_be_missing(text: str) -> None:
    locator = locators.parse(text)

    assert (locator.start, locator.end, str(locator)) == ("Despite the evidence", "", "Despite the evidence")


def test_the_six_dots_of_chinese_are_one_ellipsis() -> None:
    assert locators.parse("人工智能……选择模型").end == "选择模型"


def test_a_locator_knows_its_words_as_they_are_compared() -> None:
    locator = locators.parse("It’s a NON-human … “thing”")  # noqa: RUF001 (that signs look alike is the matter)

    assert (locator.start_words, locator.end_words, locator.length) == ("its a non human", "thing", 5)


def test_two_locators_of_the_same_words_are_equal_however_far_apart_these_are_written() -> None:
    assert locators.parse("one …  two") == locators.parse("one … two") == Locator("one", "two", "one", "two")


def test_a_second_ellipsis_is_shown_where_it_stands() -> None:
    finding = refused("one … two … three")

    assert finding.message == "expected `START … END`, found a second `…`"
    assert (finding.offset, finding.length) == (10, 1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("… the end", "nothing before `…`"),
        ("...the end", "nothing before `…`"),
        ("…", "nothing"),
        ("", "nothing"),
        ("?! … the end", "`?!`, in which there is no word"),
        ("—", "`—`, in which there is no word"),
    ],
)
def test_a_locator_begins_with_words(text: str, found: str) -> None:
    assert refused(text).message == f"expected the first words of the passage, found {found}"


def test_last_words_of_signs_only_are_shown_where_they_stand() -> None:
    finding = refused("the start … “”")

    assert finding.message == "expected the last words of the passage, found `“”`, in which there is no word"
    assert (finding.offset, finding.length) == (12, 2)


def test_sixteen_words_are_a_locator_and_seventeen_are_a_quotation() -> None:
    row = [f"word{number}" for number in range(17)]

    assert locators.parse(f"{' '.join(row[:8])} … {' '.join(row[8:16])}").length == 16
    finding = refused(f"{' '.join(row[:8])} … {' '.join(row[8:])}")
    assert finding.message == "expected at most 16 words in a locator, found 17"
    assert (
        finding.hint
        == "a locator is no quotation: a few words from the start of the passage, ` … `, a few from its end"
    )


def test_in_a_script_without_spaces_two_letters_count_as_a_word() -> None:
    assert locators.parse("人" * 32).length == 16
    assert refused("人" * 33).message == "expected at most 16 words in a locator, found 17"
    assert locators.parse("ก็กิน Python 3").length == 4
