"""YAML text to a tree that knows where everything stands: the first step of loading.

PyYAML's C parser gives events; the constructor here is ours, because it is measured three times faster than
`CSafeLoader` and keeps line and column of every key and value. Plain scalars mean what YAML 1.2 says
(`no` is text), as in the editors' language servers, so that the schema sees the same document everywhere.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from psm_cards.diagnostics import Diagnostic, Related, Severity, Span
from psm_cards.project.positions import SourceText, letters

INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
NAMED: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
NUMBER_STARTS = frozenset("-+.0123456789")

Data: TypeAlias = Any  # a document as plain dicts, lists and scalars: the shape that the JSON Schema checks


@dataclass(slots=True, eq=False)
class Scalar:
    """A scalar: `value` is its text as written, `data` what YAML 1.2 makes of it, then where it stands."""

    value: str
    data: str | float | bool | None
    source: SourceText
    start: int
    end: int
    style: str = ""

    def span(self, offset: int = 0, length: int | None = None) -> Span:
        """Return the span of a part of the value; the span of the whole value includes its quotes."""
        raw = self.source.text[self.start : self.end]
        if length is None and offset == 0:
            return self.source.span(self.start, self.start + len(raw.rstrip()))
        found = letters(raw, self.style)
        if not found:
            return self.source.span(self.start, self.end)
        first = _count(self.value[:offset])
        after = len(found) if length is None else first + _count(self.value[offset : offset + length])
        begin = found[min(first, len(found) - 1)]
        end = found[min(max(after - 1, first), len(found) - 1)] + 1
        return self.source.span(self.start + begin, self.start + end)


def _count(text: str) -> int:
    return sum(not character.isspace() for character in text)


@dataclass(slots=True, eq=False)
class Sequence:
    """A list, and where it begins."""

    source: SourceText
    start: int
    items: list["Node"] = field(default_factory=list)
    data: list[Data] = field(default_factory=list)

    def span(self, offset: int = 0, length: int | None = None) -> Span:  # noqa: ARG002 (a list has no parts to point at)
        """Return the span of its first character."""
        return self.source.span(self.start, self.start + 1)


@dataclass(slots=True, eq=False)
class Mapping:
    """A mapping, and where it begins: keys and values by the key's text; `pending` is the key without value yet."""

    source: SourceText
    start: int
    keys: dict[str, Scalar] = field(default_factory=dict)
    values: dict[str, "Node"] = field(default_factory=dict)
    data: dict[str, Data] = field(default_factory=dict)
    pending: Scalar | None = None

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


