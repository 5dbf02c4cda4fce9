"""Reads the local copy of a source's text: plain text, Markdown, HTML or PDF, always with the way back to the file."""

import hashlib
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from psm_cards import files
from psm_cards.citations import markdown, pdf, webpages
from psm_cards.citations.offsets import Edit, Offsets, edited
from psm_cards.diagnostics import Span
from psm_cards.files import FileProblem

LARGEST = 64 * 1024 * 1024
"""Bytes that a text may have. Measured: checking citations takes 9 to 15 times a text's size in memory, which is up to
1 GB here, and the longest books have 10 MB; what is larger is a recording or an archive under a wrong name."""

_READERS: dict[str, Callable[[str], list[Edit]]] = {
    **dict.fromkeys((".md", ".markdown"), markdown.edits),
    **dict.fromkeys((".html", ".htm", ".xhtml"), webpages.edits),
}
_WIDE_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_BINARY = "binary, not text"
_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Document:
    """The text of a file as a reader sees it, and the way back to the file.

    `file` is the file's own text, with LF at its line ends, in which lines and columns count; of a PDF it is the text
    taken out of it. `pages` are the offsets in `text` at which pages begin, if it has pages. `sha256` is that of
    `file` in UTF-8, so that other line ends change nothing, and offsets in `file` hold wherever it is the same.
    """

    path: Path
    file: str
    text: str
    sha256: str
    offsets: Offsets
    pages: "array[int] | None" = None

    @cached_property
    def _lines(self) -> "array[int]":
        lengths = (len(line) + 1 for line in self.file.split("\n"))
        return array("I", accumulate(lengths, initial=0))

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1, of an offset in `file`."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def page(self, offset: int) -> int:
        """Return the page, from 1, that an offset in `text` is on; 0 if the text has no pages."""
        return bisect_right(self.pages, offset) if self.pages else 0

    def span(self, start: int, end: int) -> Span:
        """Return the span of the stretch from `start` to `end` in `file`."""
        return Span(str(self.path), *self.place(start), *self.place(end))


class WrongEncoding(FileProblem):
    """A text is in another encoding than UTF-8."""


def read(path: Path) -> Document:
    """Return the text in a file of one of the four kinds, told by its name. Raises FileProblem.

    The file must be there, have words, be text in UTF-8 (or a PDF), and have at most `LARGEST` bytes.
    """
    _check_size(path)
    document = _read_pdf(path) if path.suffix.lower() == ".pdf" else _read_text(path)
    if not _LETTER.search(document.text):
        raise FileProblem("read", path, _emptiness(document))
    return document


def _check_size(path: Path) -> None:
    try:
        about = path.stat()
    except OSError as error:
        files.fail("read", path, error)
    files.refuse_endless(path, about)
    size = about.st_size
    if size > LARGEST:
        megabytes = 1024 * 1024
        cause = f"{size / megabytes:.0f} MB: a text may have up to {LARGEST // megabytes} MB"
        raise FileProblem("read", path, cause)
    if not size:
        raise FileProblem("read", path, "the file is empty")


def _emptiness(document: Document) -> str:
    if document.pages is not None:
        return "no text in it: its pages may be pictures"
    return "no text in it" if document.file.strip() else "nothing but blanks in it"


def _read_text(path: Path) -> Document:
    _check_kind(path)
    file = files.read_text(path)
    reader = _READERS.get(path.suffix.lower())
    text, offsets = edited(file, reader(file)) if reader else (file, Offsets())
    return Document(path, file, text, _sha256(file), offsets)


def _check_kind(path: Path) -> None:
    """Raise FileProblem for what is no text in UTF-8 at first sight, in better words than a byte of it."""
    try:
        data = path.read_bytes()
    except OSError as error:
        files.fail("read", path, error)
    for mark, encoding in _WIDE_ENCODINGS:
        if data.startswith(mark):
            raise WrongEncoding("read", path, f"{encoding}, expected UTF-8")
    if data.startswith(b"%PDF-"):
        raise FileProblem("read", path, "a PDF: name it so, with `.pdf` at the end")
    if b"\0" in data:
        raise FileProblem("read", path, _BINARY)


def _read_pdf(path: Path) -> Document:
    try:
        data = path.read_bytes()
    except OSError as error:
        files.fail("read", path, error)
    text, pages = pdf.read(path, data)
    return Document(path, text, text, _sha256(text), Offsets(), pages)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
