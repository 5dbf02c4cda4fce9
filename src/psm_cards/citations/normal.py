"""Texts as a locator sees them: without case, punctuation, line ends or marks that no reader counts.

A normal text is words with one space between them: NFKC, case folded, apostrophes and invisible characters dropped,
every other sign that is no letter, mark or number a space. It is one pass over the text at the speed of
`str.translate`, because nearly all characters are read alike whatever stands beside them (11 MB: 0.6 s).
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from psm_cards.citations.offsets import Offsets, Recorder

# The Armenian apostrophe and the letter apostrophes of Hawaiian or Ukrainian count, a prime stands in for one at times.
APOSTROPHES = "'\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\u201b\u02bb\u02bc\u055a\u2032\uff07"

_DROPPED = "\0"
_INVISIBLE = re.compile("[\u034f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_BLANKS = re.compile(" {2,}")
_UNEVEN = re.compile(f"{_DROPPED}[ {_DROPPED}]*| [ {_DROPPED}]+")
# Jamo and the vowel signs of Kirat Rai are letters that join the one before, as marks do.
_JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U00016d63-\U00016d6a]")
# These scripts set no space between words. Tibetan does: its dot is punctuation.
_UNSPACED_RANGES = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF), (0x3005, 0x3007)),
    *((0x3040, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF), (0x3400, 0x9FFF), (0xA000, 0xA4CF), (0xA9E0, 0xA9FF)),
    *((0xAA60, 0xAA7F), (0xF900, 0xFAFF), (0x1B000, 0x1B16F), (0x20000, 0x3FFFF)),
)
_WITHOUT_MARKS = range(0x3400, 0x40000)
# Characters of such a script that make a word: Chinese words have 1.5 to 2, Japanese about 2, Thai more.
_CHARACTERS_A_WORD = 2


def _ascii_table() -> dict[int, str]:
    signs = map(chr, range(128))
    table = {ord(sign): sign.lower() if sign.isalnum() else " " for sign in signs}
    return table | {ord("'"): _DROPPED}


_ASCII = _ascii_table()


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _unspaced(*, marks: bool) -> str:
    """Return the inside of a character class: the letters of the unspaced scripts, or the marks that stand on them."""
    parts = []
    for first, last in _UNSPACED_RANGES:
        if first in _WITHOUT_MARKS:
            parts += [] if marks else [f"{chr(first)}-{chr(last)}"]
        else:
            parts += [chr(code) for code in range(first, last + 1) if _is_mark(chr(code)) is marks]
    return "".join(parts)


# Made when a text has such letters: these two took 6 ms of every start.
@cache
def unspaced() -> str:
    """Return the letters of scripts without spaces, as the inside of a character class."""
    return _unspaced(marks=False)


@cache
def _one_unspaced() -> re.Pattern[str]:
    return re.compile(f"[{unspaced()}]")


@cache
def _unspaced_or_word() -> re.Pattern[str]:
    return re.compile(f"[{unspaced()}][\u0300-\u036f{_unspaced(marks=True)}]*|[^ {unspaced()}]+")


def _is_dropped(character: str) -> bool:
    invisible = unicodedata.category(character) == "Cf" or _INVISIBLE.match(character)
    return character in APOSTROPHES or bool(invisible)


def _sign(character: str) -> str:
    """Return what a character is read as that has been folded."""
    if _is_dropped(character):
        return _DROPPED
    return character if unicodedata.category(character)[0] in "LMN" else " "


@lru_cache(maxsize=65_536)
def _read(cluster: str) -> str:
    """Return what a character and the marks on it are read as: folded until folding changes nothing more."""
    folded, before = cluster, ""
    while folded != before:
        before = folded
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
        folded = _grounded("".join(map(_sign, folded)).replace(_DROPPED, ""))
    return folded


def _grounded(folded: str) -> str:
    """Return a cluster without marks that stand on nothing, which would else join the word before, in a second pass."""
    if not _is_mark(folded[:1] or " ") and " " not in folded:
        return folded
    bare = r"(?:^|(?<= ))[" + "".join(filter(_is_mark, folded)) + "]+"
    return _BLANKS.sub(" ", re.sub(bare, "", folded) if any(map(_is_mark, folded)) else folded)


@lru_cache(maxsize=65_536)
def _alone(character: str) -> str:
    """Return what one character is read as, blank if that hangs on its neighbours or is not one character."""
    if _is_dropped(character):
        return _DROPPED
    composed = unicodedata.normalize("NFKC", character)
    if _joins(composed[0]) or _joins(character) or (_is_mark(character) and composed != character):
        return ""
    # A vowel sign of India that nothing joins: Hindi takes half the time if these are not looked at one by one.
    read = character if _is_mark(character) else _read(character)
    return read if len(read) == 1 else ""


def _joins(character: str) -> bool:
    """Return whether a character may become one with that before it, or change places with it."""
    if not _is_mark(character):
        return _JOINING.match(character) is not None
    if unicodedata.combining(character):
        return True
    # What two such characters become stands in the same block as they.
    block = ord(character) & ~0xFF
    pair = f" {ord(character):04X}"
    return any(unicodedata.decomposition(chr(code)).endswith(pair) for code in range(block, block + 0x100))


def _even(text: str) -> tuple[str, Offsets | None]:
    """Return `text` in lower case with spaces for signs and zeros for what is dropped, and its offsets if they moved.

    Only characters that hang on their neighbours (marks, jamo) or become several (ß, ½) are looked at one by one.
    """
    if text.isascii():
        return text.translate(_ASCII), None
    table = dict(_ASCII)
    uneven = []
    for character in set(text):
        if not character.isascii():
            read = _alone(character)
            table[ord(character)] = read or character
            if not read:
                uneven.append(character)
    if not uneven:
        return text.translate(table), None
    dropped = "".join(chr(code) for code, read in table.items() if read == _DROPPED)
    return _even_clusters(text, table, "".join(uneven), dropped)


def _even_clusters(text: str, table: dict[int, str], uneven: str, dropped: str) -> tuple[str, Offsets]:
    joined = f"[{re.escape(uneven)}]"
    clusters = re.compile(f"{joined}+(?:[{re.escape(dropped)}]+{joined}+)*")
    recorder = Recorder()
    parts: list[str] = []
    here = 0
    for match in clusters.finditer(text):
        start, end = match.span()
        # The letter that all this stands on; what is dropped parts no letter from its mark.
        while start > here and (text[start - 1] in dropped or _is_mark(text[start - 1])):
            start -= 1
        start = max(start - 1, here)
        read = _read("".join(sign for sign in text[start:end] if sign not in dropped))
        if start < match.start() and read[:1] == text[start].translate(table):
            # The character before stays as it is, and keeps its own place.
            start, read = start + 1, read[1:]
        parts += (text[here:start].translate(table), read)
        recorder.note(start, end, len(read))
        here = end
    parts.append(text[here:].translate(table))
    return "".join(parts), recorder.offsets()


def words(text: str) -> str:
    """Return the normal text of `text`: its words with one space between them."""
    even, _ = _even(text)
    return " ".join(even.replace(_DROPPED, "").split())


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal text and the way back to the text that it was made from."""

    text: str
    _spaced: Offsets
    _clusters: Offsets | None

    def back(self, offset: int) -> int:
        """Return where in the text the character at `offset` of the normal text comes from."""
        place = self._spaced.back(offset)
        return self._clusters.back(place) if self._clusters else place

    def back_end(self, end: int) -> int:
        """Return where in the text the stretch ends whose exclusive end in the normal text is `end`."""
        place = self._spaced.back_end(end)
        return self._clusters.back_end(place) if self._clusters else place

    def forth(self, offset: int) -> int:
        """Return the first character of the normal text that comes from `offset` of the text or from behind it."""
        place = self._clusters.forth(offset) if self._clusters else offset
        return min(self._spaced.forth(place), len(self.text))


