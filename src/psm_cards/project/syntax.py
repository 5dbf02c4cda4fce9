"""What is wrong with a text as YAML, in words that help an author who does not know YAML by heart."""

import re

import yaml

from psm_cards.diagnostics import Diagnostic, Related, Severity, Span
from psm_cards.project.positions import SourceText

VALUE_WITH_SIGN = r"""\s*(?:-\s+)*(?:[\w-]+:\s+)?([\[{*&!|>%@`"'])"""
"""A line whose value begins with a sign that YAML gives a meaning."""

EMPTY_BLOCK = re.compile(r":[ \t]+[|>][+-]?\n[ \t\n]*\Z")
"""The header of a block text at the end of what was read: nothing below it is indented."""

APOSTROPHE = r"(?:^|[\s,{\[])'[^']*\w'\w"
"""A text in single quotes that an apostrophe ends too early: `'Don't'`."""

BACKSLASH_HINT = "for a backslash write `\\\\`, or put the text in single quotes or a block below `|`"
"""What to do about a backslash in double quotes."""

FROM_THE_SIGN = ("while scanning an a", "while scanning a tag", "while scanning a simple key", "while parsing a tag")
"""How the contexts begin whose mistake stands where they begin: the parser notices it some words, or lines, later."""

SIGNS = frozenset("*&!")
SIGN_CONTEXTS = ("alias", "anchor", "tag")
"""The signs that begin an alias, an anchor or a tag, and how the parser ends its complaint about one."""

HINTS = (
    ("unknown escape character", BACKSLASH_HINT),
    ("hexadecimal", BACKSLASH_HINT),
    ("could not find expected ':'", "put a space behind the `:` of a key; a text of several lines needs quotes"),
    ("unexpected ':'", "put a text that holds or ends with `:` in quotes"),
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
    if error.context_mark and (error.context or "").startswith(FROM_THE_SIGN):
        mark = error.context_mark
    index = min(mark.index, len(source.text)) if mark else 0
    begin = error.context_mark.index if error.context_mark else index
    related = (Related("it began here", source.span(begin, begin + 1)),) if begin < index else ()
    what = " ".join(part for part in (error.problem, error.context) if part).replace("hexdecimal", "hexadecimal")
    hint = _hint(what, source.text[index : index + 1], _line(source.text, index))
    if "could not find expected ':'" in what and EMPTY_BLOCK.search(
        source.text, 0, source.text.rfind("\n", 0, index) + 1
    ):
        hint = "indent the text below `|` deeper than its key"
    return Diagnostic(
        Severity.ERROR, "yaml-syntax", f"not valid YAML: {what}", source.span(index, index + 1), hint, related
    )


def of_control(index: int, source: SourceText) -> Diagnostic:
    """Return the diagnostic of a control character at an index of the text."""
    message = f"the control character U+{ord(source.text[index]):04X} is not allowed in YAML"
    return Diagnostic(Severity.ERROR, "control-character", message, source.span(index, index + 1), "delete it")


def of_character(error: yaml.reader.ReaderError, source: SourceText) -> Diagnostic:
    """Return the diagnostic of a character that YAML forbids; the parser counts bytes, so its place is looked up."""
    character = error.character if isinstance(error.character, str) else chr(error.character)
    return of_control(max(source.text.find(character), 0), source)


def of_escape(escape: str, code: int, span: Span) -> Diagnostic:
    """Return the diagnostic of an escape in double quotes that gives a character which Anki does not take (R20)."""
    message = f"`{escape}` is the control character U+{code:04X}, which no text can hold"
    is_word = len(escape) == len("\\b") and escape != "\\0"
    # `\\beta` in double quotes is U+0008 and `eta`.
    hint = f"delete it; {BACKSLASH_HINT}" if is_word else "delete it"
    return Diagnostic(Severity.ERROR, "control-character", message, span, hint)


def of_lost_backslash(command: str, span: Span) -> Diagnostic:
    """Return the warning about a command of TeX in double quotes: YAML takes its first letter for white space."""
    what = {"n": "a line end", "r": "a line end", "t": "a tab"}[command[1]]
    message = f"`{command[:2]}` of `{command}` is {what} in double quotes"
    return Diagnostic(Severity.WARNING, "lost-backslash", message, span, BACKSLASH_HINT)


def _line(text: str, index: int) -> str:
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def _hint(problem: str, character: str, line: str) -> str | None:
    if character == "\t":
        return "indent with spaces, not tabs"
    if character in SIGNS and problem.endswith(SIGN_CONTEXTS):
        return f"put a text that begins with `{character}` in quotes, or in a block below `|`"
    if "did not find expected" in problem and re.search(APOSTROPHE, line):
        return "in single quotes write `''` for a `'`, or put the text in double quotes"
    sign = re.match(VALUE_WITH_SIGN, line)
    if (
        sign
        and "a flow " not in problem
        and "hexadecimal" not in problem
        and ("cannot start any token" in problem or "did not find expected" in problem)
    ):
        return f"put a text that begins with `{sign[1]}` in quotes, or in a block below `|`"
    return next((hint for part, hint in HINTS if part in problem), None)


def in_open_quote(found: Diagnostic, line: int, quote: Span) -> Diagnostic:
    """Return the diagnostic of a text behind a quote that was left open in a line above and closed by the next one."""
    related = (Related("this quoted text began here", quote),)
    return found._replace(hint=f"close the quote in line {line}", related=related)
