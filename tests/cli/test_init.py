"""`psm-cards init`: a project that builds at once, and nothing lost where something stands already."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.anki.probe import probe
from tests.cli.program import psm_cards

from psm_cards import workflows
from psm_cards.cli.app import run
from psm_cards.project import Naming, load, naming_of

FILES = ["README.md", ".gitignore", ".gitattributes", "media/orbit.svg", "decks.yaml"]


def files_in(folder: Path) -> list[str]:
    """Return the files of a folder by their paths in it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_new_project_is_written_and_the_next_step_named(tmp_path: Path) -> None:
    done = psm_cards(tmp_path, "init", "my deck")

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines() == [
        *(f"wrote {Path('my deck', name)}" for name in FILES),
        f"next: read {Path('my deck', 'decks.yaml')}, then run `psm-cards build 'my deck'`",
    ]
    assert files_in(tmp_path / "my deck") == sorted(FILES)
    assert (tmp_path / "my deck" / ".gitignore").read_text() == "build/\n"


def test_the_next_step_works_and_nothing_is_wrong(tmp_path: Path) -> None:
    psm_cards(tmp_path, "init", "moons")

    checked = psm_cards(tmp_path, "check", "--strict", "moons").stdout
    assert checked == "no problems found\n5 citations are references only\n"
    assert psm_cards(tmp_path, "build", "moons").stdout.startswith(
        f"built {Path('moons', 'build', 'moons-unreleased.apkg')}: 5 notes, 7 cards in 2 decks\n"
    )


def test_the_real_anki_takes_the_deck_of_a_new_project_without_a_complaint(tmp_path: Path) -> None:
    run(["init", str(tmp_path / "moons")])
    target = workflows.Target(tmp_path / "out", "test", workflows.UNRELEASED)
    package = workflows.build(tmp_path / "moons", target, lambda _stage: None, strict=True).package
    assert package is not None

    found = probe(package.path, tmp_path)

    assert found.problems() == []
    assert (found.notes, len(found.cards), package.media) == (5, 7, 1)
    assert found.decks == ["Moons", "Moons::1 Orbits", "Moons::2 Laws"]


def test_a_project_is_named_as_the_user_says(tmp_path: Path) -> None:
    title = "C:\\ 'x' {y} # z: & *1 ü"

    assert run(["init", str(tmp_path / "a"), "--id", "other-id", "--title", title]) == 0

    project, problems = load(tmp_path / "a")
    assert problems == []
    assert project is not None
    assert (project.id, project.title, project.decks[0].name) == ("other-id", title, f"{title}::1 Orbits")
    assert (tmp_path / "a" / "README.md").read_text(encoding="utf-8").startswith(f"# {title}\n")


@pytest.mark.parametrize(
    ("folder", "identity", "title"),
    [
        ("moons", "moons", "Moons"),
        ("My Deck", "my-deck", "My Deck"),
        ("second_year--biology.v2", "second-year-biology-v2", "Second year biology.v2"),
        ("2026 Übung", "ubung", "2026 Übung"),
        ("日本", "", "日本"),
        ("default", "default", ""),
        ('a "b"', "a-b", ""),
        ("", "", ""),
    ],
)
def test_a_folders_name_suggests_the_projects(folder: str, identity: str, title: str) -> None:
    assert naming_of(folder) == Naming(identity, title)


def test_this_folder_becomes_a_project_if_it_holds_nothing_but_a_repository(tmp_path: Path) -> None:
    (tmp_path / "moons" / ".git").mkdir(parents=True)

    done = psm_cards(tmp_path / "moons", "init", ".")

    assert done.stdout.splitlines()[-1] == "next: read decks.yaml, then run `psm-cards build`"
    assert files_in(tmp_path / "moons") == sorted(FILES)


def test_what_a_folder_holds_is_never_touched(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")

    done = psm_cards(tmp_path, "init", ".", "--id", "moons")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "error: expected a new or an empty folder, found `.` with `notes.txt` [folder-not-empty]",
        "  hint: name a folder that does not exist yet",
        "1 error found",
    ]
    assert files_in(tmp_path) == ["notes.txt"]


def test_a_full_folder_is_told_by_some_of_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(1_203):
        (tmp_path / f"{number:04}").touch()

    assert run(["init", str(tmp_path), "--id", "moons"]) == 1
    assert "with `0000`, `0001`, `0002` and 1,200 more" in capsys.readouterr().out


def test_a_file_in_the_folders_place_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "moons").write_text("mine")

    assert run(["init", str(tmp_path / "moons")]) == 1
    assert f"cannot write `{tmp_path / 'moons'}`: not a directory" in capsys.readouterr().out
    assert (tmp_path / "moons").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["日本"], "the folder's name makes no id: give one with --id"),
        (["default"], "the folder's name makes no title: give one with --title"),
        (["moons", "--id", "My Deck"], "--id is `My Deck`: expected lower-case words joined by hyphens"),
        (["moons", "--id", ""], "--id is ``: expected"),
        (["moons", "--title", " "], "--title is ` `: expected one line"),
        (["moons", "--title", "a\nb"], "expected one line"),
        ([], "Missing argument 'FOLDER'"),
    ],
    ids=" ".join,
)
def test_a_name_that_no_project_can_have_is_wrong_usage(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = psm_cards(tmp_path, "init", *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_cannot_be_written_whole_is_not_written_at_all(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="only POSIX limits the size of files")
    # Python would cut its own compiled files off at the limit, and break every run after this one.
    limit = (
        "import resource, sys; sys.dont_write_bytecode = True; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))"
    )

    # README.md is shorter than that, decks.yaml is longer. Python would cut its compiled files off at the limit too.
    done = subprocess.run(
        [sys.executable, "-B", "-c", f"{limit}; from psm_cards.cli import main; main()", "init", "new/moons"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert f"cannot write `{Path('new', 'moons', 'decks.yaml')}`: file too large" in done.stdout
    assert list(tmp_path.iterdir()) == []
