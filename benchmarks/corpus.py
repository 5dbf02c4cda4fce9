"""Projects of any size that look like real ones: questions of about 90 characters, answers of about 250 in Markdown.

The same numbers give the same project, so that two runs measure the same work.
"""

from collections.abc import Iterator
from pathlib import Path

WORDS = (
    "persona model feature token layer reuse prior evidence training answer context weight probe signal learner "
    "network circuit sample refusal archetype narrative agent simulator steering latent activation dataset claim"
).split()
NOTES_IN_A_FILE = 2_000
SOURCES = 40


class Prose:
    """Words in an order that looks random and never changes (a linear congruential generator)."""

    def __init__(self, seed: int) -> None:
        self._state = seed * 2_654_435_761 + 12_345

    def word(self) -> str:
        """Return the next word."""
        self._state = (self._state * 1_103_515_245 + 12_345) % (1 << 31)
        return WORDS[self._state // 65_536 % len(WORDS)]

    def words(self, count: int) -> str:
        """Return the next words, joined by spaces."""
        return " ".join(self.word() for _ in range(count))


def write(folder: Path, notes: int, decks: int = 0) -> None:
    """Write a project of `notes` notes into `folder`: in one deck a file or, if given, in `decks` decks in all."""
    (folder / "decks").mkdir(parents=True)
    (folder / "decks.yaml").write_text("\n".join(_main()), encoding="utf-8")
    for first in range(0, notes, NOTES_IN_A_FILE):
        numbers = range(first, min(first + NOTES_IN_A_FILE, notes))
        file = folder / "decks" / f"part-{first // NOTES_IN_A_FILE:03}.yaml"
        file.write_text("\n".join(_part(numbers, notes, decks)) + "\n", encoding="utf-8")


def _main() -> Iterator[str]:
    yield "format: 1"
    yield "project: {id: bench, title: A benchmark, citations: required}"
    yield "include: [decks/*.yaml]"
    yield "sources:"
    for number in range(SOURCES):
        yield f"  work{number}:"
        yield "    type: article-journal"
        yield f'    title: "{Prose(number).words(8).capitalize()}"'
        family = WORDS[number % len(WORDS)].title()
        yield f"    author: [{{family: {family}, given: A. B.}}, {{family: Second, given: C.}}]"
        yield f"    issued: {1990 + number % 30}-0{1 + number % 9}-1{number % 9}"
        yield f"    URL: https://example.org/works/{number}?a=1&b=2"
    yield ""


def _part(numbers: range, notes: int, decks: int) -> Iterator[str]:
    yield "decks:"
    last = ""
    for number in numbers:
        name = f"Benchmark::Part {numbers[0] // NOTES_IN_A_FILE:03}"
        if decks:
            name = f"Benchmark::Deck {number * decks // notes:05}"
        if name != last:
            yield f'  - name: "{name}"'
            yield "    notes:"
            last = name
        yield from _note(number)


def _note(number: int) -> Iterator[str]:
    prose = Prose(number)
    yield f"      - id: note-{number}"
    yield f"        question: Which **{prose.word()}** does the {prose.words(10)} of case {number} have?"
    yield "        answer: |"
    yield f"          The *{prose.word()}* of the {prose.words(12)}:"
    yield ""
    yield f"          - {prose.words(7)} as in `{prose.word()}_{number}`"
    last = f"{prose.words(9)} <b>{prose.word()}</b>" if number % 10 == 0 else prose.words(10)
    yield f"          - {last}"
    yield f"        tags: [bench::{prose.word()}, part-{number % 7}]"
    yield "        cite:"
    yield f"          - {{source: work{number % SOURCES}, page: {1 + number % 300}}}"
    if number % 2:
        yield f"          - {{source: work{number * 7 % SOURCES}, section: {prose.words(2).capitalize()}}}"
