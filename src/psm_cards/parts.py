"""A project checked file by file, so that memory holds the notes of one file at a time beside what becomes of them.

The stages are those of `workflows.check`, and so is all that they say. What only the whole project can tell is told at
the end; where a part was told otherwise before, nothing is returned, and the project has to be looked at as a whole.
"""

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import NamedTuple

from psm_cards import anki, citations, project, release
from psm_cards.anki import PlannedNote, PlannedPart, Planner
from psm_cards.cache import Store
from psm_cards.diagnostics import Diagnostic, are_too_many
from psm_cards.files import exists
from psm_cards.keeping import Keeper, KeptPart, Needs, plans_of, said_by
from psm_cards.model import Deck, Kind, Project
from psm_cards.project import Loading, NotByParts, Part, Trace
from psm_cards.rendering import Renderer

_OF_ALL_MEDIA = "media-case"
"""The code of what depends on the files that other notes, or templates, refer to."""
_OF_THE_FIRST = frozenset({"large-media", "template-error", "template-output"})
"""Codes of what is told once, of the first note that it is seen in."""


class Outcome(NamedTuple):
    """What was found, and what more from rendering on.

    `project` has its decks without notes, and is None with the rest if it could not be loaded.
    """

    found: Sequence[Diagnostic]
    more: Sequence[Diagnostic] = ()
    project: Project | None = None
    plan: anki.Plan | None = None
    tally: citations.Tally | None = None


def check(
    path: Path, folders: Sequence[Path], progress: Callable[[str], None], store: Store | None = None
) -> Outcome | None:
    """Look at a project of which nothing was released, file by file; None if it has to be looked at as a whole.

    What a file has come to may be in the store, and is kept there if all is well with it.
    """
    if _has_lock(path):
        return None
    try:
        progress("loading")
        loading = Loading(path)
        if loading.project is None:
            return Outcome(loading.diagnostics)
        stages = _Stages(loading.project, folders, progress)
        known = _KnownParts(loading, stages, store)
        for decks, part in loading.parts(known.recall):
            if decks is None:
                stages.recall(known.recalled)
            else:
                planned = stages.take(decks, known.plans(decks) if part else ())
                if part and planned:
                    known.keep(part, decks, planned)
            # Else the notes would stay until those of the next file are read.
            del decks
            progress("loading")
        known.tidy()
        return stages.finish(loading.project, loading.diagnostics)
    except NotByParts:
        return None


class _KnownParts:
    """The parts of a project that a build before this one has been through, if there is a store to keep them in."""

    def __init__(self, loading: Loading, stages: "_Stages", store: Store | None) -> None:
        self._loading, self._stages = loading, stages
        self._keeper = Keeper(store, loading.context() + stages.context(), stages.root) if store else None
        self._last: KeptPart | None = None
        self._said: tuple[bytes, ...] = ()

    @property
    def recalled(self) -> KeptPart:
        """The part that was recalled last."""
        if self._last is None:
            raise ValueError("no part was recalled")
        return self._last

    def recall(self, part: Part) -> Trace | None:
        """Return the trace of a part that stands for it, as far as one can tell without the other parts."""
        self._last = self._keeper.recall(part) if self._keeper else None
        is_same = self._last and self._last.needs.text == part.digest and self._stages.agree(self._last.needs)
        return self._last.trace if self._last and is_same else None

    def plans(self, decks: tuple[Deck, ...]) -> list[list[PlannedNote | None]]:
        """Return what is known already of the notes of the part that came last; nothing if none is known."""
        if self._keeper is None:
            return []
        self._said = tuple(map(said_by, decks))
        if self._last is None or not self._stages.make_the_same_cards(decks, self._last):
            return []
        known = self._last.notes()
        return [plans_of(deck, said, known) for deck, said in zip(decks, self._said, strict=True)]

    def keep(self, part: Part, decks: tuple[Deck, ...], planned: PlannedPart) -> None:
        """Keep a part that came last, and with which all is well."""
        if self._keeper is None:
            return
        trace, media = self._loading.trace(decks), self._stages.media(planned)
        if trace is not None and media is not None:
            kinds = {note.kind for deck in decks for note in deck.notes}
            fronts = self._stages.fronts(kinds)
            needs = Needs(part.digest, self._keeper.context, fronts, tuple(sorted(kind.value for kind in kinds)), media)
            works = tuple((deck.name, tuple(sorted(deck.works))) for deck in decks)
            self._keeper.keep(part, KeptPart(needs, trace, self._stages.counted, works, self._said, planned))

    def tidy(self) -> None:
        """Take away what is kept of parts that are gone."""
        if self._keeper:
            self._keeper.tidy()


