"""A small project that cites a text, for tests of what becomes of its citations."""

from pathlib import Path

from tests.project_case import HEAD

from psm_cards import citations, project
from psm_cards.citations import Update, Verification
from psm_cards.model import State

TEXT = (
    "A transcript of a talk.\n"
    "The moon is made of rock, as far as anyone has found out so far. Its far side was seen first in 1959.\n"
    "Nobody has walked on it since the year 1972, although there are plans to go back there again.\n"
)
DECKS = f"""{HEAD}sources:
  talk:
    type: speech
    title: On the moon
    custom: {{text: talk.txt}}
  book: {{type: book, title: A book}}
decks:
- name: Moon
  notes:
  - id: rock
    question: Q
    answer: A
    cite:
    - {{source: book, page: 3}}
    - {{source: talk, at: The moon is … far}}
  - id: walk
    question: Q
    answer: A
    cite: [{{source: talk, at: Nobody has walked … back there again}}]
"""


class Talk:
    """A project that cites a text; every step returns the case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.texts = folder / "texts"
        self.texts.mkdir()
        (folder / "decks.yaml").write_text(DECKS, encoding="utf-8")
        self.text(TEXT)

    def text(self, text: str) -> "Talk":
        """Write the source's text."""
        (self.texts / "talk.txt").write_text(text, encoding="utf-8")
        return self

    def decks(self, old: str, new: str) -> "Talk":
        """Change the project's file."""
        text = (self.folder / "decks.yaml").read_text(encoding="utf-8")
        assert old in text
        (self.folder / "decks.yaml").write_text(text.replace(old, new), encoding="utf-8")
        return self

    def verify(self, *, with_text: bool = True, updating: bool = False) -> Verification:
        """Verify the citations."""
        loaded, problems = project.load(self.folder)
        assert loaded is not None
        assert problems == []
        return citations.verify(loaded, [self.texts] if with_text else [], updating=updating)

    def update(self, *, with_text: bool = True) -> Update:
        """Write evidence.lock and return what changed in it."""
        loaded, _ = project.load(self.folder)
        assert loaded is not None
        update = self.verify(with_text=with_text, updating=True).record(loaded)
        assert update is not None
        return update

    def record(self) -> "Talk":
        """Write evidence.lock."""
        self.update()
        return self

    @property
    def lock(self) -> Path:
        """The file evidence.lock."""
        return self.folder / "evidence.lock"

    def recorded(self) -> list[str]:
        """Return the lines of evidence.lock without its header: that of the text, then those of the passages."""
        return self.lock.read_text(encoding="utf-8").splitlines()[1:]

    def rewrite(self, old: str, new: str) -> "Talk":
        """Change evidence.lock by hand."""
        text = self.lock.read_text(encoding="utf-8")
        assert old in text
        self.lock.write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def found(self, *, with_text: bool = True) -> list[str]:
        """Return what is wrong, as `line code`."""
        diagnostics = self.verify(with_text=with_text).diagnostics
        return [f"{one.span.line if one.span else 0} {one.code}" for one in diagnostics]

    def states(self, *, with_text: bool = True) -> list[State]:
        """Return the state of each citation."""
        loaded, _ = project.load(self.folder)
        assert loaded is not None
        recorded = citations.verify(loaded, [self.texts] if with_text else []).evidence
        sources = loaded.sources or {}
        notes = (note for deck in loaded.decks for note in deck.notes)
        return [recorded.state(sources[one.source], one.at) for note in notes for one in note.citations]
