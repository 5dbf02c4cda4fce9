"""A build of which nothing has changed since the last one like it: answered before a single room is imported.

The answer is what that build printed. It holds only for the same command, the same sources and the same makers, and
while the package is the one that was written.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b

from psm_cards.cache import Seen, Store, Watch, digest_of
from psm_cards.cli.printing import Output

_PROGRAM = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_VARIABLES = ("NO_COLOR", "PSM_CARDS_SOURCES", "SOURCE_DATE_EPOCH", "TERM")
"""What of the environment a build or its report looks at."""

_PREFIX = "answer-"
MOST_ANSWERS = 32
"""Answers that are kept: of several targets and forms of report, not of every one there ever was."""

_asked: list[str] = []
"""The arguments of the process and its folder, if it is one that builds and ends."""


def answer(arguments: list[str]) -> str | None:
    """Return what a build with these arguments would print, None if it has to be made."""
    try:
        here = os.getcwd()
    except OSError:
        # In a folder that is gone nothing can be kept; the build says what it can.
        return None
    _asked[:] = [*arguments, here]
    for folder in _candidates(arguments):
        kept = Store(folder, makers()).get(_name()) if os.path.isdir(Store.folder_in(folder)) else None
        if kept and _holds(*kept[:3]):
            return str(kept[3])
    return None


def _candidates(arguments: list[str]) -> list[str]:
    """Return the folders that may be the project's: without typer nobody knows which argument is an option's."""
    named = [one for one in arguments[1:] if not one.startswith("-")]
    return [*map(_folder_of, named), "."]


def _folder_of(project: str) -> str:
    """Return the folder of a project that is named by it, or by its decks.yaml."""
    return project if os.path.isdir(project) else os.path.dirname(project)


def _holds(seen: tuple[object, ...], package: str, digest: bytes) -> bool:
    try:
        # The package last: it is the largest of all, and the sources are what people change.
        return Seen._make(seen).is_as_it_was() and digest_of(package) == digest
    except OSError:
        return False


@contextmanager
def watching(project: str, output: str | None, *, wanted: bool) -> Iterator[Watch | None]:
    """Watch what a build reads, if it is one whose answer can be kept: of a process, and of a project on its own."""
    but = _not_sources()
    folder = _folder_of(project)
    if not (wanted and _asked) or os.path.join(os.path.abspath(folder), "").startswith(
        tuple(os.path.join(one, "") for one in but)
    ):
        yield None
        return
    with Watch(but, output or os.path.join(folder, "build")) as watch:
        yield watch


def remember(watch: Watch, store: Store, package: str) -> None:
    """Keep what has been printed so far as the answer to who asks the same again."""
    path = os.path.abspath(package)
    seen, digest = watch.seen(), watch.written(path)
    if seen is None or digest is None or not isinstance(sys.stdout, Output):
        return
    store.put(_name(), (tuple(seen), path, digest, "".join(sys.stdout.said)))
    store.keep_newest(_PREFIX, MOST_ANSWERS)


def kept(project: str) -> Store:
    """Return the store of what builds of a project leave for the next one."""
    return Store(_folder_of(project), makers())


def makers() -> bytes:
    """Return a digest of all that makes a package of sources: this program's files, Python, and what is installed."""
    found = [sys.version, *_program(_PROGRAM)]
    for folder in filter(os.path.isdir, sys.path):
        # With `python -m` the first is the folder one stands in, which may be closed.
        with suppress(OSError):
            found += sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
    return _digest(found)


def _digest(words: list[str]) -> bytes:
    return blake2b("\0".join(words).encode(errors="surrogateescape"), digest_size=16).digest()


def _program(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda one: one.name):
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _program(entry.path)
            else:
                about = entry.stat()
                yield f"{entry.path} {about.st_size} {about.st_mtime_ns}"


def _name() -> str:
    """Return the name under which the answer to the arguments is kept: where and how they were given counts."""
    given = [*_asked, *(os.environ.get(name, "") for name in _VARIABLES), str(sys.stdout.isatty())]
    return f"{_PREFIX}{_digest(given).hex()}"


def _not_sources() -> tuple[str, ...]:
    """Return the folders of Python and of this program: what is read there is in `makers`."""
    return (_PROGRAM, *{os.path.abspath(folder) for folder in (sys.prefix, sys.base_prefix)})