def _has_lock(path: Path) -> bool:
    try:
        return exists(project.main_file(path).parent / release.NAME)
    except OSError:
        # Whatever is wrong with the path, looking at the whole says it.
        return True


class _Stages:
    """The stages after loading, for some decks after the others; `head` is the project without its decks."""

    def __init__(self, head: Project, folders: Sequence[Path], progress: Callable[[str], None]) -> None:
        self._head = head
        self._progress = progress
        self._verifier = citations.Verifier(head, folders)
        self._renderer = Renderer(head, self._verifier.evidence)
        self._planner = Planner(head.id, (), frozenset())
        self._kinds: AbstractSet[Kind] = frozenset()
        self._parts: list[PlannedPart] = []
        self._turn = _Turn()
        # The citations of the decks taken last.
        self.counted = citations.Counted((), 0)

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self._head.root

    def context(self) -> bytes:
        """Return the digest of what the stages after loading look at beside decks, looks and media."""
        return self._verifier.context()

    def agree(self, needs: Needs) -> bool:
        """Return whether the looks and media are those that a part was made with. Raises NotByParts."""
        kinds = [Kind(kind) for kind in needs.kinds]
        return (
            self._renderer.recall(kinds, needs.media)
            and self._planner_of_all_kinds().fronts(kinds) == needs.fronts
            and not self._renderer.makes_fields
        )

    def recall(self, kept: KeptPart) -> None:
        """Take a part that went through all stages once."""
        self._turn.take(deck[0][0] for deck in kept.trace.decks)
        self._verifier.recall(kept.counted)
        for deck, works in kept.works:
            self._renderer.recall_works(deck, works)
        self._parts.append(kept.planned)

    def media(self, planned: PlannedPart) -> tuple[tuple[str, str, str], ...] | None:
        """Return the media of the decks taken last, None if nobody can tell whether they will be the same."""
        asked = self._renderer.asked()
        # A text that names a file as Anki will may do so only while another part brings the file.
        return asked if anki.media_of(planned) <= {name for *_, name in asked or ()} else None

    def fronts(self, kinds: Iterable[Kind]) -> bytes:
        """Return the digest of what decides the cards of notes of these kinds."""
        return self._planner_of_all_kinds().fronts(kinds)

    def make_the_same_cards(self, decks: tuple[Deck, ...], kept: KeptPart) -> bool:
        """Return whether notes of these decks that say the same as others of a kept part get the same cards.

        Raises NotByParts.
        """
        kinds = {note.kind for deck in decks for note in deck.notes}
        self._renderer.recall(kinds, ())
        is_plain = not self._renderer.makes_fields and not kept.planned.disputed
        return is_plain and sorted(kinds) == list(kept.needs.kinds) and self.fronts(kinds) == kept.needs.fronts

    def take(self, decks: tuple[Deck, ...], known: Sequence[Sequence[PlannedNote | None]]) -> PlannedPart | None:
        """Take some decks through all stages, and return what they come to, None if something is wrong with them.

        What is known of their notes from before is not made again. Raises NotByParts.
        """
        told = self._told()
        decks = release.identify(self._head._replace(decks=decks), None).decks
        self._turn.take(deck.name for deck in decks)
        self._progress("verifying citations")
        self.counted = self._verifier.take(decks)
        self._progress("rendering")
        rendered = self._renderer.render(_without(known, decks) if known else decks)
        for deck in decks if known else ():
            self._renderer.recall_works(deck.name, deck.works)
        self._progress("planning cards")
        part = self._planner_of_all_kinds().plan(rendered)
        if part.diagnostics:
            # Some of it depends on all notes, and almost nothing of it is ever wrong.
            raise NotByParts
        if known:
            part = _with(known, decks, part)
        self._parts.append(part)
        # After ten thousand notes with errors no more is rendered, and nothing told.
        is_whole = all(len(deck.notes) == len(notes) for deck, (*_, notes) in zip(decks, part.decks, strict=True))
        return part if is_whole and self._told() == told else None

    def _told(self) -> tuple[int, int]:
        return self._verifier.told, self._renderer.told

    def _planner_of_all_kinds(self) -> Planner:
        """Return what plans all kinds so far; what is wrong with their looks is told when all notes are rendered."""
        if self._kinds != self._renderer.kinds:
            self._kinds = self._renderer.kinds
            planner = Planner(self._head.id, self._renderer.looks()[0], self._renderer.media)
            self._refuse_unlike(planner)
            self._planner = planner
        return self._planner

    def _refuse_unlike(self, planner: Planner) -> None:
        if not self._planner.agrees(planner):
            raise NotByParts

    def finish(self, whole: Project, diagnostics: list[Diagnostic]) -> Outcome:
        """Return what was found in all decks. Raises NotByParts."""
        verification = self._verifier.finish()
        rendered, faults = self._renderer.finish(whole.decks)
        if self._turn.matters(faults, diagnostics):
            raise NotByParts
        planner = Planner(whole.id, rendered.looks, self._renderer.media)
        self._refuse_unlike(planner)
        # Notes of references come last in their decks.
        last = planner.plan([deck for deck in rendered.decks if deck.notes])
        described = tuple(deck for deck in rendered.decks if not deck.notes)
        plan, more = anki.merge(rendered._replace(decks=described), [*self._parts, last])
        found, tally = [*diagnostics, *verification.diagnostics], citations.tally(whole.sources or {}, verification)
        return Outcome(found, [*faults, *more], whole, plan, tally)


