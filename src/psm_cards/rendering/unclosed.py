"""Where a template's block or bracket begins that is never closed, which Jinja tells of only where the text ends.

Used by `templates`.
"""

import re
from itertools import pairwise

from jinja2 import TemplateSyntaxError

from psm_cards.diagnostics import Finding

_INNERMOST = r"innermost block that needs to be closed is '(\w+)'"
_UNKNOWN_TAG = r"unknown tag '(\w+)'"
_BLOCK = r"(?s)\[#.*?#\]|\[%[-+]?\s*(?P<name>\w+)(?P<rest>.*?)%\]"
_BRACKET = r"\[\[|\]\]|\[%|%\]"
_ENDS = {"[[": "]]", "[%": "%]"}


def find(error: TemplateSyntaxError) -> Finding | None:
    """Return what is not closed, with its offset in the template's file; None if the error is about something else."""
    text, message = error.source or "", error.message or ""
    if innermost := re.search(_INNERMOST, message):
        return _block(text, innermost[1], re.search(_UNKNOWN_TAG, message))
    if message.startswith(("unexpected 'end of template'", "unexpected end of template")):
        return _bracket(text)
    return None


def _bracket(text: str) -> Finding | None:
    signs = [*re.finditer(_BRACKET, text)]
    for sign, after in pairwise([*signs, None]):
        if sign and sign[0] in _ENDS and (after is None or after[0] != _ENDS[sign[0]]):
            return _finding(f"`{sign[0]}` is never closed", f"end it with `{_ENDS[sign[0]]}`", sign.start(), 2)
    return None


def _block(text: str, name: str, instead: re.Match[str] | None) -> Finding | None:
    opened: list[re.Match[str]] = []
    for block in re.finditer(_BLOCK, text):
        # `[% set x = 1 %]` has no end.
        if block["name"] == name and not (name == "set" and "=" in block["rest"]):
            opened.append(block)
        elif block["name"] == f"end{name}":
            del opened[-1:]
    if not opened:
        return None
    message = (
        f"`[% {name} %]` is not closed before `[% {instead[1]} %]`" if instead else f"`[% {name} %]` is never closed"
    )
    return _finding(message, f"end it with `[% end{name} %]`", opened[-1].start(), len(opened[-1][0]))


def _finding(message: str, hint: str, offset: int, length: int) -> Finding:
    return Finding("template-error", message, hint, offset, length)
