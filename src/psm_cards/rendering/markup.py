r"""An author's Markdown to the HTML of a card: the door for every text that is no cloze text.

CommonMark with tables, strikethrough, `$maths$`, coloured code and a short list of HTML tags. Plain text goes through
the parser's own writer, anything else through `writing`. The author's own `\(…\)` is not maths, because CommonMark
reads `\(` as an escaped bracket: the author is told to write `$…$`.
"""

import re
from typing import NamedTuple
from unicodedata import category

from psm_cards.diagnostics import Finding
from psm_cards.model import Kind
from psm_cards.rendering import misread
from psm_cards.rendering.edits import EditedText
from psm_cards.rendering.parsing import MARKDOWN, Cover, ZoneKind, looks_like_block, settle, zones
from psm_cards.rendering.writing import Writer, text_of

# Links and images need checking, maths and HTML a writer of ours.
_SPECIAL = re.compile(r"[<$\[]")
# The same, and what is plain to the parser and may be meant otherwise: one search of a text costs less than two.
_DOUBTFUL = re.compile(r"[<$\[]|\\\(|\{\{c|\|\n|&#")
# Words in a tag that the parser and the sanitiser leave as it is, with nothing in them that Markdown may end elsewhere.
_TAGGED_WORDS = re.compile(r"(?<!\\)<(b|em|i|mark|s|small|strong|sub|sup|u)>(?:[^\W_]|[ ,.;:()'-])*+</\1>")
# What the sanitiser writes otherwise than the parser.
_REWRITTEN = re.compile("\u00a0| />")
# Beyond this many tags a text may be nested more deeply than a card should be: our writer counts.
_MANY_TAGS = 200

_CLOZE = r"(?<!\\)\{\{c[0-9][0-9,]*::"
_CLOZE_HINTS = {
    Kind.BASIC: "use `cloze:` instead of `question:` and `answer:`",
    Kind.CLOZE: "only the text of `cloze:` can hide words; to show the notation put it in backticks",
}
_BREAK = r"(?i)</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|t[dhr]|table|blockquote|pre|summary|details)\b"
# As most texts do: measured, all that follows costs twenty times as much.
_BEGINS_WITH_WORD = re.compile(r"(?:<[a-z0-9]+>\s*)*+[A-Za-z0-9]")
_PICTURE = r"(?i)<img\b"
_EMPTY_MATHS = r"\\\(\s*\\\)|\\\[\s*\\\]"
_INVISIBLE = frozenset({"Cc", "Cf"})
_NOT_TYPED = r"\[sound:[^\[\]]{0,300}+\]|\\[()\[\]]"


class Markup(NamedTuple):
    """HTML, and what is wrong with the text it was made from; offsets count characters of that text."""

    html: str
    findings: tuple[Finding, ...] = ()


def to_html(text: str, kind: Kind = Kind.BASIC) -> Markup:
    """Return a text, of a note of this kind, as HTML; one that is a single paragraph comes without its `<p>`."""
    # Measured: the way of tags through our writer and the sanitiser takes twenty times as long.
    bare = _TAGGED_WORDS.sub("", text) if "</" in text else text
    if not (_DOUBTFUL.search(bare) or looks_like_block(text)):
        html = _plain_html(text)
        if html is not None and (bare is text or not _REWRITTEN.search(html)):
            return Markup(html)
    edited, findings = settle(text)
    if "{{c" in text:
        findings += map(edited.trace, _clozes(edited.text, kind))
    markup = render(edited)
    return Markup(markup.html, (*findings, *markup.findings))


def render(edited: EditedText) -> Markup:
    """Return a settled text as HTML, with findings about the text it was made from."""
    html = None if _SPECIAL.search(edited.text) else _plain_html(edited.text)
    findings = misread.findings(edited.text)
    blocks: list[tuple[int, int]] = []
    if html is None:
        writer = Writer(edited.text)
        html = _unwrap(writer.write())
        findings += writer.findings
        blocks = writer.blocks
    findings += misread.tables(edited.text, blocks)
    return Markup(html, tuple(map(edited.trace, findings)))


def is_blank(html: str) -> bool:
    """Return whether a card shows and plays nothing of `html`: it has no visible character, no picture, no sound."""
    if _BEGINS_WITH_WORD.match(html):
        return False
    left = re.sub(_EMPTY_MATHS, "", text_of(re.sub(_PICTURE, "x", html)))
    return all(character.isspace() or category(character) in _INVISIBLE for character in left)


def plain_text(html: str) -> str:
    """Return what a person would type: without tags, sounds and the delimiters of maths, white space folded."""
    return " ".join(re.sub(_NOT_TYPED, "", text_of(re.sub(_BREAK, r" \g<0>", html))).split())


def _plain_html(text: str) -> str | None:
    html: str = MARKDOWN.html(text)
    if "<pre" in html or "<table" in html or html.count("<") > _MANY_TAGS:
        return None
    return _unwrap(html)


def _unwrap(html: str) -> str:
    html = html.strip("\n")
    if html.startswith("<p>") and html.find("</p>") == len(html) - len("</p>"):
        return html[len("<p>") : -len("</p>")]
    return html


def _clozes(text: str, kind: Kind) -> list[Finding]:
    code = Cover(zones(text), ZoneKind.CODE)
    return [
        Finding(
            "cloze-misplaced" if kind is Kind.CLOZE else "cloze-in-basic",
            f"`{match[0]}` hides nothing here",
            _CLOZE_HINTS[kind],
            match.start(),
            len(match[0]),
        )
        for match in re.finditer(_CLOZE, text)
        if match.start() not in code
    ]
