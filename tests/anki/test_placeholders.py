"""The template language is read as Anki reads it."""

import pytest

from psm_cards.anki.placeholders import parse


def shown(text: str, *filled: str) -> list[str]:
    return [replacement.name for replacement in parse(text).shown(frozenset(filled))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{Question}} and {{ Hint }}", ["Question", "Hint"]),
        ("{{type:nc:Typed}}", ["Typed"]),
        ("{{{Question}}}", ["Question"]),
        ("<!-- {{Question}} -->{{Answer}}", ["Answer"]),
        ("{{Question} {{Answer", []),
        (" {{=<% %>=}}<%Answer%>{{Question}}", ["Answer"]),
        ("f({a:{b:1}}){{Answer}}", ["Answer"]),
        ("{{tts-voices:}}", [""]),
    ],
)
def test_fields_are_found_where_anki_finds_them(text: str, names: list[str]) -> None:
    assert [replacement.name for replacement in parse(text).replacements()] == names


def test_filters_are_told_from_the_field() -> None:
    (replacement,) = parse("{{type:cloze:Text}}").replacements()
    assert (replacement.filters, replacement.name, replacement.is_cloze) == (("type", "cloze"), "Text", False)
    (replacement,) = parse("{{cloze:Text}}").replacements()
    assert replacement.is_cloze


def test_a_section_is_shown_when_its_field_is_filled_and_a_negated_one_when_it_is_not() -> None:
    text = "{{#Hint}}{{Hint}}{{^Typed}}{{Answer}}{{/Typed}}{{/Hint}}{{^Hint}}{{Question}}{{/Hint}}"
    assert shown(text) == ["Question"]
    assert shown(text, "Hint") == ["Hint", "Answer"]
    assert shown(text, "Hint", "Typed") == ["Hint"]


def test_a_section_ends_at_its_own_name_with_or_without_spaces() -> None:
    assert not parse("{{# Spare 1 }}{{Answer}}{{/ Spare 1}}").findings


def test_an_unclosed_section_and_a_stray_end_are_both_reported_at_their_places() -> None:
    found = parse("{{/Hint}}{{#Answer}}{{Answer}}").findings
    assert [(finding.code, finding.offset, finding.length) for finding in found] == [
        ("unopened-section", 0, 9),
        ("unclosed-section", 9, 11),
    ]


def test_sections_that_overlap_are_reported_with_the_end_expected() -> None:
    found = parse("{{#Hint}}{{#Answer}}{{/Hint}}{{/Answer}}").findings
    assert found[0].code == "unopened-section"
    assert found[0].hint == "expected `{{/Answer}}` here"
