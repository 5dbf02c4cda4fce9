"""Notes to HTML: the fields of each note, the look of each kind, and the media that they refer to."""

from dataclasses import replace

from jinja2 import TemplateRuntimeError

from psm_cards.diagnostics import Diagnostic, Problem
from psm_cards.model import ANKIS_OWN_DECK, Deck, Evidence, Kind, Project, RenderedDeck, RenderedProject
from psm_cards.rendering import looks
from psm_cards.rendering.cited import CitedSources
from psm_cards.rendering.fields import NoteRenderer
from psm_cards.rendering.media import MediaFiles
from psm_cards.rendering.templates import Templates

__all__ = ["field_files", "render"]


def render(project: Project, evidence: Evidence) -> tuple[RenderedProject, list[Diagnostic]]:
    """Return the project as HTML, and all that is wrong with its notes and templates.

    `evidence` says which of the cited passages cards may call checked.
    Notes with an error are left out of it; the looks are those of all kinds that the project has notes of.
    """
    media = MediaFiles(project.root)
    templates = _templates(project, media)
    cited = CitedSources(project, evidence, templates)
    notes = NoteRenderer(cited, templates, media)
    decks = [_deck(deck, notes) for deck in project.decks]
    if project.references:
        decks = [_with_references(*pair, cited) for pair in zip(decks, project.decks, strict=True)]
    decks = [*_top_decks(project, notes), *decks]
    kinds = sorted({note.kind for deck in decks for note in deck.notes} | _kinds(project))
    made, faults = looks.render(kinds, templates)
    rendered = RenderedProject(project.id, project.title, tuple(decks), made, media.found)
    return rendered, [*notes.diagnostics, *cited.diagnostics, *faults, *templates.faults()]


def field_files(project: Project) -> dict[str, str]:
    """Return the texts of the project's own template files that fields are made with, by name.

    Of a project whose templates have been rendered without a fault.
    """
    return _templates(project, MediaFiles(project.root)).own_texts("fields")


def _top_decks(project: Project, notes: NoteRenderer) -> tuple[RenderedDeck, ...]:
    """Return the decks at the top, which bear the project's description unless they have one of their own."""
    if not (project.description or project.url or project.license):
        return ()
    own = {deck.name for deck in project.decks if deck.description}
    names = dict.fromkeys(deck.name.split("::")[0] for deck in project.decks)
    text = notes.top_description(project.description)
    return tuple(RenderedDeck(name, text) for name in names if name not in own and name != ANKIS_OWN_DECK)


def _kinds(project: Project) -> set[Kind]:
    """Return the kinds of all notes, also of those at fault: what is wrong with the looks is told all the same."""
    return {note.kind for note in project.notes}


def _with_references(rendered: RenderedDeck, deck: Deck, cited: CitedSources) -> RenderedDeck:
    note = cited.references(deck)
    return replace(rendered, notes=(*rendered.notes, note)) if note else rendered


def _deck(deck: Deck, notes: NoteRenderer) -> RenderedDeck:
    rendered = tuple(made for made in map(notes.render, deck.notes) if made)
    if deck.description is None:
        return RenderedDeck(deck.name, "", rendered)
    is_top = "::" not in deck.name
    text = notes.top_description(deck.description) if is_top else notes.description(deck.description)
    return RenderedDeck(deck.name, text, rendered)


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
