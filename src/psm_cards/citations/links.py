"""Links from a card to the cited place of a source: a passage or section of a page, a page of a PDF, a time."""

import re
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from psm_cards.citations.addresses import address
from psm_cards.citations.fragments import directive
from psm_cards.model import Citation, Source

_ARXIV = frozenset({"arxiv.org", "www.arxiv.org", "export.arxiv.org"})
_YOUTUBE = r"(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com"
_YOUTUBE_VIDEO = r"/(?:watch|embed/.+|live/.+|shorts/.+|v/.+)/?"
_VIMEO = frozenset({"vimeo.com", "www.vimeo.com", "player.vimeo.com"})
_RECORDINGS = frozenset(
    ".aac .flac .m4a .m4v .mka .mkv .mov .mp3 .mp4 .mpeg .mpg .oga .ogg .ogv .opus .wav .weba .webm".split()  # noqa: SIM905 (a list of words reads best so)
)
_OF_TIME = frozenset({"t", "start", "time_continue"})
_CLOCK = r"\d+(?::\d+)*"


class _Site(NamedTuple):
    """An address taken apart, and what kind of place it leads to."""

    parts: SplitResult
    is_recording: bool
    has_pages: bool
    is_pdf: bool


# Ten thousand notes cite a few dozen works: measured, their addresses were a tenth of all rendering.
@lru_cache(maxsize=1024)
def _site(where: str) -> _Site:
    parts = urlsplit(where)
    return _Site(parts, _is_recording(parts), _has_pages(parts), _is_pdf(parts))


def link(source: Source, citation: Citation, words: str = "") -> str:
    """Return the address of the cited place, or of the work where the place has none; blank without an address.

    `words` are first and last words of the passage, `START … END` (see `fragments.ends`). They count only where the
    source's text is the page's own: of a transcript a browser finds nothing. The citation's own `fragment` goes before.
    """
    where = address(source)
    try:
        site = _site(where)
    except ValueError:  # such as `https://[x`: no address that anything could be added to
        return where
    parts = site.parts
    if not where or site.is_recording:
        return _at_time(parts, citation.time) if citation.time and where else where
    anchor = parts.fragment or (source.anchors or {}).get(citation.section, "")
    page = re.search(r"\d+", citation.page)
    if page and site.has_pages and (not parts.fragment or parts.fragment.startswith("page=")):
        return _at_page(parts, int(page[0]))
    words = citation.fragment or (words if source.kind == "page" else "")
    fragment = anchor if site.is_pdf else anchor + _jump(anchor, words)
    return where if fragment == parts.fragment else _with_fragment(parts, fragment)


def _with_fragment(parts: SplitResult, fragment: str) -> str:
    return parts._replace(fragment=fragment).geturl()


def _suffix(parts: SplitResult) -> str:
    return PurePosixPath(parts.path).suffix.lower()


def _jump(anchor: str, words: str) -> str:
    """Return what leads from the anchor on to the words, where the browser finds them (else it stays at the anchor)."""
    # A browser that knows no text fragments would take it for a part of the route of such a page.
    is_route = anchor.startswith(("/", "!"))
    text = "" if is_route or ":~:" in anchor else directive(words)
    return f":~:{text}" if text else ""


def _is_arxiv(parts: SplitResult, kind: str) -> bool:
    return parts.hostname in _ARXIV and parts.path.startswith(f"/{kind}/")


def _is_pdf(parts: SplitResult) -> bool:
    return _suffix(parts) == ".pdf" or _is_arxiv(parts, "pdf")


def _has_pages(parts: SplitResult) -> bool:
    return _is_pdf(parts) or _is_arxiv(parts, "abs")


def _at_page(parts: SplitResult, page: int) -> str:
    if _is_arxiv(parts, "abs"):
        parts = parts._replace(path=f"/pdf/{parts.path.removeprefix('/abs/')}")
    return _with_fragment(parts, f"page={page}")


def _is_youtube(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    is_long = re.fullmatch(_YOUTUBE, host) and re.fullmatch(_YOUTUBE_VIDEO, parts.path)
    return bool(is_long) or (host in ("youtu.be", "www.youtu.be") and parts.path.strip("/") != "")


def _is_video(parts: SplitResult) -> bool:
    is_vimeo = parts.hostname in _VIMEO and re.search(r"/\d+", parts.path)
    return bool(is_vimeo) or _is_youtube(parts)


def _is_recording(parts: SplitResult) -> bool:
    return _is_video(parts) or _suffix(parts) in _RECORDINGS


def _seconds(clock: str) -> int:
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return total


def _at_time(parts: SplitResult, time: str) -> str:
    times = [str(_seconds(clock)) for clock in re.findall(_CLOCK, time)]
    if not times:
        return parts.geturl()
    if not _is_video(parts):
        return _with_fragment(parts, f"t={','.join(times[:2])}")
    if not _is_youtube(parts):
        return _with_fragment(parts, f"t={times[0]}s")
    kept = [part for part in parts.query.split("&") if part and part.partition("=")[0] not in _OF_TIME]
    added = f"start={times[0]}" if parts.path.startswith("/embed/") else f"t={times[0]}s"
    fragment = "" if parts.fragment.startswith("t=") else parts.fragment
    return parts._replace(query="&".join([*kept, added]), fragment=fragment).geturl()
