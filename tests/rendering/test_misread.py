"""Markdown that shows something else than was meant is warned about at its place, and nothing else is."""

import pytest

from psm_cards.diagnostics import Severity
from psm_cards.rendering import cloze, markup
from tests.project_case import ProjectCase
from tests.rendering.rendered import told


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n| 1 | 2 |",
        "see:\n\n| a | b |\n| 1 | 2 |\n| 3 | 4 |\n\nmore",
        "| a | b |\n|---|\n| 1 | 2 |",
        "> | a | b |\n> | 1 | 2 |",
        "- | a | b |\n  | 1 | 2 |",
    ],
)
def test_rows_that_are_no_table_are_warned_about_once(text: str) -> None:
    (finding,) = markup.to_html(text).findings

    assert (finding.code, finding.severity) == ("table-not-recognised", Severity.WARNING)
    assert text[finding.offset :][: finding.length] == "| a | b |"
    assert "`|---|---|`" in (finding.hint or "")


@pytest.mark.parametrize(
    "text",
    [
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "> | a | b |\n> |:-:|--:|\n> | 1 | 2 |",
        "|x|\n|y|",
        "```\n| a | b |\n| 1 | 2 |\n```",
        "<pre>\n| a | b |\n| 1 | 2 |\n</pre>",
        "a | b\nc | d",
        "P(a|b)\n|c|d|",
    ],
)
def test_tables_code_and_bars_are_left_alone(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    ["```python\nprint(1)\n\nmore", "a\n\n~~~~\nb\n~~~\nc", "- a\n  ```\n  x\n\nb", "> ```\n> x\n\nb", "x\n```\n"],
)
def test_code_without_an_end_is_warned_about_where_it_begins(text: str) -> None:
    (finding,) = markup.to_html(text).findings

    assert (finding.code, finding.severity) == ("unclosed-code", Severity.WARNING)
    assert text[finding.offset :][: finding.length].strip("`~") == ""
    assert finding.offset in (text.find("```"), text.find("~~~~"))


@pytest.mark.parametrize(
    "text",
    [
        *(
            "```\nx\n```",
            "```\nx\n``` \nmore",
            "~~~\n```\n~~~",
            "    indented\n",
            "- ```\n  x\n  ```\n- b",
            "a\n````\n```\n````",
        ),
        *("> ```\n> x\n> ```\n", "```\nx\n`````"),
    ],
)
def test_code_with_an_end_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_code_in_a_deletion_that_takes_in_the_braces_is_warned_about() -> None:
    codes = [one.code for one in cloze.to_html("{{c1::x}}\n\n```\ncode\n").findings]

    assert codes == ["unclosed-code"]


def test_a_control_character_written_as_an_entity_is_an_error_at_its_place(case: ProjectCase) -> None:
    assert told("a &#31; b &#x7F; `&#31;` $&#31;$ &#65; &#9; &amp;") == [
        ("control-character", "&#31;"),
        ("control-character", "&#x7F;"),
    ]
    case.notes("- {id: n, question: 'a &#x1f; b', answer: A}").check()
    case.expect("decks.yaml:6:30 control-character")
