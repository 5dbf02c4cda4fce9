"""The explanations of all codes: read from `problems/*.md`, one section a code, when somebody asks for them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "problems"

TOPICS = ("yaml", "structure", "notes", "sources", "text", "cloze", "media", "templates", "releases", "machine")
"""The files in that folder, in the order of the page."""

_HEADING = re.compile(r"^## ([a-z0-9-]+)\n", re.MULTILINE)
_FENCE = re.compile(r"^(`{3,})(\w+)?(?: +(\S+))?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r".+?\.(?=\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block of an explanation: its language, the file it stands for if it names one, and its text."""

    language: str
    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code means, as Markdown without its heading: a text, and under `Wrong` and `Right` an example of each."""

    code: str
    markdown: str

    @property
    def summary(self) -> str:
        """The first sentence, on one line: it says alone what is wrong."""
        found = _SENTENCE.match(self.markdown)
        return " ".join((found[0] if found else self.markdown).split())

    def parts(self) -> Iterator[str | Fence]:
        """Yield the paragraphs, each on one line, and the fenced blocks, in order."""
        here = 0
        for match in _FENCE.finditer(self.markdown):
            yield from _paragraphs(self.markdown[here : match.start()])
            yield Fence(match[2] or "", match[3] or "", match[4])
            here = match.end()
        yield from _paragraphs(self.markdown[here:])


@dataclass(frozen=True, slots=True)
class Topic:
    """What the codes of one file have in common, and their explanations in the order of the alphabet."""

    title: str
    explanations: tuple[Explanation, ...]


def _paragraphs(text: str) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip()]


@cache
def topics() -> tuple[Topic, ...]:
    """Return all explanations by topic."""
    return tuple(_topic(_read(name)) for name in TOPICS)


def explanation(code: str) -> Explanation | None:
    """Return the explanation of a code, or None if there is no such code."""
    return _by_code().get(code)


def summary(code: str) -> str:
    """Return the first sentence of a code's explanation. Raises KeyError for what is no code."""
    return _by_code()[code].summary


def codes() -> tuple[str, ...]:
    """Return all codes that are explained, by topic."""
    return tuple(_by_code())


def page() -> str:
    """Return the page of all explanations as Markdown, with a table of contents: `docs/problems.md`."""
    contents = "\n".join(_entry(topic) for topic in topics())
    sections = "\n".join(_sections(topic) for topic in topics())
    return f"{_read('page')}\n{contents}\n\n{sections}"


@cache
def _by_code() -> dict[str, Explanation]:
    return {one.code: one for topic in topics() for one in topic.explanations}


def _read(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def _topic(text: str) -> Topic:
    title, *parts = _HEADING.split(text)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return Topic(
        title=title.removeprefix("# ").strip(),
        explanations=tuple(Explanation(code, body.strip("\n")) for code, body in pairs),
    )


def _entry(topic: Topic) -> str:
    links = ", ".join(f"[`{one.code}`](#{one.code})" for one in topic.explanations)
    return f"- [{topic.title}](#{_anchor(topic.title)}): {links}"


def _anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _sections(topic: Topic) -> str:
    sections = "\n".join(f"### {one.code}\n\n{one.markdown}\n" for one in topic.explanations)
    return f"## {topic.title}\n\n{sections}"
