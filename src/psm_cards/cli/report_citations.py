"""What became of a project's citations: one line for people, numbers for programs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from psm_cards.cli.report_human import number, visible

if TYPE_CHECKING:  # The citations take a part of what a Tab costs; help and completion do without them.
    from psm_cards.citations import Tally, Update

_NAMED = 3
"""Corrections that the line names; the others are counted, and stand in the report for programs."""


def line(tally: "Tally") -> str:
    """Return in one line what became of the citations; blank for a project without any."""
    found = tally.verified - tally.recorded
    parts = []
    if found:
        parts.append(f"{_passages(found)} checked in {number(tally.texts, 'text')}{_corrections(tally)}")
    if tally.recorded:
        parts.append(f"{_passages(tally.recorded)} known from evidence.lock")
    if tally.unverified:
        parts.append(f"{_passages(tally.unverified)} not verified")
    if tally.unverifiable:
        are = "is a reference only" if tally.unverifiable == 1 else "are references only"
        parts.append(f"{number(tally.unverifiable, 'citation')} {are}")
    return ", ".join(parts)


def document(tally: "Tally | None") -> dict[str, Any] | None:
    """Return the numbers for a report in JSON, None where the project could not be loaded."""
    if tally is None:
        return None
    return {
        "verified": tally.verified,
        "unverified": tally.unverified,
        "unverifiable": tally.unverifiable,
        "texts": tally.texts,
        "fixes": [one._asdict() for one in tally.corrections],
    }


def update_lines(update: "Update") -> Iterator[str]:
    """Yield what an update of evidence.lock took over, so that each passage with other words is read again."""
    for change in update.changed:
        yield visible(f"{change.cited}: `{change.key[1]}` has other words than those recorded")
        yield visible(f"  {change.passage}: the passage in the text")
    counts = f"{_passages(update.added)} added, {update.changed_passages:,} changed, {update.removed:,} removed"
    kept = f", {update.kept:,} kept without their text" if update.kept else ""
    yield f"evidence.lock: {counts}{kept}"


def update_document(update: "Update | None") -> dict[str, Any] | None:
    """Return what an update of evidence.lock took over for a report in JSON, None where it was not written."""
    if update is None:
        return None
    changed = [
        {"source": key, "at": at, "cited": change.cited._asdict(), "passage": change.passage._asdict()}
        for change in update.changed
        for key, at in (change.key,)
    ]
    return {"added": update.added, "changed": changed, "removed": update.removed, "kept": update.kept}


def _passages(count: int) -> str:
    return number(count, "passage")


def _corrections(tally: "Tally") -> str:
    whole = sum(one.times for one in tally.corrections)
    return f" ({number(whole, 'correction')} applied: {', '.join(_named(tally))})" if whole else ""


def _named(tally: "Tally") -> Iterator[str]:
    for one in tally.corrections[:_NAMED]:
        times = f" {one.times:,} times" if one.times > 1 else ""
        yield visible(f"`{one.wrong}` -> `{one.right}`{times}")
    left = len(tally.corrections) - _NAMED
    if left > 0:
        yield f"and {number(left, 'other')}"
