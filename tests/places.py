"""Places for values that a test makes by hand."""

from dataclasses import dataclass

from psm_cards.diagnostics import Span


@dataclass(frozen=True, slots=True)
class FixedPlace:
    """A place whose parts are not known: every part stands where the whole does."""

    whole: Span

    def span(self, offset: int = 0, length: int | None = None) -> Span:  # noqa: ARG002 (the protocol's names)
        """Return the span of the whole."""
        return self.whole


HERE = FixedPlace(Span("decks.yaml", 1, 1, 1, 2))
"""A place for what a test does not ask the place of."""
