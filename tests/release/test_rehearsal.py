"""`psm-cards rehearse`: what it sees in the real Anki, and what it says."""

import json
import sqlite3
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from psm_cards import release, workflows
from psm_cards.release.learning import Learner
from tests.cli.program import psm_cards
from tests.release.releases import ReleasingCase, silent

MANY = "\n".join(f"- {{id: n{number}, question: Q{number}, answer: A{number}, tags: [t]}}" for number in range(10))
CHANGED = MANY.replace("answer: A1,", "answer: other,").replace("answer: A2,", "answer: other, reverse: true,")
RED = "@import url('_psm_user.css'); .card { color: red; }"


def rehearsed(old: Path, new: Path) -> release.Rehearsal:
    """Return the rehearsal of a package after another."""
    done = workflows.rehearse(old, new, silent)
    assert done.rehearsal, done.report
    return done.rehearsal


def kept(package: Path) -> Path:
    """Return a copy of a package that the next build does not replace."""
    return package.rename(package.with_name(f"kept-{package.name}"))


def altered(package: Path, change: Callable[[sqlite3.Connection], object]) -> Path:
    """Change the database in a package."""
    with zipfile.ZipFile(package) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(entries["collection.anki2"])
        change(connection)
        entries["collection.anki2"] = connection.serialize()
    with zipfile.ZipFile(package, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return package


def with_another_field(connection: sqlite3.Connection) -> None:
    """Give every note and note type one more field, as a careless tool might."""
    models: dict[str, Any] = json.loads(connection.execute("SELECT models FROM col").fetchone()[0])
    for model in models.values():
        model["flds"].append({**model["flds"][-1], "name": "More", "ord": len(model["flds"]), "id": 4711})
    connection.execute("UPDATE col SET models = ?", (json.dumps(models),))
    connection.execute("UPDATE notes SET flds = flds || char(31)")


def test_a_release_that_keeps_its_promises_changes_what_it_says_and_nothing_else(case: ReleasingCase) -> None:
    old = case.decks(Demo=MANY).cut("1.0.0")
    new = case.decks(Demo=f"{CHANGED}\n- {{id: new, question: Q, answer: A}}").cut("1.1.0")
    found = rehearsed(old, new)

    assert found.unexpected == ()
    assert "1 new note: `new`" in found.changed
    assert "1 new card of notes that they had" in found.changed
    (late,) = [line for line in found.changed if "after the release was cut" in line]
    assert late[:4] in {"`n1`", "`n2`"}
    assert any(line.startswith("own words or tags gone from") for line in found.changed)
    assert any(line.startswith("own words in `n") for line in found.survived)
    assert any(line.startswith("the tag of a leech in `n") for line in found.survived)
    assert found.upload["notes"] == 2
    assert 0 < found.size < 2000


def test_a_release_that_changes_the_look_says_whose_styling_is_gone(case: ReleasingCase) -> None:
    old = case.decks(Demo=MANY).cut("1.0.0")
    new = case.file("templates/style.css", RED).decks(Demo=MANY).cut("1.0.1")
    found = rehearsed(old, new)

    assert found.unexpected == ()
    assert "own styling of `demo basic (psm-cards)` gone, because the release changes its look" in found.changed
    assert "notes" not in found.upload


def test_the_same_package_twice_changes_nothing_and_uploads_nothing(case: ReleasingCase) -> None:
    package = case.decks(Demo=MANY).cut("1.0.0")
    found = rehearsed(package, package)

    assert found.unexpected == ()
    # Anki makes the deck anew that the learner gave another name.
    assert found.changed == ("the deck `Demo` is there anew",)
    assert set(found.upload) == {"decks"}


def test_a_build_that_dates_every_note_anew_is_seen(case: ReleasingCase) -> None:
    old = kept(case.decks(Demo=MANY).built())
    found = rehearsed(old, case.built(released=workflows.UNRELEASED + 60))

    assert any("sent again although nothing of it changed" in line for line in found.changed)


def with_another_sort_field(connection: sqlite3.Connection) -> None:
    """Let the note types be sorted by their second field, dated as a release of the next day."""
    models: dict[str, Any] = json.loads(connection.execute("SELECT models FROM col").fetchone()[0])
    for model in models.values():
        model |= {"sortf": 1, "mod": model["mod"] + 8 * 24 * 3600}
    connection.execute("UPDATE col SET models = ?", (json.dumps(models),))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (with_another_field, "Anki could not place 10 notes"),
        (with_another_sort_field, "Anki would force a full sync"),
    ],
)
def test_a_broken_promise_is_found(
    case: ReleasingCase, change: Callable[[sqlite3.Connection], object], message: str
) -> None:
    old = case.decks(Demo=MANY).cut("1.0.0")
    new = case.decks(Demo=CHANGED).cut("1.1.0")
    done = psm_cards(case.folder, "rehearse", str(old), str(altered(new, change)))

    assert done.returncode == 1
    assert "[broken-promise]" in done.stdout
    assert message in done.stdout


