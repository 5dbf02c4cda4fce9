"""A note to the HTML of its fields, in the order of `FIELDS`.

Between the Markdown of a note (`markup`, `cloze`), its media (`media`) and what goes into the package.
"""

import html
import re
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup as Safe

from psm_cards.diagnostics import MOST_PROBLEMS, Diagnostic, Finding, Problem, Severity
from psm_cards.model import FIELDS, Kind, Note, RenderedNote, Text
from psm_cards.rendering import markup
from psm_cards.rendering.cited import CitedSources
from psm_cards.rendering.markup import Markup
from psm_cards.rendering.media import UNBOUND, MediaFiles
from psm_cards.rendering.templates import TemplateProblem, Templates

DESCRIPTION_TEMPLATE = "description.html"

_NOTATION = re.compile(r"(\{\{c[\d,]+::|\}\}|::)")
_OPENER = re.compile(r"\{\{(?=c[\d,]+::)")
_BLANK = Finding("blank-text", "this text shows nothing on a card", "write what is to be seen, or leave the key out")
_NOTHING_TO_TYPE: Final = "nothing-to-type"


class NoteRenderer:
    """Renders the notes of one project one after the other, and collects what is wrong with them in `diagnostics`."""

    def __init__(self, cited: CitedSources, templates: Templates, media: MediaFiles) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._cited = cited
        self._refused = 0
        self._templates = templates
        self._media = media

    def render(self, note: Note) -> RenderedNote | None:
        """Return a note with its fields, or None if it has an error: the stages after this one would repeat it.

        A note that is not whole has one too, which the loader has told.
        """
        if self._refused >= MOST_PROBLEMS:
            return None
        known = len(self.diagnostics)
        made = self._cloze(note) if note.kind is Kind.CLOZE else self._basic(note)
        values = {
            **made,
            "Hint": self._markdown(note.hint, note.kind),
            "Sources": self._cited.field(note.citations),
            "Id": note.id,
        }
        new = self.diagnostics[known:]
        if not note.is_whole or (new and any(diagnostic.severity is Severity.ERROR for diagnostic in new)):
            self._refused += 1
            return None
        fields = tuple([values.get(field, "") for field in FIELDS[note.kind]])
        if note.kind is Kind.CLOZE:
            fields = (fields[0], *map(_without_notation, fields[1:]))
        return RenderedNote(note.id, note.kind, note.place, fields, note.tags, note.guid)

    def description(self, text: Text) -> str:
        """Return the HTML of a description; its pictures have names that Anki imports although no note uses them."""
        return self._checked(markup.to_html(text.value), text, UNBOUND)

    def top_description(self, text: Text | None) -> str:
        """Return the HTML of the description of a deck at the top, with what the project says of itself."""
        made = "" if text is None else self.description(text)
        try:
            # Sanitised where it was made.
            return self._templates.render(DESCRIPTION_TEMPLATE, description=Safe(made)).strip()  # noqa: S704
        except TemplateProblem as problem:
            self.diagnostics.append(problem.diagnostic)
            return made

    def _basic(self, note: Note) -> dict[str, str]:
        question, answer = self._markdown(note.question), self._markdown(note.answer)
        reverse = self._markdown(note.reverse) if isinstance(note.reverse, Text) else answer
        return {
            "Question": question,
            "Answer": _joined(answer, self._sound(note.audio)),
            "Explanation": self._markdown(note.explanation),
            "Reverse": reverse if note.reverse else "",
            "Typed": self._expected(note, answer),
        }

    def _cloze(self, note: Note) -> dict[str, str]:
        from psm_cards.rendering import cloze  # noqa: PLC0415 (many projects have no cloze notes)

        text = "" if note.cloze is None else self._checked(cloze.to_html(note.cloze.value), note.cloze)
        return {
            "Text": text,
            "Explanation": _joined(self._markdown(note.explanation, note.kind), self._sound(note.audio)),
            "Typed": self._expected_cloze(note, text),
        }

    def _expected(self, note: Note, answer: str) -> str:
        """Return the plain text that a learner is to type, as HTML, or blank if nothing is typed."""
        if isinstance(note.typed, Text):
            return html.escape(note.typed.value, quote=False)
        typed = markup.plain_text(answer) if note.typed else ""
        if note.typed and not typed and note.answer and not markup.is_blank(answer):
            message, hint = "this answer has no text to type", "give the text as `typed: …`"
            self.diagnostics.append(Finding(_NOTHING_TO_TYPE, message, hint).at(note.answer.place))
        return html.escape(typed, quote=False)

    def _expected_cloze(self, note: Note, text: str) -> str:
        # Anki types the deletion itself (`{{type:cloze:Text}}`): this field only says that it shall.
        if not note.typed or note.cloze is None:
            return ""
        hidden = _hidden(text)
        for number, deleted in _by_number(hidden).items():
            if not markup.plain_text(deleted):
                message = f"what `c{number}` hides has no text to type"
                hint = "hide text, or leave out `typed:`"
                self.diagnostics.append(Finding(_NOTHING_TO_TYPE, message, hint).at(note.cloze.place))
        if isinstance(note.typed, Text):
            return html.escape(note.typed.value, quote=False)
        outer = [deletion.html for deletion in hidden if deletion.depth == 0]
        return html.escape(markup.plain_text(", ".join(outer)), quote=False)

    def _markdown(self, text: Text | None, kind: Kind = Kind.BASIC) -> str:
        return "" if text is None else self._checked(markup.to_html(text.value, kind), text)

    def _checked(self, made: Markup, text: Text, prefix: str = "") -> str:
        resolved = self._media.resolve(made, text, prefix)
        if resolved.findings:
            self.diagnostics += [finding.at(text.place) for finding in resolved.findings]
        # Most texts begin with a letter; what is blank because of a fault is not told twice.
        if not resolved.html[:1].isalnum() and markup.is_blank(resolved.html) and not _has_error(resolved):
            self.diagnostics.append(_BLANK.at(text.place))
        return resolved.html

    def _sound(self, audio: Text | None) -> str:
        if audio is None:
            return ""
        try:
            name = self._media.name(audio.value)
        except Problem as problem:
            self.diagnostics.append(problem.finding.at(audio.place))
            return ""
        if warning := self._media.warning(audio.value):
            self.diagnostics.append(warning.at(audio.place))
        return f"[sound:{name}]"


