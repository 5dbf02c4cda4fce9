"""What became of a project's citations in numbers, for reports."""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from psm_cards.citations.verification import Verification
from psm_cards.model import Citation, Project, Source, State


class Correction(NamedTuple):
    """Words of a source's text that its `fixes` replaced, by which words, and how many times."""

    source: str
    wrong: str
    right: str
    times: int


class Tally(NamedTuple):
    """How many citations are in which state, how many texts they were held against, and what was mended in these.

    `recorded` are those of the verified ones that evidence.lock speaks for, because the text is not at hand.
    """

    verified: int = 0
    unverified: int = 0
    unverifiable: int = 0
    recorded: int = 0
    texts: int = 0
    corrections: tuple[Correction, ...] = ()


def tally(project: Project, verification: Verification) -> Tally:
    """Return the numbers of a project's citations; one whose passage is at fault is not verified."""
    counts: Counter[State] = Counter()
    recorded = 0
    for source, citation in _cited(project):
        state = _state(source, citation, verification)
        counts[state] += 1
        recorded += state is State.VERIFIED and source.key not in verification.texts
    return Tally(
        verified=counts[State.VERIFIED],
        unverified=counts[State.UNVERIFIED],
        unverifiable=counts[State.UNVERIFIABLE],
        recorded=recorded,
        texts=len({text.document.path for text in verification.texts.values()}),
        corrections=tuple(_corrections(verification)),
    )


def _cited(project: Project) -> Iterator[tuple[Source, Citation]]:
    sources = project.sources or {}
    for note in project.notes:
        for citation in note.citations:
            # One of an unknown source has been reported and counts as nothing.
            if citation.source in sources:
                yield sources[citation.source], citation


def _state(source: Source, citation: Citation, verification: Verification) -> State:
    state = verification.evidence.state(source, citation)
    is_faulty = (citation.source, citation.at) in verification.faulty
    return State.UNVERIFIED if state is State.VERIFIED and is_faulty else state


def _corrections(verification: Verification) -> Iterator[Correction]:
    """Yield what was mended, the most frequent first."""
    # In the text the words may stand on two lines.
    counts = Counter(
        (source, " ".join(fix.old.split()), fix.new)
        for source, text in verification.texts.items()
        for fix in text.fixed
    )
    for (source, wrong, right), times in counts.most_common():
        yield Correction(source, wrong, right, times)
