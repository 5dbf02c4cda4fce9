"""evidence.lock: what it holds, what an update changes in it, what can be wrong with it, and git's merges."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.citations.talk import TEXT, Talk
from tests.environment import ROOT, need

from psm_cards.citations import Update, evidence


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


def test_the_lock_has_a_line_for_each_passage_in_order_and_is_the_same_each_time(talk: Talk) -> None:
    first = (talk.record().folder / "evidence.lock").read_bytes()

    about = [json.loads(line) for line in talk.recorded()]

    assert [(one["source"], one.get("at", "")) for one in about] == [
        ("talk", ""),
        ("talk", "Nobody has walked … back there again"),
        ("talk", "The moon is … far"),
    ]
    assert (talk.record().folder / "evidence.lock").read_bytes() == first


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("# evidence", "# evidenze", 1),
        ("format 1", "format 2", 1),
        ('{"source": "talk"', "<<<<<<< HEAD\n{}", 2),
        ('"start": ', '"start": "x', 3),
        ('"start": ', '"start": -', 3),
        ('"end": ', '"end": 0, "text": 1', 3),
        ('"end": 218', '"end": 126', 3),
        ('"passage": "', '"passage": "0', 3),
        ('"text": "', '"text": "G', 3),
        ('"reading": "', '"reading": "x', 2),
        (', "text": "', ', "words": "', 3),
        ('"at": "Nobody', '"at": "\\ud800', 3),
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


def test_a_damaged_lock_is_written_anew_where_every_passage_is_at_hand(talk: Talk) -> None:
    lock = talk.record().folder / "evidence.lock"
    whole = lock.read_text(encoding="utf-8")
    lines = whole.splitlines()
    two_minds = lines[2].replace('"end": ', '"end": 1')
    lock.write_text(
        "\n".join([*lines[:2], "<<<<<<< HEAD", lines[2], "=======", two_minds, ">>>>>>> other"]), encoding="utf-8"
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


def test_a_lock_is_read_as_it_was_written_whatever_the_line_separators_in_it(tmp_path: Path) -> None:
    entry = evidence.Entry("a\u2028b\x85c", "the moon\u2029is", 0, 7, "0" * 64, "1" * 64, "the\x0bmoon")
    evidence.write(tmp_path, [entry])

    recorded = evidence.read(tmp_path)

    assert recorded.diagnostics == []
    assert list(recorded.entries.values()) == [entry]
    assert recorded.span(entry.key).line == 2


def test_of_a_lock_with_one_line_that_is_no_json_the_others_are_read(talk: Talk) -> None:
    lock = talk.record().folder / "evidence.lock"
    lines = lock.read_text(encoding="utf-8").splitlines()
    # All lines together have the shape of a list in which nothing is wrong.
    lock.write_text("\n".join([lines[0], lines[2], f"{lines[3]},{lines[3]}", ""]), encoding="utf-8")

    recorded = evidence.read(talk.folder)

    assert [(one.code, one.span and one.span.line) for one in recorded.diagnostics] == [("damaged-evidence", 3)]
    assert len(recorded.entries) == 1


def test_lines_that_no_note_cites_any_more_are_told_and_taken_out(talk: Talk) -> None:
    talk.record().decks("The moon is … far", "Its far side … in 1959")

    assert talk.found() == ["17 unrecorded-evidence", "4 stale-evidence"]
    assert talk.record().found() == []


def test_what_is_recorded_of_a_text_that_is_not_at_hand_stays_recorded(talk: Talk) -> None:
    talk.record()
    before = (talk.folder / "evidence.lock").read_bytes()

    assert talk.update(with_text=False) == Update(kept=2)
    assert (talk.folder / "evidence.lock").read_bytes() == before


def test_a_change_elsewhere_in_the_text_rewrites_no_line(talk: Talk) -> None:
    before = talk.record().lock.read_bytes()
    talk.text("A new beginning.\n" + TEXT.replace("1959", "1960"))

    assert talk.update() == Update()
    assert talk.lock.read_bytes() == before


def test_a_correction_elsewhere_in_the_text_rewrites_the_line_of_the_text_alone(talk: Talk) -> None:
    before = talk.record().recorded()
    talk.decks("{text: talk.txt}", "{text: talk.txt, fixes: {seen: found}}").record()

    assert talk.recorded()[0] != before[0]
    assert talk.recorded()[1:] == before[1:]


def test_an_update_tells_what_is_new_what_has_changed_and_what_is_gone(talk: Talk) -> None:
    assert talk.update() == Update(added=2)

    talk.text(TEXT.replace("made of rock", "made of cheese")).decks("Nobody has walked … back", "Nobody has … back")
    update = talk.update()

    assert (update.added, update.changed_passages, update.removed, update.kept) == (1, 1, 1, 0)
    (change,) = update.changed
    assert change.key == ("talk", "The moon is … far")
    assert (Path(change.cited.file).name, change.cited.line) == ("decks.yaml", 17)
    assert (change.passage.file, change.passage.line) == (str(talk.texts / "talk.txt"), 2)


def test_a_locator_spelt_otherwise_loses_no_evidence_where_the_text_is_not_at_hand(talk: Talk) -> None:
    before = talk.record().lock.read_bytes()
    talk.decks("The moon is … far", "The moon … far")

    assert talk.update(with_text=False) == Update(kept=2)
    assert talk.lock.read_bytes() == before
    assert talk.update() == Update(added=1, removed=1)


def test_what_is_recorded_of_a_source_that_is_gone_goes_without_its_text(talk: Talk) -> None:
    talk.record().decks("custom: {text: talk.txt}", "")

    assert talk.update(with_text=False) == Update(removed=2)
    assert talk.recorded() == []


def test_the_order_of_the_lines_and_empty_ones_at_the_end_are_nothing(talk: Talk) -> None:
    whole = talk.record().lock.read_text(encoding="utf-8")
    lines = talk.recorded()
    # A line that stands twice and says the same is what a merge makes of the same line added on both sides.
    talk.lock.write_text("\n".join([whole.splitlines()[0], *reversed(lines), lines[1], "", ""]), encoding="utf-8")

    assert talk.found(with_text=False) == talk.found() == []
    assert talk.record().lock.read_text(encoding="utf-8") == whole


def test_who_updates_a_damaged_lock_without_a_text_is_told_that_its_lines_would_be_lost(talk: Talk) -> None:
    talk.record().rewrite(talk.recorded()[2], "{}")

    damage = talk.verify(with_text=False, updating=True).diagnostics[0]

    assert damage.code == "damaged-evidence"
    assert damage.hint == (
        "restore the file from git, or name the folders of all texts: the lines of one that is missing would be lost"
    )


class Branches:
    """A repository with a project that cites a text, in which two branches go on from the same state."""

    def __init__(self, talk: Talk, attributes: Path) -> None:
        need(shutil.which("git"), "git is not installed")
        self.talk = talk
        (talk.folder / ".gitattributes").write_bytes(attributes.read_bytes())
        self.git("init", "--initial-branch=main")
        self.commit()

    def git(self, *arguments: str) -> str:
        """Run git and return what it prints."""
        names = [part for name in ("user.name=A", "user.email=a@example.org") for part in ("-c", name)]
        done = subprocess.run(
            ["git", *names, *arguments],  # noqa: S607 (the git of the machine)
            cwd=self.talk.folder,
            env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},  # noqa: TID251 (git needs the rest of it)
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def commit(self) -> None:
        """Update evidence.lock and commit everything."""
        self.talk.record()
        self.git("add", "--all")
        self.git("commit", "--message=state")

    def merged(self, *sides: tuple[str, str]) -> None:
        """Let each side change the project and the record in a branch of its own, then merge them."""
        for number, (old, new) in enumerate(sides):
            self.git("checkout", "-b", f"side{number}", "main")
            self.talk.decks(old, new)
            self.commit()
        self.git("merge", "--no-edit", "side0")


ROCK, WALK = "{source: talk, at: The moon is … far}", "cite: [{source: talk, at: Nobody has walked … back there again}]"
ATTRIBUTES = [ROOT / ".gitattributes", Path(evidence.__file__).parents[1] / "project/starter/gitattributes"]


@pytest.mark.repository
@pytest.mark.parametrize("attributes", ATTRIBUTES, ids=["this project", "a new project"])
def test_two_branches_that_cite_other_passages_merge_without_a_conflict(attributes: Path, talk: Talk) -> None:
    branches = Branches(talk, attributes)

    # Their lines stand one behind the other in evidence.lock, which no merge by lines could put in order.
    branches.merged(
        (ROCK, f"{ROCK}\n    - {{source: talk, at: Its far side … in 1959}}"),
        (WALK, f"{WALK[:-1]}, {{source: talk, at: Its far … seen first}}]"),
    )

    assert len(talk.recorded()) == 5
    assert talk.found(with_text=False) == talk.found() == []
    assert talk.update() == Update()
    merged = talk.lock.read_bytes()
    talk.lock.unlink()
    assert talk.record().lock.read_bytes() == merged, "an update puts the lines in order"


@pytest.mark.repository
def test_two_branches_that_read_a_text_otherwise_are_told_of_after_the_merge(talk: Talk) -> None:
    branches = Branches(talk, ATTRIBUTES[0])
    side = "custom: {text: talk.txt}"
    branches.git("checkout", "-b", "side0", "main")
    talk.decks(side, "custom: {text: talk.txt, fixes: {seen: found}}")
    branches.commit()
    branches.git("checkout", "-b", "side1", "main")
    talk.decks(side, "custom: {text: talk.txt, strip: [A transcript of a talk]}")
    branches.commit()
    branches.git("merge", "--no-edit", "--strategy-option=ours", "side0")

    (problem,) = talk.verify(with_text=False).diagnostics

    assert problem.message == "two lines about the text of `talk` say different things"
    assert (problem.span and problem.span.line, [one.span.line for one in problem.related]) == (3, [2])
    assert talk.record().found() == []
