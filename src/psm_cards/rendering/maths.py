r"""Maths between dollars as MathJax reads it, and dollars that are money; used by `parsing` and `writing`.

`$…$` becomes `\(…\)` and `$$…$$` becomes `\[…\]`. A closing dollar is not followed by a digit (as in Pandoc), so
`$5-$10` and `$5/$10` are prices; without this rule the parser reads `5-` as a formula.
"""

import re
from html import escape

_TEX = frozenset("\\^_{}=+<>")
_AMOUNT_AND_WORD = r"(?s)[0-9][0-9.,]*[a-zA-Z]*\s(?:.*\s)?[^\W\d_]{2,}"
_AMOUNT = r"[0-9\s.,/\u2013-]*"
# Signs that nobody types but in a formula; after a backslash only words of TeX, because paths have backslashes too.
_PLAIN = (
    r"\\(?:[dt]?frac|sqrt|sum|prod|int|lim|log|ln|exp|sin|cos|tan|cdot|times|pm|leq?|geq?|neq?|approx|infty|partial"
    r"|nabla|to|left|right|begin|text|math[a-z]{2,4}|hat|bar|vec|overline|alpha|beta|gamma|delta|epsilon|theta|lambda"
    r"|mu|pi|rho|sigma|tau|phi|psi|omega|Delta|Sigma|Omega)(?![A-Za-z])|[_^]\{|[A-Za-z0-9)\]}]\^[A-Za-z0-9\\(-]"
)


def is_price(after: str) -> bool:
    """Return whether `after`, the text behind a closing dollar, makes the pair of dollars money."""
    return after[:1].isdecimal()


def is_probably_price(content: str, before: str) -> bool:
    """Return whether `content` reads as money: `$5 and 10$`, or `5$-10$`, where `before` ends with the 5.

    This is a guess from the words, so the author is to be told.
    """
    if _TEX.isdisjoint(content) and re.match(_AMOUNT_AND_WORD, content):
        return True
    return before[-1:].isdecimal() and re.fullmatch(_AMOUNT, content) is not None


def is_plainly_maths(content: str) -> bool:
    """Return whether `content` can hardly be anything but a formula, or a part of one."""
    return re.search(_PLAIN, content) is not None


def to_html(content: str, *, display: bool) -> str:
    """Return a formula with MathJax's delimiters, otherwise as typed."""
    formula = escape(content, quote=False)
    return rf"\[{formula}\]" if display else rf"\({formula}\)"
