"""What releases have promised to learners, beside the project as it is now: what would they suffer from the next one.

Looked at in every check, because a promise is cheapest to keep on the day it is broken.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from psm_cards import anki
from psm_cards.anki import Plan, PlannedNote
from psm_cards.diagnostics import Code, Diagnostic, Severity, Span
from psm_cards.likeness import Likeness
from psm_cards.model import FIELDS, TEMPLATES, Kind, Note, Project
from psm_cards.release.hashes import field_prints, named_fields
from psm_cards.release.lock import Lock, LockedNote, LockedType

_SAID = frozenset({"Question", "Answer", "Text", "Explanation"})
_LIKE = 0.5
"""The share of equal fields from which a new note counts as the old one under another id."""


def broken(project: Project, plan: Plan, lock: Lock) -> list[Diagnostic]:
    """Return what would hurt learners in the next release: errors where it costs them progress, else warnings.

    The project is whole, and has its notes' guids from `identify`; what it has retired is retired from then on.
    """
    look = _Look(project, plan, lock, {deck.id: deck.name for deck in plan.decks})
    return [
        *look.note_types(),
        *look.gone_notes(),
        *look.identities(),
        *look.gone_decks(),
        *look.gone_cards(),
        *look.moved_notes(),
        *look.unknown_ids(),
    ]


class _NewNotes:
    """The notes that no release had, found by what they say."""

    def __init__(self, notes: Sequence[PlannedNote]) -> None:
        self._by_field: defaultdict[tuple[Kind, str, str], list[tuple[PlannedNote, dict[str, str]]]] = defaultdict(list)
        for note in notes:
            prints = field_prints(named_fields(note))
            for name in prints.keys() & _SAID:
                self._by_field[note.kind, name, prints[name]].append((note, prints))

    def sharing(self, old: LockedNote) -> Iterator[tuple[PlannedNote, dict[str, str]]]:
        """Yield the notes, with the digests of their fields, that share a field with an old one."""
        for name in sorted(old.fields.keys() & _SAID):
            yield from self._by_field.get((old.kind, name, old.fields[name]), ())


@dataclass(slots=True)
class _Look:
    """One look at a project beside its lock."""

    project: Project
    plan: Plan
    lock: Lock
    deck_names: Mapping[int, str]

    @property
    def _notes(self) -> list[Note]:
        return [note for deck in self.project.decks for note in deck.notes]

    def note_types(self) -> Iterator[Diagnostic]:
        """Yield an error for each note type that is another one than learners have (R3, R8)."""
        known = {one.kind: one for one in self.lock.note_types}
        for one in self.plan.note_types:
            old = known.get(one.look.kind)
            difference = _type_difference(one.look.kind, one.id, one.name, old) if old else ""
            if old and difference:
                message = (
                    f"the note type `{old.name}` has {difference}: every note of learners would stop being updated"
                )
                hint = f"use the psm-cards that made release {self.lock.last.version}"
                yield self._at_lock(old.line, "changed-note-type", message, hint)

    def gone_notes(self) -> Iterator[Diagnostic]:
        """Yield an error for each released note that is neither there nor retired."""
        known_ids = {note.id for note in self._notes} | {one.id for one in self.project.retired}
        # Also of notes that nobody wrote, such as the list of a deck's references.
        guids = {note.guid for note in self._notes} | {note.guid for note in self.plan.notes}
        gone = [one for one in self.lock.active if one.id not in known_ids and one.guid not in guids]
        known = {one.guid for one in self.lock.active}
        new = _NewNotes([note for note in self.plan.notes if note.guid not in known] if gone else [])
        for one in gone:
            yield self._gone(one, _heir(one, new))

    def _gone(self, old: LockedNote, heir: PlannedNote | None) -> Diagnostic:
        consequence = "learners would keep it for ever, and never hear why"
        message = f"note `{old.id}` of release {old.first} is gone: {consequence}"
        retire = f"`retired: {{{old.id}: {{reason: …}}}}`"
        if heir is None:
            hint = f"bring it back, or retire it: {retire}"
            return self._at_lock(old.line, "note-gone", message, hint)
        message += ", and begin its successor anew"
        hint = f"did you rename it to `{heir.id}`? write `was: {old.id}` there; else retire it: {retire}"
        return Diagnostic(Severity.ERROR, "note-gone", message, heir.place.span(), hint)

    def identities(self) -> Iterator[Diagnostic]:
        """Yield an error for each note with a guid other than it was released with, a retired one, or another kind."""
        for note in self.plan.notes:
            known, owner = self.lock.notes.get(note.id), self.lock.by_guid.get(note.guid)
            if (owner and owner.retired) or (known and known.retired):
                yield self._error(note, "retired-guid", *_returned(note, owner or known))
            elif known and note.guid != known.guid:
                message = f"`{note.id}` was released with the guid `{known.guid}`: learners would get it a second time"
                yield self._error(note, "changed-guid", message, f"take `guid: {note.guid}` out again")
            elif owner and owner.kind is not note.kind:
                message = (
                    f"`{note.id}` was released as a {owner.kind} note and is a {note.kind} note now: learners would "
                    "never get it"
                )
                hint = f"give it a new id, and write `retired: {{{owner.id}: {{reason: …, replaced-by: NEW-ID}}}}`"
                yield self._error(note, "changed-kind", message, hint)

    def gone_decks(self) -> Iterator[Diagnostic]:
        """Yield an error for each released deck that is gone while notes of it are still there (R13)."""
        for name, notes in self._strangers().items():
            if name.casefold() not in self._decks_now():
                now = self._deck_of(notes[0])
                message = f"the deck `{name}` is gone: its cards would stay there, and new ones come into `{now}`"
                hint = f"call it `{name}` again; to order notes otherwise, use tags"
                yield Diagnostic(Severity.ERROR, "renamed-deck", message, notes[0].place.span(), hint)

    def gone_cards(self) -> Iterator[Diagnostic]:
        """Yield a warning for each note with fewer cards than it was released with (R18)."""
        known = {one.guid: one for one in self.lock.active}
        for note in self.plan.notes:
            # Of two notes with one guid, which is an error, only the first is meant.
            old = known.pop(note.guid, None)
            missing = sorted(old.cards.keys() - set(note.ordinals)) if old and old.kind is note.kind else []
            if old and missing:
                message, hint = _gone_cards(note, missing, sorted(set(note.ordinals) - old.cards.keys()))
                yield Diagnostic(Severity.WARNING, "card-gone", message, note.place.span(), hint)

    def moved_notes(self) -> Iterator[Diagnostic]:
        """Yield a warning for each two decks that notes moved between, with the search that finds them (R13)."""
        for old_deck, notes in self._strangers().items():
            # Of a deck that is gone, that is said.
            if old_deck.casefold() in self._decks_now():
                for new_deck in dict.fromkeys(map(self._deck_of, notes)):
                    moved = [note for note in notes if self._deck_of(note) == new_deck]
                    yield _moved(old_deck, new_deck, moved, [self.lock.by_guid[note.guid].id for note in moved])

    def _strangers(self) -> Mapping[str, list[PlannedNote]]:
        """Return the notes that are in another deck than they were released in, by that deck."""
        found: dict[str, list[PlannedNote]] = {}
        for note in self.plan.notes:
            old = self.lock.by_guid.get(note.guid)
            # Anki takes decks that differ only in case for one.
            if old and not old.retired and old.deck.casefold() != self._deck_of(note).casefold():
                found.setdefault(old.deck, []).append(note)
        return found

    def _deck_of(self, note: PlannedNote) -> str:
        return self.deck_names[note.deck]

    def _decks_now(self) -> AbstractSet[str]:
        return {self._deck_of(note).casefold() for note in self.plan.notes}

    def unknown_ids(self) -> Iterator[Diagnostic]:
        """Yield what `was:` and `retired:` say of notes that no release had."""
        known = Likeness(sorted(self.lock.notes))
        for note in self._notes:
            if note.was and note.was.value not in self.lock.notes and note.id not in self.lock.notes:
                message = f"no release had a note `{note.was.value}`"
                hint = _did_you_mean(note.was.value, known) or "take `was:` out: the note is new to learners"
                yield Diagnostic(Severity.ERROR, "unknown-former-id", message, note.was.place.span(), hint)
        for one in self.project.retired:
            if one.id not in self.lock.notes:
                message = f"no release had a note `{one.id}`"
                hint = _did_you_mean(one.id, known) or "take it out: there is nobody to tell"
                yield Diagnostic(Severity.WARNING, "unknown-retired", message, one.place.span(), hint)

    def _error(self, note: PlannedNote, code: Code, message: str, hint: str) -> Diagnostic:
        return Diagnostic(Severity.ERROR, code, message, note.place.span(), hint)

    def _at_lock(self, line: int, code: Code, message: str, hint: str) -> Diagnostic:
        return Diagnostic(Severity.ERROR, code, message, Span(self.lock.file, line, 1, line, 2), hint)


def search(deck: str, ids: Iterable[str]) -> str:
    """Return what finds notes of a deck by their ids in Anki's browser (R13, R17)."""
    escaped = "".join(f"\\{character}" if character in '\\"*_' else character for character in deck)
    terms = " OR ".join(f"Id:{note_id}" for note_id in ids)
    return f'deck:"{escaped}" ({terms})'


