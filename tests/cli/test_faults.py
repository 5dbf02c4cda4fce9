"""A fault of ours: exit 3, one line, and a file to attach; no traceback unless somebody asks for it."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.project_case import ProjectCase

from psm_cards import __version__

NOTHING_CALLED = "None"
OUT_OF_MEMORY = "lambda *_: bytearray(1 << 60)"
NO_END = "(lambda f: lambda *_: f(f))(lambda f: f(f))"
PANIC = "lambda *_: exec('class PanicException(BaseException): pass\\nraise PanicException()')"


def broken(case: ProjectCase, stage: str, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    """Run a check in a program whose stage of planning is broken: nothing that a project holds can break it."""
    program = f"import psm_cards.anki; psm_cards.anki.merge = {stage}; {before}\nfrom psm_cards.cli import main; main()"
    case.notes("- {id: one, question: Q, answer: secret}")
    return subprocess.run(
        [sys.executable, "-c", f"import tempfile; tempfile.tempdir = {str(case.folder)!r}\n{program}", *arguments],
        cwd=case.folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("stage", "fault"),
    [
        (NOTHING_CALLED, "TypeError: 'NoneType' object is not callable"),
        (OUT_OF_MEMORY, "MemoryError"),
        (NO_END, "RecursionError: maximum recursion depth exceeded"),
        (PANIC, "PanicException"),
    ],
    ids=["type", "memory", "recursion", "panic"],
)
def test_a_fault_is_told_in_one_line_that_names_a_report_to_attach(stage: str, fault: str, case: ProjectCase) -> None:
    done = broken(case, stage, "check", ".")

    assert (done.returncode, done.stdout) == (3, "")
    (line,) = done.stderr.splitlines()
    begin, _, name = line.partition("please report it with the file ")
    assert begin == f"psm-cards {__version__} broke; this is its own fault, not your project's: "
    report = Path(name).read_text(encoding="utf-8")
    assert report.startswith(f"psm-cards {__version__}\n")
    assert "arguments: ['check', '.']" in report
    assert fault in report
    assert "in check\n" in report
    assert "secret" not in report


@pytest.mark.parametrize("arguments", [["--debug", "check"], ["check", "--debug"]], ids=" ".join)
def test_debug_shows_the_traceback_too(arguments: list[str], case: ProjectCase) -> None:
    done = broken(case, NOTHING_CALLED, *arguments)

    assert done.returncode == 3
    assert done.stderr.startswith("Traceback")
    assert "please report it with the file" in done.stderr.splitlines()[-1]


def test_a_fault_whose_report_cannot_be_written_is_told_all_the_same(case: ProjectCase) -> None:
    done = broken(case, NOTHING_CALLED, "check", before="tempfile.tempdir = 'nowhere'")

    (line,) = done.stderr.splitlines()
    assert done.returncode == 3
    assert line.endswith("please report it with these words: TypeError: 'NoneType' object is not callable")


def test_what_the_system_refuses_where_nobody_expected_it_is_no_fault_of_ours(case: ProjectCase) -> None:
    done = broken(case, "lambda *_: open('no/such/file')", "check")

    assert done.returncode == 1
    assert done.stderr == "error: the system refused `no/such/file`: no such file or directory\n"
