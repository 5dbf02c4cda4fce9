"""YAML text to a tree that knows where everything stands: the first step of loading.

PyYAML's C parser gives events; the constructor here is ours, because it is measured three times faster than
`CSafeLoader` and keeps line and column of every key and value. Plain scalars mean what YAML 1.2 says
(`no` is text), as in the editors' language servers, so that the schema sees the same document everywhere.
"""

from bisect import bisect_left
from collections.abc import Callable
from itertools import islice
from sys import intern
from typing import Any, cast

import yaml

from psm_cards.diagnostics import MOST_PROBLEMS, Code, Diagnostic, Severity, are_too_many, first_one
from psm_cards.project import syntax
from psm_cards.project.nodes import RESOLVED, Mapping, Node, Scalar, Sequence, resolve
from psm_cards.project.positions import CONTROL, SourceText, control_escapes, lost_backslashes

DEEPEST = 100
"""Levels of lists and mappings: far more than the format has, and few enough for the schema's validator."""

MOST_BY_ALIAS = 100_000
"""Values that all aliases of a file may stand for together: an alias of aliases of aliases grows without end."""


LONGEST_TEXT = 100_000
"""Characters of one text: forty printed pages, and few enough for all that is done with a text."""

MOST_ENTRIES = 100_000
"""Entries of one list or mapping: no deck has more notes, and no project more sources."""

WHITE = frozenset("\t\n\r")
"""White space that an escape in double quotes may stand for."""

_LONGEST_STRETCH = 2_000_000
"""Characters in which no value ends: the parser would gather a text without end in memory."""


class _GivenUp(Exception):
    """The text is not worth reading on; its diagnostic is told already."""


_PIECE = 16_384


class _Pieces:
    """A file's text as the parser asks for it, a few thousand characters at a time; `look` is told how far it is."""

    def __init__(self, text: str, look: Callable[[int], None]) -> None:
        self._text = text
        self._look = look
        self._given = 0

    def read(self, size: int = _PIECE, /) -> bytes:
        """Return the next piece. Raises what `look` raises."""
        self._look(self._given)
        start = self._given
        self._given += size
        return self._text[start : self._given].encode()


