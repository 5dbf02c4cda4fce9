"""From a rendered project to the plan of its package: all that must be known, and right, before a byte is written."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from typing import NamedTuple, TypeAlias

from psm_cards.anki import checks, fields, identity, references, templates
from psm_cards.anki.cards import CardRule, Cards
from psm_cards.anki.notetypes import NoteType
from psm_cards.diagnostics import Diagnostic, Place, Related, Severity
from psm_cards.model import Kind, Media, NoteLook, RenderedDeck, RenderedNote, RenderedProject


class PlannedDeck(NamedTuple):
    """A deck that will be written: its id, its full name, and its description as HTML."""

    id: int
    name: str
    description: str


class PlannedNote(NamedTuple):
    """A note as Anki stores it; `ordinals` are its cards. `id`, `kind` and `place` are those of the author's note."""

    id: str
    kind: Kind
    place: Place
    guid: str
    note_type: int
    deck: int
    fields: str
    tags: str
    ordinals: tuple[int, ...]


_Deck: TypeAlias = tuple[str, str, tuple[PlannedNote, ...]]


class PlannedPart(NamedTuple):
    """What some decks of a project come to: each by name, its description as HTML and its notes, in their order.

    `disputed` are the card templates, by kind and ordinal, whose front at least one note makes a different card of in
    different Ankis.
    """

    decks: tuple[_Deck, ...]
    disputed: frozenset[tuple[Kind, int]] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()


class Plan(NamedTuple):
    """A package before it is written: note types in use, decks with notes, notes in their order, media by name."""

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
    planner = Planner(project.id, project.looks, {one.name for one in project.media})
    return merge(project._replace(decks=()), [planner.plan(project.decks)])


def merge(project: RenderedProject, parts: Sequence[PlannedPart]) -> tuple[Plan, list[Diagnostic]]:
    """Return the plan of a project that was planned in parts, and all that is wrong with it.

    The project's own decks are those that are described and have no notes. A deck of several parts is one deck, which
    stands where the first of them has it.
    """
    checks.refuse_broken_media(project.media)
    every = [*((deck.name, deck.description, ()) for deck in project.decks), *_in_turn(parts)]
    notes = tuple(chain.from_iterable(own for _, _, own in every))
    kinds = {note.kind for note in notes}
    planner = Planner(project.id, project.looks, {one.name for one in project.media})
    types = tuple(planner.rule(kind) for kind in sorted(kinds))
    diagnostics = [problem for one in types for problem in one.faults]
    diagnostics += chain.from_iterable(part.diagnostics for part in parts)
    diagnostics += _duplicates(notes)
    disputed = sorted(frozenset().union(*(part.disputed for part in parts)))
    diagnostics += [templates.disputed(planner.rule(kind).note_type.look.templates[one]) for kind, one in disputed]
    media = tuple(sorted(project.media, key=lambda one: one.name))
    return Plan(tuple(one.note_type for one in types), _decks(project.id, every), notes, media), diagnostics


def media_of(part: PlannedPart) -> AbstractSet[str]:
    """Return the names of the files that the notes of a part show or play."""
    texts = (note.fields for _, _, notes in part.decks for note in notes if references.may_be_in(note.fields))
    return {one.name for text in texts for one in references.in_field(text.replace(fields.SEPARATOR, "\n"))}


def _in_turn(parts: Sequence[PlannedPart]) -> Iterable[_Deck]:
    """Return the decks of all parts, those of one name one after the other; a part alone is in order as it is."""
    if len(parts) == 1:
        return parts[0].decks
    by_name: dict[str, list[_Deck]] = {}
    for part in parts:
        for deck in part.decks:
            by_name.setdefault(deck[0], []).append(deck)
    return chain.from_iterable(by_name.values())


def _decks(project_id: str, every: Iterable[_Deck]) -> tuple[PlannedDeck, ...]:
    """Return the decks with notes and what is said of them or of those above them; Anki makes the rest.

    Of a deck with several descriptions the first one is kept.
    """
    every = list(every)
    names = {name for name, _, notes in every if notes}

    # Not by asking each deck about each other one: that takes time with the square of their number.
    above = {name[:end] for name in names for end in range(len(name)) if name.startswith("::", end)}
    described = above.union(names)
    found: dict[int, PlannedDeck] = {}
    for written, description, notes in every:
        if notes or (description and written in described):
            name = fields.normal(written)
            checks.refuse_broken_deck(name)
            number = identity.deck_id(project_id, name)
            known = found.get(number)
            if known is None or not known.description:
                found[number] = PlannedDeck(number, name, fields.normal(description))
    return tuple(found.values())


def _duplicates(notes: Sequence[PlannedNote]) -> Iterator[Diagnostic]:
    """Yield an error for each note with an earlier one's guid: Anki would update only one of the two, ever."""
    if len({note.guid for note in notes}) == len(notes):
        return
    first: dict[str, PlannedNote] = {}
    for note in notes:
        if (known := first.setdefault(note.guid, note)) is not note:
            message = f"note `{note.id}` has the guid `{note.guid}` of an earlier note"
            hint = "give each note an id, or an adopted guid, of its own"
            related = (Related("the first note with this guid", known.place.span()),)
            yield Diagnostic(Severity.ERROR, "duplicate-guid", message, note.place.span(), hint, related)


