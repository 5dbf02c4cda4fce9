"""Reports in each of their forms: for people, for programs, for GitHub, and as SARIF."""

import json
import sys
import time
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import ValidationError
from tests.cli.program import json_report, psm_cards, sarif_run
from tests.project_case import ProjectCase

from psm_cards import __version__
from psm_cards.cli import explanations, report_github, report_human, report_json, report_sarif
from psm_cards.cli.app import run
from psm_cards.cli.report_human import Painter
from psm_cards.diagnostics import Code, Diagnostic, Related, Report, Severity, Span

GOOD = "- {id: one, question: Q, answer: A}\n- {id: two, question: Q, answer: A, reverse: true}"
WRONG = "- {id: one, qestion: Q, answer: A}\n- {id: two, question: '100%, sure', answer: }"
FORMS = ("human", "json", "github", "sarif")


class Paper:
    """A stream that is no terminal."""

    def isatty(self) -> bool:
        """Say that it is none."""
        return False


def problem(number: int, code: Code, severity: Severity = Severity.ERROR) -> Diagnostic:
    """Return a problem of its own line."""
    return Diagnostic(severity, code, f"problem {number}", Span("decks.yaml", number, 1, number, 2), "mend it")


def on_paper(report: Report, limit: int) -> list[str]:
    """Return the lines of a report for people."""
    return list(report_human.lines(report, Painter(Paper()), limit))


def test_a_report_for_programs_is_one_json_object(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "check", "--format", "json")

    report = json_report(done.stdout)
    assert report["psm-cards"] == __version__
    assert (report["errors"], report["warnings"]) == (2, 0)
    assert report["diagnostics"][0] == {
        "severity": "error",
        "code": "unknown-key",
        "message": "unknown key `qestion`",
        "hint": "did you mean `question`?",
        "file": "decks.yaml",
        "line": 6,
        "column": 19,
        "end_line": 6,
        "end_column": 26,
        "related": [],
    }


def test_a_build_for_programs_names_the_package(case: ProjectCase) -> None:
    case.notes(GOOD)

    done = psm_cards(case.folder, "build", "--format", "json")

    package = json_report(done.stdout)["package"]
    assert package["path"] == str(Path("build", "demo-unreleased.apkg"))
    assert (package["notes"], package["cards"], package["decks"], package["media"]) == (2, 3, 1, 0)


def test_a_report_for_github_is_one_annotation_a_line(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "check", "--format", "github")

    assert done.stdout.splitlines() == [
        (
            "::error file=decks.yaml,line=6,endLine=6,col=19,endColumn=25,title=unknown-key"
            "::unknown key `qestion` (did you mean `question`?)"
        ),
        (
            "::error file=decks.yaml,line=7,endLine=7,col=43,endColumn=48,title=missing-value"
            "::`answer` has no value (give it a value)"
        ),
    ]
    assert done.returncode == 1


def test_an_annotation_names_the_other_places_on_lines_of_its_own() -> None:
    other = Related("the passage in the text", Span("texts/talk.txt", 3, 1, 3, 9))
    diagnostic = Diagnostic(
        Severity.ERROR, "passage-changed", "other words", Span("d.yaml", 1, 1, 1, 2), "read", (other,)
    )

    assert list(report_github.lines(Report.of([diagnostic]))) == [
        (
            "::error file=d.yaml,line=1,endLine=1,col=1,endColumn=1,title=passage-changed"
            "::other words (read)%0Atexts/talk.txt:3:1: the passage in the text"
        )
    ]


def test_an_annotation_escapes_what_github_would_read(case: ProjectCase) -> None:
    case.notes('- {id: one, "50%,\\n": Q, question: Q, answer: A}')

    done = psm_cards(case.folder, "check", "--format", "github")

    assert "::unknown key `50%25,\\n`" in done.stdout


def test_control_characters_are_spelt_out_for_people() -> None:
    diagnostic = Diagnostic(Severity.ERROR, "unknown-key", "unknown key `a\n\033[31m`", Span("a\033b.yaml", 1, 1, 1, 2))

    assert on_paper(Report.of([diagnostic]), 0) == [
        r"a\u001bb.yaml:1:1: error: unknown key `a\n\u001b[31m` [unknown-key]",
        "1 error found",
    ]


def test_of_a_long_line_the_part_around_the_mark_is_shown(case: ProjectCase) -> None:
    case.notes(f"- {{id: one, question: {'word ' * 100}, anwser: A}}")

    lines = psm_cards(case.folder, "check").stdout.splitlines()

    assert max(map(len, lines)) < 140
    assert lines[1][lines[2].index("^") : lines[2].rindex("^") + 1] == "anwser"


