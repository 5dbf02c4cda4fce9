"""Finds the cloze deletions of a text in its source, knowing code and maths; used by `cloze`.

Anki ends a deletion at the first `}}`. An author means the braces that balance: `{{c1::$x_{1}$}}` ends after the
dollar, `{{c1::a_{1}}}` after the third brace. A deletion that starts inside code or maths ends inside it; braces and
colons of code, maths or addresses inside a deletion are text, so a deletion inside code has no hint.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from psm_cards.diagnostics import Code, Finding, Severity
from psm_cards.model import LARGEST_CLOZE
from psm_cards.rendering.parsing import Zone, ZoneKind

MAX_DEPTH = 8
"""How deep deletions may nest: Anki repeats what is inside at each level, escaped once more."""

_OPENER = r"\{\{[cC](?P<number>[^:{}\s]{0,30})::"
_TOKENS: dict[ZoneKind | None, re.Pattern[str]] = {
    # A backslash makes the next sign text, in Markdown as in TeX; in code it is a backslash. Blanks before `::` are
    # tried from the first one only: from each one, a hundred kilobytes of blanks would take ten seconds.
    None: re.compile(
        rf"\\.|(?P<open>{_OPENER})|(?P<brace>\{{)|(?P<close>\}}+)|(?P<hint>(?:(?<!\s)\s++)?::\s*+)",
        re.DOTALL,
    ),
    ZoneKind.MATHS: re.compile(rf"\\.|(?P<open>{_OPENER})|(?P<brace>\{{)|(?P<close>\}}+)", re.DOTALL),
    **dict.fromkeys(
        (ZoneKind.CODE, ZoneKind.TAG),
        re.compile(rf"(?P<open>{_OPENER})|(?P<brace>\{{)|(?P<close>\}}+)"),
    ),
}
_NUMBERS = re.compile(r"[0-9]{1,9}(?:,[0-9]{1,9})*")
_NAME = re.compile(r"(?:~?[^\W\d]\w*|<[^\s<>]*>)(?:<[^\s<>]*>)?(?:\([^\s()]*\))?[*&;]*")
# `Paris::capital` is a word with a hint; `std::vector`, `HashMap::new`, `foo::bar()` and `a::b::c` are names in code.
_NAMESPACES = frozenset(
    ("absl", "alloc", "boost", "core", "crate", "fmt", "rayon", "self", "Self", "serde", "std", "super", "tokio"),
)
_CODE_SIGNS = frozenset("_<>()~")
_LEAST_PARTS = 3
_PROSE = re.compile(r"[A-Za-z'-]+(?: [A-Za-z'-]+)+")


@dataclass(frozen=True, slots=True)
class Deletion:
    """A deletion `{{cN::hidden::hint}}`: offsets of its four edges, and of the double colon with the blanks around it.

    `kind` is the zone that it starts in, None for plain text.
    """

    numbers: tuple[int, ...]
    start: int
    opened: int
    closed: int
    end: int
    hint: tuple[int, int] | None = None
    kind: ZoneKind | None = None


@dataclass(slots=True)
class _Open:
    match: re.Match[str]
    kind: ZoneKind | None
    nested: bool = False
    hint: tuple[int, int] | None = None
    braces: int = 0

    @property
    def length(self) -> int:
        return self.match.end() - self.match.start()


@dataclass(slots=True)
class _Reader:
    text: str
    deletions: list[Deletion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    # How many deletions were open when the code or maths began that is being read, and its own open braces.
    floor: int = 0
    loose: int = 0
    # Where `{{c` and `}}` stand, filled when a brace is in doubt.
    openers: list[int] = field(default_factory=list)
    closers: list[int] = field(default_factory=list)

    def read(self, zones: list[Zone]) -> None:
        for start, end, kind in _segments(self.text, zones):
            if kind is None:
                self._read_segment(start, end, kind)
                continue
            outer = self.floor, self.loose
            self.floor, self.loose = len(self.open), 0
            self._read_segment(start, end, kind)
            self._leave()
            self.floor, self.loose = outer
        self._leave()

    def _read_segment(self, start: int, end: int, kind: ZoneKind | None) -> None:
        for match in _TOKENS[kind].finditer(self.text, start, end):
            if match.lastgroup in ("open", "number"):
                self._start(match, kind)
            elif match.lastgroup == "brace":
                self._brace()
            elif match.lastgroup == "close":
                self._close(match.start(), match.end() - match.start(), kind)
            elif match.lastgroup == "hint":
                self._hint(match)

    def _start(self, match: re.Match[str], kind: ZoneKind | None) -> None:
        if self.open:
            self.open[-1].nested = True
            if self.open[-1].hint:
                self._report(
                    "cloze-in-hint", "a deletion inside a hint", match.start(), match.end(), "close the outer one first"
                )
        if len(self.open) == MAX_DEPTH:
            self._report(
                "cloze-too-deep",
                f"more than {MAX_DEPTH} deletions inside each other",
                match.start(),
                match.end(),
                "close one deletion before the next one begins",
            )
        self.open.append(_Open(match, kind))

    def _brace(self) -> None:
        if len(self.open) > self.floor:
            self.open[-1].braces += 1
        else:
            self.loose += 1

    def _hint(self, match: re.Match[str]) -> None:
        if len(self.open) > self.floor and self.open[-1].hint is None:
            self.open[-1].hint = match.span()

    def _close(self, place: int, braces: int, kind: ZoneKind | None) -> None:
        while braces:
            if len(self.open) == self.floor:
                self._stray(place, braces, kind)
                return
            deletion = self.open[-1]
            literal = self._literal(place + braces, braces, deletion.braces)
            deletion.braces = max(deletion.braces - literal, 0)
            place += literal
            braces -= literal
            if braces:
                self._end(place)
                place += 2
                braces -= 2

    def _literal(self, end: int, braces: int, opened: int) -> int:
        """Return how many of a run of closing braces are text, before two that close the deletion or none that do."""
        if braces == 1:
            return 1
        if braces <= opened and self._closes_later(end):
            return braces
        return min(opened, braces - 2)

    def _closes_later(self, offset: int) -> bool:
        if not self.closers:
            self.openers = [match.start() for match in re.finditer(r"\{\{c", self.text)]
            self.closers = [match.start() for match in re.finditer(r"\}\}", self.text)]
        closer = bisect_left(self.closers, offset)
        opener = bisect_left(self.openers, offset)
        if closer == len(self.closers):
            return False
        return opener == len(self.openers) or self.closers[closer] < self.openers[opener]

    def _stray(self, place: int, braces: int, kind: ZoneKind | None) -> None:
        if kind is None and braces - self.loose > 1:
            start = place + self.loose
            hint = "put it in backticks to show it without a warning"
            self._warn("cloze-unopened", "`}}` closes no deletion and is shown as text", start, place + braces, hint)
        self.loose = max(self.loose - braces, 0)

    def _end(self, closed: int) -> None:
        deletion = self.open.pop()
        start, opened = deletion.match.span()
        hint = self._real_hint(deletion, closed)
        numbers = self._numbers(deletion)
        hidden = self.text[opened : hint[0] if hint else closed]
        if not hidden.strip():
            self._report(
                "cloze-empty", "a deletion that hides nothing", start, closed + 2, "write what is to be hidden"
            )
        elif hint and not self.text[hint[1] : closed].strip():
            # Anki would show `[]`.
            self._report(
                "cloze-empty", "a hint that says nothing", hint[0], closed, "write a hint after `::`, or leave it out"
            )
        # What is too deep was told of: with more levels each one would have to be looked for among the others.
        elif numbers and len(self.open) < MAX_DEPTH:
            self.deletions.append(Deletion(numbers, start, opened, closed, closed + 2, hint, deletion.kind))

    def _real_hint(self, deletion: _Open, closed: int) -> tuple[int, int] | None:
        opened = deletion.match.end()
        if deletion.kind is ZoneKind.CODE:
            self._warn_of_prose(opened, closed)
            return None
        if deletion.hint is None or deletion.nested:
            return deletion.hint
        parts = self.text[opened:closed].split("::")
        if not _is_name(parts):
            return deletion.hint
        name = "::".join(parts)
        hint = f"for a hint write ` :: ` with spaces; for a name in code put it in backticks: `` `{name}` ``"
        message = f"`{name}` is read as one name, not as `{parts[0]}` with a hint"
        self._warn("cloze-double-colon", message, opened, closed, hint)
        return None

    def _warn_of_prose(self, opened: int, closed: int) -> None:
        code, colons, hint = self.text[opened:closed].rpartition("::")
        if colons and _PROSE.fullmatch(hint.strip()):
            message = f"`{hint.strip()}` is shown as code: a deletion inside code has no hint"
            self._warn("cloze-double-colon", message, opened + len(code), closed, "put the hint into `hint:`")

    def _numbers(self, deletion: _Open) -> tuple[int, ...]:
        written = deletion.match["number"]
        numbers = tuple(map(int, written.split(","))) if _NUMBERS.fullmatch(written) else ()
        start, end = deletion.match.span("number")
        if self.text[start - 1] != "c" or not numbers or not all(0 < number <= LARGEST_CLOZE for number in numbers):
            message = f"expected `{{{{c` and a number from 1 to {LARGEST_CLOZE}, found `{deletion.match[0]}`"
            self._report(
                "cloze-number", message, start - 3, end, "number the deletions of a note from 1 on: `{{c1::…}}`"
            )
            return ()
        if len(numbers) > 1:
            message, hint = f"`c{written}` has several numbers", "Anki up to 25.09 shows such a deletion as text"
            self._warn("cloze-several-numbers", message, start - 3, end, hint)
        return numbers

    def _leave(self) -> None:
        for deletion in self.open[self.floor :]:
            start, end = deletion.match.span()
            message = f"`{deletion.match[0]}` is not closed"
            where = "where the hidden words end" if deletion.kind is None else "inside the same code or maths"
            self._report("cloze-unclosed", message, start, end, f"write `}}}}` {where}")
        del self.open[self.floor :]

    def _report(self, code: Code, message: str, start: int, end: int, hint: str) -> None:
        self.findings.append(Finding(code, message, hint, start, end - start))

    def _warn(self, code: Code, message: str, start: int, end: int, hint: str) -> None:
        self.findings.append(Finding(code, message, hint, start, end - start, Severity.WARNING))


def _is_name(parts: list[str]) -> bool:
    """Return whether words joined by double colons are the name of something in code, by the look of them."""
    if not all(_NAME.fullmatch(part) for part in parts):
        return False
    return len(parts) >= _LEAST_PARTS or parts[0] in _NAMESPACES or any(map(_is_code, parts))


def _is_code(word: str) -> bool:
    humps = any(one.islower() and two.isupper() for one, two in pairwise(word))
    return humps or not _CODE_SIGNS.isdisjoint(word)


def _segments(text: str, zones: list[Zone]) -> Iterator[tuple[int, int, ZoneKind | None]]:
    here = 0
    for start, end, kind in zones:
        # An image's text is text; code inside an image's text is read as text too.
        if kind is ZoneKind.IMAGE or start < here:
            continue
        yield here, start, None
        yield start, end, kind
        here = end
    yield here, len(text), None


def read(text: str, zones: list[Zone]) -> tuple[list[Deletion], list[Finding]]:
    """Return the deletions of `text`, sorted by where they start, and what is wrong with them."""
    reader = _Reader(text)
    reader.read(zones)
    return sorted(reader.deletions, key=lambda deletion: deletion.start), reader.findings
