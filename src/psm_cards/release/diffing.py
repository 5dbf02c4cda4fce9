"""What the next release would bring to a learner who has an older one, as data: `cli` prints it.

The older one is a lock, which knows which fields change but no words, or a package, which knows the words too.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

from psm_cards.anki import PlannedNote
from psm_cards.model import FIELDS, TEMPLATES, Kind
from psm_cards.release.baselines import NOTHING, Baseline, Before
from psm_cards.release.hashes import Snapshot, named_fields
from psm_cards.release.promises import search
from psm_cards.release.stamping import Stamped

Operation: TypeAlias = Literal["same", "added", "removed"]

_BREAKS = re.compile(r"<(?:br|hr)\b[^>]*>|</(?:p|li|div|tr|pre|ul|ol|table|h[1-6]|blockquote)>", re.IGNORECASE)
_PICTURE = re.compile(r"""<img\b[^>]*?\bsrc="([^"]*)"[^>]*>""", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
# A deletion without others in it, and its hint: who has never seen the note reads what it hides.
_GAP = re.compile(r"\{\{c[\d,]+::((?:(?!\{\{c\d|::|\}\}).)*)(?:::(?:(?!\}\}).)*)?\}\}", re.DOTALL)
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a field's text, and what has become of it."""

    operation: Operation
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that changes; word by word where the old words are known, else without pieces.

    If all pieces are the same, only the formatting changes.
    """

    name: str
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note that learners do not have: its id, its cards, and its first field as text."""

    id: str
    cards: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class NoteChange:
    """A note that learners get anew: what they changed in it themselves before the release is lost.

    `text` is its first field, by which learners know it. Only tags changed if there are no fields and no cards; without
    tags as well, it is sent again as it is. `former_id` is blank unless it was renamed.
    """

    id: str
    text: str
    fields: tuple[FieldChange, ...] = ()
    tags_added: tuple[str, ...] = ()
    tags_removed: tuple[str, ...] = ()
    cards_added: tuple[str, ...] = ()
    cards_removed: tuple[str, ...] = ()
    former_id: str = ""

    @property
    def is_retagged(self) -> bool:
        """Whether nothing but its tags changes."""
        is_other = self.fields or self.cards_added or self.cards_removed or self.former_id
        return bool(self.tags_added or self.tags_removed) and not is_other


@dataclass(frozen=True, slots=True)
class RetiredNote:
    """A note that learners keep and that no release brings again: why, and the id of what takes its place."""

    id: str
    reason: str = ""
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class MovedNotes:
    """Notes that new learners find in another deck, and the search by which the others find their cards."""

    old_deck: str
    ids: tuple[str, ...]
    search: str


