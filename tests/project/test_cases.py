"""What is wrong with a project is found, all of it, each at its place."""

import pytest
from tests.project.case_files import WrittenCase, read_cases
from tests.project_case import ProjectCase

CASES = [*read_cases("structure.txt"), *read_cases("loading.txt")]


@pytest.mark.parametrize("written", CASES, ids=str)
def test_a_project_has_exactly_the_problems_written_above_it(written: WrittenCase, case: ProjectCase) -> None:
    case.file("decks.yaml", written.text).check()

    expected = [f"decks.yaml:{problem}" for problem in written.expected]
    if written.title == "a file that is right":
        expected = ["decks.yaml:3:1 no-notes"]
    case.expect(*expected)


@pytest.mark.parametrize("written", CASES, ids=str)
def test_every_message_says_it_in_lower_case_and_without_a_full_stop(written: WrittenCase, case: ProjectCase) -> None:
    case.file("decks.yaml", written.text).check()

    for problem in case.diagnostics:
        assert not problem.message.endswith(".")
        assert not problem.message[0].isupper() or problem.message.startswith("YAML")
        assert problem.span is not None
