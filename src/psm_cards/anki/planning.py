"""From a rendered project to the plan of its package: all that must be known, and right, before a byte is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from psm_cards.anki import checks, fields, identity, templates
from psm_cards.anki.cards import CardRule, Cards
from psm_cards.anki.notetypes import NoteType
from psm_cards.diagnostics import Diagnostic, Place, Related, Severity
from psm_cards.model import Kind, Media, NoteLook, RenderedDeck, RenderedNote, RenderedProject


@dataclass(frozen=True, slots=True)
class PlannedDeck:
    """A deck that will be written: its id, its full name, and its description as HTML."""

    id: int
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class PlannedNote:
    """A note as Anki stores it; `position` counts notes from 1 in the project's order, `ordinals` are its cards.

    `id`, `kind` and `place` are those of the author's note.
    """

    id: str
    kind: Kind
    place: Place
    guid: str
    note_type: int
    deck: int
    fields: str
    tags: str
    sort_text: str
    checksum: int
    ordinals: tuple[int, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A package before it is written: note types in use, decks with notes, notes in order, media by name."""

    note_types: tuple[NoteType, ...]
    decks: tuple[PlannedDeck, ...]
    notes: tuple[PlannedNote, ...]
    media: tuple[Media, ...]


def plan(project: RenderedProject) -> tuple[Plan, list[Diagnostic]]:
    """Return the plan of a project's package and all that is wrong; with an error among it, do not write the plan.

    Raises ValueError if a look or a note does not have the frozen shape, or if Anki would change a name: faults of the
    rooms before this one.
    """
    checks.refuse_broken_media(project.media)
    decks = _decks_in_use(project.decks)
    looks = _looks_in_use(project, decks)
    media = frozenset(one.name for one in project.media)
    faults = {look.kind: list(checks.of_look(look, media)) for look in looks}
    diagnostics = [problem for found in faults.values() for problem in found]
    faulty = {kind for kind, found in faults.items() if any(one.severity is Severity.ERROR for one in found)}
    draft = _Draft.of(project.id, looks, media, faulty)
    for deck in decks:
        number = draft.add_deck(deck)
        for note in deck.notes:
            diagnostics += draft.add_note(note, number)
    diagnostics += draft.disputed_fronts()
    return draft.finish(project.media), diagnostics


def _decks_in_use(decks: tuple[RenderedDeck, ...]) -> list[RenderedDeck]:
    """Return the decks with notes and what is said of them or of those above them; Anki makes the rest."""
    names = [deck.name for deck in decks if deck.notes]

    # Not by asking each deck about each other one: that takes time with the square of their number.
    above = {name[:end] for name in names for end in range(len(name)) if name.startswith("::", end)}
    described = above.union(names)
    return [deck for deck in decks if deck.notes or (deck.description and deck.name in described)]


def _looks_in_use(project: RenderedProject, decks: list[RenderedDeck]) -> list[NoteLook]:
    used = {note.kind for deck in decks for note in deck.notes}
    looks = {look.kind: look for look in project.looks}
    if missing := used - set(looks):
        raise ValueError(f"expected a look for {', '.join(sorted(missing))}, found none")
    return [looks[kind] for kind in sorted(used)]