class TreeBuilder:
    """Builds the tree of one file and collects what is wrong with it as YAML.

    It loops over the events with a stack of its own, so that no nesting is too deep for it.
    """

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self._anchors: dict[str, Node] = {}
        self._top = Sequence(source, 0)
        self._stack: list[Sequence | Mapping] = [self._top]

    def build(self) -> Node | None:
        """Return the document's root, or None if the text is not YAML or has nothing in it."""
        try:
            for event in self._events():
                if isinstance(event, yaml.DocumentStartEvent) and self._top.items:
                    hint = "put each document into a file of its own and name it under `include:`"
                    self._report("several-documents", "expected one document, found another", event, hint)
                    break
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self._syntax_error(error)
            return None
        except yaml.reader.ReaderError as error:
            self._forbidden_character(error)
            return None
        return self._top.items[0] if self._top.items else None

    def _events(self) -> Iterator[yaml.Event]:
        return yaml.parse(self.source.text, Loader=yaml.CSafeLoader)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop()
        elif isinstance(event, yaml.AliasEvent):
            self._put(self._alias(event))

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        value = event.value
        data = resolve(value) if event.implicit[0] and event.tag is None else value
        start, end = _extent(event)
        node = Scalar(value, data, self.source, start, end, event.style or "")
        if event.tag is not None or event.anchor is not None:
            self._decorate(event, node)
        return node

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        is_list = isinstance(event, yaml.SequenceStartEvent)
        node: Sequence | Mapping = (Sequence if is_list else Mapping)(self.source, _extent(event)[0])
        self._decorate(event, node)
        container = self._stack[-1]
        if isinstance(container, Mapping) and container.pending is None:
            self._report("wrong-type", "expected a word as key, found a list or mapping", event)
            container.pending = Scalar("", "", self.source, node.start, node.start)
        else:
            self._put(node)
        self._stack.append(node)

    def _put(self, node: Node) -> None:
        container = self._stack[-1]
        if isinstance(container, Sequence):
            container.items.append(node)
            container.data.append(node.data)
        elif container.pending is None:
            container.pending = self._key(node)
        else:
            key, container.pending = container.pending, None
            if key.value in container.keys:
                self._duplicate_key(container.keys[key.value], key)
                return
            container.keys[key.value] = key
            container.values[key.value] = node
            container.data[key.value] = node.data

    def _key(self, node: Node) -> Scalar:
        if isinstance(node, Scalar):
            return node
        return Scalar("", "", self.source, node.start, node.start)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self._anchors.get(str(event.anchor))
        if node is None:
            hint = f"mark the value it stands for with `&{event.anchor}`, or put the text in quotes"
            self._report("unknown-alias", f"alias `*{event.anchor}` stands for nothing above it", event, hint)
        elif any(node is container for container in self._stack):
            self._report("circular-alias", f"alias `*{event.anchor}` stands inside the value it stands for", event)
            node = None
        return node or Scalar("", None, self.source, *_extent(event))

    def _decorate(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if event.tag not in (None, "!", "tag:yaml.org,2002:str"):
            shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self._report("yaml-tag", f"YAML tag `{shown}` is not allowed", event, "leave the tag out")

    def _duplicate_key(self, first: Scalar, second: Scalar) -> None:
        message = f"key `{second.value}` stands twice in the same mapping"
        related = (Related("the first one", first.span()),)
        self.diagnostics.append(
            Diagnostic(Severity.ERROR, "duplicate-key", message, second.span(), "keep one of the two", related)
        )

    def _report(self, code: str, message: str, event: yaml.Event, hint: str | None = None) -> None:
        start, end = _extent(event)
        span = self.source.span(start, max(end, start + 1))
        self.diagnostics.append(Diagnostic(Severity.ERROR, code, message, span, hint))

    def _syntax_error(self, error: yaml.MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        index = min(mark.index, len(self.source.text)) if mark else 0
        what = " ".join(part for part in (error.problem, error.context) if part)
        hint = _syntax_hint(what, self.source.text[index : index + 1])
        span = self.source.span(index, index + 1)
        related: tuple[Related, ...] = ()
        if error.context_mark and error.context_mark.index < index:
            begin = error.context_mark.index
            related = (Related("it began here", self.source.span(begin, begin + 1)),)
        self.diagnostics.append(
            Diagnostic(Severity.ERROR, "yaml-syntax", f"not valid YAML: {what}", span, hint, related)
        )

    def _forbidden_character(self, error: yaml.reader.ReaderError) -> None:
        """Report a character that YAML forbids; the parser counts bytes, so its first place is looked up."""
        character = error.character if isinstance(error.character, str) else chr(error.character)
        index = max(self.source.text.find(character), 0)
        message = f"the control character U+{ord(character):04X} is not allowed in YAML"
        span = self.source.span(index, index + 1)
        self.diagnostics.append(Diagnostic(Severity.ERROR, "control-character", message, span, "delete it"))


def _extent(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)


def _syntax_hint(problem: str, character: str) -> str | None:
    if character == "\t":
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in problem:
        return "put a text that holds `: ` in quotes"
    if "cannot start any token" in problem:
        return f"put a text that starts with `{character}` in quotes"
    if "end of stream" in problem:
        return "close the quote or bracket that is still open"
    if "did not find expected" in problem:
        return "look for a wrong indentation, an open quote or an open bracket above"
    return None
