"""The numbers and guids by which Anki knows things again: derived from names, once, and the same for ever.

A formula here may never change: learners' collections hold its results.
"""

import hashlib

from psm_cards.model import Kind

# Anki's web pages read ids as JavaScript numbers, which are exact below this bound; 1 is the default deck.
_BOUND = 2**53
_SMALLEST = 2

_DIGITS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"
_TWO_DIGITS = [first + second for first in _DIGITS for second in _DIGITS]
_PAIR = len(_TWO_DIGITS)
# 91 to the power of ten is the first that 64 bits do not reach.
_PAIRS = 5


def _number(*names: str) -> int:
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return _SMALLEST + int.from_bytes(digest[:8], "big") % (_BOUND - _SMALLEST)


def guid_for(project_id: str, note_id: str) -> str:
    """Return the guid by which Anki matches a note on import (R2): genanki's base 91 hash of both ids."""
    # Written anew, two digits at a time: genanki's own costs twice as much a note, and 0.1 s to import.
    number = int.from_bytes(hashlib.sha256(f"{project_id}__{note_id}".encode()).digest()[:8], "big")
    pairs = []
    for _ in range(_PAIRS):
        number, pair = divmod(number, _PAIR)
        pairs.append(_TWO_DIGITS[pair])
    return "".join(reversed(pairs)).lstrip(_DIGITS[0])


def note_type_id(project_id: str, kind: Kind) -> int:
    """Return the id of a project's note type for one kind (R3)."""
    return _number("note-type", project_id, kind)


def deck_id(project_id: str, name: str) -> int:
    """Return the id of a deck of a project, never that of Anki's default deck."""
    return _number("deck", project_id, name)


def field_id(kind: Kind, name: str) -> int:
    """Return the id of a field (R4); the same in every project, because it counts only within its note type."""
    return _number("field", kind, name)


def template_id(kind: Kind, name: str) -> int:
    """Return the id of a card template (R4); the same in every project, as with fields."""
    return _number("template", kind, name)
