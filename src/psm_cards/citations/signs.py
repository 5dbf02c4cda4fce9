"""The signs that change what a passage says: `< 5` is not `> 5`. A locator passes over them, the digest does not."""

import re
from functools import lru_cache
from unicodedata import category, normalize

from psm_cards.citations import normal
from psm_cards.citations.sourcetext import Passage, SourceText

_OTHERS = frozenset("%‰‱^")
# NFKC makes it of `½`, which is `1/2` to a reader.
_FRACTION = "\N{FRACTION SLASH}"
_HYPHENS = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}"
_SIGN = re.compile(r"[^\w\s]")
# With nothing between it and the number behind it; in `12-15` or `GPT-4` it joins two words.
_MINUS = re.compile(rf"(?<![{_HYPHENS}\w])[{_HYPHENS}](?=[.,]?\d)")
_BLANK = "[ \u00a0\u2009\u202f]"
_AHEAD = re.compile(rf"(?:(?:^|(?<=\s))([^\w\s]{{1,2}}){_BLANK})?([^\w\s]*)$")
_BEHIND = re.compile(rf"{_BLANK}([^\w\s])(?!\d)|[^\w\s]*")
_EDGE = 8


def words(source: SourceText, passage: Passage) -> str:
    """Return the words of a passage, each symbol and each minus of a number among them as a word of its own.

    Symbols are those of mathematics, currencies and others (Unicode Sm, Sc, So), and percent signs. Those that stand
    right before and behind the passage belong to it: its first and last words may be numbers.
    """
    start, end = passage.start, passage.end
    written = f"{_ahead(source.text, start)}{source.text[start:end]}{_behind(source.text, end)}"
    # So programs write `≠`; of its two signs the first alone is punctuation.
    marked = _MINUS.sub("\N{MINUS SIGN}", normalize("NFKC", written)).replace("!=", "≠")
    if not any(map(_is_symbol, _SIGN.findall(marked))):
        return passage.words
    return " ".join(_words(marked))


def _words(marked: str) -> list[str]:
    parts = []
    here = 0
    for match in _SIGN.finditer(marked):
        if _is_symbol(match[0]):
            parts += [normal.words(marked[here : match.start()]), match[0]]
            here = match.end()
    return [part for part in (*parts, normal.words(marked[here:])) if part]


@lru_cache(maxsize=4_096)
def _is_symbol(sign: str) -> bool:
    return sign in _OTHERS or (category(sign) in ("Sm", "Sc", "So") and sign != _FRACTION)


def _ahead(text: str, start: int) -> str:
    """Return the signs at the first word of a passage, such as the minus of `-3`, or `<` of `< 5`."""
    match = _AHEAD.search(text, max(start - _EDGE, 0), start)
    if match is None:
        return ""
    is_joined = match.start(2) and re.match(r"\w", text[match.start(2) - 1])
    before = match[1] if match[1] and category(match[1][-1]) == "Sm" else ""
    return before + (match[2].lstrip(_HYPHENS) if is_joined else match[2])


def _behind(text: str, end: int) -> str:
    """Return the signs at the last word of a passage, such as the one of `5 %`; behind a full stop there is none."""
    match = _BEHIND.match(text, end) if re.match(r"\w", text[end - 1 : end]) else None
    if match is None or match[1] is None:
        return match[0] if match else ""
    return match[1] if _is_symbol(match[1]) and category(match[1]) != "Sm" else ""
