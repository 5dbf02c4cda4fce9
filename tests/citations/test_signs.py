"""Signs that change what a passage says change its digest, although no locator needs them."""

import pytest
from tests.citations.source_texts import in_memory

from psm_cards.citations import locators, passages

TEXT = "In all of the cases the loss was {} of the sum that was asked for. Then came the summer."
AT = "In all of … was asked for"


def digest(text: str, at: str = AT) -> str:
    """Return the digest of the passage that a locator marks in a text."""
    source = in_memory(text)
    return passages.digest(source, passages.find(source, locators.parse(at)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("< 5", "> 5"),
        ("< 5", "5"),
        ("≥ 5", "≤ 5"),
        ("x ≠ 5", "x = 5"),
        ("x != 5", "x = 5"),
        ("-3", "3"),
        ("(\N{MINUS SIGN}3)", "(3)"),
        ("\N{EN DASH}.5", ".5"),
        ("5 %", "5 $"),
        ("5 %", "5 ‰"),
        ("5 %", "5"),
        ("$5", "€5"),
        ("10^5", "10 5"),
        ("5 ± 1", "5 + 1"),
        ("10⁻³", "10³"),
        ("20 °C", "20 C"),
        ("good 👍", "good 👎"),
    ],
)
def test_another_sign_is_another_passage(one: str, other: str) -> None:
    assert digest(TEXT.format(one)) != digest(TEXT.format(other))
    assert digest(TEXT.format(one)) == digest(f"A new head.\n{TEXT.format(one)} A new end: 5 % < 6.")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<5", "< 5"),
        ("5%", "5 %"),
        ("x != 5", "x ≠ 5"),
        ("so! 5", "so 5"),
        ("-3", "\N{MINUS SIGN}3"),
        ("12-15", "12\N{EN DASH}15"),
        ("GPT-4o", "GPT 4o"),
        ("pre-1990", "pre 1990"),
        ("half - 3 quarters", "half, 3 quarters"),
        ("½", "1/2"),
        ("“5”, *at most*", "5 (at most)"),
        ("x\u0338= y", "x\u0338 = y"),
        ("5 %", "5 \uff05"),
        ("TM", "™"),
    ],
)
def test_the_looks_of_a_sign_and_punctuation_are_nothing(one: str, other: str) -> None:
    assert digest(TEXT.format(one)) == digest(TEXT.format(other))


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("It fell to -3 degrees in the end.", "It fell to 3 degrees in the end.", "3 degrees … the end"),
        ("It had < 5 legs in the end.", "It had > 5 legs in the end.", "5 legs … the end"),
        ("It had <= 5 legs in the end.", "It had >= 5 legs in the end.", "5 legs … the end"),
        ("It had != 5 legs in the end.", "It had == 5 legs in the end.", "5 legs … the end"),
        ("It costs ($5 in the end).", "It costs (€5 in the end).", "5 in … the end"),
        ("In the end it fell by 5 %, we said.", "In the end it fell by 5 $, we said.", "In the … by 5"),
        ("In the end it fell by 5%, we said.", "In the end it fell by 5, we said.", "In the … by 5"),
        ("In the end: -3 of all.", "In the end: 3 of all.", "3 of all"),
    ],
)
def test_the_signs_at_the_ends_of_a_passage_belong_to_it(one: str, other: str, at: str) -> None:
    assert digest(one, at) != digest(other, at)


@pytest.mark.parametrize(
    ("one", "other", "at"),
    [
        ("It fell by 5 %. Its loss was small.", "It fell by 5 $. Its loss was small.", "Its loss … was small"),
        ("It fell by 5 %. Its loss was small.", "It fell by 5 $. Its loss was small.", "Its loss"),
        ("The model GPT-4 was good then.", "The model GPT 4 was good then.", "4 was … then"),
        ("It was so. < 5 is less.", "It was so. > 5 is less.", "It was so"),
        ("It was so. < 5 is less.", "It was so. > 5 is less.", "It … so"),
        ("They asked for $5 of it.", "They asked for €5 of it.", "They … for"),
    ],
)
def test_the_signs_of_its_neighbours_do_not(one: str, other: str, at: str) -> None:
    assert digest(one, at) == digest(other, at)
