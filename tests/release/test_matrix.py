"""Three releases in three versions of the real Anki, with a learner who lives on between them."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from psm_cards.release import learning, lock
from tests.environment import old_anki
from tests.release.releases import WEEK, ReleasingCase

DAY = 24 * 3600
QUIET = "\n".join(f"- {{id: quiet-{number}, question: Q{number}, answer: A{number}}}" for number in range(1, 9))
FIRST = f"""
- {{id: edited, question: What is edited?, answer: The first}}
- {{id: retagged, question: What is retagged?, answer: This, tags: [old]}}
- {{id: retired, question: What is retired?, answer: This}}
- {{id: picture, question: 'What is this? ![x](dot.svg)', answer: A dot}}
- {{id: grown, cloze: "{{{{c1::one}}}} and two"}}
- {{id: turned, question: What is turned?, answer: This}}
- {{id: typed, question: What is typed?, answer: This}}
{QUIET}
"""
SECOND = (
    "- {id: added, question: What is new?, answer: This}\n"
    + FIRST.replace("The first", "The second")
    .replace("tags: [old]", "tags: [new]")
    .replace("- {id: retired, question: What is retired?, answer: This}\n", "")
    .replace("- {id: quiet-1, question: Q1, answer: A1}\n", "")
    + "- {id: quiet-1, question: Q1, answer: A1}\n"
)
THIRD = (
    SECOND.replace("The second", "The third")
    .replace("and two", "and {{c2::two}}")
    .replace("turned?, answer: This", "turned?, answer: This, reverse: true")
    .replace("typed?, answer: This", "typed?, answer: This, typed: true")
    + "- {id: late, cloze: 'As {{c1::late}} as that'}\n"
)
RETIRED = "retired: {retired: {reason: it was wrong, replaced-by: added}}\n"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle r="4"/></svg>'


@dataclass(frozen=True)
class Cut:
    """A release that was cut: its package, and the lock after it."""

    package: Path
    lock: lock.Lock

    @property
    def bumped(self) -> list[str]:
        """The guids of notes that were there before and that this release changes."""
        last = self.lock.last
        return sorted(note.guid for note in self.lock.active if note.mod == last.time and note.first != last.version)


def cut(case: ReleasingCase, version: str, moment: int) -> Cut:
    """Cut a release at a moment, which its rehearsal passes."""
    done = case.released(version, time=moment)
    assert done.published, done.report
    assert done.published.issued, done.published.rehearsal
    return Cut(done.published.issued.package.path, case.lock())


@pytest.fixture
def releases(case: ReleasingCase) -> list[Cut]:
    """Return three releases, a week apart, the last of them cut by the real clock."""
    now = int(time.time())  # noqa: TID251 (the real clock is the point)
    cuts = [cut(case.file("dot.svg", DOT).decks(Demo=FIRST), "1.0.0", now - 2 * WEEK)]
    case.file("dot.svg", DOT.replace("4", "3")).file("templates/style.css", ".card { color: navy; }")
    cuts.append(cut(case.decks(Demo=SECOND, more=RETIRED), "2.0.0", now - WEEK))
    case.file("templates/basic/back.html", "{{FrontSide}}<hr>{{Answer}}{{#Notice}}{{Notice}}{{/Notice}}")
    cuts.append(cut(case.decks(Demo=THIRD, more=RETIRED), "2.1.0", now))
    return cuts


def play(python: Path, folder: Path, steps: list[list[Any]]) -> list[Any]:
    """Return what each step of a learner in another interpreter returned."""
    program = Path(__file__).with_name("play.py")
    done = subprocess.run(
        [python, program, learning.__file__, folder],
        input=json.dumps(steps, default=str),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    # Above it, Anki complains of whoever keeps it waiting.
    version, *results = json.loads(done.stdout.splitlines()[-1])
    assert version
    return list(results)


def imported(release: Cut) -> list[list[Any]]:
    """Return what dates the import of a release: an old Anki takes its own clock, here an hour after the release."""
    return [["date", guid, release.lock.last.time + 3600] for guid in release.bumped]


def life(release: Cut, after: int, guids: dict[str, str], edited: str) -> list[list[Any]]:
    """Return what a learner does in the week after a release."""
    moment = after + DAY
    return [
        *imported(release),
        ["study"],
        ["edit", guids["edited"], " (lost)", moment],
        ["edit", guids[edited], " (own)", moment],
        ["tag", guids["quiet-2"], "own::tag", moment],
        ["flag", guids["quiet-3"]],
        ["suspend", guids["quiet-4"]],
        ["move", guids["quiet-5"], "My own deck"],
        ["lapse", guids["quiet-6"], moment],
        ["flag", guids["edited"]],
        ["suspend", guids["picture"]],
        ["move", guids["grown"], "My own deck"],
        ["sync"],
        ["state"],
    ]


PYTHONS = [
    pytest.param("26.9", id="26.9"),
    pytest.param("25.9.2", id="25.9.2", marks=pytest.mark.old_anki),
    pytest.param("24.11", id="24.11", marks=pytest.mark.old_anki),
]


def python_of(version: str) -> Path:
    """Return the interpreter that has a version of Anki."""
    return Path(sys.executable) if version == "26.9" else old_anki(version)


@pytest.mark.parametrize("version", PYTHONS)
def test_each_release_changes_its_own_notes_and_nothing_else_of_a_learners(
    version: str, releases: list[Cut], tmp_path: Path
) -> None:
    first, second, third = releases
    guids = {note.id: note.guid for note in first.lock.active}
    looks: list[list[Any]] = [["take", first.package]]
    imports: list[list[Any]] = [["take"], ["state"], ["sync"], ["take"], ["upload"], ["faults"]]
    for before, release, edited in ((first, second, "quiet-1"), (second, third, "quiet-7")):
        looks += life(before, before.lock.last.time, guids, edited)
        looks += [[*step, release.package] if step == ["take"] else step for step in imports]
    results = play(python_of(version), tmp_path / "anna", looks)

    ends = [index for index, step in enumerate(looks) if step == ["faults"]]
    expected = [{"edited", "retagged", "picture"}, {"edited", "grown", "turned", "typed"}]
    for end, release, ids in zip(ends, (second, third), expected, strict=True):
        before, taken, after, _, again, upload, faults = results[end - 6 : end + 1]
        assert {release.lock.by_guid[guid].id for guid in release.bumped} == ids
        assert taken["updated"] == release.bumped
        assert (taken["conflicting"], taken["complaints"], faults) == (0, 0, [])
        assert_kept(before, after, release)
        assert (again["new"], again["updated"], upload) == ([], [], {"rows": {}, "size": 0})


def assert_kept(before: Any, after: Any, release: Cut) -> None:  # noqa: ANN401 (JSON)
    """Assert that a release left what it does not change."""
    assert after["schema"] == before["schema"]
    assert after["looks"].keys() == before["looks"].keys() | {one.name for one in release.lock.note_types}
    assert set(after["decks"]) == set(before["decks"])
    assert after["reviews"] == before["reviews"] != []
    assert {key: after["cards"][key] for key in before["cards"]} == before["cards"]
    assert len(after["cards"]) > len(before["cards"])
    for guid, note in before["notes"].items():
        if guid not in release.bumped:
            assert after["notes"][guid] == note
        else:
            assert " (lost)" not in "".join(after["notes"][guid]["fields"])
    own = [note for note in after["notes"].values() if " (own)" in "".join(note["fields"])]
    tags = {tag for note in after["notes"].values() for tag in note["tags"]}
    assert len(own) >= 1
    assert {"own::tag", "leech"} <= tags


@pytest.mark.parametrize("version", PYTHONS)
def test_who_skips_a_release_has_the_same_in_the_end(version: str, releases: list[Cut], tmp_path: Path) -> None:
    first = releases[0]
    guids, moment = {note.id: note.guid for note in first.lock.active}, first.lock.last.time + DAY
    own: list[list[Any]] = [
        ["edit", guids["quiet-1"], " (own)", moment],
        ["edit", guids["edited"], " (lost)", moment],
        ["tag", guids["quiet-2"], "own::tag", moment],
        ["flag", guids["edited"]],
        ["suspend", guids["quiet-4"]],
        ["move", guids["grown"], "My own deck"],
    ]
    ends = []
    for name, chosen in (("all", releases), ("skips", [releases[0], releases[2]])):
        steps = [step for one in chosen for step in (["take", one.package], *imported(one), *own * (one is first))]
        *_, state = play(python_of(version), tmp_path / name, [*steps, ["state"]])
        # The place of a new card is that in the release which brought it.
        notes = {guid: (note["fields"], note["tags"]) for guid, note in state["notes"].items()}
        cards = {key: (card[:4], card[-1]) for key, card in state["cards"].items()}
        ends.append((notes, cards, state["decks"], state["looks"], state["reviews"]))

    assert ends[0] == ends[1]
    text = json.dumps(ends[0])
    assert " (own)" in text
    assert " (lost)" not in text
