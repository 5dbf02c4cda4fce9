"""A note to the HTML of its fields, in the order of `FIELDS`.

Between the Markdown of a note (`markup`, `cloze`), its media (`media`) and what goes into the package.
"""

import html
import re
from collections.abc import Mapping
from typing import Literal, TypedDict

from psm_cards import citations
from psm_cards.diagnostics import Diagnostic, Problem
from psm_cards.model import FIELDS, Citation, Kind, Note, Project, RenderedNote, Source, Text
from psm_cards.rendering import cloze, markup
from psm_cards.rendering.markup import Markup
from psm_cards.rendering.media import MediaFiles
from psm_cards.rendering.templates import TemplateProblem, Templates

SOURCES_TEMPLATE = "fields/sources.html"

_NOTATION = re.compile(r"(\{\{c[\d,]+::|\}\}|::)")


class Reference(TypedDict):
    """A citation as the sources template sees it: the reference in words, its address or blank, and the remark."""

    text: str
    url: str
    note: str
    source: Source


class NoteRenderer:
    """Renders the notes of one project one after the other, and collects what is wrong with them in `diagnostics`."""

    def __init__(self, project: Project, templates: Templates, media: MediaFiles) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._sources: Mapping[str, Source] = project.sources or {}
        self._templates = templates
        self._media = media
        self._references: dict[tuple[str, ...], Reference] = {}
        self._rendered: dict[tuple[tuple[str, ...], ...], str] = {}
        self._sources_broken = False

    def render(self, note: Note) -> RenderedNote:
        """Return a note with its fields; a part that could not be rendered stands as well as it can."""
        values = {
            **(self._cloze(note) if note.kind is Kind.CLOZE else self._basic(note)),
            "Hint": self._markdown(note.hint),
            "Sources": self._cited(note.citations),
            "Id": note.id,
        }
        fields = tuple([values.get(field, "") for field in FIELDS[note.kind]])
        return RenderedNote(note.id, note.kind, note.place, fields, note.tags, note.guid)

    def markdown(self, text: Text) -> str:
        """Return the HTML of a Markdown text."""
        return self._checked(markup.to_html(text.value), text)

    def _basic(self, note: Note) -> dict[str, str]:
        answer = self._markdown(note.answer)
        reverse = self.markdown(note.reverse) if isinstance(note.reverse, Text) else answer
        return {
            "Question": self._markdown(note.question),
            "Answer": _joined(answer, self._sound(note.audio)),
            "Explanation": self._markdown(note.explanation),
            "Reverse": reverse if note.reverse else "",
            "Typed": _expected(note.typed, answer) if note.typed else "",
        }

    def _cloze(self, note: Note) -> dict[str, str]:
        text = "" if note.cloze is None else self._checked(cloze.to_html(note.cloze.value), note.cloze)
        return {
            "Text": text,
            "Explanation": _joined(self._markdown(note.explanation), self._sound(note.audio)),
            # Anki types the deletion itself (`{{type:cloze:Text}}`): this field only says that it shall.
            "Typed": _expected(note.typed, _hidden(text)) if note.typed else "",
        }

    def _markdown(self, text: Text | None) -> str:
        return "" if text is None else self.markdown(text)

    def _checked(self, made: Markup, text: Text) -> str:
        resolved = self._media.resolve(made, text)
        self.diagnostics += [finding.at(text.place) for finding in resolved.findings]
        return resolved.html

    def _sound(self, audio: Text | None) -> str:
        if audio is None:
            return ""
        try:
            return f"[sound:{self._media.name(audio.value)}]"
        except Problem as problem:
            self.diagnostics.append(problem.finding.at(audio.place))
            return ""

    def _cited(self, cited: tuple[Citation, ...]) -> str:
        # The place is left out: notes that cite the same passages have the same sources.
        known = [citation for citation in cited if citation.source in self._sources]
        keys = tuple([(one.source, one.at, one.section, one.page, one.time, one.note) for one in known])
        if not keys or self._sources_broken:
            return ""
        if keys not in self._rendered:
            pairs = zip(keys, known, strict=True)
            self._rendered[keys] = self._sources_html([self._reference(key, citation) for key, citation in pairs])
        return self._rendered[keys]

    def _reference(self, key: tuple[str, ...], citation: Citation) -> Reference:
        if key not in self._references:
            source = self._sources[citation.source]
            text, url = citations.short(source, citation), citations.link(source, citation)
            self._references[key] = Reference(text=text, url=url, note=citation.note, source=source)
        return self._references[key]

    def _sources_html(self, references: list[Reference]) -> str:
        try:
            return self._templates.render(SOURCES_TEMPLATE, citations=references).strip()
        except TemplateProblem as problem:
            # One fault, said once: every other note would say the same.
            self._sources_broken = True
            self.diagnostics.append(problem.diagnostic)
            return ""


def _joined(text: str, sound: str) -> str:
    return f"{text}\n{sound}" if text and sound else text + sound


def _expected(typed: Text | Literal[True], given: str) -> str:
    """Return the plain text that a learner is to type, as HTML; `given` is the HTML it is taken from if only asked."""
    return html.escape(typed.value if isinstance(typed, Text) else markup.plain_text(given), quote=False)


def _hidden(text: str) -> str:
    """Return the HTML of what a cloze text hides, one deletion after the other, without their hints."""
    hidden: list[str] = []
    depth, in_hint = 0, False
    for part in _NOTATION.split(text):
        if part.startswith("{{c"):
            hidden += [""] if depth == 0 else []
            depth += 1
        elif part == "}}":
            depth, in_hint = max(depth - 1, 0), False
        elif part == "::":
            in_hint = depth > 0
        elif depth and not in_hint:
            hidden[-1] += part
    return ", ".join(hidden)
