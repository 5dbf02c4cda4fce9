"""What a reader sees of Markdown, as edits of its source: no emphasis marks, link targets, tags or fences."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import pyromark

from psm_cards.citations import webpages
from psm_cards.citations.offsets import Edit, Visible
from psm_cards.citations.webpages import PARAGRAPH

_MARKDOWN = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_YAML_STYLE_METADATA_BLOCKS,
)
_INLINE = frozenset(
    ("Emphasis", "Strong", "Strikethrough", "Link", "Image", "MetadataBlock", "FootnoteReference", "TaskListMarker"),
)
_CODE_FENCE = re.compile("`+ ?")
_Event: TypeAlias = tuple[str, Any, int, int]


def edits(source: str) -> list[Edit]:
    """Return the edits that leave of Markdown what a reader sees, each block a paragraph of its own."""
    visible = Visible()
    in_metadata = False
    for kind, value, start, end in _events(source):
        if kind == "MetadataBlock":
            in_metadata = not in_metadata
        elif not in_metadata:
            _show(source, (kind, value, start, end), visible)
    return visible.finish(len(source))


def _show(source: str, event: _Event, visible: Visible) -> None:
    kind, value, start, end = event
    if kind == "Text":
        visible.show(start, end, value if value != source[start:end] else None)
    elif kind == "Code":
        fence = _CODE_FENCE.match(source, start)
        inner = start + (len(fence[0]) if fence else 0)
        visible.show(inner, inner + len(value), value)
    elif kind == "SoftBreak":
        visible.show(start, end, " ")
    elif kind == "HardBreak":
        visible.part("\n")
    elif kind in ("Html", "InlineHtml"):
        webpages.show(source, start, end, visible)
    elif kind not in _INLINE:
        visible.part(PARAGRAPH)


def _events(source: str) -> Iterator[_Event]:
    """Yield kind, value and stretch of each event; the start and the end of an element are both of its name.

    A block of HTML is one event: the parser gives its lines, and a script has many.
    """
    place = _Places(source)
    in_html = False
    for event, stretch in _MARKDOWN.events_with_range(source):
        kind, value = (event, None) if isinstance(event, str) else next(iter(event.items()))
        name = _name(value) if kind in ("Start", "End") else ""
        if name == "HtmlBlock":
            in_html = kind == "Start"
        if name == "HtmlBlock" and in_html:
            yield "Html", None, place.of(stretch["start"]), place.of(stretch["end"])
        elif name:
            yield name, None, 0, 0
        elif not in_html:
            yield kind, value, place.of(stretch["start"]), place.of(stretch["end"])


def _name(value: object) -> str:
    return next(iter(value)) if isinstance(value, dict) else str(value)


class _Places:
    """Tells the characters of offsets in bytes, which only grow."""

    def __init__(self, source: str) -> None:
        self._source = b"" if source.isascii() else source.encode()
        self._bytes = self._characters = 0

    def of(self, offset: int) -> int:
        if not self._source:
            return offset
        if offset >= self._bytes:
            self._characters += len(self._source[self._bytes : offset].decode())
            self._bytes = offset
        return self._characters
