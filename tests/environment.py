"""What a machine has for the tests: a missing tool skips a test on a user's machine and fails it in CI."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

SEEDS = ROOT.parent / "shared" / "seeds"
SEED_FILES = {"seed-conclusion": "000_ea75bfaf435926b7.txt", "seed-interp": "001_2053ebd3a150343a.txt"}
"""The texts of two sources of the deck, by the keys of these, on the machines that have them."""

FUZZED = 2000 if os.environ.get("CI") else 200  # noqa: TID251 (CI says so in the environment)
"""Projects that the tests make at random in all: the whole number costs half a minute, which is CI's to spend."""

UNMEASURED = {key: value for key, value in os.environ.items() if not key.startswith("COV")}  # noqa: TID251 (a program needs the rest of it)
"""The environment of a program that coverage is to let alone: one whose cost is measured, or that is sent a signal.

Coverage holds a lock in each line it counts; a handler of ours that raises there leaves it locked, and the program
waits for ever (seen at Ctrl-C).
"""


def need(tool: Path | str | None, reason: str) -> Path:
    """Return the tool's path, or end the test: skipped with the reason, failed where CI says that all must be there."""
    if tool and Path(tool).exists():
        return Path(tool)
    if os.environ.get("CI"):  # noqa: TID251 (CI says so in the environment)
        pytest.fail(reason)
    pytest.skip(reason)


def mortal() -> list[str]:
    """Return the words before a command that runs it under the rights of files, which root has not to care for."""
    if os.geteuid() != 0:
        return []
    rights = "-dac_override,-dac_read_search"
    setpriv = need(shutil.which("setpriv"), "setpriv is not installed (Debian: apt-get install util-linux)")
    return [str(setpriv), f"--bounding-set={rights}", f"--inh-caps={rights}"]


def chromium() -> Path:
    """Return the browser that pages are looked at with."""
    return need(shutil.which("chromium"), "chromium is not installed (Debian: apt-get install chromium)")


def old_anki(version: str = "24.11") -> Path:
    """Return the Python that has an old version of Anki."""
    folder = ROOT / f".venv-anki-{version}"
    pythons = [folder / "bin" / "python", folder / "Scripts" / "python.exe"]
    return need(next((python for python in pythons if python.exists()), None), f"run `make anki-{version}` first")
