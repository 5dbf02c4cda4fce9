"""Reports as text: for people, as JSON, and as annotations that GitHub shows in a pull request."""

import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from psm_cards import __version__
from psm_cards.cli.options import Format
from psm_cards.diagnostics import Diagnostic, Report, Severity, Span
from psm_cards.files import FileProblem, read_text
from psm_cards.workflows import Built, Checked

WIDEST = 120
"""Characters of a source line that an excerpt shows; of a longer one it shows the part around the mark."""

COLOURS = {"error": "31", "warning": "33", "hint": "36", "bold": "1", "well": "32"}

CONTROLS = re.compile("[\x00-\x08\n-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Characters that move the cursor or turn the line; a tab does no harm."""


def print_checked(checked: Checked, form: Format) -> None:
    """Print what a check found."""
    _print_report(checked.report, form)
    if form is Format.JSON:
        print(json.dumps(_as_json(checked.report), indent=2, ensure_ascii=False))
    elif form is Format.HUMAN and checked.report.is_clean():
        print(f"{_counted(checked.report)} found" if checked.report.diagnostics else "no problems found")


def print_built(built: Built, form: Format) -> None:
    """Print what a build found and where its package is."""
    _print_report(built.report, form)
    package = built.package
    if form is Format.JSON:
        summary = {**asdict(package), "path": str(package.path)} if package else None
        print(json.dumps({**_as_json(built.report), "package": summary}, indent=2, ensure_ascii=False))
    elif package:
        where = Painter(sys.stdout)("well", str(package.path))
        counts = (
            f"{_number(package.notes, 'note')}, {_number(package.cards, 'card')} in {_number(package.decks, 'deck')}"
        )
        print(f"built {where}: {counts}")
        print("to study it, open the file with Anki, or use File > Import there; leave the options as they are")
    elif form is Format.HUMAN:
        print("nothing was written")


def _print_report(report: Report, form: Format) -> None:
    if form is Format.GITHUB:
        for diagnostic in report.diagnostics:
            print(_as_annotation(diagnostic))
    elif form is Format.HUMAN and report.diagnostics:
        sheet = HumanSheet(Painter(sys.stdout))
        for diagnostic in report.diagnostics:
            print("\n".join(sheet.lines(diagnostic)))
        if not report.is_clean():
            print(f"{_counted(report)} found")


def _number(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _counted(report: Report) -> str:
    counts = [(report.count(severity), severity.value) for severity in Severity]
    return ", ".join(_number(count, word) for count, word in counts if count)


def visible(text: str) -> str:
    """Return a text with its control characters spelt out: they could change the lines of a report, or a terminal."""
    return CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


class Painter:
    """Colours words where the stream is a terminal and the user has not said NO_COLOR."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 (any text stream)
        is_dumb = os.environ.get("TERM") == "dumb"
        self._is_on = stream.isatty() and not os.environ.get("NO_COLOR") and not is_dumb

    def __call__(self, colour: str, text: str) -> str:
        """Return the text, coloured if colours are on."""
        return f"\033[{COLOURS[colour]}m{text}\033[0m" if self._is_on else text


class HumanSheet:
    """Writes diagnostics for people: place, message, the source line with a mark under it, and what to do."""

    def __init__(self, paint: Painter) -> None:
        self._paint = paint
        self._files: dict[str, list[str]] = {}

    def lines(self, diagnostic: Diagnostic) -> Iterator[str]:
        """Yield the lines of one diagnostic."""
        severity = self._paint(diagnostic.severity, diagnostic.severity.value)
        place = f"{self._paint('bold', str(diagnostic.span))}: " if diagnostic.span else ""
        yield f"{place}{severity}: {visible(diagnostic.message)} [{diagnostic.code}]"
        if diagnostic.span:
            yield from self._excerpt(diagnostic.span, diagnostic.severity)
        for related in diagnostic.related:
            yield f"  {related.span}: {related.message}"
        if diagnostic.hint:
            yield f"  {self._paint('hint', 'hint')}: {visible(diagnostic.hint)}"

    def _excerpt(self, span: Span, severity: Severity) -> Iterator[str]:
        source = self._lines_of(span.file)
        if not 0 < span.line <= len(source):
            return
        whole = source[span.line - 1]
        start = max(0, span.column - WIDEST // 2) if len(whole) > WIDEST else 0
        line = whole[start : start + WIDEST]
        end = span.end_column if span.end_line == span.line else len(whole) + 1
        length = max(min(end - 1 - start, len(line)) - (span.column - 1 - start), 1)
        # A tab keeps its width in both lines; every other character before the mark is one space.
        indent = "".join("\t" if character == "\t" else " " for character in line[: span.column - 1 - start])
        number = str(span.line)
        yield f"  {number} | {visible(line)}"
        yield f"  {' ' * len(number)} | {indent}{self._paint(severity, '^' * length)}"

    def _lines_of(self, file: str) -> list[str]:
        if file not in self._files:
            try:
                self._files[file] = read_text(Path(file)).split("\n")
            except FileProblem:
                self._files[file] = []
        return self._files[file]


def _place(span: Span | None) -> dict[str, Any]:
    if span is None:
        return {"file": None, "line": None, "column": None, "end_line": None, "end_column": None}
    return asdict(span)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "psm-cards": __version__,
        "errors": report.count(Severity.ERROR),
        "warnings": report.count(Severity.WARNING),
        "diagnostics": [
            {
                "severity": diagnostic.severity.value,
                "code": diagnostic.code,
                "message": diagnostic.message,
                "hint": diagnostic.hint,
                **_place(diagnostic.span),
                "related": [{"message": related.message, **_place(related.span)} for related in diagnostic.related],
            }
            for diagnostic in report.diagnostics
        ],
    }


def _escaped(text: str, *, in_property: bool = False) -> str:
    """Escape what has a meaning in a workflow command of GitHub."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text


def _as_annotation(diagnostic: Diagnostic) -> str:
    properties = {**_annotated(diagnostic.span), "title": diagnostic.code}
    message = f"{diagnostic.message} ({diagnostic.hint})" if diagnostic.hint else diagnostic.message
    listed = ",".join(f"{key}={_escaped(value, in_property=True)}" for key, value in properties.items())
    return f"::{diagnostic.severity.value} {listed}::{_escaped(message)}"


def _annotated(span: Span | None) -> dict[str, str]:
    """Return a span as GitHub has it: the end column is the last one marked, and only within a line."""
    if span is None:
        return {}
    where = {"file": span.file, "line": span.line, "endLine": span.end_line, "col": span.column}
    if span.line == span.end_line:
        where["endColumn"] = max(span.end_column - 1, span.column)
    return {key: str(value) for key, value in where.items()}
