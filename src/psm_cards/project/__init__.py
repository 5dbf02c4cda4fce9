"""From decks.yaml and the files it includes to a Project: every key and value knows where it stands.

`load` is the way in, `Loading` the one for who can do with the notes of one file at a time. All that is wrong with the
files is collected and returned beside what could be loaded.
"""

from typing import TYPE_CHECKING

from psm_cards.later import parts
from psm_cards.project.documents import NotByParts, Part, main_file
from psm_cards.project.loading import Loading, load
from psm_cards.project.positions import SourceText
from psm_cards.project.structure import included_schema, schema
from psm_cards.project.traces import Trace, scalar_at, spot

if TYPE_CHECKING:
    from psm_cards.project.starting import Naming, is_id, is_title, naming_of, start
else:
    # Only the beginning of a project needs these.
    __getattr__ = parts(__name__, dict.fromkeys(("Naming", "is_id", "is_title", "naming_of", "start"), "starting"))

__all__ = [
    "Loading",
    "Naming",
    "NotByParts",
    "Part",
    "SourceText",
    "Trace",
    "included_schema",
    "is_id",
    "is_title",
    "load",
    "main_file",
    "naming_of",
    "scalar_at",
    "schema",
    "spot",
    "start",
]
