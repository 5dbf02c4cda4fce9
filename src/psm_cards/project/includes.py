"""The files that an entry of `include:` names, by path or pattern; used by `documents`."""

import os
import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from difflib import get_close_matches
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from psm_cards.diagnostics import Finding

_WILD = re.compile(r"[*?\[]")
_DRIVE = re.compile(r"[A-Za-z]:")
_GLOB_FAILURES = (ValueError, NotImplementedError, IndexError, AttributeError, OSError, RuntimeError)
"""What pathlib raises for `**x`, `.`, a name too long or links in a circle: it differs from one Python to the next."""
_SUFFIXES = (".yaml", ".yml")
_Listing: TypeAlias = Callable[[Path], AbstractSet[str]]


def find(root: Path, main: Path, pattern: str) -> tuple[list[Path], list[Finding]]:
    """Return the files that a pattern names, sorted by name, and what is wrong with it or with them."""
    written = PurePosixPath(pattern)
    if written.is_absolute() or ".." in written.parts or "\\" in pattern or _DRIVE.match(pattern) or pattern[0] == "~":
        hint = "name files below the folder of `decks.yaml`, with `/` between folders"
        return [], [Finding("include-outside-project", f"`{pattern}` is not inside the project", hint)]
    paths = _matches(root, pattern)
    closed = [_unreadable(folder.relative_to(root).as_posix()) for folder in _closed(root, written)]
    if closed:
        return paths, closed
    if not paths:
        return [], [_not_found(root, pattern)]
    # Asked for once a folder: for each file of it, that would take time with the square of their number.
    names = cache(lambda folder: frozenset(_names(folder)))
    faults = {path: _fault(root, main, pattern, path, names) for path in paths}
    return [path for path in paths if not faults[path]], [fault for fault in faults.values() if fault]


def differ_only_in_case(paths: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each path with the one before it that is spelled the same but for upper and lower case."""
    first: dict[str, Path] = {}
    for path in paths:
        known = first.setdefault(str(path).casefold(), path)
        if known != path:
            yield path, known


def _matches(root: Path, pattern: str) -> list[Path]:
    """Return the files that a pattern names, sorted, because the order of a folder differs from machine to machine."""
    try:
        return sorted(path for path in root.glob(pattern) if path.is_file())
    except _GLOB_FAILURES:
        return []


def _closed(root: Path, pattern: PurePosixPath) -> Iterator[Path]:
    """Yield each folder on the way of a pattern that may not be read: what a pattern finds there is left out."""
    for depth in range(1, len(pattern.parts)):
        try:
            folders = sorted(path for path in root.glob("/".join(pattern.parts[:depth])) if path.is_dir())
        except _GLOB_FAILURES:
            return
        closed = [folder for folder in folders if not os.access(folder, os.R_OK | os.X_OK)]
        yield from closed
        if closed:
            return


def _unreadable(folder: str) -> Finding:
    return Finding("unreadable-file", f"cannot read `{folder}`: permission denied", "make it readable for you")


def _fault(root: Path, main: Path, pattern: str, path: Path, names: _Listing) -> Finding | None:
    target = path.resolve()
    if target == main.resolve():
        hint = "take it out, or make the pattern narrower"
        return Finding("include-of-itself", f"`{pattern}` includes the file it stands in", hint)
    shown = path.relative_to(root).as_posix()
    if not target.is_relative_to(root.resolve()):
        hint = "copy the file into the project: others have no such link"
        return Finding("include-outside-project", f"`{shown}` is a link that leads out of the project's folder", hint)
    # Windows and macOS find a file by any spelling; Linux, where the deck may be built next, does not.
    return None if _is_spelled_so(root, shown, names) else _not_found(root, pattern)


def _is_spelled_so(root: Path, shown: str, names: _Listing) -> bool:
    folder = root
    for step in PurePosixPath(shown).parts:
        if step not in names(folder):
            return False
        folder /= step
    return True


def _not_found(root: Path, pattern: str) -> Finding:
    message, hint = f"no file matches `{pattern}`", "check the path's spelling"
    path = root / pattern
    if _WILD.search(pattern):
        return Finding("include-not-found", message, hint)
    if _is(Path.is_dir, path):
        message, hint = f"`{pattern}` is a folder", f"name the files in it: `{pattern.rstrip('/')}/*.yaml`"
    elif _is(Path.is_symlink, path):
        message, hint = f"`{pattern}` is a link that leads nowhere", "mend the link, or put the file in its place"
    elif _is(Path.exists, path) and path.name in _names(path.parent):
        message, hint = f"`{pattern}` is neither a file nor a folder", "name a YAML file"
    elif near := _near(root, pattern):
        hint = f"did you mean `{near}`?"
    return Finding("include-not-found", message, hint)


def _is(question: Callable[[Path], bool], path: Path) -> bool:
    try:
        return question(path)
    except (OSError, ValueError):
        # A name too long, or with a null character in it.
        return False


def _near(root: Path, pattern: str) -> str | None:
    """Return the path that a misspelt one may mean: folders in another case, the file's name much like it."""
    *folders, name = PurePosixPath(pattern).parts or ("",)
    folder = root
    for step in folders:
        same = [known for known in _names(folder) if known.lower() == step.lower()]
        folder /= step if step in same or not same else same[0]
    by_case = {known.lower(): known for known in _names(folder) if known.endswith(_SUFFIXES)}
    near = get_close_matches(name.lower(), by_case, n=1)
    return (folder / by_case[near[0]]).relative_to(root).as_posix() if near else None


def _names(folder: Path) -> list[str]:
    try:
        return sorted(entry.name for entry in folder.iterdir())
    except (OSError, ValueError):
        return []
