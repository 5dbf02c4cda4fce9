"""A field's text as Anki keeps it: its normal form, when it counts as blank, how it is sorted and compared."""

import hashlib
import html
import re
import unicodedata

# Fields are stored in one column, with this between them (R20).
SEPARATOR = "\x1f"
# Anki strips these on import, except the separator, which stops the whole import.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORBIDDEN_BESIDE_SEPARATOR = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1e\x7f]")
# Anki's own idea of a blank field: a no-break space, for one, is not blank.
_BLANK = re.compile(r"(?:[\t\n\v\f\r ]|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_MAY_BE_BLANK = frozenset("\t\n\v\f\r <")
_MEDIA = re.compile(
    r"""<(?:img|audio|video|object|source)\b[^>]*?\b(?:src|data)=(?:"([^"]+)"|'([^']+)'|([^ >]+))[^>]*>""",
    re.IGNORECASE,
)
_sha1 = hashlib.sha1
_TAGS = re.compile(r"<!--.*?-->|<style.*?>.*?</style>|<script.*?>.*?</script>|<.*?>", re.DOTALL | re.IGNORECASE)


def normal(text: str) -> str:
    """Return the text in NFC with LF line ends, as Anki would make it on import (R20)."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_normal(text: str) -> bool:
    """Return whether a text is in normal form already."""
    return "\r" not in text and (text.isascii() or unicodedata.is_normalized("NFC", text))


def forbidden(text: str) -> str | None:
    """Return the first character that no field may hold (R20), if there is one."""
    match = _FORBIDDEN.search(text)
    return match[0] if match else None


def has_forbidden(joined: str) -> bool:
    """Return whether the fields of a note, joined by the separator, may hold a character that no field may hold."""
    return _FORBIDDEN_BESIDE_SEPARATOR.search(joined) is not None


def blanks(values: tuple[str, ...]) -> tuple[bool, ...]:
    """Return for each field whether Anki counts it as blank."""
    return tuple([not value or (value[0] in _MAY_BE_BLANK and is_blank(value)) for value in values])


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
    return int.from_bytes(_sha1(plain_text.encode(), usedforsecurity=False).digest()[:4], "big")
