"""The text of a PDF, by the extra `pdf` (pypdf), with the offsets at which its pages begin."""

import importlib
import io
import re
from array import array
from itertools import accumulate
from pathlib import Path
from types import ModuleType

from psm_cards.files import FileProblem

_BETWEEN = "\n"
_SPLIT_WORD = re.compile(r"([^\W\d_]+)[-\u00ad\u2010]\n([^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def read(path: Path, data: bytes) -> "tuple[str, array[int]]":
    """Return the text of a PDF and where each of its pages begins in it. Raises FileProblem."""
    pypdf = _pypdf(path)
    pages: list[str] | None
    import logging  # noqa: PLC0415 (pypdf has imported it, and nothing else needs it)

    # What pypdf says of odd files is of no use to a reader of the text, and would stand among our messages.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        is_locked = reader.is_encrypted and not reader.decrypt("")
        pages = None if is_locked else [page.extract_text() for page in reader.pages]
    except Exception as error:  # pypdf raises whatever broken objects lead it to
        cause = str(error) or type(error).__name__
        raise FileProblem("read", path, f"not a PDF that pypdf can read ({cause})") from error
    if pages is None:
        raise FileProblem("read", path, "it is locked with a password")
    return _joined(pages)


def _pypdf(path: Path) -> ModuleType:
    try:
        return importlib.import_module("pypdf")
    except ImportError as error:
        cause = "PDF needs pypdf: install `psm-cards[pdf]`, or save the text as a .txt file"
        raise FileProblem("read", path, cause) from error


def _joined(pages: list[str]) -> "tuple[str, array[int]]":
    known = {word for page in pages for word in _WORD.findall(page.casefold())}
    # A lone surrogate, which a broken font may give, is no text and fits into no file.
    whole = [_mended(page, known).encode("utf-8", "replace").decode() for page in pages]
    starts = accumulate((len(page) + len(_BETWEEN) for page in whole[:-1]), initial=0)
    return _BETWEEN.join(whole), array("I", starts)


def _mended(page: str, known: set[str]) -> str:
    """Return a page with the words whole that a line end splits.

    `post-` and `trained` become `post-trained` if the document has that word elsewhere and has no `posttrained`.
    """

    def whole(match: "re.Match[str]") -> str:
        first, second = match.groups()
        hyphenated = f"{first}-{second}"
        keeps = hyphenated.casefold() in known and f"{first}{second}".casefold() not in known
        return hyphenated if keeps else f"{first}{second}"

    return _SPLIT_WORD.sub(whole, page)
