"""The package of the last release, if it is at hand: a rehearsal begins with it, and it has retired notes' words."""

from pathlib import Path

from psm_cards import anki
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem
from psm_cards.release.lock import Lock

_HINT = "give the package that learners got with it"


def find(root: Path, lock: Lock | None, given: Path | None) -> Path | None:
    """Return the package that was given, or the last release's in the project's build/, if it is there still."""
    if given is not None or lock is None:
        return given
    path = root / "build" / f"{lock.project}-{lock.last.version}.apkg"
    return path if path.exists() else None


def load(path: Path, lock: Lock, *, is_older: bool = False) -> tuple[anki.StoredPackage | None, list[Diagnostic]]:
    """Return the package in a file, and an error unless it is that of the lock's newest release.

    If it is to be older, it is that of any release before the newest.
    """
    try:
        package = anki.read(path)
    except FileProblem as problem:
        return None, [Diagnostic(Severity.ERROR, "unreadable-package", str(problem), hint=_HINT)]
    mods = {guid: note.mod for guid, note in package.notes.items()}
    if is_older:
        is_right = max(mods.values(), default=0) < lock.last.time and mods.keys() <= lock.by_guid.keys()
        message = f"`{path}` is not the package of a release before {lock.last.version}"
    else:
        is_right = mods == {note.guid: note.mod for note in lock.active}
        message = f"`{path}` is not the package of release {lock.last.version}"
    if is_right:
        return package, []
    return None, [Diagnostic(Severity.ERROR, "wrong-package", message, hint=_HINT)]
