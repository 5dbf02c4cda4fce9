"""Every cited passage is looked up in its source's text, and what is found is held against evidence.lock."""

import os
from pathlib import Path

import pytest
from tests.citations.talk import TEXT, Talk

from psm_cards import citations, project
from psm_cards.model import State


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_recorded_passages_are_verified_with_the_text_and_without_it(talk: Talk) -> None:
    talk.record()

    for with_text in (True, False):
        assert talk.found(with_text=with_text) == []
        assert talk.states(with_text=with_text) == [State.UNVERIFIABLE, State.VERIFIED, State.VERIFIED]


def test_a_passage_that_is_found_and_not_recorded_is_a_warning_and_no_card_calls_it_verified(talk: Talk) -> None:
    assert talk.found() == ["17 unrecorded-evidence", "21 unrecorded-evidence"]
    assert State.VERIFIED not in talk.states()


def test_without_text_and_record_a_passage_is_unverified(talk: Talk) -> None:
    assert talk.found(with_text=False) == ["17 unverified-citation", "21 unverified-citation"]


def test_a_changed_word_inside_a_passage_names_the_line_of_the_note_and_that_of_the_text(talk: Talk) -> None:
    talk.record().text(TEXT.replace("made of rock", "made of cheese"))

    (problem,) = talk.verify().diagnostics

    assert (problem.code, problem.span and problem.span.line) == ("passage-changed", 17)
    assert [(related.span.file, related.span.line) for related in problem.related] == [
        (str(talk.texts / "talk.txt"), 2),
    ]


def test_a_changed_word_elsewhere_in_the_text_is_no_problem(talk: Talk) -> None:
    talk.record().text("A new beginning.\n" + TEXT.replace("1959", "1960"))

    assert talk.found() == []


def test_a_deleted_and_a_doubled_passage_are_errors(talk: Talk) -> None:
    talk.record()

    talk.text(TEXT.replace("Nobody has walked", "No person walked"))
    assert talk.found() == ["21 passage-not-found"]

    talk.text(TEXT + TEXT.splitlines()[2])
    (problem,) = talk.verify().diagnostics
    assert problem.code == "ambiguous-locator"
    assert [related.span.line for related in problem.related] == [3, 4]


@pytest.mark.parametrize(
    "locator",
    [
        "…",
        "The moon … is … far",
        "The moon is made of rock, as far as anyone has found … far as anyone has found out so",
    ],
)
def test_a_locator_that_is_none_is_an_error_even_without_a_text(talk: Talk, locator: str) -> None:
    talk.decks("The moon is … far", f'"{locator}"')

    assert talk.found(with_text=False)[0] == "17 wrong-locator"


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b" \n", "nothing but blanks"),
        (b"ab\0cd", "binary"),
        ("Zürich".encode("latin-1"), "not UTF-8 (byte 2)"),
        (b"\xff\xfea\0", "UTF-16"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_once_at_its_name(talk: Talk, content: bytes, part: str) -> None:
    (talk.texts / "talk.txt").write_bytes(content)

    (problem,) = talk.verify().diagnostics

    assert (problem.code, problem.span and problem.span.line) == ("unreadable-text", 7)
    assert part in problem.message


def test_a_text_of_200_megabytes_is_refused_before_it_is_read(talk: Talk) -> None:
    with (talk.texts / "talk.txt").open("wb") as file:
        file.truncate(200 * 1024 * 1024)

    (problem,) = talk.verify().diagnostics

    assert "200 MB" in problem.message


def test_fixes_that_change_nothing_are_told(talk: Talk) -> None:
    talk.decks("{text: talk.txt}", "{text: talk.txt, fixes: {moom: moon}, strip: [no such line]}").record()

    codes = {one.split()[1] for one in talk.found()}

    assert codes == {"unused-fix", "unused-strip"}


def test_words_of_a_page_are_recorded_for_its_link_and_those_of_a_transcript_are_not(talk: Talk) -> None:
    for kind, has_words in (("page", True), ("transcript", False)):
        talk.decks("{text: talk.txt", f"{{kind: {kind}, text: talk.txt")
        entries = talk.verify(updating=True).entries.values()
        assert all(bool(entry.words) is has_words for entry in entries)
        talk.decks(f"{{kind: {kind}, ", "{")


def test_a_text_that_is_not_in_the_folders_of_texts_is_told_once_at_its_name(talk: Talk) -> None:
    (talk.texts / "talk.txt").unlink()

    for recorded in (False, True):
        (problem,) = talk.verify().diagnostics
        assert (problem.code, problem.span and problem.span.line) == ("missing-text", 7), recorded
        talk.text(TEXT).record()
        (talk.texts / "talk.txt").unlink()


def test_what_is_wrong_with_corrections_is_told_at_their_places(talk: Talk) -> None:
    talk.decks("{text: talk.txt}", "{text: talk.txt, fixes: {moom: moon}, strip: [no such line]}").record()

    places = {one.code: one.span and one.span.column for one in talk.verify().diagnostics}

    assert places == {"unused-fix": 38, "unused-strip": 59}


def test_another_text_under_the_same_key_is_told_even_without_any_text(talk: Talk) -> None:
    talk.record().decks("{text: talk.txt}", "{text: other.txt}")
    (talk.texts / "other.txt").write_text(TEXT, encoding="utf-8")

    for with_text in (False, True):
        (problem,) = talk.verify(with_text=with_text).diagnostics
        assert (problem.code, problem.span and problem.span.line) == ("other-text", 7)
        assert problem.message == "the passages of `talk` were found in `talk.txt`, not in `other.txt`"
        assert State.VERIFIED not in talk.states(with_text=with_text), "no card says what was checked in another text"
    assert talk.record().found(with_text=False) == []


@pytest.mark.parametrize(
    "added", ["fixes: {made of rock: made of cheese}", "strip: [A transcript of a talk]", "kind: page"]
)
def test_what_decides_how_a_text_is_read_is_not_changed_unnoticed(added: str, talk: Talk) -> None:
    talk.record().decks("{text: talk.txt}", f"{{text: talk.txt, {added}}}")

    (problem,) = talk.verify(with_text=False).diagnostics

    assert (problem.code, problem.span and problem.span.line) == ("other-text", 7)
    assert problem.message == "`kind`, `strip` or `fixes` of `talk` are not as when its passages were recorded"
    assert talk.record().found(with_text=False) == []


def test_neither_the_order_of_corrections_nor_the_kind_of_a_transcript_is_a_change(talk: Talk) -> None:
    talk.decks("{text: talk.txt}", "{text: talk.txt, kind: asr, fixes: {seen: found, first: once}}").record()
    talk.decks("kind: asr, fixes: {seen: found, first: once}", "kind: copy, fixes: {first: once, seen: found}")

    assert talk.found(with_text=False) == []


def test_a_lock_that_does_not_say_which_text_it_is_about_counts_for_nothing(talk: Talk) -> None:
    talk.record().rewrite(talk.recorded()[0] + "\n", "")

    assert talk.found(with_text=False) == talk.found() == ["7 other-text"]
    assert State.VERIFIED not in talk.states()


def test_words_for_a_link_that_are_not_those_of_the_passage_are_told(talk: Talk) -> None:
    talk.decks("{text: talk.txt", "{kind: page, text: talk.txt").record()
    talk.rewrite("The moon is made of rock", "The moon is made of cheese")

    (problem,) = talk.verify().diagnostics

    assert (problem.code, problem.span and problem.span.line) == ("unrecorded-evidence", 17)
    assert problem.message == "the passage is found, and evidence.lock has other words for its link"
    assert talk.record().found() == []


def test_offsets_that_are_not_those_of_the_passage_are_told(talk: Talk) -> None:
    talk.record().rewrite('"start": 24', '"start": 23')

    assert talk.found() == ["17 unrecorded-evidence"]
    assert talk.record().found() == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        # The last line of the text is gone, and with it all that is like it.
        (TEXT.splitlines()[2], "", 3),
        # One word is another: it is looked for first where the passage was.
        ("Nobody has walked", "Nobody had walked", 3),
    ],
)
def test_of_a_passage_that_is_gone_the_line_is_named_where_it_was(old: str, new: str, line: int, talk: Talk) -> None:
    talk.record().text(TEXT.replace(old, new))

    (problem,) = talk.verify().diagnostics

    assert (problem.code, problem.span and problem.span.line) == ("passage-not-found", 21)
    last = problem.related[-1]
    assert (last.message, last.span.file, last.span.line) == (
        "evidence.lock has it here",
        str(talk.texts / "talk.txt"),
        line,
    )


