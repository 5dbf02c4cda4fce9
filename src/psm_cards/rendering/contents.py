"""Whether a media file holds what its name says, by its first bytes; used by `media`.

A card shows a broken image for a page saved as `moon.png`, and nothing at all for an SVG that is not well-formed.
"""

import re
from collections.abc import Callable, Mapping
from typing import BinaryIO, NamedTuple
from xml.parsers import expat

from psm_cards.diagnostics import Finding, Problem, Severity
from psm_cards.rendering.html_tags import is_script, scheme

LARGEST = 100 * 1024 * 1024
"""Bytes that one file may have: AnkiWeb syncs no larger one to a learner's other devices."""

LARGE = 10 * 1024 * 1024
"""Bytes beyond which an author is told: every learner loads the file, most of them on a phone."""

_HEAD = 512
_PAGE = re.compile(rb"\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
_MPEG = re.compile(rb"\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd]")
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


class _Form(NamedTuple):
    """A form of media: how messages call it, and whether the first bytes of a file are of it."""

    name: str
    matches: Callable[[bytes], bool]


def _starts(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _riff(kind: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == kind


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    # The first box names the main brand and those that the file goes with.
    return lambda head: head[4:8] == b"ftyp" and any(brand in head[8:64] for brand in brands)


def _is_mpeg(head: bytes) -> bool:
    # A frame begins with eleven bits set, then version and layer: AAC has layer 0, UTF-16 begins like layer I.
    return _MPEG.match(head) is not None


_FORMS: Mapping[str, _Form] = {
    "png": _Form("a PNG picture", _starts(b"\x89PNG\r\n\x1a\n")),
    "jpg": _Form("a JPEG picture", _starts(b"\xff\xd8\xff")),
    "gif": _Form("a GIF picture", _starts(b"GIF87a", b"GIF89a")),
    "webp": _Form("a WebP picture", _riff(b"WEBP")),
    "avif": _Form("an AVIF picture", _brand(b"avif", b"avis")),
    "svg": _Form("an SVG picture", lambda head: re.search(rb"<(?:\w+:)?svg\b", head) is not None),
    "wav": _Form("a WAV recording", _riff(b"WAVE")),
    "ogg": _Form("an Ogg recording", _starts(b"OggS")),
    "flac": _Form("a FLAC recording", _starts(b"fLaC")),
    "webm": _Form("a WebM recording", _starts(b"\x1a\x45\xdf\xa3")),
    "mp4": _Form("an MPEG-4 recording", lambda head: head[4:8] == b"ftyp"),
    "mp3": _Form("an MP3 recording", lambda head: head.startswith(b"ID3") or _is_mpeg(head)),
}
_SAME = {"jpeg": "jpg", "oga": "ogg", "opus": "ogg", "m4a": "mp4"}
"""Endings of one form."""

_OTHERS = (
    _Form("a web page", lambda head: _PAGE.match(head) is not None),
    _Form("a HEIC picture", _brand(b"heic", b"heix", b"mif1")),
    _Form("a TIFF picture", _starts(b"II*\0", b"MM\0*")),
    _Form("a BMP picture", _starts(b"BM")),
    _Form("a PDF document", _starts(b"%PDF-")),
    _Form("a ZIP archive", _starts(b"PK\x03\x04")),
    _Form("a pointer of Git LFS", _starts(b"version https://git-lfs")),
)


def weigh(size: int, path: str) -> Finding | None:
    """Return the warning about a file of so many bytes, if it is large. Raises Problem if it is too large."""
    megabytes = f"`{path}` has {size // 1024**2} MB"
    hint = "make it smaller, or cut it down to what the card needs"
    if size > LARGEST:
        message = f"{megabytes}, and AnkiWeb syncs no file of more than {LARGEST // 1024**2}"
        raise Problem(Finding("large-media", message, hint))
    if size > LARGE:
        message = f"{megabytes}, which every learner loads"
        return Finding("large-media", message, hint, severity=Severity.WARNING)
    return None


def check(stream: BinaryIO, path: str) -> None:
    """Raise Problem if the file does not hold what the ending of `path` says."""
    head = stream.read(_HEAD)
    ending = path.rpartition(".")[2].lower()
    expected = _FORMS[_SAME.get(ending, ending)]
    if not head:
        raise Problem(Finding("media-content", f"`{path}` is an empty file", "export or copy it again"))
    if ending == "svg":
        if _found(head):
            _refuse(path, head, expected)
        stream.seek(0)
        _Svg(path).read(stream, head)
    # Taggers put what an MP3 has before its frames into FLAC files too.
    elif not expected.matches(head) and not (ending == "flac" and head.startswith(b"ID3")):
        _refuse(path, head, expected)


def _found(head: bytes) -> _Form | None:
    forms = (form for key, form in _FORMS.items() if key != "svg")
    return next((form for form in (*_OTHERS, *forms) if form.matches(head)), None)


def _refuse(path: str, head: bytes, expected: _Form) -> None:
    found = _found(head) or (_FORMS["svg"] if _FORMS["svg"].matches(head) else None)
    message = f"expected {expected.name} in `{path}`, found {found.name if found else 'something else'}"
    ending = next((key for key, form in _FORMS.items() if form is found), None)
    hint = f"export it as {expected.name}"
    if ending:
        hint = f"name it `{path.rpartition('.')[0]}.{ending}`, or {hint}"
    elif found and found.name == "a pointer of Git LFS":
        hint = "fetch the file itself with `git lfs pull`"
    elif found and found.name == "a web page":
        hint = "open the address in a browser and save the picture or recording itself"
    raise Problem(Finding("media-content", message, hint))


class _Svg:
    """Reads an SVG as a browser does that shows it as a picture, and refuses what would not be shown or could run."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._is_first = True
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._element

    def read(self, stream: BinaryIO, head: bytes) -> None:
        """Raise Problem if the file is no picture to a browser, or holds a script."""
        try:
            self._parser.ParseFile(stream)
        except expat.ExpatError as error:
            if self._is_first and not _FORMS["svg"].matches(head):
                _refuse(self._path, head, _FORMS["svg"])
            message = f"`{self._path}` is not well-formed in line {error.lineno}: {expat.ErrorString(error.code)}"
            raise Problem(Finding("media-content", message, "export it again: no browser shows it")) from error

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self._is_first:
            self._is_first = False
            self._check_root(space, tag)
        if tag.lower() == "script":
            self._unsafe("a script")
        for written, value in attributes.items():
            attribute_space, _, attribute = written.rpartition(" ")
            if not attribute_space and attribute.lower().startswith("on"):
                self._unsafe(f"the handler `{attribute}`")
            elif attribute == "href" and attribute_space in ("", _XLINK):
                self._check_address(tag, value)

    def _check_root(self, space: str, tag: str) -> None:
        if tag != "svg":
            message = f"expected an SVG picture in `{self._path}`, found `<{tag}>`"
            raise Problem(Finding("media-content", message, "export it as an SVG picture"))
        if space != _SVG:
            hint = f'write `<svg xmlns="{_SVG}" …>`'
            raise Problem(Finding("media-content", f"`<svg>` in `{self._path}` has no `xmlns`: no card shows it", hint))

    def _check_address(self, tag: str, address: str) -> None:
        if is_script(address) and scheme(address) != "data":
            self._unsafe(f"the address `{address}`")
        if tag == "image" and not address.strip().lower().startswith(("data:", "#")):
            message = f"`{self._path}` shows another file, `{address[:80]}`, which cards do not load"
            raise Problem(Finding("media-content", message, "embed the picture into the SVG"))

    def _unsafe(self, what: str) -> None:
        message = f"`{self._path}` holds {what} in line {self._parser.CurrentLineNumber}"
        raise Problem(Finding("unsafe-media", message, "take it out: cards cannot run scripts"))
