"""Notes to HTML: the fields of each note, the look of each kind, and the media that they refer to."""

from jinja2 import TemplateRuntimeError

from psm_cards.diagnostics import Diagnostic, Problem
from psm_cards.model import Deck, Project, RenderedDeck, RenderedProject
from psm_cards.rendering import looks
from psm_cards.rendering.fields import NoteRenderer
from psm_cards.rendering.media import MediaFiles
from psm_cards.rendering.templates import Templates

__all__ = ["render"]


def render(project: Project) -> tuple[RenderedProject, list[Diagnostic]]:
    """Return the project as HTML, and all that is wrong with its notes and templates.

    What is at fault stands in it as well as it can, so that the stages after this one find their problems too.
    """
    media = MediaFiles(project.root)
    templates = _templates(project, media)
    notes = NoteRenderer(project, templates, media)
    decks = tuple(_deck(deck, project, notes) for deck in project.decks)
    kinds = sorted({note.kind for deck in project.decks for note in deck.notes})
    made, faults = looks.render(kinds, templates)
    rendered = RenderedProject(project.id, project.title, decks, made, media.found)
    return rendered, [*notes.diagnostics, *faults]


def _deck(deck: Deck, project: Project, notes: NoteRenderer) -> RenderedDeck:
    description = deck.description or project.description
    text = "" if description is None else notes.markdown(description)
    return RenderedDeck(deck.name, text, tuple(notes.render(note) for note in deck.notes))


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