def normalise(text: str) -> Normal:
    """Return the normal text with its offsets; `words` gives the text alone, and faster where it is short."""
    even, clusters = _even(text)
    blank = f" {_DROPPED}"
    first, last = len(even) - len(even.lstrip(blank)), len(even.rstrip(blank))
    recorder = Recorder()
    recorder.note(0, min(first, last), 0)
    for match in _UNEVEN.finditer(even, first, last):
        start, end = match.span()
        recorder.note(start, end, int(" " in match[0]))
    squeezed = _BLANKS.sub(" ", even.replace(_DROPPED, "")).strip(" ")
    return Normal(squeezed, recorder.offsets(), clusters)


def is_border(text: str, offset: int) -> bool:
    """Return whether a word may begin or end at `offset` of a normal text.

    In scripts without spaces each letter is a word; a mark belongs to its letter.
    """
    if not 0 < offset < len(text):
        return True
    before, after = text[offset - 1], text[offset]
    if before == " " or after == " ":
        return True
    if before.isascii() and after.isascii():
        return False
    if _is_mark(after):
        return False
    return bool(_one_unspaced().match(after) or _ends_unspaced(text, offset))


def _ends_unspaced(text: str, offset: int) -> bool:
    while offset and _is_mark(text[offset - 1]):
        offset -= 1
    return bool(offset and _one_unspaced().match(text[offset - 1]))


def has_unspaced(text: str) -> bool:
    """Return whether a text has letters of scripts without spaces."""
    return not text.isascii() and _one_unspaced().search(text) is not None


def tokens(text: str) -> list[str]:
    """Return the words of a normal text; in scripts without spaces each letter with its marks is one."""
    return _unspaced_or_word().findall(text) if has_unspaced(text) else text.split()


def token_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of each of the `tokens` of a normal text that begin from `start` on, before `end`."""
    for match in _unspaced_or_word().finditer(text, start):
        if match.start() >= end:
            return
        yield match.span()


def count(text: str) -> int:
    """Return how many words a normal text has; in scripts without spaces two letters count as one."""
    if not has_unspaced(text):
        return text.count(" ") + 1 if text else 0
    letters = len(_one_unspaced().findall(text))
    spaced = [token for token in _unspaced_or_word().findall(text) if not _one_unspaced().match(token)]
    return len(spaced) + -(-letters // _CHARACTERS_A_WORD)
