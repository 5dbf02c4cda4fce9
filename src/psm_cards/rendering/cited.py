"""The sources of notes as HTML: the field under each answer, and the note that lists a deck's works in full."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from markupsafe import Markup as Safe

from psm_cards import citations
from psm_cards.diagnostics import Diagnostic, Severity, Span
from psm_cards.model import FIELDS, Citation, Deck, Evidence, Kind, Project, RenderedNote, Source, State
from psm_cards.rendering import markup, sandbox
from psm_cards.rendering.templates import TemplateProblem, Templates

SOURCES_TEMPLATE = "fields/sources.html"
QUESTION_TEMPLATE = "references/question.html"
ANSWER_TEMPLATE = "references/answer.html"
REFERENCES_TAG = "references"
"""The tag of notes of references, by which learners who do not want them can suspend them."""

_MOST_KEPT = 1_000
"""Citations, or sets of them, that are written once for notes near each other: all would take a kilobyte a note."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation as the sources template sees it.

    `text` is the reference in words, `url` its address or blank, `note` the author's remark, `state` how far it is
    checked: `verified`, `unverified` or `unverifiable`.
    """

    text: str
    url: str
    note: str
    state: State
    source: Source


sandbox.show(Reference)

_Key = TypeVar("_Key")
_Made = TypeVar("_Made")


class _Recent(Generic[_Key, _Made]):
    """What was made of the last thousand keys, and of those before them that were asked for again since."""

    def __init__(self) -> None:
        self._newer: dict[_Key, _Made] = {}
        self._older: dict[_Key, _Made] = {}

    def get(self, key: _Key) -> _Made | None:
        """Return what was made of a key, if it is remembered."""
        if (found := self._newer.get(key)) is None and (found := self._older.get(key)) is not None:
            self.keep(key, found)
        return found

    def keep(self, key: _Key, made: _Made) -> _Made:
        """Remember what was made of a key, and return it."""
        if len(self._newer) >= _MOST_KEPT:
            self._older, self._newer = self._newer, {}
        self._newer[key] = made
        return made


class CitedSources:
    """Writes the sources of one project's notes; what many notes cite is written once."""

    def __init__(self, project: Project, evidence: Evidence, templates: Templates) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._sources: Mapping[str, Source] = citations.disambiguated(project.sources or {})
        self._evidence = evidence
        self._templates = templates
        self._references: _Recent[tuple[str, ...], Reference] = _Recent()
        self._rendered: _Recent[tuple[tuple[str, ...], ...], str] = _Recent()
        self._broken: set[str] = set()

    def field(self, cited: Sequence[Citation]) -> str:
        """Return the Sources field of a note: the works themselves first, then the texts that render them."""
        known = [citation for citation in cited if citation.source in self._sources]
        # The place is left out: notes that cite the same passages have the same sources.
        keys = tuple([_key(citation) for citation in known])
        if not keys:
            return ""
        found = self._rendered.get(keys)
        if found is None:
            references = [self._reference(key, citation) for key, citation in zip(keys, known, strict=True)]
            references.sort(key=lambda reference: bool(reference.source.renders))
            found = self._rendered.keep(keys, self._render(SOURCES_TEMPLATE, citations=references))
        return found

    def references(self, deck: Deck, cited: Iterable[str]) -> RenderedNote | None:
        """Return the note that lists the works which a deck cites, given by their keys, or None if it cites none.

        None as well if the question's template is at fault: the stages after this one could make nothing of the note.
        """
        works = sorted((self._sources[key] for key in cited if key in self._sources), key=citations.order)
        if not works:
            return None
        question = self._question(deck.name.split("::")[-1])
        if not question:
            return None
        # Escaped where it was made.
        full = [Safe(citations.full(source)) for source in works]  # noqa: S704 (see above)
        note_id = _references_id(deck.name)
        values = {
            "Question": question,
            "Answer": self._render(ANSWER_TEMPLATE, references=full),
            "Id": note_id,
        }
        fields = tuple(values.get(field, "") for field in FIELDS[Kind.BASIC])
        return RenderedNote(note_id, Kind.BASIC, deck.place, fields, (REFERENCES_TAG,))

    def _question(self, level: str) -> str:
        """Return the question of a note of references, blank if its template is at fault."""
        question = self._render(QUESTION_TEMPLATE, deck=level)
        if not markup.is_blank(question):
            return question
        if QUESTION_TEMPLATE not in self._broken:
            self._broken.add(QUESTION_TEMPLATE)
            place = Span(self._templates.file(QUESTION_TEMPLATE), 1, 1, 1, 1)
            message = "the template shows nothing: Anki lets no note begin with a blank field"
            hint = "write a question, or set `references: false` under `project:`"
            self.diagnostics.append(Diagnostic(Severity.ERROR, "template-error", message, place, hint))
        return ""

    def _reference(self, key: tuple[str, ...], citation: Citation) -> Reference:
        found = self._references.get(key)
        if found is None:
            source = self._sources[citation.source]
            words = self._evidence.link_words(citation)
            reference = Reference(
                # Signs that mark a place stay on a line with their words. Measured: in the template, where each step is
                # weighed, these two are a fifth of all rendering.
                text=citations.short(source, citation).replace("§ ", "§\u00a0").replace(" …", "\u00a0…"),
                url=citations.link(source, citation, words),
                note=citation.note,
                state=self._evidence.state(source, citation.at),
                source=source,
            )
            found = self._references.keep(key, reference)
        return found

    def _render(self, template: str, **values: object) -> str:
        if template in self._broken:
            return ""
        try:
            return self._templates.render(template, **values).strip()
        except TemplateProblem as problem:
            # One fault, said once: every other note would say the same.
            self._broken.add(template)
            self.diagnostics.append(problem.diagnostic)
            return ""


def _key(one: Citation) -> tuple[str, ...]:
    return (one.source, one.at, one.section, one.page, one.time, one.note, one.fragment)


def _references_id(name: str) -> str:
    """Return the id of a deck's note of references, which nothing but the deck's full name decides.

    The words are for people. The hash tells decks apart that have the same, and no note of an author's has a dot.
    """
    normal = unicodedata.normalize("NFC", name)
    words = re.findall(r"[a-z0-9]+", normal.lower()) if normal.isascii() else []
    return ".".join(filter(None, ("references", "-".join(words), hashlib.sha256(normal.encode()).hexdigest()[:8])))