def anywhere(project_id: str, ids: Iterable[str]) -> str:
    """Return what finds notes of a project by their ids in Anki's browser, whatever deck their cards are in (R17)."""
    terms = " OR ".join(f"Id:{note_id}" for note_id in ids)
    return f'"note:{project_id} * (psm-cards)" ({terms})'


def _type_difference(kind: Kind, number: int, name: str, old: LockedType) -> str:
    """Return how a note type differs from the one released, in so far as learners' collections do not bear it."""
    fields = tuple(anki.field_id(kind, one) for one in FIELDS[kind])
    templates = tuple(anki.template_id(kind, one) for one in TEMPLATES[kind])
    if number != old.id:
        return "another number"
    if name != old.name:
        return f"another name, `{name}`"
    if fields != old.fields:
        return f"other fields ({_changes(fields, old.fields, FIELDS[kind])})"
    if templates != old.templates:
        return f"other card templates ({_changes(templates, old.templates, TEMPLATES[kind])})"
    return "another sort field" if old.sort_field != anki.SORT_FIELD else ""


def _changes(now: Sequence[int], before: Sequence[int], names: Sequence[str]) -> str:
    added = [f"`{name}` is new" for number, name in zip(now, names, strict=True) if number not in before]
    gone = [f"number {place} is gone" for place, number in enumerate(before, 1) if number not in now]
    return ", ".join([*added, *gone]) or "another order"


