"""decks.lock: the same text for the same releases, small changes for small ones, refused if anyone else wrote it."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from psm_cards import release
from psm_cards.diagnostics import Diagnostic
from psm_cards.release import lockfile
from tests.release.releases import FIRST, WEEK, ReleasingCase

NOTES = """
- {id: one, question: 'Ünï "q" \\ —', answer: The first, tags: [b, a]}
- {id: two, cloze: "{{c2::two}} follows {{c1::one}}", tags: [x::y]}
- {id: three, question: '![dot](dot.png)', answer: The third, reverse: true}
"""
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@pytest.fixture
def released(case: ReleasingCase) -> ReleasingCase:
    """Return a project with one release."""
    case.file("dot.png", PIXEL).decks(**{"Demo::Ä — B": NOTES}).cut()
    return case


def lines(case: ReleasingCase) -> list[str]:
    """Return the lines of the lock."""
    return case.lock_file.read_text(encoding="utf-8").split("\n")


def problem(case: ReleasingCase) -> Diagnostic:
    """Return the only thing wrong with the lock, which a check finds too."""
    lock, problems = release.read(case.lock_file, "demo")
    assert lock is None
    (found,) = problems
    assert found in case.check().diagnostics
    assert case.build().package is None
    return found


def test_a_lock_reads_back_as_it_was_written(released: ReleasingCase) -> None:
    lock = released.lock()

    assert lockfile.parse(lockfile.text(lock), "decks.lock", "demo") == lock
    assert [(one.version, one.time) for one in lock.releases] == [("1.0.0", FIRST)]
    assert lock.decks == {"Demo::Ä — B": ""}
    assert lock.notes["one"].tags == ("a", "b")
    assert list(lock.notes["two"].cards) == [0, 1]
    assert [name[:4] for name in lock.media] == ["dot-"]
    assert {note.first for note in lock.active} == {"1.0.0"}


def test_each_line_is_json_and_its_place_is_known(released: ReleasingCase) -> None:
    for note in released.lock().active:
        assert json.loads(lines(released)[note.line - 1])["id"] == note.id


def test_a_release_with_one_edit_changes_one_line_of_a_note(released: ReleasingCase) -> None:
    before = set(lines(released))
    released.decks(**{"Demo::Ä — B": NOTES.replace("The first", "First")}).cut("1.0.1")

    changed = [json.loads(line) for line in lines(released) if line and line not in before]
    assert [(entry["kind"], entry.get("id", entry.get("version"))) for entry in changed] == [
        ("release", "1.0.1"),
        ("note", "one"),
        ("end", None),
    ]


def test_the_order_of_the_files_does_not_show_in_the_lock(released: ReleasingCase) -> None:
    first = released.lock_file.read_bytes()
    released.lock_file.unlink()
    reordered = "\n".join(reversed(NOTES.strip("\n").split("\n")))

    released.decks(**{"Demo::Ä — B": reordered}).cut()

    assert released.lock_file.read_bytes() == first


def test_line_ends_of_another_system_do_no_harm(released: ReleasingCase) -> None:
    lock = released.lock()
    released.lock_file.write_bytes(released.lock_file.read_bytes().replace(b"\n", b"\r\n"))

    assert released.lock() == lock


def test_a_number_changed_by_hand_is_found(released: ReleasingCase) -> None:
    text = released.lock_file.read_text(encoding="utf-8")
    released.lock_file.write_text(text.replace(str(FIRST), str(FIRST + 1), 1), encoding="utf-8")

    found = problem(released)
    assert (found.code, found.message) == (
        "damaged-lock",
        "`decks.lock` was changed since a release wrote it, or merged",
    )
    assert found.span
    assert found.span.line == len(lines(released)) - 1


def test_a_line_that_is_no_longer_json_is_named(released: ReleasingCase) -> None:
    content = lines(released)
    content[4] = content[4][:-2]
    released.lock_file.write_text("\n".join(content), encoding="utf-8")

    found = problem(released)
    assert found.code == "damaged-lock"
    assert found.span
    assert found.span.line == 5


@pytest.mark.parametrize("kept", [-1, -2, 3, 1, 0])
def test_a_lock_that_was_cut_off_is_found(released: ReleasingCase, kept: int) -> None:
    released.lock_file.write_text("\n".join(lines(released)[:kept]), encoding="utf-8")

    assert problem(released).code == "damaged-lock"


def test_the_lock_of_another_project_is_refused_with_what_its_id_means(released: ReleasingCase) -> None:
    released.decks(head="format: 1\nproject: {id: other, title: O}\n", Demo=NOTES)

    (found,) = [one for one in released.check().diagnostics if one.code == "foreign-lock"]
    assert found.message == "expected the lock of the project `other`, found that of `demo`"
    assert found.hint
    assert "set it back to `demo`" in found.hint


def test_the_lock_of_a_newer_psm_cards_is_refused_before_anything_in_it_is_judged(released: ReleasingCase) -> None:
    text = released.lock_file.read_text(encoding="utf-8")
    released.lock_file.write_text(text.replace('"format":1', '"format":2'), encoding="utf-8")

    assert problem(released).code == "newer-lock"


def test_a_lock_with_things_that_only_a_newer_psm_cards_knows_is_refused(released: ReleasingCase) -> None:
    *content, _, _ = [line.replace('"type":"cloze"', '"type":"choice"') for line in lines(released)]
    end = json.dumps({"kind": "end", "sha256": lockfile._digest(content)})  # noqa: SLF001 (as a newer one would)
    released.lock_file.write_text("\n".join([*content, end, ""]), encoding="utf-8")

    assert problem(released).code == "newer-lock"


def git(folder: Path, *arguments: str) -> int:
    """Run git in a folder as somebody, and return its exit code."""
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, check=False).returncode  # noqa: S607


@pytest.fixture
def branched(released: ReleasingCase) -> ReleasingCase:
    """Return a project with a release of its own on each of two branches; ours is checked out."""
    for arguments in (("init", "-qb", "ours"), ("add", "-A"), ("commit", "-qm", "1.0.0"), ("branch", "theirs")):
        assert git(released.folder, *arguments) == 0
    for branch, old, new, version in (("ours", "The first", "1st", "1.1.0"), ("theirs", "The third", "3rd", "1.2.0")):
        assert git(released.folder, "checkout", "-q", branch) == 0
        released.decks(**{"Demo::Ä — B": NOTES.replace(old, new)}).cut(version, FIRST + WEEK + len(old))
        assert git(released.folder, "commit", "-qam", version) == 0
    assert git(released.folder, "checkout", "-q", "ours") == 0
    return released


def test_two_releases_on_two_branches_conflict_and_the_marks_are_named(branched: ReleasingCase) -> None:
    assert git(branched.folder, "merge", "theirs") != 0

    found = problem_of_lock(branched)
    assert found.message == "`decks.lock` has the marks of an unfinished merge"
    assert found.span
    assert lines(branched)[found.span.line - 1].startswith("<<<<<<<")


def test_a_merge_that_keeps_the_lines_of_both_is_found(branched: ReleasingCase) -> None:
    branched.file(".git/info/attributes", "decks.lock merge=union\n")
    git(branched.folder, "merge", "theirs")

    assert problem_of_lock(branched).message == "`decks.lock` is two locks merged into one"


def test_the_lock_of_either_branch_is_good_again(branched: ReleasingCase) -> None:
    git(branched.folder, "merge", "theirs")
    assert git(branched.folder, "checkout", "--theirs", "decks.lock") == 0

    assert branched.lock().last.version == "1.2.0"


def problem_of_lock(case: ReleasingCase) -> Diagnostic:
    """Return the only thing wrong with the lock, whatever decks.yaml is like."""
    lock, (found,) = release.read(case.lock_file, "demo")
    assert lock is None
    assert found.code == "damaged-lock"
    return found


def test_a_project_without_a_lock_has_no_problem(case: ReleasingCase) -> None:
    assert release.read(case.lock_file, "demo") == (None, [])


def test_retired_notes_stay_in_the_lock_for_ever(released: ReleasingCase) -> None:
    rest = "\n".join(NOTES.strip("\n").split("\n")[:2])
    released.decks(**{"Demo::Ä — B": rest}, more="retired: {three: {reason: doubtful}}\n").cut("2.0.0")
    retired = released.lock().notes["three"]
    released.decks(**{"Demo::Ä — B": rest}).cut("2.0.1")

    assert replace(released.lock().notes["three"], line=0) == replace(retired, line=0)
    assert (retired.retired, retired.first) == ("2.0.0", "1.0.0")
    assert released.lock().media == {}
