"""What is wrong with a project is found, all of it, each at its place."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.project.case_files import WrittenCase, all_cases, underlined
from tests.project_case import ProjectCase

from psm_cards.diagnostics import Diagnostic

CASES = all_cases()


@pytest.fixture
def case(tmp_path: Path) -> ProjectCase:
    """Return an empty project in a folder of its own, with room for files beside it."""
    return ProjectCase(tmp_path / "project")


WITHOUT_ADVICE = frozenset({"template-error"})
"""Codes that can be about anything that an expression in a template does."""


@pytest.mark.parametrize("written", CASES, ids=str)
def test_a_project_has_exactly_the_problems_written_above_it(written: WrittenCase, case: ProjectCase) -> None:
    if not written.write(case.folder):
        pytest.skip("this disk takes names for one that differ only by case")
    case.check()

    case.expect(*[expected.problem for expected in written.expected])
    for expected, found in zip(written.expected, case.diagnostics, strict=True):
        if expected.underlined and found.span:
            assert underlined(found.span) == expected.underlined
    for found in case.diagnostics:
        _is_well_said(found)
        assert found.hint or found.code in WITHOUT_ADVICE


def _is_well_said(problem: Diagnostic) -> None:
    for said in filter(None, _said(problem)):
        assert said == said.strip()
        assert not said.endswith(".")
        assert said.isprintable(), "a message is one line"
        assert not said[0].isupper() or said.startswith(("YAML", "Anki"))


def _said(problem: Diagnostic) -> Iterator[str]:
    yield problem.message
    yield problem.hint or ""
    yield from (related.message for related in problem.related)


def test_there_are_more_than_150_cases_of_75_codes() -> None:
    codes = {expected.code for case in CASES for expected in case.expected}

    assert len(CASES) > 150
    assert len(codes) >= 75
