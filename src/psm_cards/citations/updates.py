"""What an update of evidence.lock changes: nothing is to be taken over that nobody has been told of."""

from dataclasses import dataclass, field
from typing import NamedTuple

from psm_cards.citations.evidence import Key
from psm_cards.diagnostics import Span


class Change(NamedTuple):
    """A passage that has other words than those recorded, by source and locator; where it is cited, and where it is."""

    key: Key
    cited: Span
    passage: Span


@dataclass(slots=True)
class Update:
    """How many passages are new in evidence.lock and how many are gone, and those that have changed.

    `changed` has an item for each citation of such a passage. `kept` are those whose text is not at hand.
    """

    added: int = 0
    changed: list[Change] = field(default_factory=list)
    removed: int = 0
    kept: int = 0

    @property
    def changed_passages(self) -> int:
        """Return how many passages have changed, each once however often it is cited."""
        return len({change.key for change in self.changed})
