"""From decks.yaml to the card that the real Anki shows: texts come out as a person expects."""

import html
import re
from pathlib import Path

import pytest

from tests.anki.probe import Card, probe
from tests.project_case import HEAD, ProjectCase


def cards(case: ProjectCase) -> list[Card]:
    """Build the project and return its cards as the real Anki shows them."""
    case.build()
    assert case.errors() == []
    assert case.package is not None
    folder = case.folder / "anki"
    folder.mkdir()
    found = probe(case.package, folder)
    assert found.problems() == []
    return list(found.cards)


def shown(side: str) -> str:
    """Return what a learner reads on a side of a card: without style, script and tags."""
    without = re.sub(r"<(style|script)\b.*?</\1>", " ", side, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", without)).split())


@pytest.mark.parametrize("answer", ["no", "42", "1.10", "2020-01-02", "1e3", "0o17", "Yes", "12:30"])
def test_a_plain_answer_is_the_text_that_is_written(answer: str, case: ProjectCase) -> None:
    (card,) = cards(case.notes(f"- id: one\n  question: Q\n  answer: {answer}"))

    assert answer in shown(card.answer)


def test_a_file_from_windows_is_read_like_any_other(case: ProjectCase) -> None:
    text = f"{HEAD}decks:\n- name: A\n  notes:\n  - id: one\n    question: Wie heißt er?\n    answer: Jürgen\n"
    (card,) = cards(case.file("decks.yaml", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))

    assert "Wie heißt er?" in shown(card.question)
    assert "Jürgen" in shown(card.answer)
    assert "\r" not in card.answer


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5",
        "between $5 and $10",
        "List<String> is a type",
        "a < b && c > d",
        "AT&T and R&D",
        "5 > 3 <3",
        "Ctrl+[[x]] [% y %] [# z #]",
    ],
)
def test_a_text_survives_as_it_is_typed(text: str, case: ProjectCase) -> None:
    (card,) = cards(case.notes(f"- id: one\n  question: '{text}'\n  answer: A"))

    assert text in shown(card.question)
    assert r"\(" not in card.question


def test_braces_in_the_code_of_a_basic_note_are_text(case: ProjectCase) -> None:
    (card,) = cards(case.notes("- id: one\n  question: 'Why `{{1,2}}` and `{{#x}}`?'\n  answer: A"))

    assert "Why {{1,2}} and {{#x}}?" in shown(card.question)


@pytest.mark.parametrize("written", ["{{c1::std::vector}}", "{{c1::`std::vector`}}"])
def test_a_name_with_colons_in_a_cloze_is_hidden_and_shown_whole(written: str, case: ProjectCase) -> None:
    (card,) = cards(case.notes(f"- id: one\n  cloze: 'Use {written} for lists that grow'"))

    assert "Use [...] for lists that grow" in shown(card.question)
    assert "Use std::vector for lists that grow" in shown(card.answer)


def test_a_formula_is_what_anki_gives_to_mathjax(case: ProjectCase) -> None:
    (card,) = cards(case.notes("- id: one\n  question: 'Is $a<b_1*c*$ so?'\n  answer: '$$\\frac{1}{2}$$'"))

    assert r"Is \(a<b_1*c*\) so?" in shown(card.question)
    assert r"\[\frac{1}{2}\]" in shown(card.answer)


def test_the_second_card_of_a_reversed_note_asks_for_the_question(case: ProjectCase) -> None:
    forward, reverse = cards(case.notes("- {id: one, question: Regolith, answer: Loose rock, reverse: true}"))

    assert "Regolith" in shown(forward.question)
    assert "Loose rock" not in shown(forward.question)
    assert "Loose rock" in shown(reverse.question)
    assert "Regolith" not in shown(reverse.question)
    assert "Regolith" in shown(reverse.answer)
    assert forward.due == reverse.due


def test_new_cards_come_in_the_order_of_the_document(case: ProjectCase) -> None:
    found = cards(case.notes("\n".join(f"- {{id: n{n}, question: Q{n}, answer: A}}" for n in (3, 1, 2))))

    by_due = sorted(found, key=lambda card: card.due)
    assert [re.search(r"Q\d", card.question)[0] for card in by_due] == ["Q3", "Q1", "Q2"]  # type: ignore[index]


def test_the_back_names_the_source_and_links_to_it(case: ProjectCase) -> None:
    case.file(
        "decks.yaml",
        f"{HEAD}sources:\n  m:\n    type: post-weblog\n    title: T\n    author: [{{family: Marks}}, {{family: A}},\n"
        "      {family: B}]\n"
        "    issued: 2026-02-23\n    URL: https://example.org/a?b=1&c=2\n"
        "decks:\n- name: A\n  notes:\n"
        "  - {id: one, question: Q, answer: A, cite: [{source: m, section: Conclusion}]}\n",
    )
    (card,) = cards(case)

    assert "Marks et al. 2026, § Conclusion" in shown(card.answer)
    assert 'href="https://example.org/a?b=1&amp;c=2"' in card.answer
    assert "Marks" not in card.question


def test_subdecks_tags_and_descriptions_arrive(case: ProjectCase, tmp_path: Path) -> None:
    case.file(
        "decks.yaml",
        "format: 1\nproject: {id: demo, title: Demo, description: About *all*}\ndecks:\n"
        "- {name: 'Top::One', description: About one, tags: [t::u], notes: [{id: one, question: Q, answer: A}]}\n"
        "- {name: 'Top::Two', notes: [{id: two, question: Q, answer: A, tags: [v]}]}\n",
    ).build()
    assert case.package is not None
    folder = tmp_path / "anki"
    folder.mkdir()

    found = probe(case.package, folder)

    assert found.decks == ["Top", "Top::One", "Top::Two"]
    assert found.problems() == []


def test_a_file_that_the_style_sheet_names_is_placed_in_the_projects_own_file(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}\n- {id: two, cloze: '{{c1::x}}'}")
    case.file("templates/style.css", '[% include "default/style.css" %]\n.card { background: url(bg.png); }\n').check()

    case.expect("templates/style.css:2:25 unlisted-media")
    assert 'asset("bg.png")' in (case.diagnostics[0].hint or "")


def test_a_cloze_template_without_its_cloze_is_one_mistake_at_its_own_file(case: ProjectCase) -> None:
    case.notes("- {id: two, cloze: '{{c1::x}}'}").file("templates/cloze/front.html", "{{Text}}").check()

    case.expect("templates/cloze/front.html:1:1 template-without-cloze")


def test_a_misspelt_field_in_a_front_is_one_mistake(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}").file("templates/basic/front.html", "{{Qestion}}").check()

    case.expect("templates/basic/front.html:1:1 unknown-field")


def test_a_deck_below_ankis_own_one_leaves_that_alone(case: ProjectCase) -> None:
    case.file(
        "decks.yaml",
        "format: 1\nproject: {id: demo, title: Demo, description: About all}\n"
        "decks: [{name: 'Default::One', notes: [{id: one, question: Q, answer: A}]}]\n",
    )

    (card,) = cards(case)

    assert card.deck == "Default::One"
