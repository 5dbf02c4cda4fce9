"""Passages that need no card, as `custom.skip` names them: by the lines of the file, or by their words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from psm_cards.citations import normal
from psm_cards.diagnostics import Finding, Severity

if TYPE_CHECKING:  # Who only asks whether an entry is right has no text of its source.
    from psm_cards.citations.sourcetext import Passage, SourceText

_LINES = re.compile(r"\s*(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?\s*", re.ASCII)  # noqa: RUF001 (the dash of ranges in print)
_ELLIPSIS = re.compile(r"…|\.{3,}")


@dataclass(frozen=True, slots=True)
class Skip:
    """What needs no card: lines `first` to `last` of the file, or the passages from words `start` to words `end`."""

    written: str
    first: int = 0
    last: int = 0
    start: str = ""
    end: str = ""

    def holds(self, words: str, first_line: int, last_line: int) -> bool:
        """Return whether it names a passage of these words, from its first to its last line."""
        if self.last:
            return self.first <= first_line and last_line <= self.last
        if not self.end:
            return words == self.start
        return f"{words} ".startswith(f"{self.start} ") and f" {words}".endswith(f" {self.end}")


@dataclass(frozen=True, slots=True)
class Coverage:
    """The sentences of a source that need a card, and those that need none, each with the entry that says so."""

    needed: "list[Passage]" = field(default_factory=list)
    skipped: "list[tuple[Passage, Skip]]" = field(default_factory=list)
    unused: tuple[Finding, ...] = ()


def parse(written: str) -> Skip:
    """Return what an entry names: `7` or `3-9` are lines of the file, all else a passage, `…` for its middle.

    Without `…` an entry is all words of a passage; one that stands several times is named each time.
    """
    lines = _LINES.fullmatch(written)
    if lines:
        first = int(lines[1])
        return Skip(written, first, int(lines[2] or first))
    head, *tail = _ELLIPSIS.split(written, maxsplit=1)
    return Skip(written, start=normal.words(head), end=normal.words(tail[0]) if tail else "")


def fault(written: str) -> Finding | None:
    """Return what is wrong with lines that an entry names, if no file has such lines."""
    lines = _LINES.fullmatch(written)
    if lines is None:
        return None
    first, last = int(lines[1]), int(lines[2] or lines[1])
    if not first:
        return Finding("impossible-lines", f"there is no line `{written.strip()}`", "lines are counted from 1")
    if last < first:
        hint = f"write the first line first: `{last}-{first}`"
        return Finding("impossible-lines", f"the lines `{written.strip()}` end before they begin", hint)
    return None


def sort(source: "SourceText", skips: Sequence[Skip]) -> Coverage:
    """Return the sentences of a source in two heaps, and a warning for each entry that names none."""
    coverage = Coverage()
    unused = dict.fromkeys(skips)
    for passage in source.sentences():
        skip = next(_holding(source, passage, skips), None)
        if skip is None:
            coverage.needed.append(passage)
        else:
            coverage.skipped.append((passage, skip))
            unused.pop(skip, None)
    return Coverage(coverage.needed, coverage.skipped, tuple(_unused(skip, source) for skip in unused))


def _holding(source: "SourceText", passage: "Passage", skips: Sequence[Skip]) -> Iterator[Skip]:
    if skips:
        span = source.span(passage)
        yield from (skip for skip in skips if skip.holds(passage.words, span.line, span.end_line))


def _unused(skip: Skip, source: "SourceText") -> Finding:
    what = "lines with a sentence of their own" if skip.last else "sentence"
    message = f"no {what} `{skip.written}` in `{source.name}`"
    return Finding("unused-skip", message, "take it out, or write it as the text has it", severity=Severity.WARNING)
