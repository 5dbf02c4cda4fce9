"""Source texts for tests: from a file as a project has it, or from memory where a property wants thousands."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.environment import ROOT

from psm_cards.citations import locators, normal, passages, sourcetext, texts
from psm_cards.citations.locators import PassageProblem
from psm_cards.citations.offsets import Offsets
from psm_cards.citations.sourcetext import Passage, SourceText

SEEDS = ROOT.parent / "shared" / "seeds"
BOILERPLATE = ("LessWrong (Curated & Popular)", '"The persona selection model" by Sam Marks')

STORY = """\
The harbour had frozen over, which nobody living could remember. Every boat lay where the tide had left it,
and the gulls walked about on the ice like landlords. Old Dr. Marsh measured it each morning, e.g. at the quay.

By March the ice was two feet thick. Every boat lay under snow by then, and the children skated to school.

"It will hold," said Dr. Marsh. He was wrong by a single night.
"""


def from_file(path: Path, text: str, strip: Sequence[str] = (), fixes: Mapping[str, str] | None = None) -> SourceText:
    """Return the source text of a file that has this text."""
    path.write_text(text, encoding="utf-8")
    return sourcetext.load(texts.read(path), strip, fixes)


def in_memory(text: str, strip: Sequence[str] = (), fixes: Mapping[str, str] | None = None) -> SourceText:
    """Return the source text of a plain text that is in no file."""
    return sourcetext.load(texts.Document(Path("story.txt"), text, text, "", Offsets()), strip, fixes)


def found(source: SourceText, at: str) -> str:
    """Return the passage that a locator marks, as it is written in the text."""
    passage = passages.find(source, locators.parse(at))
    return source.text[passage.start : passage.end]


def refused(source: SourceText, at: str) -> PassageProblem:
    """Return the problem of a locator that marks no passage."""
    with pytest.raises(PassageProblem) as problem:
        passages.find(source, locators.parse(at))
    return problem.value


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text, their blanks folded."""
    source = in_memory(text)
    return [" ".join(source.text[one.start : one.end].split()) for one in source.sentences()]


def stretch_of(source: SourceText, words: str) -> Passage:
    """Return the passage that has exactly these words, which stand once in the text."""
    wanted = normal.words(words)
    start = source.normal.text.index(wanted)
    return source.from_words(start, start + len(wanted))
