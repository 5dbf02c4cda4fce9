"""Code as HTML, with Pygments' short classes when its language is known; used by `writing`.

Pygments costs a tenth of a second to import, so only code that names a language pays for it.
Classes of Pygments that no style colours (`n`, `p`, `w`) are left out: every note carries its HTML to every learner.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

_NO_LANGUAGE = frozenset({"", "none", "plain", "plaintext", "text", "txt"})
_NO_CLASS = frozenset({"", "n", "p", "w"})
# Stand-ins of cloze deletions: they divide a token's span, but the lexer never sees them.
_STAND_IN = re.compile("[\U000f0000-\U0010ffff]")


@cache
def _aliases() -> frozenset[str]:
    from pygments.lexers import get_all_lexers  # noqa: PLC0415 (only code with a language pays for Pygments)

    # Without plugins: the same sources give the same bytes, whatever else is installed.
    return frozenset(alias for _, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases)


@cache
def _lexer(language: str) -> "Lexer":
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415 (only code with a language pays for Pygments)

    # By default a lexer strips blank lines and adds a line end: it must not touch the author's text.
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@cache
def _css_class(token: "_TokenType") -> str:
    from pygments.token import STANDARD_TYPES  # noqa: PLC0415 (only code with a language pays for Pygments)

    known: _TokenType | None = token
    while known is not None and known not in STANDARD_TYPES:
        known = known.parent
    name = STANDARD_TYPES[known] if known is not None else ""
    return "" if name in _NO_CLASS else name


def is_known(language: str) -> bool:
    """Return whether code of this language can be highlighted, or needs none."""
    return language.lower() in _NO_LANGUAGE or language.lower() in _aliases()


def nearest(language: str) -> str:
    """Return the known language whose name is nearest, or blank."""
    return next(iter(get_close_matches(language.lower(), sorted(_aliases()), 1)), "")


def to_html(code: str, language: str = "") -> str:
    """Return a block of code; the text is never changed, and an unknown language gives no spans."""
    language = language.lower()
    if language in _NO_LANGUAGE or language not in _aliases():
        return f'<pre class="code"><code>{escape(code, quote=False)}</code></pre>'
    return f'<pre class="code"><code class="language-{escape(language)}">{_highlight(code, language)}</code></pre>'


def _highlight(code: str, language: str) -> str:
    plain = _STAND_IN.sub("", code)
    tokens = [(_css_class(token), text) for token, text in _lexer(language).get_tokens(plain)]
    if "".join(text for _, text in tokens) != plain:
        # Some lexers normalise what they read (a byte order mark, a carriage return): then the text wins.
        return escape(code, quote=False)
    stand_ins = [(match.start() - count, match.group()) for count, match in enumerate(_STAND_IN.finditer(code))]
    return "".join(_span(name, text) for name, text in _merge(_divide(tokens, stand_ins)))


def _divide(tokens: list[tuple[str, str]], stand_ins: list[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    waiting = iter(stand_ins)
    place, sign = next(waiting, (0, ""))
    offset = 0
    for name, text in tokens:
        cut = 0
        while sign and place < offset + len(text):
            yield name, text[cut : place - offset]
            yield "", sign
            cut = place - offset
            place, sign = next(waiting, (0, ""))
        yield name, text[cut:]
        offset += len(text)
    while sign:
        yield "", sign
        _, sign = next(waiting, (0, ""))


def _merge(pieces: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    name, gathered = "", ""
    for next_name, text in pieces:
        if text and next_name != name and gathered:
            yield name, gathered
            gathered = ""
        if text:
            name = next_name
            gathered += text
    yield name, gathered


def _span(name: str, text: str) -> str:
    text = escape(text, quote=False)
    return f'<span class="{name}">{text}</span>' if name else text
