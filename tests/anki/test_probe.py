"""The probe notices what it is there for: each kind of broken package is reported, by hand or as a program."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from psm_cards import anki
from psm_cards.anki.planning import PlannedNote
from tests.anki import samples
from tests.anki.probe import Probe, probe


def probed(folder: Path, planned: anki.Plan) -> Probe:
    """Return the probe of a plan that may be spoilt."""
    anki.write(planned, samples.stamps(planned), folder / "sample.apkg")
    return probe(folder / "sample.apkg", folder)


def spoilt(change: Callable[[PlannedNote], PlannedNote]) -> anki.Plan:
    planned, _ = anki.plan(samples.project(samples.basic("one", Reverse="r"), samples.cloze("{{c1::x}} {{c2::y}}")))
    return planned._replace(notes=tuple(change(note) for note in planned.notes))


def test_a_missing_card_is_one_that_anki_adds(tmp_path: Path) -> None:
    found = probed(tmp_path, spoilt(lambda note: note._replace(ordinals=note.ordinals[:1])))
    assert len(found.added_cards) == 2
    assert all(card.endswith("/1") for card in found.added_cards)


def test_a_card_too_many_is_empty(tmp_path: Path) -> None:
    found = probed(tmp_path, spoilt(lambda note: note._replace(ordinals=(*note.ordinals, 2))))
    assert len(found.empty_cards) == 2
    assert any("front of this card is blank" in line or "No cloze" in line for line in found.broken_cards)


def test_a_picture_that_is_not_there_is_missing(tmp_path: Path) -> None:
    planned, _ = anki.plan(samples.project(samples.basic(Answer='<img src="lost.png">')))
    assert probed(tmp_path, planned).missing_media == ["lost.png"]


@pytest.mark.parametrize(
    ("front", "left"),
    [("{{Question}}{{Nope}}", "Nope"), ("{{Question}}{{=<% %>=}}", "%"), ("<!-- {{Hint}} -->{{Question}}", "{{Hint}}")],
)
def test_a_template_error_or_a_placeholder_left_over_is_broken(front: str, left: str, tmp_path: Path) -> None:
    look = samples.with_template(samples.LOOKS[0], 0, front=front)
    planned, _ = anki.plan(samples.with_look(samples.project(samples.basic()), look))
    forced = planned._replace(notes=tuple(note._replace(ordinals=(0,)) for note in planned.notes))
    assert any(left in line for line in probed(tmp_path, forced).broken_cards)


def test_code_about_placeholders_is_not_taken_for_one(tmp_path: Path) -> None:
    code = "<code>{{1,2}} {{Question}} {{c1::x}}</code>"
    planned, found = anki.plan(samples.project(samples.basic(Answer=code)))
    assert not found
    assert probed(tmp_path, planned).problems() == []


def test_the_probe_is_a_program_that_needs_nothing_but_anki(tmp_path: Path) -> None:
    samples.build(samples.project(), tmp_path / "sample.apkg")
    program = str(Path(__file__).with_name("probe.py"))
    command = [sys.executable, "-I", program, str(tmp_path / "sample.apkg"), "--html"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    report = json.loads(done.stdout)
    assert (report["first"]["new"], report["second"]["duplicate"], report["problems"]) == (6, 6, [])
    assert report["card_count"] == len(report["cards"]) == 11
    assert "psm_cards" not in Path(program).read_text(encoding="utf-8")
