"""All that knows the Anki format: from a rendered project to a package that every Anki imports without a word."""

from psm_cards.anki.identity import guid_for
from psm_cards.anki.package import Summary, write
from psm_cards.anki.planning import Plan, plan

__all__ = ["Plan", "Summary", "guid_for", "plan", "write"]
