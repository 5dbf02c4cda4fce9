"""CSL items to sources: the part of a cited work that a card shows."""

import datetime as dt
import re
from collections.abc import Iterator

from psm_cards.diagnostics import Diagnostic, Severity, first_one
from psm_cards.model import Date, Name, Source
from psm_cards.project import locators
from psm_cards.project.documents import Documents
from psm_cards.project.nodes import Mapping, Scalar
from psm_cards.project.reading import entries, mappings, scalar, word
from psm_cards.project.structure import later_keys, not_supported

DATES = frozenset({"accessed", "available-date", "event-date", "issued", "original-date", "submitted"})
"""The keys of a source whose values are dates."""
YEARS = range(1000, 10_000)
"""The numbers that the schema takes for years."""
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def load_sources(documents: Documents) -> dict[str, Source]:
    """Return the sources of all files by key; a key in two files is an error, the first one holds."""
    sources: dict[str, Source] = {}
    places: dict[str, Scalar] = {}
    later = later_keys("source/custom")
    for document in documents.all:
        for key, place, item in entries(document, "sources"):
            if key in sources:
                documents.diagnostics.append(_duplicate(key, places[key], place))
                continue
            places[key], sources[key] = place, _source(key, item)
            documents.diagnostics += [*_impossible_dates(item), *locators.impossible(item)]
            custom = item.values.get("custom")
            if isinstance(custom, Mapping):
                documents.diagnostics += not_supported(custom, later)
    return sources


def _duplicate(key: str, first: Scalar, second: Scalar) -> Diagnostic:
    span, hint = second.span(), "keep one of the two"
    message = f"source `{key}` is defined twice"
    return Diagnostic(Severity.ERROR, "duplicate-source", message, span, hint, first_one(first))


def _source(key: str, item: Mapping) -> Source:
    custom = item.values.get("custom")
    anchors = custom.values.get("anchors") if isinstance(custom, Mapping) else None
    return Source(
        key=key,
        type=word(item, "type"),
        title=word(item, "title"),
        authors=tuple(_names(item)),
        container=word(item, "container-title"),
        issued=_date(word(item, "issued")),
        url=word(item, "URL"),
        doi=word(item, "DOI"),
        anchors={name: word(anchors, name) for name in anchors.values} if isinstance(anchors, Mapping) else None,
    )


def _names(item: Mapping) -> Iterator[Name]:
    for name in mappings(item, "author"):
        yield Name(
            family=word(name, "literal") or word(name, "family"),
            given=word(name, "given"),
            particle=word(name, "non-dropping-particle"),
        )


def _impossible_dates(item: Mapping) -> Iterator[Diagnostic]:
    for key in DATES & item.values.keys():
        date = scalar(item, key)
        if date is not None and _has_form(date) and _date(date.value) is None:
            message = f"there is no date `{date.value}`"
            hint = "write it as `2026-02-23`, `2026-02` or `2026`"
            yield Diagnostic(Severity.ERROR, "impossible-date", message, date.span(), hint)


def _has_form(date: Scalar) -> bool:
    """Return whether the schema takes this for a date; a number such as `0x7EA` is a year to it."""
    if isinstance(date.data, int):
        return YEARS.start <= date.data < YEARS.stop
    return isinstance(date.data, str) and DATE.fullmatch(date.data) is not None


def _date(written: str) -> Date | None:
    """Return a date of the form that the schema asks for; None for another form, or a day that never was."""
    match = DATE.fullmatch(written)
    if match is None:
        return None
    year, month, day = (int(part or 0) for part in match.groups())
    try:
        dt.date(year, month or 1, day or 1)
    except ValueError:
        return None
    if (match[2] and not month) or (match[3] and not day):
        return None
    return Date(year, month, day)