def test_the_nearest_words_are_looked_for_where_the_passage_was(talk: Talk) -> None:
    changed = TEXT.replace("Nobody has walked on it", "Nobody had walked on it")
    talk.record().text(f"{changed}{'Rain fell on the sea. ' * 40}Nobody has waked on it.\n")

    (problem,) = talk.verify().diagnostics

    assert [related.span.line for related in problem.related] == [3, 3]


def test_of_a_passage_that_another_text_does_not_have_no_place_is_named(talk: Talk) -> None:
    talk.record().decks("{text: talk.txt}", "{text: other.txt}")
    (talk.texts / "other.txt").write_text("Something else.\n", encoding="utf-8")

    assert [one.related for one in talk.verify().diagnostics if one.code == "passage-not-found"] == [(), ()]


def test_of_a_short_beginning_that_is_gone_the_line_is_named_too(talk: Talk) -> None:
    talk.decks("at: Nobody has walked … back there again", "at: Nobody").record()
    talk.text(TEXT.replace("Nobody", "Who"))

    (problem,) = talk.verify().diagnostics

    assert [related.span.line for related in problem.related] == [3]


@pytest.mark.parametrize(("content", "hint"), [(b"\xff\xfea\0", "save it as text in UTF-8"), (b"", "put the source")])
def test_the_advice_for_a_text_in_another_encoding_is_to_save_it_anew(content: bytes, hint: str, talk: Talk) -> None:
    (talk.texts / "talk.txt").write_bytes(content)

    (problem,) = talk.verify().diagnostics

    assert (problem.hint or "").startswith(hint)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_as_a_text_is_refused_and_not_waited_for(talk: Talk) -> None:
    (talk.texts / "talk.txt").unlink()
    os.mkfifo(talk.texts / "talk.txt")

    (problem,) = talk.verify().diagnostics

    assert problem.code == "unreadable-text"
    assert problem.message.endswith("a pipe or device, not a file")


def test_a_link_that_leads_to_itself_is_no_text(talk: Talk) -> None:
    (talk.texts / "talk.txt").unlink()
    (talk.texts / "talk.txt").symlink_to("talk.txt")

    assert talk.found() == ["7 missing-text"]


@pytest.mark.parametrize("outside", ["../talk.txt", "{folder}/talk.txt", "a/../../talk.txt"])
def test_a_text_outside_the_folders_is_refused_and_not_read(outside: str, talk: Talk) -> None:
    (talk.folder.parent / "talk.txt").write_text(TEXT, encoding="utf-8")
    (talk.folder / "a").mkdir()
    talk.decks("{text: talk.txt}", f"{{text: {outside.format(folder=talk.folder.parent)}}}")

    loaded, problems = project.load(talk.folder)
    assert loaded is not None
    assert [one.code for one in problems] == ["wrong-form"]
    assert citations.verify(loaded, [talk.texts]).texts == {}
