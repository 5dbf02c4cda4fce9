"""What each command does, as the list of its stages: the first file to read.

Every stage gives a value and what is wrong with it; nothing is written unless all stages are content.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from psm_cards import anki, citations, parts, project, release, rendering
from psm_cards.cache import Store
from psm_cards.diagnostics import Diagnostic, Problem, Report, Severity, are_too_many
from psm_cards.files import FileProblem
from psm_cards.model import Project, Stamps

UNRELEASED = 1_767_225_600
"""The time of notes that no release has stamped: 2026-01-01, for the same sources give the same bytes (R26)."""

_OF_CHECKS = frozenset({"missing-text", "unverified-citation"})
"""Codes about texts that are not at hand, of which a coverage speaks in its own way."""

_MEND_FIRST = "mend the other errors first: of what cannot be read, the evidence would be lost"
_NAME_FOLDER = "name the folder that holds the texts: `--sources DIR`"

Progress = Callable[[str], None]
"""Is told the name of each stage as it begins."""


class Texts(NamedTuple):
    """Where the sources' texts are beside the project, and whether evidence.lock is to be written anew from them."""

    folders: tuple[Path, ...] = ()
    updating: bool = False


NO_TEXTS = Texts()
"""No texts but those in the project itself."""


class Checked(NamedTuple):
    """What a check found; the project and the plan of its package, if it could be read, and what learners have.

    The lock is None if there was no release. `tally` says what became of the citations; without one the project could
    not be loaded. `update` is what was written into evidence.lock, None if nothing was.
    """

    report: Report
    project: Project | None = None
    plan: anki.Plan | None = None
    lock: "release.Lock | None" = None
    tally: "citations.Tally | None" = None
    update: "citations.Update | None" = None


class Target(NamedTuple):
    """What a build is to make.

    `folder` is where the package goes (None: the project's build/), `label` what stands in its name after the
    project's id if it is no release, `released` the time in seconds since 1970 of what no release has stamped (None:
    one that anyone can repeat). A locked build fails if there is such a thing, and makes all files of the release;
    `previous` is the package of the one before it, whose words the retired notes need. A compressed package has the
    same entries on every machine, but not the same bytes.
    """

    folder: Path | None
    label: str
    released: int | None = None
    is_locked: bool = False
    is_compressed: bool = False
    previous: Path | None = None

    def folder_of(self, loaded: Project) -> Path:
        """Return the folder that the package of a project goes into."""
        return self.folder or loaded.root / "build"


class Built(NamedTuple):
    """What a build found and, if nothing was wrong, the package it wrote; `tally` as for a check."""

    report: Report
    package: anki.Summary | None = None
    files: tuple[Path, ...] = ()
    tally: "citations.Tally | None" = None


class Cut(NamedTuple):
    """The release that is wanted; `previous` is the package of the last one, None: that in build/, or of its tag.

    A dry one writes nothing.
    """

    wish: "release.Wish"
    previous: Path | None = None
    is_dry: bool = False


class Released(NamedTuple):
    """What stands against a release, what it would bring, and what was made of it if nothing does."""

    report: Report
    draft: "release.Draft | None" = None
    published: "release.Published | None" = None


class Rehearsed(NamedTuple):
    """What is wrong, and what became of a learner's things if the packages could be imported."""

    report: Report
    rehearsal: "release.Rehearsal | None" = None


class Compared(NamedTuple):
    """What a comparison found and, if nothing was wrong, what the next release would bring."""

    report: Report
    diff: "release.Diff | None" = None


class Covered(NamedTuple):
    """What is wrong with a project and, if it could be loaded, what its notes cover."""

    report: Report
    project: Project | None = None
    coverage: "citations.Coverage | None" = None


class Started(NamedTuple):
    """What the beginning of a project found in its way or, if nothing was, the files it wrote."""

    report: Report
    files: tuple[Path, ...] = ()


def check(
    path: Path, progress: Progress, texts: Texts = NO_TEXTS, *, keeping: bool = True, store: Store | None = None
) -> Checked:
    """Look at everything a build would look at and write nothing, save evidence.lock if asked to.

    Unless the notes are to be kept, the project comes without them where nothing was released yet: memory then holds
    those of one file at a time.
    """
    outcome = None if keeping or texts.updating else parts.check(path, texts.folders, progress, store)
    if outcome:
        report = Report.of([*_in_turn(outcome.found), *outcome.more])
        return Checked(report, outcome.project, outcome.plan, tally=outcome.tally)
    progress("loading")
    loaded, problems = project.load(path)
    if loaded is None or are_too_many(problems):
        return Checked(Report.of(problems))
    lock: release.Lock | None = None
    # Of a project that could not be read whole, notes would only seem to be gone, and its id to be another one.
    if Report.of(problems).is_clean():
        lock, more = release.read(loaded.root / release.NAME, loaded.id)
        problems += more
        loaded = release.identify(loaded, lock)
    progress("verifying citations")
    verification = citations.verify(loaded, texts.folders, updating=texts.updating)
    problems += verification.diagnostics
    update, refused = _record(loaded, verification, problems) if texts.updating else (None, [])
    problems = [*_in_turn(problems), *refused]
    progress("rendering")
    rendered, more = rendering.render(loaded, verification.evidence)
    problems += more
    progress("planning cards")
    plan, more = anki.plan(rendered)
    problems += more
    tally = citations.tally(loaded.sources or {}, verification)
    if lock:
        problems += release.broken(loaded, plan, lock)
    return Checked(Report.of(problems), loaded, plan, lock, tally, update)


