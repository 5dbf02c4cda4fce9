"""A text that was changed on its way, and where each of its characters stood at first; below `parsing` and `cloze`."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from psm_cards.diagnostics import Finding


class Edit(NamedTuple):
    """The characters from `start` to `end` (exclusive) give way to `text`."""

    start: int
    end: int
    text: str


class EditedText(NamedTuple):
    """A text, and the way back to the text it was made from; offsets count characters.

    `starts` are where each piece begins, `sources` where it stood in the text before, and its length there.
    """

    text: str
    before: "EditedText | None" = None
    starts: tuple[int, ...] = ()
    sources: tuple[tuple[int, int], ...] = ()

    def change(self, edits: Sequence[Edit]) -> "EditedText":
        """Return the text after `edits`, which must be sorted and must not overlap."""
        parts: list[str] = []
        starts: list[int] = []
        sources: list[tuple[int, int]] = []
        here = there = 0
        for edit in (*edits, Edit(len(self.text), len(self.text), "")):
            kept = self.text[there : edit.start]
            parts += (kept, edit.text)
            starts += (here, here + len(kept))
            sources += ((there, len(kept)), (edit.start, 0))
            here += len(kept) + len(edit.text)
            there = edit.end
        return EditedText("".join(parts), self, tuple(starts), tuple(sources))

    def origin(self, offset: int) -> int:
        """Return where the character at `offset` stood at first; what was put in stands where it was put."""
        if self.before is None:
            return offset
        index = bisect_right(self.starts, offset) - 1
        source, length = self.sources[index]
        return self.before.origin(source + min(offset - self.starts[index], length))

    def trace(self, finding: Finding) -> Finding:
        """Return a finding about this text as one about the first text."""
        if self.before is None:
            return finding
        start = self.origin(finding.offset)
        if finding.length is None:
            return finding._replace(offset=start)
        return finding._replace(offset=start, length=self.origin(finding.offset + finding.length) - start)
