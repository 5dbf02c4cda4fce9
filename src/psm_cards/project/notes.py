"""Decks and notes from the files' mappings, and what only the whole project can tell of them."""

import re
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import islice
from typing import TypeAlias

from psm_cards.citations import fragments
from psm_cards.diagnostics import MOST_PROBLEMS, Code, Diagnostic, Place, Severity, first_one
from psm_cards.likeness import Likeness
from psm_cards.model import Citation, Deck, Kind, Note, Source, Text
from psm_cards.project import locators
from psm_cards.project.documents import Documents, Part
from psm_cards.project.nodes import Mapping, Node, Scalar
from psm_cards.project.positions import SourceText
from psm_cards.project.reading import filled, flag, flag_or_text, mappings, scalar, text, word, words
from psm_cards.project.spellings import Spellings
from psm_cards.project.structure import later_keys, not_supported, schema
from psm_cards.project.syllabus import Syllabus
from psm_cards.project.traces import Trace, deck_at, scalar_at

FLAG_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
"""Words that YAML 1.1 read as true or false, and YAML 1.2 reads as text."""

TEXTS = frozenset({"question", "answer", "cloze", "explanation", "hint", "reverse", "typed"})
OWN_TEXTS = frozenset({"question", "answer", "cloze", "explanation", "hint", "audio", "was"})
"""The keys of a note that always hold a text, called as in `Note`."""

CITED_WORDS = frozenset({"at", "section", "page", "time", "note", "fragment"})
"""The keys of a citation that hold one line of text, called as in `Citation`."""

NEEDED = {Kind.BASIC: frozenset({"question", "answer"}), Kind.CLOZE: frozenset({"cloze"})}
"""What a note of a kind cannot be without."""

MOST_LEVELS = 11
"""Levels of a deck's name: measured, Anki refuses the whole package for a deck of twelve."""


Recall: TypeAlias = Callable[[Part], Trace | None]
"""Gives what was kept of a part, if it stands for the part as it is now."""


