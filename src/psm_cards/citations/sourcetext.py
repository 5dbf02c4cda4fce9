"""The text of a source as citations are checked against it: lines stripped, transcript errors mended, words indexed."""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from psm_cards.citations import normal, sentences
from psm_cards.citations.index import Index
from psm_cards.citations.normal import Normal
from psm_cards.citations.offsets import Edit, Offsets, edited
from psm_cards.citations.texts import Document
from psm_cards.diagnostics import Code, Finding, Severity, Span


@dataclass(frozen=True, slots=True)
class Fix:
    """A replacement that was applied to a text: what stood there, what is read instead, and where it stood."""

    old: str
    new: str
    span: Span


Unused: TypeAlias = tuple[str, Finding]
"""An entry of `strip`, or wrong words of `fixes`, as written, and the warning that the text does not have them."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a source's text: offsets in `SourceText.text`, the end exclusive, and its words as compared."""

    start: int
    end: int
    words: str


@dataclass(frozen=True)
class SourceText:
    """A source's text: `text` is what a reader sees of it without stripped lines and with fixes applied.

    `unused` are the lines to strip and the wrong words of fixes that are not in the text, each with a warning.
    """

    document: Document
    text: str
    offsets: Offsets
    fixed: tuple[Fix, ...] = ()
    unused: tuple[Unused, ...] = ()

    @property
    def name(self) -> str:
        """Return the file's name for messages."""
        return self.document.path.name

    @cached_property
    def normal(self) -> Normal:
        """Return the normal text, made when it is first asked for."""
        return normal.normalise(self.text)

    @cached_property
    def index(self) -> Index:
        """Return the index of the words of the normal text."""
        return Index(self.normal.text)

    @cached_property
    def _sentence_ends(self) -> "array[int]":
        return sentences.ends(self.text)

    def in_file(self, offset: int) -> int:
        """Return where in `document.file` a character of the text stands."""
        return self.document.offsets.back(self.offsets.back(offset))

    def file_stretch(self, passage: Passage) -> tuple[int, int]:
        """Return the offsets of a passage in `document.file`: the same whatever is stripped or fixed elsewhere."""
        end = self.document.offsets.back_end(self.offsets.back_end(passage.end))
        return self.in_file(passage.start), end

    def span(self, passage: Passage) -> Span:
        """Return where a passage stands in its file; of a PDF, in the text taken out of it."""
        return self.document.span(*self.file_stretch(passage))

    def span_in_file(self, start: int, end: int) -> Span:
        """Return the span of a stretch of `document.file`, as far as the file has it."""
        last = len(self.document.file)
        return self.document.span(min(start, last), min(end, last))

    def from_file(self, offset: int) -> int:
        """Return the first character of the normal text that comes from an offset in `document.file` or from behind."""
        return self.normal.forth(self.offsets.forth(self.document.offsets.forth(offset)))

    def page(self, offset: int) -> int:
        """Return the page, from 1, that a character of the text is on; 0 if the text has no pages."""
        return self.document.page(self.offsets.back(offset))

    def where(self, offset: int) -> str:
        """Return the place of a character for a message: `line:column`, or `page N`."""
        page = self.page(offset)
        if page:
            return f"page {page}"
        line, column = self.document.place(self.in_file(offset))
        return f"{line}:{column}"

    def passage(self, start: int, end: int) -> Passage:
        """Return the passage between two offsets of the text, without what is no word at its two ends."""
        words = self.normal.text[self.normal.forth(start) : self.normal.forth(end)]
        return Passage(start, end, words.strip())

    def from_words(self, start: int, end: int) -> Passage:
        """Return the passage between two offsets of the normal text."""
        return Passage(self.normal.back(start), self.normal.back_end(end), self.normal.text[start:end])

    def sentences(self) -> Iterator[Passage]:
        """Yield the sentences that have words, in their order, each with its punctuation."""
        start = 0
        for end in self._sentence_ends:
            passage = self._trimmed(start, end)
            if passage.words:
                yield passage
            start = end

    def sentence(self, start: int, end: int) -> Passage:
        """Return the sentence around a stretch of the text, or the sentences, if it reaches over several."""
        ends = self._sentence_ends
        first = bisect_right(ends, start)
        last = bisect_right(ends, max(end - 1, start))
        return self._trimmed(ends[first - 1] if first else 0, ends[last])

    def _trimmed(self, start: int, end: int) -> Passage:
        written = self.text[start:end]
        start += len(written) - len(written.lstrip())
        return self.passage(start, max(start, end - (len(written) - len(written.rstrip()))))


