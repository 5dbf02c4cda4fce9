"""The nodes of a YAML tree: what is written, what YAML makes of it, and where it stands.

`tree` builds them; all other modules of the room read them.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Any, TypeAlias

from psm_cards.diagnostics import Span
from psm_cards.project.positions import SourceText

INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
NAMED: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
CUT_OFF = re.compile(r"[ \t]+#(?=[^\s#!])")
BLANKS = (" ", "\t")
NUMBER_STARTS = frozenset("-+.0123456789")
RESOLVED = frozenset({*NUMBER_STARTS, *(name[:1] for name in NAMED)})
"""How a plain scalar begins that may mean something else than its text; most begin otherwise."""

Data: TypeAlias = Any  # a document as plain dicts, lists and scalars: the shape that the JSON Schema checks


@dataclass(slots=True, eq=False)
class Scalar:
    """A scalar: `value` is its text as written, `data` what YAML 1.2 makes of it, then where it stands.

    A stand-in takes the place of something that is wrong and has been reported: nothing more is said of it.
    """

    value: str
    data: str | float | bool | None
    source: SourceText
    start: int
    end: int
    style: str = ""
    is_stand_in: bool = False

    def span(self, offset: int = 0, length: int | None = None) -> Span:
        """Return the span of a part of the value; the span of the whole value includes its quotes."""
        raw = self.source.text[self.start : self.end]
        if length is None and offset == 0:
            return self.source.span(self.start, self.start + len(raw.rstrip()))
        found, solid = self.source.letters(raw, self.style, self.value)
        if not found:
            return self.source.span(self.start, self.end)
        first = bisect_left(solid, offset)
        after = len(found) if length is None else bisect_left(solid, offset + length)
        begin = found[min(first, len(found) - 1)]
        end = found[min(max(after - 1, first), len(found) - 1)] + 1
        return self.source.span(self.start + begin, self.start + end)

    def cut_off(self) -> int:
        """Return the index of a `#` after a plain scalar that was meant to belong to it (`Apollo #11`), else 0.

        YAML reads a comment there; one that its author meant has a space after its `#`.
        """
        if self.style or not self.source.text.startswith(BLANKS, self.end):
            return 0
        match = CUT_OFF.match(self.source.text, self.end)
        return match.end() - 1 if match else 0


class Sequence:
    """A list, and where it begins; `size` counts it and all below it, as far as aliases spell it out."""

    # No dataclass: measured, making the lists and mappings of ten thousand notes would take a fiftieth of a build more.
    __slots__ = ("data", "items", "size", "source", "start")

    def __init__(self, source: SourceText, start: int, size: int = 1) -> None:
        self.source = source
        self.start = start
        self.size = size
        self.items: list[Node] = []
        self.data: list[Data] = []

    def span(self, offset: int = 0, length: int | None = None) -> Span:  # noqa: ARG002 (a list has no parts to point at)
        """Return the span of its first character."""
        return self.source.span(self.start, self.start + 1)


class Mapping:
    """A mapping, and where it begins: keys and values by the key's text; `pending` is the key without value yet."""

    __slots__ = ("data", "keys", "pending", "size", "source", "start", "values")

    def __init__(self, source: SourceText, start: int, size: int = 1) -> None:
        self.source = source
        self.start = start
        self.size = size
        self.keys: dict[str, Scalar] = {}
        self.values: dict[str, Node] = {}
        self.data: dict[str, Data] = {}
        self.pending: Scalar | None = None

    def span(self, offset: int = 0, length: int | None = None) -> Span:  # noqa: ARG002 (a mapping's parts have places of their own)
        """Return the span of its first character, or of its first key where that begins it."""
        first = next(iter(self.keys.values()), None)
        return first.span() if first and first.start == self.start else self.source.span(self.start, self.start + 1)


Node: TypeAlias = Scalar | Sequence | Mapping


def resolve(text: str) -> str | float | bool | None:
    """Return what a plain scalar means in YAML 1.2's core schema; a number too long to compute with stays text."""
    if text in NAMED:
        return NAMED[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if INTEGER.fullmatch(text):
        return int(text, 0 if text.startswith(("0o", "0x")) else 10)
    return float(text) if NUMBER.fullmatch(text) else text
