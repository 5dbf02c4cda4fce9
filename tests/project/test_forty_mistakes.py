"""A project with forty mistakes: all are told in one run, and no fix from top to bottom makes another message wrong.

`forty/` holds five files with mistakes of more than twenty kinds, `fixes.txt` what a person does about each. A mistake
that hides others on purpose is none of the forty: what stands below an error of YAML's syntax cannot be read, and
while a file or the sources are missing nobody can say that a source is unknown.
"""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.project.case_files import underlined
from tests.project_case import ProjectCase

from psm_cards.diagnostics import Diagnostic, Span

FORTY = Path(__file__).parent / "forty"


@dataclass(frozen=True)
class Fix:
    """What a person does about one problem: the lines of a file that hold it, and those that take their place."""

    file: str
    code: str
    before: str
    after: str

    def apply(self, folder: Path) -> None:
        """Mend the file in this folder."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.before) == 1, self
        path.write_text(text.replace(self.before, self.after), encoding="utf-8")


def _fix(section: str) -> Fix:
    head, *lines = section.splitlines()
    before, after = ("".join(f"{line[2:]}\n" for line in lines if line[0] == mark) for mark in "-+")
    file, code = head.split()
    return Fix(file, code, before, after)


FIXES = [_fix(section) for section in (FORTY / "fixes.txt").read_text(encoding="utf-8").split("=== ")[1:]]

SLIPS = {
    "author": "autor",
    "cite": "cites",
    "cloze": "cloz",
    "decks": "deck",
    "include": "includes",
    "notes": "note",
    "project": "projekt",
    "sources": "source",
    "tags": "tag",
}
"""Keys that others stand below, and how one may write them."""


@pytest.fixture
def forty(case: ProjectCase) -> ProjectCase:
    """Return the project with the forty mistakes, to be mended."""
    shutil.copytree(FORTY, case.folder, dirs_exist_ok=True)
    return case


def _told(case: ProjectCase) -> list[tuple[str, ...]]:
    """Return all that a report says but the numbers of the lines, which move when a line is added above."""
    return [_said(problem) for problem in case.check().diagnostics]


def _said(problem: Diagnostic) -> tuple[str, ...]:
    assert problem.span is not None
    related = [f"{one.message} {_source_line(one.span)}" for one in problem.related]
    place = (problem.code, _source_line(problem.span), str(problem.span.column), underlined(problem.span))
    return (*place, problem.severity, problem.message, problem.hint or "", *related)


def _source_line(span: Span) -> str:
    return f"{Path(span.file).name}: {Path(span.file).read_text(encoding='utf-8').splitlines()[span.line - 1]}"


def test_forty_mistakes_of_twenty_kinds_in_five_files_are_told_in_one_run(forty: ProjectCase) -> None:
    found = [re.sub(r":\d+:\d+", "", where) for where in forty.check().found()]

    assert found == [f"{fix.file} {fix.code}" for fix in FIXES]
    assert len(FIXES) == 40
    assert len({fix.code for fix in FIXES}) >= 20
    assert len({fix.file for fix in FIXES}) == 5


def test_each_of_the_forty_stands_in_the_lines_that_its_fix_changes(forty: ProjectCase) -> None:
    forty.check()

    for fix, problem in zip(FIXES, forty.diagnostics, strict=True):
        assert problem.span is not None
        line = _source_line(problem.span).split(": ", 1)[1]
        assert line in fix.before.splitlines()
        assert underlined(problem.span) in line


def test_fixed_from_top_to_bottom_the_others_stay_as_they_were_told(forty: ProjectCase) -> None:
    told = _told(forty)

    for number, fix in enumerate(FIXES, 1):
        fix.apply(forty.folder)
        assert _told(forty) == told[number:], fix

    assert forty.build(strict=True).package


def test_fixed_from_bottom_to_top_the_others_stay_as_they_were_told(forty: ProjectCase) -> None:
    told = _told(forty)

    for number, fix in reversed(list(enumerate(FIXES))):
        fix.apply(forty.folder)
        assert _told(forty) == told[:number], fix


def _without_places(case: ProjectCase) -> list[tuple[str, ...]]:
    """Return what a report says, and what it underlines, but not where that stands in its line."""
    return sorted((code, marked, *words) for code, _, _, marked, *words in _told(case))


@pytest.mark.parametrize("keys", [*([key] for key in SLIPS), list(SLIPS)], ids="+".join)
def test_a_misspelt_key_hides_none_of_the_forty(forty: ProjectCase, keys: list[str]) -> None:
    told = _without_places(forty)
    slips = 0
    for path in forty.folder.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for key in keys:
            text, count = re.subn(rf"(?<![\w-]){key}:", f"{SLIPS[key]}:", text)
            slips += count
        path.write_text(text, encoding="utf-8")

    found = _without_places(forty)

    of_slips = [one for one in found if one[0] == "unknown-key" and one[1] in SLIPS.values() and one not in told]
    assert len(of_slips) == slips > 0
    assert [one for one in found if one not in of_slips] == told
