"""References to sources in words, as a card shows them, and the letters that tell alike ones apart."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count

from psm_cards.citations import dates, titles
from psm_cards.citations.locators import ELLIPSIS
from psm_cards.citations.names import in_short, listed
from psm_cards.model import Citation, Name, Source

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _creators(source: Source) -> tuple[Name, ...]:
    """Return those by whom the work is known; of a work without authors, who else made it."""
    return source.authors or source.directors or source.hosts or source.editors


def _named(source: Source) -> str:
    names = _creators(source)
    return in_short(names) if names else titles.plain(source.container or source.title)


def _pages(written: str) -> str:
    pages = re.sub(r"^pp?\.\s*", "", written)
    several = re.search(r"[-–,]", pages)  # noqa: RUF001 (an author may well write the dash that ranges have in print)
    return f"pp. {pages}" if several else f"p. {pages}"


def _places(citation: Citation) -> list[str]:
    places = []
    if citation.section:
        places.append(f"§ {citation.section.removeprefix('§').lstrip()}")
    if citation.page:
        places.append(_pages(citation.page))
    if citation.time:
        places.append(f"at {citation.time}")
    if citation.at:
        start = ELLIPSIS.split(citation.at, maxsplit=1)[0].strip()
        places.append(f"“{start} …”")
    return places


def _label(source: Source) -> str:
    """Return creators and year: what a short reference begins with."""
    return f"{_named(source)} {dates.year(source.issued, source.year_suffix)}"


def short(source: Source, citation: Citation) -> str:
    """Return the short reference in plain text, such as `Marks et al. 2026, § Conclusion`.

    A work without a date has `n.d.`; of a locator only its first words are shown, which mark the passage.
    """
    return ", ".join([_label(source), *_places(citation)])


def order(source: Source) -> tuple[str, int, int, int, str, str]:
    """Return the key that sorts sources as a list of references does: by creators, then date, then title."""
    names = _creators(source)
    first = _sortable(listed(names) if names else source.title)
    issued = source.issued
    day = (issued.year, issued.month, issued.day) if issued else (0, 0, 0)
    return (first, *day, _sortable(source.title), source.key)


def _sortable(text: str) -> str:
    """Return a name or title as a list is sorted by it: without case, markup and signs before the first letter."""
    return re.sub(r"^\W+", "", titles.plain(text)).casefold()


def disambiguated(sources: Mapping[str, Source]) -> dict[str, Source]:
    """Return the sources by key, those that a short reference would not tell apart with a letter behind the year.

    A letter that its author gave (`year-suffix`) stays; the others get the next free ones, by date and title.
    """
    alike: dict[str, list[Source]] = {}
    for source in sources.values():
        alike.setdefault(_label(replace(source, year_suffix="")).casefold(), []).append(source)
    lettered = {source.key: source for group in alike.values() if len(group) > 1 for source in _lettered(group)}
    return {key: lettered.get(key, source) for key, source in sources.items()}


def _lettered(group: list[Source]) -> Iterable[Source]:
    taken = {source.year_suffix for source in group}
    free = (letter for letter in map(_letter, count()) if letter not in taken)
    for source in sorted(group, key=order):
        yield source if source.year_suffix else replace(source, year_suffix=next(free))


def _letter(index: int) -> str:
    """Return the letter of a place in the row: a to z, then aa, ab and so on."""
    before, place = divmod(index, len(LETTERS))
    return (_letter(before - 1) if before else "") + LETTERS[place]
