"""Reports for people: what is wrong, where, the line itself with a mark under it, and what to do.

A report of thousands of problems is summarised: what is left out is counted by its codes.
"""

import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import nsmallest
from pathlib import Path
from typing import Any

from psm_cards.diagnostics import Code, Diagnostic, Report, Severity, Span
from psm_cards.files import FileProblem, Lines, read_text

WIDTH = 80
"""Columns of a line of text: what every terminal has."""

WIDEST = 120
"""Characters of a source line that an excerpt shows; of a longer one it shows the part around the mark."""

COLOURS = {"error": "31", "warning": "33", "hint": "36", "bold": "1", "well": "32"}

CONTROLS = re.compile("[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that move the cursor or turn the line; a tab does no harm."""


def lines(report: Report, paint: "Painter", limit: int) -> Iterator[str]:
    """Yield the lines of a report with at most `limit` of its problems (0: all), and how many there are."""
    chosen = choose(report.diagnostics, limit)
    sheet = HumanSheet(paint)
    for diagnostic in chosen:
        yield from sheet.lines(diagnostic)
    left_out = Counter(each.code for each in report.diagnostics) - Counter(each.code for each in chosen)
    if left_out:
        yield from _summary(left_out)
    if report.diagnostics:
        yield f"{counted(report)} found"


def choose(diagnostics: Sequence[Diagnostic], limit: int) -> Sequence[Diagnostic]:
    """Return at most `limit` diagnostics (0: all) in their order, of each code as many as of the others.

    One mistake made a thousand times is not to hide the others: the first of each code come before the second of any.
    """
    if not limit or len(diagnostics) <= limit:
        return diagnostics
    before: Counter[Code] = Counter()
    ranks = []
    for index, diagnostic in enumerate(diagnostics):
        ranks.append((before[diagnostic.code], diagnostic.severity is not Severity.ERROR, index))
        before[diagnostic.code] += 1
    return [diagnostics[index] for index in sorted(index for *_, index in nsmallest(limit, ranks))]


def _summary(left_out: Counter[Code]) -> Iterator[str]:
    yield f"… and {left_out.total():,} more; `--limit 0` shows them all:"
    width = len(f"{max(left_out.values()):,}")
    for code, count in left_out.most_common():
        yield f"  {count:>{width},} {code}"


def number(count: int, word: str) -> str:
    """Return a count with its word, in the plural unless it is one."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def counted(report: Report) -> str:
    """Return how many problems of each severity a report holds."""
    counts = [(report.count(severity), severity.value) for severity in Severity]
    return ", ".join(number(count, word) for count, word in counts if count)


def visible(text: str) -> str:
    """Return a text with its control characters spelt out: they could change the lines of a report, or a terminal."""
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def cells(character: str) -> int:
    """Return how many cells of a terminal a character takes as `visible` shows it: wide ones two, joined ones none."""
    if CONTROLS.match(character):
        return len(visible(character))
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


class Painter:
    """Colours words where the stream is a terminal and the user has not said NO_COLOR."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 (any text stream)
        is_dumb = os.environ.get("TERM") == "dumb"
        self._is_on = stream.isatty() and not os.environ.get("NO_COLOR") and not is_dumb

    def __call__(self, colour: str, text: str) -> str:
        """Return the text, coloured if colours are on."""
        return f"\033[{COLOURS[colour]}m{text}\033[0m" if self._is_on else text


class HumanSheet:
    """Writes diagnostics for people: place, message, the source line with a mark under it, and what to do."""

    def __init__(self, paint: Painter) -> None:
        self._paint = paint
        self._files: dict[str, Lines | None] = {}

    def lines(self, diagnostic: Diagnostic) -> Iterator[str]:
        """Yield the lines of one diagnostic."""
        severity = self._paint(diagnostic.severity, diagnostic.severity.value)
        place = f"{self._paint('bold', visible(str(diagnostic.span)))}: " if diagnostic.span else ""
        yield f"{place}{severity}: {visible(diagnostic.message)} [{diagnostic.code}]"
        if diagnostic.span:
            yield from self._excerpt(diagnostic.span, diagnostic.severity)
        for related in diagnostic.related:
            yield f"  {visible(str(related.span))}: {visible(related.message)}"
        if diagnostic.hint:
            yield f"  {self._paint('hint', 'hint')}: {visible(diagnostic.hint)}"

    def _excerpt(self, span: Span, severity: Severity) -> Iterator[str]:
        source = self._lines_of(span.file)
        found = source.line(span.line, span.column, WIDEST) if source else None
        if found is None:
            return
        line, start = found
        end = span.end_column if span.end_line == span.line else start + len(line) + 1
        before, marked = line[: span.column - 1 - start], line[span.column - 1 - start : max(end - 1 - start, 0)]
        # A tab keeps its width in both lines.
        indent = "".join("\t" if character == "\t" else " " * cells(character) for character in before)
        length = max(sum(map(cells, marked)), 1)
        number = str(span.line)
        yield f"  {number} | {visible(line)}"
        yield f"  {' ' * len(number)} | {indent}{self._paint(severity, '^' * length)}"

    def _lines_of(self, file: str) -> Lines | None:
        if file not in self._files:
            try:
                self._files[file] = Lines(read_text(Path(file)))
            except FileProblem:
                self._files[file] = None
        return self._files[file]