@dataclass(slots=True)
class _Draft:
    """A plan in the making: what is known of the whole project while one note after the other is planned."""

    project_id: str
    note_types: Mapping[Kind, NoteType]
    # Only of kinds whose look has nothing wrong: one fault in a front would be told again of each note.
    rules: Mapping[Kind, CardRule]
    media: frozenset[str]
    decks: dict[int, PlannedDeck] = field(default_factory=dict)
    notes: list[PlannedNote] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)
    tags: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = field(default_factory=dict)
    disputed: set[tuple[Kind, int]] = field(default_factory=set)

    @classmethod
    def of(cls, project_id: str, looks: list[NoteLook], media: frozenset[str], faulty: set[Kind]) -> "_Draft":
        rules = {look.kind: CardRule(look.kind, templates.fronts(look)) for look in looks if look.kind not in faulty}
        return cls(project_id, {look.kind: NoteType.of(project_id, look) for look in looks}, rules, media)

    def add_deck(self, deck: RenderedDeck) -> int:
        """Return the id of a deck, the same for the same name; the first description given is kept."""
        name = fields.normal(deck.name)
        checks.refuse_broken_deck(name)
        number = identity.deck_id(self.project_id, name)
        known = self.decks.get(number)
        if known is None or not known.description:
            self.decks[number] = PlannedDeck(number, name, fields.normal(deck.description))
        return number

    def add_note(self, note: RenderedNote, deck: int) -> Iterator[Diagnostic]:
        """Plan one more note; yield what is wrong with it."""
        values, joined = note.fields, fields.SEPARATOR.join(note.fields)
        # One look at all fields together: ten thousand notes have over a hundred thousand, most of them in order.
        if not fields.is_normal(joined):
            values = tuple(map(fields.normal, values))
            joined = fields.SEPARATOR.join(values)
        tags, tag_text = self._tags(note)
        checks.refuse_broken_note(note, values)
        note_type = self.note_types[note.kind]
        guid = note.guid or identity.guid_for(self.project_id, note.id)
        cards = self._cards(note, values, tags)
        if guid in self.places:
            yield self._duplicate(guid, note)
        else:
            self.places[guid] = note.place
        yield from (finding.at(note.place) for finding in checks.of_note(note, values, joined, self.media))
        for finding in cards.findings:
            front = templates.front_place(note_type.look.templates[0])
            yield replace(finding.at(note.place), related=(Related("the front", front.span()),))
        sort_text = fields.plain(values[0])
        self.notes.append(
            PlannedNote(
                id=note.id,
                kind=note.kind,
                place=note.place,
                guid=guid,
                note_type=note_type.id,
                deck=deck,
                fields=joined,
                tags=tag_text,
                sort_text=sort_text,
                checksum=fields.checksum(sort_text),
                ordinals=cards.ordinals,
                position=len(self.notes) + 1,
            )
        )

    def _tags(self, note: RenderedNote) -> tuple[tuple[str, ...], str]:
        """Return a note's tags in normal form and order, and as Anki stores them; many notes have the same."""
        known = self.tags.get(note.tags)
        if known is None:
            sorted_tags = tuple(sorted({fields.normal(tag) for tag in note.tags}))
            for tag in sorted_tags:
                checks.refuse_broken_tag(note, tag)
            known = self.tags[note.tags] = (sorted_tags, f" {' '.join(sorted_tags)} " if sorted_tags else "")
        return known

    def _cards(self, note: RenderedNote, values: tuple[str, ...], tags: tuple[str, ...]) -> Cards:
        rule = self.rules.get(note.kind)
        if rule is None:
            return Cards(())
        cards = rule.cards(values, tags)
        if cards.disputed:
            self.disputed.update((note.kind, ordinal) for ordinal in cards.disputed)
        return cards

    def _duplicate(self, guid: str, note: RenderedNote) -> Diagnostic:
        """Return the diagnostic of a note with an earlier one's guid: Anki would update only one of the two, ever."""
        message = f"note `{note.id}` has the guid `{guid}` of an earlier note"
        hint = "give each note an id, or an adopted guid, of its own"
        related = (Related("the first note with this guid", self.places[guid].span()),)
        return Diagnostic(Severity.ERROR, "duplicate-guid", message, note.place.span(), hint, related)

    def disputed_fronts(self) -> Iterator[Diagnostic]:
        """Yield a diagnostic for each front that at least one note makes a different card of in different Ankis."""
        for kind, ordinal in sorted(self.disputed):
            yield templates.disputed(self.note_types[kind].look.templates[ordinal])

    def finish(self, media: tuple[Media, ...]) -> Plan:
        """Return what has been planned, with the project's media in the order of their names."""
        by_name = tuple(sorted(media, key=lambda one: one.name))
        return Plan(tuple(self.note_types.values()), tuple(self.decks.values()), tuple(self.notes), by_name)
