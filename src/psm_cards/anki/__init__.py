"""All that knows the Anki format: from a rendered project to a package that every Anki imports without a word."""

from typing import TYPE_CHECKING

from psm_cards.anki.fields import SEPARATOR
from psm_cards.anki.identity import field_id, guid_for, template_id
from psm_cards.anki.notetypes import SORT_FIELD
from psm_cards.anki.package import Summary, write
from psm_cards.anki.planning import Plan, PlannedNote, PlannedPart, Planner, media_of, merge, plan
from psm_cards.anki.references import in_field as media_in
from psm_cards.anki.references import may_be_in as may_name_media
from psm_cards.later import parts

if TYPE_CHECKING:
    from psm_cards.anki.reading import StoredNote, StoredPackage, read
else:
    # A build reads no package but its own, and that as it is written.
    __getattr__ = parts(__name__, {"StoredNote": "reading", "StoredPackage": "reading", "read": "reading"})

__all__ = [
    "SEPARATOR",
    "SORT_FIELD",
    "Plan",
    "PlannedNote",
    "PlannedPart",
    "Planner",
    "StoredNote",
    "StoredPackage",
    "Summary",
    "field_id",
    "guid_for",
    "may_name_media",
    "media_in",
    "media_of",
    "merge",
    "plan",
    "read",
    "template_id",
    "write",
]
