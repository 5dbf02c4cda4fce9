"""Sources as Zotero and Pandoc write them: read in each form, and what is wrong with one said at its place."""

import jsonschema
import pytest
from ruamel.yaml import YAML
from tests.project_case import HEAD, ProjectCase

from psm_cards import project
from psm_cards.model import Date, Name, Source

NOTES = "decks: [{name: A, notes: [{id: one, question: Q, answer: A}]}]\n"


def written(case: ProjectCase, item: str) -> ProjectCase:
    """Write a project with one source; its item begins at line 4, column 7."""
    return case.file("decks.yaml", f"{HEAD}sources:\n  a: {{{item}, type: book}}\n{NOTES}")


def loaded(case: ProjectCase, item: str) -> Source:
    """Return the one source of a project that is in order."""
    found, diagnostics = project.load(written(case, item).folder)
    assert [problem.message for problem in diagnostics] == []
    assert found is not None
    return (found.sources or {})["a"]


@pytest.mark.parametrize(
    ("issued", "date"),
    [
        ("2026", Date(2026)),
        ("2026-02", Date(2026, 2)),
        ("2026-02-23", Date(2026, 2, 23)),
        ('"0375"', Date(375)),
        ("2026-02~", Date(2026, 2, is_about=True)),
        ('"2026?"', Date(2026)),
        ("2026-21", Date(2026, season=1)),
        ("2026-24", Date(2026, season=4)),
        ("2026-02-23/2026-03-01", Date(2026, 2, 23, until=Date(2026, 3, 1))),
        ("2025/2026", Date(2025, until=Date(2026))),
        ("2026-03/2026", Date(2026, 3, until=Date(2026))),
        ("{date-parts: [[2026, 2, 23]]}", Date(2026, 2, 23)),
        ('{date-parts: [["2026", "02"]]}', Date(2026, 2)),
        ("{date-parts: [[2026], [2027, 1]]}", Date(2026, until=Date(2027, 1))),
        ("{date-parts: [[2026], [0, 0, 0]]}", Date(2026)),
        ("{date-parts: [[-375]]}", Date(-375)),
        ("{date-parts: [[-4, 2, 29]]}", Date(-4, 2, 29)),
        ("{date-parts: [[1610]], circa: true}", Date(1610, is_about=True)),
        ("{date-parts: [[1610]], circa: 1}", Date(1610, is_about=True)),
        ("{date-parts: [[1610]], circa: 0}", Date(1610)),
        ("{date-parts: [[2020]], season: 2}", Date(2020, season=2)),
        ("{date-parts: [[2020]], season: Autumn}", Date(2020, season=3)),
        ("{date-parts: [[2020]], literal: last year}", Date(2020)),
        ("{year: 2026, month: 2, day: 23}", Date(2026, 2, 23)),
        ("{year: 2026}", Date(2026)),
        ("[{year: 2026, month: 2}]", Date(2026, 2)),
        ("[{year: 2026}, {year: 2027}]", Date(2026, until=Date(2027))),
        ("{raw: 2026-02}", Date(2026, 2)),
        ("{raw: early in 2026}", Date(0, literal="early in 2026")),
        ("{literal: Spring 2020}", Date(0, literal="Spring 2020")),
    ],
)
def test_a_date_is_read_in_each_form(issued: str, date: Date, case: ProjectCase) -> None:
    source = loaded(case, f"title: T, issued: {issued}, accessed: {issued}, original-date: {issued}")

    assert (source.issued, source.accessed, source.original) == (date, date, date)


