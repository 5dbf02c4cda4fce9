"""Markdown as a flat row of steps, its code and maths, and the doubts that are settled before it is written.

The parser is pyromark (CommonMark with tables, strikethrough and maths). It knows no list of allowed tags, takes some
prices for maths and the answer `- 5` for a list: `settle` puts a backslash before such characters, so that the parser
reads what is meant.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from enum import Enum
from itertools import accumulate
from typing import Any, NamedTuple, cast

import pyromark

from psm_cards.diagnostics import Finding, Severity
from psm_cards.rendering import html_tags, maths
from psm_cards.rendering.edits import Edit, EditedText

MARKDOWN = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_MATH,
)

# Each round settles all doubts it sees; a price can hide another one, hardly ever a third.
_ROUNDS = 8
_CONTINUATION = 0b1000_0000
_SOUND = re.compile(r"\[sound:[^\[\]\n]{0,300}+\]")
_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_MARKDOWN_SIGN = re.compile(r"[\\`*_~<&$]")
_BLOCK_STARTS = frozenset("-+*_#>`~[0123456789 \t\n\r")
# What would begin a block; the last group is what has to be text for it to begin none.
_BLOCK_MARK = re.compile(
    r"""(?=(?:[-+*]|\#{1,6})(?:\s|$)|>|(?P<rule>[-*_])(?:[ \t]*(?P=rule)){2,}\s*$|`{3,}[^`]*$)(.)"""
    r"""|[0-9]{1,9}([.)])(?:\s|$)|(~{3,})|\[(?:[^\[\]\\]|\\.){1,999}\](:)""",
)


class Step(NamedTuple):
    """One event of the parser: `+Tag` opens, `-Tag` closes, any other kind stands alone; offsets in characters."""

    kind: str
    value: Any
    start: int
    end: int


class Zone(NamedTuple):
    """A stretch of a text that is not plain text; offsets in characters, the end is exclusive."""

    start: int
    end: int
    kind: "ZoneKind"


class ZoneKind(Enum):
    """What a zone is: code, maths, an image with its text, or what stands in a tag (a link's address, raw HTML)."""

    CODE = "code"
    MATHS = "maths"
    IMAGE = "image"
    TAG = "tag"


_ZONES = {
    "Code": ZoneKind.CODE,
    "+CodeBlock": ZoneKind.CODE,
    "InlineMath": ZoneKind.MATHS,
    "DisplayMath": ZoneKind.MATHS,
    "+Image": ZoneKind.IMAGE,
    "InlineHtml": ZoneKind.TAG,
}
_MATHS = frozenset({"InlineMath", "DisplayMath"})
_LINKS = frozenset({"+Link", "+Image"})
_LINK_ENDS = frozenset({"-Link", "-Image"})
_BARE = frozenset({"Autolink", "Email"})


def _character_counts(text: str) -> list[int]:
    # In UTF-8 every byte but the first of a character is 10xxxxxx; the parser counts bytes.
    return [0, *accumulate(byte & 0b1100_0000 != _CONTINUATION for byte in text.encode())]


def _name(event: Any) -> tuple[str, Any]:  # noqa: ANN401 (the parser's events are nested dictionaries)
    if isinstance(event, str):
        return event, None
    ((name, value),) = event.items()
    return name, value


def steps(text: str) -> Iterator[Step]:
    """Yield the parser's events for `text` in their order."""
    counts = None if text.isascii() else _character_counts(text)
    for event, span in MARKDOWN.events_with_range(text):
        kind, value = _name(event)
        if kind == "Start":
            kind, value = _name(value)
            kind = f"+{kind}"
        elif kind == "End":
            kind, value = _name(value)
            kind = f"-{kind}"
        start, end = cast("dict[str, int]", span).values()
        if counts is not None:
            start, end = counts[start], counts[end]
        yield Step(kind, value, start, end)


def zones(text: str) -> list[Zone]:
    """Return the zones of `text` sorted by their start; only an image may hold others."""
    return list(_zones(text))


def _zones(text: str) -> Iterator[Zone]:
    # Where the text of each open link or image ends so far: behind it stands the address. A bare address has no text.
    links: list[int] = []
    for step in steps(text):
        if step.kind in _ZONES:
            yield Zone(step.start, step.end, _ZONES[step.kind])
        elif step.kind == "Html":
            yield from (Zone(*tag.span(), ZoneKind.TAG) for tag in _TAG.finditer(text, step.start, step.end))
        if step.kind in _LINKS:
            is_bare = step.value["link_type"] in _BARE
            links.append(-1 if is_bare else step.start + 1)
            if is_bare:
                yield Zone(step.start, step.end, ZoneKind.TAG)
        elif step.kind in _LINK_ENDS and (end := links.pop()) >= 0:
            yield Zone(end, step.end, ZoneKind.TAG)
        if links and links[-1] >= 0 and step.kind[0] != "+":
            links[-1] = max(links[-1], step.end)


class Cover:
    """All zones of one kind, able to say quickly whether an offset lies in one."""

    def __init__(self, places: list[Zone], kind: ZoneKind) -> None:
        self._zones = [zone for zone in places if zone.kind is kind]
        self._starts = [zone.start for zone in self._zones]

    def __contains__(self, offset: int) -> bool:
        index = bisect_right(self._starts, offset) - 1
        return index >= 0 and offset < self._zones[index].end


def looks_like_block(text: str) -> bool:
    """Return whether the parser would take a text of one line for a block; `settle` makes it a line."""
    # Most texts begin with a letter: this is asked of each of them.
    if text[:1] not in _BLOCK_STARTS:
        return False
    return bool(text[0].isspace() or _BLOCK_MARK.match(text)) and _is_line(text)


def settle(text: str) -> tuple[EditedText, list[Finding]]:
    """Return the text as it is to be parsed, with what there is to say about it (offsets in `text`)."""
    edited = EditedText(text)
    if looks_like_block(text):
        edited = _as_line(edited)
    if "[sound:" in text:
        edited = _protect_sounds(edited)
    return _settle(edited, lambda _: True)


def settle_again(edited: EditedText, is_whole: Callable[[str], bool]) -> tuple[EditedText, list[Finding]]:
    """Return a settled text that was changed since, settled; what is no `is_whole` formula is not maths.

    The parser pairs dollars by the braces between them: `{{c1::$5}} or $x$` changes when its deletion does.
    """
    settled, findings = _settle(edited, is_whole)
    return settled, [finding for finding in findings if finding.code == "cloze-across-blocks"]


def _settle(edited: EditedText, is_whole: Callable[[str], bool]) -> tuple[EditedText, list[Finding]]:
    findings: list[Finding] = []
    if "$" not in edited.text and "<" not in edited.text:
        return edited, findings
    for _ in range(_ROUNDS):
        doubts = list(_doubts(edited.text, is_whole))
        if not doubts:
            break
        findings += (edited.trace(finding) for _, finding in doubts if finding)
        edited = edited.change([Edit(offset, offset, "\\") for offset, _ in doubts])
    return edited, findings


def _is_line(text: str) -> bool:
    line = text.strip()
    return "\n" not in line and "\r" not in line


def _as_line(edited: EditedText) -> EditedText:
    # Blanks before the line would make it code.
    indent = len(edited.text) - len(edited.text.lstrip())
    edits = [Edit(0, indent, "")] if indent else []
    match = _BLOCK_MARK.match(edited.text, indent)
    if match:
        edits += [Edit(sign, sign, "\\") for sign in range(*match.span(match.lastindex or 0))]
    return edited.change(edits)


def _protect_sounds(edited: EditedText) -> EditedText:
    code = Cover(zones(edited.text), ZoneKind.CODE)
    signs = [
        sign.start()
        for sound in _SOUND.finditer(edited.text)
        if sound.start() not in code
        for sign in _MARKDOWN_SIGN.finditer(edited.text, sound.start(), sound.end())
    ]
    return edited.change([Edit(sign, sign, "\\") for sign in signs])


def _doubts(text: str, is_whole: Callable[[str], bool]) -> Iterator[tuple[int, Finding | None]]:
    starts = html_tags.started(text)
    for step in steps(text):
        if step.kind in _MATHS and not is_whole(step.value):
            yield step.start, _torn_formula(step) if maths.is_plainly_maths(step.value) else None
        elif step.kind == "InlineMath":
            if maths.is_price(text[step.end : step.end + 1]):
                yield step.start, None
            elif maths.is_probably_price(step.value, text[max(step.start - 1, 0) : step.start]):
                yield step.start, _ambiguous_dollar(text, step)
        elif step.kind == "+HtmlBlock":
            # An HTML block swallows the Markdown after it: only a known tag may open one.
            start = text.find("<", step.start, step.end)
            if html_tags.is_unknown(text, start):
                yield start, html_tags.unknown_tag(text, start, starts)


def _torn_formula(step: Step) -> Finding:
    message = "a deletion starts in a formula and ends outside it, or the other way round"
    hint = "put the whole formula into the deletion, or the deletion into the formula"
    return Finding("cloze-across-blocks", message, hint, step.start, step.end - step.start)


def _ambiguous_dollar(text: str, step: Step) -> Finding:
    return Finding(
        "ambiguous-dollar",
        f"`{text[step.start : step.end]}` is read as money, not as maths",
        "write `\\$` for each dollar sign that is money; in maths write words as `\\text{…}`",
        step.start,
        step.end - step.start,
        Severity.WARNING,
    )
