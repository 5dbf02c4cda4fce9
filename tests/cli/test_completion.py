"""Completion in the shell: what Tab offers, and the scripts that make it do so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.program import psm_cards

SHELLS = ("bash", "zsh", "fish")
NAMED = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
"""Makes the options take a shell's name, where a user's own shell would be detected."""


def offered(folder: Path, line: str) -> list[str]:
    """Return what bash is offered where the line ends."""
    words = line.split(" ")
    environment = {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1), "_PSM_CARDS_COMPLETE": "complete_bash"}
    return psm_cards(folder, **environment).stdout.split()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "psm-cards ",
            ["build", "check", "diff", "release", "rehearse", "coverage", "explain", "init", "schema"],
        ),
        ("psm-cards c", ["check", "coverage"]),
        (
            "psm-cards build --",
            [
                "--output",
                "--now",
                "--locked",
                "--previous",
                "--compress",
                "--format",
                "--limit",
                "--strict",
                "--no-cache",
                "--help",
            ],
        ),
        ("psm-cards check --format ", ["human", "json", "github", "sarif"]),
        ("psm-cards explain unknown-k", ["unknown-key"]),
        ("psm-cards build ", []),
    ],
)
def test_tab_offers_commands_options_and_values(line: str, expected: list[str], tmp_path: Path) -> None:
    assert offered(tmp_path, line) == expected


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_offered_the_same_with_the_help(shell: str, tmp_path: Path) -> None:
    environment = {
        "_TYPER_COMPLETE_ARGS": "psm-cards build --st",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
        "_PSM_CARDS_COMPLETE": f"complete_{shell}",
    }

    printed = psm_cards(tmp_path, **environment).stdout

    assert "--strict" in printed
    assert "Take warnings for errors." in printed


def test_tab_does_not_wait_for_what_only_a_build_needs(tmp_path: Path) -> None:
    environment = {"COMP_WORDS": "psm-cards build --", "COMP_CWORD": "2", "_PSM_CARDS_COMPLETE": "complete_bash"}
    # Where the tests' coverage is measured, that would import a database here.
    outer = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}  # noqa: TID251 (a shell has an environment)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "psm_cards"],
        cwd=tmp_path,
        env={**outer, **environment},
        capture_output=True,
        text=True,
        check=True,
    )

    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "psm_cards.cli.app" in imported
    assert imported.isdisjoint({"jinja2", "genanki", "yaml", "rich", "jsonschema_rs", "nh3", "pyromark", "sqlite3"})


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_can_be_shown(shell: str, tmp_path: Path) -> None:
    done = psm_cards(tmp_path, "--show-completion", shell, **NAMED)

    assert done.returncode == 0
    assert f"_PSM_CARDS_COMPLETE=complete_{shell}" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
def test_bash_completes_with_the_installed_script(tmp_path: Path) -> None:
    installed = psm_cards(tmp_path, "--install-completion", "bash", HOME=str(tmp_path), **NAMED)
    assert installed.returncode == 0
    script = tmp_path / ".bash_completions" / "psm-cards.sh"
    assert str(script) in (tmp_path / ".bashrc").read_text()

    # The script calls the command as the user typed it: its first word.
    program = tmp_path / "psm-cards"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m psm_cards "$@"\n')
    program.chmod(0o755)
    line = f"source {script}; COMP_WORDS=({program} ch); COMP_CWORD=1; _psm_cards_completion {program}; echo $COMPREPLY"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)  # noqa: S607 (the user's bash)

    assert done.stdout == "check\n"
