"""What a command imports: of a small build that is the most part of its time."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.project_case import ProjectCase
from tests.release.releases import ReleasingCase

from psm_cards import anki, citations, project, release

PLAIN = """
- {id: turn, question: How often does it turn?, answer: Once in an orbit., cite: [{source: work, page: 3}]}
"""
SOURCES = """
sources:
  work: {type: book, title: On the Moon, author: [{family: Doe, given: Jane}], issued: 2001}
"""
OF_RELEASES = "baselines diffing hashes lock lockfile promises".split()
OF_RELEASING = "changelog companion drafting issuing previous publishing recording rehearsal".split()


PROGRAM = """
import atexit, sys
atexit.register(lambda: print(*sys.modules, sep="\\n", file=sys.stderr))
from psm_cards.cli import main
main()
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """Return the modules that a command imports; those of psm-cards without its name."""
    # `-X importtime` does not tell of what `import_module` imports.
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return {name.removeprefix("psm_cards.") for name in done.stderr.splitlines()}


def modules(room: str, *names: str) -> set[str]:
    """Return the modules of a room by their names, all of which are to exist."""
    assert all((Path(release.__file__).parents[1] / room / f"{name}.py").exists() for name in names)
    return {f"{room}.{name}" for name in names}


def plain(case: ProjectCase) -> ProjectCase:
    case.notes(PLAIN)
    return case.file("decks.yaml", (case.folder / "decks.yaml").read_text() + SOURCES)


def test_a_plain_build_imports_nothing_of_releases_texts_clozes_and_faults(case: ProjectCase) -> None:
    found = imported(plain(case).folder, "build")

    assert modules("release", "stamping") | modules("citations", "links") | {"rendering", "jinja2"} <= found
    assert found.isdisjoint(modules("release", *OF_RELEASES, *OF_RELEASING))
    assert found.isdisjoint(modules("citations", *"coverage nearest normal passages sourcetext texts".split()))
    assert found.isdisjoint(modules("rendering", "cloze", "deletions"))
    assert found.isdisjoint(modules("project", "faults", "starting", "wording"))
    assert found.isdisjoint(modules("anki", "reading"))


def test_a_command_imports_no_other_command_and_no_form_that_was_not_asked_for(case: ProjectCase) -> None:
    found = imported(plain(case).folder, "build", "--limit", "9")

    assert "cli.build" in found
    assert found.isdisjoint(modules("cli", *"check coverage diff explain init rehearse release schema".split()))
    assert found.isdisjoint(modules("cli", "explanations", "report_github", "report_json", "report_sarif"))


def test_a_build_after_a_release_imports_what_compares_and_not_what_releases(case: ProjectCase) -> None:
    releasing = ReleasingCase(plain(case).folder)
    releasing.cut()

    found = imported(case.folder, "build")

    assert modules("release", *OF_RELEASES) <= found
    assert found.isdisjoint(modules("release", *OF_RELEASING))


def test_a_build_of_clozes_and_texts_imports_what_these_need(case: ProjectCase) -> None:
    case.notes("- {id: moon, cloze: 'The {{c1::Moon}} turns.', cite: [{source: work, at: The Moon turns}]}")
    work = SOURCES.replace("issued: 2001", "issued: 2001, custom: {text: moon.txt}").replace("book", "webpage")
    case.file("decks.yaml", (case.folder / "decks.yaml").read_text() + work).file("moon.txt", "The Moon turns.\n")

    found = imported(case.folder, "build")

    assert modules("rendering", "cloze") | modules("citations", "passages", "texts") <= found
    assert found.isdisjoint(modules("citations", "coverage"))


@pytest.mark.parametrize("room", [anki, citations, project, release], ids=lambda room: room.__name__)
def test_a_room_has_all_that_it_offers_and_nothing_else(room: ModuleType) -> None:
    for name in room.__all__:
        assert getattr(room, name) is getattr(room, name)
        assert not isinstance(getattr(room, name), ModuleType)

    with pytest.raises(AttributeError, match=f"module '{room.__name__}' has no attribute 'nothing'"):
        _ = room.nothing


def test_a_part_under_another_name_is_the_one_of_its_module() -> None:
    assert release.load_previous.__module__ == "psm_cards.release.previous"
    assert release.load_baseline.__module__ == "psm_cards.release.baselines"
    assert release.find_previous.__name__ == "find"