def build(path: Path, target: Target, progress: Progress, *, strict: bool, store: Store | None = None) -> Built:
    """Check the project and write its package, if nothing is wrong (when strict: not even a warning)."""
    checked = check(path, progress, keeping=target.is_locked, store=store)
    if checked.project is None or checked.plan is None or not checked.report.is_clean(strict=strict):
        return Built(checked.report, tally=checked.tally)
    waiting = partial(progress, "waiting for another build")
    try:
        progress("writing")
        if target.is_locked:
            return _reissued(checked, release.take(checked.project, checked.plan), target, waiting)
        stamps, label = _stamped(checked.project, checked.plan, checked.lock, target)
        package = target.folder_of(checked.project) / f"{checked.project.id}-{label}.apkg"
        written = anki.write(checked.plan, stamps, package, waiting, is_compressed=target.is_compressed)
        return Built(checked.report, written, tally=checked.tally)
    except FileProblem as problem:
        return Built(_with(checked.report, unwritable(problem)), tally=checked.tally)


def _stamped(loaded: Project, plan: anki.Plan, lock: "release.Lock | None", target: Target) -> tuple[Stamps, str]:
    """Return the stamps of a package, and its label: the last version if nothing waits. Raises FileProblem."""
    if lock is None:
        return release.fresh(plan, target.released or UNRELEASED).stamps, target.label
    snapshot = release.take(loaded, plan)
    stamped = release.stamp(snapshot, lock, max(target.released or 0, lock.last.time + 1))
    waits = release.compare(snapshot, stamped, release.of_lock(lock), is_released=True)
    return stamped.stamps, lock.last.version if waits.is_empty else target.label


def _reissued(checked: Checked, snapshot: "release.Snapshot", target: Target, waiting: Callable[[], None]) -> Built:
    """Write the files of the last release once more, if nothing waits for the next one. Raises FileProblem."""
    lock = checked.lock
    unreleased = release.unreleased(snapshot, lock)
    if unreleased or lock is None:
        return Built(_with(checked.report, *unreleased), tally=checked.tally)
    before, problems = release.load_older(target.previous, lock) if target.previous else (None, [])
    if problems:
        return Built(_with(checked.report, *problems), tally=checked.tally)
    log = release.read_log(snapshot.project.root)
    wanted = release.Issue(snapshot, lock, log, before.package if before else None)
    issued = release.issue(wanted, target.folder_of(snapshot.project), waiting)
    return Built(
        _with(checked.report, *release.without_words(snapshot, lock, wanted.before)),
        issued.package,
        issued.files,
        checked.tally,
    )


def cut(path: Path, wanted: Cut, progress: Progress) -> Released:
    """Check the project and release it, if nothing stands against it; what it brings is rehearsed where Anki is."""
    checked = check(path, progress)
    if checked.project is None or checked.plan is None or not checked.report.is_clean():
        return Released(checked.report)
    from tempfile import TemporaryDirectory  # noqa: PLC0415 (only a release needs it)

    try:
        with TemporaryDirectory() as folder:
            last, problems = _last_package(checked.project, checked.lock, wanted, Path(folder), progress)
            if problems:
                return Released(_with(checked.report, *problems))
            progress("comparing")
            draft, problems = release.draft(checked.project, checked.plan, checked.lock, wanted.wish, last)
            if draft.lock is None:
                return Released(_with(checked.report, *problems), draft)
            published, more = release.publish(draft, draft.lock, progress, is_dry=wanted.is_dry)
        return Released(_with(checked.report, *problems, *more), draft, published)
    except FileProblem as problem:
        return Released(_with(checked.report, unwritable(problem)))


