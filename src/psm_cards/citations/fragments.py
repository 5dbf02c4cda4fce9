"""Words of a web page that a link can jump to: the text fragment of an address, `#:~:text=START,END`.

Measured with Chromium 156: words have to be whole and each end inside one block; case and the kind of white space do
not matter. What a browser or Qt may write otherwise (hyphens, dashes, quotes, apostrophes) and what the syntax claims
for itself (`-`, `,`, `&`) stays outside the ends.
"""

import re
from collections.abc import Iterator
from functools import cache
from unicodedata import category, normalize
from urllib.parse import quote

from psm_cards.citations.locators import ELLIPSIS, most_words
from psm_cards.diagnostics import Finding

LEAST, MOST = 3, 6
"""Words that each end has, taken from a long passage: enough to be found once on a page, and no quotation."""

# Beside the signs above: marks of Markdown and footnotes, which a text may have and its page not, and invisible signs.
_BORDERS = frozenset("'\"`´ʼ,،&[]{}*_#|<>\\~^…\u00ad\u200b\u2060\ufeff")  # noqa: RUF001 (the sign for glottal stops)
_OF_DASHES_AND_QUOTES = frozenset({"Pd", "Pi", "Pf"})
_IDEOGRAPHIC_STOPS = re.compile(
    r"([\u3000-\u3004\u3008-\u301f\u30fb\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65])"
)
_LETTERS_A_WORD = 2


def ends(passage: str) -> str:
    """Return the first and last words of a passage that a link can find: `START … END`, or START alone if it is all.

    The passage is the page's own text, each block on a line of its own. Blank where no words are fit, or where they
    would be more of the passage than a locator may be.
    """
    fit = [run for run in _runs(passage) if _weight(run) >= LEAST]
    if not fit:
        return ""
    from psm_cards.citations import normal  # noqa: PLC0415 (whoever makes links of words needs only `directive`)

    whole = _weight(normal.words(passage).split())
    room = most_words(whole)
    first, last = _two_ends(fit, MOST if room == whole else min(MOST, room // 2))
    if _weight(first) + _weight(last) > room:
        last = []
    if _weight(first) > room:
        return ""
    return " … ".join(_text(run) for run in (first, last) if run)


def _two_ends(fit: list[list[str]], most: int) -> tuple[list[str], list[str]]:
    """Return the first and the last words of stretches, at most `most` each, or all and none."""
    first, last = fit[0], fit[-1]
    if first is last:
        if _weight(first) <= most or len(first) == 1:
            return first, []
        half = len(first) // 2
        first, last = first[:half], last[half:]
    return first[:most], last[-most:]


def directive(written: str) -> str:
    """Return `text=START,END` for `START … END`, encoded for an address; blank where no words are fit."""
    start, *rest = (_fit(part) for part in ELLIPSIS.split(written))
    texts = [_text(start[0])] if start else []
    if start and rest and rest[-1]:
        texts.append(_text(rest[-1][-1]))
    return f"text={','.join(quote(text, safe='') for text in texts)}" if texts else ""


def fault(written: str) -> Finding | None:
    """Return what is wrong with words that an author wrote for a link, if no link can be made of them."""
    if directive(written):
        return None
    message = "no words are left for a link"
    hint = "write whole words of the page, START … END; words with hyphen, dash, apostrophe, comma or `&` are left out"
    return Finding("wrong-fragment", message, hint)


def _fit(part: str) -> list[list[str]]:
    """Return the stretches of an author's words that have enough words, or else the longest ones."""
    runs = list(_runs(part))
    enough = min(LEAST, max(map(_weight, runs), default=0))
    return [run for run in runs if _weight(run) >= enough]


def _runs(text: str) -> Iterator[list[str]]:
    """Yield the stretches of words that have no border inside: neither a sign that is not fit nor the end of a line."""
    for line in normalize("NFC", text).splitlines():
        run: list[str] = []
        for token in _IDEOGRAPHIC_STOPS.sub(r" \1 ", line).split():
            if token.isascii() and token.isalnum():  # most are, and nothing is to be asked of them
                run.append(token)
                continue
            before, word, after = _taken_apart(token)
            if run and (not word or _has_border(before) or _has_border(word)):
                yield run
                run = []
            if word and not _has_border(word):
                run.append(token if not _has_border(before + after) else word)
                if _has_border(after):
                    yield run
                    run = []
        if run:
            yield run


def _is_of_word(character: str) -> bool:
    return category(character)[0] in "LMN"


def _taken_apart(token: str) -> tuple[str, str, str]:
    """Return what stands before the word in a token, the word, and what stands behind it; all before, if no word."""
    inside = [index for index, character in enumerate(token) if _is_of_word(character)]
    if not inside:
        return token, "", ""
    return token[: inside[0]], token[inside[0] : inside[-1] + 1], token[inside[-1] + 1 :]


def _has_border(text: str) -> bool:
    return any(character in _BORDERS or category(character) in _OF_DASHES_AND_QUOTES for character in text)


def _weight(run: list[str]) -> int:
    """Return how many words a stretch counts; where a script has no spaces, two letters count as one."""
    return sum(1 if word.isascii() else max(1, len(_without_spaces().findall(word)) // _LETTERS_A_WORD) for word in run)


# Made when there is such a word: it took 2 ms of every start.
@cache
def _without_spaces() -> re.Pattern[str]:
    return re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def _text(run: list[str]) -> str:
    """Return the words with single spaces, from the first letter to the last."""
    return _taken_apart(" ".join(run))[1]
