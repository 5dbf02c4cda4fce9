"""Ids and guids are held by test vectors: learners' collections know their notes, decks and fields by them."""

import genanki
import pytest
from hypothesis import given
from hypothesis import strategies as st

from psm_cards import anki
from psm_cards.anki import identity
from psm_cards.model import FIELDS, TEMPLATES, Kind

FIELD_IDS = {
    Kind.BASIC: {
        "Question": 6146614642385564,
        "Answer": 4537824178057656,
        "Explanation": 52546163175046,
        "Hint": 4774644426493710,
        "Notice": 7554099326704168,
        "Sources": 7224479876798352,
        "Reverse": 2603406280218768,
        "Typed": 2260181905704753,
        "Id": 5538069913416827,
        "Spare 1": 4335690550589837,
        "Spare 2": 2807740818768278,
        "Spare 3": 6122922104353375,
        "Spare 4": 6655813309271957,
    },
    Kind.CLOZE: {
        "Text": 6120819638489746,
        "Explanation": 7502396145047849,
        "Hint": 2950592295402971,
        "Notice": 7791450713668348,
        "Sources": 8910374202774861,
        "Typed": 7710008671684479,
        "Id": 975544985859608,
        "Spare 1": 3821663347310311,
        "Spare 2": 1040582655960326,
        "Spare 3": 7470883337760470,
        "Spare 4": 3245210222396797,
    },
}
TEMPLATE_IDS = {
    Kind.BASIC: {"Forward": 334292688269012, "Reverse": 7178655655950437, "Extra": 4785491299906397},
    Kind.CLOZE: {"Cloze": 8939905732506746},
}


@pytest.mark.parametrize(
    ("project", "note", "guid"),
    [("psm", "psm-definition", "Iic`3%8*7m"), ("sample", "one", "p5ywL:=pHD")],
)
def test_a_guid_never_changes(project: str, note: str, guid: str) -> None:
    assert anki.guid_for(project, note) == guid


@given(st.text(), st.text())
def test_a_guid_is_the_one_that_genanki_gives(project: str, note: str) -> None:
    assert anki.guid_for(project, note) == genanki.guid_for(project, note)


def test_field_and_template_ids_never_change() -> None:
    assert {kind: {name: identity.field_id(kind, name) for name in FIELDS[kind]} for kind in Kind} == FIELD_IDS
    assert {kind: {name: identity.template_id(kind, name) for name in TEMPLATES[kind]} for kind in Kind} == TEMPLATE_IDS


def test_note_type_and_deck_ids_never_change() -> None:
    assert identity.note_type_id("psm", Kind.BASIC) == 1839297783147041
    assert identity.note_type_id("psm", Kind.CLOZE) == 4518255734935095
    assert identity.note_type_id("sample", Kind.BASIC) == 226681739684543
    assert identity.deck_id("psm", "Persona selection model::1 What PSM says") == 1756371596983437


def test_every_id_is_exact_as_a_number_of_javascript_and_not_the_default_deck() -> None:
    numbers = {identity.deck_id("psm", f"Deck {number}") for number in range(2000)}
    assert len(numbers) == 2000
    assert all(1 < number < 2**53 for number in numbers)
