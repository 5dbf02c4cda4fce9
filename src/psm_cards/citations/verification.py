"""Finds every cited passage in its source's text, and holds what is found against what evidence.lock has recorded.

After loading, before rendering. A text that is not at hand is no fault: then the recorded evidence speaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from psm_cards.citations import evidence, fragments, locators, passages, sourcetext, texts
from psm_cards.citations.evidence import Entry, Key, Recorded
from psm_cards.citations.locators import Locator
from psm_cards.citations.passages import PassageProblem
from psm_cards.citations.sourcetext import Passage, SourceText
from psm_cards.diagnostics import Code, Diagnostic, Place, Problem, Related, Severity
from psm_cards.files import FileProblem
from psm_cards.model import Citation, Evidence, HeldText, Project, Source

PAGE = "page"
"""The kind of text that is the web page's own words, so that a link may use them."""

_UPDATE = "read the passage, then run `psm-cards check --sources DIR --update-evidence`"


@dataclass(slots=True)
class Verification:
    """What became of the citations of a project.

    `evidence` is what cards may say, `texts` are the texts at hand by source, `found` the passages found in them,
    `faulty` the citations with an error of their own, `entries` what evidence.lock has to hold after an update.
    """

    evidence: Evidence = field(default_factory=Evidence)
    texts: dict[str, SourceText] = field(default_factory=dict)
    found: dict[Key, Passage] = field(default_factory=dict)
    faulty: set[Key] = field(default_factory=set)
    entries: dict[Key, Entry] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def record(self, root: Path) -> None:
        """Write evidence.lock, and let `evidence` say what it says now. Raises FileProblem."""
        if self.entries or (root / evidence.FILE).exists():
            evidence.write(root, self.entries.values())
        self.evidence = _evidence(self.entries)


def verify(project: Project, folders: Sequence[Path], *, updating: bool = False) -> Verification:
    """Return what is found of each cited passage in the texts, which lie in the project or in one of the `folders`.

    When `updating`, what evidence.lock has recorded otherwise is no problem: it is about to be written anew.
    """
    recorded = evidence.read(project.root)
    result = Verification(_evidence(recorded.entries))
    verifier = _Verifier(project, folders, recorded, result, updating=updating)
    for deck in project.decks:
        for note in deck.notes:
            for citation in note.citations:
                verifier.take(citation)
    for source in (project.sources or {}).values():
        verifier.read(source)
    if not updating and not recorded.diagnostics:
        result.diagnostics += _stale(project, recorded)
    # Of a damaged file nothing is lost if every passage is at hand; a file of a newer format is not ours to write.
    if not updating or not verifier.is_complete or recorded.is_newer:
        result.diagnostics = [*recorded.diagnostics, *result.diagnostics]
    return result


def _evidence(entries: Mapping[Key, Entry]) -> Evidence:
    return Evidence(frozenset(entries), {key: entry.words for key, entry in entries.items() if entry.words})