def _has_error(made: Markup) -> bool:
    return any(finding.severity is Severity.ERROR for finding in made.findings)


def _joined(text: str, sound: str) -> str:
    return f"{text}\n{sound}" if text and sound else text + sound


@dataclass(slots=True)
class _Hidden:
    """A deletion as Anki reads it: its numbers as written, how many are around it, and its HTML without the hint."""

    numbers: str
    depth: int
    html: str = ""


def _hidden(text: str) -> list[_Hidden]:
    """Return the deletions of a cloze text in the order of their starts."""
    found: list[_Hidden] = []
    opened: list[_Hidden] = []
    in_hint = False
    for part in _NOTATION.split(text):
        if _OPENER.match(part):
            found.append(_Hidden(part[len("{{c") : -len("::")], len(opened)))
            opened.append(found[-1])
        elif part == "}}":
            in_hint = False
            del opened[-1:]
        elif part == "::":
            in_hint = bool(opened)
        elif not in_hint:
            for deletion in opened:
                deletion.html += part
    return found


def _by_number(hidden: list[_Hidden]) -> dict[int, str]:
    texts: dict[int, str] = {}
    for deletion in hidden:
        for number in map(int, filter(None, deletion.numbers.split(","))):
            texts[number] = texts.get(number, "") + deletion.html
    return texts


def _without_notation(value: str) -> str:
    """Return a field's HTML, shown the same, with nothing in it that Anki takes for a deletion and makes a card of."""
    return _OPENER.sub("{&#123;", value) if "{{c" in value else value
