"""What a terminal shows: colours, the mark below a line, and the line that says what a long run is doing."""

import io
import sys

import pytest
from tests.project_case import ProjectCase

from psm_cards.cli import progress
from psm_cards.cli.report_human import HumanSheet, Painter


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


class Terminal:
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_colours_are_for_terminals_and_not_for_those_who_refuse_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert Painter(Terminal())("error", "word") == "\033[31mword\033[0m"

    monkeypatch.setenv("TERM", "dumb")
    assert Painter(Terminal())("error", "word") == "word"

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert Painter(Terminal())("error", "word") == "word"


def test_a_long_run_says_on_a_terminal_what_it_is_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with progress.StageLine() as line:
        line("loading")
        assert screen.getvalue() == ""

        monkeypatch.setattr(progress, "PATIENCE", -1)
        line("rendering")
        assert screen.getvalue().endswith("rendering …")
    assert screen.getvalue().endswith("\r\033[K")


def test_a_tab_before_the_mark_keeps_its_width(case: ProjectCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    case.notes("- {id: one,\t qestion: Q, answer: A}").check()

    lines = list(HumanSheet(Painter(Terminal())).lines(case.diagnostics[0]))

    assert lines[1:3] == ["  6 |       - {id: one,\t qestion: Q, answer: A}", "    |                  \t ^^^^^^^"]
