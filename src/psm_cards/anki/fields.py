"""A field's text as Anki keeps it: its normal form, when it counts as blank, how it is sorted and compared."""

import hashlib
import html
import re
import unicodedata

# Fields are stored in one column, with this between them (R20).
SEPARATOR = "\x1f"
# Anki strips these on import, except the separator, which stops the whole import.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Anki's own idea of a blank field: a no-break space, for one, is not blank.
_BLANK = re.compile(r"(?:[\t\n\v\f\r ]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_MAY_BE_BLANK = frozenset("\t\n\v\f\r <")
_MEDIA = re.compile(
    r"""<(?:img|audio|video|object|source)\b[^>]*?\b(?:src|data)=(?:"([^"]+)"|'([^']+)'|([^ >]+))[^>]*>""",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE)


def normal(text: str) -> str:
    """Return the text in NFC with LF line ends, as Anki would make it on import (R20)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def all_normal(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the fields of a note in normal form; most already are, which one look at all of them tells."""
    together = "\n".join(values)
    if "\r" not in together and unicodedata.is_normalized("NFC", together):
        return values
    return tuple(normal(value) for value in values)


def forbidden(text: str) -> str | None:
    """Return the first character that no field may hold (R20), if there is one."""
    match = _FORBIDDEN.search(text)
    return match[0] if match else None


def is_blank(text: str) -> bool:
    """Return whether Anki counts a field as blank: white space and line breaks only."""
    return not text or (text[0] in _MAY_BE_BLANK and _BLANK.fullmatch(text) is not None)


def plain(text: str) -> str:
    """Return the text Anki sorts and compares a field by: without tags, with the names of its media."""
    if "<" in text:
        text = _TAGS.sub("", _MEDIA.sub(lambda match: f" {match[1] or match[2] or match[3]} ", text))
    return html.unescape(text).replace("\xa0", " ") if "&" in text else text


def checksum(plain_text: str) -> int:
    """Return the number by which Anki finds notes with the same first field."""
    digest = hashlib.sha1(plain_text.encode(), usedforsecurity=False)
    return int(digest.hexdigest()[:8], 16)
