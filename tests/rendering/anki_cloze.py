"""What Anki itself makes of a cloze text: the two sides of each card, by the real backend."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from anki.collection import Collection

from tests.rendering.html_shape import shown

_STYLE_END = "</style>"


@dataclass(frozen=True, slots=True)
class Sides:
    """The HTML of a card's two sides, without the style sheet."""

    question: str
    answer: str

    @property
    def asked(self) -> str:
        """Return the text of the question as a learner sees it."""
        return shown(self.question)

    @property
    def told(self) -> str:
        """Return the text of the answer as a learner sees it."""
        return shown(self.answer).strip()


class AnkiCloze:
    """A collection with Anki's own cloze note type."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def cards(self, html: str) -> dict[int, Sides]:
        """Return the cards of a note with this text, by cloze number."""
        notetype = self._collection.models.by_name("Cloze")
        note = self._collection.new_note(notetype)
        note["Text"] = html
        self._collection.add_note(note, self._collection.decks.id("Default"))
        return {card.ord + 1: _sides(card.question(), card.answer()) for card in note.cards()}


def _sides(question: str, answer: str) -> Sides:
    return Sides(question.partition(_STYLE_END)[2], answer.partition(_STYLE_END)[2].removesuffix("<br>\n"))


@pytest.fixture(scope="module")
def anki() -> Iterator[AnkiCloze]:
    """Yield an empty collection of the real backend; one for a module, because opening takes a third of a second."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / "collection.anki2"))
        yield AnkiCloze(collection)
        collection.close()
