"""Passages: found exactly or not at all, with every place and what to do where they are not."""

import hashlib
import time
from pathlib import Path

import pytest
from tests.citations.source_texts import STORY, found, from_file, in_memory, refused, stretch_of

from psm_cards.citations import locators, nearest, normal, passages
from psm_cards.diagnostics import Problem

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron".split()


def test_a_passage_goes_from_the_first_words_to_the_last() -> None:
    source = in_memory(STORY)

    assert found(source, "the gulls walked … like landlords") == "the gulls walked about on the ice like landlords"
    assert found(source, "The harbour had … could remember").startswith("The harbour had frozen over, which")


def test_case_punctuation_line_ends_and_quotation_marks_do_not_count() -> None:
    source = in_memory(STORY)

    assert found(source, "it will HOLD said … He was wrong") == 'It will hold," said Dr. Marsh. He was wrong'
    assert found(source, "tide had left it and … the gulls") == "tide had left it,\nand the gulls"


def test_without_last_words_a_passage_is_the_sentence_around_the_first() -> None:
    source = in_memory(STORY)

    assert found(source, "measured it each").endswith("Old Dr. Marsh measured it each morning, e.g. at the quay.")
    assert found(source, "wrong by a") == "He was wrong by a single night."
    assert found(source, "By March") == "By March the ice was two feet thick."


def test_first_words_over_the_end_of_a_sentence_mark_both_sentences() -> None:
    assert found(in_memory(STORY), "Dr. Marsh. He was").startswith('"It will hold," said')


def test_the_first_of_several_last_words_behind_the_start_is_taken() -> None:
    assert found(in_memory("A start, an end, and one more end."), "A start … end") == "A start, an end"


def test_last_words_follow_the_first_words_and_are_not_part_of_them() -> None:
    source = in_memory("one two three one two three. And two three four.")

    assert found(source, "one two three one … three") == "one two three one two three"
    assert refused(source, "three one two three … one two").finding.code == "passage-not-found"


def test_a_passage_has_its_place_in_the_file(tmp_path: Path) -> None:
    source = from_file(tmp_path / "story.txt", "\ufeff" + STORY.replace("\n", "\r\n"))
    passage = passages.find(source, locators.parse("Every boat lay under … by then"))

    assert str(source.span(passage)) == f"{tmp_path / 'story.txt'}:4:38"
    assert source.where(passage.start) == "4:38"
    start, end = source.file_stretch(passage)
    assert source.document.file[start:end] == "Every boat lay under snow by then"


def test_words_that_are_not_there_are_refused_and_the_nearest_ones_only_suggested() -> None:
    problem = refused(in_memory(STORY), "Every boat layed under … by then")

    assert problem.finding.code == "passage-not-found"
    assert problem.finding.message == "`Every boat layed under` is not in `story.txt`"
    assert problem.finding.hint == "did you mean `Every boat lay under`?"
    assert (problem.finding.offset, problem.finding.length) == (0, 22)
    assert [(related.message, related.span.line, related.span.column) for related in problem.related] == [
        ("the nearest words (at 4:38)", 4, 38)
    ]


def test_a_negation_left_out_is_not_found() -> None:
    source = in_memory("Post-trained models do not exclusively reuse representations from pre-training.")

    assert (
        refused(source, "models do exclusively reuse").finding.hint == "did you mean `models do not exclusively reuse`?"
    )


def test_an_invented_passage_has_no_suggestion() -> None:
    problem = refused(in_memory(STORY), "Nothing whatsoever about quantum chromodynamics")

    assert problem.related == ()
    assert problem.finding.hint == "take the first words of the passage from the text itself"


def test_parts_of_words_are_not_words() -> None:
    problem = refused(in_memory(STORY), "he ice")

    assert problem.finding.hint == "write whole words: at 2:32 they are part of others"


def test_words_that_stand_several_times_are_listed_with_what_would_tell_them_apart() -> None:
    problem = refused(in_memory(STORY), "Every boat lay")

    assert problem.finding.code == "ambiguous-locator"
    assert problem.finding.message == "`Every boat lay` stands 2 times in `story.txt`: at 1:66, 4:38"
    assert problem.finding.hint == "write more of the first words, until only the passage you mean begins with them"
    assert [(related.message, related.span.line) for related in problem.related] == [
        ("`Every boat lay where` is only here", 1),
        ("`Every boat lay under` is only here", 4),
    ]


