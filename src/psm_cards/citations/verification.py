"""Finds every cited passage in its source's text, and holds what is found against what evidence.lock has recorded.

After loading, before rendering. A text that is not at hand is no fault: then the recorded evidence speaks.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from psm_cards.citations import evidence, fragments, locators
from psm_cards.citations.evidence import Entry, Key, Reading, Recorded
from psm_cards.citations.holdings import Holdings
from psm_cards.citations.locators import Locator, PassageProblem
from psm_cards.citations.updates import Change, Update
from psm_cards.diagnostics import Code, Diagnostic, Place, Problem, Related, Severity
from psm_cards.model import Citation, Deck, Evidence, HeldText, Project, Source

if TYPE_CHECKING:  # Only where a text is at hand there are passages: to import what finds them takes 25 ms.
    from psm_cards.citations.sourcetext import Passage, SourceText

_COMMAND = "`psm-cards check --sources DIR --update-evidence`"
_UPDATE = f"read the passage, then run {_COMMAND}"


class Counted(NamedTuple):
    """How often some notes cite each passage, and how often a known source without one."""

    passages: tuple[tuple[Key, int], ...]
    unplaced: int


@dataclass(slots=True)
class Verification:
    """What became of the citations of a project.

    `evidence` is what cards may say, `texts` are the texts at hand by source, `found` the passages found in them,
    `faulty` the citations with an error of their own. `cited` says how often each passage is cited, and `unplaced` how
    often a known source without one. `entries` and `readings` are what evidence.lock has to hold after
    an update, and `update` is what that changes in it.
    """

    evidence: Evidence = field(default_factory=Evidence)
    texts: "dict[str, SourceText]" = field(default_factory=dict)
    found: "dict[Key, Passage]" = field(default_factory=dict)
    faulty: set[Key] = field(default_factory=set)
    cited: Counter[Key] = field(default_factory=Counter)
    unplaced: int = 0
    entries: dict[Key, Entry] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    update: Update = field(default_factory=Update)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def record(self, project: Project) -> Update | None:
        """Write evidence.lock, let `evidence` say what it says now, and return what that changed. Raises FileProblem.

        None is returned where there is nothing to record and no file.
        """
        if not self.entries and not (project.root / evidence.FILE).exists():
            return None
        evidence.write(project.root, [*self.readings.values(), *self.entries.values()])
        self.evidence = _evidence(self.entries, self.readings, _readings(project))
        return self.update


def verify(project: Project, folders: Sequence[Path], *, updating: bool = False) -> Verification:
    """Return what is found of each cited passage in the texts, which lie in the project or in one of the `folders`.

    When `updating`, what evidence.lock has recorded otherwise is no problem: it is about to be written anew.
    """
    verifier = Verifier(project, folders, updating=updating)
    verifier.take(project.decks)
    return verifier.finish()


def _readings(project: Project) -> dict[str, Reading]:
    """Return how the texts of the sources are read now, by source."""
    sources = (project.sources or {}).values()
    return {source.key: evidence.reading(source, source.text) for source in sources if source.text}


def _evidence(
    entries: Mapping[Key, Entry], recorded: Mapping[str, Reading], readings: Mapping[str, Reading]
) -> Evidence:
    """Return what cards may say: what was found in another text, or in one that was read otherwise, does not count."""
    same = {key for key, reading in readings.items() if recorded.get(key) == reading}
    held = [entry for entry in entries.values() if entry.source in same]
    return Evidence(frozenset(entry.key for entry in held), {entry.key: entry.words for entry in held if entry.words})


class Verifier:
    """Verifies the citations of one project, some decks after the others; a locator is looked up once.

    Of the project only the sources and the folder are asked for.
    """

    def __init__(self, project: Project, folders: Sequence[Path], *, updating: bool = False) -> None:
        self._project = project
        self._sources: Mapping[str, Source] = project.sources or {}
        self._readings = _readings(project)
        self._holdings = Holdings(project.root, folders, needed=updating)
        self._recorded = evidence.read(project.root)
        recorded = _evidence(self._recorded.entries, self._recorded.readings, self._readings)
        self._result = Verification(recorded, self._holdings.texts)
        self._updating = updating
        self._problems: dict[Key, Problem] = {}
        # Whether the text of every passage so far was at hand.
        self._is_complete = True

    @property
    def evidence(self) -> Evidence:
        """What cards may say before an update."""
        return self._result.evidence

    @property
    def told(self) -> int:
        """How much was found wrong so far."""
        return len(self._result.diagnostics) + len(self._holdings.diagnostics)

    def context(self) -> bytes:
        """Return the digest of all that a citation is held against: what is recorded, and the texts at hand."""
        texts = [(source.key, self._at_hand(source, source.text)) for source in self._sources.values() if source.text]
        held = (sorted(self._recorded.entries.items()), sorted(self._recorded.readings.items()), sorted(texts))
        return hashlib.sha256(repr((held, self._recorded.diagnostics)).encode()).digest()

    def _at_hand(self, source: Source, held: HeldText) -> str:
        """Return the digest of a text, or whether it has been told that there is none: passages are silent then."""
        text = self._holdings.text(source)
        return text.document.sha256 if text else str(self._holdings.is_told(held))

    def recall(self, counted: Counted) -> None:
        """Count citations that were verified once, against the same."""
        self._result.cited.update(dict(counted.passages))
        self._result.unplaced += counted.unplaced

    def take(self, decks: Iterable[Deck]) -> Counted:
        """Verify the citations of some decks, and return how many there were."""
        cited = [citation for deck in decks for note in deck.notes for citation in note.citations]
        passages = Counter((one.source, one.at) for one in cited if one.at)
        counted = Counted(tuple(passages.items()), sum(not one.at and one.source in self._sources for one in cited))
        self.recall(counted)
        for citation in cited:
            self._take(citation)
        return counted

    def finish(self) -> Verification:
        """Return what became of all citations that were taken."""
        recorded, result = self._recorded, self._result
        for source in self._sources.values():
            # Its text may be at fault even if no note cites it; coverage asks for it as well.
            self._holdings.text(source)
        result.diagnostics += self._holdings.diagnostics
        if self._updating:
            _keep(self._project, recorded, result)
        elif not recorded.diagnostics:
            result.diagnostics += [*_stale(recorded, result), *self._read_otherwise()]
        # Of a damaged file nothing is lost if every passage is at hand; a file of a newer format is not ours to write.
        if not self._updating or not self._is_complete or recorded.is_newer:
            damage = [_lost(each) for each in recorded.diagnostics] if self._updating else recorded.diagnostics
            result.diagnostics = [*damage, *result.diagnostics]
        return result

    def _take(self, citation: Citation) -> None:
        """Verify one citation; what is wrong with it is told at its locator."""
        source, place = self._sources.get(citation.source), citation.at_place
        if source is None or place is None:
            return
        try:
            self._look_up(source, citation, place)
        except PassageProblem as problem:
            self._refuse(citation, problem.finding.at(place)._replace(related=problem.related))
        except Problem as problem:
            self._refuse(citation, problem.finding.at(place))

    def _look_up(self, source: Source, citation: Citation, place: Place) -> None:
        key, text = (citation.source, citation.at), self._holdings.text(source)
        if text is None and source.text and key in self._recorded.entries:
            # Its locator was in order when it was recorded.
            self._is_complete = False
            return
        locator = locators.parse(citation.at)
        if text is not None:
            self._compare(citation, self._passage(key, text, locator), text, place)
        elif source.text:
            self._miss_passage(source.text, place)

    def _miss_passage(self, held: HeldText, place: Place) -> None:
        self._is_complete = False
        if not self._holdings.is_told(held) and not self._recorded.diagnostics:
            message = f"`{held.file}` is not at hand, and evidence.lock does not know the passage"
            self._warn("unverified-citation", message, place, f"{_UPDATE}, DIR being the folder of the text")

    def _passage(self, key: Key, text: "SourceText", locator: Locator) -> "Passage":
        if key in self._problems:
            raise self._problems[key]
        from psm_cards.citations import passages  # noqa: PLC0415 (see above)

        try:
            self._result.found.setdefault(key, passages.find(text, locator, self._stretch(key)))
        except Problem as problem:
            self._problems[key] = problem
            raise
        return self._result.found[key]

    def _stretch(self, key: Key) -> tuple[int, int] | None:
        """Return where in the file the passage once stood; of another file's nothing is said."""
        known, before = self._recorded.entries.get(key), self._recorded.readings.get(key[0])
        is_same_file = before is not None and before.file == self._readings[key[0]].file
        return known.stretch if known and is_same_file else None

    def _compare(self, citation: Citation, passage: "Passage", text: "SourceText", place: Place) -> None:
        """Hold a passage against what is recorded of it; words that changed elsewhere in the text do not matter."""
        key = (citation.source, citation.at)
        known, entry = self._recorded.entries.get(key), self._entry(key, passage, text)
        # A line stays as it is while it is right: a change elsewhere in the text is to rewrite none.
        self._result.entries[key] = known if known and known.agrees(entry) else entry
        self._result.readings[citation.source] = self._readings[citation.source]
        if self._updating:
            if known and known.passage != entry.passage:
                self._result.update.changed.append(Change(key, place.span(), text.span(passage)))
        elif known and known.passage != entry.passage:
            message = "the passage has other words than those recorded in evidence.lock"
            hint = f"read it and correct the card, then run {_COMMAND}"
            seen = Related("the passage in the text", text.span(passage))
            self._refuse(citation, Diagnostic(Severity.ERROR, "passage-changed", message, place.span(), hint, (seen,)))
        elif not self._recorded.diagnostics:
            # What a damaged file does not know, it may have known.
            self._compare_record(known, entry, place)

    def _compare_record(self, known: Entry | None, entry: Entry, place: Place) -> None:
        if known is None:
            self._warn(
                "unrecorded-evidence", "the passage is found, and evidence.lock does not know it", place, _UPDATE
            )
        elif not known.agrees(entry) and self._recorded.readings.get(entry.source) == self._readings[entry.source]:
            what = "other words for its link" if known.words != entry.words else "another place of it"
            message = f"the passage is found, and evidence.lock has {what}"
            self._warn("unrecorded-evidence", message, place, f"run {_COMMAND}")

    def _entry(self, key: Key, passage: "Passage", text: "SourceText") -> Entry:
        from psm_cards.citations import passages  # noqa: PLC0415 (see above)

        is_page = self._sources[key[0]].kind == evidence.PAGE
        words = fragments.ends(text.text[passage.start : passage.end]) if is_page else ""
        start, end = text.file_stretch(passage)
        return Entry(*key, start, end, passages.digest(text, passage), text.document.sha256, words)

    def _warn(self, code: Code, message: str, place: Place, hint: str) -> None:
        self._result.diagnostics.append(Diagnostic(Severity.WARNING, code, message, place.span(), hint))

    def _refuse(self, citation: Citation, diagnostic: Diagnostic) -> None:
        self._result.faulty.add((citation.source, citation.at))
        self._result.diagnostics.append(diagnostic)

    def _read_otherwise(self) -> Iterator[Diagnostic]:
        """Yield a warning for each source whose passages were found in another text, or one that was read otherwise."""
        known = {key[0] for key in self._recorded.entries.keys() & self._result.cited.keys()}
        for key, source in self._sources.items():
            before, now = self._recorded.readings.get(key), self._readings.get(key)
            if source.text is None or now is None or key not in known or before == now:
                continue
            if before is None:
                message = f"evidence.lock does not say which text the passages of `{key}` were found in"
            elif before.file != now.file:
                message = f"the passages of `{key}` were found in `{before.file}`, not in `{now.file}`"
            else:
                message = f"`kind`, `strip` or `fixes` of `{key}` are not as when its passages were recorded"
            hint = f"run {_COMMAND}, DIR being the folder of `{now.file}`"
            yield Diagnostic(Severity.WARNING, "other-text", message, source.text.place.span(), hint)


