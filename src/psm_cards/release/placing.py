"""Putting a release in its place, so that whoever stops it leaves the old state or the new one.

Everything is written beside its place first. Then follow only renames, that of the lock as the last: it alone says
what is released. What a killed release left behind, the next one takes away before it begins.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from psm_cards.files import FileProblem, fail, read_text, replacing
from psm_cards.release import changelog, lockfile, manifest, memory
from psm_cards.release.lock import Lock

OUTPUT = "build"
STAGED = ".psm-cards-release"
"""The folder in the output folder that a release is written into at first."""


@contextmanager
def placing(root: Path, before: Lock | None, lock: Lock, log: str, waiting: Callable[[], None]) -> Iterator[Path]:
    """Yield an empty folder; if the block ends well, its files, the changelog and the lock take their places.

    Two releases of a project take turns, and the second one fails, because it knows another lock. Raises FileProblem.
    """
    log_file, build = root / changelog.NAME, root / OUTPUT
    has_folder = log_file.parent.exists()
    try:
        with replacing(root / memory.NAME, waiting) as lock_beside:
            _check_unchanged(root / memory.NAME, before)
            lock_beside.write_bytes(lockfile.text(lock).encode())
            with replacing(log_file, waiting) as log_beside:
                log_beside.write_bytes(log.encode())
                with _staged(build) as folder:
                    yield folder
                    _move(folder, build)
    except BaseException:
        if not has_folder:
            with suppress(OSError):
                log_file.parent.rmdir()
        raise


def _check_unchanged(path: Path, before: Lock | None) -> None:
    is_same = (read_text(path) == lockfile.text(before) if path.exists() else False) if before else not path.exists()
    if not is_same:
        raise FileProblem("write", path, "another release has come in between")


@contextmanager
def _staged(build: Path) -> Iterator[Path]:
    folder = build / STAGED
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        fail("write", folder, error)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _move(folder: Path, build: Path) -> None:
    """Move the files into the output folder, the sums of the others as the last."""
    for file in sorted(folder.iterdir(), key=lambda one: (one.name == manifest.SUMS, one.name)):
        try:
            file.replace(build / file.name)
        except OSError as error:
            fail("write", build / file.name, error)


def read_log(root: Path) -> str:
    """Return the changelog of a project, blank if it has none. Raises FileProblem."""
    path = root / changelog.NAME
    return read_text(path) if path.exists() else ""
