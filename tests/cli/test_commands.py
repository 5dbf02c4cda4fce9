"""The commands as a user runs them: exit codes, messages and files."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.project_case import ProjectCase

from psm_cards import __version__
from psm_cards.cli.app import run

GOOD = "- {id: one, question: Q, answer: A}\n- {id: two, question: Q, answer: A, reverse: true}"
WRONG = "- {id: one, qestion: Q, answer: A}\n- {id: two, question: '100%, sure', answer: }"


def psm_cards(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a folder, as from a shell."""
    return subprocess.run(
        [sys.executable, "-m", "psm_cards", *arguments],
        cwd=folder,
        env={**os.environ, **environment},  # noqa: TID251 (the program under test needs a shell's environment)
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


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


def test_problems_are_shown_with_place_line_mark_and_advice(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "build")

    assert done.stdout.splitlines() == [
        "decks.yaml:6:19: error: unknown key `qestion` [unknown-key]",
        "  6 |       - {id: one, qestion: Q, answer: A}",
        "    |                   ^^^^^^^",
        "  hint: did you mean `question`?",
        "decks.yaml:7:43: error: `answer` has no value [missing-value]",
        "  7 |       - {id: two, question: '100%, sure', answer: }",
        "    |                                           ^^^^^^",
        "  hint: give it a value",
        "2 errors found",
        "nothing was written",
    ]
    assert done.returncode == 1


def test_problems_leave_the_previous_package_untouched(case: ProjectCase) -> None:
    case.notes(GOOD).build()
    assert case.package is not None
    before = case.package.read_bytes()

    again = case.notes(WRONG).build()

    assert again.package is None
    packages = list((case.folder / "build").iterdir())
    assert [package.read_bytes() for package in packages] == [before]


def test_a_report_for_programs_is_one_json_object(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "check", "--format", "json")

    report = json.loads(done.stdout)
    assert report["psm-cards"] == __version__
    assert (report["errors"], report["warnings"]) == (2, 0)
    assert report["diagnostics"][0] == {
        "severity": "error",
        "code": "unknown-key",
        "message": "unknown key `qestion`",
        "hint": "did you mean `question`?",
        "file": "decks.yaml",
        "line": 6,
        "column": 19,
        "end_line": 6,
        "end_column": 26,
        "related": [],
    }


def test_a_build_for_programs_names_the_package(case: ProjectCase) -> None:
    case.notes(GOOD)

    done = psm_cards(case.folder, "build", "--format", "json")

    package = json.loads(done.stdout)["package"]
    assert package["path"] == str(Path("build", "demo-unreleased.apkg"))
    assert (package["notes"], package["cards"], package["decks"], package["media"]) == (2, 3, 1, 0)


def test_a_report_for_github_is_one_annotation_a_line(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "check", "--format", "github")

    assert done.stdout.splitlines() == [
        (
            "::error file=decks.yaml,line=6,endLine=6,col=19,endColumn=25,title=unknown-key"
            "::unknown key `qestion` (did you mean `question`?)"
        ),
        (
            "::error file=decks.yaml,line=7,endLine=7,col=43,endColumn=48,title=missing-value"
            "::`answer` has no value (give it a value)"
        ),
    ]
    assert done.returncode == 1


def test_an_annotation_escapes_what_github_would_read(case: ProjectCase) -> None:
    case.notes('- {id: one, "50%,\\n": Q, question: Q, answer: A}')

    done = psm_cards(case.folder, "check", "--format", "github")

    assert "::unknown key `50%25,%0A`" in done.stdout


def test_control_characters_of_a_text_are_spelt_out_for_people(case: ProjectCase) -> None:
    case.notes('- {id: one, "evil\\n\\e[31m": Q, question: Q, answer: A}')

    done = psm_cards(case.folder, "check")

    assert r"unknown key `evil\u000a\u001b[31m`" in done.stdout
    assert "\x1b" not in done.stdout


def test_of_a_long_line_the_part_around_the_mark_is_shown(case: ProjectCase) -> None:
    case.notes(f"- {{id: one, question: {'word ' * 100}, anwser: A}}")

    lines = psm_cards(case.folder, "check").stdout.splitlines()

    assert max(map(len, lines)) < 140
    assert lines[1][lines[2].index("^") : lines[2].rindex("^") + 1] == "anwser"


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


def test_the_second_of_two_duplicates_names_the_first(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}\n- {id: one, question: Q, answer: A}")

    assert "  decks.yaml:6:14: the first one" in psm_cards(case.folder, "check").stdout.splitlines()


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


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    for command in ("build", "check", "schema"):
        done = psm_cards(tmp_path, command, "--help")
        assert f"Example: psm-cards {command}" in done.stdout
    assert "build" in psm_cards(tmp_path, "--help").stdout


def test_no_command_prints_the_help(tmp_path: Path) -> None:
    assert "Usage: psm-cards" in psm_cards(tmp_path).stdout + psm_cards(tmp_path).stderr


def test_the_schema_command_prints_the_schema_and_that_of_included_files(tmp_path: Path) -> None:
    main = json.loads(psm_cards(tmp_path, "schema").stdout)
    included = json.loads(psm_cards(tmp_path, "schema", "--included").stdout)

    assert main["required"] == ["format", "project"]
    assert included["$ref"] == "#/$defs/included"
    assert included["$defs"] == main["$defs"]


def test_a_fault_of_ours_ends_with_3_in_two_lines(
    case: ProjectCase, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_self: Path) -> bool:
        raise RuntimeError("something no one thought of")

    monkeypatch.setattr(Path, "is_dir", broken)

    assert run(["check", str(case.folder)]) == 3
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"psm-cards {__version__} broke: RuntimeError: something no one thought of"
    assert "please report it" in lines[1]
