"""Dates of CSL items in each form that Zotero and Pandoc write: text, `date-parts`, or year, month and day."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from psm_cards.diagnostics import Finding, Problem
from psm_cards.model import Date
from psm_cards.project.nodes import Mapping, Node, Scalar, Sequence
from psm_cards.project.reading import items, word

KEYS = ("accessed", "available-date", "event-date", "issued", "original-date", "submitted")
"""Keys of a CSL item that hold a date."""

HINT = "write it as `2026-02-23`, `2026-02` or `2026`"

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([~?%]?)", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,4}", re.ASCII)
_SEASONS = {"21": 1, "22": 2, "23": 3, "24": 4}
"""What stands in a month's place for spring, summer, autumn and winter (EDTF)."""
_NAMED_SEASONS = {"spring": 1, "summer": 2, "fall": 3, "autumn": 3, "winter": 4}
_LEAP_YEAR = 2000
_YEARS = range(1000, 10_000)
"""Years that may stand alone, as a number."""
_ENOUGH = frozenset({"date-parts", "literal", "raw", "year"})
_BESIDE = frozenset({"circa", "day", "month", "season"})


def read_date(node: Node) -> Date | None:
    """Return the date that a node holds, None if it has no date's form. Raises Problem for a day that never was."""
    if isinstance(node, Scalar):
        return _of_scalar(node)
    if isinstance(node, Sequence):
        return _range([_of_mapping(item) for item in node.items if isinstance(item, Mapping)])
    return _of_mapping(node)


def _impossible(written: str) -> Problem:
    return Problem(Finding("impossible-date", f"there is no date `{written}`", HINT))


def _of_scalar(node: Scalar) -> Date | None:
    is_number = isinstance(node.data, int) and not isinstance(node.data, bool)
    if is_number and node.data not in _YEARS:
        return None
    found = _of_text(node.value)
    # A text of another form is the schema's to refuse; a number such as `0x7EA` is a year to it.
    if found is None and is_number:
        raise _impossible(node.value)
    return found


def _of_text(written: str) -> Date | None:
    """Return a date or a range of two in the form of EDTF; None for another form."""
    matches = [_DATE.fullmatch(part) for part in written.split("/")]
    found = []
    for match in matches:
        if match is None:
            return None
        season = _SEASONS.get(match[2] or "", 0)
        numbers = [int(part) for part in match.group(1, 2, 3) if part]
        day = _day(numbers[:1] if season else numbers, match[0])
        found.append(replace(day, season=season, is_about=match[4] in ("~", "%")))
    return _range(found)


def _of_mapping(node: Mapping) -> Date | None:
    """Return a date in the form of CSL-JSON or of Pandoc's YAML."""
    if not node.values.keys() & _ENOUGH:
        if node.values.keys() <= _BESIDE:
            raise Problem(Finding("missing-key", "`year` is missing", HINT))
        return None  # a key is misspelt, which the schema says
    found = _range(_date_parts(node))
    if found is None and "year" in node.values:
        found = _of_numbers([node.values[key] for key in ("year", "month", "day") if key in node.values])
    if found is None and "raw" in node.values:
        found = _of_text(word(node, "raw")) or Date(0, literal=word(node, "raw"))
    if found is None and "literal" in node.values:
        return Date(0, literal=word(node, "literal"))
    circa = word(node, "circa").lower() not in ("", "0", "false")
    return replace(found, season=_season(word(node, "season")), is_about=circa) if found else None


def _date_parts(node: Mapping) -> Iterator[Date | None]:
    for index, part in enumerate(items(node, "date-parts")):
        numbers = part.items if isinstance(part, Sequence) else []
        # A range without an end ends with zeros.
        is_open = index > 0 and all(isinstance(number, Scalar) and number.data == 0 for number in numbers)
        if not is_open:
            yield _of_numbers(numbers)


def _season(written: str) -> int:
    if written in ("1", "2", "3", "4"):
        return int(written)
    return _NAMED_SEASONS.get(written.lower(), _SEASONS.get(written, 0))


def _of_numbers(nodes: list[Node]) -> Date | None:
    """Return the date of year, month and day; None if one of them is no number."""
    written = [node.value for node in nodes if isinstance(node, Scalar) and _NUMBER.fullmatch(node.value)]
    if not written or len(written) < len(nodes):
        return None
    return _day([int(number) for number in written], "-".join(written))


def _day(numbers: list[int], written: str) -> Date:
    """Return the date of year, month and day, as far as they are given; raise Problem if there is none."""
    year, month, day = (*numbers, 0, 0)[:3]
    try:
        # The calendar knows no year before Christ; February has its 29th in some of them.
        dt.date(year if year > 0 else _LEAP_YEAR, *(*numbers[1:], 1, 1)[: max(2, len(numbers) - 1)])
    except (TypeError, ValueError):
        raise _impossible(written) from None
    if not year:
        raise _impossible(written)
    return Date(year, month, day)


def _range(found: Iterable[Date | None]) -> Date | None:
    """Return the date, or the first of two with the second as its end."""
    dates = [date for date in found if date]
    if len(dates) <= 1:
        return dates[0] if dates else None
    first, last = dates[0], dates[-1]
    if (last.year, last.month or 12, last.day or 31) < (first.year, first.month, first.day):
        raise Problem(Finding("impossible-date", "the date ends before it begins", "give the earlier day first"))
    return replace(first, until=last)