def _last_package(
    loaded: Project, lock: "release.Lock | None", wanted: Cut, folder: Path, progress: Progress
) -> "tuple[release.Previous | None, list[Diagnostic]]":
    """Return the package of the last release: the one given, that in build/, or one built from the release's tag."""
    if lock is None:
        return None, []
    if wanted.previous:
        return release.load_previous(wanted.previous, lock)
    if at_hand := release.find_previous(loaded.root, lock):
        return at_hand, []
    progress("rebuilding the last release")
    there = release.check_out(loaded.root, lock.last.version, folder / "sources")
    built = build(there, Target(folder / "build", "", is_locked=True), progress, strict=False) if there else None
    return (release.load_previous(built.package.path, lock)[0] if built and built.package else None), []


def rehearse(old: Path, new: Path, progress: Progress) -> Rehearsed:
    """Let a learner who has one package import another, and say what became of what is theirs."""
    progress("rehearsing")
    rehearsal, problems = release.try_on(old, new)
    return Rehearsed(Report.of(problems), rehearsal)


def diff(path: Path, against: Path | None, progress: Progress) -> Compared:
    """Say what the next release would bring to who has the last one, or what is in `against`: a lock or a package."""
    checked = check(path, progress)
    if checked.project is None or checked.plan is None or not checked.report.is_clean():
        return Compared(checked.report)
    progress("comparing")
    lock = checked.lock
    if against is None:
        at_hand = release.find_previous(checked.project.root, lock) if lock else None
        baseline = release.of_lock(lock, at_hand.package if at_hand else None)
    else:
        given, problems = release.load_baseline(against, checked.project.id)
        if given is None:
            return Compared(_with(checked.report, *problems))
        baseline = given
    try:
        snapshot = release.take(checked.project, checked.plan)
    except FileProblem as problem:
        return Compared(_with(checked.report, Diagnostic(Severity.ERROR, "unreadable-file", str(problem))))
    stamped = release.stamp(snapshot, lock, lock.last.time + 1) if lock else release.fresh(checked.plan, UNRELEASED)
    return Compared(checked.report, release.compare(snapshot, stamped, baseline, is_released=lock is not None))


def _with(report: Report, *more: Diagnostic) -> Report:
    return Report.of([*report.diagnostics, *more])


def coverage(path: Path, folders: Sequence[Path], progress: Progress, *, least: int | None) -> Covered:
    """Say what the notes cover of the texts, which lie in the project or in one of `folders`, and of the syllabus.

    Less than `least` percent of one of them is an error.
    """
    progress("loading")
    loaded, problems = project.load(path)
    if loaded is None:
        return Covered(Report.of(problems))
    progress("reading texts")
    # What evidence.lock does not know yet is the business of a check, and a text that is missing that of the coverage.
    verified = citations.verify(loaded, folders, updating=True)
    problems += [each for each in verified.diagnostics if each.code not in _OF_CHECKS]
    progress("measuring")
    covered = citations.measure(loaded, verified)
    problems += covered.diagnostics
    if least is not None:
        problems += citations.shortfalls(covered, least)
    return Covered(Report.of(problems), loaded, covered)


def _record(
    loaded: Project, verification: "citations.Verification", problems: Sequence[Diagnostic]
) -> "tuple[citations.Update | None, list[Diagnostic]]":
    """Write evidence.lock and let the cards speak of what it says now; return what changed, or why nothing did.

    Nothing is written if a citation is at fault, or if sources have texts and none of them is at hand.
    """
    if _has_errors(problems):
        return None, [_not_written("evidence.lock stays as it was", _MEND_FIRST)]
    if not verification.texts and any(source.text for source in (loaded.sources or {}).values()):
        return None, [_not_written("evidence.lock stays as it was: no text is at hand", _NAME_FOLDER)]
    try:
        return verification.record(loaded), []
    except FileProblem as problem:
        return None, [unwritable(problem)]


def _not_written(message: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, "evidence-not-written", message, hint=hint)


def _has_errors(problems: Sequence[Diagnostic]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _in_turn(problems: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Return the problems so that what is to be recorded comes after what has to be mended before that."""
    if not _has_errors(problems):
        return list(problems)
    return [
        each._replace(hint=f"mend the errors, {each.hint}") if each.code == "unrecorded-evidence" else each
        for each in problems
    ]


def init(folder: Path, naming: "project.Naming") -> Started:
    """Begin a project in a new or empty folder."""
    try:
        return Started(Report(), tuple(project.start(folder, naming)))
    except Problem as problem:
        found = problem.finding
        return Started(Report.of([Diagnostic(found.severity, found.code, found.message, hint=found.hint)]))
    except FileProblem as problem:
        return Started(Report.of([unwritable(problem)]))


def unwritable(problem: FileProblem) -> Diagnostic:
    """Return the diagnostic of a file that a command was to write."""
    return Diagnostic(Severity.ERROR, "unwritable-file", str(problem))


def schema(*, included: bool) -> dict[str, object]:
    """Return the JSON Schema of decks.yaml, or of a file that it includes."""
    return project.included_schema() if included else project.schema()
