"""The media that fields, card templates and style sheets name, as Anki and a web view read them (R24)."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from psm_cards.model import LEARNERS_CSS

_START = r"(?i)<(?:img|audio|video|object|source)\b"
_TAG = rf"""{_START}(?:[^>"']|"[^"]*"|'[^']*')*>"""
_ATTRIBUTE = r"""(?i)\s(?:src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))"""
_SOUND = r"(?s)\[sound:(.*?)\]"
_STYLE = re.compile(
    r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^)\s"']+))\s*\)|@import\s+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE
)
_STYLE_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# With a scheme or a host it is no file of the collection; `#` points into the page itself.
_ELSEWHERE = r"(?i)[a-z][a-z0-9+.-]*:|//|#"


class Reference(NamedTuple):
    """A file name that a text shows, plays or imports, and where it stands in that text."""

    name: str
    offset: int
    length: int


def may_be_in(text: str) -> bool:
    """Return whether a text may name media: a quick look, which most texts need no more than."""
    return "[sound:" in text or _may_have_tag(text)


def in_field(text: str) -> Iterator[Reference]:
    """Yield the media that HTML shows or plays, as far as they are files of the collection."""
    if _may_have_tag(text):
        for tag in re.finditer(_TAG, text):
            for attribute in re.finditer(_ATTRIBUTE, tag[0]):
                yield from _local(attribute, tag.start())
    if "[sound:" in text:
        for sound in re.finditer(_SOUND, text):
            yield from _local(sound, 0)


def _may_have_tag(text: str) -> bool:
    # A deck about data has the word in every other note.
    return ("src" in text or "data" in text) and re.search(_START, text) is not None


def in_css(text: str) -> Iterator[Reference]:
    """Yield the files that a style sheet loads from the collection, without the learner's own."""
    text = _STYLE_COMMENT.sub(lambda comment: " " * len(comment[0]), text)
    for match in _STYLE.finditer(text):
        for reference in _local(match, 0):
            name = re.split("[?#]", reference.name, maxsplit=1)[0]
            if name != LEARNERS_CSS:
                yield Reference(name, reference.offset, reference.length)


def in_template(text: str) -> Iterator[Reference]:
    """Yield the media of a card template: those of its HTML and of the styles in it."""
    yield from in_field(text)
    yield from in_css(text)


def _local(match: re.Match[str], base: int) -> Iterator[Reference]:
    group = match.lastindex or 0
    name = html.unescape(match[group]).strip()
    # A name with a field in it is known only when Anki fills it in: the fields are looked at themselves.
    if name and "{{" not in name and not re.match(_ELSEWHERE, name):
        yield Reference(name, base + match.start(group), match.end(group) - match.start(group))