@pytest.mark.parametrize(
    ("issued", "problem", "of_schema"),
    [
        ('"2026-13-45"', "25 impossible-date", False),
        ('"2025-02-29"', "25 impossible-date", False),
        ("2026-00", "25 impossible-date", False),
        ("0x7EA", "25 impossible-date", False),
        ("2026-03/2026-02", "25 impossible-date", False),
        ("2026-02-03/2026-02-02", "25 impossible-date", False),
        ("{date-parts: [[2026, 13]]}", "25 impossible-date", False),
        ("{date-parts: [[2026, 1, 2, 3]]}", "25 impossible-date", False),
        ("{date-parts: [[0]]}", "25 impossible-date", False),
        ("[{year: 2026, month: 2, day: 30}]", "25 impossible-date", False),
        ("{month: 3}", "25 missing-key", False),
        ("{}", "25 missing-key", False),
        ("2026-3-4", "25 wrong-form", True),
        ("Spring", "25 wrong-form", True),
        ("375", "25 wrong-form", True),
        ("0", "25 wrong-form", True),
        ("99999", "25 wrong-form", True),
        ("2026-01/2026-02/2026-03", "25 wrong-form", True),
        ("true", "25 wrong-form", True),
        ("2026.5", "25 wrong-form", True),
        ("[]", "25 empty-value", True),
        ("[2026]", "26 wrong-type", True),
        ("{yeer: 2026}", "26 unknown-key", True),
        ("{date-parts: }", "26 missing-value", True),
        ("{date-parts: []}", "38 empty-value", True),
        ("{date-parts: [[]]}", "39 empty-value", True),
        ("{date-parts: [2026]}", "39 wrong-type", True),
        ("{date-parts: [[Feb]]}", "40 wrong-form", True),
        ("{date-parts: [[99999]]}", "40 wrong-form", True),
        ("{literal: [x]}", "35 wrong-type", True),
    ],
)
def test_a_wrong_date_is_one_problem_at_its_place(
    issued: str, problem: str, *, of_schema: bool, case: ProjectCase
) -> None:
    written(case, f"title: T, issued: {issued}").check().expect(f"decks.yaml:4:{problem}")

    # An editor, which knows the schema alone, underlines the same; a day that never was is ours to find.
    document = YAML(typ="safe", pure=True).load(case.folder / "decks.yaml")
    assert jsonschema.Draft202012Validator(project.schema()).is_valid(document) != of_schema


@pytest.mark.parametrize("key", "accessed available-date event-date original-date submitted".split())
def test_every_date_is_looked_at(key: str, case: ProjectCase) -> None:
    written(case, f"title: T, {key}: 2026-13-45").check()

    assert [problem.code for problem in case.diagnostics] == ["impossible-date"]


def test_an_item_of_zotero_is_accepted_as_it_is(case: ProjectCase) -> None:
    source = loaded(
        case,
        'id: "http://zotero.org/users/1/items/ABC", title: T, container-title: J, volume: "649",\n'
        "    issue: 8097, page: 584-589, DOI: 10.1038/x, ISSN: 0028-0836, journalAbbreviation: Nature,\n"
        '    language: en, abstract: An abstract., note: "PMID: 1", categories: [a, b], shortTitle: S,\n'
        "    author: [{family: Berg, given: Anna, dropping-particle: van der, suffix: Jr., comma-suffix: true},\n"
        "      {family: Tour, given: Tom, non-dropping-particle: la, parse-names: false, static-ordering: 0}],\n"
        '    accessed: {date-parts: [["2026", 3, 1]]}, issued: {date-parts: [["2026", 1, 14]], season: "1"}',
    )

    assert source.authors == (
        Name("Berg", "Anna", dropping="van der", suffix="Jr."),
        Name("Tour", "Tom", particle="la"),
    )
    assert (source.container, source.volume, source.issue, source.pages) == ("J", "649", "8097", "584-589")
    assert source.issued == Date(2026, 1, 14, season=1)


def test_a_misspelt_variable_of_csl_is_an_error_that_names_the_right_one(case: ProjectCase) -> None:
    written(case, "titel: T, title: T, pubisher: P, event-tilte: E").check()

    hints = {problem.message: problem.hint for problem in case.diagnostics}
    assert hints == {
        "unknown key `titel`": "did you mean `title`?",
        "unknown key `pubisher`": "did you mean `publisher`?",
        "unknown key `event-tilte`": "did you mean `event-title`?",
    }


def test_html_in_a_title_is_a_warning_at_the_tag(case: ProjectCase) -> None:
    csl = "<i>c</i> <span class='nocase'>iOS <br></span>"
    written(case, f'title: "A <em>b</em> {csl}", container-title: On <script>x</script> and List<String>').check()

    case.expect("decks.yaml:4:17 html-in-title", "decks.yaml:4:62 html-in-title", "decks.yaml:4:96 html-in-title")
    assert case.errors() == []
    assert case.diagnostics[0].message == "tag `<em>` in a title is shown as typed"


def test_a_name_that_is_wrong_leaves_the_others(case: ProjectCase) -> None:
    written(case, "title: T, author: [{family: A}, {given: B}, {family: [C]}]").check()

    found, _ = project.load(case.folder)
    assert found is not None
    assert (found.sources or {})["a"].authors == (Name("A"),)
    assert sorted(problem.code for problem in case.diagnostics) == ["missing-key", "wrong-type"]
