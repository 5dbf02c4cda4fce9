"""What is left of a part when its notes are gone: all that later files are held against, as plain values.

Kept from one build to the next, it stands for the part itself (`DeckLoader.remember`).
"""

from typing import NamedTuple, Self, TypeAlias

from psm_cards.model import Deck, Text
from psm_cards.project.nodes import Scalar
from psm_cards.project.positions import SourceText

Spot: TypeAlias = tuple[str, int, int, str]
"""A scalar without its file: value, where it begins and ends, and its style."""

TracedDeck: TypeAlias = tuple[Spot, Spot | None, bool]
"""A deck's name, its description, and whether it has notes."""


class Trace(NamedTuple):
    """The ids of all notes, drafts as well, the guids that notes have adopted, the tags, and the decks of a part."""

    ids: tuple[Spot, ...]
    guids: tuple[Spot, ...]
    tags: tuple[Spot, ...]
    decks: tuple[TracedDeck, ...]

    @classmethod
    def of(cls, ids: list[Scalar], guids: list[Scalar], tags: list[Scalar], decks: tuple[Deck, ...]) -> Self | None:
        """Return the trace of a part; None if a deck has no name of its own, or another id stands behind a note."""
        traced = [_traced(deck) for deck in decks]
        if not all(traced):
            return None
        first, second, third = (tuple(map(spot, scalars)) for scalars in (ids, guids, tags))
        return cls(first, second, third, tuple(deck for deck in traced if deck))


def spot(scalar: Scalar) -> Spot:
    """Return a scalar without its file."""
    return scalar.value, scalar.start, scalar.end, scalar.style


def scalar_at(place: Spot, source: SourceText) -> Scalar:
    """Return the scalar of a spot in a file."""
    value, start, end, style = place
    return Scalar(value, value, source, start, end, style)


def deck_at(traced: TracedDeck, source: SourceText) -> Deck:
    """Return a deck without its notes."""
    name, description, _ = traced
    words = Text(description[0], scalar_at(description, source)) if description else None
    return Deck(name[0], scalar_at(name, source), (), words)


def _traced(deck: Deck) -> TracedDeck | None:
    described = deck.description.place if deck.description else None
    is_known = isinstance(deck.place, Scalar) and (described is None or isinstance(described, Scalar))
    if not is_known or any(note.was for note in deck.notes):
        return None
    return (
        spot(deck.place),  # type: ignore[arg-type]  # see above
        spot(described) if isinstance(described, Scalar) else None,
        bool(deck.notes),
    )
