"""Where the sentences of a text end: full stops that are not those of abbreviations, and line ends that mean it.

A line end inside a paragraph is one of two things. Where the next word would not have fitted into the line it is only
the end of the paper; where there was room, or the line is a heading or an item of a list, a passage ends with it.
"""

import re
from array import array
from itertools import pairwise

_STOPS = re.compile(
    r"""[.!?…]+["'”’»)\]]*(?=\s)"""  # noqa: RUF001 (the closing quotation mark looks like an accent)
    r"|[。！？｡؟।॥።۔။។]+[」』”’）〕】》\"')\]]*",  # noqa: RUF001 (they look like signs of the Latin script)
)
_OPENING = "\"'“‘„«([{*_‹「『—–- \t\n"  # noqa: RUF001 (opening quotation marks look like accents)
_LINE_STARTS = re.compile(r"\s*(?:[-*+•·▪‣–—]\s|#{1,6}\s|>|\d{1,3}[.)]\s|[a-z][.)]\s|\|)")  # noqa: RUF001 (dashes)
_ITEM = re.compile(r"\s*(?:[-*+•>]\s+)?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,5})\.")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")
_WORD = re.compile(r"[^\W\d_]+")


def _row(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER = _row(
    "e.g i.e cf vs viz dr mr mrs ms mx prof rev gen sen rep gov capt lt col sgt hon st mt ft fig figs eq eqs sec secs "
    "ref refs tab vol vols ed eds z.b d.h u.a bzw vgl usw bspw p.ex mme mlle sr.a",
)
_BEFORE_NUMBERS = _row(
    "no nos nr art ch chap p pp pg par para app ex def thm lem prop alg ver v ca approx",
)
_AT_TIMES = _row(
    "al etc inc ltd co corp jr sr bros dept univ ph.d m.d b.c a.d a.m p.m ibid op.cit est",
)
# After `U.S.` or `et al.` a capital letter may begin a name; these words begin a sentence.
_BEGINNERS = _row(
    "a after all although an and as at because both but each even finally first for from he her here his how however "
    "if in instead it its many most no nor not now of on one or others our several she similarly since so some such "
    "that the their then there therefore these they this those though thus to two we what when where whether which "
    "while who why with yet you your",
)

# Lines that an editor wrapped are between these widths; longer and shorter ones end where their author wished.
_WIDEST = 160
_NARROWEST = 40
# A word behind the longest line of a paragraph: how much of it decides whether it would have fitted.
_LOOK_AHEAD = 40


def ends(text: str) -> "array[int]":
    """Return where the sentences of `text` end, as offsets that grow; the last one is the end of the text."""
    found = {match.end() for match in _STOPS.finditer(text) if _is_end(text, match)}
    found.update(_line_ends(text))
    found.discard(0)
    found.add(len(text))
    return array("I", sorted(found))


def _is_end(text: str, stop: "re.Match[str]") -> bool:
    if stop[0][0] not in ".!?…":
        return True
    behind = text[stop.end() : stop.end() + _LOOK_AHEAD].lstrip(_OPENING)
    if not behind:
        return True
    if behind[0].islower():
        return False
    if stop[0][0] != "." or stop[0].startswith(".."):
        return True
    return _ends_after(text, stop.start(), behind)


def _ends_after(text: str, place: int, behind: str) -> bool:
    """Return whether a sentence ends with the full stop at `place`, by the word before it and what comes `behind`."""
    # No further back than is looked at: to the beginning of a text of one line, 10 MB took 27 s.
    line = text.rfind("\n", max(place - _LOOK_AHEAD - 1, 0), place) + 1
    if place - line <= _LOOK_AHEAD and _ITEM.fullmatch(text, line, place + 1):
        return False
    before = text[max(place - _LOOK_AHEAD, line) : place].rpartition(" ")[2].lstrip(_OPENING)
    word = before.casefold()
    if word in _NEVER:
        return False
    if word in _BEFORE_NUMBERS:
        return not behind[0].isdigit()
    if word in _AT_TIMES or (_INITIALS.fullmatch(before) and before != "I"):
        following = _WORD.match(behind)
        return following is not None and following[0].casefold() in _BEGINNERS
    return True


def _is_abbreviated(line: str) -> bool:
    """Return whether a line ends with the full stop of an abbreviation, so that a number may belong to it."""
    word = line.rstrip().rpartition(" ")[2].lstrip(_OPENING).casefold()
    return word.endswith(".") and word[:-1] in _NEVER | _BEFORE_NUMBERS | _AT_TIMES


def _line_ends(text: str) -> list[int]:
    """Return the line ends that end a passage, each as the offset behind it."""
    found = []
    place = 0
    lines = text.split("\n")
    widths = _widths(lines)
    for (line, following), width in zip(pairwise(lines), widths, strict=False):
        place += len(line) + 1
        if not _is_wrapped(line, following, width):
            found.append(place)
    return found


def _widths(lines: list[str]) -> list[int]:
    """Return for each line how wide the widest line of its paragraph is."""
    widths: list[int] = []
    begun, widest = 0, 0
    for here, line in enumerate([*lines, ""]):
        if line and not line.isspace():
            widest = max(widest, len(line))
            continue
        widths += [widest] * (here - begun) + [0]
        begun, widest = here + 1, 0
    return widths


def _is_wrapped(line: str, following: str, width: int) -> bool:
    """Return whether a sentence may run on over the end of `line`, into the line that follows it."""
    behind = following.lstrip(_OPENING)
    if not behind or not line or line.isspace() or _LINE_STARTS.match(following) or line.startswith("#"):
        return False
    if behind[0].islower() or (behind[0].isdigit() and _is_abbreviated(line)):
        return True
    if not _NARROWEST <= width <= _WIDEST:
        return False
    word = following.lstrip()[:_LOOK_AHEAD].partition(" ")[0]
    # In scripts without spaces the next letter would have had to fit, and signs hang over at will.
    room = 2 if not word.isascii() and len(word) > _LOOK_AHEAD // 2 else len(word)
    return len(line) + room >= width
