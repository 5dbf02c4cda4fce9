"""The full reference of a source in the manner of APA 7, as HTML in which all that an author wrote is escaped.

A reference is author, date, title and origin, each with one full stop behind it, then the address.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape, unescape

from psm_cards.citations import dates, titles
from psm_cards.citations.addresses import lasting
from psm_cards.citations.names import in_sentence, listed
from psm_cards.model import Name, Source

PERIODICAL = frozenset(
    {
        *("article-journal", "article-magazine", "article-newspaper", "interview", "periodical", "post-weblog"),
        *("review", "review-book"),
    }
)
"""Types whose container is a periodical: its name, volume and pages follow the title."""

SITE = frozenset({"post", "webpage"})
"""Types whose container is the site that publishes them."""

RECORDED = frozenset({"broadcast", "motion_picture", "song"})
"""Types that directors and hosts make, and whose genre describes them even beside a number."""

DATED = frozenset(
    {
        *("article-magazine", "article-newspaper", "broadcast", "collection", "document", "event", "interview"),
        *("motion_picture", "pamphlet", "performance", "personal_communication", "post", "post-weblog", "song"),
        *("speech", "webpage"),
    }
)
"""Types of which a reference gives the whole date; of others it gives the year."""

DESCRIBED = {
    "dataset": "Dataset",
    "figure": "Figure",
    "graphic": "Graphic",
    "map": "Map",
    "post": "Online post",
    "software": "Computer software",
    "song": "Audio recording",
}
"""What a work is called that does not say so itself."""

_TAG = re.compile(r"<[^<>]*>")
_STOPPED = re.compile(r"[.?!…。？！][\"'”’»]*$")  # noqa: RUF001 (the full stops of other scripts)
_NUMERIC = r"[A-Za-z]?\d+[A-Za-z]?"
_SEVERAL = r"\w\s*[-–&,]\s*\w"  # noqa: RUF001 (an author may write the dash of print)
_DASH = r"(?<=\w)\s*(?:--?|–)\s*(?=\w)"  # noqa: RUF001 (the same)
_EDITION = r"(\d+)(?:st|nd|rd|th)?"
_ORDINAL_ENDS = {1: "st", 2: "nd", 3: "rd"}


def full(source: Source) -> str:
    """Return the full reference as HTML: titles in `<i>` where APA has them so, the address as a link."""
    who, title = _who(source), _title(source)
    when = f"({_escaped(_when(source))})"
    begin = [who, when, title] if who else [title, when]
    parts = [_stopped(part) for part in (*begin, *_origin(source)) if part]
    return " ".join([*parts, *_address(source), *_original(source)])


def plain(reference: str) -> str:
    """Return a reference of `full` as plain text."""
    return unescape(_TAG.sub("", reference))


def _escaped(text: str) -> str:
    return escape(text, quote=False)


def _stopped(part: str) -> str:
    """Return a part with a full stop, unless it ends with one or with a sign that is as good."""
    return part if _STOPPED.search(plain(part)) else f"{part}."


def _is_in_periodical(source: Source) -> bool:
    # Proceedings that come out in issues are a journal.
    is_periodical = source.type in PERIODICAL or (source.type == "paper-conference" and bool(source.issue))
    return is_periodical and bool(source.container)


def _is_part(source: Source) -> bool:
    """Return whether the work is a part of a book or the like, whose title follows an `In`."""
    return bool(source.container) and source.type not in SITE | PERIODICAL and not _is_in_periodical(source)


def _when(source: Source) -> str:
    if source.issued is None and source.status:
        return source.status
    is_talk = source.type == "paper-conference" and not source.container
    write = dates.spelled if is_talk or source.type in DATED else dates.year
    return write(source.issued, source.year_suffix)


def _labelled(names: Sequence[Name], label: str, write: Callable[[Sequence[Name]], str]) -> str:
    """Return names and in brackets what they did: `A. B. Smith (Ed.)`."""
    stop = "." if label == "Ed" else ""
    return _escaped(f"{write(names)} ({label}{'s' if len(names) > 1 else ''}{stop})")


def _who(source: Source) -> str:
    """Return who made the work; blank where its title has to stand first."""
    if source.type in RECORDED and source.directors:
        return _labelled(source.directors, "Director", listed)
    if source.type in RECORDED and source.hosts:
        return _labelled(source.hosts, "Host", listed)
    if source.authors:
        return _escaped(listed(source.authors))
    is_edited = source.editors and not _is_part(source)
    return _labelled(source.editors, "Ed", listed) if is_edited else ""


def _title(source: Source) -> str:
    title = titles.html(source.title)
    details = [*_contributors(source), *_numbers(source)]
    if not _is_part(source) and not _is_in_periodical(source):
        title = f"<i>{title}</i>"
        details += _extent(source)
    return " ".join([title, *_bracketed(details, "; "), *_description(source)])


def _bracketed(details: Iterable[str], between: str) -> Iterator[str]:
    inside = between.join(details)
    if inside:
        yield f"({_escaped(inside)})"


def _contributors(source: Source) -> Iterator[str]:
    """Yield those who are named behind the title: `P. Guyer, Trans.`."""
    if source.editors and source.authors and not _is_part(source):
        yield f"{in_sentence(source.editors)}, Ed{'s' if len(source.editors) > 1 else ''}."
    if source.translators:
        yield f"{in_sentence(source.translators)}, Trans."
    if source.interviewers:
        yield f"{in_sentence(source.interviewers)}, Interviewer{'s' if len(source.interviewers) > 1 else ''}"


def _is_genre_numbered(source: Source) -> bool:
    return bool(source.genre and source.number) and source.type not in RECORDED | {"thesis"}


def _numbers(source: Source) -> Iterator[str]:
    """Yield number and version: `Technical Report MIT-12`, `No. 7`, `arXiv:2506.19823`, `Version 2`."""
    if source.number and not _is_in_periodical(source):
        number = f"No. {source.number}" if re.fullmatch(_NUMERIC, source.number) else source.number
        label = {"thesis": "Publication"}.get(source.type, source.genre if _is_genre_numbered(source) else "")
        yield f"{label} {number}".lstrip()
    if source.version:
        yield f"Version {source.version}"


def _extent(source: Source) -> Iterator[str]:
    """Yield edition, volume and pages as one detail: `2nd ed., Vol. 3, pp. 1–9`."""  # noqa: RUF002 (as printed)
    parts = []
    if source.edition:
        match = re.fullmatch(_EDITION, source.edition)
        parts.append(f"{_ordinal(int(match[1]))} ed." if match else source.edition)
    if source.volume:
        parts.append(f"Vol{'s' if re.search(_SEVERAL, source.volume) else ''}. {_ranged(source.volume)}")
    if source.issue:
        parts.append(f"Issue {source.issue}")
    if source.pages:
        parts.append(f"{'pp' if re.search(_SEVERAL, source.pages) else 'p'}. {_ranged(source.pages)}")
    if parts:
        yield ", ".join(parts)


def _ordinal(number: int) -> str:
    is_teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if is_teen else _ORDINAL_ENDS.get(number % 10, 'th')}"


def _ranged(pages: str) -> str:
    return re.sub(_DASH, "–", pages)  # noqa: RUF001 (print has this dash in a range)


def _description(source: Source) -> Iterator[str]:
    """Yield in square brackets what kind of thing the work is: `[Film]`, `[Doctoral dissertation, University]`."""
    genre = "" if _is_genre_numbered(source) else source.genre
    kinds = [kind[0].upper() + kind[1:] for kind in (genre, source.medium) if kind]
    if not kinds and source.type == "motion_picture":
        kinds = ["Film" if source.directors or not source.url else "Video"]
    if not kinds and source.type in DESCRIBED and not source.genre:
        kinds = [DESCRIBED[source.type]]
    if kinds:
        school = f", {source.publisher}" if source.type == "thesis" and source.publisher else ""
        yield f"[{_escaped('; '.join(kinds) + school)}]"


def _origin(source: Source) -> Iterator[str]:
    """Yield where the work appeared: journal and pages, the book it is a part of, publisher, event, site."""
    if _is_in_periodical(source):
        yield _journal(source)
        return
    if _is_part(source):
        yield _whole(source)
    by = {name.family for name in source.authors if not name.given}
    event = ", ".join(part for part in (source.event, source.event_place) if part)
    site = source.container if source.type in SITE else ""
    is_told = source.type == "thesis" and source.genre
    publisher = source.publisher if not is_told else ""
    for name in dict.fromkeys((publisher or event, source.archive, site)):
        # Who is named as the author is not named again (APA 7, publishers and sites alike).
        if name and name not in by:
            yield _escaped(name)


def _journal(source: Source) -> str:
    parts = [f"<i>{titles.html(source.container)}</i>"]
    if source.volume or source.issue:
        volume = f"<i>{_escaped(source.volume)}</i>" if source.volume else ""
        parts.append(volume + (f"({_escaped(source.issue)})" if source.issue else ""))
    if source.pages:
        parts.append(_escaped(_ranged(source.pages)))
    elif source.number:
        parts.append(f"Article {_escaped(source.number)}")
    return ", ".join(parts)


def _whole(source: Source) -> str:
    """Return the book that the work is a part of: `In A. B. Smith (Ed.), <i>Book</i> (pp. 1–9)`."""  # noqa: RUF002
    editors = f"{_labelled(source.editors, 'Ed', in_sentence)}, " if source.editors else ""
    of = "On" if source.type == "song" else "In"
    return " ".join([f"{of} {editors}<i>{titles.html(source.container)}</i>", *_bracketed(_extent(source), "")])


def _address(source: Source) -> Iterator[str]:
    where = lasting(source)
    if not where:
        return
    shown = f'<a href="{escape(where)}">{_escaped(where)}</a>'
    if source.issued is None and source.accessed:
        shown = f"Retrieved {_escaped(dates.in_a_sentence(source.accessed))}, from {shown}"
    yield shown


def _original(source: Source) -> Iterator[str]:
    if source.original:
        yield f"(Original work published {_escaped(dates.year(source.original))})"
