"""A headless Chromium that reads a page or takes its picture, without a network."""

import shutil
import subprocess
from pathlib import Path

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1"),
    # Nothing is resolved, so that a card which asks for the network fails here.
    *("--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"),
)


def program() -> str | None:
    """Return the path of Chromium, or None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def dump(page: Path, profile: Path) -> str:
    """Return the document of a page after it has loaded."""
    return _run(page, profile, "--dump-dom")


def picture(page: Path, profile: Path, target: Path, width: int, height: int) -> None:
    """Write a picture of a page, as wide and high as told, to `target`."""
    _run(page, profile, f"--window-size={width},{height}", f"--screenshot={target}", "--virtual-time-budget=20000")


def _run(page: Path, profile: Path, *options: str) -> str:
    chromium = program()
    if chromium is None:
        raise FileNotFoundError("no chromium on the PATH")
    command = [chromium, *FLAGS, f"--user-data-dir={profile}", *options, page.as_uri()]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    return done.stdout
