"""The name that a misspelt one may mean, among few and among many."""

import time

import pytest

from psm_cards.likeness import MOST_WORDS, Likeness

MANY = [f"author{number}-title" for number in range(20_000)]


@pytest.mark.parametrize(
    ("word", "name"),
    [("galilei1601", "Galilei1610"), ("GALILEI", "Galilei1610"), ("keppler", "Kepler"), ("newton", None), ("", None)],
)
def test_the_name_most_like_a_word_is_found_whatever_its_case(word: str, name: str | None) -> None:
    assert Likeness(["Kepler", "Galilei1610", "kuiper"]).nearest(word) == name


@pytest.mark.parametrize("number", [0, 7, 12_345, 19_999])
def test_two_slips_in_one_word_are_seen_through_among_twenty_thousand_names(number: int) -> None:
    assert Likeness(MANY).nearest(f"auther{number}-titel") == f"author{number}-title"


def test_thousands_of_different_words_are_answered_soon_and_the_first_of_them_well() -> None:
    likeness = Likeness(MANY)
    begun = time.process_time()

    answers = [likeness.nearest(f"auther{number}-title") for number in range(5_000)]

    assert time.process_time() - begun < 10
    assert answers[:50] == MANY[:50]
    assert answers[-1] is None


def test_a_word_that_was_answered_is_answered_again_after_many_others() -> None:
    likeness = Likeness(["kepler"])
    assert likeness.nearest("keppler") == "kepler"
    for number in range(MOST_WORDS):
        likeness.nearest(f"{number}")

    assert likeness.nearest("keppler") == "kepler"
    assert likeness.nearest("kepller") is None
