"""The rehearsal of a release: a learner with the old one, who has done all that learners do, imports the new one.

What must survive, may change and must not happen is known before from the two packages; the report says what did.
`learning` plays the learner in the real Anki, and is imported only when somebody wants a rehearsal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from psm_cards import anki
from psm_cards.model import LEARNERS_CSS

if TYPE_CHECKING:  # Anki is an extra, and slow to import.
    from psm_cards.release.learning import Imported, Learner, State

OWN_WORDS = " (own words)"
OWN_TAG = "own::tag"
OWN_DECK = "My own deck"
OWN_CSS = "\n.own-rule { color: red; }"
_RENAMED = " (renamed)"
_NAMED = 5
"""Notes that a line names; more would hide how many there are."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What became of a learner's things: sentences about what survived, what changed, and what was not expected.

    `upload` counts the rows by table that the learner's next sync would upload, `size` is about how many bytes.
    """

    anki: str
    survived: tuple[str, ...]
    changed: tuple[str, ...]
    unexpected: tuple[str, ...]
    upload: dict[str, int] = field(default_factory=dict)
    size: int = 0


@dataclass(frozen=True, slots=True)
class _Cast:
    """Which notes, by guid, a learner does what with; those that the release changes, and others."""

    edited: frozenset[str]
    tagged: frozenset[str]
    late: frozenset[str]
    lapsed: frozenset[str]
    flagged: frozenset[str]
    suspended: frozenset[str]
    moved: frozenset[str]
    renamed: str

    @classmethod
    def of(cls, old: anki.StoredPackage, bumped: frozenset[str]) -> _Cast:
        """Return a cast for a package: of each role a note that the release changes and one that it does not."""
        changing = sorted(bumped) or sorted(old.notes)
        staying = sorted(old.notes.keys() - bumped) or changing

        def pick(at: int) -> frozenset[str]:
            return frozenset({changing[at % len(changing)], staying[at % len(staying)]})

        late = frozenset({changing[-1]}) if len(changing) > 1 else frozenset()
        edited, tagged = pick(0) - late, pick(1) - late
        lapsed = frozenset({staying[2 % len(staying)]}) - late
        return cls(edited, tagged, late, lapsed, pick(3), pick(4), pick(5), staying[-1])


def rehearse(old_path: Path, new_path: Path, folder: Path) -> Rehearsal:
    """Play a learner who has one package and imports another, in an empty folder.

    Raises FileProblem for what is no package of ours, ImportError where Anki is not installed.
    """
    old, new = anki.read(old_path), anki.read(new_path)
    from psm_cards.release.learning import VERSION, Learner  # noqa: PLC0415 (an extra, and slow)

    bumped = frozenset(guid for guid, note in new.notes.items() if guid in old.notes and note.mod > old.notes[guid].mod)
    # Anki prints a complaint of each call that takes long, where the report is to go.
    with redirect_stdout(StringIO()), Learner(folder / "learner") as learner:
        learner.take(old_path)
        cast = _Cast.of(old, bumped) if old.notes else None
        if cast:
            _live(learner, cast, _meanwhile(old, new, bumped))
        learner.sync()
        before = learner.state()
        own = learner.own_file(LEARNERS_CSS, OWN_CSS)
        done = learner.take(new_path)
        after, upload = learner.state(), learner.upload()
        replaced = frozenset(
            guid for guid, note in before.notes.items() if guid in new.notes and new.notes[guid].mod > note.mod
        )
        look = _Look(old, new, before, after, done, cast, replaced)
        unexpected = [*look.unexpected(), *_again(learner, new_path), *learner.faults()]
        if not own.exists() or own.read_text(encoding="utf-8") != OWN_CSS:
            unexpected.append(f"the learner's own `{LEARNERS_CSS}` is gone")
    return Rehearsal(
        VERSION, tuple(look.survived()), tuple(look.changed()), tuple(unexpected), dict(upload.rows), upload.size
    )


def _meanwhile(old: anki.StoredPackage, new: anki.StoredPackage, bumped: frozenset[str]) -> int:
    """Return a time after the old release and before the new one, in seconds."""
    latest = max((*(note.mod for note in old.notes.values()), *old.note_types.values()), default=0)
    times = [new.notes[guid].mod for guid in bumped]
    times += [time for number, time in new.note_types.items() if time > old.note_types.get(number, time)]
    return max(latest, min(times, default=latest + 2) - 1)


def _live(learner: Learner, cast: _Cast, time: int) -> None:
    """Do what a learner does between two releases; what is late comes after the new one was cut."""
    learner.study()
    for guid in sorted(cast.lapsed):
        learner.lapse(guid, time)
    for guid in sorted(cast.edited):
        learner.edit(guid, OWN_WORDS, time)
    for guid in sorted(cast.tagged):
        learner.tag(guid, OWN_TAG, time)
    for guid in sorted(cast.flagged):
        learner.flag(guid)
    for guid in sorted(cast.suspended):
        learner.suspend(guid)
    for guid in sorted(cast.moved):
        learner.move(guid, OWN_DECK)
    learner.rename_deck(cast.renamed, _RENAMED)
    learner.restyle(OWN_CSS, time)
    for guid in sorted(cast.late):
        learner.edit(guid, OWN_WORDS)


def _again(learner: Learner, package: Path) -> Iterator[str]:
    """Yield what a second import of the same file changes: nothing, if all is well."""
    learner.sync()
    again, upload = learner.take(package), learner.upload()
    if again.new or again.updated:
        yield f"the same file once more changes {len(again.new) + len(again.updated)} notes"
    if upload.rows:
        yield f"the same file once more gives the next sync {upload.size:,} bytes to upload"


@dataclass(frozen=True, slots=True)
class _Look:
    """What a learner had and has, beside the two packages; `replaced` are the notes that a newer one replaces (B.2)."""

    old: anki.StoredPackage
    new: anki.StoredPackage
    before: State
    after: State
    done: Imported
    cast: _Cast | None
    replaced: frozenset[str]

    def survived(self) -> Iterator[str]:
        """Yield what of a learner's is as it was."""
        kept = [guid for guid, note in self.before.notes.items() if self.after.notes.get(guid) == note]
        studied = sum(key in self.after.cards for key, card in self.before.cards.items() if card[7])
        yield f"{_number(studied, 'studied card')} with {_number(len(self.before.reviews), 'review')} as they were"
        yield f"{_number(len(kept), 'note')} not touched"
        if self.cast is None:
            return
        for what, guids in (
            ("own words", self.cast.edited | self.cast.late),
            ("own tags", self.cast.tagged),
            ("the tag of a leech", self.cast.lapsed),
        ):
            if there := sorted(guids & set(kept)):
                yield f"{what} in {self._named(there)}"
        for what, guids in (
            ("flag", self.cast.flagged),
            ("suspension", self.cast.suspended),
            ("own deck", self.cast.moved),
        ):
            yield f"the {what} of {self._named(sorted(guids))}"

    def changed(self) -> Iterator[str]:
        """Yield what the release changes, as it should."""
        yield from self._delivered()
        lost = sorted(guid for guid in self.replaced if self._is_own(guid))
        if lost:
            yield f"own words or tags gone from {self._named(lost)}, which the release changes"
        late = [guid for guid in self.cast.late - self.replaced if self._is_bumped(guid)] if self.cast else []
        if late:
            yield f"{self._named(late)} edited after the release was cut, and therefore not updated"
        for name in sorted(self._restyled()):
            yield f"own styling of `{name}` gone, because the release changes its look"
        for name in sorted(set(self.after.decks) - set(self.before.decks)):
            yield f"the deck `{name}` is there anew"

    def _delivered(self) -> Iterator[str]:
        """Yield what Anki says that it took."""
        if self.done.new:
            yield f"{_number(len(self.done.new), 'new note')}: {self._named(self.done.new)}"
        if self.done.updated:
            yield f"{_number(len(self.done.updated), 'note')} updated: {self._named(self.done.updated)}"
        if same := [guid for guid in self.done.updated if guid in self.old.notes and self._is_same(guid)]:
            yield f"{_number(len(same), 'note')} sent again although nothing of it changed: {self._named(same)}"
        added = self.after.cards.keys() - self.before.cards.keys()
        if of_known := [key for key in added if key.rpartition("/")[0] in self.before.notes]:
            yield f"{_number(len(of_known), 'new card')} of notes that they had"

    def unexpected(self) -> Iterator[str]:
        """Yield every promise that was not kept."""
        yield from self._wrong_import()
        for guid, note in self.before.notes.items():
            now = self.after.notes.get(guid)
            if guid in self.replaced:
                if now is None or list(now.fields) != list(self.new.notes[guid].fields.values()):
                    yield f"the note {self._named([guid])} did not arrive as it is in the release"
            elif now != note:
                yield f"the note {self._named([guid])} changed, which the release does not change"
        for key, card in self.before.cards.items():
            if self.after.cards.get(key) != card:
                yield f"a card of {self._named([key.rpartition('/')[0]])} lost its scheduling, flag or deck"
        if list(self.after.reviews) != list(self.before.reviews):
            yield "reviews are gone from the log, or new ones in it"
        yield from self._strangers()

    def _wrong_import(self) -> Iterator[str]:
        if self.after.schema != self.before.schema:
            yield "Anki would force a full sync"
        if self.done.conflicting or self.done.complaints:
            yield f"Anki could not place {_number(self.done.conflicting + self.done.complaints, 'note')}"
        if odd := sorted(set(self.done.updated) ^ self.replaced):
            yield f"Anki updated other notes than the release changes: {self._named(odd)}"

    def _strangers(self) -> Iterator[str]:
        known = {f"{guid}/{ordinal}" for guid, note in self.new.notes.items() for ordinal in note.ordinals}
        if odd := sorted(self.after.cards.keys() - self.before.cards.keys() - known):
            yield f"{_number(len(odd), 'card')} that the release does not have"
        if odd := sorted(known - self.after.cards.keys()):
            yield f"{_number(len(odd), 'card')} of the release did not arrive"
        decks = {deck for note in self.new.notes.values() for deck in _with_parents(note.deck)}
        for name in sorted(set(self.after.decks) - set(self.before.decks) - decks):
            yield f"the deck `{name}` came from nowhere"
        kinds = {note.note_type for note in self.new.notes.values()}
        # Note types of the stock are there from the beginning.
        if len(self.after.looks) - len(self.before.looks) > len(kinds - set(self.old.note_types)):
            yield f"new note types: {', '.join(sorted(set(self.after.looks) - set(self.before.looks)))}"

    def _restyled(self) -> set[str]:
        return {
            name
            for name, css in self.before.looks.items()
            if OWN_CSS in css and OWN_CSS not in self.after.looks.get(name, "")
        }

    def _is_own(self, guid: str) -> bool:
        note, packed = self.before.notes[guid], self.old.notes.get(guid)
        return packed is not None and (
            list(note.fields) != list(packed.fields.values()) or set(note.tags) != set(packed.tags)
        )

    def _is_bumped(self, guid: str) -> bool:
        old, new = self.old.notes.get(guid), self.new.notes.get(guid)
        return old is not None and new is not None and new.mod > old.mod

    def _is_same(self, guid: str) -> bool:
        """Return whether both packages have the same note."""
        old, new = self.old.notes[guid], self.new.notes[guid]
        return (old.fields, old.tags, old.ordinals) == (new.fields, new.tags, new.ordinals)

    def _named(self, guids: Sequence[str]) -> str:
        names = [self._name(guid) for guid in guids[:_NAMED]]
        return ", ".join([*names, f"and {len(guids) - _NAMED:,} more"] if len(guids) > _NAMED else names)

    def _name(self, guid: str) -> str:
        note = self.new.notes.get(guid) or self.old.notes.get(guid)
        return f"`{(note.fields.get('Id') if note else '') or guid}`"


def _with_parents(deck: str) -> Iterator[str]:
    parts = deck.split("::")
    return ("::".join(parts[: end + 1]) for end in range(len(parts)))


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
