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
        ("{{Hint {{Answer}} {{{Question}} {{Typed", ["Answer", "Question"]),
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


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("{{Question}} {{Hint</p>", [(13, 6)]),
        ("{{Hint} {{type:Answer {{Question}}", [(0, 6), (8, 13)]),
        ("{{Hint {{{Question}}}", [(0, 6)]),
        # Anki 24.11 reads those of a comment too.
        ("if (a) {{ b } <!-- {{Hint --> {{Question", [(7, 2), (19, 9), (30, 10)]),
        ("{{{{Question}}", []),
        ("{{=<% %>=}}<%Question%> {{Hint", []),
    ],
)
def test_what_nothing_closes_is_told_at_its_place(text: str, opened: list[tuple[int, int]]) -> None:
    assert [(one.offset, one.length) for one in parse(text).findings if one.code == "unclosed-placeholder"] == opened


def test_of_a_section_that_begins_or_ends_without_braces_the_rest_is_in_order() -> None:
    for text in ("{{#Hint}x{{/Hint}}", "{{#Hint}}x{{/Hint", "{{^Hint <p>{{Answer}}{{/Hint}}"):
        assert [finding.code for finding in parse(text).findings] == ["unclosed-placeholder"]
