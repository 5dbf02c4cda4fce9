"""The deck's changelog: what each release has brought to learners, newest first, as Markdown that people may mend.

A release puts its section at the top. The lock decides what is released: a section above the last version of the lock
is that of a release which never came to its end, and the next one takes it away.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from psm_cards.model import Project
from psm_cards.release.diffing import Diff
from psm_cards.release.lock import Lock, Release
from psm_cards.release.telling import effects, escaped, markdown, number
from psm_cards.release.versions import parse

NAME = "decks/CHANGELOG.md"

_SECTION = re.compile(r"^## ", re.MULTILINE)
_VERSION = re.compile(r"[0-9.]+")


def section(diff: Diff, release: Release, lock: Lock | None) -> str:
    """Return what a release brings, under its version and its day; `lock` is the one before it."""
    lines = [f"## {release.version} ({day(release)})", ""]
    lines += _beginning(diff) if lock is None else markdown(diff)
    if lock is not None:
        lines += ["### What learners will see", "", *(f"- {escaped(line)}" for line in effects(diff)), ""]
    return "\n".join(lines)


def day(release: Release) -> str:
    """Return the day of a release, the same on every machine."""
    return datetime.fromtimestamp(release.time, UTC).date().isoformat()


def _beginning(diff: Diff) -> Iterator[str]:
    """Yield what the first release brings: to list every note of a deck would help nobody."""
    yield "The first release."
    yield ""
    for deck in diff.decks:
        cards = sum(len(note.cards) for note in deck.added)
        yield f"- {escaped(deck.name)}: {number(len(deck.added), 'note')}, {number(cards, 'card')}"
    yield ""


def insert(text: str, new: str, project: Project, lock: Lock | None) -> str:
    """Return a changelog with a new section at the top, and without those of versions that the lock does not know."""
    head, *sections = _SECTION.split(text)
    known = {one.version for one in lock.releases} if lock else set()
    kept = [f"## {one}" for one in sections if not _is_unfinished(one, known)]
    first = head.rstrip() or f"# Changelog: {escaped(project.title)}\n\nWhat each release has brought, newest first."
    return "\n".join([first, "", f"{new.rstrip()}\n", *(f"{one.rstrip()}\n" for one in kept)])


def _is_unfinished(one: str, known: set[str]) -> bool:
    version = _version(one)
    return version != "" and version not in known


def _version(one: str) -> str:
    """Return the version that a section is of, blank if it is of none."""
    match = _VERSION.match(one)
    return match[0] if match and parse(match[0]) else ""


def versions(text: str) -> list[str]:
    """Return the versions that a changelog tells of, in its order."""
    return [version for one in _SECTION.split(text)[1:] if (version := _version(one))]


def body(text: str, version: str) -> str:
    """Return what a changelog says of a version, without the heading; blank if it says nothing."""
    for one in _SECTION.split(text)[1:]:
        if _version(one) == version:
            return one.partition("\n")[2].strip()
    return ""
