"""Files that `include:` names: what is no file of the project is told at the entry, and nothing is waited for."""

import os
import sys
from pathlib import Path

import pytest
from tests.project_case import HEAD, ProjectCase

MORE = "decks: [{name: A, notes: [{id: one, question: Q, answer: A}]}]\n"


def include(case: ProjectCase, *entries: str) -> ProjectCase:
    """Write a project that includes these files, and check it."""
    written = ", ".join(f"'{entry}'" for entry in entries)
    return case.file("decks.yaml", f"{HEAD}include: [{written}]\n").check()


def hint(case: ProjectCase) -> str:
    """Return the hint of the one problem."""
    (problem,) = case.diagnostics
    return problem.hint or ""


@pytest.mark.parametrize("entry", ["~/more.yaml", "C:/more.yaml", "C:more.yaml", "/more.yaml", "a/../../more.yaml"])
def test_a_path_from_elsewhere_is_outside(case: ProjectCase, entry: str) -> None:
    include(case, entry).expect("decks.yaml:3:11 include-outside-project")


def test_a_link_out_of_the_project_is_outside(case: ProjectCase, tmp_path: Path) -> None:
    ProjectCase(tmp_path / "elsewhere").file("more.yaml", MORE)
    inner = ProjectCase(case.folder / "project").file("x/.keep", "")
    (inner.folder / "more.yaml").symlink_to(tmp_path / "elsewhere" / "more.yaml")

    include(inner, "more.yaml").expect("decks.yaml:3:11 include-outside-project")
    assert "link" in inner.diagnostics[0].message


def test_links_in_a_circle_lead_nowhere(case: ProjectCase) -> None:
    (case.folder / "a.yaml").symlink_to("b.yaml")
    (case.folder / "b.yaml").symlink_to("a.yaml")

    include(case, "a.yaml").expect("decks.yaml:3:11 include-not-found")
    assert "leads nowhere" in case.diagnostics[0].message


def test_a_link_to_the_main_file_includes_it(case: ProjectCase) -> None:
    (case.folder / "a.yaml").symlink_to("decks.yaml")

    include(case, "a.yaml").expect("decks.yaml:3:11 include-of-itself")


def test_a_file_under_two_names_is_read_once(case: ProjectCase) -> None:
    case.file("a.yaml", MORE)
    (case.folder / "b.yaml").symlink_to("a.yaml")

    include(case, "a.yaml", "b.yaml").expect_clean()


def test_a_folder_is_no_file(case: ProjectCase) -> None:
    case.file("more/a.yaml", MORE)

    include(case, "more/").expect("decks.yaml:3:11 include-not-found")
    assert hint(case) == "name the files in it: `more/*.yaml`"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_named_pipe_is_not_waited_for(case: ProjectCase) -> None:
    os.mkfifo(case.folder / "a.yaml")

    include(case, "a.yaml").expect("decks.yaml:3:11 include-not-found")
    assert case.diagnostics[0].message == "`a.yaml` is neither a file nor a folder"


@pytest.mark.parametrize("entry", ["more/Jupiter.yaml", "more/jupitr.yaml", "More/jupiter.yaml"])
def test_a_near_name_is_offered(case: ProjectCase, entry: str) -> None:
    case.file("more/jupiter.yaml", MORE)

    include(case, entry).expect("decks.yaml:3:11 include-not-found")
    assert hint(case) == "did you mean `more/jupiter.yaml`?"


def test_two_files_that_differ_only_in_case_are_an_error(case: ProjectCase) -> None:
    case.file("A.yaml", "sources: {}\n").file("a.yaml", MORE)

    include(case, "a.yaml", "A.yaml").expect("decks.yaml:3:21 include-case")
    assert [str(one.span).rpartition("/")[2] for one in case.diagnostics[0].related] == ["decks.yaml:3:11"]


def test_an_included_file_that_includes_is_told_who_may(case: ProjectCase) -> None:
    case.file("a.yaml", f"include: [decks.yaml]\n{MORE}")

    include(case, "a.yaml").expect("a.yaml:1:1 unknown-key")
    assert hint(case) == "only `decks.yaml` includes files: name it there"


def listings(case: ProjectCase, files: int) -> int:
    """Return how often a folder is listed while so many files of one are included."""
    for number in range(files):
        case.file(f"decks/{number}.yaml", MORE.replace("one", f"n{number}"))
    names: list[str] = []
    sys.setprofile(lambda frame, event, _: names.append(frame.f_code.co_name) if event == "call" else None)
    try:
        include(case, "decks/*.yaml").expect_clean()
    finally:
        sys.setprofile(None)
    return names.count("_names")


def test_the_folder_of_forty_files_is_listed_as_often_as_that_of_two(case: ProjectCase) -> None:
    assert listings(case, 2) == listings(case, 40) > 0
