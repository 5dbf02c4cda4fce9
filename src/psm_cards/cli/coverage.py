"""`psm-cards coverage`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.options import FormatOption, LimitOption, ProjectPath, SourcesOption, StrictOption, text_folders
from psm_cards.cli.progress import StageLine
from psm_cards.cli.report_human import Painter
from psm_cards.cli.reports import print_json, print_report
from psm_cards.diagnostics import Report
from psm_cards.files import FileProblem

if TYPE_CHECKING:  # The workflows take half of what a Tab costs; help and completion do without them.
    from psm_cards.workflows import Covered

VERDICT = "low-coverage"
"""The code of what is said last and keeps no page from being written: the page shows what is missing."""

PAGES = (".html", ".htm")


def _page_name(path: Path | None) -> Path | None:
    """Return where the page goes: a slip of the hand is not to replace a file of another kind."""
    if path is not None and path.suffix.lower() not in PAGES:
        raise typer.BadParameter(f"expected a file name that ends with `.html`, found `{path}`")
    return path


def command(  # noqa: PLR0913 (one for each option)
    project: ProjectPath = Path(),
    *,
    sources: SourcesOption = None,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="FILE", callback=_page_name, help="Write a page that shows in the texts what is cited."
        ),
    ] = None,
    fail_under: Annotated[
        int | None,
        typer.Option("--fail-under", metavar="PERCENT", min=0, max=100, help="The least that is to be covered."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="List what is covered, too, with its notes.")] = False,
    format: FormatOption = Format.HUMAN,  # noqa: A002 (the option's name)
    limit: LimitOption = LIMIT,
    strict: StrictOption = False,
) -> None:
    """Say what no card covers of the sources' texts and of the syllabus.

    Example: psm-cards coverage my-deck --sources texts --html coverage.html
    """
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    with StageLine() as progress:
        covered = workflows.coverage(project, text_folders(sources), progress, least=fail_under)
        page = None
        if html and _parts(covered.report)[0].is_clean(strict=strict):
            progress("writing")
            covered, page = _written(covered, html)
    if format is Format.JSON:
        _print_json(covered, page)
    elif format is Format.HUMAN:
        _print(covered, limit, page, everything=everything)
        if html and not page:
            print("nothing was written")
    else:
        print_report(covered.report, format, limit)
    raise typer.Exit(0 if covered.report.is_clean(strict=strict) else 1)


def _parts(report: Report) -> tuple[Report, Report]:
    """Return what is wrong with the project, and what is said of its coverage."""
    verdict = tuple(each for each in report.diagnostics if each.code == VERDICT)
    return Report(tuple(each for each in report.diagnostics if each.code != VERDICT)), Report(verdict)


def _written(covered: "Covered", target: Path) -> "tuple[Covered, Path | None]":
    """Write the page; return the run with what was wrong about that, and where the page is."""
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)
    from psm_cards.cli import coverage_page  # noqa: PLC0415 (Jinja is for the page alone)

    if covered.project is None or covered.coverage is None:
        return covered, None
    try:
        coverage_page.write(covered.project, covered.coverage, target)
    except FileProblem as problem:
        report = Report.of([*covered.report.diagnostics, workflows.unwritable(problem)])
        return covered._replace(report=report), None
    return covered, target


def _print_json(covered: "Covered", page: Path | None) -> None:
    from psm_cards.cli import coverage_json  # noqa: PLC0415 (for this form alone)

    print_json(coverage_json.document(covered, page))


def _print(covered: "Covered", limit: int, page: Path | None, *, everything: bool) -> None:
    """Print first what is wrong with the project, last whether enough is covered."""
    from psm_cards.cli import coverage_table  # noqa: PLC0415 (it knows the data, which the workflows bring)

    paint = Painter(sys.stdout)
    problems, verdict = _parts(covered.report)
    print_report(problems, Format.HUMAN, limit)
    if covered.coverage:
        if problems.diagnostics:
            print()
        for line in coverage_table.lines(covered.coverage, paint, limit, everything=everything):
            print(line)
    if page:
        print(f"wrote {paint('well', str(page))}")
    print_report(verdict, Format.HUMAN, limit)
