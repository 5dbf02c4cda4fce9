"""Where a card comes from: the short reference a reader sees, and the link to the cited place."""

from psm_cards.citations.links import link
from psm_cards.citations.references import short

__all__ = ["link", "short"]
