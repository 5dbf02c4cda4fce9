"""Reports for programs, in the form that `report.schema.json` lays down."""

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from psm_cards import __version__
from psm_cards.cli import report_citations
from psm_cards.diagnostics import Diagnostic, Report, Severity, Span

if TYPE_CHECKING:  # The workflows take half of what a Tab costs; help and completion do without them.
    from psm_cards.workflows import Built, Checked

NOWHERE = {"file": None, "line": None, "column": None, "end_line": None, "end_column": None}


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of these reports."""
    loaded: dict[str, Any] = json.loads(files("psm_cards.cli").joinpath("report.schema.json").read_text("utf-8"))
    return loaded


def document(report: Report) -> dict[str, Any]:
    """Return what all reports have in common."""
    return {
        "psm-cards": __version__,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in report.diagnostics],
    }


def checked_document(checked: "Checked") -> dict[str, Any]:
    """Return the report of a check: its problems, what became of the citations, and what was recorded of them."""
    cited, update = report_citations.document(checked.tally), report_citations.update_document(checked.update)
    return {**document(checked.report), "citations": cited, "evidence": update}


def built_document(built: "Built") -> dict[str, Any]:
    """Return the report of a build: that of its check, and the package or null."""
    package = built.package
    cited = report_citations.document(built.tally)
    return {
        **document(built.report),
        "citations": cited,
        "package": {**package._asdict(), "path": str(package.path)} if package else None,
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
        **_place(diagnostic.span),
        "related": [{"message": related.message, **_place(related.span)} for related in diagnostic.related],
    }


def _place(span: Span | None) -> dict[str, Any]:
    return span._asdict() if span else NOWHERE
