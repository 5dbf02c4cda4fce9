"""evidence.lock: what was found of each cited passage, so that it also holds where the text is not at hand.

One line for each locator of each source, sorted, each on its own: two branches that cite other passages merge without a
conflict. Only `check --update-evidence` writes the file.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from psm_cards.diagnostics import Diagnostic, Severity, Span
from psm_cards.files import FileProblem, read_text, replacing

FILE = "evidence.lock"
FORMAT = 1
_ANY_HEADER = "# evidence of the cited passages, format "
HEADER = f"{_ANY_HEADER}{FORMAT}; written by `psm-cards check --update-evidence`"

_RESTORE = "restore the file from git, or write it anew with `psm-cards check --sources DIR --update-evidence`"
_TWICE = "keep the lines of both sides, then run `psm-cards check --sources DIR --update-evidence`"
_CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")


Key = tuple[str, str]
"""A source's key and a locator."""


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """What was found of one passage: a source's key and the locator as written, then where and what.

    `start` and `end` count characters of the text, `passage` is the SHA-256 of the passage's words and `text` that of
    the whole text. `words` are the passage's first and last words for a link, where the text is the page's own.
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


_KINDS = {one.name: one.type for one in fields(Entry)}
_LEAST = len(_KINDS) - 1
"""Keys that a line has: `words` may be missing."""


@dataclass(slots=True)
class Recorded:
    """What a file holds: its entries, where each stands, and what is wrong with the file.

    `is_newer` tells that it is of a format that this version does not know.
    """

    path: Path
    entries: dict[Key, Entry] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    is_newer: bool = False
    _lines: dict[Key, tuple[int, str]] = field(default_factory=dict)

    def span(self, key: Key) -> Span:
        """Return where an entry stands."""
        return _span(self.path, *self._lines[key])

    def take(self, number: int, line: str, entry: Entry) -> None:
        """Take the entry of one more line; another one about the same passage must say the same."""
        known = self.entries.setdefault(entry.key, entry)
        self._lines.setdefault(entry.key, (number, line))
        if known != entry:
            message = f"two lines about `{known.at}` of `{known.source}` say different things"
            self.diagnostics.append(_damaged(self.path, number, line, message, _TWICE))


def lines(entries: Iterable[Entry]) -> str:
    """Return the text of the file for these entries."""
    written = [json.dumps(_filled(entry), ensure_ascii=False) for entry in sorted(entries)]
    return "\n".join([HEADER, *written]) + "\n"


def write(root: Path, entries: Iterable[Entry]) -> None:
    """Write the file into a project's folder. Raises FileProblem."""
    with replacing(root / FILE) as beside:
        beside.write_text(lines(entries), encoding="utf-8", newline="\n")


def read(root: Path) -> Recorded:
    """Return what a project's file holds, nothing if there is no file, and what is wrong with it."""
    path = root / FILE
    recorded = Recorded(path)
    if not path.exists():
        return recorded
    try:
        text = read_text(path)
    except FileProblem as problem:
        recorded.diagnostics.append(Diagnostic(Severity.ERROR, "unreadable-file", str(problem), hint=_RESTORE))
        return recorded
    first, *rest = text.removesuffix("\n").split("\n")
    if first != HEADER:
        recorded.is_newer = first.startswith(_ANY_HEADER)
        recorded.diagnostics.append(_damaged(path, 1, first, *_of_header(first)))
        return recorded
    for number, (line, values) in enumerate(zip(rest, _values(rest), strict=True), 2):
        entry = _entry(values)
        if entry is None:
            recorded.diagnostics.append(_damaged(path, number, line, *_of_line(line)))
        else:
            recorded.take(number, line, entry)
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


def _filled(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in asdict(entry).items() if value != ""}


def _entry(values: object) -> Entry | None:
    """Return the entry that a line holds, or None if it holds something else."""
    if not isinstance(values, dict) or not values.keys() <= _KINDS.keys() or len(values) < _LEAST:
        return None
    is_whole = tuple(map(type, values.values())) == tuple([_KINDS[name] for name in values])
    return Entry(**values) if is_whole else None


def _of_header(line: str) -> tuple[str, str]:
    if line.startswith(_CONFLICT):
        return _of_line(line)
    if line.startswith(_ANY_HEADER):
        return "the file is of a newer format", "a newer format needs a newer psm-cards"
    return _of_line(line) if line else ("the file is empty", _RESTORE)


def _of_line(line: str) -> tuple[str, str]:
    if line.startswith(_CONFLICT):
        return "a merge conflict is left in the file", _TWICE
    return "the line is not as psm-cards writes it", _RESTORE


def _damaged(path: Path, number: int, line: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "damaged-evidence", message, _span(path, number, line), hint)


def _span(path: Path, number: int, line: str) -> Span:
    return Span(str(path), number, 1, number, len(line) + 1)
