"""Every cited passage is looked up in its source's text, and what is found is held against evidence.lock."""

from pathlib import Path

import pytest
from tests.project_case import HEAD

from psm_cards import citations, project
from psm_cards.citations import Verification, evidence
from psm_cards.model import State

TEXT = (
    "A transcript of a talk.\n"
    "The moon is made of rock, as far as anyone has found out so far. Its far side was seen first in 1959.\n"
    "Nobody has walked on it since the year 1972, although there are plans to go back there again.\n"
)
DECKS = f"""{HEAD}sources:
  talk:
    type: speech
    title: On the moon
    custom: {{text: talk.txt}}
  book: {{type: book, title: A book}}
decks:
- name: Moon
  notes:
  - id: rock
    question: Q
    answer: A
    cite:
    - {{source: book, page: 3}}
    - {{source: talk, at: The moon is … far}}
  - id: walk
    question: Q
    answer: A
    cite: [{{source: talk, at: Nobody has walked … back there again}}]
"""


class Talk:
    """A project that cites a text; every step returns the case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts = folder / "texts"
        self.texts.mkdir()
        (folder / "decks.yaml").write_text(DECKS, encoding="utf-8")
        self.text(TEXT)

    def text(self, text: str) -> "Talk":
        """Write the source's text."""
        (self.texts / "talk.txt").write_text(text, encoding="utf-8")
        return self

    def decks(self, old: str, new: str) -> "Talk":
        """Change the project's file."""
        text = (self.folder / "decks.yaml").read_text(encoding="utf-8")
        assert old in text
        (self.folder / "decks.yaml").write_text(text.replace(old, new), encoding="utf-8")
        return self

    def verify(self, *, with_text: bool = True, updating: bool = False) -> Verification:
        """Verify the citations."""
        loaded, problems = project.load(self.folder)
        assert loaded is not None
        assert problems == []
        return citations.verify(loaded, [self.texts] if with_text else [], updating=updating)

    def record(self) -> "Talk":
        """Write evidence.lock."""
        evidence.write(self.folder, self.verify(updating=True).entries.values())
        return self

    def found(self, *, with_text: bool = True) -> list[str]:
        """Return what is wrong, as `line code`."""
        diagnostics = self.verify(with_text=with_text).diagnostics
        return [f"{one.span.line if one.span else 0} {one.code}" for one in diagnostics]

    def states(self, *, with_text: bool = True) -> list[State]:
        """Return the state of each citation."""
        loaded, _ = project.load(self.folder)
        assert loaded is not None
        recorded = citations.verify(loaded, [self.texts] if with_text else []).evidence
        sources = loaded.sources or {}
        notes = (note for deck in loaded.decks for note in deck.notes)
        return [recorded.state(sources[one.source], one) for note in notes for one in note.citations]


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


def test_the_lock_has_a_line_for_each_passage_in_order_and_is_the_same_each_time(talk: Talk) -> None:
    first = (talk.record().folder / "evidence.lock").read_bytes()
    lines = first.decode().splitlines()

    assert len(lines) == 3
    assert lines[1:] == sorted(lines[1:])
    assert (talk.record().folder / "evidence.lock").read_bytes() == first


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


def test_lines_that_no_note_cites_any_more_are_told_and_taken_out(talk: Talk) -> None:
    talk.record().decks("The moon is … far", "Its far side … in 1959")

    assert talk.found() == ["17 unrecorded-evidence", "3 stale-evidence"]
    assert talk.record().found() == []


def test_what_is_recorded_of_a_text_that_is_not_at_hand_stays_recorded(talk: Talk) -> None:
    talk.record()
    before = (talk.folder / "evidence.lock").read_bytes()

    evidence.write(talk.folder, talk.verify(with_text=False, updating=True).entries.values())

    assert (talk.folder / "evidence.lock").read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("# evidence", "# evidenze", 1),
        ("format 1", "format 2", 1),
        ('{"source": "talk"', "<<<<<<< HEAD\n{}", 2),
        ('"start": ', '"start": "x', 2),
        ('"source"', '"sauce"', 2),
        ("}\n", "\n", 2),
    ],
)
def test_a_lock_that_is_damaged_is_an_error_at_its_line(talk: Talk, old: str, new: str, line: int) -> None:
    lock = talk.record().folder / "evidence.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    for with_text in (False, True):
        problems = talk.verify(with_text=with_text).diagnostics
        assert {problem.code for problem in problems} == {"damaged-evidence"}, "no passage is said to be new"
        assert problems[0].span
        assert problems[0].span.line == line
        assert problems[0].hint


def test_two_branches_that_cite_other_passages_merge_without_a_conflict(talk: Talk) -> None:
    talk.record()
    lines = (talk.folder / "evidence.lock").read_text(encoding="utf-8").splitlines()

    # One branch took the first passage out, the other the second: each line stands on its own.
    for left in (lines[:2], [lines[0], lines[2]]):
        (talk.folder / "evidence.lock").write_text("\n".join(left) + "\n", encoding="utf-8")
        assert len(evidence.read(talk.folder).entries) == 1


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


def test_a_damaged_lock_is_written_anew_where_every_passage_is_at_hand(talk: Talk) -> None:
    lock = talk.record().folder / "evidence.lock"
    whole = lock.read_text(encoding="utf-8")
    lines = whole.splitlines()
    two_minds = lines[1].replace('"start": ', '"start": 1')
    lock.write_text(
        "\n".join([lines[0], "<<<<<<< HEAD", lines[1], "=======", two_minds, ">>>>>>> other"]), encoding="utf-8"
    )

    assert [one.code for one in talk.verify(with_text=False, updating=True).diagnostics].count("damaged-evidence") == 4
    assert talk.verify(updating=True).diagnostics == []
    assert talk.record().found() == []
    assert lock.read_text(encoding="utf-8") == whole


def test_a_lock_of_a_newer_format_is_never_written_over(talk: Talk) -> None:
    lock = talk.record().folder / "evidence.lock"
    lock.write_text(lock.read_text(encoding="utf-8").replace("format 1", "format 2"), encoding="utf-8")

    (problem,) = talk.verify(updating=True).diagnostics

    assert (problem.code, problem.message) == ("damaged-evidence", "the file is of a newer format")


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


def test_a_lock_is_read_as_it_was_written_whatever_the_line_separators_in_it(tmp_path: Path) -> None:
    entry = evidence.Entry("a\u2028b\x85c", "the moon\u2029is", 0, 7, "0", "1", "the\x0bmoon")
    evidence.write(tmp_path, [entry])

    recorded = evidence.read(tmp_path)

    assert recorded.diagnostics == []
    assert list(recorded.entries.values()) == [entry]
    assert recorded.span(entry.key).line == 2


def test_of_a_lock_with_one_line_that_is_no_json_the_others_are_read(talk: Talk) -> None:
    lock = talk.record().folder / "evidence.lock"
    lines = lock.read_text(encoding="utf-8").splitlines()
    # All lines together have the shape of a list in which nothing is wrong.
    lock.write_text("\n".join([lines[0], lines[1], f"{lines[2]},{lines[2]}", ""]), encoding="utf-8")

    recorded = evidence.read(talk.folder)

    assert [(one.code, one.span and one.span.line) for one in recorded.diagnostics] == [("damaged-evidence", 3)]
    assert len(recorded.entries) == 1
