"""What a project in a folder renders to, by note and field, and what is said of a text."""

from pathlib import Path

from psm_cards import project, rendering
from psm_cards.model import FIELDS, Evidence, Kind, NoteLook, RenderedProject
from psm_cards.rendering import markup


def rendered(folder: Path) -> RenderedProject:
    """Load and render the project of a folder, in which nothing may be wrong."""
    loaded, problems = project.load(folder)
    assert loaded is not None
    result, faults = rendering.render(loaded, Evidence())
    assert [*problems, *faults] == []
    return result


def fields(folder: Path) -> dict[str, str]:
    """Return the fields of the first note by name."""
    note = rendered(folder).decks[0].notes[0]
    return dict(zip(FIELDS[note.kind], note.fields, strict=True))


def look(folder: Path, kind: Kind = Kind.BASIC) -> NoteLook:
    """Return the look of a kind."""
    return next(look for look in rendered(folder).looks if look.kind is kind)


def told(text: str) -> list[tuple[str, str]]:
    """Return code and underlined part of what is said of a text."""
    return [(one.code, text[one.offset :][: one.length]) for one in markup.to_html(text).findings]
