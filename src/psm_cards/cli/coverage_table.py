"""Coverage for people: a line for each source and one for the syllabus, then what no note covers, with its place.

Below a sentence stands what a new note would cite it by, to be copied.
"""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from unicodedata import east_asian_width

from psm_cards.citations import suggestions
from psm_cards.citations.coverage import WHOLE, Coverage, ItemCoverage, Sentence, SourceCoverage, Standing
from psm_cards.cli.options import SOURCES_VARIABLE
from psm_cards.cli.report_human import WIDTH, Painter, number, visible

HEADS = ("in all", "covered", "skipped", "uncovered", "share")
WIDEST_NAME = 36
INDENT = "  "
SYLLABUS = "syllabus"

Listed = TypeVar("Listed", Sentence, ItemCoverage)


@dataclass(frozen=True, slots=True)
class Entry:
    """A sentence or an item in a list: where it stands, its words, the notes that cover it, or why it needs none.

    `citing` says how to cite what lacks a note, blank if nothing is to be said.
    """

    place: str
    words: str
    notes: tuple[str, ...]
    reason: str = ""
    citing: str = ""

    def lines(self, *, everything: bool) -> Iterator[str]:
        """Yield its lines; when `everything` is listed, with what the notes make of it."""
        yield self.place
        yield INDENT + _cut(self.words, WIDTH - len(INDENT))
        if everything:
            indent = INDENT * 2
            yield textwrap.fill(
                self._standing(), WIDTH, initial_indent=indent, subsequent_indent=indent * 2, break_on_hyphens=False
            )
        if self.citing:
            # Whole, however long: what the terminal wraps it also copies as one line.
            yield INDENT * 2 + self.citing

    def _standing(self) -> str:
        if self.notes:
            return f"{number(len(self.notes), 'note')}: {', '.join(self.notes)}"
        return f"skipped: {self.reason}" if self.reason else "no note"


@dataclass(frozen=True, slots=True)
class Listing:
    """Lists the first `limit` of what no note covers (0: all), or all there is when `everything` is listed."""

    limit: int
    everything: bool

    def lines(self, name: str, word: str, found: Sequence[Listed], entry: Callable[[Listed], Entry]) -> Iterator[str]:
        """Yield the lines of a list; each `entry` is made when it is shown, for it takes time."""
        if not found:
            return
        yield ""
        yield f"{_cut(name, WIDEST_NAME)}: {number(len(found), word if self.everything else f'uncovered {word}')}"
        shown = found if self.everything else found[: self.limit or None]
        for one in shown:
            yield from entry(one).lines(everything=self.everything)
        if len(shown) < len(found):
            yield f"… and {len(found) - len(shown):,} more; `--limit 0` shows them all"


def lines(coverage: Coverage, paint: Painter, limit: int, *, everything: bool) -> Iterator[str]:
    """Yield the lines: of each list the first `limit` uncovered entries (0: all), or `everything` with its notes."""
    if not coverage.sources and not coverage.items:
        yield "there is nothing to cover: no source has a `text:`, and there is no `syllabus:`"
        return
    yield from _table(coverage, paint)
    if not coverage.is_whole:
        yield f"{paint('hint', 'hint')}: name the texts' folder with `--sources` or in {SOURCES_VARIABLE}"
    for source in coverage.sources:
        yield from _reasons(source)
    listing = Listing(limit, everything)
    for source in coverage.sources:
        sentences = [one for one in source.sentences or () if everything or one.standing is Standing.UNCOVERED]
        yield from listing.lines(source.key, "sentence", sentences, partial(_sentence, source))
    items = [one for one in coverage.items if everything or not one.notes]
    yield from listing.lines(SYLLABUS, "item", items, _item)


def _table(coverage: Coverage, paint: Painter) -> Iterator[str]:
    names = [source.key for source in coverage.sources] + ([SYLLABUS] if coverage.items else [])
    width = min(max(map(len, names)), WIDEST_NAME)
    if coverage.items or any(source.sentences for source in coverage.sources):
        yield " " * width + "".join(INDENT + head for head in HEADS)
    for source in coverage.sources:
        name = _cut(source.key, width).ljust(width)
        if source.sentences is None:
            yield f"{name}{INDENT}{paint('warning', 'no text at hand')}: `{visible(source.file)}`"
        else:
            counts = [source.count(standing) for standing in Standing]
            yield name + _figures(len(source.sentences), counts, source.percent, paint)
    if coverage.items:
        whole, covered = len(coverage.items), coverage.covered_items
        yield SYLLABUS.ljust(width) + _figures(whole, [covered, 0, whole - covered], coverage.items_percent, paint)
    if coverage.textless:
        yield f"{number(len(coverage.textless), 'other source')} without a `text:`"


def _figures(whole: int, counts: Sequence[int], percent: int, paint: Painter) -> str:
    """Return the figures under `HEADS`, the `counts` in the order of the standings."""
    figures = [f"{count:,}".rjust(len(head)) for count, head in zip([whole, *counts], HEADS, strict=False)]
    share = paint("well" if percent == WHOLE else "warning", f"{percent} %".rjust(len(HEADS[-1])))
    return "".join(INDENT + figure for figure in [*figures, share])


def _reasons(source: SourceCoverage) -> Iterator[str]:
    """Yield how many sentences are skipped for each of the reasons."""
    reasons = source.reasons
    if not reasons:
        return
    yield ""
    yield f"{_cut(source.key, WIDEST_NAME)}: {number(reasons.total(), 'skipped sentence')}"
    for reason, count in reasons.items():
        yield INDENT + _cut(f"{count:,}: {reason}", WIDTH - len(INDENT))


def _sentence(source: SourceCoverage, sentence: Sentence) -> Entry:
    place = f"{sentence.span.file}: page {sentence.page}" if sentence.page else str(sentence.span)
    citing = _citing(source, sentence) if sentence.standing is Standing.UNCOVERED else ""
    return Entry(visible(place), sentence.text, sentence.notes, visible(sentence.reason), citing)


def _citing(source: SourceCoverage, sentence: Sentence) -> str:
    locator = source.locator(sentence)
    return suggestions.entry(locator) if locator else suggestions.NONE


def _item(item: ItemCoverage) -> Entry:
    return Entry(visible(str(item.item.place.span())), f"{item.item.id}: {item.item.text}", item.notes)


def _cut(text: str, width: int) -> str:
    """Return the beginning of a text that `width` columns hold; letters of Chinese or Japanese take two."""
    taken = 0
    for place, letter in enumerate(text):
        taken += 2 if east_asian_width(letter) in "FW" else 1
        if taken >= width and place + 1 < len(text):
            return f"{visible(text[:place].rstrip())}…"
    return visible(text)
