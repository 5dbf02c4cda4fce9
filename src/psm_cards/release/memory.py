"""Whether a project has a memory: decks.lock is looked for before all that reads it is imported."""

from pathlib import Path
from typing import TYPE_CHECKING

from psm_cards.diagnostics import Diagnostic

if TYPE_CHECKING:
    from psm_cards.release.lock import Lock

NAME = "decks.lock"


def read(path: Path, project_id: str) -> "tuple[Lock | None, list[Diagnostic]]":
    """Return the lock of a project, None if there is none or it cannot be used, and what is wrong with it."""
    if not path.exists():
        return None, []
    from psm_cards.release import lockfile  # noqa: PLC0415 (a project that was never released needs none of it)

    return lockfile.read(path, project_id)
