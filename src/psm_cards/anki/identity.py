"""The numbers and guids by which Anki knows things again: derived from names, once, and the same for ever.

A formula here may never change: learners' collections hold its results.
"""

import hashlib

from psm_cards.model import Kind

# Anki's web pages read ids as JavaScript numbers, which are exact below this bound; 1 is the default deck.
_BOUND = 2**53
_SMALLEST = 2


def _number(*names: str) -> int:
    digest = hashlib.sha256("/".join(names).encode()).digest()
    return _SMALLEST + int.from_bytes(digest[:8], "big") % (_BOUND - _SMALLEST)


def guid_for(project_id: str, note_id: str) -> str:
    """Return the guid by which Anki matches a note on import (R2): genanki's base 91 hash of both ids."""
    # genanki costs 0.1 s to import: a command that plans no package should not pay for it.
    import genanki  # noqa: PLC0415 (see above)

    guid: str = genanki.guid_for(project_id, note_id)
    return guid


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
