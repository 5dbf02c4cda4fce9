"""The text that citations are checked against: stripped lines, fixes, and passages that need no card."""

from pathlib import Path

from tests.citations.source_texts import STORY, found, from_file, in_memory, refused

from psm_cards.citations import skips

TRANSCRIPT = """\
Some Podcast (Weekly)
"An episode" by Someone

They study GPT-40, and cite Lindsay et al. in it.

SOME PODCAST - weekly
“An episode” by Someone

Claude  III
sonnet is like GPT-40. Some Podcast (Weekly) is its name.
"""
STRIP = ("Some Podcast (Weekly)", '"An episode" by Someone')


def test_repeated_lines_are_stripped_whatever_their_case_and_signs() -> None:
    source = in_memory(TRANSCRIPT, STRIP)

    assert [one.words for one in source.sentences()] == [
        "they study gpt 40 and cite lindsay et al in it",
        "claude iii sonnet is like gpt 40",
        "some podcast weekly is its name",
    ]
    assert found(source, "cite Lindsay et al. in it … Claude III").startswith("cite Lindsay")
    assert source.unused == ()


def test_a_passage_goes_on_over_stripped_lines() -> None:
    text = "It begins here\nAdvert\nand ends there."

    assert found(in_memory(text, ("advert",)), "begins here … ends there") == "begins here\nand ends there"


def test_the_last_line_can_be_stripped() -> None:
    assert in_memory("One.\nAdvert", ("Advert",)).text == "One.\n"


def test_fixes_are_applied_to_the_text_and_each_place_is_said(tmp_path: Path) -> None:
    fixes = {"GPT-40": "GPT-4o", "Claude III sonnet": "Claude 3 Sonnet", "Lindsay": "Lindsey"}
    source = from_file(tmp_path / "talk.txt", TRANSCRIPT, STRIP, fixes)

    assert found(source, "GPT-4o and cite … Lindsey et al") == "GPT-4o, and cite Lindsey et al"
    assert found(source, "Claude 3 Sonnet") == "Claude 3 Sonnet is like GPT-4o."
    assert refused(source, "study GPT-40").finding.hint == "did you mean `study GPT-4o`?"
    assert [(fix.old, fix.new, fix.span.line, fix.span.column, fix.span.end_line) for fix in source.fixed] == [
        ("GPT-40", "GPT-4o", 4, 12, 4),
        ("Lindsay", "Lindsey", 4, 29, 4),
        ("Claude  III\nsonnet", "Claude 3 Sonnet", 9, 1, 10),
        ("GPT-40", "GPT-4o", 10, 16, 10),
    ]


def test_places_behind_a_fix_are_those_of_the_file() -> None:
    source = in_memory("A cat is here. The dog is there.", fixes={"cat": "rhinoceros"})
    places = {one.words: source.where(one.start) for one in source.sentences()}

    assert places == {"a rhinoceros is here": "1:1", "the dog is there": "1:16"}


def test_fixes_are_whole_words_in_their_own_case() -> None:
    source = in_memory("The cat's Cat concat cats cat.", fixes={"cat": "dog"})

    assert source.text == "The dog's Cat concat cats dog."


def test_a_fix_may_be_letters_of_a_script_without_spaces_and_signs() -> None:
    source = in_memory("这是错字的例子。 It 's odd.", fixes={"错字": "文字", "'s": "is"})

    assert source.text == "这是文字的例子。 It is odd."


def test_no_fix_sees_what_another_wrote_and_the_longest_goes_first() -> None:
    source = in_memory("a b c", fixes={"a": "b", "b": "c", "b c": "x"})

    assert source.text == "b x"
    assert [finding.message for _, finding in source.unused] == ["no words `b` in `story.txt`"]


def test_a_fix_in_a_stripped_line_is_no_fix() -> None:
    source = in_memory("Advert for tea\nMore tea.", ("Advert for tea",), {"tea": "coffee"})

    assert (source.text, len(source.fixed)) == ("More coffee.", 1)


def test_lines_and_fixes_that_are_not_in_the_text_are_warned_about() -> None:
    source = in_memory(STORY, ("No such line", "By March"), {"no such words": "x", "": "y"})

    assert [(finding.code, finding.message, finding.severity) for _, finding in source.unused] == [
        ("unused-strip", "no line `No such line` in `story.txt`", "warning"),
        ("unused-strip", "no line `By March` in `story.txt`", "warning"),
        ("unused-fix", "no words `no such words` in `story.txt`", "warning"),
        ("unused-fix", "no words `` in `story.txt`", "warning"),
    ]


def sorted_by(text: str, *entries: str) -> tuple[list[str], list[str], list[str]]:
    """Return the words of the sentences that need a card and of the others, and the messages about entries."""
    coverage = skips.sort(in_memory(text), [skips.parse(entry) for entry in entries])
    needed = [passage.words for passage in coverage.needed]
    return needed, [passage.words for passage, _ in coverage.skipped], [one.message for one in coverage.unused]


def test_passages_that_need_no_card_are_named_by_lines_or_words() -> None:
    text = "Menu\nSign in\n\nA claim. See p. 3.\nThanks for listening to this show. Bye."

    assert sorted_by(text, "1-2", "Thanks for … show", "see p. 3") == (
        ["a claim", "bye"],
        ["menu", "sign in", "see p 3", "thanks for listening to this show"],
        [],
    )
    assert sorted_by(text, "5")[1] == ["thanks for listening to this show", "bye"]
    assert sorted_by(text, "2 - 4")[1] == ["sign in", "a claim", "see p 3"]


def test_a_passage_that_reaches_beyond_the_named_lines_needs_its_card() -> None:
    assert sorted_by("A sentence that\nruns over two lines.", "1")[1] == []


def test_entries_that_name_no_passage_are_warned_about() -> None:
    assert sorted_by("One claim. Another.", "7", "No such … words", "one")[2] == [
        "no lines with a sentence of their own `7` in `story.txt`",
        "no sentence `No such … words` in `story.txt`",
        "no sentence `one` in `story.txt`",
    ]


def test_without_entries_all_sentences_need_a_card() -> None:
    assert sorted_by("One. Two.") == (["one", "two"], [], [])