class TreeBuilder:
    """Builds the tree of one file and collects what is wrong with it as YAML."""

    def __init__(self, source: SourceText) -> None:
        self.diagnostics: list[Diagnostic] = []
        # Where control characters were: the parser ends at one, and all that is wrong behind it would be out of sight.
        self._holes = [match.start() for match in islice(CONTROL.finditer(source.text), MOST_PROBLEMS)]
        if self._holes:
            self.diagnostics += [syntax.of_control(index, source) for index in self._holes]
            source = SourceText(source.shown, CONTROL.sub(" ", source.text))
        self.source = source
        self._anchors: dict[str, Node] = {}
        self._top = Sequence(source, 0)
        self._stack: list[Sequence | Mapping] = [self._top]
        self._count = 0
        self._by_alias = 0
        # How many values there were when one last ended, and how far the parser had come then.
        self._heard = (0, 0)
        self._next: Callable[[], Any]

    def build(self) -> Node | None:
        """Return the document's root, or None if the text is not YAML or has nothing in it."""
        loader = yaml.CSafeLoader(_Pieces(self.source.text, self._look_out))
        # Without `yaml.parse`, which asks twice for each event: measured, a tenth of the parser's time.
        self._next = loader.get_event
        try:
            self._read_documents()
        except yaml.MarkedYAMLError as error:
            self._give_up(self._behind_quote(syntax.of_syntax(error, self.source)))
            return None
        except yaml.reader.ReaderError as error:
            self._give_up(syntax.of_character(error, self.source))
            return None
        except _GivenUp:
            return None
        finally:
            loader.dispose()
            # The parser holds what it reads from, and that this: without a collector (`cli.main`) all files' trees
            # would stay to the end.
            del self._next
        root = self._top.items[0] if self._top.items else None
        return None if isinstance(root, Scalar) and root.data is None else root

    def _read_documents(self) -> None:
        while (event := self._next()) is not None:
            if isinstance(event, yaml.DocumentStartEvent) and self._top.items:
                hint = "put each document into a file of its own and name it under `include:`"
                self._report("several-documents", "expected one document, found another", event, hint)
                break
            if isinstance(event, yaml.NodeEvent):
                self._top.items.append(self._node(event))

    def _look_out(self, given: int) -> None:
        """Give up a text that is too much for any memory. Asked once in a while, this costs nothing for each value."""
        if self._count != self._heard[0]:
            self._heard = (self._count, given)
        elif given - self._heard[1] > _LONGEST_STRETCH:
            hint = "close a quote that is still open, or put the text into a file of its own"
            message = f"no text or comment may be longer than {_LONGEST_STRETCH:,} characters: what comes after this is"
            self.diagnostics.append(Diagnostic(Severity.ERROR, "text-too-long", message, self._last().span(), hint))
            raise _GivenUp
        if are_too_many(self.diagnostics):
            raise _GivenUp
        for node in self._stack:
            self._refuse_too_many(node)

    def _refuse_too_many(self, node: Sequence | Mapping) -> None:
        if len(node.data) > MOST_ENTRIES:
            message, hint = f"more than {MOST_ENTRIES:,} entries in one list or mapping", "make several of it"
            self.diagnostics.append(Diagnostic(Severity.ERROR, "too-many-entries", message, node.span(), hint))
            raise _GivenUp

    def _last(self) -> Node:
        """Return the key whose value is being read, or else what was read last."""
        container = self._stack[-1]
        if isinstance(container, Sequence):
            return container.items[-1] if container.items else container
        return container.pending or container

    def _behind_quote(self, found: Diagnostic) -> Diagnostic:
        """Return what the parser found, told as an open quote if a quoted text of several lines ends right before."""
        container = self._stack[-1]
        items = container.items if isinstance(container, Sequence) else list(container.values.values())
        last = items[-1] if items else None
        if not isinstance(last, Scalar) or last.style not in ('"', "'"):
            return found
        begin, end = self.source.span(last.start, last.start + 1), self.source.span(last.end - 1, last.end)
        if begin.line == end.line or found.span is None or found.span.line != end.line:
            return found
        return syntax.in_open_quote(found, begin.line, begin)

    def _give_up(self, diagnostic: Diagnostic) -> None:
        """Add the diagnostic; what was wrong before it in the same line was the same mistake."""
        lines = {span.line for span in (diagnostic.span, *(one.span for one in diagnostic.related)) if span}
        self.diagnostics = [one for one in self.diagnostics if one.span is None or one.span.line not in lines]
        self.diagnostics.append(diagnostic)

    def _node(self, event: yaml.Event, container: Mapping | None = None) -> Node:
        """Return the node that begins with an event; a container is given if the node is to be a key of it."""
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self._scalar(event)
        elif isinstance(event, yaml.CollectionStartEvent):
            return self._collection(event, is_key=container is not None)
        else:
            node = self._alias(cast("yaml.AliasEvent", event))
        self._count += 1
        return node

    def _collection(self, event: yaml.CollectionStartEvent, *, is_key: bool) -> Sequence | Mapping:
        if len(self._stack) > DEEPEST:
            hint = "close a bracket, or put the text in quotes"
            self._report("too-deep", f"more than {DEEPEST} lists and mappings inside each other", event, hint)
            raise _GivenUp
        if is_key:
            hint = "put a text that begins with `{` or `[` in quotes"
            self._report("wrong-type", "expected a word as key, found a list or mapping", event, hint)
        is_list = isinstance(event, yaml.SequenceStartEvent)
        # The size is counted from here to the end.
        node = (Sequence if is_list else Mapping)(self.source, _extent(event)[0], -self._count)
        self._decorate(event, node)
        self._count += 1
        self._stack.append(node)
        if isinstance(node, Sequence):
            self._fill_list(node)
        else:
            self._fill_mapping(node)
        self._stack.pop()
        node.size += self._count
        self._refuse_too_many(node)
        return node

    def _fill_list(self, node: Sequence) -> None:
        next_event, scalar = self._next, self._scalar
        items, data = node.items, node.data
        while (kind := type(event := next_event())) is not yaml.SequenceEndEvent:
            if kind is yaml.ScalarEvent:
                self._count += 1
                item: Node = scalar(event)
            else:
                item = self._node(event)
            items.append(item)
            data.append(item.data)

    def _fill_mapping(self, node: Mapping) -> None:
        # One loop over keys and values, without a method for each: measured, half of what the constructor took.
        next_event, scalar, scalar_event = self._next, self._scalar, yaml.ScalarEvent
        keys, values, data = node.keys, node.values, node.data
        while (kind := type(event := next_event())) is not yaml.MappingEndEvent:
            if kind is scalar_event:
                self._count += 1
                key = scalar(event)
                if key.value == "<<":
                    key = self._key(key)
            else:
                key = self._key(self._node(event, node))
            node.pending = key
            if type(event := next_event()) is scalar_event:
                self._count += 1
                value: Node = scalar(event)
            else:
                value = self._node(event)
            node.pending = None
            # Ten thousand notes have a few keys between them: one text of each saves a tenth of the tree.
            name = key.value = intern(key.value)
            if name in keys:
                self._duplicate_key(keys[name], key)
                continue
            keys[name], values[name], data[name] = key, value, value.data

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        value, style, tag = event.value, event.style, event.tag
        # A style is blank only without quotes.
        data = value if style or tag is not None or value[:1] not in RESOLVED else resolve(value)
        # The C parser gives every scalar its marks and its style, which the types know nothing of.
        node = Scalar(value, data, self.source, event.start_mark.index, event.end_mark.index, style)  # type: ignore[union-attr,arg-type]
        if len(value) > LONGEST_TEXT:
            self._cut_short(node)
        if self._holes and bisect_left(self._holes, node.start) < bisect_left(self._holes, node.end):
            node.is_stand_in = True
        if style == '"':
            self._look_at_escapes(node)
        if tag is not None or event.anchor is not None:
            self._decorate(event, node)
        return node

    def _cut_short(self, node: Scalar) -> None:
        """Report a text that is too long, and go on with its beginning."""
        message = f"expected a text of at most {LONGEST_TEXT:,} characters, found {len(node.value):,}"
        span, hint = self.source.span(node.start, node.start + 1), "make several notes of it"
        self.diagnostics.append(Diagnostic(Severity.ERROR, "text-too-long", message, span, hint))
        node.value = node.data = node.value[:LONGEST_TEXT]
        node.is_stand_in = True

    def _look_at_escapes(self, node: Scalar) -> None:
        if "$" in node.value and not WHITE.isdisjoint(node.value):
            raw = self.source.text[node.start : node.end]
            for begin, end in lost_backslashes(raw):
                span = self.source.span(node.start + begin, node.start + end)
                self.diagnostics.append(syntax.of_lost_backslash(raw[begin:end], span))
        if CONTROL.search(node.value):
            self._leave_out_controls(node)

    def _leave_out_controls(self, node: Scalar) -> None:
        """Report the control characters that escapes put into a text, and go on without them."""
        node.value = node.data = CONTROL.sub("", node.value)
        node.is_stand_in = True
        raw = self.source.text[node.start : node.end]
        for begin, end, code in control_escapes(raw):
            span = self.source.span(node.start + begin, node.start + end)
            self.diagnostics.append(syntax.of_escape(raw[begin:end], code, span))

    def _key(self, node: Node) -> Scalar:
        if not isinstance(node, Scalar):
            return Scalar("", "", self.source, node.start, node.start, is_stand_in=True)
        if node.value == "<<" and not node.style:
            span, hint = node.span(), "write the keys out"
            message = "merge keys are not read: YAML 1.2 has none"
            self.diagnostics.append(Diagnostic(Severity.ERROR, "merge-key", message, span, hint))
            node.is_stand_in = True
        return node

    def _alias(self, event: yaml.AliasEvent) -> Node:
        node = self._anchors.get(str(event.anchor))
        if node is None:
            hint = f"mark the value it stands for with `&{event.anchor}`, or put the text in quotes"
            self._report("unknown-alias", f"alias `*{event.anchor}` stands for nothing above it", event, hint)
        elif any(node is container for container in self._stack):
            hint = "write the value out"
            self._report(
                "circular-alias", f"alias `*{event.anchor}` stands inside the value it stands for", event, hint
            )
            node = None
        if not isinstance(node, Scalar | None):
            self._count_alias(node.size, event)
        return node or Scalar("", None, self.source, *_extent(event), is_stand_in=True)

    def _count_alias(self, size: int, event: yaml.AliasEvent) -> None:
        self._count += size
        self._by_alias += size
        if self._by_alias > MOST_BY_ALIAS:
            message = f"aliases up to `*{event.anchor}` stand for more than {MOST_BY_ALIAS:,} values"
            self._report("alias-bomb", message, event, "write the values out")
            raise _GivenUp

    def _decorate(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, node: Node) -> None:
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if event.tag in (None, "!", "tag:yaml.org,2002:str"):
            return
        shown = str(event.tag).replace("tag:yaml.org,2002:", "!!")
        self._report("yaml-tag", f"YAML tag `{shown}` is not allowed", event, "leave it out, or put the text in quotes")
        if isinstance(node, Scalar):
            node.is_stand_in = True

    def _duplicate_key(self, first: Scalar, second: Scalar) -> None:
        message = f"key `{second.value}` stands twice in the same mapping"
        span, hint = second.span(), "keep one of the two"
        self.diagnostics.append(Diagnostic(Severity.ERROR, "duplicate-key", message, span, hint, first_one(first)))

    def _report(self, code: Code, message: str, event: yaml.Event, hint: str) -> None:
        start, end = _extent(event)
        span = self.source.span(start, max(end, start + 1))
        self.diagnostics.append(Diagnostic(Severity.ERROR, code, message, span, hint))


def _extent(event: yaml.Event) -> tuple[int, int]:
    start, end = event.start_mark, event.end_mark
    return (start.index if start else 0), (end.index if end else 0)
