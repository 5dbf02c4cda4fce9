"""From decks.yaml and the files it includes to a Project: every key and value knows where it stands.

`load` is the way in. All that is wrong with the files is collected and returned beside what could be loaded.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from psm_cards.diagnostics import Diagnostic, Severity, are_too_many
from psm_cards.later import parts
from psm_cards.model import Project
from psm_cards.project.documents import Documents, read
from psm_cards.project.feedback import unknown_placeholders
from psm_cards.project.misspelt import nearest
from psm_cards.project.nodes import Mapping
from psm_cards.project.notes import DeckLoader
from psm_cards.project.reading import flag, mapping, text, word
from psm_cards.project.retirement import check_former_ids, load_retired
from psm_cards.project.sources import load_sources
from psm_cards.project.structure import included_schema, later_keys, not_supported, schema
from psm_cards.project.syllabus import Syllabus

if TYPE_CHECKING:
    from psm_cards.project.starting import Naming, is_id, is_title, naming_of, start
else:
    # Only the beginning of a project needs these.
    __getattr__ = parts(__name__, dict.fromkeys(("Naming", "is_id", "is_title", "naming_of", "start"), "starting"))

__all__ = ["Naming", "included_schema", "is_id", "is_title", "load", "naming_of", "schema", "start"]


def load(path: Path) -> tuple[Project | None, list[Diagnostic]]:
    """Load the project of a decks.yaml, or of the folder that holds one.

    What is wrong with a part leaves the part out, so that the rest can be looked at in the same run. The project is
    None only if its main file could not be read as a mapping, or if it has too many errors to look further.
    """
    documents = read(path)
    if documents.main is None or are_too_many(documents.diagnostics):
        return None, documents.diagnostics
    project = _project(documents, documents.main)
    if not documents.diagnostics and not any(project.notes):
        documents.diagnostics.append(_no_notes(documents.main))
    return project, documents.diagnostics


def _no_notes(main: Mapping) -> Diagnostic:
    span = main.keys.get("decks", main).span()
    hint = "add a deck with `name:` and `notes:` under `decks:`; drafts do not count"
    return Diagnostic(Severity.ERROR, "no-notes", "the project has no notes", span, hint)


def _project(documents: Documents, main: Mapping) -> Project:
    head = mapping(main, "project")
    unknown = list(unknown_placeholders(head))
    documents.diagnostics += [*not_supported(head, later_keys("project")), *unknown]
    sources = load_sources(documents)
    syllabus = Syllabus(documents)
    loader = DeckLoader(documents, sources, syllabus, citations_required=_are_required(head))
    decks = loader.load()
    retired = load_retired(documents, main, loader.ids)
    documents.diagnostics += check_former_ids(decks, retired, loader.ids)
    return Project(
        root=documents.root,
        id=word(head, "id"),
        title=word(head, "title"),
        decks=decks,
        sources=sources,
        description=text(head, "description"),
        license=word(head, "license"),
        url=word(head, "url"),
        # Anki would read `{{title}}` as a field.
        feedback="" if unknown else word(head, "feedback"),
        retired=retired,
        references=flag(head, "references"),
        syllabus=syllabus.items,
    )


def _are_required(head: Mapping) -> bool:
    """Return whether every note must cite a source; a misspelt `required` has been reported and means it too."""
    return nearest(word(head, "citations"), ["required", "optional"]) == "required"
