"""A cloze note's Markdown to HTML with deletions written as Anki reads them: the door for cloze texts.

    source ─ settle ─ deletions.read ─ stand-ins ─ markup.render ─ Anki's notation back in ─► HTML

Markdown must not see the notation (`{{c1::_a_}}`, `::` in a table), so each piece of it becomes one private-use
character on the way. At the end everything inside a deletion that Anki would take for notation is escaped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from psm_cards.diagnostics import Finding
from psm_cards.rendering import deletions, markup
from psm_cards.rendering.deletions import Deletion
from psm_cards.rendering.edits import Edit, EditedText
from psm_cards.rendering.html_tags import VOID
from psm_cards.rendering.markup import Markup
from psm_cards.rendering.parsing import Zone, looks_like_block, settle, settle_again, zones

# Only these can hide a brace or a colon from the reader: code, maths, HTML, indentation, an address.
_SPECIAL = re.compile(r"[`$<\t]|~~~| {4}|\]\(")
_PLANES = 0xF0000, 0x100000
_PLANE_SIZE = 0xFFFE
_MAX_INDENT = 60
# A rare punctuation mark beside a stand-in makes `{{c1::_a_}}` emphasis: after a letter `_` would be a letter too.
_PAD = "\u2e31"
_EMPHASIS = "*_~"
_LONELY = re.compile("<p>([\U000f0000-\U0010ffff]+)</p>")
_PIECE = re.compile(
    r"""(?P<tag><(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?:[^<>"]++|"[^"]*+")*+>)|(?P<sign>[\U000f0000-\U0010ffff])"""
    r"""|(?P<maths>\\[()\[\]])|(?P<colons>::+)|(?P<braces>\}\}+)|(?P<notation>\{\{[cC])""",
)
_SIGN = re.compile("[\U000f0000-\U0010ffff]")
_INNER = re.compile(r"::+|\}\}+|\{\{[cC]")
_NEAR_MISS = re.compile(r"\{\{?\s*[cC]?\s*[0-9]+\s*:{1,2}|\{c[0-9]+:")


class Role(Enum):
    """What a piece of notation does: it opens a deletion, starts its hint, or closes it."""

    OPEN = "open"
    HINT = "hint"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class _Sign:
    """A piece of notation in the source, and whether padding stands before or after its stand-in."""

    deletion: Deletion
    role: Role
    start: int
    end: int
    pad_before: bool = False
    pad_after: bool = False

    @property
    def notation(self) -> str:
        if self.role is Role.OPEN:
            return "{{c" + ",".join(map(str, self.deletion.numbers)) + "::"
        return "::" if self.role is Role.HINT else "}}"


def to_html(text: str) -> Markup:
    """Return a cloze text as HTML in Anki's notation, one card for each number."""
    edited = EditedText(text)
    findings: list[Finding] = []
    places: list[Zone] = []
    if _SPECIAL.search(text) or "[sound:" in text or looks_like_block(text):
        edited, findings = settle(text)
        places = zones(edited.text)
    found, faults = deletions.read(edited.text, places)
    findings += map(edited.trace, faults)
    if not found:
        if not any(finding.code.startswith("cloze-") for finding in findings):
            findings.append(_without_deletion(text))
        rendered = markup.render(edited)
        return Markup(rendered.html, (*findings, *rendered.findings))
    return _write(edited, found, findings)


def _without_deletion(text: str) -> Finding:
    hint = "write `{{c1::…}}` around the words to hide"
    near = _NEAR_MISS.search(text)
    if near:
        hint = f"`{near[0]}` is not the start of a deletion: {hint}"
    return Finding("cloze-without-deletion", "a cloze text without a deletion makes no card", hint)


def _write(edited: EditedText, found: list[Deletion], findings: list[Finding]) -> Markup:
    signs = _signs(edited.text, found)
    base = next((plane for plane in _PLANES if _is_free(edited.text, plane, len(signs))), None)
    if base is None:
        hint = "leave out characters above U+F0000, which no font knows"
        findings.append(Finding("cloze-private-use", "too many deletions or private-use characters", hint))
        return Markup("", tuple(findings))
    marked = edited.change([_stand_in(edited.text, sign, chr(base + index)) for index, sign in enumerate(signs)])
    settled, torn = settle_again(marked, _Wholeness(signs, base))
    findings += torn
    rendered = markup.render(settled)
    assembly = _Assembly(signs, base)
    html = assembly.assemble(_LONELY.sub(r"\1", rendered.html))
    findings += rendered.findings
    findings += (edited.trace(finding) for finding in assembly.faults(found))
    return Markup(html, tuple(findings))


def _is_free(text: str, plane: int, size: int) -> bool:
    taken = re.search(f"[{chr(plane)}-{chr(plane + 0xFFFF)}]", text)
    return taken is None and size < _PLANE_SIZE


def _signs(text: str, found: list[Deletion]) -> list[_Sign]:
    signs = []
    for deletion in found:
        signs.append(_sign(text, deletion, Role.OPEN, deletion.start, deletion.opened))
        signs.append(_sign(text, deletion, Role.CLOSE, deletion.closed, deletion.end))
        if deletion.hint:
            signs.append(_sign(text, deletion, Role.HINT, *deletion.hint))
    return sorted(signs, key=lambda sign: sign.start)


def _sign(text: str, deletion: Deletion, role: Role, start: int, end: int) -> _Sign:
    before = deletion.kind is None and role is not Role.OPEN and text[start - 1] in _EMPHASIS
    after = deletion.kind is None and role is not Role.CLOSE and text[end] in _EMPHASIS
    return _Sign(deletion, role, start, end, before, after)


def _stand_in(text: str, sign: _Sign, character: str) -> Edit:
    deletion = sign.deletion
    indent = _indent(text, sign.start, sign.end) if "\n" in text else None
    if indent is not None and _holds_blocks(text, deletion):
        # Blank lines around the stand-in make it a block of its own, which Markdown can put blocks after.
        return Edit(sign.start, sign.end, f"\n{indent}{character}\n")
    return Edit(sign.start, sign.end, f"{_PAD * sign.pad_before}{character}{_PAD * sign.pad_after}")


def _holds_blocks(text: str, deletion: Deletion) -> bool:
    """Return whether `{{c1::` and `}}` stand on lines of their own: then they hold whole blocks, such as a list."""
    edges = (deletion.start, deletion.opened), (deletion.closed, deletion.end)
    return all(_indent(text, *edge) is not None for edge in edges)


def _indent(text: str, start: int, end: int) -> str | None:
    """Return the white space before a piece of text that has its line to itself, or None if it has not."""
    before = text[max(start - _MAX_INDENT, 0) : start].rpartition("\n")
    is_first = before[1] or start <= _MAX_INDENT
    after = text[end : end + _MAX_INDENT].partition("\n")[0]
    return before[2] if is_first and not before[2].strip() and not after.strip() else None


@dataclass(frozen=True, slots=True)
class _Wholeness:
    """Says whether a stretch of marked text ends every deletion that starts in it, and no other."""

    signs: list[_Sign]
    base: int

    def __call__(self, text: str) -> bool:
        depth = 0
        for character in _SIGN.findall(text):
            index = ord(character) - self.base
            if 0 <= index < len(self.signs):
                depth += (self.signs[index].role is Role.OPEN) - (self.signs[index].role is Role.CLOSE)
                if depth < 0:
                    return False
        return depth == 0


class _Assembly:
    """Puts Anki's notation back into the HTML, and sees which deletions are torn by tags or got lost in one."""

    def __init__(self, signs: list[_Sign], base: int) -> None:
        self._signs = signs
        self._base = base
        self._out: list[str] = []
        self._level = 0
        self._open: list[tuple[Deletion, int]] = []
        self._closed: set[Deletion] = set()
        self._torn: set[Deletion] = set()
        self._after_notation = False
        self._in_maths = False

    def assemble(self, html: str) -> str:
        """Return `html` as Anki is to read it."""
        here = 0
        for match in _PIECE.finditer(html):
            if match.start() < here:
                continue
            self._write(html[here : match.start()])
            here = match.end()
            if match["tag"]:
                self._tag(match)
            elif match["sign"]:
                sign = self._notation(match["sign"])
                here += bool(sign and sign.pad_after and html.startswith(_PAD, here))
            else:
                self._text(match)
        self._write(html[here:])
        return "".join(self._out)

    def faults(self, found: list[Deletion]) -> Iterator[Finding]:
        """Yield what is wrong with the deletions in the HTML; offsets are those of the deletions."""
        for deletion in found:
            length = deletion.end - deletion.start
            if deletion in self._torn:
                hint = "close it in the same block or emphasis; around whole blocks put `{{c1::` and `}}` on own lines"
                message = "a deletion, or its hint, starts in one block or emphasis and ends in another"
                yield Finding("cloze-across-blocks", message, hint, deletion.start, length)
            elif deletion not in self._closed:
                message = "a deletion inside an address, an attribute or an image's description hides nothing"
                yield Finding("cloze-misplaced", message, "put it around the whole", deletion.start, length)

    def _write(self, text: str) -> None:
        if text:
            self._out.append(text)
            self._after_notation = False

    def _tag(self, match: re.Match[str]) -> None:
        # A stand-in inside a tag is no deletion; what is left of it must not reach Anki.
        tag = _SIGN.sub("", match["tag"])
        self._write(_INNER.sub(self._escape, tag) if self._open else tag)
        if match["end"]:
            self._level -= 1
            self._torn.update(deletion for deletion, level in self._open if self._level < level)
        elif match["name"] not in VOID:
            self._level += 1

    def _notation(self, character: str) -> _Sign | None:
        """Write the notation that a character stands for, or the character if it is the author's own."""
        index = ord(character) - self._base
        if not 0 <= index < len(self._signs):
            self._write(character)
            return None
        sign = self._signs[index]
        self._part_from_text(sign)
        if sign.role is Role.OPEN:
            self._open.append((sign.deletion, self._level))
        elif not self._open or self._open[-1] != (sign.deletion, self._level):
            self._torn.add(sign.deletion)
        if sign.role is Role.CLOSE:
            self._closed.add(sign.deletion)
            self._open = [entry for entry in self._open if entry[0] != sign.deletion]
        self._out.append(sign.notation)
        self._after_notation = True
        return sign

    def _part_from_text(self, sign: _Sign) -> None:
        """Keep Anki from reading the last character of the text before as a part of the notation."""
        if not self._out or self._after_notation:
            return
        text = self._out[-1]
        if sign.pad_before:
            text = text.removesuffix(_PAD)
        if sign.role is Role.CLOSE and text.endswith("}"):
            text = f"{text} " if self._in_maths else f"{text[:-1]}&#125;"
        elif sign.role is Role.HINT and text.endswith(":"):
            text = f"{text[:-1]}&#58;"
        self._out[-1] = text

    def _text(self, match: re.Match[str]) -> None:
        if match["maths"]:
            self._in_maths = match[0] in (r"\(", r"\[")
            self._write(match[0])
        elif self._open or match["notation"]:
            self._write(self._escape(match))
        else:
            self._write(match[0])

    def _escape(self, match: re.Match[str]) -> str:
        first, rest = match[0][0], match[0][1:]
        if first == ":":
            return "&#58;" * len(rest) + ":"
        if self._in_maths:
            # An entity would be a brace again as soon as a learner edits the note; a space stays.
            return f"{first} " + " ".join(rest)
        return first + rest.replace("}", "&#125;").replace("{", "&#123;")
