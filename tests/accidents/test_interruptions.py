"""Builds that are killed, stopped or run at once: the package is the old one or the new one, and nothing else stays."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from psm_cards.anki.package import SCRATCH
from psm_cards.files import PART
from tests.environment import UNMEASURED
from tests.project_case import ProjectCase

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no signals and no fork")

# Whoever runs the tests in the background may have told their children not to hear Ctrl-C.
PROGRAM = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from psm_cards.cli import main; main()"
)
NOTES = "- {id: one, question: '![a picture](media/x.png)', answer: ANSWER}"
PACKAGE = "demo-unreleased.apkg"
PICTURE = b"\x89PNG\r\n\x1a\n"
MEGABYTE = 1 << 20
KILLS = 100
SHARES = 4

KILLER = """
import os, random, signal, sys, time
from pathlib import Path
from psm_cards import workflows
from psm_cards.files import PART

folder, seed, kills = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
package, part = folder / "build" / "demo-unreleased.apkg", folder / "build" / PART
chance = random.Random(seed)
text = (folder / "decks.yaml").read_text()

def build(answer):
    (folder / "decks.yaml").write_text(text.replace("ANSWER", answer))
    child = os.fork()
    if child:
        return child
    target = workflows.Target(folder=None, label="unreleased", released=workflows.UNRELEASED)
    built = workflows.build(folder, target, lambda stage: None, strict=True)
    os._exit(0 if built.package else 1)

def finished(answer):
    start = time.monotonic()
    assert os.waitstatus_to_exitcode(os.waitpid(build(answer), 0)[1]) == 0
    assert os.listdir(folder / "build") == [package.name]
    return package.read_bytes(), time.monotonic() - start

new, _ = finished("new")
old, length = finished("old")
found = {"old": 0, "new": 0, "left": 0}
for number in range(kills):
    child = build("new")
    # Half of the moments lie anywhere in a build, half where the package is being written.
    while number % 2 and not part.exists() and os.waitpid(child, os.WNOHANG) == (0, 0):
        pass
    time.sleep(chance.random() * length * (0.5 if number % 2 else 1.1))
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except (ProcessLookupError, ChildProcessError):
        pass
    now = package.read_bytes()
    assert now in (old, new), "torn"
    found["new" if now == new else "old"] += 1
    found["left"] += part.exists()
    assert finished("old")[0] == old
print(found["old"], found["new"], found["left"])
"""


def test_a_build_killed_at_any_moment_leaves_the_old_package_or_the_new_one(tmp_path: Path) -> None:
    shares = []
    for share in range(SHARES):
        case = ProjectCase(tmp_path / str(share)).notes(NOTES)
        case.file("media/x.png", PICTURE + hashlib.shake_256(bytes([share])).digest(2 * MEGABYTE))
        command = [sys.executable, "-c", KILLER, str(case.folder), str(share), str(KILLS // SHARES)]
        shares.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))

    outcomes = [share.communicate() for share in shares]

    assert [errors for _, errors in outcomes] == [""] * SHARES
    old, new, left = (sum(counts) for counts in zip(*(map(int, out.split()) for out, _ in outcomes), strict=True))
    assert old + new == KILLS
    # Else the test would not have met the moments that it is about.
    assert old > KILLS // 10
    assert left > KILLS // 10


def started(case: ProjectCase, *arguments: str) -> subprocess.Popen[str]:
    """Start a build as a user would."""
    command = [sys.executable, "-c", PROGRAM, "build", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=case.folder, env=UNMEASURED, stdout=pipe, stderr=pipe, text=True)


def finished(build: subprocess.Popen[str]) -> int:
    """Return the exit code of a build after its end."""
    build.communicate(timeout=60)
    return build.returncode


def large(case: ProjectCase, megabytes: int) -> ProjectCase:
    """Write a project whose package takes a while to write."""
    case.notes(NOTES).file("media/x.png", PICTURE + bytes(megabytes * MEGABYTE))
    return case.file(f"build/{PACKAGE}", b"the last package")


def listed(case: ProjectCase) -> list[str]:
    """Return the names of what is in the output folder."""
    return sorted(path.name for path in (case.folder / "build").iterdir())


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_build_told_to_stop_takes_its_half_written_file_with_it(name: str, case: ProjectCase) -> None:
    large(case, 64)
    number = signal.Signals[name]
    build = started(case)
    while build.poll() is None and not (case.folder / "build" / PART).exists():
        time.sleep(0.001)

    build.send_signal(number)
    printed = build.communicate(timeout=20)

    assert (build.returncode, printed) == (128 + number, ("", ""))
    assert listed(case) == [PACKAGE]
    assert (case.folder / "build" / PACKAGE).read_bytes() == b"the last package"


@pytest.mark.parametrize("count", [2, 8])
def test_builds_at_once_into_one_folder_all_succeed(count: int, case: ProjectCase) -> None:
    large(case, 4)

    builds = [started(case) for _ in range(count)]
    printed = [build.communicate(timeout=60) for build in builds]

    said = f"built {Path('build', PACKAGE)}: 1 note, 1 card in 1 deck"
    assert [(out.split("\n")[0], errors) for out, errors in printed] == [(said, "")] * count
    assert [build.returncode for build in builds] == [0] * count
    assert listed(case) == [PACKAGE]
    package = (case.folder / "build" / PACKAGE).read_bytes()
    assert finished(started(case)) == 0
    assert (case.folder / "build" / PACKAGE).read_bytes() == package


def test_a_build_waits_until_another_process_lets_go_of_the_folder(case: ProjectCase) -> None:
    import fcntl  # noqa: PLC0415 (Windows has none)

    large(case, 1)
    held = os.open(case.folder / "build", os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    build = started(case)
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            build.wait(2)
        assert listed(case) == [PACKAGE]
        assert (case.folder / "build" / PACKAGE).read_bytes() == b"the last package"
    finally:
        os.close(held)

    assert finished(build) == 0
    assert (case.folder / "build" / PACKAGE).read_bytes() != b"the last package"


def test_what_a_killed_build_of_another_name_left_goes_with_the_next(case: ProjectCase) -> None:
    large(case, 64)
    build = started(case, "--now")
    while build.poll() is None and not (case.folder / "build" / PART).exists():
        time.sleep(0.001)
    build.kill()
    build.communicate()
    (case.folder / "build" / SCRATCH).touch()
    assert listed(case) == [PART, SCRATCH, PACKAGE]

    assert finished(started(case)) == 0

    assert listed(case) == [PACKAGE]
