"""Attacks and files of an odd shape: the loader answers with a report, and soon."""

import time
from pathlib import Path

import pytest
from tests.project_case import HEAD, ProjectCase

PATIENCE = 10
"""Seconds of CPU: several times what any of these takes, and far from what they took before they were refused."""


def bomb(first: str, level: str, levels: int) -> str:
    """Return lists of aliases of lists of aliases."""
    lines = [f"- &a0 {first}", *(f"- &a{n} {level.replace('*', f'*a{n - 1}')}" for n in range(1, levels))]
    return f"{HEAD}decks:\n" + "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (bomb("{name: A}", "[*,*,*,*,*,*,*,*,*,*]".replace(",", " ,"), 10), "alias-bomb"),
        (bomb("{name: A}", "{name: B, notes: [* , * ]}", 45), "alias-bomb"),
        (f"{HEAD}decks: {'[' * 500}{']' * 500}\n", "too-deep"),
        (f"{HEAD}decks: {'[' * 100_000}\n", "too-deep"),
        (f"{HEAD}decks: {'{a: ' * 10_000}\n", "too-deep"),
        (f"{HEAD}decks:\n{'- ' * 5000}x\n", "too-deep"),
    ],
    ids=["lists", "decks", "500 brackets", "100,000 brackets", "mappings", "dashes"],
)
def test_an_attack_is_refused_at_once(text: str, code: str, case: ProjectCase) -> None:
    begin = time.process_time()

    case.file("decks.yaml", text).check()

    assert code in [problem.code for problem in case.diagnostics]
    assert time.process_time() - begin < PATIENCE


def test_a_hundred_levels_are_read_and_checked(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}decks: {'[' * 98}{']' * 98}\n").check()

    case.expect("decks.yaml:3:9 wrong-type")


@pytest.mark.parametrize("entry", ["**foo", ".", "./", "x" * 300, "[", "a/**b/c"])
def test_a_pattern_that_no_file_can_match_is_an_error_at_its_place(entry: str, case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: ['{entry}']\n").check()

    case.expect("decks.yaml:3:11 include-not-found")


@pytest.mark.parametrize("written", ['"\\N"', '"\\_\\L"', '"\\t"'])
def test_a_text_of_white_space_of_any_kind_is_empty_and_no_note_goes_missing(written: str, case: ProjectCase) -> None:
    case.notes(f"- {{id: one, question: Q, answer: {written}}}\n- {{id: two, question: Q, answer: A}}").check()

    case.expect("decks.yaml:6:40 empty-value")


@pytest.mark.parametrize("sources", ["", "~", "[]", "text", "{a: }", "{a: text}"])
def test_sources_of_a_wrong_shape_are_said_once_and_not_of_every_citation(sources: str, case: ProjectCase) -> None:
    case.file(
        "decks.yaml",
        f"{HEAD}sources: {sources}\ndecks:\n- name: A\n  notes:\n"
        "  - {id: one, question: Q, answer: A, cite: [{source: a}]}\n"
        "  - {id: two, question: Q, answer: A, cite: [{source: a}]}\n",
    ).check()

    assert len(case.diagnostics) == 1
    assert case.diagnostics[0].code in ("missing-value", "wrong-type")


def test_a_file_that_cannot_be_read_hides_no_source_from_the_citations(case: ProjectCase, tmp_path: Path) -> None:
    case.file(
        "decks.yaml",
        f"{HEAD}include: [a.yaml, b.yaml]\ndecks:\n- name: A\n  notes:\n"
        "  - {id: one, question: Q, answer: A, cite: [{source: a}]}\n",
    )
    case.file("a.yaml", "sources: {\n").file("b.yaml", b"sources:\n  a: {type: b\xe9}\n").check()

    case.expect("a.yaml:2:1 yaml-syntax", "b.yaml:2:14 unreadable-file")
    assert case.diagnostics[1].related[0].span.file == str(tmp_path / "decks.yaml")
