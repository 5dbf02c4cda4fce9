"""evidence.lock: what was found of each cited passage, so that it also holds where the text is not at hand.

A line for each source says which text it was and how that was read, and one for each locator of it what was found. Each
stands on its own, and their order is nothing: git may merge two branches by keeping the lines of both (`merge=union`).
Only `check --update-evidence` writes the file.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from psm_cards.diagnostics import Diagnostic, Related, Severity, Span
from psm_cards.files import FileProblem, exists, read_text, replacing
from psm_cards.model import HeldText, Source

FILE = "evidence.lock"
FORMAT = 1
_ANY_HEADER = "# evidence of the cited passages, format "
HEADER = f"{_ANY_HEADER}{FORMAT}; written by `psm-cards check --update-evidence`"

PAGE = "page"
"""The kind of text that is the web page's own words, so that a link may use them."""

_RESTORE = "restore the file from git, or write it anew with `psm-cards check --sources DIR --update-evidence`"
_TWICE = "keep one of them, then run `psm-cards check --sources DIR --update-evidence`"
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")
_MARKS = "keep the lines of both sides without the marks, then run `psm-cards check --sources DIR --update-evidence`"
_SHA256 = "[0-9a-f]{64}"
# JSON can spell half a character, and no file can hold it.
_SURROGATE = "[\ud800-\udfff]"

Key: TypeAlias = tuple[str, str]
"""A source's key and a locator; of a source itself, no locator."""


class Entry(NamedTuple):
    """What was found of one passage: a source's key and the locator as written, then where and what.

    `passage` is the SHA-256 of the passage's words and symbols. `start` and `end` count characters of the text that it
    was first found in, so that a change elsewhere rewrites no line; `text` is the SHA-256 of that text. `words` are the
    passage's first and last words for a link, where the text is the page's own.
    """

    source: str
    at: str
    start: int
    end: int
    passage: str
    text: str
    words: str = ""

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.source, self.at

    @property
    def stretch(self) -> tuple[int, int]:
        """Where it is, from `start` to `end`."""
        return self.start, self.end

    @property
    def is_sound(self) -> bool:
        """Whether it can be what psm-cards has written: a stretch of a text, and two hashes."""
        has_hashes = re.fullmatch(_SHA256, self.passage) and re.fullmatch(_SHA256, self.text)
        is_text = not re.search(_SURROGATE, f"{self.source}{self.at}{self.words}")
        return bool(self.source and self.at and 0 <= self.start < self.end and has_hashes and is_text)

    def agrees(self, other: "Entry") -> bool:
        """Return whether it says the same of the passage, be it of another state of the text."""
        says_same = (self.key, self.passage, self.words) == (other.key, other.passage, other.words)
        return says_same and (self.stretch == other.stretch or self.text != other.text)


class Reading(NamedTuple):
    """Which text the passages of a source were found in: its file as the project names it, and how that was read.

    `reading` is the SHA-256 of what else decides what a locator finds there and what is recorded of it.
    """

    source: str
    file: str
    reading: str

    @property
    def key(self) -> Key:
        """What it is about."""
        return self.source, ""

    @property
    def is_sound(self) -> bool:
        """Whether it can be what psm-cards has written."""
        is_text = not re.search(_SURROGATE, f"{self.source}{self.file}")
        return bool(self.source and re.fullmatch(_SHA256, self.reading) and is_text)


Line: TypeAlias = Entry | Reading
"""What a line of the file holds."""


def reading(source: Source, held: HeldText) -> Reading:
    """Return how the text of a source is read now: the file, `strip`, `fixes`, and whether its words are the page's."""
    rules = [source.kind == PAGE, sorted(set(held.strip)), sorted((held.fixes or {}).items())]
    return Reading(source.key, held.file, hashlib.sha256(json.dumps(rules).encode()).hexdigest())


_KINDS = {form: form.__annotations__ for form in (Entry, Reading)}
_MAY_LACK = frozenset({"words"})


