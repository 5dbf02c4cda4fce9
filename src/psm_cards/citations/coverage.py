"""What the notes leave out: which note cites each sentence of a source's text, and which covers each syllabus item.

After verification, for the author alone: no card depends on it.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from psm_cards.citations import passages, skips, suggestions
from psm_cards.citations.locators import Locator
from psm_cards.citations.sourcetext import Passage, SourceText
from psm_cards.citations.verification import Verification
from psm_cards.diagnostics import Diagnostic, Severity, Span
from psm_cards.model import HeldText, Item, Project, Skip

WHOLE = 100
"""The percentage of what is covered in full."""

NEW_LINE, NEW_PARAGRAPH = "\n", "\n\n"
"""What stands before a sentence that begins a line, or a paragraph."""


class Standing(StrEnum):
    """What the notes make of a sentence: some cite it, or it needs no card, or it lacks one."""

    CITED = "cited"
    SKIPPED = "skipped"
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a source's text, on one line, and the ids of the notes that cite at least one word of it.

    `gap` is what stands between it and the sentence before: nothing, a space, or one of the two above. `page` counts
    from 1 and is 0 where the text has no pages. `reason` says why it needs no card, blank if it needs one. `passage` is
    where it stands in the `SourceText`.
    """

    text: str
    gap: str
    span: Span
    passage: Passage
    page: int = 0
    notes: tuple[str, ...] = ()
    reason: str = ""

    @property
    def standing(self) -> Standing:
        """Return what the notes make of it; where a note cites it, a reason to have none says nothing."""
        if self.notes:
            return Standing.CITED
        return Standing.SKIPPED if self.reason else Standing.UNCOVERED


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """The sentences of a source's text in their order, or None if the text is not at hand.

    `file` is its name as the project has it, `text` what was found under it.
    """

    key: str
    file: str
    text: SourceText | None = None
    sentences: tuple[Sentence, ...] | None = None

    @property
    def path(self) -> Path | None:
        """Return where the text was found."""
        return self.text.document.path if self.text else None

    def count(self, standing: Standing) -> int:
        """Return how many sentences have this standing."""
        return sum(sentence.standing is standing for sentence in self.sentences or ())

    def locator(self, sentence: Sentence) -> Locator | None:
        """Return what a card that is to be written would cite a sentence by; None if it has one, or none marks it.

        When it is asked for: all 87,000 sentences of 6 MB take 15 s, the 50 that a table shows 0.2 s.
        """
        if self.text is None or sentence.standing is not Standing.UNCOVERED:
            return None
        return suggestions.suggest(self.text, sentence.passage.start, sentence.passage.end)

    @property
    def percent(self) -> int:
        """Return the part of the sentences in need of a card that are cited, rounded down: 99.9 is not 100."""
        cited = self.count(Standing.CITED)
        return _percent(cited, cited + self.count(Standing.UNCOVERED))

    @property
    def reasons(self) -> Counter[str]:
        """Return how many sentences are skipped for each of the reasons, in the order of the text."""
        return Counter(one.reason for one in self.sentences or () if one.standing is Standing.SKIPPED)


