"""Names of creators: as a card names them, as a full reference begins with them, and as they stand inside one."""

import re
from collections.abc import Sequence
from unicodedata import name as character_name

from psm_cards.model import Name

ALL_NAMED = 2
"""Up to this many creators are all named on a card; of more, the first and `et al.`."""

ALL_LISTED = 20
"""Up to this many creators a full reference lists; of more, all but the last of these many, and the very last."""

_ABBREVIATED = re.compile(r"(?:\w\.)+\w?")
_FAMILY_FIRST = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ")


def _joined_to(particle: str, rest: str) -> str:
    """Return a particle before a name: `la Tour`, but `d'Arc` and `al-Khalil` in one."""
    glue = "" if particle.endswith(("'", "’", "-")) else " "  # noqa: RUF001 (an author may write either)
    return f"{particle}{glue}{rest}" if particle else rest


def family(name: Name) -> str:
    """Return the family name with the particle that belongs to it, such as `Dupré la Tour`."""
    return _joined_to(name.particle, name.family)


def _initial(part: str) -> str:
    """Return a part of a given name as its initial; what is none, such as `de`, `Ch.` or `2`, stays."""
    return f"{part[0]}." if part[:1].isupper() and not part.endswith(".") else part


def initials(given: str) -> str:
    """Return a given name as initials: `J.-P.`, `T. R.`; in a script without capitals it stays whole."""
    words = []
    for word in given.split():
        if _ABBREVIATED.fullmatch(word):
            words += [f"{letter}." for letter in word.replace(".", "")]
        else:
            parts = [_initial(part) for part in word.split("-")]
            # `Mary-ann` has one initial, `Jean-Paul` has two.
            words.append("-".join(part for part in parts if part.endswith(".")) or word)
    return " ".join(words)


def _is_family_first(name: Name) -> bool:
    """Return whether the name is written in a script that puts the family name first, and no space behind it."""
    return bool(name.given) and character_name(name.family[0], "").startswith(_FAMILY_FIRST)


def inverted(name: Name) -> str:
    """Return a name as a list is sorted by it: `King, M. L., Jr.`, `Berg, A. van der`, `毛泽东`."""
    if _is_family_first(name):
        return name.family + name.given
    given = " ".join(part for part in (initials(name.given), name.dropping) if part)
    return ", ".join(part for part in (family(name), given, name.suffix) if part)


def _in_order(name: Name) -> str:
    if _is_family_first(name):
        return name.family + name.given
    parts = (initials(name.given), _joined_to(name.dropping, family(name)), name.suffix)
    return " ".join(part for part in parts if part)


def in_short(names: Sequence[Name]) -> str:
    """Return creators as a card names them: `Marks & Olah`, or `Marks et al.` for more than two."""
    families = [family(name) for name in names]
    return f"{families[0]} et al." if len(families) > ALL_NAMED else " & ".join(families)


def listed(names: Sequence[Name]) -> str:
    """Return creators as a full reference begins with them: `Marks, S., & Olah, C.`."""
    written = [inverted(name) for name in names]
    if len(written) > ALL_LISTED:
        return f"{', '.join(written[: ALL_LISTED - 1])}, … {written[-1]}"
    return _joined(written, ", & ")


def in_sentence(names: Sequence[Name]) -> str:
    """Return people as they stand inside a reference: `A. van der Berg, J. Doe, & M. A. Roe`."""
    written = [_in_order(name) for name in names]
    return _joined(written, ", & " if len(written) > ALL_NAMED else " & ")


def _joined(written: list[str], last: str) -> str:
    return last.join([part for part in (", ".join(written[:-1]), written[-1]) if part])
