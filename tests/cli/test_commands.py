"""The commands as a user runs them: exit codes, messages and files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.cli.program import psm_cards
from tests.project_case import ProjectCase

from psm_cards import __version__
from psm_cards.cli import report_json

GOOD = "- {id: one, question: Q, answer: A}\n- {id: two, question: Q, answer: A, reverse: true}"
WRONG = "- {id: one, qestion: Q, answer: A}\n- {id: two, question: '100%, sure', answer: }"


def test_a_build_says_where_the_package_is_what_is_in_it_and_how_to_import_it(case: ProjectCase) -> None:
    case.notes(GOOD)

    done = psm_cards(case.folder, "build")

    assert done.stderr == ""
    where = Path("build", "demo-unreleased.apkg")
    assert done.stdout.splitlines() == [
        f"built {where}: 2 notes, 3 cards in 1 deck",
        "to study it, open the file with Anki, or use File > Import there; leave the options as they are",
    ]
    assert done.returncode == 0
    assert [path.name for path in (case.folder / "build").iterdir()] == ["demo-unreleased.apkg"]


def test_a_check_that_finds_nothing_says_so_and_writes_nothing(case: ProjectCase) -> None:
    case.notes(GOOD)

    done = psm_cards(case.folder, "check")

    assert (done.stdout, done.stderr, done.returncode) == ("no problems found\n", "", 0)
    assert [path.name for path in case.folder.iterdir()] == ["decks.yaml"]


def test_problems_leave_the_previous_package_untouched(case: ProjectCase) -> None:
    case.notes(GOOD).build()
    assert case.package is not None
    before = case.package.read_bytes()

    again = case.notes(WRONG).build()

    assert again.package is None
    packages = list((case.folder / "build").iterdir())
    assert [package.read_bytes() for package in packages] == [before]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_report_comes_out_whatever_the_systems_encoding(encoding: str, case: ProjectCase) -> None:
    case.notes("- {id: one, question: 日本, anwser: A}")

    done = psm_cards(case.folder, "check", PYTHONIOENCODING=encoding)

    assert done.returncode == 1
    assert "日本" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_report_that_cannot_be_printed_is_no_fault_of_ours(case: ProjectCase) -> None:
    case.notes(WRONG)

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "psm_cards", "check"],
            cwd=case.folder,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == b"error: cannot print the report: no space left on device\n"


def test_a_reader_that_goes_away_ends_the_program_quietly(case: ProjectCase) -> None:
    case.notes("\n".join(f"- {{id: n{n}, qestion: Q, answer: A}}" for n in range(2000)))

    reader = subprocess.Popen(
        [sys.executable, "-m", "psm_cards", "check"], cwd=case.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reader.stdout is not None
    assert reader.stderr is not None
    with reader, reader.stderr:
        reader.stdout.read(10)
        reader.stdout.close()
        assert reader.stderr.read() == b""


def test_a_path_that_no_file_can_have_is_named(tmp_path: Path) -> None:
    done = psm_cards(tmp_path, "check", "x" * 300)

    assert done.returncode == 1
    assert "file name too long [unreadable-file]" in done.stdout


def test_the_time_of_a_build_can_be_given(case: ProjectCase) -> None:
    case.notes(GOOD)
    packages = []
    for arguments in ({}, {"SOURCE_DATE_EPOCH": "1700000000"}, {"SOURCE_DATE_EPOCH": "1700000000"}):
        psm_cards(case.folder, "build", **arguments)
        packages.append((case.folder / "build" / "demo-unreleased.apkg").read_bytes())

    assert packages[0] != packages[1] == packages[2]


def test_strict_takes_a_warning_for_an_error(case: ProjectCase) -> None:
    case.notes("- {id: one, question: 'List<String>?', answer: A}")

    assert psm_cards(case.folder, "check").returncode == 0
    assert psm_cards(case.folder, "check", "--strict").returncode == 1
    assert psm_cards(case.folder, "build", "--strict").returncode == 1
    assert not (case.folder / "build").exists()


@pytest.mark.parametrize(
    "arguments",
    [["bild"], ["build", "--outptu", "x"], ["check", "--format", "xml"], ["check", "a", "b"]],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_one_error_on_standard_error(arguments: list[str], tmp_path: Path) -> None:
    done = psm_cards(tmp_path, *arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Error: " in done.stderr


@pytest.mark.parametrize(
    "value", ["tomorrow", "-1", "0", "99999999999", "9" * 5000], ids=["word", "-1", "0", "far", "long"]
)
def test_a_source_date_epoch_that_is_no_past_time_is_wrong_usage(value: str, case: ProjectCase) -> None:
    case.notes(GOOD)

    done = psm_cards(case.folder, "build", SOURCE_DATE_EPOCH=value)

    assert done.returncode == 2
    assert f"SOURCE_DATE_EPOCH is `{value}`" in done.stderr


def test_a_folder_without_decks_yaml_is_named(tmp_path: Path) -> None:
    done = psm_cards(tmp_path, "check")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "error: cannot read `decks.yaml`: no such file or directory [unreadable-file]",
        "  hint: name the project's folder, or its `decks.yaml`",
        "1 error found",
    ]


def test_an_output_folder_that_cannot_be_made_is_named_and_nothing_is_lost(case: ProjectCase) -> None:
    case.notes(GOOD).file("dist", "a file")

    done = psm_cards(case.folder, "build", "--output", "dist")

    assert done.returncode == 1
    assert "error: cannot write" in done.stdout
    assert (case.folder / "dist").read_text() == "a file"


@pytest.mark.skipif(sys.platform != "linux", reason="only there names are any bytes")
def test_an_output_folder_whose_name_is_no_utf8_is_refused(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}")
    done = psm_cards(case.folder, "build", "--output", os.fsdecode(b"lat\xe9"))

    assert done.stderr == ""
    assert "lat\\udce9/demo-unreleased.apkg`: SQLite knows only paths in UTF-8" in done.stdout
    assert done.returncode == 1


def test_the_version_is_printed_whether_typer_is_asked_or_not(tmp_path: Path) -> None:
    assert psm_cards(tmp_path, "--version").stdout == f"psm-cards {__version__}\n"
    assert psm_cards(tmp_path, "--version", "check").stdout == f"psm-cards {__version__}\n"


def test_the_version_costs_no_import_but_python(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "psm_cards", "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "psm_cards.cli" in imported
    assert imported.isdisjoint({"typer", "click", "jinja2", "genanki", "yaml", "rich", "jsonschema_rs"})


@pytest.mark.parametrize("command", ["build", "check", "explain", "init", "schema"])
def test_every_command_has_help_with_an_example_that_fits_a_terminal(command: str, tmp_path: Path) -> None:
    summary = next(
        line for line in psm_cards(tmp_path, "--help").stdout.splitlines() if line.startswith(f"  {command}")
    )
    printed = psm_cards(tmp_path, command, "--help", COLUMNS="80").stdout

    assert f"\n  Example: psm-cards {command} " in printed
    assert max(map(len, printed.splitlines())) <= 80
    assert summary.endswith(".")
    assert not summary.endswith("...")


def test_no_command_prints_the_help(tmp_path: Path) -> None:
    assert "Usage: psm-cards" in psm_cards(tmp_path).stdout + psm_cards(tmp_path).stderr


def test_the_schema_command_prints_the_schema_and_that_of_included_files(tmp_path: Path) -> None:
    main = json.loads(psm_cards(tmp_path, "schema").stdout)
    included = json.loads(psm_cards(tmp_path, "schema", "--included").stdout)

    assert main["required"] == ["format", "project"]
    assert included["$ref"] == "#/$defs/included"
    assert included["$defs"] == main["$defs"]


def test_the_schema_command_prints_the_schema_of_reports(tmp_path: Path) -> None:
    assert json.loads(psm_cards(tmp_path, "schema", "--report").stdout) == report_json.schema()
    Draft202012Validator.check_schema(report_json.schema())

    both = psm_cards(tmp_path, "schema", "--report", "--included")
    assert (both.returncode, both.stdout) == (2, "")


@pytest.mark.skipif(os.name == "nt", reason="the shell is no POSIX shell")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_a_caller_may_close_the_streams(closed: str, case: ProjectCase) -> None:
    case.notes(WRONG)

    done = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m psm_cards check {closed}'],  # noqa: S607 (every POSIX has it)
        cwd=case.folder,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.endswith(b"2 errors found\n") == (">&-" not in closed.replace("2>", ""))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["schema"]], ids=" ".join)
def test_whatever_cannot_be_printed_is_told_in_one_line(arguments: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "psm_cards", *arguments],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == b"error: cannot print the report: no space left on device\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps a folder in which somebody works")
def test_a_folder_that_is_gone_is_no_fault_of_ours(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    program = "import os; os.rmdir(os.getcwd()); from psm_cards.cli import main; main()"

    done = subprocess.run(
        [sys.executable, "-c", program, "init", "."],
        cwd=tmp_path / "gone",
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "error: the system refused: no such file or directory\n"
