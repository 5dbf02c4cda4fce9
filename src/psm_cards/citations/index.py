"""Where the words of a long normal text stand, so that a phrase is looked for only at the places of its rarest word.

Looking for one phrase in 11 MB takes 5 ms, for ten thousand of them a minute. The places take 0.5 s to note; then a
phrase takes 25 microseconds.
"""

import math
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from psm_cards.citations import normal

# What an index takes to make is what this many searches of the whole text take.
_PLAIN_SEARCHES = 100
_SMALL = 32_768
# Characters cut into words at a time: all words of 11 MB at once would take 110 MB.
_SLICE = 1 << 20
# Words that stand in more places say little of where a phrase is.
_COMMON = 10_000
_STRETCH = 4_096


def _no_places() -> "array[int]":
    return array("I")


@dataclass(slots=True)
class Index:
    """Finds words in a normal text; what it knows of a long text it learns when it has been asked often enough."""

    text: str
    _places: "defaultdict[str, array[int]]" = field(default_factory=lambda: defaultdict(_no_places))
    _searches: int = 0

    def occurrences(self, words: str, limit: int) -> list[int]:
        """Return where `words`, a normal text, stand between borders of words: the first `limit` of the places."""
        self._searches += 1
        is_plain = len(self.text) <= _SMALL or self._searches <= _PLAIN_SEARCHES
        found = []
        for place in self._searched(words) if is_plain else self._looked_up(words):
            if normal.is_border(self.text, place) and normal.is_border(self.text, place + len(words)):
                found.append(place)
                if len(found) == limit:
                    break
        return found

    def likely(self, words: list[str], most: int) -> list[tuple[int, int]]:
        """Return stretches of about 5,000 characters that have many of `words`, rare ones first: the `most` best."""
        self._learn()
        scores: Counter[int] = Counter()
        for word in set(words):
            places = self._places.get(word)
            if places and len(places) <= _COMMON:
                weight = 1 + math.log(len(self.text) / len(places))
                # Each stretch reaches into the next one, for what lies across the border.
                scores.update(dict.fromkeys((place // _STRETCH for place in places), weight))
        best = sorted(scores, key=lambda stretch: (-scores[stretch], stretch))[:most]
        return [(stretch * _STRETCH, (stretch + 1) * _STRETCH + _STRETCH // 4) for stretch in best]

    def _searched(self, words: str) -> Iterator[int]:
        place = self.text.find(words)
        while place >= 0:
            yield place
            place = self.text.find(words, place + 1)

    def _looked_up(self, words: str) -> Iterator[int]:
        self._learn()
        rows = []
        for start, end in normal.token_spans(words, 0, len(words)):
            places = self._places.get(words[start:end])
            if places is None:
                return
            rows.append((len(places), start, places))
        _, ahead, places = min(rows)
        starts_with = self.text.startswith
        for place in places:
            if place >= ahead and starts_with(words, place - ahead):
                yield place - ahead

    def _learn(self) -> None:
        if self._places:
            return
        start = 0
        while start < len(self.text):
            space = self.text.find(" ", start + _SLICE)
            end = space + 1 if space >= 0 else len(self.text)
            self._note(start, end)
            start = end

    def _note(self, start: int, end: int) -> None:
        """Note the words of a slice; a loop of its own for text with spaces only, which takes half the time."""
        places = self._places
        part = self.text[start:end]
        if normal.has_unspaced(part):
            for first, behind in normal.token_spans(self.text, start, end):
                places[self.text[first:behind]].append(first)
            return
        place = start
        for token in part.split():
            places[token].append(place)
            place += len(token) + 1
