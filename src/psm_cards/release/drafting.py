"""A release before anything of it is written: what it brings, the lock after it, and what is wrong with it."""

from dataclasses import dataclass, replace

from psm_cards.anki import Plan
from psm_cards.diagnostics import Diagnostic, Problem, Severity
from psm_cards.model import Project
from psm_cards.release import versions
from psm_cards.release.baselines import of_lock
from psm_cards.release.diffing import Diff, compare
from psm_cards.release.hashes import Snapshot, take
from psm_cards.release.lock import Lock, Release
from psm_cards.release.previous import Previous
from psm_cards.release.recording import record
from psm_cards.release.redelivery import Again, choose
from psm_cards.release.stamping import fresh, stamp


@dataclass(frozen=True, slots=True)
class Wish:
    """The release that somebody wants: its version, the clock's time, and what to send again on purpose."""

    release: Release
    rerender: bool = False
    redeliver: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A release before it is written: the locks before and after it, what it brings, and the version that suggests.

    There is no lock after it if something is wrong, and no `previous`, the package of the lock before it, if that is
    not at hand.
    """

    snapshot: Snapshot
    before: Lock | None
    previous: Previous | None
    lock: Lock | None
    diff: Diff
    again: Again
    suggested: str


def draft(
    project: Project, plan: Plan, before: Lock | None, wish: Wish, previous: Previous | None = None
) -> tuple[Draft, list[Diagnostic]]:
    """Return the draft of a release of a project that has no errors, and what is wrong with it. Raises FileProblem.

    `previous` is the package of the lock before it.
    """
    snapshot = take(project, plan)
    again, problems = choose(snapshot, before, wish.redeliver, rerender=wish.rerender)
    time = max(wish.release.time, before.last.time + 1) if before else wish.release.time
    stamped = stamp(snapshot, before, time, again.guids) if before else fresh(plan, time)
    diff = compare(
        snapshot, stamped, of_lock(before, previous.package if previous else None), is_released=before is not None
    )
    problems += versions.judge(wish.release.version, before, diff)
    lock = None
    try:
        lock = record(snapshot, before, _in_turn(wish.release, before), again.guids)
    except Problem as problem:
        found = problem.finding
        problems.append(Diagnostic(found.severity, found.code, found.message, hint=found.hint))
    if any(problem.severity is Severity.ERROR for problem in problems):
        lock = None
    return Draft(snapshot, before, previous, lock, diff, again, versions.suggested(before, diff)), problems


def _in_turn(release: Release, before: Lock | None) -> Release:
    """Return a release of the same second as the one before as one of the next: Anki looks at whole seconds."""
    if before is None or release.time != before.last.time:
        return release
    return replace(release, time=release.time + 1)
