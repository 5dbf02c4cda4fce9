"""The documents: every example in them is run, and every option is shown by one."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
import typer.main
from tests.environment import ROOT

from psm_cards.cli.app import app

PAGES = (
    "README.md",
    "docs/citations.md",
    "docs/commands.md",
    "docs/format.md",
    "docs/looks.md",
    "docs/releasing.md",
)
FENCE = re.compile(r"^(`{3,})(\w+)?(?: +(\S+))?\n(.*?)^\1$", re.MULTILINE | re.DOTALL)

SHARED = ("--format", "--limit")
"""Options of reports, which one example shows for all commands."""

pytestmark = pytest.mark.repository


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, the file it stands for if it names one, its text and its line."""

    language: str
    file: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [
        Block(match[2] or "", match[3] or "", match[4], text.count("\n", 0, match.start()) + 1)
        for match in FENCE.finditer(text)
    ]


def shell(command: str, folder: Path) -> str:
    """Run a line of a page and return what it prints, with the exit code if that is not 0."""
    program = f'"{sys.executable}" -m psm_cards'
    done = subprocess.run(  # noqa: S602 (the lines are our own documents')
        re.sub(r"^((?:\w+=\S+ )?)psm-cards\b", lambda match: match[1] + program, command),
        shell=True,
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1"},  # noqa: TID251 (a shell has an environment)
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    return done.stdout.replace(os.sep, "/") + (f"exit {done.returncode}\n" if done.returncode else "")


def matches(expected: str, printed: str) -> bool:
    """Tell whether printed text is as expected, where `…` stands for anything."""
    pattern = re.sub(r"([\[\]?*])", r"[\1]", expected).replace("…", "*")
    return fnmatchcase(printed, pattern)


@pytest.mark.parametrize("page", PAGES)
def test_every_example_of_a_page_does_what_the_page_says(page: str, tmp_path: Path) -> None:
    ran = 0
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            command, _, expected = block.text.removeprefix("$ ").partition("\n")
            printed = shell(command, tmp_path)
            assert matches(expected, printed), f"{page}:{block.line}: {command}\n{printed}"
            ran += 1
    assert ran > 0


def test_a_page_that_says_something_else_is_noticed(tmp_path: Path) -> None:
    assert matches("a …\n…\nc [x]\n", "a b\nb\nc [x]\n")
    assert not matches("a\n", "a\nb\n")
    assert shell("psm-cards --version", tmp_path).startswith("psm-cards ")


def test_every_command_and_option_is_shown_by_an_example() -> None:
    shown = "\n".join(block.text for page in PAGES for block in blocks(page) if block.language == "console")
    group = typer.main.get_command(app)
    for name, command in group.commands.items():  # type: ignore[attr-defined] # a typer app with commands is a group
        lines = [line for line in shown.split("\n") if line.startswith(f"$ psm-cards {name}")]
        assert lines, f"no example of {name}"
        for option in (option for parameter in command.params for option in parameter.opts if option[:2] == "--"):
            text = shown if option in SHARED else "\n".join(lines)
            assert option in text, f"no example of {name} {option}"
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for parameter in group.params:
        assert parameter.opts[0] in page, f"nothing about {parameter.opts[0]}"


def prose(page: Path) -> str:
    """Return a page without its code."""
    return re.sub(r"``.*?``|`[^`\n]*`", "", FENCE.sub("", page.read_text(encoding="utf-8")))


def test_links_between_the_documents_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    assert len(pages) > len(PAGES)
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose(page)):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name}: {target}"
