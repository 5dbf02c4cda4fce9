"""Titles with the little markup that CSL allows in them: to HTML, to plain text, and what else looks like a tag."""

import re
from collections.abc import Iterator
from html import escape

from psm_cards.diagnostics import Finding, Severity

_KEPT = re.compile(r"&lt;(/?)(i|b|sup|sub)&gt;")
_SPAN = re.compile(r"<span (?:class=.nocase.|style=.font-variant: ?small-caps;?.)>(.*?)</span>", re.DOTALL)
_MARKUP = re.compile(r"</?(?:i|b|sup|sub)>")
_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>")
# `List<String>` and `R&D <Journal>` are titles; these are HTML.
_HTML = frozenset(
    {
        *("a", "abbr", "br", "code", "div", "em", "embed", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "iframe"),
        *("img", "li", "mark", "math", "object", "ol", "p", "pre", "q", "s", "script", "small", "span", "strike"),
        *("strong", "style", "svg", "table", "td", "th", "tr", "tt", "u", "ul", "var"),
    }
)


def html(title: str) -> str:
    """Return a title as HTML, all of it escaped but CSL's own `<i>`, `<b>`, `<sup>` and `<sub>` where they close."""
    pieces = _KEPT.split(escape(_SPAN.sub(r"\1", title), quote=False))
    written = [pieces[0]]
    opened: list[tuple[int, str]] = []
    for slash, tag, text in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        written += [f"&lt;{slash}{tag}&gt;", text]
        if not slash:
            opened.append((len(written) - 2, tag))
        elif opened and opened[-1][1] == tag:
            written[opened.pop()[0]], written[-2] = f"<{tag}>", f"</{tag}>"
    return "".join(written)


def plain(title: str) -> str:
    """Return a title as plain text, without CSL's markup."""
    return _MARKUP.sub("", _SPAN.sub(r"\1", title))


def findings(title: str) -> Iterator[Finding]:
    """Yield a warning for each HTML tag that is not CSL's: a reader would see it as typed."""
    for match in _TAG.finditer(_SPAN.sub(_blanked, title)):
        if match[1].lower() in _HTML:
            message = f"tag `{match[0]}` in a title is shown as typed"
            hint = "take it out; a title may have `<i>`, `<b>`, `<sup>` and `<sub>`"
            yield Finding("html-in-title", message, hint, match.start(), len(match[0]), Severity.WARNING)


def _blanked(span: re.Match[str]) -> str:
    """Return as many characters as the span has, without its tags."""
    return f"{' ' * (span.start(1) - span.start())}{span[1]}{' ' * (span.end() - span.end(1))}"
