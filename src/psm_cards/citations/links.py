"""Links from a card to the cited place of a source."""

from urllib.parse import quote

from psm_cards.model import Citation, Source


def _address(source: Source) -> str:
    if source.url:
        return source.url
    return f"https://doi.org/{quote(source.doi, safe='/:()')}" if source.doi else ""


def link(source: Source, citation: Citation) -> str:
    """Return the address of the cited place, or of the work where the place has none; blank without an address.

    A section leads to its anchor if the source names one in `anchors`.
    """
    address = _address(source)
    anchor = (source.anchors or {}).get(citation.section, "")
    if address and anchor and "#" not in address:
        return f"{address}#{anchor}"
    return address
