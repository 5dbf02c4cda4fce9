"""From a draft to the released files: made, tried on a learner where Anki is installed, and put in their place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem
from psm_cards.release import changelog, memory, placing
from psm_cards.release.companion import without_words
from psm_cards.release.drafting import Draft
from psm_cards.release.issuing import Issue, Issued, issue
from psm_cards.release.lock import Lock
from psm_cards.release.previous import TAG, Previous
from psm_cards.release.rehearsal import Rehearsal, rehearse

_NO_ANKI = "Anki's own library is not installed here"
_GET_ANKI = "install it with `pip install 'psm-cards[anki]'`"

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Published:
    """The files of a release, those of a dry run gone again, or None if a promise broke.

    Then its rehearsal, or why there was none.
    """

    issued: Issued | None
    rehearsal: Rehearsal | None = None
    unrehearsed: str = ""


class _BrokenPromise(Exception):
    """The rehearsal met what learners were promised would not happen."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self.rehearsal = rehearsal


def publish(draft: Draft, lock: Lock, progress: Progress, *, is_dry: bool) -> tuple[Published, list[Diagnostic]]:
    """Return what became of a draft, and what stands against it.

    Raises FileProblem. Nothing is written if the run is dry or something is wrong.
    """
    root, previous = draft.snapshot.project.root, draft.previous
    why = _unrehearsed(draft.before, previous)
    log = placing.read_log(root)
    if draft.before is None and (problems := list(_lost(log, lock.last.version))):
        return Published(None, unrehearsed=why), problems
    section = changelog.section(draft.diff, lock.last, draft.before)
    log = changelog.insert(log, section, draft.snapshot.project, draft.before)
    rehearsal: Rehearsal | None = None
    try:
        with _place(draft, lock, log, progress, is_dry=is_dry) as folder:
            progress("writing")
            issued = issue(Issue(draft.snapshot, lock, log, previous.package if previous else None), folder)
            if previous and not why:
                progress("rehearsing")
                rehearsal = _rehearsed(previous.path, issued.package.path)
    except _BrokenPromise as broken:
        return Published(None, broken.rehearsal), list(_told(broken.rehearsal))
    words = previous.package if previous else None
    return Published(issued.moved(root / placing.OUTPUT), rehearsal, why), list(
        without_words(draft.snapshot, lock, words)
    )


def _lost(log: str, version: str) -> Iterator[Diagnostic]:
    """Yield an error if there was a release of which no lock knows; one of the same version may have been killed."""
    others = [one for one in changelog.versions(log) if one != version]
    if others:
        message = (
            f"`{changelog.NAME}` tells of release {others[0]}, and there is no `{memory.NAME}`: learners would get "
            "every note anew, and lose their own edits and tags"
        )
        hint = (
            f"bring it back: `git checkout HEAD -- {memory.NAME}`, or from an older commit; if nobody has that "
            "release, take it out of the changelog"
        )
        yield Diagnostic(Severity.ERROR, "lost-lock", message, hint=hint)


@contextmanager
def _place(draft: Draft, lock: Lock, log: str, progress: Progress, *, is_dry: bool) -> Iterator[Path]:
    """Yield the folder for a release's files, which take their places if the block ends well, unless it is dry."""
    if is_dry:
        with TemporaryDirectory() as folder:
            yield Path(folder)
        return
    waiting = partial(progress, "waiting for another release")
    with placing.placing(draft.snapshot.project.root, draft.before, lock, log, waiting) as staged:
        yield staged


def _unrehearsed(lock: Lock | None, previous: Previous | None) -> str:
    """Return why a release cannot be rehearsed, blank if it can."""
    if lock is None:
        return "it is the first one"
    if previous is None:
        version = lock.last.version
        tag = TAG.format(version=version)
        return (
            f"the package of release {version} is not at hand, and cannot be built from a tag `{tag}`; name it with "
            "`--previous`"
        )
    return "" if _has_anki() else f"{_NO_ANKI}; {_GET_ANKI}"


def _has_anki() -> bool:
    return find_spec("anki") is not None


def _rehearsed(old: Path, new: Path) -> Rehearsal:
    """Return the rehearsal of a release. Raises _BrokenPromise, FileProblem."""
    with TemporaryDirectory() as folder:
        rehearsal = rehearse(old, new, Path(folder))
    if rehearsal.unexpected:
        raise _BrokenPromise(rehearsal)
    return rehearsal


def _told(rehearsal: Rehearsal) -> Iterator[Diagnostic]:
    return (Diagnostic(Severity.ERROR, "broken-promise", message) for message in rehearsal.unexpected)


def try_on(old: Path, new: Path) -> tuple[Rehearsal | None, list[Diagnostic]]:
    """Let a learner who has one package import another; return what became of their things, and what is wrong."""
    if not _has_anki():
        return None, [Diagnostic(Severity.ERROR, "anki-not-installed", _NO_ANKI, hint=_GET_ANKI)]
    try:
        return _rehearsed(old, new), []
    except FileProblem as problem:
        hint = "give two packages that psm-cards built"
        return None, [Diagnostic(Severity.ERROR, "unreadable-package", str(problem), hint=hint)]
    except _BrokenPromise as broken:
        return broken.rehearsal, list(_told(broken.rehearsal))
