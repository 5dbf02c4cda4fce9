"""Locators: the first and the last words of a passage, which mark it without copying it (design.md 6)."""

import re
from dataclasses import dataclass, field

from psm_cards.diagnostics import Finding, Problem, Related

MOST_WORDS = 16
"""Words that a locator may have in all: with more it would be a quotation."""

LARGEST_SHARE = 0.6
"""The part of a passage that its locator may be, if the passage has `LEAST_SHARED` words or more."""

LEAST_SHARED = 12

ELLIPSIS = re.compile(r"(?:…|\.{3,})+")
"""What stands between first and last words: Chinese sets two signs for one ellipsis, typists set four full stops."""

_FORM = "write the first words of the passage, then ` … `, then its last words"


class PassageProblem(Problem):
    """A locator that marks no passage, or no one passage; `related` are the places in the text that it is about."""

    def __init__(self, finding: Finding, related: tuple[Related, ...] = ()) -> None:
        super().__init__(finding)
        self.related = related


@dataclass(frozen=True, slots=True)
class Locator:
    """The words that a passage starts with and those it ends with, as written; without `end` it is a whole sentence.

    `start_words` and `end_words` are the same as normal text. `end_offset` is where `end` stands in the written
    locator, for findings about it. `parse` makes it.
    """

    start: str
    end: str
    start_words: str
    end_words: str
    end_offset: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"{self.start} … {self.end}" if self.end else self.start

    @property
    def length(self) -> int:
        """Return how many words it has: `pre-training` is two, two letters of a script without spaces are one."""
        from psm_cards.citations import normal  # noqa: PLC0415 (see `parse`)

        return normal.count(self.start_words) + normal.count(self.end_words)


def most_words(whole: int) -> int:
    """Return how many words of a passage that has `whole` of them may be copied to mark it."""
    return int(LARGEST_SHARE * whole) if whole >= LEAST_SHARED else whole


def _wrong(message: str, hint: str, offset: int = 0, length: int | None = None) -> Problem:
    return Problem(Finding("wrong-locator", message, hint, offset, length))


def parse(text: str) -> Locator:
    """Return the locator that `text` is: `START … END`, where `…` may be `...` and END may be missing.

    Raises Problem with the code `wrong-locator`.
    """
    from psm_cards.citations import normal  # noqa: PLC0415 (links need of this module only what an ellipsis is)

    ellipses = list(ELLIPSIS.finditer(text))
    if len(ellipses) > 1:
        second = ellipses[1]
        message = f"expected `START … END`, found a second `{second[0]}`"
        raise _wrong(message, "keep one `…`: between the first and the last words", second.start(), len(second[0]))
    head, tail = (text[: ellipses[0].start()], text[ellipses[0].end() :]) if ellipses else (text, "")
    start, end = head.strip(), tail.strip()
    locator = Locator(start, end, normal.words(start), normal.words(end), len(text) - len(tail.lstrip()) if end else 0)
    _check_parts(locator)
    if locator.length > MOST_WORDS:
        message = f"expected at most {MOST_WORDS} words in a locator, found {locator.length}"
        hint = "a locator is no quotation: a few words from the start of the passage, ` … `, a few from its end"
        raise _wrong(message, hint, 0, len(text))
    return locator


def _check_parts(locator: Locator) -> None:
    start, end = locator.start, locator.end
    if not locator.start_words:
        found = f"`{start}`, in which there is no word" if start else "nothing before `…`" if end else "nothing"
        raise _wrong(f"expected the first words of the passage, found {found}", _FORM)
    if end and not locator.end_words:
        message = f"expected the last words of the passage, found `{end}`, in which there is no word"
        raise _wrong(message, _FORM, locator.end_offset, len(end))
