"""Where a part of a YAML scalar stands: offsets in a value become lines and columns of the file.

Nothing is computed until a diagnostic asks, because almost no value is ever asked for.
"""

import re
from bisect import bisect_right
from functools import cached_property

from psm_cards.diagnostics import Span

ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|[^\\]", re.DOTALL)
WHITE_ESCAPES = frozenset("tnvfr NLP_\t\n")
"""What follows a backslash in double quotes and gives white space, or nothing (an escaped line end)."""


class SourceText:
    """A file's text as the parser saw it, and the path by which messages name the file."""

    def __init__(self, shown: str, text: str) -> None:
        self.shown = shown
        self.text = text

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        while (end := self.text.find("\n", starts[-1])) >= 0:
            starts.append(end + 1)
        return starts

    def position(self, index: int) -> tuple[int, int]:
        """Return line and column, both from 1, of a character of the text."""
        line = bisect_right(self._line_starts, index)
        return line, index - self._line_starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span from the character at `start` to the one before `end`."""
        return Span(self.shown, *self.position(start), *self.position(max(start, end)))


def _double_quoted(raw: str) -> list[int]:
    """Return where each character begins that double quotes stand for, white space left out."""
    places = []
    for match in ESCAPE.finditer(raw, 1, max(len(raw) - 1, 1)):
        token = match[0]
        is_white = token[1] in WHITE_ESCAPES if token[0] == "\\" else token.isspace()
        if not is_white:
            places.append(match.start())
    return places


def _single_quoted(raw: str) -> list[int]:
    """Return where each character begins that single quotes stand for; two quotes inside them are one."""
    body = re.finditer(r"''|[^']", raw[: max(len(raw) - 1, 1)][1:])
    return [match.start() + 1 for match in body if not match[0].isspace()]


def letters(raw: str, style: str) -> list[int]:
    """Return the index in `raw` of each character of a scalar's value that is not white space.

    Folding, indentation and escapes change white space only; all other characters keep their order, so counting
    them finds a place in every style.
    """
    if style == '"':
        return _double_quoted(raw)
    if style == "'":
        return _single_quoted(raw)
    header = raw.find("\n") + 1 if style in ("|", ">") else 0
    return [index for index in range(header, len(raw)) if not raw[index].isspace()]
