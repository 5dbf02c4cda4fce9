"""What a command prints when its work is done: one report, in the form that the user chose."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from psm_cards.cli import report_citations, report_human
from psm_cards.cli.forms import Format
from psm_cards.cli.report_human import Painter, number
from psm_cards.diagnostics import Report

if TYPE_CHECKING:  # The workflows take half of what a Tab costs; help and completion do without them.
    from psm_cards.anki import Summary
    from psm_cards.workflows import Built, Checked, Rehearsed, Released


def print_checked(checked: "Checked", form: Format, limit: int) -> None:
    """Print what a check found; `limit` is the most problems to show to people (0: all)."""
    if form is Format.JSON:
        from psm_cards.cli import report_json  # noqa: PLC0415 (for this form alone)

        print_json(report_json.checked_document(checked))
        return
    print_report(checked.report, form, limit)
    if form is Format.HUMAN:
        if not checked.report.diagnostics:
            print("no problems found")
        cited = report_citations.line(checked.tally) if checked.tally else ""
        if cited:
            print(cited)
        for line in report_citations.update_lines(checked.update) if checked.update else ():
            print(line)


def print_built(built: "Built", form: Format, limit: int) -> None:
    """Print what a build found and where its package is; `limit` as for a check."""
    if form is Format.JSON:
        from psm_cards.cli import report_json  # noqa: PLC0415 (the same)

        print_json(report_json.built_document(built))
        return
    print_report(built.report, form, limit)
    if form is Format.SARIF:
        return
    if built.package:
        _print_package(built.package, [file.name for file in built.files[1:]])
    elif form is Format.HUMAN:
        print("nothing was written")


def print_released(done: "Released", form: Format, limit: int, *, is_dry: bool) -> None:
    """Print what stands against a release, what it brings, and its files; `limit` as for a check."""
    from psm_cards.cli.release_forms import released_document, released_lines  # noqa: PLC0415 (a Tab does without)

    if form is Format.JSON:
        print_json(released_document(done, is_dry=is_dry))
        return
    print_report(done.report, form, limit)
    if form is Format.HUMAN:
        for line in released_lines(done, Painter(sys.stdout), is_dry=is_dry):
            print(line)


def print_rehearsed(done: "Rehearsed", form: Format, limit: int) -> None:
    """Print what stands against a rehearsal, and what became of the learner's things."""
    from psm_cards.cli.release_forms import rehearsal_lines, rehearsed_document  # noqa: PLC0415 (a Tab does without)

    if form is Format.JSON:
        print_json(rehearsed_document(done))
        return
    print_report(done.report, form, limit)
    if form is Format.HUMAN and done.rehearsal:
        for line in rehearsal_lines(done.rehearsal, Painter(sys.stdout)):
            print(line)


def print_report(report: Report, form: Format, limit: int) -> None:
    """Print the problems of a report, in a form other than JSON."""
    if form is Format.SARIF:
        from psm_cards.cli import report_sarif  # noqa: PLC0415 (the same)

        print_json(report_sarif.document(report))
        return
    lines: Iterator[str]
    if form is Format.GITHUB:
        from psm_cards.cli import report_github  # noqa: PLC0415 (the same)

        lines = report_github.lines(report)
    else:
        lines = report_human.lines(report, Painter(sys.stdout), limit)
    for line in lines:
        print(line)


def _print_package(package: "Summary", beside: Sequence[str]) -> None:
    where = Painter(sys.stdout)("well", str(package.path))
    notes, cards, decks = number(package.notes, "note"), number(package.cards, "card"), number(package.decks, "deck")
    print(f"built {where}: {notes}, {cards} in {decks}")
    if beside:
        print(f"beside it: {', '.join(beside)}")
    print("to study it, open the file with Anki, or use File > Import there; leave the options as they are")


def print_json(document: Mapping[str, Any]) -> None:
    """Print a report or a schema as JSON for programs."""
    print(json.dumps(document, indent=2, ensure_ascii=False))