@dataclass(frozen=True, slots=True)
class DeckDiff:
    """What happens in one deck, in the order of the project."""

    name: str
    added: tuple[NewNote, ...] = ()
    changed: tuple[NoteChange, ...] = ()
    retagged: tuple[NoteChange, ...] = ()
    retired: tuple[RetiredNote, ...] = ()
    moved: tuple[MovedNotes, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """What the next release brings to who has `since`: only decks in which something happens.

    `looks` are the kinds of notes that look otherwise, `descriptions` the decks that have another description.
    `rendered_otherwise` counts the notes whose words make other HTML now, and that stay with learners as they are.
    """

    since: str
    has_words: bool
    decks: tuple[DeckDiff, ...]
    looks: tuple[Kind, ...]
    descriptions: tuple[str, ...]
    rendered_otherwise: int

    @property
    def is_first(self) -> bool:
        """Whether nobody has anything yet."""
        return self.since == NOTHING

    @property
    def is_empty(self) -> bool:
        """Whether learners get nothing."""
        return not (self.decks or self.looks or self.descriptions)


def compare(snapshot: Snapshot, stamped: Stamped, baseline: Baseline, *, is_released: bool) -> Diff:
    """Return what a package with these stamps brings to who has the baseline.

    Anki takes a note only if its time is newer. In a project that was never released times say nothing, and what
    differs counts.
    """
    return _Comparison(snapshot, stamped, baseline, is_released).diff()


@dataclass(slots=True)
class _Comparison:
    snapshot: Snapshot
    stamped: Stamped
    baseline: Baseline
    is_released: bool

    def diff(self) -> Diff:
        plan = self.snapshot.plan
        by_deck: dict[str, list[PlannedNote]] = {deck.name: [] for deck in plan.decks}
        names = {deck.id: deck.name for deck in plan.decks}
        for note in plan.notes:
            by_deck[names[note.deck]].append(note)
        gone: dict[str, list[str]] = {}
        present = {note.guid for note in plan.notes}
        for guid, before in self.baseline.notes.items():
            if guid not in present:
                gone.setdefault(before.deck, []).append(before.id)
        found = [self._deck(name, by_deck.get(name, []), gone.get(name, [])) for name in by_deck | gone]
        happening = [deck for deck in found if deck != DeckDiff(deck.name)]
        otherwise = sum(self._is_rendered_otherwise(note) for note in plan.notes)
        return Diff(
            self.baseline.name,
            self.baseline.has_words,
            tuple(happening),
            tuple(self._looks()),
            tuple(self._descriptions()),
            otherwise,
        )

    def _deck(self, name: str, notes: Sequence[PlannedNote], gone: Sequence[str]) -> DeckDiff:
        known = self.baseline.notes
        changes = [self._change(note, known[note.guid]) for note in notes if self._is_delivered(note)]
        return DeckDiff(
            name,
            added=tuple(_new(note) for note in notes if note.guid not in known),
            changed=tuple(change for change in changes if not change.is_retagged),
            retagged=tuple(change for change in changes if change.is_retagged),
            retired=tuple(self._retired(note_id) for note_id in gone),
            moved=tuple(self._moved(notes, name)),
        )

    def _is_delivered(self, note: PlannedNote) -> bool:
        before = self.baseline.notes.get(note.guid)
        if before is None:
            return False
        if self.is_released:
            return self.stamped.stamps.notes[note.guid].mod > before.mod
        return self._differs(note, before)

    def _is_rendered_otherwise(self, note: PlannedNote) -> bool:
        before = self.baseline.notes.get(note.guid)
        return before is not None and self._differs(note, before) and not self._is_delivered(note)

    def _differs(self, note: PlannedNote, before: Before) -> bool:
        is_same = self.snapshot.prints[note.id].fields == before.prints and _tags(note) == set(before.tags)
        return not is_same or frozenset(note.ordinals) != before.ordinals

    def _change(self, note: PlannedNote, before: Before) -> NoteChange:
        ordinals = set(note.ordinals)
        return NoteChange(
            note.id,
            _first_words(note),
            fields=tuple(self._fields(note, before)),
            tags_added=tuple(sorted(_tags(note) - set(before.tags))),
            tags_removed=tuple(sorted(set(before.tags) - _tags(note))),
            cards_added=card_names(note.kind, sorted(ordinals - before.ordinals)),
            cards_removed=card_names(note.kind, sorted(before.ordinals - ordinals)),
            former_id=before.id if before.id != note.id else "",
        )

    def _fields(self, note: PlannedNote, before: Before) -> Iterator[FieldChange]:
        prints, values = self.snapshot.prints[note.id].fields, named_fields(note)
        for name in FIELDS[note.kind]:
            if name == "Id" or prints.get(name) == before.prints.get(name):
                continue
            if before.texts is None:
                yield FieldChange(name)
            else:
                yield FieldChange(name, words(as_text(before.texts.get(name, "")), as_text(values[name])))

    def _retired(self, note_id: str) -> RetiredNote:
        for one in self.snapshot.project.retired:
            if one.id == note_id:
                return RetiredNote(note_id, one.reason, one.replaced_by)
        return RetiredNote(note_id)

    def _moved(self, notes: Sequence[PlannedNote], deck: str) -> Iterator[MovedNotes]:
        ids: dict[str, list[tuple[str, str]]] = {}
        for note in notes:
            before = self.baseline.notes.get(note.guid)
            if before and before.deck and before.deck.casefold() != deck.casefold():
                ids.setdefault(before.deck, []).append((note.id, before.id))
        for old_deck, pairs in ids.items():
            yield MovedNotes(old_deck, tuple(one for one, _ in pairs), search(old_deck, [one for _, one in pairs]))

    def _looks(self) -> Iterator[Kind]:
        """Yield the kinds whose note type learners have and get anew."""
        known = self.baseline.note_types
        for one in self.snapshot.plan.note_types:
            if one.id in known and self.stamped.stamps.note_types[one.id] > known[one.id]:
                yield one.look.kind

    def _descriptions(self) -> Iterator[str]:
        """Yield the decks whose description each import puts in place of a learner's own; no import takes one away."""
        known = self.baseline.decks
        for name, description in self.snapshot.decks.items():
            if description and name in known and known[name] != description:
                yield name


def card_names(kind: Kind, ordinals: Sequence[int]) -> tuple[str, ...]:
    """Return what cards are called: by their template, or by their cloze number."""
    if kind is Kind.CLOZE:
        return tuple(f"c{ordinal + 1}" for ordinal in ordinals)
    return tuple(TEMPLATES[kind][ordinal] for ordinal in ordinals)


def as_text(field: str) -> str:
    """Return the text of a field, one line for each of its blocks, pictures as their names in brackets."""
    text = _TAG.sub("", _PICTURE.sub(r"[\1]", _BREAKS.sub("\n", " ".join(field.split()))))
    lines = (" ".join(line.split()) for line in html.unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """Return how one text becomes another, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for operation, i, j, k, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece("same", "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("removed", "".join(old[i:j])))
        if k < end:
            pieces.append(Piece("added", "".join(new[k:end])))
    return tuple(pieces)


def _new(note: PlannedNote) -> NewNote:
    return NewNote(note.id, card_names(note.kind, note.ordinals), _first_words(note))


def _first_words(note: PlannedNote) -> str:
    """Return a note's first field as one line of text."""
    return " ".join(as_text(_filled(next(iter(named_fields(note).values())))).split())


def _filled(cloze: str) -> str:
    """Return a text with what its deletions hide in brackets, from the innermost ones outward."""
    found = 1
    while found:
        cloze, found = _GAP.subn(r"[\1]", cloze)
    return cloze


def _tags(note: PlannedNote) -> set[str]:
    return set(note.tags.split())