def test_a_passage_that_stands_twice_has_no_longer_start() -> None:
    problem = refused(in_memory(f"{STORY}\n{STORY}"), "By March")

    assert problem.finding.message == "`By March` stands 2 times in `story.txt`: at 4:1, 11:1"
    assert {related.message for related in problem.related} == {"once more here"}
    assert problem.finding.hint is not None
    assert problem.finding.hint.startswith("the text repeats itself")


def test_of_very_many_places_the_first_are_listed() -> None:
    problem = refused(in_memory("again and " * 500), "again")

    assert "stands 100 times or more" in problem.finding.message
    assert problem.finding.message.endswith(", …")
    assert len(problem.related) == 20


def test_every_suggested_longer_start_stands_once() -> None:
    text = " ".join(f"the {one} {two}" for one in WORDS[:6] for two in WORDS[:6])
    source = in_memory(text)
    for related in refused(source, "the alpha").related:
        longer = related.message.split("`")[1]
        assert normal.words(text).count(normal.words(longer)) == 1


def test_places_that_differ_in_the_middle_of_a_word_are_told_apart_by_the_whole_word() -> None:
    text = "the cat sat the cats sat"

    ends = nearest.unique_ends(text, [0, 12], 3, 16)

    assert [text[place:end] for place, end in zip([0, 12], ends, strict=True)] == ["the cat sat", "the cats"]


@pytest.mark.parametrize(
    ("at", "code", "message", "hint"),
    [
        (
            "By March … to schoool",
            "passage-not-found",
            "`to schoool` does not follow `By March` in `story.txt`",
            "did you mean `to school`?",
        ),
        (
            "By March … tide",
            "passage-not-found",
            "`tide` stands only before the end of `By March` in `story.txt`",
            "the first words of the passage come first, then words behind them",
        ),
        (
            "By March … xylophone",
            "passage-not-found",
            "`xylophone` does not follow `By March` in `story.txt`",
            "take the last words of the passage from the text",
        ),
    ],
)
def test_last_words_that_do_not_follow_are_shown_where_they_are_written(
    at: str, code: str, message: str, hint: str
) -> None:
    finding = refused(in_memory(STORY), at).finding

    assert (finding.code, finding.message, finding.hint) == (code, message, hint)
    assert at[finding.offset :] == at.partition("… ")[2]
    assert finding.length == len(at) - finding.offset


def test_a_passage_may_have_1_200_characters_and_no_more() -> None:
    source = in_memory("first words " + "x" * (1_200 - 22) + " the end")
    assert len(passages.find(source, locators.parse("first words … the end")).words) == 1_200 - 2

    longer = in_memory("first words " + "x" * 1_181 + " the end")
    problem = refused(longer, "first words … the end")
    assert problem.finding.code == "passage-too-long"
    assert problem.finding.message == "the passage to `the end` would have 1,201 characters, expected at most 1,200"
    assert [related.message for related in problem.related] == ["the last words stand here"]


def test_a_sentence_of_more_than_1_200_characters_needs_last_words() -> None:
    problem = refused(in_memory("A head.\nSo it began " + "and on it went " * 100), "so it began")

    assert problem.finding.code == "passage-too-long"
    assert problem.finding.hint == "add ` … ` and the last words of the passage"
    assert [(related.message, related.span.line) for related in problem.related] == [("the passage in the text", 2)]


def test_a_locator_may_be_six_tenths_of_a_passage_of_twelve_words_or_more() -> None:
    source = in_memory(f"{' '.join(WORDS[:12])}. {' '.join(reversed(WORDS[:11]))}!")

    assert found(source, "alpha beta gamma delta … kappa lambda mu")
    problem = refused(source, "alpha beta gamma delta … iota kappa lambda mu")
    finding = problem.finding
    assert finding.code == "locator-too-long"
    assert finding.message == "the locator has 8 of the 12 words of its passage, expected at most 7"
    assert (finding.offset, finding.length) == (0, None)
    assert [related.message for related in problem.related] == ["the passage in the text"]
    assert found(source, "lambda kappa iota theta eta zeta epsilon delta gamma beta alpha")


