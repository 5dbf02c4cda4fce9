"""From a draft to the released files: made, tried on a learner where Anki is installed, and put in their place."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from psm_cards import anki
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem
from psm_cards.release import changelog, placing, previous
from psm_cards.release.drafting import Draft
from psm_cards.release.issuing import Issue, Issued, issue
from psm_cards.release.lock import Lock
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


def publish(
    draft: Draft, lock: Lock, given: Path | None, progress: Progress, *, is_dry: bool
) -> tuple[Published | None, list[Diagnostic]]:
    """Return what became of a draft, and what stands against it; `given` is the package of the last release.

    Raises FileProblem. Nothing is written if the run is dry or something is wrong.
    """
    root = draft.snapshot.project.root
    old = previous.find(root, draft.before, given)
    before, problems = previous.load(old, draft.before) if old and draft.before else (None, [])
    if problems and given:
        return None, problems
    why = _unrehearsed(draft.before, before)
    section = changelog.section(draft.diff, lock.last, draft.before)
    log = changelog.insert(placing.read_log(root), section, draft.snapshot.project, draft.before)
    rehearsal: Rehearsal | None = None
    try:
        with _place(draft, lock, log, progress, is_dry=is_dry) as folder:
            progress("writing")
            issued = issue(Issue(draft.snapshot, lock, log, before), folder)
            if old and not why:
                progress("rehearsing")
                rehearsal = _rehearsed(old, issued.package.path)
    except _BrokenPromise as broken:
        return Published(None, broken.rehearsal), list(_told(broken.rehearsal))
    return Published(issued.moved(root / placing.OUTPUT), rehearsal, why), []


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


def _unrehearsed(lock: Lock | None, before: anki.StoredPackage | None) -> str:
    """Return why a release cannot be rehearsed, blank if it can."""
    if lock is None:
        return "it is the first one"
    if before is None:
        return f"the package of release {lock.last.version} is not at hand; name it with `--previous`"
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
