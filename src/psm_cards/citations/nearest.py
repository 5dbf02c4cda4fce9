"""What in a text comes near to words that are not in it, and what would tell places apart: for hints only."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

from psm_cards.citations import normal
from psm_cards.citations.index import Index

_STRETCHES = 8
_WINDOWS = 4
# Below this share of like characters a reader sees no likeness (an invented sentence has 0.62 of a whole text).
_LEAST_LIKENESS = 0.65
_LONGEST_WORDS = 300


def anywhere(index: Index, words: str) -> tuple[int, int] | None:
    """Return where in the indexed text the stretch lies that is most like `words`, None if nothing is like them."""
    stretches = index.likely(normal.tokens(words), _STRETCHES)
    return _best(index.text, words, stretches)


def within(text: str, words: str, stretch: tuple[int, int]) -> tuple[int, int] | None:
    """Return where in one stretch of a normal text something lies that is like `words`, None if nothing is."""
    return _best(text, words, [stretch])


def _best(text: str, words: str, stretches: list[tuple[int, int]]) -> tuple[int, int] | None:
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(words)
    best, most = None, _LEAST_LIKENESS
    for stretch in stretches:
        for start, end in _windows(text, words, stretch):
            matcher.set_seq1(text[start:end])
            if matcher.real_quick_ratio() > most and matcher.quick_ratio() > most and matcher.ratio() > most:
                best, most = (start, end), matcher.ratio()
    return best


def _windows(text: str, words: str, stretch: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of about as many words as `words` that share the most of them."""
    wanted = normal.tokens(words[:_LONGEST_WORDS])
    spans = list(normal.token_spans(text, *stretch))
    known = set(wanted)
    shares = [text[start:end] in known for start, end in spans]
    size = len(wanted)
    scores = [(sum(shares[at : at + size]), -at) for at in range(len(spans))]
    for _, at in sorted(scores, reverse=True)[:_WINDOWS]:
        for length in (size, size - 1, size + 1):
            row = spans[-at : -at + length]
            if row:
                yield row[0][0], row[-1][1]


def unique_ends(text: str, places: list[int], length: int, most: int) -> list[int]:
    """Return for each place where the shortest stretch from it ends that no other place begins with.

    `length` characters are alike at all places. A stretch ends with a word and has at most `most` words; where there
    is none the end is 0.
    """
    furthest = length + most * _LONGEST_WORDS // 4
    rows = sorted((text[place : place + furthest], place) for place in places)
    alike = [_alike(one, two) for (one, _), (two, _) in pairwise(rows)]
    ends = {}
    for (row, place), before, behind in zip(rows, [0, *alike], [*alike, 0], strict=True):
        least = place + max(before, behind) + 1
        spans = normal.token_spans(text, place, place + len(row))
        found = [end for _, end in spans][:most]
        ends[place] = next((end for end in found if end >= least), 0)
    return [ends[place] for place in places]


def _alike(one: str, two: str) -> int:
    """Return how many characters two texts begin with that are the same."""
    differing = (at for at, (left, right) in enumerate(zip(one, two, strict=False)) if left != right)
    return next(differing, min(len(one), len(two)))
