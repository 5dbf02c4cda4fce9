"""Reading and writing files: every failure says verb, path and cause, and a target is whole or untouched."""

import os
import stat
import sys
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

LARGEST_TEXT = 64_000_000
"""Bytes of a text file: a hundred thousand notes, and few enough for memory, where one emoji makes four times that."""

PART = ".psm-cards.part"
"""What a file is called while it is written: one name, so that the next build takes away what a killed one left."""

LONGEST_WAIT = 600
"""Seconds to wait for a folder that another process writes into: a stopped one must not hold up a CI for ever."""

_BREATH = 0.05


_BLOCK = 4096


class Lines:
    """A text that knows its lines without a list of them, which would take more room than a text of line ends."""

    def __init__(self, text: str) -> None:
        self.text = text
        # How many line ends there are before each block of characters, as far as anyone has asked.
        self._ends = [0]

    def position(self, index: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a character of the text."""
        block = index // _BLOCK
        while len(self._ends) <= block:
            self._count_on()
        line = self._ends[block] + self.text.count("\n", block * _BLOCK, index) + 1
        return line, index - self.text.rfind("\n", 0, index)

    def line(self, number: int, column: int, most: int) -> tuple[str, int] | None:
        """Return a line, from 1, without its end, and 0; None if the text has fewer.

        Of one with more than `most` characters, so many around a column, and how many stand before them: a line can be
        as large as its file.
        """
        while self._ends[-1] < number and len(self._ends) * _BLOCK < len(self.text) + _BLOCK:
            self._count_on()
        block = max(bisect_left(self._ends, number - 1) - 1, 0)
        start = block * _BLOCK
        for _ in range(number - 1 - self._ends[block]):
            start = self.text.find("\n", start) + 1
            if not start:
                return None
        end = self.text.find("\n", start)
        end = len(self.text) if end < 0 else end
        before = max(0, column - most // 2) if end - start > most else 0
        return self.text[start + before : min(end, start + before + most)], before

    def _count_on(self) -> None:
        start = (len(self._ends) - 1) * _BLOCK
        self._ends.append(self._ends[-1] + self.text.count("\n", start, start + _BLOCK))


class FileProblem(Exception):
    """A file could not be read or written: what was tried, on which path, and why it failed.

    `line` and `column`, from 1, tell where in the file, if the fault has a place in it.
    """

    def __init__(self, verb: str, path: Path, cause: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"cannot {verb} `{path}`: {cause}")
        self.verb = verb
        self.path = path
        self.cause = cause
        self.line = line
        self.column = column


class FileTooLarge(FileProblem):
    """A text file is larger than `LARGEST_TEXT`."""


def cause_of(error: OSError) -> str:
    """Return why the system refused something, in the words and the case of our messages."""
    return (error.strerror or str(error)).lower()


def fail(verb: str, path: Path, error: OSError) -> NoReturn:
    """Raise the FileProblem of what the system refused."""
    raise FileProblem(verb, path, cause_of(error)) from error


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text without byte order mark, every line end as LF. Raises FileProblem."""
    try:
        text = _decoded(read_bytes(path), path)
    except OSError as error:
        fail("read", path, error)
    # Looked for first: to look for two characters in a row takes ten times as long.
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _decoded(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        raise FileProblem("read", path, f"not UTF-8 (byte {error.start + 1})", line, column) from error


def refuse_endless(path: Path, about: os.stat_result) -> None:
    """Raise FileProblem for what must not even be opened: a pipe would wait for a writer, a device has no end."""
    if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
        raise FileProblem("read", path, "a pipe or device, not a file")


def read_bytes(path: Path) -> bytes:
    """Return what is in a text file. Raises OSError, or FileProblem for what cannot be one."""
    about = path.stat()
    refuse_endless(path, about)
    if about.st_size > LARGEST_TEXT:
        raise FileTooLarge("read", path, f"it is larger than {LARGEST_TEXT // 1_000_000} MB")
    return path.read_bytes()


def exists(path: Path) -> bool:
    """Return whether there is something at a path. Who watches what is read (`cache`) hears of the question."""
    sys.audit("psm_cards.exists", str(path))
    return path.exists()


def never_mind() -> None:
    """Take no notice of a wait."""


@contextmanager
def replacing(target: Path, waiting: Callable[[], None] = never_mind) -> Iterator[Path]:
    """Yield an empty file beside `target`; it takes the target's place when the block ends well, else it goes.

    The target is therefore always whole: the old one until the rename, the new one after, also when the process is
    killed or the power fails. What is in the target's place gives way even if it is a link, whose own target stays as
    it is, or a file that may not be written: a folder's rights decide what may be replaced in it.
    Two processes take turns at one folder; `waiting` is called again and again by the one that waits. A process
    that used this twice at once in one folder would wait for itself. Raises FileProblem.
    """
    _make_folder(target)
    try:
        with _turn(target.parent, waiting):
            yield from _replace(target)
    except OSError as error:
        fail("write", target, error)


def _make_folder(target: Path) -> None:
    folder = target.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise FileProblem("write", target, f"`{folder}` is a file or a broken link, not a folder") from error
    except OSError as error:
        fail("write", target, error)


def _replace(target: Path) -> Iterator[Path]:
    beside = target.with_name(PART)
    # Away with it rather than over it: it may be another user's, or a link.
    beside.unlink(missing_ok=True)
    try:
        # In here, because a signal may come as soon as the file is there.
        beside.touch(exist_ok=False)
        yield beside
        _sync(beside)
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _sync(path: Path) -> None:
    """Wait until a file is on the disk: else a power cut may leave its new name with nothing behind it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


@contextmanager
def _turn(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder for one writer at a time; the system lets go of it when the process ends, however it ends."""
    lock = _lock_of(folder)
    try:
        for _ in range(round(LONGEST_WAIT / _BREATH)):
            if _is_taken(lock):
                break
            waiting()
            time.sleep(_BREATH)
        else:
            raise TimeoutError(f"another process holds the folder `{folder}` for more than ten minutes")
        yield
    finally:
        os.close(lock)


if sys.platform == "win32":
    import msvcrt

    def _lock_of(folder: Path) -> int:
        # A folder cannot be opened there, but a file can go with the last process that has it open.
        return os.open(folder / ".psm-cards.lock", os.O_RDWR | os.O_CREAT | os.O_TEMPORARY)

    def _take(lock: int) -> None:
        msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock_of(folder: Path) -> int:
        # The folder itself: a lock file would have to stay, or its removal would race with the next who opens it.
        return os.open(folder, os.O_RDONLY)

    def _take(lock: int) -> None:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_taken(lock: int) -> bool:
    """Take the lock and return whether it is ours now."""
    try:
        _take(lock)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        # A file system without locks (some network drives): two builds at once may fail there, each with a message,
        # because a package that does not read back as written is refused.
        return True
    return True