def test_the_second_of_two_duplicates_names_the_first(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}\n- {id: one, question: Q, answer: A}")

    assert "  decks.yaml:6:14: the first one" in psm_cards(case.folder, "check").stdout.splitlines()


def test_problems_are_shown_with_place_line_mark_and_advice(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "build")

    assert done.stdout.splitlines() == [
        "decks.yaml:6:19: error: unknown key `qestion` [unknown-key]",
        "  6 |       - {id: one, qestion: Q, answer: A}",
        "    |                   ^^^^^^^",
        "  hint: did you mean `question`?",
        "decks.yaml:7:43: error: `answer` has no value [missing-value]",
        "  7 |       - {id: two, question: '100%, sure', answer: }",
        "    |                                           ^^^^^^",
        "  hint: give it a value",
        "2 errors found",
        "nothing was written",
    ]
    assert done.returncode == 1


def test_of_many_problems_some_of_each_code_are_shown_and_the_rest_is_counted() -> None:
    report = Report.of(
        [
            *(problem(number, "missing-citation") for number in range(1, 9_901)),
            *(problem(number, "unknown-key") for number in range(20_000, 20_098)),
            problem(30_000, "unknown-tag", Severity.WARNING),
            problem(30_001, "blank-text"),
        ]
    )

    lines = on_paper(report, 50)

    shown = [line.rpartition("[")[2].rstrip("]") for line in lines if line.startswith("decks.yaml:")]
    assert shown == ["missing-citation"] * 24 + ["unknown-key"] * 24 + ["unknown-tag", "blank-text"]
    assert lines[-4:] == [
        "… and 9,950 more; `--limit 0` shows them all:",
        "  9,876 missing-citation",
        "     74 unknown-key",
        "9,999 errors, 1 warning found",
    ]


def test_one_mistake_made_a_thousand_times_fills_the_report_alone() -> None:
    lines = on_paper(Report.of([problem(number, "unknown-key") for number in range(1, 1001)]), 50)

    assert [line.split(":")[1] for line in lines if line.startswith("decks.yaml:")] == [str(n) for n in range(1, 51)]
    assert lines[-2] == "  950 unknown-key"


def test_an_error_comes_before_a_warning_where_only_one_can_be_shown() -> None:
    lines = on_paper(Report.of([problem(1, "unknown-tag", Severity.WARNING), problem(2, "unknown-key")]), 1)

    assert lines[0] == "decks.yaml:2:1: error: problem 2 [unknown-key]"
    assert lines[-3:] == ["… and 1 more; `--limit 0` shows them all:", "  1 unknown-tag", "1 error, 1 warning found"]


def test_the_limit_can_be_chosen_or_lifted(case: ProjectCase, capsys: pytest.CaptureFixture[str]) -> None:
    case.notes("\n".join(f"- {{id: n{number}, qestion: Q, answer: A}}" for number in range(60)))

    def shown(*arguments: str) -> int:
        run(["check", str(case.folder), *arguments])
        printed = capsys.readouterr().out
        assert printed.endswith("60 errors found\n")
        return printed.count("[unknown-key]")

    assert [shown(), shown("--limit", "3"), shown("--limit", "0")] == [50, 3, 60]


def test_programs_get_every_problem(case: ProjectCase, capsys: pytest.CaptureFixture[str]) -> None:
    case.notes("\n".join(f"- {{id: n{number}, qestion: Q, answer: A}}" for number in range(60)))

    def printed(form: str) -> str:
        run(["check", str(case.folder), "--format", form, "--limit", "3"])
        return capsys.readouterr().out

    assert len(json_report(printed("json"))["diagnostics"]) == 60
    assert len(printed("github").splitlines()) == 60
    assert len(sarif_run(printed("sarif"))["results"]) == 60


@pytest.mark.parametrize("document", [report_json.document, report_sarif.document], ids=["json", "sarif"])
def test_ten_thousand_problems_are_written_soon(document: object) -> None:
    report = Report.of(problem(number, "unknown-key") for number in range(1, 10_001))
    assert callable(document)

    begin = time.process_time()
    json.dumps(document(report), indent=2)

    # Measured: 0.2 s as JSON, 0.4 s as SARIF.
    assert time.process_time() - begin < 4


def test_a_sarif_log_says_what_the_other_forms_say(case: ProjectCase) -> None:
    case.notes(WRONG)

    done = psm_cards(case.folder, "check", "--format", "sarif")
    log = sarif_run(done.stdout)

    assert done.returncode == 1
    assert log["columnKind"] == "unicodeCodePoints"
    assert log["invocations"] == [{"executionSuccessful": True}]
    driver = log["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("psm-cards", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["missing-value", "unknown-key"]
    assert driver["rules"][1]["shortDescription"]["text"] == explanations.summary("unknown-key")
    assert log["results"][0] == {
        "ruleId": "unknown-key",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "unknown key `qestion` (did you mean `question`?)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "decks.yaml"},
                    "region": {"startLine": 6, "startColumn": 19, "endLine": 6, "endColumn": 26},
                }
            }
        ],
    }


