"""What each command does, as the list of its stages: the first file to read.

Every stage gives a value and what is wrong with it; nothing is written unless all stages are content.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from psm_cards import anki, project, rendering
from psm_cards.diagnostics import Diagnostic, Problem, Report, Severity, are_too_many
from psm_cards.files import FileProblem

UNRELEASED = 1_767_225_600
"""The time of notes that no release has stamped: 2026-01-01, for the same sources give the same bytes (R26)."""

Progress = Callable[[str], None]
"""Is told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found, the plan of the package, and where a build puts it unless told otherwise."""

    report: Report
    plan: anki.Plan | None = None
    folder: Path = Path()
    project_id: str = ""


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
    """What a build found and, if nothing was wrong, the package it wrote."""

    report: Report
    package: anki.Summary | None = None


@dataclass(frozen=True, slots=True)
class Started:
    """What the beginning of a project found in its way or, if nothing was, the files it wrote."""

    report: Report
    files: tuple[Path, ...] = ()


def check(path: Path, progress: Progress) -> Checked:
    """Look at everything a build would look at and write nothing."""
    progress("loading")
    loaded, problems = project.load(path)
    if loaded is None or are_too_many(problems):
        return Checked(Report.of(problems))
    progress("rendering")
    rendered, more = rendering.render(loaded)
    problems += more
    progress("planning cards")
    plan, more = anki.plan(rendered)
    problems += more
    return Checked(Report.of(problems), plan, loaded.root / "build", loaded.id)


def build(path: Path, target: Target, progress: Progress, *, strict: bool) -> Built:
    """Check the project and write its package, if nothing is wrong (when strict: not even a warning)."""
    checked = check(path, progress)
    if checked.plan is None or not checked.report.is_clean(strict=strict):
        return Built(checked.report)
    progress("writing")
    package = (target.folder or checked.folder) / f"{checked.project_id}-{target.label}.apkg"
    try:
        waiting = partial(progress, "waiting for another build")
        return Built(checked.report, anki.write(checked.plan, target.released, package, waiting))
    except FileProblem as problem:
        unwritten = Diagnostic(Severity.ERROR, "unwritable-file", str(problem))
        return Built(Report.of([*checked.report.diagnostics, unwritten]))


def init(folder: Path, naming: project.Naming) -> Started:
    """Begin a project in a new or empty folder."""
    try:
        return Started(Report(), tuple(project.start(folder, naming)))
    except Problem as problem:
        found = problem.finding
        return Started(Report.of([Diagnostic(found.severity, found.code, found.message, hint=found.hint)]))
    except FileProblem as problem:
        return Started(Report.of([Diagnostic(Severity.ERROR, "unwritable-file", str(problem))]))


def schema(*, included: bool) -> dict[str, object]:
    """Return the JSON Schema of decks.yaml, or of a file that it includes."""
    return project.included_schema() if included else project.schema()
