"""The words of a page that a link can jump to: which of a passage's, and how they are written in an address."""

import re
from unicodedata import category, normalize
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psm_cards.citations.fragments import directive, ends, fault


@pytest.mark.parametrize(
    ("passage", "words"),
    [
        ("Despite the evidence described", "Despite the evidence described"),
        ("one two three four five six", "one two three four five six"),
        ("one two three four five six seven", "one two three … four five six seven"),
        ("a b c d e f g h i j k l m n o p q r s t", "a b c d e f … o p q r s t"),
        # No more of it than a locator may copy.
        ("a b c d e f g h i j k l m n o p", "a b c d … m n o p"),
        ("a b c d e f g h i j k l", "a b c … j k l"),
        ("a b c - d e f g h i j k l", "a b c … j k l"),
        # A window slides past what may be written in more than one way.
        ("Post-trained models do not exclusively reuse.", "models do not exclusively reuse"),
        ("The model’s own view, if any, is not what counts here", "is not what counts here"),  # noqa: RUF001 (the apostrophe of print)
        ("It isn't one — yet the persona it simulates is", "yet the persona it simulates is"),
        (
            "Despite the evidence above, models do not reuse R&D features",
            "Despite the evidence above … models do not reuse",
        ),
        ("He said “it is a persona” and then left", "it is a persona … and then left"),
        ("see [3] for the evidence of this", "for the evidence of this"),
        # A stop does no harm inside, and none is left at the ends.
        ("(See Fig. 3 for more.)", "See Fig. 3 for more"),
        ("First words here. Then more of them follow!", "First words here. Then … more of them follow"),
        # Blocks end with their lines.
        ("A heading of four\nthen the text of it goes on", "A heading of four … the text of it goes on"),
        ("one  two\tthree", "one two three"),
        ("Cafe\u0301 au lait", "Café au lait"),
        ("soft hy\u00adphen in the middle of it", "in the middle of it"),
    ],
)
def test_a_passage_gives_its_first_and_last_words_that_are_fit(passage: str, words: str) -> None:
    assert ends(passage) == words


def test_no_end_crosses_a_block() -> None:
    assert ends("A list:\nits first item is\nits second item is that") == "its first item is … its second item is that"


@pytest.mark.parametrize(
    "passage",
    ["", " \n", "Two words", "post-trained, al’s & co", "—", "a, b, c, d", "one two\nthree four"],  # noqa: RUF001 (the apostrophe of print)
)
def test_a_passage_without_three_words_in_a_row_gives_none(passage: str) -> None:
    assert ends(passage) == ""
    assert directive(ends(passage)) == ""


@pytest.mark.parametrize(
    ("passage", "words"),
    [
        ("言語モデルは人格を模倣する。これは次の文である。", "言語モデルは人格を模倣する … これは次の文である"),
        ("「人格」とは、モデルが模倣するものである。", "モデルが模倣するものである"),
        ("โมเดลภาษาจำลองบุคลิก", "โมเดลภาษาจำลองบุคลิก"),
        ("언어 모델은 성격을 모방한다.", "언어 모델은 성격을 모방한다"),
        # Half a clause is found nowhere, and a whole one would be more of its passage than a locator may be.
        ("大規模な言語モデルは学習したとおりに人格を模倣するものである。", ""),
        ("言語モデルは人格を模倣する。これは次のとても長い文である。", "言語モデルは人格を模倣する"),
    ],
)
def test_a_script_without_spaces_gives_whole_clauses(passage: str, words: str) -> None:
    assert ends(passage) == words


@pytest.mark.parametrize(
    ("written", "added"),
    [
        ("Despite the evidence … do not exclusively", "text=Despite%20the%20evidence,do%20not%20exclusively"),
        ("Despite the evidence...do not exclusively", "text=Despite%20the%20evidence,do%20not%20exclusively"),
        ("toxic persona", "text=toxic%20persona"),
        (
            "5% of C++ code/data is (so) far: good?",
            "text=5%25%20of%20C%2B%2B%20code%2Fdata%20is%20%28so%29%20far%3A%20good",
        ),
        ("été … 言語モデル", "text=%C3%A9t%C3%A9,%E8%A8%80%E8%AA%9E%E3%83%A2%E3%83%87%E3%83%AB"),
        ("R&D, the evidence described above", "text=the%20evidence%20described%20above"),
        ("the evidence above, described", "text=the%20evidence%20above"),
        ("evidence above, described", "text=evidence%20above"),
        ("some words … —", "text=some%20words"),
        ("one two three … x … seven eight nine", "text=one%20two%20three,seven%20eight%20nine"),
        ("Claude-like … words", ""),
    ],
)
def test_words_are_encoded_for_an_address(written: str, added: str) -> None:
    assert directive(written) == added


def test_words_that_no_link_can_be_made_of_are_a_finding() -> None:
    finding = fault("post-trained … al’s")  # noqa: RUF001 (the apostrophe of print)

    assert finding is not None
    assert (finding.code, finding.message) == ("wrong-fragment", "no words are left for a link")
    assert fault("trained models") is None


PASSAGES = st.lists(
    st.one_of(
        st.from_regex(r"[A-Za-zé]{1,6}[.,;:!?]?", fullmatch=True),
        st.sampled_from(["a-b", "al’s", "&", "\n", "“x", "y”"]),  # noqa: RUF001 (the apostrophe of print)
    ),
    max_size=40,
).map(" ".join)


@given(PASSAGES | st.text(max_size=80))
def test_the_words_of_any_passage_stand_in_it_whole_and_without_what_is_not_fit(passage: str) -> None:
    words = ends(passage)

    for end in words.split(" … ") if words else []:
        whole = r"(?<!\w)" + r"\s+".join(map(re.escape, end.split(" "))) + r"(?!\w)"
        assert re.search(whole, normalize("NFC", passage))
        assert not re.search(r"[-,&'’“”\n]", end)  # noqa: RUF001 (the apostrophe of print)
        assert not any(category(character) == "Pd" for character in end)
    assert unquote(directive(words).removeprefix("text=").replace(",", " … ")) == words