@dataclass(frozen=True, slots=True)
class ItemCoverage:
    """An item of the syllabus and the ids of the notes that cover it."""

    item: Item
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered: the sources that name a text, by their order in the project, and the syllabus.

    `textless` are the keys of the sources that name none. `diagnostics` are about entries of `custom.skip`.
    """

    sources: tuple[SourceCoverage, ...] = ()
    items: tuple[ItemCoverage, ...] = ()
    textless: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def covered_items(self) -> int:
        """Return how many items of the syllabus have a note."""
        return sum(bool(item.notes) for item in self.items)

    @property
    def items_percent(self) -> int:
        """Return the part of the syllabus that has notes, rounded down; 100 if there is no syllabus."""
        return _percent(self.covered_items, len(self.items))

    @property
    def is_whole(self) -> bool:
        """Return whether the text of every source that names one is at hand."""
        return all(source.sentences is not None for source in self.sources)


def measure(project: Project, verification: Verification) -> Coverage:
    """Return what the notes of a project cover, by the passages and the texts that verification has found."""
    citing = _citing(project, verification)
    sources = []
    diagnostics: list[Diagnostic] = []
    held = {key: source.text for key, source in (project.sources or {}).items()}
    for key, named in held.items():
        if named is None:
            continue
        text = verification.texts.get(key)
        if text is None:
            sources.append(SourceCoverage(key, named.file))
            continue
        sentences = tuple(_sentences(text, citing[key], _skipped(text, named, diagnostics)))
        sources.append(SourceCoverage(key, named.file, text, sentences))
    textless = tuple(key for key, named in held.items() if named is None)
    return Coverage(tuple(sources), tuple(_items(project)), textless, tuple(diagnostics))


def shortfalls(coverage: Coverage, least: int) -> list[Diagnostic]:
    """Return an error for each source, and for the syllabus, that is covered to less than `least` percent."""
    found = []
    for source in coverage.sources:
        if source.sentences is None:
            found.append(_low(f"`{source.key}`", f"unknown without `{source.file}`", least))
        elif source.percent < least:
            found.append(_low(f"`{source.key}`", f"{source.percent} %", least))
    if coverage.items_percent < least:
        found.append(_low("the syllabus", f"{coverage.items_percent} %", least))
    return found


def _low(what: str, found: str, least: int) -> Diagnostic:
    message = f"coverage of {what} is {found}, expected at least {least} %"
    return Diagnostic(Severity.ERROR, "low-coverage", message)


def _percent(part: int, whole: int) -> int:
    return WHOLE * part // whole if whole else WHOLE


def _citing(project: Project, verification: Verification) -> Mapping[str, list[tuple[Passage, str]]]:
    """Return by source the passages that were found, each with the id of a note that cites it, in the notes' order."""
    citing: defaultdict[str, list[tuple[Passage, str]]] = defaultdict(list)
    for note in project.notes:
        for citation in note.citations:
            passage = verification.found.get((citation.source, citation.at))
            if passage is not None:
                citing[citation.source].append((passage, note.id))
    return citing


def _skipped(text: SourceText, held: HeldText, diagnostics: list[Diagnostic]) -> dict[int, str]:
    """Return the reasons of the sentences that need no card, by where these start; report entries that name none."""
    named: dict[skips.Skip, Skip] = {}
    for entry in held.skips:
        named.setdefault(skips.parse(entry.at), entry)
    sorted_out = skips.sort(text, list(named))
    used = {skip for _, skip in sorted_out.skipped}
    unused = (entry for skip, entry in named.items() if skip not in used)
    diagnostics += [finding.at(entry.place) for entry, finding in zip(unused, sorted_out.unused, strict=True)]
    return {passage.start: named[skip].reason for passage, skip in sorted_out.skipped}


def _sentences(
    text: SourceText, citing: Iterable[tuple[Passage, str]], reasons: Mapping[int, str]
) -> Iterator[Sentence]:
    found = list(text.sentences())
    notes = _by_sentence(found, citing)
    end = 0
    for number, passage in enumerate(found):
        yield Sentence(
            text=passages.written(text, passage),
            gap=_gap(text.text[end : passage.start]),
            span=text.span(passage),
            passage=passage,
            page=text.page(passage.start),
            notes=tuple(notes.get(number, ())),
            reason=reasons.get(passage.start, ""),
        )
        end = passage.end


def _gap(between: str) -> str:
    line_ends = between.count("\n")
    if line_ends:
        return NEW_LINE if line_ends == 1 else NEW_PARAGRAPH
    return " " if between else ""


def _by_sentence(found: list[Passage], citing: Iterable[tuple[Passage, str]]) -> Mapping[int, dict[str, None]]:
    """Return the ids of the notes by the number of each sentence that a passage of theirs overlaps.

    Passages begin and end with a word, and no word lies in two sentences: what overlaps has a word in common.
    """
    starts = [sentence.start for sentence in found]
    ends = [sentence.end for sentence in found]
    notes: defaultdict[int, dict[str, None]] = defaultdict(dict)
    for passage, note in citing:
        for number in range(bisect_right(ends, passage.start), bisect_left(starts, passage.end)):
            notes[number][note] = None
    return notes


def _items(project: Project) -> Iterator[ItemCoverage]:
    notes: defaultdict[str, list[str]] = defaultdict(list)
    for note in project.notes:
        for item in note.covers:
            notes[item].append(note.id)
    for each in project.syllabus:
        yield ItemCoverage(each, tuple(notes[each.id]))