def _without(known: Sequence[Sequence[PlannedNote | None]], decks: tuple[Deck, ...]) -> tuple[Deck, ...]:
    """Return the decks with those of their notes of which nothing is known."""
    return tuple(
        deck._replace(notes=tuple(note for note, plan in zip(deck.notes, plans, strict=True) if plan is None))
        for deck, plans in zip(decks, known, strict=True)
    )


def _with(known: Sequence[Sequence[PlannedNote | None]], decks: tuple[Deck, ...], part: PlannedPart) -> PlannedPart:
    """Return a part with what is known between what was planned, in the order of the notes."""
    whole = []
    for deck, plans, (name, description, planned) in zip(decks, known, part.decks, strict=True):
        waiting, every = list(reversed(planned)), []
        for note, plan in zip(deck.notes, plans, strict=True):
            # Of a note with an error nothing was planned.
            is_new = plan is None and waiting and waiting[-1].id == note.id
            every.append(waiting.pop() if is_new else plan)
        whole.append((name, description, tuple([one for one in every if one])))
    return part._replace(decks=tuple(whole))


class _Turn:
    """Whether the decks of the files come in the project's order, in which each is whole before the next one begins."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._last = ""
        self._is_kept = True

    def take(self, names: Iterable[str]) -> None:
        """Note the decks of one more file."""
        for name in names:
            self._is_kept = self._is_kept and (name == self._last or name not in self._seen)
            self._seen.add(name)
            self._last = name

    def matters(self, rendered: Sequence[Diagnostic], loaded: Sequence[Diagnostic]) -> bool:
        """Return whether the project as a whole would have been told something else than its files in their order."""
        codes = {one.code for one in rendered}
        if self._is_kept or not codes:
            return _OF_ALL_MEDIA in codes
        return _OF_ALL_MEDIA in codes or not codes.isdisjoint(_OF_THE_FIRST) or are_too_many([*loaded, *rendered])
