"""Where a card comes from: the passage in its source's text, the reference a reader sees, and the link to the place."""

from psm_cards.citations.bibliography import full, plain
from psm_cards.citations.coverage import Coverage, measure, shortfalls
from psm_cards.citations.links import link
from psm_cards.citations.references import disambiguated, order, short
from psm_cards.citations.tally import Tally, tally
from psm_cards.citations.updates import Update
from psm_cards.citations.verification import Verification, verify

__all__ = [
    "Coverage",
    "Tally",
    "Update",
    "Verification",
    "disambiguated",
    "full",
    "link",
    "measure",
    "order",
    "plain",
    "short",
    "shortfalls",
    "tally",
    "verify",
]
