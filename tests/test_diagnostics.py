"""What every message has in common, whoever found the problem: one line, visible characters, no flood."""

import pytest

from psm_cards.diagnostics import LONGEST_QUOTE, Diagnostic, Report, Severity, Span
from tests.project_case import ProjectCase

LONG = "moon" * 9_000
PLACE = Span("decks.yaml", 1, 1, 1, 2)


def told(message: str, hint: str | None = None, span: Span | None = PLACE) -> tuple[str, str | None]:
    """Return message and hint of a problem as a report has them."""
    (problem,) = Report.of([Diagnostic(Severity.ERROR, "unknown-key", message, span, hint)]).diagnostics
    return problem.message, problem.hint


def test_a_long_quote_is_cut_in_its_middle() -> None:
    message, hint = told(f"found `{'a' * 90_000}z` here", f'put it in quotes: "{"b" * 90_000}"')

    assert message == f"found `{'a' * 39}…{'a' * 19}z` here"
    assert hint == f'put it in quotes: "{"b" * 39}…{"b" * 20}"'


def test_a_quote_that_is_not_long_is_left_whole() -> None:
    message = (
        f"found `{'a' * LONGEST_QUOTE}`, {'expected `b`, ' * 20}or `c`, {'which are words between quotes, ' * 3}`d`"
    )

    assert told(message, message) == (message, message)


def test_the_path_of_a_problem_without_a_place_is_left_whole() -> None:
    message = f"cannot write `{'folder/' * 40}a.apkg`: no space left on device"

    assert told(message, span=None) == (message, None)


def test_characters_that_nobody_sees_are_spelt_out() -> None:
    assert told("`a\tb\nc\u200bd\x1be` é", "write `\xa0`") == (r"`a\tb\nc\u200bd\u001be` é", r"write `\u00a0`")


@pytest.mark.parametrize(
    "note",
    [
        f"{{id: {LONG} x, question: Q, answer: A, {LONG}: x}}",
        f"{{id: {LONG}, question: Q, answer: A, tags: [{LONG} x], cite: [{{source: {LONG}}}]}}",
        f"{{id: one, question: '![x]({LONG}.png)', answer: '<{LONG}>', hint: '{{{{c1::{LONG}}}}}'}}",
        f"{{id: one, question: '[x](ftp:{LONG})', answer: '<a onclick=\"{LONG}\">x</a>', guid: '{LONG} '}}",
        f"{{id: one, question: Q, answer: '[sound:{LONG}]', audio: {LONG}.ogg, explanation: '`{LONG}'}}",
        f"{{id: one, cloze: '{{{{c1::a::{LONG}::b}}}} {{{{c2::$ {LONG}}}}}', reverse: {LONG}, hint: '{{{LONG}}}'}}",
    ],
)
def test_no_text_of_an_author_floods_a_report(case: ProjectCase, note: str) -> None:
    case.notes(f"- {note}\n- {note}").check()

    assert case.diagnostics
    assert max(len(problem.message) + len(problem.hint or "") for problem in case.diagnostics) < 500
