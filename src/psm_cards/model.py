"""The deck's world as frozen values: what `project` loads, `rendering` renders and `anki` writes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from psm_cards.diagnostics import Place


class Kind(StrEnum):
    """The kind of a note; each has its own note type in Anki."""

    BASIC = "basic"
    CLOZE = "cloze"


# Frozen from the first release: a field added later freezes every learner's notes (R8).
FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.BASIC: (
        *("Question", "Answer", "Explanation", "Hint", "Notice", "Sources", "Reverse", "Typed", "Id"),
        *("Spare 1", "Spare 2", "Spare 3", "Spare 4"),
    ),
    Kind.CLOZE: (
        *("Text", "Explanation", "Hint", "Notice", "Sources", "Typed", "Id"),
        *("Spare 1", "Spare 2", "Spare 3", "Spare 4"),
    ),
}

# Frozen too, names and order: a card template added later would freeze them as well (R8).
TEMPLATES: Mapping[Kind, tuple[str, ...]] = {
    Kind.BASIC: ("Forward", "Reverse", "Extra"),
    Kind.CLOZE: ("Cloze",),
}

LARGEST_CLOZE = 500
"""The highest cloze number that Anki makes a card for."""

LONGEST_MEDIA_NAME = 100
"""Characters, all of them ASCII, that a media name may have (R22)."""

ANKIS_OWN_DECK = "Default"
"""The deck that every learner has: others may stand below it, but a package leaves it alone."""

LEARNERS_CSS = "_psm_user.css"
"""The learner's own style sheet: every look imports it, no package ever brings it (R7)."""


class Text(NamedTuple):
    """Text as its author wrote it (Markdown, or plain where the key says so), never blank, and where it stands."""

    value: str
    place: Place


# No rows: templates of projects see names, dates and sources, and have never seen them as lists.
@dataclass(frozen=True, slots=True)
class Name:
    """A creator of a source, as CSL has it; a name that is not split, such as an institution's, is all in `family`.

    `particle` stays with the family name (`la` of Dupré la Tour), `dropping` goes behind the given name (`van der`).
    """

    family: str
    given: str = ""
    particle: str = ""
    dropping: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is known: year, then month and day from 1, or 0 where unknown; a year before Christ is < 0.

    `season` is 1 to 4 from spring, or 0. `until` is the last day of a range. `literal` is a date in words, which has
    no year.
    """

    year: int
    month: int = 0
    day: int = 0
    season: int = 0
    is_about: bool = False
    until: "Date | None" = None
    literal: str = ""


class Skip(NamedTuple):
    """A passage of a source's text that needs no card, as written (lines of the file, or words), and why."""

    at: str
    reason: str
    place: Place


class HeldText(NamedTuple):
    """The text of a source that is held for checking: its file, and what to leave out of it or to mend in it.

    The file is looked for in the project and in the folders of texts. `strip` are lines that are not the source's,
    `fixes` lead from wrong words to right ones, `skips` need no card. `places` are those of the lines and wrong words.
    """

    file: str
    place: Place
    strip: tuple[str, ...] = ()
    fixes: Mapping[str, str] | None = None
    skips: tuple[Skip, ...] = ()
    places: Mapping[str, Place] | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A cited work: the part of its CSL item that a reference shows, under names of ours, and where it can be read.

    `anchors` leads from section names to anchors on the page; `year_suffix` tells works of one author and year apart.
    `kind` says what its text is: `page`, if it is the web page's own words, else `copy`, `transcript` or `asr`.
    `renders` is the key of the work that it is a transcript or narration of.
    """

    key: str
    type: str
    title: str
    authors: tuple[Name, ...] = ()
    editors: tuple[Name, ...] = ()
    translators: tuple[Name, ...] = ()
    directors: tuple[Name, ...] = ()
    hosts: tuple[Name, ...] = ()
    interviewers: tuple[Name, ...] = ()
    container: str = ""
    issued: Date | None = None
    accessed: Date | None = None
    original: Date | None = None
    publisher: str = ""
    genre: str = ""
    medium: str = ""
    number: str = ""
    version: str = ""
    edition: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    event: str = ""
    event_place: str = ""
    archive: str = ""
    status: str = ""
    year_suffix: str = ""
    url: str = ""
    doi: str = ""
    anchors: Mapping[str, str] | None = None
    kind: str = ""
    text: HeldText | None = None
    renders: str = ""


class Citation(NamedTuple):
    """A source and a place in it; `at` is a locator of first and last words, `note` a remark for the reader.

    `place` is the source's key's, `at_place` the locator's. `fragment` gives words of the web page itself, for a link.
    """

    source: str
    place: Place
    at: str = ""
    at_place: Place | None = None
    section: str = ""
    page: str = ""
    time: str = ""
    note: str = ""
    fragment: str = ""


class State(StrEnum):
    """How far a citation is checked.

    Verified: the passage was found in the source's text. Unverified: the text is known and the passage has no evidence.
    Unverifiable: there is no text, or no passage is named; only the reference is given.
    """

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    UNVERIFIABLE = "unverifiable"


class Evidence(NamedTuple):
    """What is recorded of the cited passages, by the source's key and the locator: those found, and words for links."""

    verified: frozenset[tuple[str, str]] = frozenset()
    words: Mapping[tuple[str, str], str] | None = None

    def state(self, source: Source, at: str) -> State:
        """Return how far a citation is checked: what is recorded counts, so that every machine builds the same."""
        if source.text is None or not at:
            return State.UNVERIFIABLE
        return State.VERIFIED if (source.key, at) in self.verified else State.UNVERIFIED

    def link_words(self, citation: Citation) -> str:
        """Return the passage's first and last words for a link, `START … END`, or blank."""
        return (self.words or {}).get((citation.source, citation.at), "")


