"""References to sources in words, as a card shows them."""

import re

from psm_cards.model import Citation, Source

ALL_NAMED = 2
"""Up to this many creators are all named; of more, the first and `et al.`."""


def _creators(source: Source) -> str:
    families = [f"{name.particle} {name.family}".strip() for name in source.authors]
    if not families:
        return source.container or source.title
    if len(families) > ALL_NAMED:
        return f"{families[0]} et al."
    return " & ".join(families)


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
        start = re.split(r"…|\.\.\.", citation.at, maxsplit=1)[0].strip()
        places.append(f"“{start} …”")
    return places


def short(source: Source, citation: Citation) -> str:
    """Return the short reference in plain text, such as `Marks et al. 2026, § Conclusion`.

    A work without a date has `n.d.`; of a locator only its first words are shown, which mark the passage.
    """
    year = str(source.issued.year) if source.issued else "n.d."
    return ", ".join([f"{_creators(source)} {year}", *_places(citation)])