class _KindRule(NamedTuple):
    """What all notes of a kind have in common: their note type, what is wrong with it, and what decides their cards."""

    note_type: NoteType
    faults: tuple[Diagnostic, ...]
    # None if the look has an error: one fault in a front would be told again of each note.
    cards: CardRule | None

    def decides_as(self, other: "_KindRule") -> bool:
        """Return whether another rule makes the same cards."""
        fronts = [[one.front for one in rule.note_type.look.templates] for rule in (self, other)]
        return fronts[0] == fronts[1] and (self.cards is None) is (other.cards is None)


class Planner:
    """Plans the notes of one project, some decks after the others.

    `looks` are those of the kinds that the decks have notes of, and `media` the names of the files that these notes
    refer to; more of them may come with each deck.
    """

    def __init__(self, project_id: str, looks: Iterable[NoteLook], media: AbstractSet[str]) -> None:
        self._project_id = project_id
        self._looks = {look.kind: look for look in looks}
        self._media = media
        self._rules: dict[Kind, _KindRule] = {}
        self._tags: dict[tuple[str, ...], tuple[tuple[str, ...], str]] = {}
        self._disputed: set[tuple[Kind, int]] = set()

    def rule(self, kind: Kind) -> _KindRule:
        """Return what all notes of a kind have in common. Raises ValueError as `plan` does."""
        if kind not in self._rules:
            look = self._looks.get(kind)
            if look is None:
                raise ValueError(f"expected a look for {kind}, found none")
            faults = tuple(checks.of_look(look, self._media))
            is_faulty = any(one.severity is Severity.ERROR for one in faults)
            cards = None if is_faulty else CardRule(kind, templates.fronts(look))
            self._rules[kind] = _KindRule(NoteType.of(self._project_id, look), faults, cards)
        return self._rules[kind]

    def fronts(self, kinds: Iterable[Kind]) -> bytes:
        """Return the digest of what decides the cards of notes of these kinds."""
        rules = [self.rule(kind) for kind in sorted(kinds)]
        fronts = [[one.front for one in rule.note_type.look.templates] for rule in rules]
        return hashlib.sha256(repr((fronts, [rule.cards is None for rule in rules])).encode()).digest()

    def agrees(self, other: "Planner") -> bool:
        """Return whether another one would make the same cards of all notes so far: its looks may be later ones."""
        return all(rule.decides_as(other.rule(kind)) for kind, rule in self._rules.items())

    def plan(self, decks: Iterable[RenderedDeck]) -> PlannedPart:
        """Return what some decks come to, in their order."""
        diagnostics: list[Diagnostic] = []
        self._disputed.clear()
        planned = tuple([(deck.name, deck.description, self._notes(deck, diagnostics)) for deck in decks])
        return PlannedPart(planned, frozenset(self._disputed), tuple(diagnostics))

    def _notes(self, deck: RenderedDeck, diagnostics: list[Diagnostic]) -> tuple[PlannedNote, ...]:
        if not deck.notes:
            return ()
        name = fields.normal(deck.name)
        checks.refuse_broken_deck(name)
        number = identity.deck_id(self._project_id, name)
        return tuple([self._note(note, number, diagnostics) for note in deck.notes])

    def _note(self, note: RenderedNote, deck: int, diagnostics: list[Diagnostic]) -> PlannedNote:
        """Return one note as Anki stores it, and report what is wrong with it."""
        values, joined = note.fields, fields.SEPARATOR.join(note.fields)
        # One look at all fields together: ten thousand notes have over a hundred thousand, most of them in order.
        if not fields.is_normal(joined):
            values = tuple(map(fields.normal, values))
            joined = fields.SEPARATOR.join(values)
        tags, tag_text = self._tag_text(note)
        checks.refuse_broken_note(note, values)
        rule = self._rules.get(note.kind) or self.rule(note.kind)
        cards = self._cards(rule, note, values, tags)
        diagnostics += (finding.at(note.place) for finding in checks.of_note(note, values, joined, self._media))
        for finding in cards.findings:
            front = templates.front_place(rule.note_type.look.templates[0])
            related = (Related("the front", front.span()),)
            diagnostics.append(finding.at(note.place)._replace(related=related))
        return PlannedNote(
            id=note.id,
            kind=note.kind,
            place=note.place,
            guid=note.guid or identity.guid_for(self._project_id, note.id),
            note_type=rule.note_type.id,
            deck=deck,
            fields=joined,
            tags=tag_text,
            ordinals=cards.ordinals,
        )

    def _tag_text(self, note: RenderedNote) -> tuple[tuple[str, ...], str]:
        """Return a note's tags in normal form and order, and as Anki stores them; many notes have the same."""
        known = self._tags.get(note.tags)
        if known is None:
            sorted_tags = tuple(sorted({fields.normal(tag) for tag in note.tags}))
            for tag in sorted_tags:
                checks.refuse_broken_tag(note, tag)
            known = self._tags[note.tags] = (sorted_tags, f" {' '.join(sorted_tags)} " if sorted_tags else "")
        return known

    def _cards(self, rule: _KindRule, note: RenderedNote, values: tuple[str, ...], tags: tuple[str, ...]) -> Cards:
        if rule.cards is None:
            return Cards(())
        cards = rule.cards.cards(values, tags)
        if cards.disputed:
            self._disputed.update((note.kind, ordinal) for ordinal in cards.disputed)
        return cards
