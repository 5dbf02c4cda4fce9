"""What is wrong with a text as YAML, in words that help an author who does not know YAML by heart."""

import re

import yaml

from psm_cards.diagnostics import Diagnostic, Related, Severity
from psm_cards.project.positions import SourceText

VALUE_WITH_SIGN = re.compile(r"""\s*(?:-\s+)*(?:[\w-]+:\s+)?([\[{*&!|>%@`"'])""")
"""A line whose value begins with a sign that YAML gives a meaning."""

HINTS = (
    ("a flow ", "a text between `{` and `}` or `[` and `]` needs quotes if it holds one of these or a comma"),
    ("block sequence entries", "put a text that begins with `- ` in quotes"),
    ("mapping keys are not allowed", "put a text that begins with `? ` in quotes"),
    ("mapping values are not allowed", "put a text that holds `: ` in quotes; if it is a key, look at its indentation"),
    ("end of stream", "close the quote or bracket that is still open"),
    ("did not find expected", "look for a wrong indentation, an open quote or an open bracket above"),
)
"""What to do, by a part of the parser's words."""


def of_syntax(error: yaml.MarkedYAMLError, source: SourceText) -> Diagnostic:
    """Return the diagnostic of a text that the parser gave up on, at the place where it did."""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index, len(source.text)) if mark else 0
    begin = error.context_mark.index if error.context_mark else index
    related = (Related("it began here", source.span(begin, begin + 1)),) if begin < index else ()
    what = " ".join(part for part in (error.problem, error.context) if part)
    hint = _hint(what, source.text[index : index + 1], _line(source.text, index))
    return Diagnostic(
        Severity.ERROR, "yaml-syntax", f"not valid YAML: {what}", source.span(index, index + 1), hint, related
    )


def of_character(error: yaml.reader.ReaderError, source: SourceText) -> Diagnostic:
    """Return the diagnostic of a character that YAML forbids; the parser counts bytes, so its place is looked up."""
    character = error.character if isinstance(error.character, str) else chr(error.character)
    index = max(source.text.find(character), 0)
    message = f"the control character U+{ord(character):04X} is not allowed in YAML"
    return Diagnostic(Severity.ERROR, "control-character", message, source.span(index, index + 1), "delete it")


def _line(text: str, index: int) -> str:
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _hint(problem: str, character: str, line: str) -> str | None:
    if character == "\t":
        return "indent with spaces, not tabs"
    sign = VALUE_WITH_SIGN.match(line)
    if (
        sign
        and "a flow " not in problem
        and ("cannot start any token" in problem or "did not find expected" in problem)
    ):
        return f"put a text that begins with `{sign[1]}` in quotes, or in a block below `|`"
    return next((hint for part, hint in HINTS if part in problem), None)
