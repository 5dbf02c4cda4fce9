"""Reports as annotations, which GitHub shows beside the lines of a pull request."""

from collections.abc import Iterator

from psm_cards.diagnostics import Diagnostic, Report, Span


def lines(report: Report) -> Iterator[str]:
    """Yield one workflow command a problem."""
    return map(_annotation, report.diagnostics)


def _annotation(diagnostic: Diagnostic) -> str:
    properties = {**_place(diagnostic.span), "title": diagnostic.code}
    listed = ",".join(f"{key}={_escaped(value, in_property=True)}" for key, value in properties.items())
    # Another place, such as that of the passage in a text, has no mark of its own there.
    others = (f"{related.span}: {related.message}" for related in diagnostic.related)
    message = "\n".join((diagnostic.in_one, *others))
    return f"::{diagnostic.severity.value} {listed}::{_escaped(message)}"


def _escaped(text: str, *, in_property: bool = False) -> str:
    """Escape what has a meaning in a workflow command of GitHub."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text


def _place(span: Span | None) -> dict[str, str]:
    """Return a span as GitHub has it: the end column is the last one marked, and only within a line."""
    if span is None:
        return {}
    where = {"file": span.file, "line": span.line, "endLine": span.end_line, "col": span.column}
    if span.line == span.end_line:
        where["endColumn"] = max(span.end_column - 1, span.column)
    return {key: str(value) for key, value in where.items()}
