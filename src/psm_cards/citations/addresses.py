"""Where a source can be read: its own address, or the one that follows from its DOI or arXiv number."""

import re
from urllib.parse import quote

from psm_cards.model import Source

_ARXIV = r"(?i)(?:arXiv:\s*)?(\d{4}\.\d{4,5}(?:v\d+)?)(?:\s*\[[\w.-]+\])?"
_ARXIV_OF_OLD = r"(?i)arXiv:\s*([a-z-]+(?:\.[A-Z]{2})?/\d{7}(?:v\d+)?)(?:\s*\[[\w.-]+\])?"


def _doi(source: Source) -> str:
    return f"https://doi.org/{quote(source.doi, safe='/:()')}" if source.doi else ""


def _arxiv(source: Source) -> str:
    """Return the page of a preprint whose number is arXiv's, such as `arXiv:2506.19823v1`."""
    is_named = "arxiv" in f"{source.number} {source.archive} {source.publisher}".lower()
    if not is_named:
        return ""
    match = re.fullmatch(_ARXIV, source.number) or re.fullmatch(_ARXIV_OF_OLD, source.number)
    return f"https://arxiv.org/abs/{match[1]}" if match else ""


def address(source: Source) -> str:
    """Return where the work is read, which is where a link leads; blank without an address."""
    return source.url or _doi(source) or _arxiv(source)


def lasting(source: Source) -> str:
    """Return the address that a reference gives: the DOI's, which outlives others; blank without an address."""
    return _doi(source) or source.url or _arxiv(source)
