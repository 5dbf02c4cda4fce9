"""`psm-cards release`: what it refuses, what it writes, and that the same release is the same files again."""

import hashlib
import json
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from psm_cards import anki, release
from psm_cards.model import Kind
from psm_cards.release import changelog
from psm_cards.release.promises import anywhere
from psm_cards.release.versions import parse
from tests.cli.program import psm_cards
from tests.release.releases import FIRST, WEEK, ReleasingCase, learner

ONE = """
- {id: one, question: What is one?, answer: The first, explanation: See two}
- {id: two, question: What is two?, answer: The second, tags: [count]}
- {id: three, cloze: "{{c1::three}} follows {{c2::two}}"}
"""
REST = ONE.replace("- {id: two, question: What is two?, answer: The second, tags: [count]}\n", "")
RETIRED = "retired: {two: {reason: it is < three, replaced-by: one}}\n"


def codes(done: object) -> list[str]:
    """Return the codes of what stands against a release."""
    return [problem.code for problem in done.report.diagnostics]  # type: ignore[attr-defined] # of any workflow


def test_the_first_release_writes_the_lock_the_changelog_and_the_files(case: ReleasingCase) -> None:
    done = case.decks(Demo=ONE).released("1.0.0")

    assert codes(done) == []
    assert sorted(case.files().keys() - {"decks.yaml"}) == [
        "build/SHA256SUMS",
        "build/demo-1.0.0.apkg",
        "build/demo-1.0.0.json",
        "build/demo-1.0.0.md",
        "decks.lock",
        "decks/CHANGELOG.md",
    ]
    assert case.lock().releases == (release.Release("1.0.0", FIRST),)
    assert (case.folder / changelog.NAME).read_text() == (
        "# Changelog: A demo\n\nWhat each release has brought, newest first.\n\n"
        "## 1.0.0 (2025-06-15)\n\nThe first release.\n\n- Demo: 3 notes, 4 cards\n"
    )


