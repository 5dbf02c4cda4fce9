"""Versions of a deck: `1.2.0` is major, minor and patch, and each says what a release asks of learners.

A major release asks them to do something by hand, a minor one brings new cards, a patch only better words.
"""

import re
from collections.abc import Iterator
from enum import IntEnum

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.release.diffing import Diff
from psm_cards.release.lock import Lock

FIRST = "1.0.0"
"""The version that is suggested for the first release."""

_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")


class Step(IntEnum):
    """The number of a version that a release raises."""

    MAJOR = 0
    MINOR = 1
    PATCH = 2


def parse(version: str) -> tuple[int, int, int] | None:
    """Return the three numbers of a version, or None if it is none."""
    match = _VERSION.fullmatch(version)
    return (int(match[1]), int(match[2]), int(match[3])) if match else None


def step(diff: Diff) -> tuple[Step, str]:
    """Return which number a release that brings this should raise, and why: major where learners must act."""
    changes = [change for deck in diff.decks for change in (*deck.changed, *deck.retagged)]
    if any(deck.retired for deck in diff.decks):
        return Step.MAJOR, "learners decide what becomes of retired notes"
    if any(deck.moved for deck in diff.decks):
        return Step.MAJOR, "learners move cards by hand"
    if any(change.cards_removed for change in changes):
        return Step.MAJOR, "learners take cards with a blank front away by hand"
    if any(deck.added for deck in diff.decks) or any(change.cards_added for change in changes):
        return Step.MINOR, "there are new cards"
    return Step.PATCH, "there are no new cards"


def suggested(lock: Lock | None, diff: Diff) -> str:
    """Return the version that a release which brings this should have."""
    last = parse(lock.last.version) if lock else None
    if last is None:
        return FIRST
    raised, _ = step(diff)
    return ".".join(str(number + 1 if at == raised else number if at < raised else 0) for at, number in enumerate(last))


def judge(version: str, lock: Lock | None, diff: Diff) -> Iterator[Diagnostic]:
    """Yield what is wrong with the version of a release: malformed, not above the last, or less than it brings."""
    numbers = parse(version)
    if numbers is None:
        message = f"expected a version such as `{suggested(lock, diff)}`, found `{version}`"
        yield Diagnostic(Severity.ERROR, "malformed-version", message, hint="three numbers with dots, and nothing else")
        return
    last = parse(lock.last.version) if lock else None
    if lock is None or last is None:
        return
    if numbers <= last:
        message = f"expected a version above `{lock.last.version}`, found `{version}`"
        yield Diagnostic(Severity.ERROR, "version-behind", message, hint=f"what it brings suggests {_said(lock, diff)}")
        return
    raised, _ = step(diff)
    if next(at for at in range(3) if numbers[at] != last[at]) > raised:
        message = f"`{version}` promises less than the release brings"
        hint = f"what it brings suggests {_said(lock, diff)}"
        yield Diagnostic(Severity.WARNING, "version-too-low", message, hint=hint)


def _said(lock: Lock, diff: Diff) -> str:
    raised, why = step(diff)
    return f"`{suggested(lock, diff)}` ({raised.name.lower()}: {why})"
