"""Notes to HTML: the fields of each note, the look of each kind, and the media that they refer to."""

from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from jinja2 import TemplateRuntimeError

from psm_cards.diagnostics import Diagnostic, Problem
from psm_cards.model import (
    ANKIS_OWN_DECK,
    Deck,
    Evidence,
    Kind,
    NoteLook,
    Project,
    RenderedDeck,
    RenderedProject,
)
from psm_cards.rendering import looks
from psm_cards.rendering.cited import CitedSources
from psm_cards.rendering.fields import NoteRenderer
from psm_cards.rendering.media import MediaFiles
from psm_cards.rendering.templates import Templates

__all__ = ["Renderer", "field_files", "render"]


def render(project: Project, evidence: Evidence) -> tuple[RenderedProject, list[Diagnostic]]:
    """Return the project as HTML, and all that is wrong with its notes and templates.

    `evidence` says which of the cited passages cards may call checked.
    Notes with an error are left out of it; the looks are those of all kinds that the project has notes of.
    """
    renderer = Renderer(project, evidence)
    decks = renderer.render(project.decks)
    return renderer.finish(project.decks, decks)


class Renderer:
    """Renders a project, some decks after the others. Of the project all but its decks is asked for."""

    def __init__(self, project: Project, evidence: Evidence) -> None:
        self._project = project
        self._media = MediaFiles(project.root)
        self._templates = _templates(project, self._media)
        self._cited = CitedSources(project, evidence, self._templates)
        self._notes = NoteRenderer(self._cited, self._templates, self._media)
        self._kinds: set[Kind] = set()
        self._media_of_last: tuple[tuple[str, str, str], ...] | None = None
        self._works: defaultdict[str, set[str]] = defaultdict(set)

    @property
    def kinds(self) -> AbstractSet[Kind]:
        """The kinds of the notes so far, also of those at fault."""
        return frozenset(self._kinds)

    @property
    def media(self) -> AbstractSet[str]:
        """The names of the media that is referred to; what is referred to later will be among them."""
        return self._media.names

    def asked(self) -> tuple[tuple[str, str, str], ...] | None:
        """Return the media of the decks rendered last: path, prefix, name; None if others may be meant one day.

        None as well where the fields are made with files of the project's own: what these refer to is looked up once.
        """
        return None if self.makes_fields else self._media_of_last

    @property
    def makes_fields(self) -> bool:
        """Whether fields are made with template files of the project's own."""
        return self._templates.makes_fields

    @property
    def told(self) -> int:
        """How much was found wrong with notes so far."""
        return len(self._notes.diagnostics) + len(self._cited.diagnostics)

    def recall(self, kinds: Iterable[Kind], media: Iterable[tuple[str, str, str]]) -> bool:
        """Take note of the kinds and media of decks that were rendered once; return whether the media are the same."""
        self._kinds |= set(kinds)
        return self._media.recall(media)

    def recall_works(self, deck: str, works: Iterable[str]) -> None:
        """Take note of the works that a deck which was rendered once cites."""
        self._works[deck] |= set(works)

    def render(self, decks: Iterable[Deck]) -> tuple[RenderedDeck, ...]:
        """Return some decks as HTML; notes with an error are left out."""
        self._media.begin()
        rendered = tuple([self._deck(deck) for deck in decks])
        self._media_of_last = self._media.asked()
        return rendered

    def looks(self) -> tuple[tuple[NoteLook, ...], list[Diagnostic]]:
        """Return the looks of the kinds so far, and what is wrong with their templates."""
        return looks.render(sorted(self._kinds), self._templates)

    def finish(
        self, decks: Iterable[Deck], rendered: tuple[RenderedDeck, ...] = ()
    ) -> tuple[RenderedProject, list[Diagnostic]]:
        """Return the rendered decks as a project, with what only all `decks` tell, and all that is wrong with it.

        A deck that was not handed over rendered is there only if it gets a note of references.
        """
        decks = list(decks)
        if self._project.references:
            rendered = self._with_references(decks, rendered)
        rendered = (*self._top_decks(decks), *rendered)
        made, faults = self.looks()
        project = RenderedProject(self._project.id, self._project.title, rendered, made, self._media.found)
        found = [*self._notes.diagnostics, *self._cited.diagnostics, *faults, *self._templates.faults()]
        return project, found

    def _deck(self, deck: Deck) -> RenderedDeck:
        self._kinds |= {note.kind for note in deck.notes}
        if self._project.references:
            self.recall_works(deck.name, deck.works)
        rendered = tuple([made for made in map(self._notes.render, deck.notes) if made])
        if deck.description is None:
            return RenderedDeck(deck.name, "", rendered)
        is_top = "::" not in deck.name
        describe = self._notes.top_description if is_top else self._notes.description
        return RenderedDeck(deck.name, describe(deck.description), rendered)

    def _with_references(self, decks: Iterable[Deck], rendered: tuple[RenderedDeck, ...]) -> tuple[RenderedDeck, ...]:
        """Return the rendered decks with a note at the end of each that lists the works it cites."""
        known = {deck.name: deck for deck in rendered}
        for deck in decks:
            if note := self._cited.references(deck, self._works[deck.name]):
                self._kinds.add(note.kind)
                before = known.get(deck.name, RenderedDeck(deck.name))
                known[deck.name] = before._replace(notes=(*before.notes, note))
        return tuple(known.values())

    def _top_decks(self, decks: list[Deck]) -> tuple[RenderedDeck, ...]:
        """Return the decks at the top, which bear the project's description unless they have one of their own."""
        project = self._project
        if not (project.description or project.url or project.license):
            return ()
        own = {deck.name for deck in decks if deck.description}
        names = dict.fromkeys(deck.name.split("::")[0] for deck in decks)
        text = self._notes.top_description(project.description)
        return tuple(RenderedDeck(name, text) for name in names if name not in own and name != ANKIS_OWN_DECK)


def field_files(project: Project) -> dict[str, str]:
    """Return the texts of the project's own template files that fields are made with, by name.

    Of a project whose templates have been rendered without a fault.
    """
    return _templates(project, MediaFiles(project.root)).own_texts("fields")


def _templates(project: Project, media: MediaFiles) -> Templates:
    def asset(name: str) -> str:
        try:
            return media.asset(name)
        except Problem as problem:
            raise TemplateRuntimeError(problem.finding.message) from problem

    about = {
        "id": project.id,
        "title": project.title,
        "url": project.url,
        "license": project.license,
        "feedback": project.feedback,
    }
    return Templates(project.root, about, asset)
