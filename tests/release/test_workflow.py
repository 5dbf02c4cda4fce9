"""The workflow that releases a deck from a tag: its steps, run in a repository of their own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.environment import ROOT
from tests.release.releases import ReleasingCase

pytestmark = [
    pytest.mark.repository,
    pytest.mark.skipif(sys.platform == "win32", reason="the runner of the workflow has a POSIX shell"),
]

NOTES = "- {id: one, question: Q, answer: A}\n- {id: two, question: Q2, answer: A}"
RETIRED = "retired: {two: {reason: wrong}}\n"

# What GitHub's own program does for the workflow: it fetches from the releases, and makes one.
GITHUB = """#!/bin/sh
set -e
if [ "$2" = download ]; then
    cp "$RELEASES/$3/"$7 "$5"
else
    mkdir "$RELEASES/$3" && shift 3
    for file in "$@"; do case "$file" in --*) break;; *) cp "$file" "$RELEASES/$TAG/";; esac; done
fi
"""


def steps() -> list[str]:
    """Return the commands of the workflow's steps after the installation."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8"))
    found = workflow["jobs"]["release"]["steps"]
    return [step["run"] for step in found if "run" in step and step["name"] != "install"]


def run(case: ReleasingCase, tag: str, releases: Path) -> subprocess.CompletedProcess[str]:
    """Run the steps as the runner does, in a fresh clone."""
    clone = case.folder.with_name(tag)
    tools = case.folder.with_name("tools")
    for folder in (clone, tools, releases):
        folder.mkdir(exist_ok=True)
    (tools / "gh").write_text(GITHUB)
    (tools / "gh").chmod(0o755)
    (tools / "psm-cards").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m psm_cards "$@"\n')
    (tools / "psm-cards").chmod(0o755)
    for name, content in case.files().items():
        if not name.startswith("build/"):
            (clone / name).parent.mkdir(exist_ok=True)
            (clone / name).write_bytes(content)
    path = os.environ["PATH"]  # noqa: TID251 (a shell has an environment)
    environment = {"PATH": f"{tools}:{path}", "TAG": tag, "RELEASES": str(releases)}
    script = "\n".join(f"( {step} )" for step in steps())
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)


def test_a_tag_builds_the_release_rehearses_it_and_attaches_its_files(case: ReleasingCase, tmp_path: Path) -> None:
    releases = tmp_path / "releases"
    case.decks(Demo=NOTES).released("1.0.0")
    first = run(case, "deck-1.0.0", releases)
    assert first.returncode == 0, first.stderr + first.stdout
    assert "rehearsed" not in first.stdout

    case.decks(Demo=NOTES.split("\n", maxsplit=1)[0].replace("answer: A", "answer: B"), more=RETIRED).released("2.0.0")
    second = run(case, "deck-2.0.0", releases)
    assert second.returncode == 0, second.stderr + second.stdout
    assert "rehearsed with a learner in Anki" in second.stdout
    files = case.files()
    for name in ("demo-2.0.0.apkg", "demo-2.0.0-retire.apkg", "demo-2.0.0.md", "demo-2.0.0.json", "SHA256SUMS"):
        assert (releases / "deck-2.0.0" / name).read_bytes() == files[f"build/{name}"]


@pytest.mark.parametrize("tag", ["deck-1.0.1", "deck-0.9.0"])
def test_a_tag_that_is_not_the_last_release_attaches_nothing(case: ReleasingCase, tag: str, tmp_path: Path) -> None:
    case.decks(Demo=NOTES).released("1.0.0")

    assert run(case, tag, tmp_path / "releases").returncode != 0
    assert list((tmp_path / "releases").iterdir()) == []


def test_a_tag_of_what_is_not_released_attaches_nothing(case: ReleasingCase, tmp_path: Path) -> None:
    case.decks(Demo=NOTES).released("1.0.0")
    done = run(case.decks(Demo=NOTES.replace("answer: A", "answer: B")), "deck-1.0.0", tmp_path / "releases")

    assert done.returncode != 0
    assert "[unreleased]" in done.stdout
    assert list((tmp_path / "releases").iterdir()) == []


def test_the_actions_of_the_workflow_are_pinned_to_a_commit() -> None:
    text = (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")

    assert re.findall(r"uses: \S+@(\S+)", text)
    assert all(re.fullmatch(r"[0-9a-f]{40}", one) for one in re.findall(r"uses: \S+@(\S+)", text))