def test_a_script_without_spaces_needs_none_for_a_locator() -> None:
    source = in_memory("人工智能助手的行为主要由助手人格决定。底层语言模型学会模拟这一人格。证据有限。")

    assert found(source, "底层语言") == "底层语言模型学会模拟这一人格。"
    assert found(source, "助手的行为……人格决定") == "助手的行为主要由助手人格决定"
    assert refused(source, "人格").finding.code == "ambiguous-locator"


def digest(text: str, at: str) -> str:
    """Return the digest of the passage that a locator marks in a text."""
    source = in_memory(text)
    return passages.digest(source, passages.find(source, locators.parse(at)))


def test_digests_change_with_a_word_and_not_with_its_looks() -> None:
    digests = [
        digest(text, "By March … two feet")
        for text in (STORY, STORY.replace("March the", "march, the"), STORY.replace("By March the", "By March our"))
    ]

    assert digests[0] == digests[1] != digests[2]
    assert digests[0] == hashlib.sha256(b"by march the ice was two feet").hexdigest()


def test_a_change_elsewhere_moves_a_passage_and_keeps_its_digest() -> None:
    at, preface = "By March … two feet", "A preface. "
    before = passages.find(in_memory(STORY), locators.parse(at))
    after = passages.find(in_memory(f"{preface}{STORY}"), locators.parse(at))

    assert after.start == before.start + len(preface)
    assert digest(f"{preface}{STORY}", at) == digest(STORY, at)


def large_text() -> str:
    """Return a text of a megabyte whose sentences differ in their first words only here and there."""
    rows = (
        f"In year {year} the {one} met a {two} near the harbour and said so. "
        for year in range(1_100)
        for one in WORDS[:4]
        for two in WORDS[4:8]
    )
    return "".join(rows)


def test_a_large_text_is_indexed_once_and_gives_the_same_answers() -> None:
    source = in_memory(large_text())
    at = [f"In year {year} the {one} met a zeta" for year in range(0, 1_100, 10) for one in WORDS[:4]]
    plain = [passages.find(source, locators.parse(one)) for one in at[:20]]
    start = time.process_time()
    everything = [passages.find(source, locators.parse(one)) for one in at]
    spent = time.process_time() - start

    assert len(source.text) > 1_000_000
    assert everything[:20] == plain
    assert len({passage.start for passage in everything}) == len(at)
    # Half a second of 440 searches and an index; searching all of the text each time takes more than that.
    assert spent < 5
    assert refused(source, "In year 99999").finding.code == "passage-not-found"
    assert refused(source, "In year 5 the alpha met").finding.code == "ambiguous-locator"
    hint = refused(source, "In year 777 the alpfa met a zeta").finding.hint
    assert hint == "did you mean `In year 777 the alpha met a zeta`?"


def test_a_large_text_without_spaces_is_indexed_too() -> None:
    noise = b"".join(hashlib.sha256(bytes([one, two])).digest() for one in range(16) for two in range(256))
    letters = "".join(chr(0x4E00 + int.from_bytes(noise[at : at + 2]) % 20_000) for at in range(0, len(noise), 2))
    source = in_memory(letters + "。")
    for number in range(150):
        start = number * 300
        locator = locators.parse(f"{letters[start : start + 6]}…{letters[start + 90 : start + 96]}")
        assert passages.find(source, locator).start == start


def test_a_problem_of_a_locator_is_a_problem_as_any_other() -> None:
    with pytest.raises(Problem):
        passages.find(in_memory(STORY), locators.parse("no such words"))


def test_the_place_of_a_passage_in_its_file_does_not_hang_on_what_is_stripped(tmp_path: Path) -> None:
    text = "Advert\n\nThe first sentence is here.\n\nAdvert\n\nThe second one follows it.\n"
    stretches = set()
    for strip in ((), ("Advert",)):
        source = from_file(tmp_path / "text.txt", text, strip)
        stretches.add(source.file_stretch(stretch_of(source, "The second one follows")))

    assert stretches == {(45, 67)}