class DeckLoader:
    """Loads the decks of all files in their order, and collects what is wrong with them.

    A deck named in several places is one deck (`joined`); ids are checked over all of them. Of what was loaded, only
    what later files are held against is remembered.
    """

    def __init__(
        self, documents: Documents, sources: dict[str, Source], syllabus: Syllabus, *, citations_required: bool
    ) -> None:
        self._documents = documents
        self._sources = sources
        self._syllabus = syllabus
        self._errors = 0
        self._likeness = Likeness(sources)
        self._citations_required = citations_required
        self._ids: dict[str, Scalar] = {}
        self._guids: dict[str, Scalar] = {}
        self._decks: dict[str, Deck] = {}
        self._renamed: list[Deck] = []
        self._has_notes = False
        self._reported_before: tuple[int, ...] = ()
        self._counts = 0, 0
        self._tags_here: dict[str, Scalar] = {}
        self._deck_names = Spellings("deck-case", "deck")
        self._tags = Spellings("tag-case", "tag")
        self._name_form = re.compile(schema()["$defs"]["deck"]["properties"]["name"]["pattern"])
        self._later = {part: later_keys(part) for part in ("note", "citation")}

    @property
    def ids(self) -> AbstractSet[str]:
        """The ids of all notes loaded so far, drafts as well."""
        return self._ids.keys()

    @property
    def decks(self) -> tuple[Deck, ...]:
        """All decks loaded so far, each once, without their notes."""
        return tuple(self._decks.values())

    @property
    def renamed(self) -> tuple[Deck, ...]:
        """The decks with those of their notes that had another id before: no more of them than id and former id."""
        return joined([*self.decks, *self._renamed])

    @property
    def has_notes(self) -> bool:
        """Whether there is a note that is no draft."""
        return self._has_notes

    def load(self, recall: Recall) -> Iterator[tuple[tuple[Deck, ...] | None, Part | None]]:
        """Yield the decks of each file with their notes, each once, drafts left out. Raises NotByParts.

        With those of a part comes the part. One whose trace is recalled, and agrees with what was loaded before, is not
        loaded; it comes without decks.
        """
        for items, part in self._documents.decks(lambda part: self._is_known(part, recall(part))):
            if items is None:
                yield None, part
                continue
            decks = joined([self._known(self._deck(item)) for item in items])
            # The tree is let go of before anything is made of the notes.
            items.clear()
            yield decks, part
            del decks
        self._documents.diagnostics += [*self._deck_names.diagnostics, *self._tags.diagnostics]

    def trace(self, decks: tuple[Deck, ...]) -> Trace | None:
        """Return what is to be remembered of the file that was loaded last; None if there is something wrong in it.

        None as well where a file could not be read: what this one misses may only be out of sight, and is not told.
        """
        if self._documents.has_gaps or self._reported() != self._reported_before:
            return None
        ids, guids = (list(islice(found.values(), count, None)) for found, count in self._known_before())
        return Trace.of(ids, guids, list(self._tags_here.values()), decks)

    def _is_known(self, part: Part, trace: Trace | None) -> bool:
        """Return whether a part need not be read, because its trace stands for it; else begin a trace."""
        if trace is not None and self._agrees(trace):
            self._remember(part, trace)
            return True
        self._reported_before = self._reported()
        self._counts = len(self._ids), len(self._guids)
        self._tags_here = {}
        return False

    def _known_before(self) -> Iterator[tuple[dict[str, Scalar], int]]:
        return zip((self._ids, self._guids), self._counts, strict=True)

    def _reported(self) -> tuple[int, ...]:
        lists = (self._documents.diagnostics, self._deck_names.diagnostics, self._tags.diagnostics)
        return tuple(map(len, lists))

    def _remember(self, part: Part, trace: Trace) -> None:
        source = SourceText(str(part.path), "")
        source.let_go()
        for known, spots in ((self._ids, trace.ids), (self._guids, trace.guids)):
            known.update((one[0], scalar_at(one, source)) for one in spots)
        for tag in trace.tags:
            self._tags.check(scalar_at(tag, source))
        for traced in trace.decks:
            self._deck_names.check(scalar_at(traced[0], source))
            self._known(deck_at(traced, source))
            self._has_notes = self._has_notes or traced[2]

    def _agrees(self, trace: Trace) -> bool:
        """Return whether nothing in a trace is at odds with what was loaded before it."""
        known = [self._decks.get(name[0]) for name, description, _ in trace.decks if description]
        return (
            self._ids.keys().isdisjoint(one[0] for one in trace.ids)
            and self._guids.keys().isdisjoint(one[0] for one in trace.guids)
            and all(self._tags.agrees(one[0]) for one in trace.tags)
            and all(self._deck_names.agrees(name[0]) for name, _, _ in trace.decks)
            and not any(deck.description for deck in known if deck)
        )

    def _known(self, deck: Deck) -> Deck:
        """Return a deck, without its description if a file above has given one, and remember what it is about."""
        first = self._decks.setdefault(deck.name, deck._replace(notes=()))
        if first.description and deck.description and first.description is not deck.description:
            message = f"deck `{first.name}` has two descriptions"
            places = deck.description.place, first.description.place
            self._report("duplicate-description", message, places[0], "keep one of the two", places[1])
            deck = deck._replace(description=None)
        elif deck.description:
            self._decks[deck.name] = first._replace(description=deck.description)
        self._has_notes = self._has_notes or bool(deck.notes)
        if renamed := [Note(note.id, note.kind, note.place, was=note.was) for note in deck.notes if note.was]:
            self._renamed.append(Deck(deck.name, deck.place, tuple(renamed)))
        return deck

    def _deck(self, item: Mapping) -> Deck:
        tags = self._tags_of(item)
        notes = [self._note(note, tags) for note in self._notes(item) if not self._is_draft(note)]
        name = scalar(item, "name")
        if name is None or not self._name_form.fullmatch(name.value):
            # The schema has said what is wrong; under a name that is in order the notes can still be looked at.
            return Deck(f"Deck at {item.start}", item, tuple(notes), text(item, "description"))
        self._deck_names.check(name)
        self._check_depth(name)
        return Deck(name.value, name, tuple(notes), text(item, "description"))

    def _notes(self, item: Mapping) -> Iterator[Mapping]:
        """Yield the notes of a deck, until so many errors were found that nobody would read on."""
        for note in mappings(item, "notes"):
            if self._errors >= MOST_PROBLEMS:
                return
            yield note

    def _check_depth(self, name: Scalar) -> None:
        levels = name.value.count("::") + 1
        if levels > MOST_LEVELS:
            message = f"expected a deck name of at most {MOST_LEVELS} levels, found {levels:,}"
            self._report("wrong-form", message, name, "leave some levels out, or join two with ` - `")

    def _is_draft(self, item: Mapping) -> bool:
        """Return whether a note is a draft; its id is taken all the same."""
        is_draft = flag(item, "draft")
        if is_draft:
            self._check_id(scalar(item, "id"))
        return is_draft

    def _tags_of(self, item: Mapping) -> tuple[str, ...]:
        if "tags" not in item.values:
            return ()
        tags = words(item, "tags")
        for tag in tags:
            self._tags.check(tag)
            self._tags_here.setdefault(tag.value, tag)
        return tuple([tag.value for tag in tags])

    def _note(self, item: Mapping, deck_tags: tuple[str, ...]) -> Note:
        # Only what is there is looked at: of seventeen keys a note has five, and a project ten thousand notes.
        found = filled(item)
        note_id = found.get("id")
        kind = Kind.CLOZE if "cloze" in item.keys else Kind.BASIC
        if not self._later["note"].isdisjoint(item.keys):
            self._documents.diagnostics += not_supported(item, self._later["note"])
        is_new = self._check_id(note_id)
        has_own_guid = self._check_guid(found.get("guid"))
        texts = {key: Text(value.value, value) for key, value in found.items() if key in OWN_TEXTS}
        self._check_values(item, found, kind)
        return Note(
            id=note_id.value if note_id else "",
            kind=kind,
            place=note_id or item,
            **texts,
            reverse=flag_or_text(item, "reverse") if "reverse" in found else False,
            typed=flag_or_text(item, "typed") if "typed" in found else False,
            guid=word(item, "guid") if "guid" in found else "",
            tags=tuple(dict.fromkeys(deck_tags + self._tags_of(item))),
            citations=tuple(self._citations(item, note_id)),
            covers=self._syllabus.covered(item) if "covers" in item.values else (),
            is_whole=has_own_guid and is_new and found.keys() >= NEEDED[kind],
        )

    def _check_values(self, item: Mapping, found: dict[str, Scalar], kind: Kind) -> None:
        """Report what YAML makes of some values otherwise than their author may have meant."""
        if kind is Kind.BASIC:
            self._check_flag(found.get("reverse"))
            self._check_flag(found.get("typed"))
        for key, value in item.values.items():
            if key in TEXTS:
                self._check_comment(value)

    def _check_id(self, note_id: Scalar | None) -> bool:
        """Return whether no note above has this id; one that has is reported with both places."""
        if note_id is None:
            return False
        first = self._ids.get(note_id.value)
        if first is None:
            self._ids[note_id.value] = note_id
            return True
        message = f"note id `{note_id.value}` is used twice"
        hint = "give this note another id; Anki tells notes apart by it"
        if first is note_id:
            hint = "an alias (`*…`) stands for the whole note: write another note in its place"
        self._report("duplicate-id", message, note_id, hint, first)
        return False

    def _check_guid(self, guid: Scalar | None) -> bool:
        """Return whether no note above has adopted this guid; one that has is reported with both places."""
        first = self._guids.setdefault(guid.value, guid) if guid else guid
        if guid is None or first is None or first is guid:
            return True
        message = f"guid `{guid.value}` is used twice"
        hint = "give each note a guid of its own, or none: Anki would keep only one of the two"
        self._report("duplicate-guid", message, guid, hint, first)
        return False

    def _check_comment(self, value: Node) -> None:
        """Warn of a text that YAML cuts off at a `#`: of `Apollo #11` it leaves `Apollo`."""
        if isinstance(value, Scalar) and value.data is not None and (sign := value.cut_off()):
            span = value.source.span(sign, sign + 1)
            message = f"YAML takes what follows `{value.value.split()[-1]}` for a comment"
            hint = "put the text in quotes; a comment has a space after its `#`"
            self._documents.diagnostics.append(Diagnostic(Severity.WARNING, "text-cut-off", message, span, hint))

    def _check_flag(self, value: Scalar | None) -> None:
        if value is not None and not value.style and value.value.lower() in FLAG_WORDS:
            message = f"`{value.value}` is text in YAML 1.2, neither true nor false"
            self._report("ambiguous-flag", message, value, "write `true` or `false`, or put the text in quotes")

    def _citations(self, item: Mapping, note_id: Scalar | None) -> Iterator[Citation]:
        if self._citations_required and note_id is not None and "cite" not in item.keys:
            hint = "add `cite:` with a source, or set `citations: optional` under `project:`"
            self._report("missing-citation", f"`{note_id.value}` cites no source", note_id, hint)
        for entry in mappings(item, "cite"):
            if not self._later["citation"].isdisjoint(entry.keys):
                self._documents.diagnostics += not_supported(entry, self._later["citation"])
            found = filled(entry)
            source = found.get("source")
            if source is None:
                continue
            self._check_source(source)
            self._documents.diagnostics += locators.impossible(entry)
            self._check_fragment(found.get("fragment"))
            rest = {key: " ".join(value.value.split()) for key, value in found.items() if key in CITED_WORDS}
            yield Citation(source.value, source, at_place=found.get("at"), **rest)

    def _check_fragment(self, words: Scalar | None) -> None:
        if words is not None and (fault := fragments.fault(words.value)):
            self._documents.diagnostics.append(fault.at(words))

    def _check_source(self, source: Scalar) -> None:
        if source.value not in self._sources and not self._documents.has_gaps:
            near = self._likeness.nearest(source.value)
            hint = f"did you mean `{near}`?" if near else "define it under `sources:`"
            self._report("unknown-source", f"no source is called `{source.value}`", source, hint)

    def _report(self, code: Code, message: str, place: Place, hint: str, first: Place | None = None) -> None:
        """Report an error; of two duplicates at the second one, with the place of the first."""
        self._errors += 1
        related = first_one(first) if first else ()
        self._documents.diagnostics.append(Diagnostic(Severity.ERROR, code, message, place.span(), hint, related))


def joined(decks: Iterable[Deck]) -> tuple[Deck, ...]:
    """Return the decks with those of one name made one, in the order in which the names come first."""
    found: dict[str, Deck] = {}
    notes: dict[str, list[Note]] = {}
    for deck in decks:
        first = found.setdefault(deck.name, deck)
        if first.description is None and deck.description:
            found[deck.name] = first._replace(description=deck.description)
        notes.setdefault(deck.name, []).extend(deck.notes)
    return tuple([deck._replace(notes=tuple(notes[name])) for name, deck in found.items()])
