"""Finds the passage that a locator marks: exactly, after normalisation. Nearness only ever suggests.

No threshold parts a garbled truth from a false statement (measured: 86 against 90 of 100), so a passage is found or it
is not, and what comes near stands in the hint.
"""

import hashlib
from dataclasses import dataclass

from psm_cards.citations import nearest, normal, signs
from psm_cards.citations.locators import MOST_WORDS, Locator, PassageProblem, most_words
from psm_cards.citations.sourcetext import Passage, SourceText
from psm_cards.diagnostics import Code, Finding, Related

REACH = 1_200
"""Characters of its normal text that a passage may have."""

_MOST_PLACES = 100
_MOST_NAMED = 20
# Characters around the place where a passage once stood in which it is looked for first.
_AROUND = 400


@dataclass(frozen=True, slots=True)
class _Search:
    """A locator and the text it is looked for in; `recorded` is where in the file its passage once stood."""

    source: SourceText
    locator: Locator
    recorded: tuple[int, int] | None = None

    def problem(
        self, code: Code, message: str, hint: str | None, related: tuple[Related, ...] = (), *, about_end: bool = False
    ) -> PassageProblem:
        locator = self.locator
        offset, part = (locator.end_offset, locator.end) if about_end else (0, locator.start)
        if self.recorded and code == "passage-not-found":
            related = (*related, Related("evidence.lock has it here", self.source.span_in_file(*self.recorded)))
        return PassageProblem(Finding(code, message, hint, offset, len(part)), related)

    def nearest(self, words: str) -> tuple[int, int] | None:
        """Return where something like `words` stands in the normal text: where the passage was, if it can."""
        text = self.source.normal.text
        if self.recorded:
            start, end = map(self.source.from_file, self.recorded)
            around = text.rfind(" ", 0, max(start - _AROUND, 0)) + 1, end + _AROUND
            if found := nearest.within(text, words, around):
                return found
        return nearest.anywhere(self.source.index, words)


def digest(source: SourceText, passage: Passage) -> str:
    """Return the SHA-256 of a passage's words and symbols, in hexadecimal: case, punctuation and lines do not count."""
    return hashlib.sha256(signs.words(source, passage).encode()).hexdigest()


def find(source: SourceText, locator: Locator, recorded: tuple[int, int] | None = None) -> Passage:
    """Return the passage from START to the first END behind it, or the sentence around START if there is no END.

    `recorded` are the offsets in the file between which it once stood: a problem tells of that place.
    START stands exactly once in the text, on borders of words; END at most `REACH` characters behind. Raises
    PassageProblem with one of the codes `passage-not-found`, `ambiguous-locator`, `passage-too-long` and
    `locator-too-long`.
    """
    search = _Search(source, locator, recorded)
    start = _start(search, locator.start_words)
    behind = start + len(locator.start_words)
    if locator.end_words:
        passage = source.from_words(start, _end(search, start, behind, locator.end_words))
    else:
        around = source.from_words(start, behind)
        passage = source.sentence(around.start, around.end)
        _check_sentence(search, passage)
    _check_share(search, passage)
    return passage


def _start(search: _Search, words: str) -> int:
    """Return where START stands in the normal text."""
    places = search.source.index.occurrences(words, _MOST_PLACES)
    if not places:
        raise _not_found(search, words)
    if len(places) > 1:
        raise _ambiguous(search, words, places)
    return places[0]


def _end(search: _Search, start: int, behind: int, words: str) -> int:
    """Return where END ends in the normal text: the first of those that stand behind START and in reach."""
    text = search.source.normal.text
    place = text.find(words, behind, start + REACH)
    while place >= 0:
        end = place + len(words)
        if normal.is_border(text, place) and normal.is_border(text, end):
            return end
        place = text.find(words, place + 1, start + REACH)
    raise _end_not_found(search, start, behind, words)


def _not_found(search: _Search, words: str) -> PassageProblem:
    source = search.source
    message = f"`{search.locator.start}` is not in `{source.name}`"
    inside = source.normal.text.find(words)
    if inside >= 0:
        place = source.where(source.normal.back(inside))
        return search.problem("passage-not-found", message, f"write whole words: at {place} they are part of others")
    near = search.nearest(words)
    if near is None:
        hint = "take the first words of the passage from the text itself"
        return search.problem("passage-not-found", message, hint)
    return search.problem("passage-not-found", message, *_did_you_mean(source, near))


