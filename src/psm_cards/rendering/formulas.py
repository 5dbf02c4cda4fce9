r"""What is wrong inside a formula, and dollars of formulas that the parser takes for text; used by `writing`.

MathJax shows a message in red in place of a formula that does not balance. The parser pairs dollars only around
balanced braces, so `$a_{b$` is no formula to it, and a card would show it as typed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from psm_cards.diagnostics import Finding, Severity
from psm_cards.rendering import maths
from psm_cards.rendering.parsing import Zone

_TOKEN = re.compile(
    r"(?P<left>\\left(?![A-Za-z]))|(?P<right>\\right(?![A-Za-z]))"
    r"|(?P<begin>\\begin\s*\{(?P<begun>[^{}]*)\})|(?P<end>\\end\s*\{(?P<ended>[^{}]*)\})"
    r"|(?P<words>\\(?:text[a-z]*|mbox|hbox)\s*\{)|\\.|(?P<open>\{)|(?P<close>\})|(?P<dollar>\$)",
    re.DOTALL,
)
_DOLLARS = re.compile(r"\\.|(?P<dollars>\$+)", re.DOTALL)
_WORD = re.compile(r"\s{0,9}\S{1,300}")
_LONGEST = 2000
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n|\Z")
_AMOUNT = re.compile(r"\s*[0-9][0-9.,]*[A-Za-z]{0,3}(?![0-9A-Za-z.,^_\\{+=*])")


@dataclass(slots=True)
class _Balance:
    r"""What is open in a formula, `{`, `\left` or `\begin{…}`, each with where it stands."""

    findings: list[Finding] = field(default_factory=list)
    open: list[tuple[str, int]] = field(default_factory=list)

    def read(self, formula: str) -> None:
        for match in _TOKEN.finditer(formula):
            start = match.start()
            if match["left"] or match["begin"] or match["open"] or match["words"]:
                self.open.append((match[0], start))
            elif match["right"]:
                self._close(r"\left", match)
            elif match["end"]:
                self._close(f"\\begin{{{match['ended']}}}", match)
            elif match["close"]:
                self._close_brace(match)
            elif match["dollar"] and self.open and not any(_holds_words(mark) for mark, _ in self.open):
                # The parser makes one formula of `$\frac{a}{b$ and $c}$`: what follows belongs to the second.
                break
        for mark, start in self.open:
            self._unclosed(mark, start)

    def _close_brace(self, match: re.Match[str]) -> None:
        if any(mark.endswith("{") for mark, _ in self.open):
            while not self.open[-1][0].endswith("{"):
                self._unclosed(*self.open.pop())
            self.open.pop()
        else:
            self._unopened(match, "{")

    def _close(self, mark: str, match: re.Match[str]) -> None:
        if any(self._is(mark, opened) for opened, _ in self.open):
            while not self._is(mark, self.open[-1][0]):
                self._unclosed(*self.open.pop())
            self.open.pop()
        elif self.open and match["end"] and self.open[-1][0].startswith(r"\begin"):
            # Of two names one is misspelt: said once.
            self._unopened(match, mark)
            self.open.pop()
        else:
            self._unopened(match, mark)

    @staticmethod
    def _is(mark: str, opened: str) -> bool:
        return "".join(opened.split()) == "".join(mark.split())

    def _unclosed(self, mark: str, start: int) -> None:
        if mark.endswith("{"):
            start, mark, hint = start + len(mark) - 1, "{", "write `}` where it ends; for the sign itself write `\\{`"
        elif mark == r"\left":
            hint = r"write `\right` and a bracket in the same braces, `\right.` for none"
        else:
            hint = f"write `{mark.replace('begin', 'end', 1)}` where it ends"
        self._report(f"`{mark}` is not closed in this formula", hint, start, len(mark))

    def _unopened(self, match: re.Match[str], mark: str) -> None:
        hint = f"write `{mark}` where it begins, or take it out"
        self._report(f"`{match[0]}` closes no `{mark}` of this formula", hint, match.start(), len(match[0]))

    def _report(self, message: str, hint: str, start: int, length: int) -> None:
        self.findings.append(Finding("unbalanced-maths", message, hint, start, length))


def _holds_words(mark: str) -> bool:
    return mark.endswith("{") and mark != "{"


def faults(formula: str, offset: int) -> list[Finding]:
    """Return what does not balance in a formula that stands at `offset`."""
    if "{" not in formula and "\\" not in formula and "}" not in formula:
        return []
    balance = _Balance()
    balance.read(formula)
    return [finding._replace(offset=offset + finding.offset) for finding in balance.findings]


def strays(text: str, zones: Sequence[Zone]) -> Iterator[Finding]:
    """Yield what is wrong with dollars outside the zones of a settled text, where they plainly are of a formula."""
    dollars = list(_outside(text, zones))
    following = _next_alike(dollars)
    here = limit = 0
    for match, closing in zip(dollars, following, strict=True):
        if match.start() < here or _AMOUNT.match(text, match.end()):
            continue
        if match.start() >= limit:
            limit = _paragraph_end(text, match.end())
        if closing is None or closing.start() >= limit:
            yield from _unending(text, match)
        elif maths.is_plainly_maths(text[match.end() : min(closing.start(), match.end() + _LONGEST)]):
            yield from _unread(text[match.end() : closing.start()], match)
            here = closing.end()


def _outside(text: str, zones: Sequence[Zone]) -> Iterator[re.Match[str]]:
    """Yield the runs of dollars that are signs of their own and stand in no zone."""
    left = sorted(zones, reverse=True)
    for match in _DOLLARS.finditer(text):
        while left and left[-1].end <= match.start():
            left.pop()
        if match["dollars"] and not (left and left[-1].start <= match.start()):
            yield match


def _next_alike(dollars: Sequence[re.Match[str]]) -> list[re.Match[str] | None]:
    """Return for each run of dollars the next one that is as long."""
    following: list[re.Match[str] | None] = []
    known: dict[str, re.Match[str]] = {}
    for match in reversed(dollars):
        following.append(known.get(match[0]))
        known[match[0]] = match
    return following[::-1]


def _paragraph_end(text: str, start: int) -> int:
    match = _PARAGRAPH_END.search(text, start)
    return match.start() if match else len(text)


def _unending(text: str, dollars: re.Match[str]) -> Iterator[Finding]:
    # Only the first word tells: a price may stand before a formula that is typed without dollars.
    word = _WORD.match(text, dollars.end())
    if word and maths.is_plainly_maths(word[0]):
        hint = f"write `{dollars[0]}` where it ends; for a dollar sign write `\\$`"
        message = f"`{dollars[0]}` begins a formula that does not end in this paragraph"
        yield Finding("unbalanced-maths", message, hint, dollars.start(), len(dollars[0]))


def _unread(formula: str, dollars: re.Match[str]) -> Iterator[Finding]:
    found = faults(formula, dollars.end())
    yield from found
    is_meant = formula[:1].isspace() or maths.is_plainly_maths(formula.split(maxsplit=1)[0])
    if not found and len(dollars[0]) == 1 and formula != formula.strip() and is_meant:
        message = "this formula is shown as text, because a space stands beside one of its dollars"
        hint = "write it without the space, as in `$x^2$`"
        length = len(formula) + 2
        yield Finding("maths-delimiters", message, hint, dollars.start(), length, Severity.WARNING)
