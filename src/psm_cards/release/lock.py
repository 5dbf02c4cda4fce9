"""What decks.lock says: everything that learners have, as values. `lockfile` reads and writes them.

Only a release makes a new lock (`recording`); everything else compares the project with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from psm_cards.model import Kind


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its version, and the time it was cut in seconds since 1970 (R6)."""

    version: str
    time: int


@dataclass(frozen=True, slots=True)
class LockedType:
    """A note type as released: its numbers, its digest, and the ids of fields and templates in their order (R4, R8)."""

    kind: Kind
    id: int
    name: str
    mod: int
    digest: str
    sort_field: int
    fields: tuple[int, ...]
    templates: tuple[int, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class LockedNote:
    """A note as its learners have it.

    `source` is the digest of what its author wrote, `fields` has those of the fields that are not blank, by name.
    `cards` has the card ids by ordinal. `first` is the version that brought it, `retired` the one without it, or blank.
    `line` is where it stands in decks.lock.
    """

    id: str
    guid: str
    note_id: int
    mod: int
    kind: Kind
    source: str
    fields: Mapping[str, str]
    tags: tuple[str, ...]
    cards: Mapping[int, int]
    deck: str
    first: str
    retired: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Lock:
    """The memory of a project's releases, oldest first; notes by id, retired ones as well.

    Of decks by name it knows the digest of their description, blank without one, of media by name that of their bytes.
    """

    project: str
    releases: tuple[Release, ...]
    note_types: tuple[LockedType, ...]
    decks: Mapping[str, str]
    media: Mapping[str, str]
    notes: Mapping[str, LockedNote]
    file: str = field(default="", compare=False)

    @property
    def last(self) -> Release:
        """The newest release."""
        return self.releases[-1]

    @cached_property
    def by_guid(self) -> Mapping[str, LockedNote]:
        """The notes by guid, retired ones as well."""
        return {note.guid: note for note in self.notes.values()}

    @cached_property
    def active(self) -> tuple[LockedNote, ...]:
        """The notes of the newest release, without the retired ones."""
        return tuple(note for note in self.notes.values() if not note.retired)
