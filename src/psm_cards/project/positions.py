"""Where a part of a YAML scalar stands: offsets in a value become lines and columns of the file.

Nothing is computed until a diagnostic asks, because almost no value is ever asked for.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from psm_cards.diagnostics import Span
from psm_cards.files import FileProblem, Lines, read_text

ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)|[^\\]", re.DOTALL)
WHITE_ESCAPES = frozenset("tnr NLP_\t\n")
"""What follows a backslash in double quotes and gives white space, or nothing (an escaped line end)."""
NUMBERED = frozenset("xuU")
"""What follows a backslash before the number of a character."""
NAMED_CONTROLS = {"0": 0x00, "a": 0x07, "b": 0x08, "v": 0x0B, "f": 0x0C, "e": 0x1B}
"""What follows a backslash and gives a control character."""
LOST = frozenset(("\\n", "\\r", "\\t"))
"""Escapes that give white space, so that nobody sees what became of `\\theta`."""
TEX_COMMAND = re.compile(
    r"\\(?:theta|tau|times|text(?:bf|it|rm)?|to|tan|tilde|triangle|rho|right(?:arrow)?|rangle|nu|nabla|neq?|neg|notin)"
    r"(?![A-Za-z])"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""What no text may hold (R20): YAML refuses these characters as they are, escapes bring them in."""


class SourceText(Lines):
    """A file's text as the parser saw it, and the path by which messages name the file.

    What was let go of is read again when a place in it is asked for.
    """

    def __init__(self, shown: str, text: str) -> None:
        super().__init__(text)
        self.shown = shown
        self._lately: tuple[str, list[int], list[int]] = ("", [], [])

    @cached_property
    def text(self) -> str:  # type: ignore[override]  # `Lines` sets it: this is asked only after `let_go`
        """The text, read once more."""
        try:
            return CONTROL.sub(" ", read_text(Path(self.shown)))
        except FileProblem:
            # Gone in the meantime: what is to be said is worth more than its line.
            return ""

    def let_go(self) -> None:
        """Forget the text, which most of a project's texts are never asked for again."""
        vars(self).pop("text", None)
        self._lately = ("", [], [])

    def letters(self, raw: str, style: str, value: str) -> tuple[list[int], list[int]]:
        """Return the index in `raw`, and that in `value`, of each character of a scalar that is not white space.

        The last answer is kept: a text with ten thousand mistakes is not read ten thousand times.
        """
        if self._lately[0] != raw:
            solid = [index for index, character in enumerate(value) if not character.isspace()]
            self._lately = (raw, letters(raw, style), solid)
        return self._lately[1:]

    def span(self, start: int, end: int) -> Span:
        """Return the span from the character at `start` to the one before `end`, or to the end of the text."""
        size = len(self.text)
        return Span(self.shown, *self.position(min(start, size)), *self.position(min(max(start, end), size)))


def _double_quoted(raw: str) -> list[int]:
    """Return where each character begins that double quotes stand for, white space left out."""
    places = []
    for match in ESCAPE.finditer(raw, 1, max(len(raw) - 1, 1)):
        token = match[0]
        if not (_is_left_out(token) if token[0] == "\\" else token.isspace()):
            places.append(match.start())
    return places


def _is_left_out(escape: str) -> bool:
    """Return whether an escape gives white space, nothing, or a control character, which no value keeps."""
    character = _numbered(escape)
    if not character:
        return escape[1] in WHITE_ESCAPES or escape[1] in NAMED_CONTROLS
    return character.isspace() or CONTROL.match(character) is not None


def _numbered(escape: str) -> str:
    """Return the character of an escape that gives its number, or blank for another one."""
    return chr(int(f"0x{escape[2:]}", 0)) if escape[1] in NUMBERED else ""


def control_escapes(raw: str) -> Iterator[tuple[int, int, int]]:
    """Yield begin, end and code point of each escape in double quotes that gives a control character."""
    for match in ESCAPE.finditer(raw, 1, max(len(raw) - 1, 1)):
        token = match[0]
        if token[0] != "\\":
            continue
        character = _numbered(token)
        code = ord(character) if character else NAMED_CONTROLS.get(token[1], 0x20)
        if CONTROL.match(chr(code)):
            yield match.start(), match.end(), code


def lost_backslashes(raw: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each command of TeX in double quotes whose backslash makes white space of its letter."""
    for match in ESCAPE.finditer(raw, 1, max(len(raw) - 1, 1)):
        command = TEX_COMMAND.match(raw, match.start()) if match[0] in LOST else None
        if command:
            yield command.span()


def _single_quoted(raw: str) -> list[int]:
    """Return where each character begins that single quotes stand for; two quotes inside them are one."""
    body = re.finditer(r"''|[^']", raw[: max(len(raw) - 1, 1)][1:])
    return [match.start() + 1 for match in body if not match[0].isspace()]


def letters(raw: str, style: str) -> list[int]:
    """Return the index in `raw` of each character of a scalar's value that is not white space.

    Folding, indentation and escapes change white space only; all other characters keep their order, so counting
    them finds a place in every style.
    """
    if style == '"':
        return _double_quoted(raw)
    if style == "'":
        return _single_quoted(raw)
    header = raw.find("\n") + 1 if style in ("|", ">") else 0
    return [index for index in range(header, len(raw)) if not raw[index].isspace()]
