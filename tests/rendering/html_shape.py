"""What a browser would make of a card's HTML: its text, and whether every tag is closed in its place."""

from html.parser import HTMLParser

_VOID = frozenset({"br", "hr", "img", "wbr"})


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.text: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.torn = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.torn |= tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.torn = True

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _read(html: str) -> _Shape:
    shape = _Shape()
    shape.feed(html)
    shape.close()
    return shape


def shown(html: str) -> str:
    """Return the text that a browser shows, white space as it is."""
    return "".join(_read(html).text)


def is_balanced(html: str) -> bool:
    """Return whether every tag is closed in its place."""
    shape = _read(html)
    return not shape.torn and not shape.open


def tags(html: str) -> list[str]:
    """Return the names of the tags in their order."""
    return _read(html).tags


def attributes(html: str) -> list[tuple[str, str | None]]:
    """Return the attributes of all tags in their order."""
    return _read(html).attributes
