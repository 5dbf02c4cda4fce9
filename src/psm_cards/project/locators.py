"""Places in a source that cannot be: pages and times that no work has; used by `notes` and `sources`.

A page is what the work prints: a number, a Roman number, a range, several of these, or words. Only what counts pages
can be impossible. A time is minutes and seconds, with hours if there are any, or a range of two.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from psm_cards.diagnostics import Code, Diagnostic, Finding
from psm_cards.project.nodes import Mapping as Node
from psm_cards.project.reading import scalar

_DASH = "-\u2013\u2014"
_ABBREVIATION = re.compile(r"pp?\.\s*")
_NUMBER = r"[0-9]{1,9}|[ivxlcdm]{1,15}"
_PAGES = re.compile(rf"\s*(?P<first>-?[0-9]{{1,9}}|{_NUMBER})(?:\s*[{_DASH}]+\s*(?P<last>{_NUMBER}))?\s*")
_PART = re.compile(r"[^,;&]+")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_CLOCK = r"(?:([0-9]{1,3}):)?([0-9]{1,3}):([0-9]{2})(?:\.[0-9]{1,3})?"
_TIMES = rf"\s*(?P<first>{_CLOCK})(?:\s*[{_DASH}]+\s*(?P<last>{_CLOCK}))?\s*"
_LARGEST = 59


def impossible(node: Node) -> Iterator[Diagnostic]:
    """Yield what is wrong with the page and the time that a citation, or a source, names."""
    for key, check in _CHECKS.items():
        if key in node.values and (value := scalar(node, key)) is not None and not value.is_stand_in:
            yield from (finding.at(value) for finding in check(value.value))


def pages(written: str) -> Iterator[Finding]:
    """Yield what is wrong with pages such as `12`, `12-15`, `xii, 3-4` or `pp. 12-15`."""
    prefix = _ABBREVIATION.match(written)
    for part in _PART.finditer(written, prefix.end() if prefix else 0):
        match = _PAGES.fullmatch(part[0])
        if match is None:
            continue
        first, last = _number(match["first"]), _number(match["last"] or match["first"])
        if first < 1 or last < 1:
            yield _finding("impossible-page", "there is no page `{}`", "pages are counted from 1", part)
        elif last < first:
            hint = "write both pages in full, the first one first, such as `12-13`"
            yield _finding("impossible-page", "the pages `{}` end before they begin", hint, part)


def times(written: str) -> Iterator[Finding]:
    """Yield what is wrong with a time such as `28:42`, `1:02:03` or `28:42-29:10`."""
    match = re.fullmatch(_TIMES, written)
    if match is None:
        message = f"expected a time, found `{written.strip()}`"
        yield Finding("impossible-time", message, "write it as `28:42`, `1:02:03` or `28:42-29:10`")
        return
    first, last = match.group(2, 3, 4), match.group(6, 7, 8) if match["last"] else match.group(2, 3, 4)
    if not (_is_clock(*first) and _is_clock(*last)):
        hint = "an hour has 60 minutes, a minute 60 seconds: `1:02:03` is an hour, two minutes and three seconds"
        yield Finding("impossible-time", f"there is no time `{written.strip()}`", hint)
    elif _seconds(*last) < _seconds(*first):
        hint = "write the time where the passage begins first"
        yield Finding("impossible-time", f"`{written.strip()}` ends before it begins", hint)


_CHECKS: Mapping[str, Callable[[str], Iterator[Finding]]] = {"page": pages, "time": times}


def _finding(code: Code, message: str, hint: str, part: re.Match[str]) -> Finding:
    shown = part[0].strip()
    return Finding(code, message.format(shown), hint, part.start() + part[0].index(shown), len(shown))


def _number(page: str) -> int:
    if page[-1].isdecimal():
        return int(page)
    values = [_ROMAN[letter] for letter in page]
    following = [*values[1:], 0]
    return sum(-one if one < after else one for one, after in zip(values, following, strict=True))


def _is_clock(hours: str | None, minutes: str, seconds: str) -> bool:
    # Without hours the minutes of a long recording run on: `95:10`.
    return int(seconds) <= _LARGEST and (hours is None or int(minutes) <= _LARGEST)


def _seconds(hours: str | None, minutes: str, seconds: str) -> int:
    return (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