class Item(NamedTuple):
    """An item of the syllabus: what a learner is to know, and where its id stands."""

    id: str
    text: str
    place: Place


class Note(NamedTuple):
    """One note as written; `place` is its id's. `reverse` and `typed` are True, or the text given instead of True.

    A cloze note has `cloze` and no question or answer; a basic note has both of these. A note that is not whole lacks
    a part that it needs, which has been reported: its texts are looked at, and no card is made of it.
    """

    id: str
    kind: Kind
    place: Place
    question: Text | None = None
    answer: Text | None = None
    cloze: Text | None = None
    explanation: Text | None = None
    hint: Text | None = None
    audio: Text | None = None
    reverse: Text | bool = False
    typed: Text | bool = False
    guid: str = ""
    tags: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    covers: tuple[str, ...] = ()
    is_whole: bool = True
    was: Text | None = None


class Deck(NamedTuple):
    """A deck: its full name with `::` between levels, and its notes in the order of the files."""

    name: str
    place: Place
    notes: tuple[Note, ...] = ()
    description: Text | None = None

    @property
    def works(self) -> frozenset[str]:
        """The keys of the sources that its notes cite."""
        return frozenset(citation.source for note in self.notes for citation in note.citations)


class Retired(NamedTuple):
    """A note taken out of the deck: its id and where that stands, why, and the id of its successor, or blank."""

    id: str
    place: Place
    reason: str = ""
    replaced_by: str = ""


class Project(NamedTuple):
    """Everything the sources say. `root` is the folder that media and templates are looked up in."""

    root: Path
    id: str
    title: str
    decks: tuple[Deck, ...] = ()
    sources: Mapping[str, Source] | None = None
    description: Text | None = None
    license: str = ""
    url: str = ""
    feedback: str = ""
    retired: tuple[Retired, ...] = ()
    references: bool = False
    syllabus: tuple[Item, ...] = ()

    @property
    def notes(self) -> Iterator[Note]:
        """All notes, deck by deck."""
        return chain.from_iterable(deck.notes for deck in self.decks)


class CardTemplate(NamedTuple):
    """The two sides of a card in Anki's own placeholders, and the files they came from, for messages.

    `own_files` are all template files of the project that the looks were made from: a side may have taken in any.
    """

    name: str
    front: str
    back: str
    front_file: str
    back_file: str
    own_files: tuple[str, ...] = ()


class NoteLook(NamedTuple):
    """How the notes of one kind look: the card templates in their frozen order, and the style sheet with its file."""

    kind: Kind
    templates: tuple[CardTemplate, ...]
    css: str
    css_file: str


class Media(NamedTuple):
    """A file that cards show or play: its content-hash name in Anki (R22, R23), and the file it comes from.

    `digest` is how the SHA-256 of what it is named after begins, so that nothing else gets that name; blank: unknown.
    """

    name: str
    path: Path
    digest: str = ""


class RenderedNote(NamedTuple):
    """A note as HTML: the fields in the order of `FIELDS`, and the guid if the author adopted one (else blank)."""

    id: str
    kind: Kind
    place: Place
    fields: tuple[str, ...]
    tags: tuple[str, ...] = ()
    guid: str = ""


class RenderedDeck(NamedTuple):
    """A deck as Anki will show it: full name, description as HTML, and its notes in order."""

    name: str
    description: str = ""
    notes: tuple[RenderedNote, ...] = ()


class RenderedProject(NamedTuple):
    """What goes into a package: decks with notes, the looks of the kinds in use, and the media they refer to."""

    id: str
    title: str
    decks: tuple[RenderedDeck, ...]
    looks: tuple[NoteLook, ...]
    media: tuple[Media, ...] = ()


class NoteStamp(NamedTuple):
    """The numbers of a note in a package: its id, the time of its last change in seconds, its card ids by ordinal."""

    id: int
    mod: int
    cards: Mapping[int, int]


class Stamps(NamedTuple):
    """All numbers of a package that a release decides: of notes by guid, and the change times of note types by id.

    `time` (unix seconds) is that of everything else in the package.
    """

    time: int
    notes: Mapping[str, NoteStamp]
    note_types: Mapping[int, int]
