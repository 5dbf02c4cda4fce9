"""Who a note is: the guid that learners know it by, which its first release has fixed."""

from typing import TYPE_CHECKING

from psm_cards import anki
from psm_cards.model import Deck, Note, Project

if TYPE_CHECKING:
    from psm_cards.release.lock import Lock


def identify(project: Project, lock: "Lock | None") -> Project:
    """Return the project with the guids that its notes were released with, before it is rendered.

    A note with `was:` has that of its former id; one that gives a `guid:` keeps what it gives.
    """
    return project._replace(decks=tuple(_identified(deck, project.id, lock) for deck in project.decks))


def _identified(deck: Deck, project_id: str, lock: "Lock | None") -> Deck:
    notes = tuple([note if note.guid else _with_guid(note, project_id, lock) for note in deck.notes])
    return deck._replace(notes=notes)


def _with_guid(note: Note, project_id: str, lock: "Lock | None") -> Note:
    known = lock.notes.get(note.id) if lock else None
    if known is None and note.was is not None:
        known = lock.notes.get(note.was.value) if lock else None
        return note._replace(guid=known.guid if known else anki.guid_for(project_id, note.was.value))
    return note._replace(guid=known.guid) if known else note
