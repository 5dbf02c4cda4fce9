"""Reading and writing files: every failure says verb, path and cause, and a target is whole or untouched."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn


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


def cause_of(error: OSError) -> str:
    """Return why the system refused something, in the words and the case of our messages."""
    return (error.strerror or str(error)).lower()


def fail(verb: str, path: Path, error: OSError) -> NoReturn:
    """Raise the FileProblem of what the system refused."""
    raise FileProblem(verb, path, cause_of(error)) from error


def read_text(path: Path) -> str:
    """Return a UTF-8 file's text without byte order mark, every line end as LF. Raises FileProblem."""
    try:
        data = path.read_bytes()
    except OSError as error:
        fail("read", path, error)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        before = data[data.rfind(b"\n", 0, error.start) + 1 : error.start]
        column = len(before.decode("utf-8", "replace")) + 1
        raise FileProblem("read", path, f"not UTF-8 (byte {error.start + 1})", line, column) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _umask_mode() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Yield an empty file beside `target`; it takes the target's place when the block ends well, else it goes.

    The target is therefore always whole: the old one until the rename, the new one after. Raises FileProblem.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
    except OSError as error:
        fail("write", target, error)
    beside = Path(name)
    try:
        yield beside
        # mkstemp makes the file private; a package is for everyone the folder is for.
        beside.chmod(_umask_mode())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        fail("write", target, error)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
