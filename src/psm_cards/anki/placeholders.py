"""Anki's template language: `{{Field}}`, `{{filter:Field}}`, `{{#Field}}…{{/Field}}` and `{{^Field}}…{{/Field}}`.

Knows which fields a template shows for which filled fields; what Anki makes of that is the business of `cards`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from psm_cards.diagnostics import Finding

# What Anki still reads at the start of a template as a change of the brackets.
_OTHER_BRACKETS = "{{=<% %>=}}"
# A comment is text even with brackets in it: Anki shows no field from there.
_TOKEN = re.compile(r"\{\{(.*?)\}\}|<!--.*?-->", re.DOTALL)
_OTHER_TOKEN = re.compile(r"<%(.*?)%>|<!--.*?-->", re.DOTALL)
_SHORTEST_SECTION = 2
_OPENING = re.compile(r"\{\{(?:[#^/]?\w[\w :-]{0,60})?")


class Replacement(NamedTuple):
    """A field shown in the template: its name, and its filters in the order they stand in."""

    name: str
    filters: tuple[str, ...]
    offset: int
    length: int

    @property
    def is_cloze(self) -> bool:
        """Whether this shows the field's text with a deletion, rather than a box to type it."""
        return "cloze" in self.filters and "type" not in self.filters


class Section(NamedTuple):
    """A part of the template that Anki shows if the named field is filled, or, negated, if it is blank."""

    name: str
    negated: bool
    offset: int
    length: int
    children: "tuple[Node, ...]" = ()


Node = Replacement | Section


class Template(NamedTuple):
    """One side of a card: what it shows, and what is wrong with its brackets."""

    nodes: tuple[Node, ...]
    findings: tuple[Finding, ...]

    def replacements(self) -> Iterator[Replacement]:
        """Yield every field shown, whatever the conditions around it."""
        return (node for node in self.everything() if isinstance(node, Replacement))

    def everything(self) -> Iterator[Node]:
        """Yield all fields and sections in order, the outer before the inner."""
        return _walk(self.nodes)

    def shown(self, filled: AbstractSet[str]) -> Iterator[Replacement]:
        """Yield the fields that stand in sections Anki shows when exactly these names are filled."""
        return _shown(self.nodes, filled)

    def is_blank(self, filled: AbstractSet[str]) -> bool:
        """Return whether Anki makes no card of this front: of all it shows, no field is filled."""
        return all(replacement.name not in filled for replacement in self.shown(filled))


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        if isinstance(node, Section):
            yield from _walk(node.children)


def _shown(nodes: tuple[Node, ...], filled: AbstractSet[str]) -> Iterator[Replacement]:
    for node in nodes:
        if isinstance(node, Replacement):
            yield node
        elif (node.name in filled) is not node.negated:
            yield from _shown(node.children, filled)


@dataclass(slots=True)
class _Open:
    """A section whose end has not been read yet; the outermost is the template and has no name."""

    name: str = ""
    negated: bool = False
    offset: int = 0
    length: int = 0
    nodes: list[Node] = field(default_factory=list)

    def close(self) -> Section:
        return Section(self.name, self.negated, self.offset, self.length, tuple(self.nodes))


def parse(text: str) -> Template:
    """Return a template's fields and sections; a section that is not closed counts to the end of the text."""
    stack = [_Open()]
    findings: list[Finding] = []
    tokens = list(_tokens(text, findings))
    ends = Counter(inner[1:].lstrip() for inner, _, _ in tokens if inner.startswith("/"))
    for inner, offset, length in tokens:
        if inner.startswith("/"):
            name = inner[1:].lstrip()
            ends[name] -= 1
            findings += _leave_endless(stack, name, ends)
        _read(inner, offset, length, stack, findings)
    while len(stack) > 1:
        findings.append(_unclosed(stack[-1]))
        _leave(stack)
    return Template(tuple(stack[0].nodes), tuple(findings))


def _tokens(text: str, findings: list[Finding]) -> Iterator[tuple[str, int, int]]:
    """Yield the inside of every pair of brackets, with the offset and length of the pair; report what has no end."""
    pattern, start = _TOKEN, len(text) - len(text.lstrip())
    while text.startswith(_OTHER_BRACKETS, start):
        pattern, start = _OTHER_TOKEN, start + len(_OTHER_BRACKETS)
    here = start if pattern is _OTHER_TOKEN else 0
    for match in pattern.finditer(text, here):
        inner: str | None = match[1]
        if inner is not None:
            # `{{{Field}}}` is a field. Of `{{Hint <p>{{Answer}}` Anki takes all for one name, nobody means it so.
            begin = text.rfind("{{", match.start(), match.end()) if "{{" in inner.lstrip("{") else match.start()
            yield from _endless(text, match.start(), begin, findings)
            here = match.end()
            yield text[begin + 2 : match.end() - 2].lstrip("{").strip(), begin, match.end() - begin
    if pattern is _TOKEN:
        yield from _endless(text, here, len(text), findings)


def _endless(text: str, start: int, end: int, findings: list[Finding]) -> Iterator[tuple[str, int, int]]:
    """Report each opening between two places, none of which is closed there; yield those that begin or end a section.

    Else the other end of the section would be told as well.
    """
    # Measured: Anki 26.09 shows such brackets as text, 24.11 refuses the template, also for those of a script.
    hint = "end it with `}}`; if it is no field of Anki's, put a space between the two: `{ {`"
    for match in _OPENING.finditer(text, start, end):
        shown = match[0].rstrip()
        findings.append(Finding("unclosed-placeholder", f"`{shown}` is never closed", hint, match.start(), len(shown)))
        if shown[2:3] in ("#", "^", "/"):
            yield shown[2:], match.start(), len(shown)


def _read(inner: str, offset: int, length: int, stack: list[_Open], findings: list[Finding]) -> None:
    mark = inner[0] if len(inner) >= _SHORTEST_SECTION else ""
    name = inner[1:].lstrip()
    if mark in ("#", "^"):
        stack.append(_Open(name, mark == "^", offset, length))
    elif mark != "/":
        *filters, name = inner.split(":")
        stack[-1].nodes.append(Replacement(name, tuple(filters), offset, length))
    elif len(stack) > 1 and stack[-1].name == name:
        _leave(stack)
    else:
        findings.append(_unopened(name, stack[-1].name, offset, length))


def _leave_endless(stack: list[_Open], name: str, ends: Mapping[str, int]) -> Iterator[Finding]:
    """Leave the sections without an end that stand open in the one called `name`, which ends here."""
    # Else the end of the outer one would be at fault, perhaps in another file.
    if any(section.name == name for section in stack[1:]):
        while stack[-1].name != name and not ends[stack[-1].name]:
            yield _unclosed(stack[-1])
            _leave(stack)


def _leave(stack: list[_Open]) -> None:
    closed = stack.pop()
    stack[-1].nodes.append(closed.close())


def _unclosed(section: _Open) -> Finding:
    mark = "^" if section.negated else "#"
    return Finding(
        "unclosed-section",
        f"`{{{{{mark}{section.name}}}}}` is never closed",
        f"end the part that depends on it with `{{{{/{section.name}}}}}`",
        section.offset,
        section.length,
    )


def _unopened(name: str, expected: str, offset: int, length: int) -> Finding:
    hint = f"expected `{{{{/{expected}}}}}` here" if expected else f"open it with `{{{{#{name}}}}}` or take it out"
    return Finding("unopened-section", f"`{{{{/{name}}}}}` closes what is not open", hint, offset, length)
