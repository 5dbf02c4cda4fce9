"""The locator that marks a passage best: short, of whole words, and found again at the same place."""

import json
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from psm_cards.citations import normal
from psm_cards.citations.locators import ELLIPSIS, LARGEST_SHARE, MOST_WORDS, Locator, parse
from psm_cards.citations.passages import find, written
from psm_cards.citations.sourcetext import Passage, SourceText
from psm_cards.diagnostics import Problem

NONE = "no locator marks just this: cite it with its neighbours, or in parts"
"""What is said of a passage that has no locator: one that stands twice, or has more words than any passage may."""

_START_WORDS = 4
_END_WORDS = 3
# Invisible, but letters of Persian, of the scripts of India and parts of an emoji join otherwise with them.
_JOIN_CONTROLS = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}")
# Between two words as they are compared these make one as it is written. An empty text, as in Chinese, does not.
_JOINERS = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}./:_@'\N{RIGHT SINGLE QUOTATION MARK}")


def suggest(source: SourceText, start: int, end: int) -> Locator | None:
    """Return a short locator for the words between two offsets of the text; None if none of 16 words marks them.

    START is four words, more only where four stand elsewhere too; END is three. A short sentence, of which they would
    be most, is marked by START alone; in a short passage both have fewer words.
    """
    begin, behind = _whole_words(source, start, end)
    spans = list(_written_words(source, begin, behind))
    for first in _sizes(_START_WORDS, len(spans)):
        words = source.normal.text[begin : spans[first - 1][1]]
        if len(source.index.occurrences(words, 2)) == 1:
            found = _with_end(source, spans, first)
            if found:
                return found
    return None


def entry(locator: Locator) -> str:
    """Return the line of YAML that cites by a locator; JSON's way to write a text between quotes is also YAML's."""
    return f"at: {json.dumps(str(locator), ensure_ascii=False)}"


def _whole_words(source: SourceText, start: int, end: int) -> tuple[int, int]:
    """Return the stretch of the normal text with all words that are at least in part between two offsets."""
    text = source.normal.text
    begin, behind = source.normal.forth(start), source.normal.forth(end)
    while not normal.is_border(text, begin):
        begin -= 1
    while not normal.is_border(text, behind):
        behind += 1
    return begin, behind


def _written_words(source: SourceText, begin: int, behind: int) -> Iterator[tuple[int, int]]:
    """Yield the words of a stretch of the normal text as they are written: `GPT-4o` and `6.4` are not parted."""
    spans = list(normal.token_spans(source.normal.text, begin, behind))
    first = begin
    for (_, end), (start, _) in pairwise(spans):
        if source.text[source.normal.back_end(end) : source.normal.back(start)] not in _JOINERS:
            yield first, end
            first = start
    if spans:
        yield first, spans[-1][1]


def _sizes(best: int, most: int) -> list[int]:
    """Return numbers of words up to `most` in the order in which they are tried: the best, then more, then fewer."""
    return sorted(range(1, min(most, MOST_WORDS) + 1), key=lambda size: (size < best, abs(size - best)))


def _with_end(source: SourceText, spans: list[tuple[int, int]], first: int) -> Locator | None:
    begin, behind = spans[0][0], spans[-1][1]
    head = source.from_words(begin, spans[first - 1][1])
    wanted = source.from_words(begin, behind)
    if first + _END_WORDS > LARGEST_SHARE * len(spans):
        locator = _marking(source, wanted, (head,))
        if locator:
            return locator
    text = source.normal.text
    for last in _sizes(_END_WORDS, len(spans) - first):
        if text.find(text[spans[-last][0] : behind], spans[first - 1][1]) < spans[-last][0]:
            continue
        locator = _marking(source, wanted, (head, source.from_words(spans[-last][0], behind)))
        if locator:
            return locator
    return None


def _marking(source: SourceText, wanted: Passage, parts: tuple[Passage, ...]) -> Locator | None:
    """Return the locator of these words, if it is one and marks the passage that is wanted."""
    try:
        locator = parse(" … ".join(_plain(written(source, part)) for part in parts))
        found = find(source, locator)
    except Problem:
        return None
    same = found.words == wanted.words and source.normal.forth(found.start) == source.normal.forth(wanted.start)
    return locator if same else None


def _plain(words: str) -> str:
    """Return words without what parts a locator, what YAML cannot hold, and what nobody would see in it."""
    words = ELLIPSIS.sub(" ", words)
    if not words.isprintable():
        words = "".join(map(_visible, words))
    return " ".join(words.split())


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] != "C" or character in _JOIN_CONTROLS:
        return character
    # As locators are compared: what only forms a text is not there, all else of this kind stands between words.
    return "" if category == "Cf" else " "
