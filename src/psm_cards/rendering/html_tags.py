"""The HTML that authors may write: a short list of tags and attributes, everything else shown as typed or refused.

`writing` hands over each piece of raw HTML; `sanitise` is the second wall, and both stand on the same list.
"""

import re
from difflib import get_close_matches
from html import escape, unescape

import nh3

from psm_cards.diagnostics import Code, Finding, Severity

MAX_DEPTH = 100

_GLOBAL = frozenset({"class", "dir", "lang", "title"})
_CELL = frozenset({"colspan", "rowspan"})
ATTRIBUTES = {
    **dict.fromkeys(
        (
            *("abbr", "b", "bdi", "bdo", "br", "caption", "cite", "code", "dd", "del", "dfn", "div", "dl", "dt", "em"),
            *("figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "mark", "p", "pre"),
            *("rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody"),
            *("tfoot", "thead", "tr", "u", "ul", "var", "wbr"),
        ),
        frozenset[str](),
    ),
    "a": frozenset({"href"}),
    "blockquote": frozenset({"cite"}),
    "details": frozenset({"open"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "q": frozenset({"cite"}),
    "td": _CELL,
    "th": _CELL | {"scope"},
}
"""The allowed tags, each with its attributes beside those that every tag may have."""

_UNSAFE = frozenset(
    (
        *("applet", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "math", "meta"),
        *("noscript", "object", "portal", "script", "select", "style", "svg", "template", "textarea", "title"),
    ),
)
VOID = frozenset({"br", "hr", "img", "wbr"})
"""The allowed tags that have no end."""

_END_OPTIONAL = frozenset({"dd", "dt", "li", "p", "rp", "rt", "tbody", "td", "tfoot", "th", "thead", "tr"})
_ADDRESSES = frozenset({"cite", "href", "src"})
_SCRIPTS = frozenset({"data", "javascript", "vbscript"})
_LINKS = frozenset({"doi", "http", "https", "mailto"})

# Possessive and bounded: a hundred kilobytes of broken tags must not cost more than one look at each character.
_PIECE = re.compile(
    r"""<!--|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9:_.-]*+)"""
    r"""(?P<attributes>(?:[^<>"']++|"[^"]{0,2000}+"|'[^']{0,2000}+'){0,100}+)>|<""",
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s"'>/=]++)(?P<given>\s*+=\s*+(?:"(?P<two>[^"]*+)"|'(?P<one>[^']*+)'|(?P<bare>[^\s"'=<>`]++)))?""",
)
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9:_.-]*)")
_STARTED = re.compile(r"<([A-Za-z][A-Za-z0-9:_.-]*)")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")
_BLANK = re.compile(r"[\x00-\x20]+")

_CLEANER = nh3.Cleaner(
    tags=set(ATTRIBUTES),
    attributes={"*": set(_GLOBAL), **{tag: set(names) for tag, names in ATTRIBUTES.items() if names}},
    url_schemes=set(_LINKS),
    link_rel=None,
)


def sanitise(html: str) -> str:
    """Return `html` with every tag closed in its place and nothing that is not allowed."""
    # A list inside a paragraph ends the paragraph; the second half of it may be empty.
    return _CLEANER.clean(html).replace("<p></p>", "")


def scheme(address: str) -> str:
    """Return an address's scheme in lower case, read as a browser does (white space does not count), or blank."""
    match = _SCHEME.match(_BLANK.sub("", address).lower())
    return match[1] if match else ""


def is_link(address: str) -> bool:
    """Return whether a card may link to `address`: only the web, mail and DOIs work on every device."""
    return scheme(address) in _LINKS


def web_address(link: str) -> str:
    """Return a link as a browser opens it: a DOI at its resolver, a space encoded."""
    if scheme(link) == "doi":
        link = "https://doi.org/" + link.split(":", 1)[1].strip()
    return link.replace(" ", "%20")


def is_script(address: str) -> bool:
    """Return whether a browser would run `address` or read it as a document."""
    return scheme(address) in _SCRIPTS


def unsafe_link(address: str, offset: int, length: int) -> Finding:
    """Return the finding about a link that a card may not have."""
    expected = "expected an address that starts with `https://`, `http://`, `mailto:` or `doi:`"
    hint = "write the whole address, or leave out the link"
    return Finding("unsafe-link", f"{expected}, found `{address}`", hint, offset, length)


def is_unknown(text: str, offset: int) -> bool:
    """Return whether the tag that starts at `offset` is neither allowed nor refused nor a comment."""
    match = _NAME.match(text, offset)
    if match is None:
        return not text.startswith("<!--", offset)
    name = match[1].lower()
    return name not in ATTRIBUTES and name not in _UNSAFE


def started(text: str) -> frozenset[str]:
    """Return the names of the tags that start somewhere in `text`, in lower case."""
    return frozenset(name.lower() for name in _STARTED.findall(text))


def unknown_tag(text: str, offset: int, starts: frozenset[str]) -> Finding | None:
    """Return the warning about the unknown tag at `offset`, or None if it is the end of one of `starts`."""
    match = _NAME.match(text, offset)
    if match is None:
        return unknown_shown(text[offset : offset + 2], offset)
    if text.startswith("</", offset) and match[1].lower() in starts:
        return None
    end = text.find(">", offset, offset + 200)
    return unknown_shown(text[offset : end + 1] if end >= 0 else match[0], offset)


def unknown_shown(tag: str, offset: int) -> Finding:
    """Return the warning about a tag that is not known and therefore shown as typed."""
    name = tag.strip("</>").split(maxsplit=1)[:1]
    # `<stong>` is a slip, `List<String>` is code.
    near = get_close_matches(name[0], ATTRIBUTES, 1, 0.8) if name and len(name[0]) > 1 and name[0].islower() else []
    hint = f"did you mean `<{near[0]}>`? " if near else ""
    hint += "to show it without a warning, put it in backticks or write `&lt;` for `<`"
    message = f"unknown tag `{tag}` is shown as typed"
    return Finding("unknown-tag", message, hint, offset, len(tag), Severity.WARNING)


class TagReader:
    """Reads raw HTML piece by piece, remembers what is open, and collects what is wrong with it.

    `found` says whether any tag was kept, so that the whole has to be sanitised.
    """

    def __init__(self, text: str) -> None:
        self._starts = started(text) if "</" in text else frozenset[str]()
        self.findings: list[Finding] = []
        self.found = False
        self._open: list[tuple[str, int]] = []
        self._floors: list[int] = []

    def rewrite(self, raw: str, offset: int) -> str:
        """Return a piece of raw HTML that stands at `offset`: allowed tags kept, comments dropped, the rest escaped."""
        parts: list[str] = []
        here = 0
        while match := _PIECE.search(raw, here):
            parts.append(raw[here : match.start()].replace(">", "&gt;"))
            here = match.end()
            if match[0] == "<!--":
                # A comment without an end runs to the end of the text, as in a browser.
                end = raw.find("-->", here)
                here = end + 3 if end >= 0 else len(raw)
            else:
                parts.append(self._tag(match, offset + match.start()))
        parts.append(raw[here:].replace(">", "&gt;"))
        return "".join(parts)

    def enter(self) -> None:
        """Take note that Markdown opens an element: what is opened in it ends in it."""
        self._floors.append(len(self._open))

    def leave(self) -> str:
        """Return the end tags of what is still open in the element that Markdown is about to close."""
        return self._leave(self._floors.pop() if self._floors else 0)

    def _tag(self, match: re.Match[str], offset: int) -> str:
        name = (match["name"] or "").lower()
        if name in _UNSAFE:
            if self._is_news(match, name):
                hint = "cards cannot hold scripts, forms or frames"
                self._refuse(f"tag `{match[0]}` is not allowed", hint, match, offset)
        elif name not in ATTRIBUTES:
            if (name or match.string.startswith(("?", "!"), match.end())) and self._is_news(match, name):
                self.findings.append(unknown_shown(match[0], offset))
        elif match["end"]:
            self.found = True
            return self._end(name, match, offset)
        elif len(self._open) < MAX_DEPTH:
            self.found = True
            return self._start(name, match, offset)
        else:
            self._refuse(
                "tags are nested too deeply",
                "close what is open, or take levels out",
                match,
                offset,
                "nesting-too-deep",
            )
        return escape(match[0], quote=False)

    def _refuse(self, message: str, hint: str, match: re.Match[str], offset: int, code: Code = "unsafe-html") -> None:
        self.findings.append(Finding(code, message, hint, offset, len(match[0])))

    def _is_news(self, match: re.Match[str], name: str) -> bool:
        return not match["end"] or name not in self._starts

    def _start(self, name: str, match: re.Match[str], offset: int) -> str:
        attributes = "".join(
            self._attribute(name, attribute, offset + match.start("attributes") - match.start() + attribute.start())
            for attribute in _ATTRIBUTE.finditer(match["attributes"])
        )
        if name not in VOID:
            self._open.append((name, offset))
        return f"<{name}{attributes}>"

    def _end(self, name: str, match: re.Match[str], offset: int) -> str:
        floor = self._floors[-1] if self._floors else 0
        for index in range(len(self._open) - 1, floor - 1, -1):
            if self._open[index][0] == name:
                inner = self._leave(index + 1)
                self._open.pop()
                return f"{inner}</{name}>"
        message = f"`{match[0]}` closes no tag that was opened in the same block"
        hint = f"take it out, or open it with `<{name}>` before, without a blank line between"
        self.findings.append(Finding("unclosed-tag", message, hint, offset, len(match[0]), Severity.WARNING))
        return ""

    def _leave(self, depth: int) -> str:
        ends = "".join(f"</{name}>" for name, _ in reversed(self._open[depth:]))
        for name, offset in self._open[depth:]:
            if name not in _END_OPTIONAL:
                message, hint = f"tag `<{name}>` is not closed", f"write `</{name}>` in the same block"
                self.findings.append(Finding("unclosed-tag", message, hint, offset, len(name) + 1, Severity.WARNING))
        del self._open[depth:]
        return ends

    def _attribute(self, tag: str, match: re.Match[str], offset: int) -> str:
        name = match["name"].lower()
        value = unescape(match["two"] or match["one"] or match["bare"] or "")
        if name.startswith("on") or name == "style":
            hint = (
                "use a class, and style it in `templates/style.css`" if name == "style" else "cards cannot run scripts"
            )
            self._refuse(f"attribute `{name}` is not allowed", hint, match, offset)
        elif name not in _GLOBAL and name not in ATTRIBUTES[tag]:
            message = f"attribute `{name}` of `<{tag}>` is left out"
            hint = "cards keep `class`, `dir`, `lang`, `title` and what the tag itself needs: take it out"
            self.findings.append(Finding("unknown-attribute", message, hint, offset, len(match[0]), Severity.WARNING))
        elif name in _ADDRESSES and is_script(value):
            self._refuse(
                f"address `{value}` is not allowed", "cards cannot run scripts or hold documents", match, offset
            )
        elif name == "href" and not is_link(value):
            self.findings.append(unsafe_link(value, offset, len(match[0])))
        else:
            value = web_address(value) if name == "href" else value
            return f' {name}="{escape(value)}"' if match["given"] else f" {name}"
        return ""