def _keep(project: Project, recorded: Recorded, result: Verification) -> None:
    """Let stay what is recorded of texts that are not at hand, cited or not, and count what the update changes."""
    sources = project.sources or {}
    away = {key for key, source in sources.items() if source.text and key not in result.texts}
    kept = {key: entry for key, entry in recorded.entries.items() if entry.source in away}
    result.entries |= kept
    result.readings |= {key: recorded.readings[key] for key, _ in kept if key in recorded.readings}
    result.update.kept = len(kept)
    result.update.added = len(result.entries.keys() - recorded.entries.keys())
    result.update.removed = len(recorded.entries.keys() - result.entries.keys())


def _stale(recorded: Recorded, result: Verification) -> list[Diagnostic]:
    """Return a warning for what evidence.lock knows of passages that no note cites."""
    left = [key for key in recorded.entries if key not in result.cited]
    if not left:
        return []
    source, at = left[0]
    more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
    message = f"no note cites `{at}` of `{source}`{more}"
    hint = f"run {_COMMAND} to take it out"
    return [Diagnostic(Severity.WARNING, "stale-evidence", message, recorded.span(left[0]), hint)]


def _lost(damage: Diagnostic) -> Diagnostic:
    """Return what is wrong with evidence.lock with a hint for one who is just updating it."""
    hint = "restore the file from git, or name the folders of all texts: the lines of one that is missing would be lost"
    return damage if damage.code != "damaged-evidence" else damage._replace(hint=hint)
