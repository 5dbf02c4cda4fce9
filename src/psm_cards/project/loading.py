"""The steps of loading: files, what they say beside their decks, the decks, and what only all of them can tell."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from psm_cards.diagnostics import Diagnostic, Report, Severity, are_too_many
from psm_cards.model import Deck, Project
from psm_cards.project.documents import Documents, NotByParts, Part, read
from psm_cards.project.feedback import unknown_placeholders
from psm_cards.project.misspelt import nearest
from psm_cards.project.nodes import Mapping
from psm_cards.project.notes import DeckLoader, Recall, joined
from psm_cards.project.reading import flag, mapping, text, word
from psm_cards.project.retirement import check_former_ids, load_retired
from psm_cards.project.sources import load_sources
from psm_cards.project.structure import later_keys, not_supported
from psm_cards.project.syllabus import Syllabus
from psm_cards.project.traces import Trace


def load(path: Path) -> tuple[Project | None, list[Diagnostic]]:
    """Load the project of a decks.yaml, or of the folder that holds one.

    What is wrong with a part leaves the part out, so that the rest can be looked at in the same run. The project is
    None only if its main file could not be read as a mapping, or if it has too many errors to look further.
    """
    documents = read(path)
    if documents.main is None or are_too_many(documents.diagnostics):
        return None, documents.diagnostics
    steps = _Steps(documents, documents.main)
    decks = joined(chain.from_iterable(decks or () for decks, _ in steps.loader.load(_nothing_kept)))
    return steps.finished()._replace(decks=decks), documents.diagnostics


def _nothing_kept(part: Part) -> Trace | None:
    """Recall nothing."""


class Loading:
    """A project that is loaded file by file, so that memory need not hold all its notes at once.

    `project` has all but decks at first, and is None as for `load`. `parts` gives its decks, file by file; `project`
    then has all of them without their notes. One that cannot be loaded so raises NotByParts at any of these steps, and
    `load` has the same diagnostics in the end.
    """

    def __init__(self, path: Path) -> None:
        self._documents = documents = read(path, by_parts=True)
        if documents.main is not None and are_too_many(documents.diagnostics):
            raise NotByParts
        self._steps = _Steps(documents, documents.main) if documents.main else None
        self.project = self._steps.project if self._steps else None

    @property
    def diagnostics(self) -> list[Diagnostic]:
        """All that is wrong with the files, as far as they are loaded."""
        return self._documents.diagnostics

    def context(self) -> bytes:
        """Return the digest of all that the files say beside their parts."""
        return self._documents.context()

    def parts(self, recall: Recall) -> Iterator[tuple[tuple[Deck, ...] | None, Part | None]]:
        """Yield the decks of each file, and the part that it is; of a deck in several files each has its own notes.

        A part whose trace is recalled, and agrees with what was loaded before, comes without decks.
        """
        if self._steps is None:
            return
        for decks, part in self._steps.loader.load(recall):
            if are_too_many(self.diagnostics):
                raise NotByParts
            yield decks, part
            del decks
        self.project = self._steps.finished()
        is_renamed = any(deck.notes for deck in self._steps.loader.renamed)
        # Only in a project without errors do notes have the guid of their former id.
        if are_too_many(self.diagnostics) or (is_renamed and not Report(tuple(self.diagnostics)).is_clean()):
            raise NotByParts

    def trace(self, decks: tuple[Deck, ...]) -> Trace | None:
        """Return what is to be remembered of the part that came last; None if there is something wrong in it."""
        return self._steps.loader.trace(decks) if self._steps else None


class _Steps:
    """What is made of a project's files, one step after the other. `project` has all but decks and retired notes."""

    def __init__(self, documents: Documents, main: Mapping) -> None:
        self._documents, self._main = documents, main
        head = mapping(main, "project")
        unknown = list(unknown_placeholders(head))
        documents.diagnostics += [*not_supported(head, later_keys("project")), *unknown]
        sources = load_sources(documents)
        syllabus = Syllabus(documents)
        self.loader = DeckLoader(documents, sources, syllabus, citations_required=_are_required(head))
        self.project = Project(
            root=documents.root,
            id=word(head, "id"),
            title=word(head, "title"),
            sources=sources,
            description=text(head, "description"),
            license=word(head, "license"),
            url=word(head, "url"),
            # Anki would read `{{title}}` as a field.
            feedback="" if unknown else word(head, "feedback"),
            references=flag(head, "references"),
            syllabus=syllabus.items,
        )

    def finished(self) -> Project:
        """Return the project when all decks are loaded, these without their notes, and report what was left to say."""
        loader, diagnostics = self.loader, self._documents.diagnostics
        retired = load_retired(self._documents, self._main, loader.ids)
        diagnostics += check_former_ids(loader.renamed, retired, loader.ids)
        if not diagnostics and not loader.has_notes:
            diagnostics.append(_no_notes(self._main))
        return self.project._replace(decks=loader.decks, retired=retired)


def _no_notes(main: Mapping) -> Diagnostic:
    span = main.keys.get("decks", main).span()
    hint = "add a deck with `name:` and `notes:` under `decks:`; drafts do not count"
    return Diagnostic(Severity.ERROR, "no-notes", "the project has no notes", span, hint)


def _are_required(head: Mapping) -> bool:
    """Return whether every note must cite a source; a misspelt `required` has been reported and means it too."""
    return nearest(word(head, "citations"), ["required", "optional"]) == "required"
