"""What a reader sees of an HTML page, as edits of its source: `texts` reads pages by it, `markdown` the HTML in it."""

import html
from html.parser import HTMLParser
from itertools import accumulate

from psm_cards.citations.offsets import Edit, Visible

PARAGRAPH = "\n\n"
"""What stands between two blocks, so that no sentence runs from one into the next."""


def _row(words: str) -> frozenset[str]:
    return frozenset(words.split())


_BLOCKS = _row(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html label legend li main menu nav ol optgroup option "
    "p pre search section select summary table tbody td textarea tfoot th thead tr ul video",
)
# A paragraph ends where any other block begins, or the one that it stands in ends.
_PARAGRAPH_ENDS = _BLOCKS - _row("button label optgroup option select textarea video")
_UNSEEN = _row(
    "script style template noscript title svg canvas iframe object audio datalist annotation",
)
_AS_WRITTEN = frozenset(("pre", "textarea"))
_BLANK_ENDS = str.maketrans("\n\t\f", "   ")
_VOID = _row(
    "area base br col embed hr img input link meta source track wbr",
)


class _Page(HTMLParser):
    """Walks through the source of a page and notes what is visible."""

    def __init__(self, source: str, begin: int, visible: Visible) -> None:
        super().__init__(convert_charrefs=False)
        self._source = source
        self._begin = begin
        self._visible = visible
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        # The element that is not shown, and how many of its name are open: only that name can end it.
        self._unseen = ""
        self._depth = 0
        self._kept = 0
        self._last = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_paragraph(tag)
        if self._unseen:
            self._depth += tag == self._unseen
            return
        if tag in _UNSEEN or any(name == "hidden" for name, _ in attrs):
            self._hide(tag)
        self._kept += tag in _AS_WRITTEN
        self._gap(tag)
        # The mark of a footnote is no part of the word before it; the 2 of `x²` is.
        if tag == "a" and self._last == "sup":
            self._visible.part(" ")
        self._last = tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # In HTML the slash of `<div/>` says nothing; only in SVG, which is not shown, it ends an element.
        if not self._unseen and tag != "svg":
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._end_paragraph(tag)
        if self._unseen:
            self._depth -= tag == self._unseen
            self._unseen = self._unseen if self._depth else ""
            return
        self._kept = max(self._kept - (tag in _AS_WRITTEN), 0)
        self._gap(tag)
        if tag == "sup" and self._last == "/a":
            self._visible.part(" ")
        self._last = f"/{tag}"

    def handle_data(self, data: str) -> None:
        if self._unseen:
            return
        start = self._place()
        words = data if self._kept else data.translate(_BLANK_ENDS)
        self._show(start, start + len(data), words if words != data else None)
        self._last = ""

    def handle_entityref(self, name: str) -> None:
        self._show_reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._show_reference(f"&#{name}")

    def _show_reference(self, reference: str) -> None:
        start = self._place()
        if not self._unseen:
            end = start + len(reference)
            end += self._source.startswith(";", end)
            self._show(start, end, html.unescape(self._source[start:end]))

    def _show(self, start: int, end: int, words: str | None = None) -> None:
        self._visible.show(self._begin + start, self._begin + end, words)

    def _hide(self, tag: str) -> None:
        if tag not in _VOID:
            self._unseen, self._depth = tag, 1

    def _end_paragraph(self, tag: str) -> None:
        """Show again what stands behind a hidden paragraph: many a page leaves its end tag out."""
        if self._unseen == "p" and tag in _PARAGRAPH_ENDS:
            self._unseen, self._depth = "", 0

    def _gap(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._visible.part(PARAGRAPH)
        elif tag == "br":
            self._visible.part("\n")

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def show(source: str, start: int, end: int, visible: Visible) -> None:
    """Add to `visible` what a reader sees of the HTML that stands in `source` from `start` to `end`."""
    page = _Page(source[start:end], start, visible)
    page.feed(source[start:end])
    page.close()


def edits(source: str) -> list[Edit]:
    """Return the edits that leave of a page what a reader sees, each block a paragraph of its own."""
    visible = Visible()
    show(source, 0, len(source), visible)
    return visible.finish(len(source))
