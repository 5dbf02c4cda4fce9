"""Ctrl-C at any moment of a run: quiet, exit 130, and nothing half-written."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.environment import UNMEASURED
from tests.project_case import ProjectCase

pty = pytest.importorskip("pty", reason="only POSIX has such terminals")

# Whoever runs the tests in the background may have told their children not to hear Ctrl-C.
PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    # A line on the terminal tells the test when a stage begins, however fast the machine is.
    "from psm_cards.cli import main, progress; progress.PATIENCE = -1; print('ready', flush=True); main()"
)
OLD = b"the last good package"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a project that takes a second to build, with a package from an earlier day."""
    case = ProjectCase(tmp_path_factory.mktemp("big"))
    case.notes("\n".join(f"- {{id: n{number}, question: 'Q *{number}*', answer: A}}" for number in range(12_000)))
    case.file("build/demo-unreleased.apkg", OLD)
    return case.folder


def start(project: Path, stderr: int) -> subprocess.Popen[bytes]:
    """Start a build and return it as soon as it is about to begin."""
    command = [sys.executable, "-c", PROGRAM, "build"]
    build = subprocess.Popen(command, cwd=project, env=UNMEASURED, stdout=subprocess.PIPE, stderr=stderr)
    assert build.stdout is not None
    assert build.stdout.readline() == b"ready\n"
    return build


def expect_nothing_done(project: Path) -> None:
    """Assert that the build folder is as it was."""
    assert {path.name: path.read_bytes() for path in (project / "build").iterdir()} == {"demo-unreleased.apkg": OLD}


@pytest.mark.parametrize("delay", [0.02, 0.1, 0.3])
def test_an_interrupted_build_ends_quietly_with_130_and_leaves_nothing(delay: float, project: Path) -> None:
    with start(project, subprocess.PIPE) as build:
        time.sleep(delay)
        build.send_signal(signal.SIGINT)
        printed = build.communicate(timeout=30)

    assert (build.returncode, *printed) == (130, b"", b"")
    expect_nothing_done(project)


@pytest.mark.parametrize("stage", ["rendering", "writing"])
def test_a_build_interrupted_in_a_stage_clears_the_line_of_the_terminal(stage: str, project: Path) -> None:
    master, slave = pty.openpty()
    with start(project, slave) as build:
        os.close(slave)
        screen = _read_until(master, f"{stage} …".encode())
        build.send_signal(signal.SIGINT)
        assert build.wait(timeout=30) == 130
        screen += _rest(master)
    os.close(master)

    assert screen.endswith(b"\r\033[K")
    assert re.sub(rb"\r\033\[K|[a-z ]+\xe2\x80\xa6", b"", screen) == b""
    expect_nothing_done(project)


def _read_until(terminal: int, word: bytes) -> bytes:
    screen = b""
    while word not in screen:
        screen += os.read(terminal, 1000)
    return screen


def _rest(terminal: int) -> bytes:
    screen = b""
    try:
        while read := os.read(terminal, 1000):
            screen += read
    except OSError:
        # So Linux says that the other side of a terminal is closed.
        return screen
    return screen


def test_a_program_told_not_to_hear_ctrl_c_does_not(case: ProjectCase) -> None:
    case.notes("\n".join(f"- {{id: n{number}, question: Q{number}, answer: A}}" for number in range(300)))
    program = PROGRAM.replace("signal.default_int_handler", "signal.SIG_IGN")

    command = [sys.executable, "-c", program, "check"]
    with subprocess.Popen(command, cwd=case.folder, env=UNMEASURED, stdout=subprocess.PIPE) as check:
        assert check.stdout is not None
        check.stdout.readline()
        time.sleep(0.05)
        check.send_signal(signal.SIGINT)
        assert check.communicate(timeout=30)[0] == b"no problems found\n"


INTERRUPTED = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)
import psm_cards.anki
from psm_cards.cli import main
class PanicException(BaseException): pass
def interrupted(*_):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.01)
    except BaseException as end:
        print("panicked", file=sys.stderr)
        raise PanicException from end
    time.sleep(10)
def importing(*_):
    import interrupted_import
psm_cards.anki.merge = {}
sys.path.insert(0, os.getcwd())
main()
"""


def interrupted(case: ProjectCase, program: str) -> subprocess.CompletedProcess[bytes]:
    """Check a project with a program that interrupts itself."""
    command = [sys.executable, "-c", program, "check"]
    return subprocess.run(command, cwd=case.folder, env=UNMEASURED, capture_output=True, check=False)


def test_a_library_that_breaks_because_of_ctrl_c_is_no_fault(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}")
    program = INTERRUPTED.replace("{}", "interrupted")

    done = interrupted(case, program)

    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"panicked\n")


def test_ctrl_c_while_a_library_is_imported_waits_until_it_is_there(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}")
    case.file("interrupted_import.py", "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nprint('imported')\n")
    program = INTERRUPTED.replace("{}", "importing").replace(
        "import interrupted_import", "import interrupted_import; time.sleep(10)"
    )

    done = interrupted(case, program)

    assert (done.returncode, done.stdout, done.stderr) == (130, b"imported\n", b"")