def test_the_sums_and_the_manifest_say_what_is_in_the_files(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    case.decks(Demo=REST.replace("The first", "First") + "- {id: new, question: Q, answer: A}", more=RETIRED)
    case.released("2.0.0")

    files = case.files()
    sums = dict(line.split("  ")[::-1] for line in files["build/SHA256SUMS"].decode().splitlines())
    assert list(sums) == ["demo-2.0.0.apkg", "demo-2.0.0-retire.apkg", "demo-2.0.0.md", "demo-2.0.0.json"]
    assert all(hashlib.sha256(files[f"build/{name}"]).hexdigest() == digest for name, digest in sums.items())
    manifest = json.loads(files["build/demo-2.0.0.json"])
    assert [list(manifest[key]) for key in ("new", "updated", "retired")] == [["new"], ["one"], ["two"]]
    assert (manifest["version"], manifest["previous"], manifest["time"]) == ("2.0.0", "1.0.0", FIRST + WEEK)
    assert {one["name"]: one["sha256"] for one in manifest["files"]}.items() <= sums.items()


@pytest.mark.parametrize(
    ("version", "code"),
    [("1.0.0", "version-behind"), ("0.9.9", "version-behind"), ("1.0.10", ""), ("1.1", "malformed-version"),
     ("v1.1.0", "malformed-version"), ("01.1.0", "malformed-version"), ("1.1.0-rc.1", "malformed-version")],
)  # fmt: skip
def test_a_version_is_three_numbers_above_the_last(case: ReleasingCase, version: str, code: str) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    before = case.files()
    done = case.decks(Demo=ONE.replace("The first", "First")).released(version, is_dry=True)

    assert codes(done) == [code] * bool(code)
    assert {**case.files(), "decks.yaml": b""} == {**before, "decks.yaml": b""}


def test_versions_compare_as_numbers() -> None:
    assert parse("1.10.0") > parse("1.9.9")  # type: ignore[operator] # both are versions
    assert parse("1.0.0 ") is parse("1.0.0\n") is None


@pytest.mark.parametrize(
    ("notes", "more", "suggested"),
    [
        (ONE.replace("The first", "First"), "", "1.2.4"),
        (ONE.replace("tags: [count]", "tags: [number]"), "", "1.2.4"),
        (ONE + "- {id: new, question: Q, answer: A}", "", "1.3.0"),
        (ONE.replace("The first,", "The first, reverse: true,"), "", "1.3.0"),
        (ONE.replace("{{c2::two}}", "two"), "", "2.0.0"),
        (REST, RETIRED, "2.0.0"),
    ],
)
def test_the_suggested_version_says_what_learners_must_do(
    case: ReleasingCase, notes: str, more: str, suggested: str
) -> None:
    case.decks(Demo=ONE).released("1.2.3")
    done = case.decks(Demo=notes, more=more).released("1.2.4", is_dry=True)

    assert done.draft
    assert done.draft.suggested == suggested
    assert ("version-too-low" in codes(done)) == (suggested != "1.2.4")


def test_a_moved_note_suggests_a_major_release(case: ReleasingCase) -> None:
    other = "- {id: other, question: Q, answer: A}"
    four = "- {id: four, question: What is four?, answer: The fourth}"
    case.decks(Demo=f"{ONE}{four}", Other=other).released("1.0.0")
    done = case.decks(Demo=ONE, Other=f"{other}\n{four}").released("2.0.0", is_dry=True)

    assert done.draft
    assert done.draft.suggested == "2.0.0"


def test_a_project_with_a_problem_is_not_released(case: ReleasingCase) -> None:
    before = case.decks(Demo=ONE.replace("answer: The first", "anwser: The first")).files()

    assert codes(case.released("1.0.0")) == ["unknown-key"]
    assert case.files() == before


def test_a_clock_behind_the_last_release_is_refused_before_anything_is_written(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    before = case.decks(Demo=ONE.replace("The first", "First")).files()

    assert codes(case.released("1.0.1", time=FIRST - 1)) == ["clock-behind"]
    assert case.files() == before


def test_a_release_in_the_second_of_the_last_one_is_dated_one_later(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    done = case.decks(Demo=ONE.replace("The first", "First")).released("1.0.1", time=FIRST)

    assert codes(done) == []
    assert [one.time for one in case.lock().releases] == [FIRST, FIRST + 1]
    assert anki.read(case.built()).notes[case.lock().notes["one"].guid].mod == FIRST + 1


def test_a_dry_run_shows_it_all_and_writes_nothing(case: ReleasingCase) -> None:
    before = case.decks(Demo=ONE).files()
    done = psm_cards(case.folder, "release", "1.0.0", "--dry-run")

    assert (done.stderr, done.returncode) == ("", 0)
    assert "  + one (1 card): What is one?" in done.stdout
    assert f"  {Path('build', 'demo-1.0.0.apkg')}" in done.stdout
    assert done.stdout.endswith("nothing was written\n")
    assert case.files() == before


def test_the_program_releases_by_the_clock_and_rehearses_the_second_release(case: ReleasingCase) -> None:
    begin = int(time.time())  # noqa: TID251 (the program's own clock is the point)
    assert psm_cards(case.decks(Demo=ONE).folder, "release", "1.0.0").returncode == 0
    time.sleep(1)
    done = psm_cards(case.decks(Demo=ONE.replace("The first", "First")).folder, "release", "1.0.1", "--format", "json")
    report = json.loads(done.stdout)

    assert begin <= case.lock().releases[0].time < case.lock().last.time
    assert report["rehearsal"]["unexpected"] == []
    assert report["suggested"] == "1.0.1"
    assert Path(report["files"][0]).name == "demo-1.0.1.apkg"


def test_the_changelog_tells_each_change_word_by_word_where_the_last_package_is_at_hand(case: ReleasingCase) -> None:
    package = case.decks(Demo=ONE).cut("1.0.0")
    case.decks(Demo=ONE.replace("The first", "First"))
    assert case.diff().has_words

    case.released("1.0.1")
    assert (
        "- Changed: one: What is one?\n  - Answer: ~~The first~~**First**\n"
        in case.files()["decks/CHANGELOG.md"].decode()
    )
    case.decks(Demo=ONE).cut("1.0.2").unlink()
    case.decks(Demo=ONE.replace("The first", "Another")).released("1.0.3")
    assert "- Changed: one: What is one?\n  - Answer\n" in case.files()["decks/CHANGELOG.md"].decode()
    assert package.exists()


def test_only_the_package_of_the_release_before_has_the_words_of_retired_notes(case: ReleasingCase) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    second = case.decks(Demo=ONE.replace("The second", "Second")).cut("1.0.1")
    third = case.decks(Demo=REST.replace("The first", "First"), more=RETIRED).cut("2.0.0")

    def rebuilt(previous: Path) -> list[str]:
        done = psm_cards(case.folder, "build", "--locked", "--previous", str(previous), "--format", "json")
        return [one["code"] for one in json.loads(done.stdout)["diagnostics"]]

    assert rebuilt(second) == []
    assert rebuilt(first) == rebuilt(third) == ["wrong-package"]


def test_a_rebuild_of_a_release_gives_the_same_bytes_of_every_file(case: ReleasingCase, tmp_path: Path) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    old = case.folder / "build" / "demo-1.0.0.apkg"
    case.decks(Demo=REST, more=RETIRED).released("2.0.0")
    again = tmp_path / "again"
    done = psm_cards(case.folder, "build", "--locked", "--previous", str(old), "--output", str(again))

    assert done.returncode == 0, done.stdout
    files = case.files()
    assert {path.name: path.read_bytes() for path in again.iterdir()} == {
        name.removeprefix("build/"): files[name] for name in files if "2.0.0" in name or "SUMS" in name
    }


def test_an_older_release_is_built_again_from_its_tag_with_the_same_bytes(case: ReleasingCase, tmp_path: Path) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    tag = case.files()
    case.decks(Demo=REST, more=RETIRED).released("2.0.0")
    clone = ReleasingCase(tmp_path / "clone")
    for name in ("decks.yaml", "decks.lock", "decks/CHANGELOG.md"):
        clone.file(name, tag[name])

    assert psm_cards(clone.folder, "build", "--locked").returncode == 0
    assert clone.files() == tag


def test_a_package_that_is_not_the_last_releases_is_refused(case: ReleasingCase) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    case.decks(Demo=ONE.replace("The first", "First")).released("1.0.1")
    case.decks(Demo=ONE)

    assert codes(case.released("1.0.2", previous=first)) == ["wrong-package"]
    assert codes(case.released("1.0.2", previous=case.folder / "decks.yaml")) == ["unreadable-package"]
    assert case.lock().last.version == "1.0.1"


def test_without_the_last_releases_package_it_says_that_it_was_not_rehearsed(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).cut("1.0.0").unlink()
    done = case.decks(Demo=REST, more=RETIRED).released("2.0.0")

    assert done.published
    assert done.published.unrehearsed == (
        "the package of release 1.0.0 is not at hand, and cannot be built from a tag `deck-1.0.0`; name it with "
        "`--previous`"
    )
    assert not (case.folder / "build" / "demo-2.0.0-retire.apkg").exists()
    assert [(one.code, one.message, one.hint) for one in done.report.diagnostics] == [
        (
            "untold-retirement",
            "no companion tells learners why `two` is retired",
            "their words are in the package of release 1.0.0: name it with `--previous`",
        )
    ]


def test_a_rebuild_without_the_package_before_says_that_the_companion_is_missing(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    case.decks(Demo=REST, more=RETIRED).released("2.0.0")
    done = psm_cards(case.folder, "build", "--locked", "--output", "again")

    assert "warning: no companion tells learners why `two` is retired [untold-retirement]" in done.stdout
    assert done.returncode == 0


def test_the_last_note_of_a_kind_is_retired_without_a_companion(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    cloze = ONE.strip().rpartition("\n")[0]
    done = case.decks(Demo=cloze, more="retired: {three: {reason: wrong}}\n").released("2.0.0")

    assert codes(done) == ["untold-retirement"]
    assert done.published
    assert done.published.rehearsal
    assert done.published.rehearsal.unexpected == ()


def test_a_lock_that_is_gone_after_a_release_is_not_taken_for_the_first_release(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    case.lock_file.unlink()
    before = case.files()

    for is_dry in (True, False):
        done = case.released("1.1.0", is_dry=is_dry)
        assert codes(done) == ["lost-lock"]
        assert done.report.diagnostics[0].message == (
            "`decks/CHANGELOG.md` tells of release 1.0.0, and there is no `decks.lock`: learners would get every note "
            "anew, and lose their own edits and tags"
        )
        assert case.files() == before


def test_a_first_release_that_was_killed_before_its_lock_is_made_again(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    whole = case.files()
    case.lock_file.unlink()

    assert codes(case.released("1.0.0")) == []
    assert case.files() == whole


def git(folder: Path, *arguments: str) -> None:
    """Run git in a folder, as somebody."""
    somebody = ("-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    git = shutil.which("git") or ""
    subprocess.run([git, *somebody, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="the tag of a release is one of git")
def test_the_last_release_is_built_again_from_its_tag_where_its_package_is_not_at_hand(tmp_path: Path) -> None:
    case = ReleasingCase(tmp_path / "repository" / "project")
    case.decks(Demo=ONE).released("1.0.0")
    given_out = case.files()
    shutil.rmtree(case.folder / "build")
    for arguments in (["init"], ["add", "."], ["commit", "-m", "one"], ["tag", "deck-1.0.0"]):
        git(tmp_path / "repository", *arguments)
    sources = release.check_out(case.folder, "1.0.0", tmp_path / "sources")
    assert sources
    assert psm_cards(sources, "build", "--locked").returncode == 0
    assert ReleasingCase(sources).files() == given_out
    assert release.check_out(case.folder, "1.0.1", tmp_path / "nothing") is None

    before = case.files()
    dry = case.decks(Demo=REST.replace("The first", "First"), more=RETIRED).released("2.0.0", is_dry=True)
    assert case.files() == {**before, "decks.yaml": case.files()["decks.yaml"]}
    done = case.released("2.0.0")

    for each in (dry, done):
        assert each.published
        assert each.published.rehearsal, each.published.unrehearsed
        assert each.published.rehearsal.unexpected == ()
    assert (case.folder / "build" / "demo-2.0.0-retire.apkg").exists()
    assert "Answer: ~~The first~~**First**" in case.files()["build/demo-2.0.0.md"].decode()


def test_the_changelog_keeps_what_people_wrote_and_drops_a_release_that_never_ended(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    text = (case.folder / changelog.NAME).read_text().replace("The first release.", "Our first one!")
    case.file(changelog.NAME, text.replace("## 1.0.0", "## 1.1.0 (never)\n\nlost\n\n## Thanks\n\nto all\n\n## 1.0.0"))
    case.decks(Demo=ONE.replace("The first", "First")).released("1.0.1")

    lines = (case.folder / changelog.NAME).read_text().splitlines()
    assert [line for line in lines if line.startswith("## ")] == [
        "## 1.0.1 (2025-06-22)",
        "## Thanks",
        "## 1.0.0 (2025-06-15)",
    ]
    assert "Our first one!" in lines
    assert "lost" not in lines


def test_the_notes_of_a_release_stand_in_a_fixed_order(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    case.decks(Demo=REST, more=RETIRED).released("2.0.0")
    text = (case.folder / "build" / "demo-2.0.0.md").read_text()

    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        "## What changed",
        "## How to update",
        "## What survives",
        "## Retired notes",
    ]
    assert '    "note:demo * (psm-cards)" (Id:two)' in text
    assert "- two (since 2.0.0, now one): it is \\< three" in text


def test_the_companion_tells_who_has_a_retired_note_why_and_they_find_it(case: ReleasingCase, tmp_path: Path) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    case.decks(Demo=REST, more=RETIRED).released("2.0.0")
    build = case.folder / "build"
    with learner(tmp_path / "anna") as anna:
        anna.take(build / "demo-1.0.0.apkg")
        anna.study()
        progress = anna.progress()
        number = anna.note("two").id
        anna.take(build / "demo-2.0.0.apkg")
        told = anna.take(build / "demo-2.0.0-retire.apkg")

        assert (told.new, told.updated, told.conflicting, told.complaints) == (0, 1, 0, 0)
        note = anna.note("two")
        assert note["Notice"].startswith("<b>Retired</b> with release 2.0.0: it is &lt; three.")
        assert (note["Answer"], note.tags) == ("The second", ["count", "demo::retired"])
        assert anna.progress() == progress
        assert list(anna.collection.find_notes("tag:demo::retired")) == [number]
        assert list(anna.collection.find_notes(anywhere("demo", ["two"]))) == [number]


def test_a_note_is_sent_again_only_on_purpose_and_it_is_said_whom_that_costs_what(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    before = case.lock()
    done = case.released("1.0.1", redeliver=("two",))

    assert case.bumped(before) == {"two"}
    assert done.draft
    assert list(done.draft.again.costs()) == [
        "1 note sent again as asked for: every learner uploads it at the next sync, and loses own edits and tags in it"
    ]
    assert "- Changed: two: What is two?\n  - sent again as it is" in (case.folder / changelog.NAME).read_text()
    assert anki.read(case.built()).notes[case.lock().notes["two"].guid].mod == FIRST + WEEK


def test_what_learners_do_not_have_cannot_be_sent_again(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")

    done = case.released("1.0.1", redeliver=("tow",))
    assert codes(done) == ["unknown-note"]
    assert done.report.diagnostics[0].hint == "did you mean `two`?"


def test_without_a_change_no_note_is_sent_again_by_rerender(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    before = case.lock()
    case.released("1.0.1", rerender=True)

    assert case.bumped(before) == set()


def test_a_release_that_brings_nothing_says_so(case: ReleasingCase) -> None:
    case.decks(Demo=ONE).released("1.0.0")
    case.released("1.0.1")

    text = case.files()["build/demo-1.0.1.md"].decode()
    assert "- every note, and all progress, as it was" in text


def test_the_list_of_a_decks_references_is_released_like_any_note(case: ReleasingCase) -> None:
    head = "format: 1\nproject: {id: demo, title: A demo, references: true}\n"
    sources = "sources: {a: {type: book, title: A}, b: {type: book, title: B}}\n"
    cited = ONE.replace("id: one,", "id: one, cite: [{source: a}],")
    case.decks(Demo=cited, head=head, more=sources).released("1.0.0")
    before = case.lock()
    (listed,) = before.notes.keys() - {"one", "two", "three"}
    assert (listed.split(".")[0], before.notes[listed].kind) == ("references", Kind.BASIC)

    assert codes(case.released("1.0.1")) == []
    assert case.bumped(before) == set()
    case.decks(Demo=cited.replace("{source: a}", "{source: a}, {source: b}"), head=head, more=sources)
    before = case.lock()
    assert codes(case.released("1.0.2")) == []
    assert case.bumped(before) == {"one", listed}
