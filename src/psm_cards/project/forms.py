"""The form of ids, tags and addresses: what to write instead of a value that has another; used by `wording`."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from psm_cards.model import ANKIS_OWN_DECK
from psm_cards.project import dates

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)(10\.\S+/\S+)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:/{0,2}|//)?((?:[a-z0-9-]+\.)+[a-z]{2,}(?:[:/?#]\S*)?)", re.IGNORECASE)
_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})(?:[-/.]([0-9]{1,2}))?")
_MAIL = re.compile(r"[^\s@:/]+@[^\s@:/]+\.[a-z]{2,}", re.IGNORECASE)


def form_hint(value: str, key: str) -> str:
    """Return what to do about a value of the wrong form: what was meant, as far as it tells, or what can be.

    The key is the one that the value stands under, blank for a tag, which is the only item of a list with a form; under
    any other key than those that the format names stands an anchor.
    """
    meant = _MEANT.get(key, _anchor)(value.strip())
    if meant and meant != value:
        return f"write `{meant}`"
    return _ADVICE.get(key, "take what stands behind the `#` of the section's address")


def _doi(value: str) -> str | None:
    match = _DOI.fullmatch(value)
    return match[1] if match else None


def _address(value: str) -> str | None:
    if doi := _doi(value):
        return f"https://doi.org/{doi}"
    if value.startswith(("https://", "http://")):
        host, _, path = value.partition("://")[2].partition("/")
        return "%20".join(value.split()) if " " in path and " " not in host else None
    match = _ADDRESS.fullmatch(value)
    return f"https://{match[1]}" if match else None


def _feedback(value: str) -> str | None:
    return f"mailto:{value}" if _MAIL.fullmatch(value) else _address(value)


def _date(value: str) -> str | None:
    match = _DAY.fullmatch(value)
    return "-".join([match[1], *(part.zfill(2) for part in match.groups()[1:] if part)]) if match else None


def _id(value: str) -> str | None:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode("ascii").lower()
    words = re.findall(r"[a-z0-9]+", plain)
    # Letters that have no Latin twin would be lost without a word.
    return "-".join(words) if words and len(plain) >= len(value) else None


def _tag(value: str) -> str | None:
    levels = ["-".join(level.split()) for level in re.split(r"::+", value)]
    return "::".join(filter(None, levels)) or None


def _deck(value: str) -> str:
    levels = [" ".join(level.strip(" :\t").split()) for level in re.split(r"::+", value)]
    levels = [level for level in levels if level]
    if levels and levels[0].casefold() == ANKIS_OWN_DECK.casefold():
        levels = [ANKIS_OWN_DECK, *levels[1:]] if levels[1:] else []
    return "::".join(levels)


def _anchor(value: str) -> str | None:
    meant = value.rpartition("#")[2]
    return meant if meant and not re.search(r"\s", meant) else None


_MEANT: Mapping[str, Callable[[str], str | None]] = {
    "": _tag,
    "DOI": _doi,
    "URL": _address,
    "url": _address,
    "feedback": _feedback,
    "guid": str,
    "id": _id,
    "name": _deck,
    "text": str,
    "fragment": str,
    **dict.fromkeys(dates.KEYS, _date),
}
_ADVICE = {
    "": "choose another tag, or leave it out",
    "DOI": "a DOI begins with `10.` and has a `/` in it; leave the key out if there is none",
    "URL": "copy the address from a browser, or leave the key out",
    "url": "copy the address from a browser, or leave the key out",
    "feedback": "write `https://` and the rest of the address, or `mailto:` and an address for mail",
    "id": "use the letters a to z, digits and hyphens; a project's id begins with a letter",
    "name": "choose another name: this deck is the learner's own",
    "text": "name the file by its path inside the project, or inside a folder that `--sources` names",
    "fragment": "write the page's own words: START … END",
    **dict.fromkeys(dates.KEYS, "write year, month and day with hyphens between them; the year alone is enough"),
}