def load(document: Document, strip: Sequence[str] = (), fixes: Mapping[str, str] | None = None) -> SourceText:
    """Return the text of a document without the lines in `strip` and with each key of `fixes` replaced by its value.

    A line is stripped when all its words are those of an entry. A key of `fixes` is whole words, in their case; the
    blanks between them may be others. Where two could be applied, the first in the text is, of these the longest.
    """
    stripped, unused_strips = _stripped(document, strip)
    fixed, unused_fixes = _fixed(document, fixes or {}, stripped)
    text, offsets = edited(document.text, sorted([*stripped, *fixed]))
    applied = tuple(_fix(document, edit) for edit in fixed)
    return SourceText(document, text, offsets, applied, (*unused_strips, *unused_fixes))


def _stripped(document: Document, strip: Sequence[str]) -> tuple[list[Edit], list[Unused]]:
    """Return the edits that take lines out, and a warning for each entry that no line is equal to."""
    unused = {normal.words(entry): entry for entry in strip}
    wanted = frozenset(unused)
    edits = []
    place = 0
    read = lru_cache(normal.words)
    for line in document.text.split("\n") if strip else ():
        words = read(line)
        if words and words in wanted:
            edits.append((place, min(place + len(line) + 1, len(document.text)), ""))
            unused.pop(words, None)
        place += len(line) + 1
    return edits, [_unused("unused-strip", "line", entry, document) for entry in unused.values()]


def _fixed(document: Document, fixes: Mapping[str, str], stripped: list[Edit]) -> tuple[list[Edit], list[Unused]]:
    """Return the edits of all fixes, none of them in a stripped line, and a warning for each that has none."""
    found = [(start, end, old) for old in fixes for start, end in _places(document.text, old)]
    starts = [start for start, _, _ in stripped]
    edits: list[Edit] = []
    used = set()
    here = 0
    for start, end, old in sorted(found, key=lambda one: (one[0], -one[1])):
        line = bisect_right(starts, start) - 1
        if start >= here and (line < 0 or start >= stripped[line][1]):
            edits.append((start, end, fixes[old]))
            used.add(old)
            here = end
    return edits, [_unused("unused-fix", "words", old, document) for old in fixes if old not in used]


def _places(text: str, old: str) -> Iterator[tuple[int, int]]:
    """Yield where `old` stands in a text as whole words, whatever blanks are between them."""
    row = old.split()
    if not row:
        return
    # `str.find` goes to the first word ten times as fast as a pattern would.
    pattern = re.compile(_border(old.strip()[0], "<") + r"\s+".join(map(re.escape, row)) + _border(old.strip()[-1], ""))
    place = text.find(row[0])
    while place >= 0:
        match = pattern.match(text, place)
        if match:
            yield match.span()
        place = text.find(row[0], match.end() if match else place + 1)


def _border(sign: str, direction: str) -> str:
    """Return the pattern of a border of words beside a letter; there is one anywhere in scripts without spaces."""
    has_border = re.fullmatch(f"[{normal.unspaced()}]|\\W", sign)
    return "" if has_border else f"(?{direction}![^\\W{normal.unspaced()}])"


def _fix(document: Document, edit: Edit) -> Fix:
    start, end, new = edit
    span = document.span(document.offsets.back(start), document.offsets.back_end(end))
    return Fix(document.text[start:end], new, span)


def _unused(code: Code, what: str, entry: str, document: Document) -> Unused:
    hint = "take it out, or write it as the text has it"
    message = f"no {what} `{entry}` in `{document.path.name}`"
    return entry, Finding(code, message, hint, severity=Severity.WARNING)
