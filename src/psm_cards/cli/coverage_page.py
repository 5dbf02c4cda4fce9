"""Coverage as a page: the texts with every sentence marked, and the notes that the marks lead to.

The page holds the texts themselves, so it stays on the user's machine; it loads nothing and sends nothing.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from psm_cards.citations import suggestions
from psm_cards.citations.coverage import NEW_LINE, NEW_PARAGRAPH, Coverage, Sentence, SourceCoverage, Standing
from psm_cards.files import FileProblem, replacing
from psm_cards.model import Note, Project

TEMPLATE = "coverage_page.html"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence on the page: its anchor, its place in the text for people, and the line that a note would cite it by.

    The line is blank if a note does, or if no line can.
    """

    anchor: str
    where: str
    sentence: Sentence
    line: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A source on the page: its title, and its text as lines of sentences."""

    title: str
    covered: SourceCoverage
    lines: tuple[tuple[Mark, ...], ...]

    @property
    def marks(self) -> Iterator[Mark]:
        """All its sentences."""
        return chain.from_iterable(self.lines)

    @property
    def uncovered(self) -> tuple[Mark, ...]:
        """The sentences that need a card."""
        return tuple(mark for mark in self.marks if mark.sentence.standing is Standing.UNCOVERED)


@dataclass(frozen=True, slots=True)
class Card:
    """A note on the page: its deck, where it cites a text (source and sentence), and the items that it covers."""

    deck: str
    note: Note
    passages: tuple[tuple[str, Mark], ...]
    items: tuple[str, ...]


def write(project: Project, coverage: Coverage, target: Path) -> None:
    """Write the page. Raises FileProblem, also where the target is one of the texts: these cannot be made again."""
    if target.resolve() in {source.path.resolve() for source in coverage.sources if source.path}:
        raise FileProblem("write", target, "it is the text of a source")
    with replacing(target) as beside:
        beside.write_text(render(project, coverage), encoding="utf-8", newline="\n")


def render(project: Project, coverage: Coverage) -> str:
    """Return the page as HTML; everything that comes from the project or from a text is escaped."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files("psm_cards.cli").joinpath(TEMPLATE).read_text("utf-8"))
    titles = {key: source.title for key, source in (project.sources or {}).items()}
    shown = [_shown(number, titles[source.key], source) for number, source in enumerate(coverage.sources, 1)]
    cards = list(_cards(project, coverage, shown))
    numbers = {card.note.id: number for number, card in enumerate(cards, 1)}
    return template.render(
        project=project,
        coverage=coverage,
        sources=shown,
        cards=cards,
        numbers=numbers,
        Standing=Standing,
        NEW_LINE=NEW_LINE,
        NO_LOCATOR=suggestions.NONE,
    )


def _shown(number: int, title: str, source: SourceCoverage) -> Shown:
    lines: list[list[Mark]] = []
    for count, sentence in enumerate(source.sentences or (), 1):
        if sentence.gap in (NEW_LINE, NEW_PARAGRAPH) or not lines:
            lines.append([])
        where = f"page {sentence.page}" if sentence.page else f"{sentence.span.line}:{sentence.span.column}"
        locator = source.locator(sentence)
        line = suggestions.entry(locator) if locator else ""
        lines[-1].append(Mark(f"s{number}-{count}", where, sentence, line))
    return Shown(title, source, tuple(map(tuple, lines)))


def _cards(project: Project, coverage: Coverage, shown: list[Shown]) -> Iterator[Card]:
    """Yield the notes that the page leads to, in their order."""
    passages: defaultdict[str, list[tuple[str, Mark]]] = defaultdict(list)
    for source in shown:
        for mark in source.marks:
            for note in mark.sentence.notes:
                passages[note].append((source.covered.key, mark))
    items: defaultdict[str, list[str]] = defaultdict(list)
    for covered in coverage.items:
        for note in covered.notes:
            items[note].append(covered.item.id)
    linked = passages.keys() | items.keys()
    notes = ((deck.name, each) for deck in project.decks for each in deck.notes if each.id in linked)
    for deck, each in notes:
        yield Card(deck, each, tuple(passages[each.id]), tuple(items[each.id]))