class _Verifier:
    """Verifies the citations of one project one after the other; a text is read once, a locator looked up once.

    `is_complete` tells whether the text of every passage so far was at hand.
    """

    def __init__(
        self,
        project: Project,
        folders: Sequence[Path],
        recorded: Recorded,
        result: Verification,
        *,
        updating: bool,
    ) -> None:
        self._sources: Mapping[str, Source] = project.sources or {}
        self._folders = (project.root, *folders)
        self._recorded: Mapping[Key, Entry] = recorded.entries
        self._is_record_whole = not recorded.diagnostics
        self._result = result
        self._updating = updating
        # Texts that are not at hand, and those of which that has been told.
        self._lacking: set[str] = set()
        self._told: set[str] = set()
        self._problems: dict[Key, Problem] = {}
        self.is_complete = True

    def take(self, citation: Citation) -> None:
        """Verify one citation; what is wrong with it is told at its locator."""
        source, place = self._sources.get(citation.source), citation.at_place
        if source is None or place is None:
            return
        try:
            self._look_up(source, citation, place)
        except PassageProblem as problem:
            self._refuse(citation, replace(problem.finding.at(place), related=problem.related))
        except Problem as problem:
            self._refuse(citation, problem.finding.at(place))

    def read(self, source: Source) -> None:
        """Read the text of a source, which may be at fault even if no note cites it; coverage asks for it as well."""
        if source.text is not None:
            self._text(source, source.text)

    def _look_up(self, source: Source, citation: Citation, place: Place) -> None:
        key, held = (citation.source, citation.at), source.text
        text = self._text(source, held) if held else None
        if text is None and held and key in self._recorded:
            # Its locator was in order when it was recorded.
            self.is_complete = False
            self._result.entries[key] = self._recorded[key]
            return
        locator = locators.parse(citation.at)
        if text is not None:
            self._compare(citation, self._passage(key, text, locator), text, place)
        elif held:
            self._miss_passage(held, place)

    def _miss_passage(self, held: HeldText, place: Place) -> None:
        self.is_complete = False
        if held.file not in self._told and self._is_record_whole:
            message = f"`{held.file}` is not at hand, and evidence.lock does not know the passage"
            self._warn("unverified-citation", message, place, f"{_UPDATE}, DIR being the folder of the text")

    def _passage(self, key: Key, text: SourceText, locator: Locator) -> Passage:
        if key in self._problems:
            raise self._problems[key]
        try:
            self._result.found.setdefault(key, passages.find(text, locator))
        except Problem as problem:
            self._problems[key] = problem
            raise
        return self._result.found[key]

    def _compare(self, citation: Citation, passage: Passage, text: SourceText, place: Place) -> None:
        """Hold a passage against what is recorded of it; words that changed elsewhere in the text do not matter."""
        key = (citation.source, citation.at)
        entry = self._entry(key, passage, text)
        self._result.entries[key] = entry
        known = self._recorded.get(key)
        if self._updating:
            return
        if known is None:
            # What a damaged file does not know, it may have known.
            if self._is_record_whole:
                message = "the passage is found, and evidence.lock does not know it"
                self._warn("unrecorded-evidence", message, place, _UPDATE)
        elif known.passage != entry.passage:
            related = (Related("the passage in the text", text.span(passage)),)
            message = "the passage has other words than those recorded in evidence.lock"
            hint = "read it and correct the card, then run `psm-cards check --sources DIR --update-evidence`"
            self._refuse(citation, Diagnostic(Severity.ERROR, "passage-changed", message, place.span(), hint, related))

    def _entry(self, key: Key, passage: Passage, text: SourceText) -> Entry:
        is_page = self._sources[key[0]].kind == PAGE
        words = fragments.ends(text.text[passage.start : passage.end]) if is_page else ""
        start, end = text.file_stretch(passage)
        return Entry(*key, start, end, passages.digest(text, passage), text.document.sha256, words)

    def _text(self, source: Source, held: HeldText) -> SourceText | None:
        if source.key not in self._result.texts and held.file not in self._lacking:
            path = next((folder / held.file for folder in self._folders if (folder / held.file).exists()), None)
            if path is None:
                self._lacking.add(held.file)
                self._miss_text(held)
            elif text := self._read(held, path):
                self._result.texts[source.key] = text
        return self._result.texts.get(source.key)

    def _miss_text(self, held: HeldText) -> None:
        """Say that a text is missing, if texts were to be there: then all others but this one are checked."""
        if len(self._folders) > 1:
            self._told.add(held.file)
            searched = ", ".join(f"`{folder}`" for folder in self._folders[1:])
            message = f"no file `{held.file}` in the project, nor in {searched}"
            self._warn("missing-text", message, held.place, "put it into one of them, or correct its name")

    def _read(self, held: HeldText, path: Path) -> SourceText | None:
        try:
            text = sourcetext.load(texts.read(path), held.strip, held.fixes)
        except FileProblem as problem:
            self._lacking.add(held.file)
            self._told.add(held.file)
            hint = "save it as text in UTF-8" if problem.line else "put the source's text there, or take `text:` out"
            message = f"{problem}, line {problem.line}" if problem.line else str(problem)
            self._report(Diagnostic(Severity.ERROR, "unreadable-text", message, held.place.span(), hint))
            return None
        places = held.places or {}
        self._result.diagnostics += [finding.at(places.get(entry, held.place)) for entry, finding in text.unused]
        return text

    def _warn(self, code: Code, message: str, place: Place, hint: str) -> None:
        self._report(Diagnostic(Severity.WARNING, code, message, place.span(), hint))

    def _refuse(self, citation: Citation, diagnostic: Diagnostic) -> None:
        self._result.faulty.add((citation.source, citation.at))
        self._report(diagnostic)

    def _report(self, diagnostic: Diagnostic) -> None:
        self._result.diagnostics.append(diagnostic)


def _stale(project: Project, recorded: Recorded) -> list[Diagnostic]:
    """Return a warning for what evidence.lock knows of passages that no note cites."""
    cited = {(one.source, one.at) for deck in project.decks for note in deck.notes for one in note.citations}
    left = [key for key in recorded.entries if key not in cited]
    if not left:
        return []
    source, at = left[0]
    more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
    message = f"no note cites `{at}` of `{source}`{more}"
    hint = "run `psm-cards check --sources DIR --update-evidence` to take it out"
    return [Diagnostic(Severity.WARNING, "stale-evidence", message, recorded.span(left[0]), hint)]
