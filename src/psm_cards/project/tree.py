"""YAML text to a tree that knows where everything stands: the first step of loading.

PyYAML's C parser gives events; the constructor here is ours, because it is measured three times faster than
`CSafeLoader` and keeps line and column of every key and value. Plain scalars mean what YAML 1.2 says
(`no` is text), as in the editors' language servers, so that the schema sees the same document everywhere.
"""

from collections.abc import Iterator

import yaml

from psm_cards.diagnostics import Code, Diagnostic, Severity, first_one
from psm_cards.project import syntax
from psm_cards.project.nodes import Mapping, Node, Scalar, Sequence, resolve
from psm_cards.project.positions import SourceText

DEEPEST = 100
"""Levels of lists and mappings: far more than the format has, and few enough for the schema's validator."""

MOST_BY_ALIAS = 100_000
"""Values that all aliases of a file may stand for together: an alias of aliases of aliases grows without end."""


class _GivenUp(Exception):
    """The text is not worth reading on; its diagnostic is told already."""


class TreeBuilder:
    """Builds the tree of one file and collects what is wrong with it as YAML."""

    def __init__(self, source: SourceText) -> None:
        self.source = source
        self.diagnostics: list[Diagnostic] = []
        self._anchors: dict[str, Node] = {}
        self._top = Sequence(source, 0)
        self._stack: list[Sequence | Mapping] = [self._top]
        self._count = 0
        self._by_alias = 0

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
            self._give_up(syntax.of_syntax(error, self.source))
            return None
        except yaml.reader.ReaderError as error:
            self._give_up(syntax.of_character(error, self.source))
            return None
        except _GivenUp:
            return None
        root = self._top.items[0] if self._top.items else None
        return None if isinstance(root, Scalar) and root.data is None else root

    def _events(self) -> Iterator[yaml.Event]:
        return yaml.parse(self.source.text, Loader=yaml.CSafeLoader)

    def _give_up(self, diagnostic: Diagnostic) -> None:
        """Add the diagnostic; what was wrong before it in the same line was the same mistake."""
        lines = {span.line for span in (diagnostic.span, *(one.span for one in diagnostic.related)) if span}
        self.diagnostics = [one for one in self.diagnostics if one.span is None or one.span.line not in lines]
        self.diagnostics.append(diagnostic)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._put(self._scalar(event))
        elif isinstance(event, yaml.CollectionStartEvent):
            self._open(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._stack.pop().size += self._count
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
        if len(self._stack) > DEEPEST:
            hint = "close a bracket, or put the text in quotes"
            self._report("too-deep", f"more than {DEEPEST} lists and mappings inside each other", event, hint)
            raise _GivenUp
        is_list = isinstance(event, yaml.SequenceStartEvent)
        # The size is counted from here to the end.
        node = (Sequence if is_list else Mapping)(self.source, _extent(event)[0], -self._count)
        self._decorate(event, node)
        container = self._stack[-1]
        if isinstance(container, Mapping) and container.pending is None:
            hint = "put a text that begins with `{` or `[` in quotes"
            self._report("wrong-type", "expected a word as key, found a list or mapping", event, hint)
        self._put(node)
        self._stack.append(node)

    def _put(self, node: Node) -> None:
        self._count += 1
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
