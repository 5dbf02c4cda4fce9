"""Parts of a project that are kept from one build to the next: what each has come to, as plain values.

A part stands for itself while its text is the same, and all that it depends on: the files that are no parts, the
evidence and the texts, the looks, and the media. If only its text has changed, what is kept of it stands for those of
its notes that say the same. A part with a problem is never kept, so that each is told each time.
"""

from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from psm_cards import anki
from psm_cards.anki import PlannedNote, PlannedPart
from psm_cards.cache import Store
from psm_cards.citations import Counted
from psm_cards.model import Deck, Kind, Note, Text
from psm_cards.project import Part, SourceText, Trace, scalar_at, spot

if TYPE_CHECKING:
    from psm_cards.project.nodes import Scalar

_KINDS = {kind.value: kind for kind in Kind}

PREFIX = "part-"
"""How the names of kept parts begin."""

FEWEST = 10
"""Notes that a part must have to be kept: fewer are read as fast as what would be kept of them."""


_DIGEST = 16


class Needs(NamedTuple):
    """What a part needs of the rest: digests of all that it depends on, and media by path, prefix and name."""

    text: bytes
    context: bytes
    fronts: bytes
    kinds: tuple[str, ...]
    media: tuple[tuple[str, str, str], ...]


class KeptPart(NamedTuple):
    """A part that was in order: what it needs, what later parts are held against, what it cites, and its plan.

    `works` are those that each deck cites, `said` the digests of what the notes of each say (`said_by`).
    """

    needs: Needs
    trace: Trace
    counted: Counted
    works: tuple[tuple[str, tuple[str, ...]], ...]
    said: tuple[bytes, ...]
    planned: PlannedPart

    def notes(self) -> dict[tuple[str, bytes], PlannedNote]:
        """Return its notes by their deck and by what they say, without those that show or play a file."""
        # Nobody has kept which note asked for which of the part's files.
        return {
            (name, digest): note
            for (name, _, notes), said in zip(self.planned.decks, self.said, strict=True)
            for digest, note in zip(_digests(said), notes, strict=True)
            if not anki.may_name_media(note.fields)
        }


class Keeper:
    """Keeps the parts of one project in a store; `context` is the digest of all that every part depends on."""

    def __init__(self, store: Store, context: bytes, root: Path) -> None:
        self._store = store
        self._root = root
        self.context = context
        self._names: set[str] = set()

    def recall(self, part: Part) -> KeptPart | None:
        """Return what was kept of a part, maybe of another text, if the rest of the project is the same."""
        kept = self._store.get(self._name(part))
        if kept is None or kept[0][1] != self.context:
            return None
        needs, trace, counted, works, said, (decks, disputed) = kept
        source = SourceText(str(part.path), "")
        source.let_go()
        planned = PlannedPart(
            tuple((*deck, tuple(_note(one, source) for one in notes)) for *deck, notes in decks),
            frozenset((Kind(kind), ordinal) for kind, ordinal in disputed),
        )
        return KeptPart(Needs(*needs), Trace(*trace), Counted(*counted), works, said, planned)

    def keep(self, part: Part, kept: KeptPart) -> None:
        """Keep what a part has come to, if it is large enough to be worth it."""
        if sum(len(notes) for _, _, notes in kept.planned.decks) < FEWEST:
            return
        decks = [(name, description, tuple(map(_row, notes))) for name, description, notes in kept.planned.decks]
        disputed = [(kind.value, ordinal) for kind, ordinal in sorted(kept.planned.disputed)]
        plain = (tuple(kept.needs), tuple(kept.trace), tuple(kept.counted), kept.works, kept.said)
        value = (*plain, (tuple(decks), tuple(disputed)))
        self._store.put(self._name(part), value)

    def tidy(self) -> None:
        """Take away what was kept of parts that the project has no longer."""
        self._store.drop(PREFIX, self._names)

    def _name(self, part: Part) -> str:
        # It may be no UTF-8.
        path = str(part.path.relative_to(self._root)).encode(errors="surrogatepass")
        name = f"{PREFIX}{blake2b(path, digest_size=16).hexdigest()}"
        self._names.add(name)
        return name


def said_by(deck: Deck) -> bytes:
    """Return a digest for each note of a deck, one behind the other: of all that its fields and cards are made of.

    Of two notes with the same digest, in decks of the same name, the plan says the same but for their places.
    """
    return b"".join(map(_said, deck.notes))


def plans_of(deck: Deck, said: bytes, known: dict[tuple[str, bytes], PlannedNote]) -> list[PlannedNote | None]:
    """Return for each note of a deck what it was planned as when it said the same, if that is known."""
    found = [known.get((deck.name, digest)) for digest in _digests(said)]
    return [one and one._replace(place=note.place) for one, note in zip(found, deck.notes, strict=True)]


def _digests(said: bytes) -> list[bytes]:
    return [said[start : start + _DIGEST] for start in range(0, len(said), _DIGEST)]


def _said(note: Note) -> bytes:
    texts = (note.question, note.answer, note.cloze, note.explanation, note.hint, note.audio, note.reverse, note.typed)
    # No text holds a null character, and the number of words tells tags from what is cited.
    words = [note.id, note.kind, note.guid, str(note.is_whole), str(len(note.tags)), *note.tags]
    words += [f"={one.value}" if isinstance(one, Text) else str(one) for one in (*texts, note.was)]
    for source, _, at, _, *rest in note.citations:
        words += [source, at, *rest]
    return blake2b("\0".join(words).encode(errors="surrogatepass"), digest_size=_DIGEST).digest()


def _row(note: PlannedNote) -> tuple[Any, ...]:
    # The place of a note that is in order is that of its id.
    place = spot(cast("Scalar", note.place))
    return (place, note.kind.value, note.guid, note.note_type, note.deck, note.fields, note.tags, note.ordinals)


def _note(row: tuple[Any, ...], source: SourceText) -> PlannedNote:
    place = row[0]
    return PlannedNote(place[0], _KINDS[row[1]], scalar_at(place, source), *row[2:])