def _heir(old: LockedNote, new: _NewNotes) -> PlannedNote | None:
    """Return the new note that says the most of what an old one said, if any says half of it."""
    best: tuple[float, PlannedNote] | None = None
    for note, prints in new.sharing(old):
        names = (prints.keys() | old.fields.keys()) & _SAID
        likeness = sum(prints.get(name) == old.fields.get(name) for name in names) / len(names)
        if likeness >= _LIKE and (best is None or likeness > best[0]):
            best = likeness, note
    return best[1] if best else None


def _returned(note: PlannedNote, retired: LockedNote | None) -> tuple[str, str]:
    version = retired.retired if retired else ""
    message = f"`{note.id}` has the guid of a note that release {version} retired: learners who deleted it get it back"
    return message, "give it a new id"


def _gone_cards(note: PlannedNote, missing: Sequence[int], new: Sequence[int]) -> tuple[str, str]:
    if note.kind is Kind.CLOZE:
        names = ", ".join(f"`c{ordinal + 1}`" for ordinal in missing)
    else:
        names = ", ".join(f"`{TEMPLATES[note.kind][ordinal]}`" for ordinal in missing)
    message = (
        f"{names} of `{note.id}` is gone: learners keep a card with a blank front until they use Tools > Empty Cards"
    )
    if note.kind is Kind.CLOZE and new:
        return (
            message,
            f"keep the number if it asks for the same: renumbered to `c{new[0] + 1}`, a card loses its history",
        )
    return message, "bring it back if you can: its history is lost with it"


def _moved(old_deck: str, new_deck: str, notes: Sequence[PlannedNote], ids: Sequence[str]) -> Diagnostic:
    count = f"{len(notes)} notes" if len(notes) > 1 else f"`{notes[0].id}`"
    message = f"{count} moved from the deck `{old_deck}` to `{new_deck}`: with learners the cards stay where they are"
    hint = f"to move them, learners search for {search(old_deck, ids)} in the browser, then Cards > Change Deck"
    return Diagnostic(Severity.WARNING, "moved-note", message, notes[0].place.span(), hint)


def _did_you_mean(word: str, known: Likeness) -> str | None:
    near = known.nearest(word)
    return f"did you mean `{near}`?" if near else None
