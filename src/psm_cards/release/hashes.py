"""What a release compares: for each note a digest of what its author wrote, and one of each field that came out.

A note has changed only if both differ from the lock. So neither a newer psm-cards, which makes other fields of the
same words, nor other white space in the YAML, which makes the same fields of other words, costs a learner anything.
A formula here may be extended by parts that are blank so far, but never changed: each note would count as changed.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from psm_cards import anki, rendering
from psm_cards.anki import Plan, PlannedNote
from psm_cards.files import fail
from psm_cards.model import FIELDS, Citation, Kind, Media, Note, Project, Source, Text

_SOURCE_DIGITS = 32
# Of each field only so many: two texts of one note that share 48 bits are rarer than a broken disk.
_FIELD_DIGITS = 12
# Where HTML keeps white space; everywhere else a browser shows any of it as one space.
_KEPT = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL | re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
# One encoder for all: `json.dumps` would make one for each note.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode
_CITED = ("at", "section", "page", "time", "note", "fragment")
_TEXTS = ("question", "answer", "cloze", "explanation", "hint", "audio")


@dataclass(frozen=True, slots=True)
class Print:
    """The digests of a note: of what its author wrote, and of its fields by name, without those that are blank."""

    source: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A project as it would be released now: the digests of notes by id, of note types and of decks' descriptions.

    Of media it is the SHA-256 of their bytes. A deck without a description has a blank one.
    """

    project: Project
    plan: Plan
    prints: Mapping[str, Print]
    note_types: Mapping[Kind, str]
    media: Mapping[str, str]
    decks: Mapping[str, str]


def take(project: Project, plan: Plan) -> Snapshot:
    """Return the snapshot of a project that has no errors. Raises FileProblem."""
    media = {one.name: _file_digest(one) for one in plan.media}
    reader = _SourceReader(project, media)
    written = {note.id: note for deck in project.decks for note in deck.notes}
    prints = {
        planned.id: Print(reader.digest(written.get(planned.id), planned), field_prints(named_fields(planned)))
        for planned in plan.notes
    }
    types = {one.look.kind: _digest(one.as_json(0), _SOURCE_DIGITS) for one in plan.note_types}
    decks = {deck.name: deck.description for deck in plan.decks}
    return Snapshot(project, plan, prints, types, media, dict.fromkeys(decks, "") | field_prints(decks))


def named_fields(note: PlannedNote) -> dict[str, str]:
    """Return the fields of a note by name."""
    return dict(zip(FIELDS[note.kind], note.fields.split(anki.SEPARATOR), strict=True))


def field_prints(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of fields by name; those that a browser shows alike have the same."""
    return {name: _text_digest(shown(value)) for name, value in fields.items() if value}


def shown(html: str) -> str:
    """Return HTML with each stretch of white space that a browser shows as one space made into one."""
    if not _SPACE.search(html):
        return html
    if "<pre" not in html:
        return _SPACE.sub(" ", html).strip()
    parts = _KEPT.split(html)
    return "".join(part if index % 2 else _SPACE.sub(" ", part) for index, part in enumerate(parts)).strip()


class _SourceReader:
    """Digests of what authors wrote; what many notes share, such as a cited work, is looked at once."""

    def __init__(self, project: Project, media: Mapping[str, str]) -> None:
        self._sources: Mapping[str, Source] = project.sources or {}
        self._media = media
        self._works: dict[str, dict[str, Any]] = {}
        files = rendering.field_files(project)
        self._templates: dict[str, Any] = {name: _SPACE.sub(" ", text).strip() for name, text in files.items()}
        if files:
            # Only a template of the project's own can show these in a field.
            self._templates["project"] = [project.title, project.url, project.license, project.feedback]

    def digest(self, note: Note | None, planned: PlannedNote) -> str:
        """Return the digest of a note's words, tags, media, citations and, if it cites, the templates of these.

        A note that nobody wrote, such as the list of a deck's references, is what it shows.
        """
        if note is None:
            return _digest([planned.fields, planned.tags.split()], _SOURCE_DIGITS)
        parts: dict[str, Any] = {key: _plain(getattr(note, key)) for key in _TEXTS}
        parts |= {"reverse": _flag(note.reverse), "typed": _flag(note.typed)}
        parts |= {"id": note.id, "kind": note.kind, "tags": planned.tags.split()}
        parts["media"] = sorted({self._media[name] for name in _media_in(planned) if name in self._media})
        parts["cite"] = [self._citation(one) for one in note.citations]
        parts["templates"] = self._templates if note.citations else {}
        return _digest({key: value for key, value in parts.items() if value}, _SOURCE_DIGITS)

    def _citation(self, citation: Citation) -> dict[str, Any]:
        source = self._sources.get(citation.source)
        words = {key: getattr(citation, key) for key in _CITED}
        parts = {key: value for key, value in words.items() if value}
        if source is None:
            return parts
        if source.key not in self._works:
            self._works[source.key] = _work(source)
        anchor = (source.anchors or {}).get(citation.section)
        return parts | {"work": self._works[source.key]} | ({"anchor": anchor} if anchor else {})


def _work(source: Source) -> dict[str, Any]:
    """Return what a card may say of a work: not its key, which authors alone see, nor the anchors of all sections.

    Nor the text that its passages are looked for in: how far citations are checked is no word of the author's, and
    would send every note that cites the work anew.
    """
    said = replace(source, key="", anchors=None, text=None)
    return {name: value for name, value in asdict(said).items() if value}


def _plain(text: Text | None) -> str:
    """Return a text without the white space around it, which YAML's ways to write a text differ in."""
    if text is None:
        return ""
    stripped = text.value.strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def _flag(value: Text | bool) -> str | bool:  # noqa: FBT001 (the key's own two forms)
    return _plain(value) if isinstance(value, Text) else value


def _media_in(note: PlannedNote) -> Iterator[str]:
    return (reference.name for reference in anki.media_in(note.fields))


def _file_digest(media: Media) -> str:
    try:
        with Path(media.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        fail("read", media.path, error)


def _digest(value: object, digits: int) -> str:
    return _text_digest(_encode(value), digits)


def _text_digest(text: str, digits: int = _FIELD_DIGITS) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:digits]
