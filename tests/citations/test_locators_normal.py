"""Texts as a locator sees them, and the way back to what is written."""

import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psm_cards.citations import normal

AWKWARD = (
    "'’ʼ .-\0e\u0301\u0308\u0e01\u0e34日本ßİŉ½Å\u1100\u1161\u11a8\u3099\uff9eｶ\u00ad\u200d\ufe0f\u0345\u093f\u094d"  # noqa: RUF001 (that signs look alike is the matter)
)
TEXTS = st.text(st.one_of(st.sampled_from(AWKWARD), st.characters(exclude_categories=["Cs"])), max_size=25)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The “Persona” Selection—Model", "the persona selection model"),
        ("don’t, don't, donʼt", "dont dont dont"),  # noqa: RUF001 (that signs look alike is the matter)
        ("the dogs' and ‘so-called’", "the dogs and so called"),  # noqa: RUF001 (that signs look alike is the matter)
        ("  one\n\ttwo \u00a0 three. ", "one two three"),
        ("GPT-4o at 6.4%", "gpt 4o at 6 4"),
        ("STRASSE Straße", "strasse strasse"),
        ("cafe\u0301 café CAFÉ", "café café café"),
        ("ﬁne ﬂow", "fine flow"),
        ("in\u00adter\u200bpret", "interpret"),
        ("ｶﾞ １２", "ガ 12"),  # noqa: RUF001 (that signs look alike is the matter)
        ("x² and ½", "x2 and 1 2"),
        ("_under_score_", "under score"),
        ("हिन्दी में", "हिन्दी में"),
        ("한글", "한글"),
        ("ক\u09c7\u09be", "কো"),
        ("e’\u0301", "é"),  # noqa: RUF001 (that signs look alike is the matter)
        ("人工智能。", "人工智能"),
        ("?! — …", ""),
        ("", ""),
    ],
)
def test_case_signs_line_ends_and_ways_of_encoding_do_not_count(written: str, read: str) -> None:
    assert normal.words(written) == unicodedata.normalize("NFKC", read)
    assert normal.normalise(written).text == normal.words(written)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_normal_text_is_read_as_itself(text: str) -> None:
    read = normal.normalise(text).text

    assert read == normal.words(text)
    assert normal.words(read) == read


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_each_character_has_a_place_in_the_text_and_places_never_go_back(text: str) -> None:
    read = normal.normalise(text)
    places = [read.back(offset) for offset in range(len(read.text) + 1)]

    assert places == sorted(places)
    assert all(0 <= place <= len(text) for place in places)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_each_word_is_found_again_where_it_comes_from(text: str) -> None:
    read = normal.normalise(text)
    offset = 0
    for word in read.text.split():
        start, end = read.back(offset), read.back_end(offset + len(word))
        assert word in normal.words(text[start:end]).split()
        assert read.forth(start) <= offset
        offset += len(word) + 1


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_tokens_leave_nothing_of_a_text_out(text: str) -> None:
    read = normal.words(text)

    assert "".join(normal.tokens(read)) == read.replace(" ", "")
    assert [read[start:end] for start, end in normal.token_spans(read, 0, len(read))] == normal.tokens(read)


def test_no_character_of_unicode_is_read_otherwise_a_second_time() -> None:
    # Of the characters that are letters of one kind by the thousand, some are enough.
    characters = (chr(code) for code in range(sys.maxunicode + 1) if code < 0x3400 or code > 0xF900 or not code % 50)
    assigned = (character for character in characters if unicodedata.category(character) not in ("Cn", "Co", "Cs"))
    listed = (character for character in assigned if character < "\U00017000" or character > "\U0001afff")
    read = (
        (character, normal.words(character)) for character in listed if not "\U00020000" <= character < "\U000e0000"
    )

    assert [character for character, once in read if once and normal.words(once) != once] == []


def test_every_character_that_joins_the_one_before_is_read_together_with_it() -> None:
    for code in range(sys.maxunicode + 1):
        row = unicodedata.decomposition(chr(code)).split()
        if len(row) == 2 and not row[0].startswith("<"):
            pair = chr(int(row[0], 16)) + chr(int(row[1], 16))
            assert normal.words(f"x{pair}") == normal.words(unicodedata.normalize("NFKC", f"x{pair}")), hex(code)


@pytest.mark.parametrize(
    ("text", "offset", "is_border"),
    [
        ("art in a start", 0, True),
        ("art in a start", 3, True),
        ("art in a start", 11, False),
        ("art in a start", 14, True),
        ("人工智能", 2, True),
        ("pythonで書く", 6, True),
        ("pythonで書く", 3, False),
        ("กิน", 1, False),
        ("กิน", 2, True),
        ("कि", 1, False),
        ("naïve", 3, False),
    ],
)
def test_words_end_at_spaces_and_letters_without_spaces_anywhere(text: str, offset: int, *, is_border: bool) -> None:
    assert normal.is_border(text, offset) is is_border


def test_words_are_counted_and_letters_without_spaces_in_pairs() -> None:
    assert [normal.count(text) for text in ("", "one", "one two", "人", "人工智能", "python で書く")] == [
        0,
        1,
        2,
        1,
        2,
        3,
    ]


def test_a_megabyte_is_read_in_a_fraction_of_a_second_and_takes_little_memory() -> None:
    text = "“The model’s” answer, which (as ever) was short — 4.2% of it.\n" * 16_000  # noqa: RUF001 (that signs look alike is the matter)
    start = time.process_time()
    read = normal.normalise(text)
    spent = time.process_time() - start

    assert len(text) > 900_000
    assert read.text.startswith("the models answer which as ever was short 4 2 of it the")
    # It takes 0.09 s; thirty times that is a fault in the method, not a busy machine or the measuring of coverage.
    assert spent < 3
