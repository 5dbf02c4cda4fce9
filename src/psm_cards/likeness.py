"""The known name that a misspelt one may mean, for hints: asked thousands of times, it still answers soon.

Rooms that know names (`project` of sources, `rendering` of files) make a `Likeness` of them once and ask it.
"""

from collections.abc import Iterable
from difflib import get_close_matches
from heapq import nsmallest

MOST_LOOKS = 2_000_000
"""Names that all questions together look at, at a microsecond each."""

MOST_WORDS = 400
"""Different words that are answered: a report shows fifty problems, and one mistake made so often has one cure."""

SHORTLIST = 30
"""Names that are compared letter by letter, at 25 microseconds each: those with most letters in common."""


def did_you_mean(word: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return a hint that names the one most like the word, if any is like it; for a word that is asked for once."""
    near = get_close_matches(word, names, n=1, cutoff=cutoff)
    return f"did you mean `{near[0]}`?" if near else None


class Likeness:
    """Known names, and which of them a word is most like; letters count alike in upper and lower case."""

    def __init__(self, names: Iterable[str], cutoff: float = 0.6) -> None:
        self._names = {name.casefold(): name for name in names}
        self._cutoff = cutoff
        self._letters = {name: _letters(name) for name in self._names}
        self._answered: dict[str, str | None] = {}
        self._looks = MOST_LOOKS

    def nearest(self, word: str) -> str | None:
        """Return the name most like the word; none if no name is like it, or after `MOST_WORDS` other words."""
        folded = word.casefold()
        if folded not in self._answered:
            if len(self._answered) >= MOST_WORDS or self._looks < 0:
                return None
            self._looks -= len(self._names)
            self._answered[folded] = self._search(folded)
        return self._answered[folded]

    def _search(self, word: str) -> str | None:
        near = get_close_matches(word, self._shortlist(word), n=1, cutoff=self._cutoff)
        return self._names[near[0]] if near else None

    def _shortlist(self, word: str) -> Iterable[str]:
        if len(self._letters) <= SHORTLIST:
            return self._letters
        letters, length = _letters(word), len(word)
        ranks = (((letters ^ one).bit_count(), abs(len(name) - length), name) for name, one in self._letters.items())
        return [name for *_, name in nsmallest(SHORTLIST, ranks)]


def _letters(word: str) -> int:
    """Return the characters of a word as bits of a number, without regard to their order and count."""
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) & 127)
    return bits