@dataclass(slots=True)
class Recorded:
    """What a file holds: its entries and the readings by source, where each stands, and what is wrong with the file.

    `is_newer` tells that it is of a format that this version does not know.
    """

    path: Path
    entries: dict[Key, Entry] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    is_newer: bool = False
    _lines: dict[Key, tuple[int, str]] = field(default_factory=dict)

    def span(self, key: Key) -> Span:
        """Return where an entry, or what is known of a source's text, stands first."""
        return _span(self.path, *self._lines[key])

    def take(self, number: int, line: str, found: Line) -> None:
        """Take what one more line holds; another one about the same must say the same, as a merge may double lines."""
        self._lines.setdefault(found.key, (number, line))
        if isinstance(found, Reading):
            is_same = self.readings.setdefault(found.source, found) == found
            what = f"the text of `{found.source}`"
        else:
            is_same = self.entries.setdefault(found.key, found) == found
            what = f"`{found.at}` of `{found.source}`"
        if not is_same:
            message = f"two lines about {what} say different things"
            first = (Related("the first one", self.span(found.key)),)
            self.diagnostics.append(_damaged(self.path, number, line, message, _TWICE)._replace(related=first))


def lines(written: Iterable[Line]) -> str:
    """Return the text of the file that holds this."""
    rows = [json.dumps(_filled(each), ensure_ascii=False) for each in sorted(written, key=lambda each: each.key)]
    return "\n".join([HEADER, *rows]) + "\n"


def write(root: Path, written: Iterable[Line]) -> None:
    """Write the file into a project's folder. Raises FileProblem."""
    with replacing(root / FILE) as beside:
        beside.write_text(lines(written), encoding="utf-8", newline="\n")


def read(root: Path) -> Recorded:
    """Return what a project's file holds, nothing if there is no file, and what is wrong with it."""
    path = root / FILE
    recorded = Recorded(path)
    if not exists(path):
        return recorded
    try:
        text = read_text(path)
    except FileProblem as problem:
        recorded.diagnostics.append(Diagnostic(Severity.ERROR, "unreadable-file", str(problem), hint=_RESTORE))
        return recorded
    # An empty line at the end is an editor's, or a merge's.
    first, *rest = text.rstrip("\n").split("\n")
    if first != HEADER:
        recorded.is_newer = first.startswith(_ANY_HEADER)
        recorded.diagnostics.append(_damaged(path, 1, first, *_of_header(first)))
        return recorded
    for number, (line, values) in enumerate(zip(rest, _values(rest), strict=True), 2):
        found = _line(values)
        if found is None:
            recorded.diagnostics.append(_damaged(path, number, line, *_of_line(line)))
        else:
            recorded.take(number, line, found)
    return recorded


def _values(rest: Sequence[str]) -> Sequence[object]:
    """Return what each line holds, None for one that is not JSON."""
    # All at once takes a third of the time, and nearly always all are in order.
    try:
        values: list[object] = json.loads(f"[{','.join(rest)}]")
    except (ValueError, RecursionError):
        return [_value(line) for line in rest]
    return values if len(values) == len(rest) else [_value(line) for line in rest]


def _value(line: str) -> object:
    try:
        value: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value


def _filled(one: Line) -> dict[str, object]:
    return {name: value for name, value in one._asdict().items() if value != ""}


def _line(values: object) -> Line | None:
    """Return what a line holds, or None if that is nothing psm-cards writes."""
    if not isinstance(values, dict):
        return None
    form: type[Line] = Entry if "at" in values else Reading
    kinds = _KINDS[form]
    if not values.keys() <= kinds.keys() or not kinds.keys() - values.keys() <= _MAY_LACK:
        return None
    if tuple(map(type, values.values())) != tuple([kinds[name] for name in values]):
        return None
    found = form(**values)
    return found if found.is_sound else None


def _of_header(line: str) -> tuple[str, str]:
    if line.startswith(_CONFLICT):
        return _of_line(line)
    if line.startswith(_ANY_HEADER):
        return "the file is of a newer format", "a newer format needs a newer psm-cards"
    return _of_line(line) if line else ("the file is empty", _RESTORE)


def _of_line(line: str) -> tuple[str, str]:
    if line.startswith(_CONFLICT):
        return "a merge conflict is left in the file", _MARKS
    return "the line is not as psm-cards writes it", _RESTORE


def _damaged(path: Path, number: int, line: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "damaged-evidence", message, _span(path, number, line), hint)


def _span(path: Path, number: int, line: str) -> Span:
    return Span(str(path), number, 1, number, len(line) + 1)
