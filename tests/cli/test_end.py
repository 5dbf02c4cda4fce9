"""How the process ends: at once, after all that was printed is out and all that waits for the end was told."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.project_case import ProjectCase

SAYING = "import atexit, psm_cards.cli as cli; atexit.register(print, 'heard'); print('said'); cli._end(3)"


@pytest.fixture(autouse=True)
def _as_for_users(monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a buffer nothing could be lost, and a run whose coverage is measured ends in Python's own way.
    for name in ("PYTHONUNBUFFERED", "COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python."""
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)


def test_all_that_was_printed_is_out_and_exit_functions_have_run() -> None:
    done = run("-c", SAYING)
    assert (done.stdout, done.returncode) == ("said\nheard\n", 3)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_a_full_device_changes_no_exit_code() -> None:
    done = run("-c", f"import sys; sys.stdout = open('/dev/full', 'w'); {SAYING}")
    assert done.returncode == 3


def test_a_profiler_has_its_say_after_the_run() -> None:
    assert "function calls" in run("-m", "cProfile", "-m", "psm_cards", "explain", "yaml-syntax").stdout


def test_completion_is_asked_for_before_a_build_begins(case: ProjectCase, monkeypatch: pytest.MonkeyPatch) -> None:
    case.notes("- {id: a, question: Q?, answer: A}")
    monkeypatch.setenv("_PSM_CARDS_COMPLETE", "source_bash")
    assert "complete" in run("-m", "psm_cards", "build", str(case.folder)).stdout
    assert not (case.folder / "build").exists()
