"""Reports as SARIF 2.1.0, the standard in which tools hand their findings to code hosts and editors."""

import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from psm_cards import __version__
from psm_cards.cli import explanations
from psm_cards.diagnostics import Code, Diagnostic, Report, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")
"""The bracket that would begin a link in a message."""


def document(report: Report) -> dict[str, Any]:
    """Return the log of one run: its rules are the codes that were found."""
    codes = sorted({diagnostic.code for diagnostic in report.diagnostics})
    indices = {code: index for index, code in enumerate(codes)}
    driver = {"name": "psm-cards", "version": __version__, "rules": [_rule(code) for code in codes]}
    run = {
        "tool": {"driver": driver},
        # Problems of a project are what a run is to find: it succeeds all the same.
        "invocations": [{"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, indices[diagnostic.code]) for diagnostic in report.diagnostics],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(code: Code) -> dict[str, Any]:
    advice = f"`psm-cards explain {code}` shows an example, wrong and right"
    return {"id": code, "shortDescription": _message(explanations.summary(code)), "help": _message(advice)}


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity.value,
        "message": _message(diagnostic.in_one),
    }
    if diagnostic.span:
        result["locations"] = [{"physicalLocation": _place(diagnostic.span)}]
    if diagnostic.related:
        result["relatedLocations"] = [
            {"physicalLocation": _place(related.span), "message": _message(related.message)}
            for related in diagnostic.related
        ]
    return result


def _message(text: str) -> dict[str, str]:
    """Return a message: braces would be placeholders (section 3.11.5 of the standard), brackets a link (3.11.6)."""
    return {"text": _LINK.sub(r"\\[", text).replace("{", "{{").replace("}", "}}")}


def _place(span: Span) -> dict[str, Any]:
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }
    return {"artifactLocation": {"uri": _uri(span.file)}, "region": region}


@cache
def _uri(file: str) -> str:
    """Return a path as the user named it: a relative one stays relative, so that it leads to the file anywhere."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
