"""The memory of what learners have, and what the next release would change for them.

`memory` finds decks.lock and `lockfile` reads it, `identity` gives notes the guids of their first release, `promises`
says what would hurt learners, `hashes` and `stamping` decide what has changed, `diffing` says it, `recording` makes the
next lock. `drafting` puts a release together, `issuing` makes its files, `rehearsal` tries it on a learner, `placing`
puts it in its place.
"""

from typing import TYPE_CHECKING

from psm_cards.later import parts
from psm_cards.release.identity import identify
from psm_cards.release.memory import NAME, read
from psm_cards.release.stamping import Stamped, fresh, stamp

if TYPE_CHECKING:
    from psm_cards.release.baselines import Baseline, of_lock
    from psm_cards.release.baselines import load as load_baseline
    from psm_cards.release.companion import without_words
    from psm_cards.release.diffing import Diff, compare
    from psm_cards.release.drafting import Draft, Wish, draft
    from psm_cards.release.hashes import Snapshot, take
    from psm_cards.release.issuing import Issue, Issued, issue
    from psm_cards.release.lock import Lock, Release
    from psm_cards.release.lockfile import write
    from psm_cards.release.placing import read_log
    from psm_cards.release.previous import Previous, check_out, load_older
    from psm_cards.release.previous import find as find_previous
    from psm_cards.release.previous import load as load_previous
    from psm_cards.release.promises import broken
    from psm_cards.release.publishing import Published, publish, try_on
    from psm_cards.release.recording import record
    from psm_cards.release.rehearsal import Rehearsal
    from psm_cards.release.waiting import unreleased
else:
    # A build of a project without decks.lock needs none of these.
    __getattr__ = parts(
        __name__,
        {
            "Baseline": "baselines",
            "Diff": "diffing",
            "Draft": "drafting",
            "Issue": "issuing",
            "Issued": "issuing",
            "Lock": "lock",
            "Previous": "previous",
            "Published": "publishing",
            "Rehearsal": "rehearsal",
            "Release": "lock",
            "Snapshot": "hashes",
            "Wish": "drafting",
            "broken": "promises",
            "check_out": "previous",
            "compare": "diffing",
            "draft": "drafting",
            "find_previous": "previous.find",
            "issue": "issuing",
            "load_baseline": "baselines.load",
            "load_older": "previous",
            "load_previous": "previous.load",
            "of_lock": "baselines",
            "publish": "publishing",
            "read_log": "placing",
            "record": "recording",
            "take": "hashes",
            "try_on": "publishing",
            "unreleased": "waiting",
            "without_words": "companion",
            "write": "lockfile",
        },
    )

__all__ = [
    "NAME",
    "Baseline",
    "Diff",
    "Draft",
    "Issue",
    "Issued",
    "Lock",
    "Previous",
    "Published",
    "Rehearsal",
    "Release",
    "Snapshot",
    "Stamped",
    "Wish",
    "broken",
    "check_out",
    "compare",
    "draft",
    "find_previous",
    "fresh",
    "identify",
    "issue",
    "load_baseline",
    "load_older",
    "load_previous",
    "of_lock",
    "publish",
    "read",
    "read_log",
    "record",
    "stamp",
    "take",
    "try_on",
    "unreleased",
    "without_words",
    "write",
]
