"""What each command does, as the list of its stages: the first file to read.

Every stage gives a value and what is wrong with it; nothing is written unless all stages are content.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from psm_cards import anki, citations, project, rendering
from psm_cards.diagnostics import Diagnostic, Problem, Report, Severity, are_too_many
from psm_cards.files import FileProblem
from psm_cards.model import Project

UNRELEASED = 1_767_225_600
"""The time of notes that no release has stamped: 2026-01-01, for the same sources give the same bytes (R26)."""

_OF_CHECKS = frozenset({"missing-text", "unverified-citation"})
"""Codes about texts that are not at hand, of which a coverage speaks in its own way."""

_MEND_FIRST = "mend the other errors first: of what cannot be read, the evidence would be lost"
_NAME_FOLDER = "name the folder that holds the texts: `--sources DIR`"

Progress = Callable[[str], None]
"""Is told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Where the sources' texts are beside the project, and whether evidence.lock is to be written anew from them."""

    folders: tuple[Path, ...] = ()
    updating: bool = False


NO_TEXTS = Texts()
"""No texts but those in the project itself."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, the plan of the package, and where a build puts it unless told otherwise.

    `tally` says what became of its citations; without one the project could not be loaded. `update` is what was written
    into evidence.lock, None if nothing was.
    """

    report: Report
    plan: anki.Plan | None = None
    folder: Path = Path()
    project_id: str = ""
    tally: citations.Tally | None = None
    update: citations.Update | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What a build is to make.

    `folder` is where the package goes (None: the project's build/), `label` what stands in its name after the
    project's id, `released` the time in seconds since 1970 that all notes bear.
    """

    folder: Path | None
    label: str
    released: int


@dataclass(frozen=True, slots=True)
class Built:
    """What a build found and, if nothing was wrong, the package it wrote; `tally` as for a check."""

    report: Report
    package: anki.Summary | None = None
    tally: citations.Tally | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """What is wrong with a project and, if it could be loaded, what its notes cover."""

    report: Report
    project: Project | None = None
    coverage: citations.Coverage | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """What the beginning of a project found in its way or, if nothing was, the files it wrote."""

    report: Report
    files: tuple[Path, ...] = ()


def check(path: Path, progress: Progress, texts: Texts = NO_TEXTS) -> Checked:
    """Look at everything a build would look at and write nothing, save evidence.lock if asked to."""
    progress("loading")
    loaded, problems = project.load(path)
    if loaded is None or are_too_many(problems):
        return Checked(Report.of(problems))
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
    tally = citations.tally(loaded, verification)
    return Checked(Report.of(problems), plan, loaded.root / "build", loaded.id, tally, update)


def build(path: Path, target: Target, progress: Progress, *, strict: bool) -> Built:
    """Check the project and write its package, if nothing is wrong (when strict: not even a warning)."""
    checked = check(path, progress)
    if checked.plan is None or not checked.report.is_clean(strict=strict):
        return Built(checked.report, tally=checked.tally)
    progress("writing")
    package = (target.folder or checked.folder) / f"{checked.project_id}-{target.label}.apkg"
    try:
        waiting = partial(progress, "waiting for another build")
        written = anki.write(checked.plan, target.released, package, waiting)
    except FileProblem as problem:
        return Built(Report.of([*checked.report.diagnostics, unwritable(problem)]), tally=checked.tally)
    return Built(checked.report, written, checked.tally)


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
    loaded: Project, verification: citations.Verification, problems: Sequence[Diagnostic]
) -> tuple[citations.Update | None, list[Diagnostic]]:
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
        replace(each, hint=f"mend the errors, {each.hint}") if each.code == "unrecorded-evidence" else each
        for each in problems
    ]


def init(folder: Path, naming: project.Naming) -> Started:
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