def test_a_release_that_breaks_a_promise_is_not_made(case: ReleasingCase) -> None:
    old = altered(case.decks(Demo=MANY).cut("1.0.0"), with_another_field)
    before = case.decks(Demo=CHANGED).files()
    done = case.released("1.1.0", previous=old)

    assert {problem.code for problem in done.report.diagnostics} == {"broken-promise"}
    assert case.files() == before
    assert not (case.folder / "decks").exists()


def test_the_report_says_what_survived_what_changed_and_what_a_sync_costs(case: ReleasingCase) -> None:
    old = case.decks(Demo=MANY).cut("1.0.0")
    new = case.decks(Demo=CHANGED).cut("1.1.0")
    done = psm_cards(case.folder, "rehearse", str(old), str(new))

    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert lines[0].startswith("rehearsed with a learner in Anki 26")
    assert [line for line in lines if line.endswith(":")] == ["  survived:", "  changed:", "  not expected:"]
    assert lines[lines.index("  not expected:") + 1] == "    nothing"
    assert lines[-1].startswith("  the next sync uploads: about ")
    report = json.loads(psm_cards(case.folder, "rehearse", str(old), str(new), "--format", "json").stdout)
    assert report["errors"] == 0
    assert report["rehearsal"]["unexpected"] == []


def test_what_is_no_package_is_refused(case: ReleasingCase) -> None:
    case.decks(Demo=MANY)
    done = psm_cards(case.folder, "rehearse", "decks.yaml", "none.apkg")

    assert (done.returncode, "[unreadable-package]" in done.stdout) == (1, True)


def test_without_anki_it_says_what_to_install_and_a_release_is_made_all_the_same(
    case: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = case.decks(Demo=MANY).cut("1.0.0")
    # As Python has it where a module cannot be found.
    monkeypatch.setitem(sys.modules, "anki", None)
    done = workflows.rehearse(old, old, silent)
    cut = case.decks(Demo=CHANGED).released("1.1.0")

    (problem,) = done.report.diagnostics
    assert problem.code == "anki-not-installed"
    assert problem.hint == "install it with `pip install 'psm-cards[anki]'`"
    assert cut.published
    assert cut.published.issued
    assert cut.published.unrehearsed.startswith("Anki's own library is not installed here; install it")


def test_nobody_imports_anki_who_has_not_asked_for_a_rehearsal(case: ReleasingCase) -> None:
    case.decks(Demo=MANY)
    program = "import sys; from psm_cards.cli.app import run; run(sys.argv[1:]); print('anki' in sys.modules)"
    command = [sys.executable, "-c", program, "release", "1.0.0", "--dry-run"]
    done = subprocess.run(command, cwd=case.folder, capture_output=True, text=True, check=True)

    assert done.stdout.endswith("False\n")


def test_answers_over_the_border_of_a_second_are_no_fault_of_the_release(case: ReleasingCase, tmp_path: Path) -> None:
    notes = "\n".join(f"- {{id: n{number}, question: Q{number}, answer: A}}" for number in range(18))
    package = case.decks(Demo=notes).cut()
    with Learner(tmp_path / "learner") as learner:
        learner.take(package)
        # Anki looks at the real clock.
        time.sleep((0.97 - time.time()) % 1)  # noqa: TID251 (see above)
        learner.study()

        assert learner.faults() == []