def test_a_sarif_log_of_a_project_without_problems_has_no_results(case: ProjectCase) -> None:
    case.notes(GOOD)

    for command in ("check", "build"):
        done = psm_cards(case.folder, command, "--format", "sarif")
        assert (sarif_run(done.stdout)["results"], done.returncode) == ([], 0)


def test_a_sarif_log_names_related_places_and_encodes_paths(case: ProjectCase) -> None:
    notes = "- {id: one, question: Q, answer: A}\n- {id: one, question: Q, answer: A}"
    case.notes(notes)
    folder = case.folder / "deck é%#: 1"
    folder.mkdir()
    (case.folder / "decks.yaml").rename(folder / "decks.yaml")

    (result,) = sarif_run(psm_cards(case.folder, "check", folder.name, "--format", "sarif").stdout)["results"]

    (related,) = result["relatedLocations"]
    assert related["message"]["text"] == "the first one"
    assert related["physicalLocation"]["region"]["startLine"] == 6
    uri = related["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "deck%20%C3%A9%25%23%3A%201/decks.yaml"


def test_a_sarif_log_gives_an_absolute_path_as_an_address(case: ProjectCase) -> None:
    case.notes(WRONG)

    log = sarif_run(psm_cards(Path.cwd(), "check", str(case.folder), "--format", "sarif").stdout)

    where = log["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert where == (case.folder / "decks.yaml").as_uri()


def test_a_sarif_message_has_no_placeholder_and_no_link() -> None:
    diagnostic = Diagnostic(Severity.ERROR, "cloze-number", "found `{{c0::x}}` and [here](there) and [sic]")

    (result,) = report_sarif.document(Report.of([diagnostic]))["runs"][0]["results"]

    assert result["message"]["text"] == r"found `{{{{c0::x}}}}` and \[here](there) and [sic]"
    assert "locations" not in result


@pytest.mark.parametrize("form", FORMS)
def test_a_problem_without_a_place_is_in_every_form(form: str, tmp_path: Path) -> None:
    done = psm_cards(tmp_path, "build", "--format", form)

    assert done.returncode == 1
    assert "cannot read `decks.yaml`" in done.stdout
    if form == "json":
        report = json_report(done.stdout)
        assert (report["diagnostics"][0]["file"], report["package"]) == (None, None)
    if form == "sarif":
        assert "locations" not in sarif_run(done.stdout)["results"][0]


def test_a_report_with_related_places_keeps_to_its_schema() -> None:
    related = Related("the first one", Span("decks.yaml", 1, 1, 1, 2))
    diagnostic = Diagnostic(Severity.WARNING, "duplicate-id", "twice", Span("decks.yaml", 3, 1, 3, 2), None, (related,))

    report = json_report(json.dumps(report_json.document(Report.of([diagnostic]))))

    assert report["diagnostics"][0]["related"][0]["end_column"] == 2


def test_every_code_keeps_to_the_schema_of_reports() -> None:
    report = Report(tuple(Diagnostic(Severity.ERROR, code, "wrong") for code in get_args(Code)))

    assert len(json_report(json.dumps(report_json.document(report)))["diagnostics"]) == len(get_args(Code))
    assert len(sarif_run(json.dumps(report_sarif.document(report)))["tool"]["driver"]["rules"]) == len(get_args(Code))


def test_the_schema_of_reports_refuses_what_is_no_report() -> None:
    with pytest.raises(ValidationError):
        json_report('{"psm-cards": "1", "errors": 0, "warnings": 0, "diagnostics": [{"code": "tag"}]}')
    with pytest.raises(ValidationError):
        sarif_run('{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}')


@pytest.mark.parametrize(
    ("before", "cells"),
    [("日本語", 6), ("e\u0301", 1), ("👩\u200d", 2), ("\u202e", 6), ("ab", 2)],
    ids=["wide", "combining", "joined", "turned", "plain"],
)
def test_the_mark_stands_below_its_word_whatever_stands_before_it(before: str, cells: int, case: ProjectCase) -> None:
    begin = '      - {id: one, question: "'
    case.notes(f'- {{id: one, question: "{before}<zz>", answer: A}}').check()

    lines = list(report_human.HumanSheet(Painter(sys.stdout)).lines(case.diagnostics[0]))

    assert lines[2].index("^") == len(f"  6 | {begin}") + cells
