"""Texts that were made from another text by edits, with the way back to its offsets; every reader here uses it."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

Edit: TypeAlias = tuple[int, int, str]
"""A stretch of a text, start and exclusive end, and what stands in its place."""


def _zero() -> "array[int]":
    return array("I", [0])


@dataclass(frozen=True, slots=True)
class Offsets:
    """The way back from a text to the text it was made from; offsets count characters.

    From `made[k]` on, characters stand one by one for those from `source[k]` on. Both rows only grow. They have an
    entry for each edit, not for each character: a text of 11 MB needs about 5 MB of them, where a number for each
    character would take 44 MB.
    """

    made: "array[int]" = field(default_factory=_zero)
    source: "array[int]" = field(default_factory=_zero)

    def back(self, offset: int) -> int:
        """Return where in the source the character at `offset` comes from."""
        run = bisect_right(self.made, offset) - 1
        return self.source[run] + offset - self.made[run]

    def back_end(self, end: int) -> int:
        """Return where in the source the stretch ends whose exclusive end is `end`.

        Several characters may come from one (`½` is read as `1 2`): that one then belongs to the stretch.
        """
        place = self.back(end)
        if not end or place > self.back(end - 1):
            return place
        run = bisect_right(self.source, place)
        return self.source[run] if run < len(self.source) else place

    def forth(self, offset: int) -> int:
        """Return the first character that comes from `offset` of the source or from behind it."""
        run = bisect_left(self.source, offset) - 1
        if run < 0:
            return 0
        place = self.made[run] + offset - self.source[run]
        return min(place, self.made[run + 1]) if run + 1 < len(self.made) else place


@dataclass(slots=True)
class Recorder:
    """Notes edits in the order of their places and gives the offsets that they lead to."""

    made: "array[int]" = field(default_factory=_zero)
    source: "array[int]" = field(default_factory=_zero)
    grown: int = 0

    def note(self, start: int, end: int, length: int) -> None:
        """Note that `length` characters stand in the place of those from `start` to `end`."""
        if length == end - start:
            return
        place = start + self.grown
        for ahead in range(length):
            self.made.append(place + ahead)
            self.source.append(start)
        self.made.append(place + length)
        self.source.append(end)
        self.grown += length - (end - start)

    def offsets(self) -> Offsets:
        """Return the way back, as far as edits were noted."""
        return Offsets(self.made, self.source)


def edited(text: str, edits: Iterable[Edit]) -> tuple[str, Offsets]:
    """Return the text after `edits`, which are sorted and do not overlap, and the way back to `text`."""
    recorder = Recorder()
    parts: list[str] = []
    here = 0
    for start, end, new in edits:
        parts += (text[here:start], new)
        recorder.note(start, end, len(new))
        here = end
    parts.append(text[here:])
    return "".join(parts), recorder.offsets()


@dataclass(slots=True)
class Visible:
    """Collects what a reader sees of a marked-up text, as the edits that leave nothing else of it."""

    edits: list[Edit] = field(default_factory=list)
    _here: int = 0
    _gap: str = ""

    def part(self, gap: str) -> None:
        """Let at least `gap` stand between what was shown and what follows."""
        if len(gap) > len(self._gap):
            self._gap = gap

    def show(self, start: int, end: int, words: str | None = None) -> None:
        """Show the stretch from `start` to `end`, which follows on all before, as it is or as `words`."""
        if start > self._here or self._gap:
            self.edits.append((self._here, start, self._gap))
        if words is not None:
            self.edits.append((start, end, words))
        self._here, self._gap = end, ""

    def finish(self, end: int) -> list[Edit]:
        """Return the edits for a text that is `end` characters long."""
        if end > self._here:
            self.edits.append((self._here, end, ""))
        return self.edits
