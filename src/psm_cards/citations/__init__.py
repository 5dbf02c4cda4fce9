"""Where a card comes from: the passage in its source's text, the reference a reader sees, and the link to the place."""

from typing import TYPE_CHECKING

from psm_cards.citations.bibliography import full, plain
from psm_cards.citations.links import link
from psm_cards.citations.references import disambiguated, order, short
from psm_cards.citations.tally import Tally, tally
from psm_cards.citations.updates import Update
from psm_cards.citations.verification import Counted, Verification, Verifier, verify
from psm_cards.later import parts

if TYPE_CHECKING:
    from psm_cards.citations.coverage import Coverage, measure, shortfalls
else:
    # A build measures no coverage.
    __getattr__ = parts(__name__, {"Coverage": "coverage", "measure": "coverage", "shortfalls": "coverage"})

__all__ = [
    "Counted",
    "Coverage",
    "Tally",
    "Update",
    "Verification",
    "Verifier",
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
