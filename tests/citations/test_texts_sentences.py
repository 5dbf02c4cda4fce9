"""Where sentences end, and where a full stop or a line end is not the end of one."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.citations.source_texts import in_memory, sentences

from psm_cards.citations import normal

PIECES = st.tuples(
    st.sampled_from("The cat et al. Dr. U.S. 6.4 a. “Yes. No!” e.g. iPhone 日本。 ½ — # - 1.".split()),
    st.sampled_from((" ", " ", ". ", "? ", "\n", "\n\n", "…")),
)


@pytest.mark.parametrize(
    "sentence",
    [
        "Studies, e.g. Smith et al. (2024) and cf. Jones, agree.",
        "Minder et al. 2025 have found evidence.",
        "It is shown in Fig. 3 and in Sec. 6.4.",
        "See Figs. A and B.",
        "The U.S. Army bought version 2.0 of it.",
        "J. R. R. Tolkien and C. Daniel Freeman wrote it.",
        "Dr. Marsh met Mrs. Hill at St. Ives.",
        "It has a. the extent or b. the quality.",
        "It costs 3.50 on p. 12 of No. 7.",
        "At 5 p.m. Monday it ended.",
        "Apples, pears, etc. and so on.",
        "“Really?” he asked.",
        "He bought an iPhone at example.com/a?b yesterday.",
        "Wait … what?",
        "Sie kam z.B. Montag.",
    ],
)
def test_a_full_stop_inside_a_sentence_does_not_end_it(sentence: str) -> None:
    assert sentences(f"{sentence} Then it went on.") == [sentence, "Then it went on."]


@pytest.mark.parametrize(
    "parts",
    [
        ["One.", "Two!", "Three?", "Four…", "Five"],
        ["He said “Stop.”", "Then he left."],
        ["(It was late.)", "Nobody came."],
        ["It was found by Smith et al.", "They were glad."],
        ["He lives in the U.S.", "The rest is known."],
        ["He asked no.", "Nothing more."],
        ["It began in 1999.", "2000 was worse."],
        ["So did I.", "Anna came."],
        ["Really?!", "“Yes.”"],
        ["人工智能。", "真的吗？", "「是的。」", "好！"],  # noqa: RUF001 (that signs look alike is the matter)
        ["यह पहला है।", "यह दूसरा है।"],
        ["هل هذا صحيح؟", "نعم."],
        ["No answer.)", "“Quoted one.”", "[Bracketed.]"],
    ],
)
def test_a_sentence_ends_with_its_full_stop_and_the_closing_signs(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_blank_lines_headings_and_items_end_a_passage() -> None:
    text = (
        "A heading\n\nSome text without a stop\n\n# Another\nand its text\n- item one\n- item two\n"
        "1. First. It is.\n2. Second\n> quoted"
    )

    assert sentences(text) == [
        *("A heading", "Some text without a stop", "# Another", "and its text", "- item one", "- item two"),
        *("1. First.", "It is.", "2. Second", "> quoted"),
    ]


def test_a_line_end_where_the_next_word_did_not_fit_ends_nothing() -> None:
    text = """\
The harbour had frozen over in the night, which
Nobody living in the whole town could remember,
and Old Marsh went out to measure it. Gulls walked
About on it.
"""

    assert sentences(text)[1] == "Gulls walked About on it."
    assert sentences(text)[0].startswith("The harbour had frozen over in the night, which Nobody living")


def test_a_line_with_room_for_the_next_word_is_a_passage() -> None:
    text = f"Sam Marks\nPodcast Appearances\nRepresentation specific to models.\nDespite {'all ' * 40}that.\n"

    assert sentences(text)[:3] == ["Sam Marks", "Podcast Appearances", "Representation specific to models."]


def test_a_line_that_goes_on_in_small_letters_or_after_an_abbreviation_is_one_sentence() -> None:
    text = f"Minder et al.\n2025 have found it in Minder et al.\n's setting.\nIt is {'so ' * 60}."

    assert sentences(text)[0] == "Minder et al. 2025 have found it in Minder et al. 's setting."


def test_lines_of_chinese_go_on_where_they_are_full() -> None:
    line = "底层语言模型学会模拟这一人格并在后续训练中得到加强因此研究者认为这种行为可以从人格的角度来理解和预测"

    assert sentences(f"{line}\n{line}\n结束。") == [f"{line} {line} 结束。"]


def test_a_transcript_of_one_sentence_a_line_needs_no_blank_lines() -> None:
    rows = ["So that is it.", "Is this distinction important?", "Heading Conclusion", "In this post, we did."]

    assert sentences("\n".join(rows)) == rows


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES.map("".join), max_size=40).map("".join))
def test_sentences_are_all_words_of_a_text_in_order(text: str) -> None:
    source = in_memory(text)
    found = list(source.sentences())

    assert " ".join(one.words for one in found).split() == source.normal.text.split()
    assert all(one.words == normal.words(text[one.start : one.end]) for one in found)
    assert all(one.end <= two.start for one, two in pairwise(found))


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES.map("".join), min_size=1, max_size=40).map("".join), st.data())
def test_the_sentence_around_a_word_is_one_of_the_sentences(text: str, data: st.DataObject) -> None:
    source = in_memory(text)
    found = list(source.sentences())
    if found:
        one = data.draw(st.sampled_from(found))
        assert source.sentence(one.start, one.start + 1) == one
        assert source.sentence(one.end - 1, one.end) == one
