"""The package's own templates are compiled beforehand, and what they make is the same."""

from pathlib import Path

import pytest

from psm_cards.rendering import compiled
from psm_cards.rendering.templates import DEFAULTS, Templates
from tests.rendering import compiling

NAMES = sorted(file.relative_to(DEFAULTS).as_posix() for file in DEFAULTS.rglob("*.*"))
FRONT = "basic/front.html"


def test_what_is_kept_of_the_templates_is_what_they_say_now() -> None:
    # Else: make templates
    assert compiled.FILE.read_text(encoding="utf-8") == compiling.text()


@pytest.mark.parametrize("name", NAMES)
def test_every_template_of_the_package_is_known(name: str) -> None:
    assert compiled.python_of(name, (DEFAULTS / name).read_text(encoding="utf-8")) is not None


def test_a_template_of_another_name_or_with_other_words_is_not_known() -> None:
    front = (DEFAULTS / FRONT).read_text(encoding="utf-8")
    assert compiled.python_of("basic/other.html", front) is None
    assert compiled.python_of(FRONT, f"{front} ") is None


@pytest.mark.parametrize("damage", ["", "{", "[]", "{}", '{"templates": {}}', '{"jinja2": "0", "templates": {}}'])
def test_without_what_is_kept_the_templates_are_read(
    damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Templates(tmp_path, {"feedback": ""}, str).render(FRONT)
    monkeypatch.setattr(compiled, "FILE", tmp_path / "compiled.json")
    compiled.FILE.write_text(damage)
    compiled.kept.cache_clear()
    try:
        assert compiled.python_of(FRONT, (DEFAULTS / FRONT).read_text(encoding="utf-8")) is None
        assert Templates(tmp_path, {"feedback": ""}, str).render(FRONT) == known
    finally:
        compiled.kept.cache_clear()


def test_a_template_of_the_projects_own_stands_in_for_the_known_one(tmp_path: Path) -> None:
    own = tmp_path / "templates" / FRONT
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    templates = Templates(tmp_path, {"feedback": ""}, str)
    assert templates.render(FRONT) == "mine"
    own.write_text('[% extends "default/basic/front.html" %][% block question %]mine[% endblock %]')
    extending = Templates(tmp_path, {"feedback": ""}, str).render(FRONT)
    assert extending == Templates(tmp_path / "none", {"feedback": ""}, str).render(FRONT).replace(
        "{{Question}}", "mine"
    )
