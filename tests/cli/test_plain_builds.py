"""The plainest forms of `psm-cards build` are read without typer, and mean what typer makes of them."""

import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.cli.test_start_up import imported, plain
from tests.project_case import ProjectCase

from psm_cards.cli import app, building
from psm_cards.cli.building import Wanted

WORDS = (
    *("--strict", "--compress", "--no-cache", "--output", "-o", "--now", "--locked", "--debug", "--limit", "5", "-x"),
    *("--", "-", "", " ", "none", "./none", "~", "a=b", "--output=none", "-onone", "--no-c", "--help", "*", "-o=none"),
)
"""Arguments, and beginnings of them; no word names anything that is there."""


@pytest.fixture(autouse=True, scope="module")
def _in_an_empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with chdir(tmp_path_factory.mktemp("empty")):
        yield


def by_typer(arguments: list[str]) -> Wanted | None:
    """Return what typer makes of the arguments of a build, None if it refuses them."""
    heard: list[Wanted] = []

    def hear(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is building.build.__code__:
            heard.append(frame.f_locals["wanted"])

    sys.setprofile(hear)
    try:
        app.run(["build", *arguments])
    finally:
        sys.setprofile(None)
    return heard[0] if heard else None


@given(st.lists(st.sampled_from(WORDS), max_size=5))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_what_is_read_without_typer_is_what_typer_reads(arguments: list[str]) -> None:
    read = building.read(arguments)
    assert read is None or read == by_typer(arguments)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], Wanted()),
        (["none"], Wanted(Path("none"))),
        (["--strict", "none", "-o", "dist"], Wanted(Path("none"), Path("dist"), is_strict=True)),
        (["--output", "dist", "--no-cache"], Wanted(folder=Path("dist"), is_without_cache=True)),
        (["--compress"], Wanted(is_compressed=True)),
    ],
)
def test_the_plainest_builds_need_no_typer(arguments: list[str], wanted: Wanted) -> None:
    assert building.read(arguments) == by_typer(arguments) == wanted


@pytest.mark.parametrize("arguments", [["--now"], ["a", "b"], ["-o"], ["-o", "-x"], ["-o", "a", "-o", "b"], [""]])
def test_other_builds_are_left_to_typer(arguments: list[str]) -> None:
    assert building.read(arguments) is None


def test_typer_is_imported_only_where_it_is_needed(case: ProjectCase, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = plain(case).folder
    assert "typer" not in imported(folder, "build", "--no-cache")
    assert "typer" in imported(folder, "build", "--no-cache", "--limit", "9")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert "typer" in imported(folder, "build", "--no-cache")