def _did_you_mean(source: SourceText, near: tuple[int, int]) -> tuple[str, tuple[Related, ...]]:
    passage = source.from_words(*near)
    hint = f"did you mean `{written(source, passage)}`?"
    return hint, (Related(f"the nearest words (at {source.where(passage.start)})", source.span(passage)),)


def written(source: SourceText, passage: Passage) -> str:
    """Return a passage as it is written in the text, on one line."""
    return " ".join(source.text[passage.start : passage.end].split())


def _ambiguous(search: _Search, words: str, places: list[int]) -> PassageProblem:
    source = search.source
    is_all = len(places) < _MOST_PLACES
    behinds = nearest.unique_ends(source.normal.text, places, len(words), MOST_WORDS) if is_all else [0] * _MOST_PLACES
    related = []
    listed = []
    for place, behind in list(zip(places, behinds, strict=True))[:_MOST_NAMED]:
        here = source.from_words(place, place + len(words))
        listed.append(source.where(here.start))
        longer = f"`{written(source, source.from_words(place, behind))}` is only here" if behind else "once more here"
        related.append(Related(longer, source.span(here)))
    count = f"{len(places)} times" if len(places) < _MOST_PLACES else f"{_MOST_PLACES} times or more"
    more = ", …" if len(places) > _MOST_NAMED else ""
    message = f"`{search.locator.start}` stands {count} in `{source.name}`: at {', '.join(listed)}{more}"
    return search.problem("ambiguous-locator", message, _longer(behinds), tuple(related))


def _longer(behinds: list[int]) -> str:
    if any(behinds):
        return "write more of the first words, until only the passage you mean begins with them"
    return "the text repeats itself: cite words that stand once, or name the lines that repeat in `strip:`"


def _end_not_found(search: _Search, start: int, behind: int, words: str) -> PassageProblem:
    source, end = search.source, search.locator.end
    places = source.index.occurrences(words, _MOST_PLACES)
    later = next((place for place in places if place >= behind), None)
    if later is not None:
        message = f"the passage to `{end}` would have {later + len(words) - start:,} characters"
        hint = "cite a shorter passage, or two"
        here = source.from_words(later, later + len(words))
        seen = Related("the last words stand here", source.span(here))
        message += f", expected at most {REACH:,}"
        return search.problem("passage-too-long", message, hint, (seen,), about_end=True)
    if places:
        message = f"`{end}` stands only before the end of `{search.locator.start}` in `{source.name}`"
        here = source.from_words(places[-1], places[-1] + len(words))
        seen = Related("it stands here", source.span(here))
        hint = "the first words of the passage come first, then words behind them"
        return search.problem("passage-not-found", message, hint, (seen,), about_end=True)
    message = f"`{end}` does not follow `{search.locator.start}` in `{source.name}`"
    near = nearest.within(source.normal.text, words, (behind, start + REACH))
    hint, related = _did_you_mean(source, near) if near else ("take the last words of the passage from the text", ())
    return search.problem("passage-not-found", message, hint, related, about_end=True)


def _check_sentence(search: _Search, passage: Passage) -> None:
    if len(passage.words) > REACH:
        message = f"the sentence around `{search.locator.start}` has {len(passage.words):,} characters"
        hint = "add ` … ` and the last words of the passage"
        message += f", expected at most {REACH:,}"
        raise search.problem("passage-too-long", message, hint, (_seen(search.source, passage),))


def _check_share(search: _Search, passage: Passage) -> None:
    # A word that is new in the text can make a locator too long: that word is to be found.
    used, whole = search.locator.length, normal.count(passage.words)
    most = most_words(whole)
    if used > most:
        message = f"the locator has {used} of the {whole} words of its passage, expected at most {most}"
        hint = "a locator is no quotation: leave out words of the middle"
        raise PassageProblem(Finding("locator-too-long", message, hint), (_seen(search.source, passage),))


def _seen(source: SourceText, passage: Passage) -> Related:
    return Related("the passage in the text", source.span(passage))
