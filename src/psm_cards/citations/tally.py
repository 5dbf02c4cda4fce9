"""What became of a project's citations in numbers, for reports."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from psm_cards.citations.evidence import Key
from psm_cards.citations.verification import Verification
from psm_cards.model import Source, State


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


def tally(sources: Mapping[str, Source], verification: Verification) -> Tally:
    """Return the numbers of a project's citations; one whose passage is at fault is not verified."""
    counts: Counter[State] = Counter({State.UNVERIFIABLE: verification.unplaced})
    recorded = 0
    for key, times in verification.cited.items():
        # One of an unknown source has been reported and counts as nothing.
        if source := sources.get(key[0]):
            state = _state(source, key, verification)
            counts[state] += times
            recorded += times * (state is State.VERIFIED and source.key not in verification.texts)
    return Tally(
        verified=counts[State.VERIFIED],
        unverified=counts[State.UNVERIFIED],
        unverifiable=counts[State.UNVERIFIABLE],
        recorded=recorded,
        texts=len({text.document.path for text in verification.texts.values()}),
        corrections=tuple(_corrections(verification)),
    )


def _state(source: Source, key: Key, verification: Verification) -> State:
    state = verification.evidence.state(source, key[1])
    return State.UNVERIFIED if state is State.VERIFIED and key in verification.faulty else state


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
