"""What a note says, as a digest: the same for notes that make the same cards, and another one for any others."""

import pytest

from psm_cards.diagnostics import Span
from psm_cards.keeping import said_by
from psm_cards.model import Citation, Deck, Kind, Note, Text
from tests.places import HERE, FixedPlace

_SAID = Note("a", Kind.BASIC, HERE, citations=(Citation("book", HERE),), tags=("one",))
_UNSAID = {"place", "covers"}


@pytest.mark.parametrize("name", sorted(set(Note._fields) - _UNSAID - {"citations"}))
def test_what_a_note_says_is_told_apart_in_each_of_its_parts(name: str) -> None:
    others: dict[str, list[object]] = {
        "id": ["b"],
        "kind": [Kind.CLOZE],
        "guid": ["b"],
        "tags": [(), ("one", "two"), ("two",), ("one two",)],
        "is_whole": [False],
        "reverse": [True, Text("True", HERE), Text("one", HERE)],
        "typed": [True, Text("True", HERE), Text("one", HERE)],
    }
    for other in others.get(name, [Text("one", HERE), Text("None", HERE)]):
        changed = _SAID._replace(**{name: other})  # type: ignore[arg-type]
        assert said_by(Deck("Demo", HERE, (changed,))) != said_by(Deck("Demo", HERE, (_SAID,)))


@pytest.mark.parametrize("name", sorted(set(Citation._fields) - {"place", "at_place"}))
def test_what_a_note_cites_is_told_apart_in_each_of_its_parts(name: str) -> None:
    changed = _SAID._replace(citations=(_SAID.citations[0]._replace(**{name: "other"}),))  # type: ignore[arg-type]
    assert said_by(Deck("Demo", HERE, (changed,))) != said_by(Deck("Demo", HERE, (_SAID,)))


def test_where_a_note_stands_and_what_it_covers_changes_nothing_that_it_says() -> None:
    moved = _SAID._replace(place=FixedPlace(Span("more.yaml", 2, 1, 2, 2)), covers=("item",))
    assert said_by(Deck("Demo", HERE, (moved,))) == said_by(Deck("Demo", HERE, (_SAID,)))
