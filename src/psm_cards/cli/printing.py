"""Standard output that says when it is standard output which failed: a full disk, or a reader that went away."""

import errno
import io
import os
import sys
from typing import Self

from psm_cards.files import cause_of


class Unprinted(OSError):
    """What was printed could not be written; errno and strerror are the system's."""

    @classmethod
    def of(cls, error: OSError) -> Self:
        """Return it for what the system refused."""
        return cls(error.errno, error.strerror)


class Output(io.TextIOWrapper):
    """Standard output whose errors are told from those of other files. Raises Unprinted.

    `said` is all that was written.
    """

    said: list[str]

    def write(self, text: str, /) -> int:
        """Write as every text stream does."""
        self.said.append(text)
        try:
            return super().write(text)
        except OSError as error:
            raise Unprinted.of(error) from error

    def flush(self) -> None:
        """Flush as every text stream does."""
        try:
            super().flush()
        except OSError as error:
            raise Unprinted.of(error) from error


def prepare() -> None:
    """Make the standard streams fit for every text and every caller."""
    if sys.stdout is None:  # A stream that the caller has closed is None.
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # In a pipe some systems have an encoding that lacks most letters; a terminal knows its own.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout = _told_apart(sys.stdout)


def give_up(error: OSError) -> None:
    """Say why the report could not be printed, unless its reader has gone away and wants no more."""
    # What is still in the buffer would fail once more when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno != errno.EPIPE:
        print(f"error: cannot print the report: {cause_of(error)}", file=sys.stderr)


def _told_apart(stream: io.TextIOWrapper) -> Output:
    encoding, errors, by_line, at_once = stream.encoding, stream.errors, stream.line_buffering, stream.write_through
    output = Output(stream.detach(), encoding, errors, line_buffering=by_line, write_through=at_once)
    output.said = []
    return output


def _nowhere() -> io.TextIOWrapper:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 (a stream to the end of the process)
