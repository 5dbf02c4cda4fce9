"""What the command line says of the bytes of a package: what they depend on, and how to have fewer of them."""

import sqlite3
import zipfile
from pathlib import Path

from tests.cli.program import psm_cards
from tests.project_case import ProjectCase

from psm_cards import __version__

NOTE = "- {id: one, question: What?, answer: 'That, again and again'}"


def entries(package: Path) -> dict[str, bytes]:
    """Return the content of each entry of a package."""
    with zipfile.ZipFile(package) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_verbose_version_names_all_that_the_bytes_of_a_package_depend_on(tmp_path: Path) -> None:
    printed = psm_cards(tmp_path, "--version", "--verbose").stdout.splitlines()

    names = [line.rpartition(" ")[0] for line in printed]
    assert printed[0] == f"psm-cards {__version__}"
    assert f"SQLite {sqlite3.sqlite_version}" in printed
    assert names[3:] == ["PyYAML", "Jinja2", "MarkupSafe", "pyromark", "nh3", "Pygments", "genanki"]
    assert psm_cards(tmp_path, "--verbose", "--version").stdout.splitlines() == printed


def test_a_compressed_package_has_the_same_entries_in_fewer_bytes(tmp_path: Path) -> None:
    case = ProjectCase(tmp_path).notes(NOTE)
    psm_cards(case.folder, "build", "--output", "stored")
    psm_cards(case.folder, "build", "--output", "compressed", "--compress")

    stored, compressed = (tmp_path / name / "demo-unreleased.apkg" for name in ("stored", "compressed"))
    assert entries(stored) == entries(compressed)
    assert compressed.stat().st_size < stored.stat().st_size / 4


def test_a_release_is_not_compressed(tmp_path: Path) -> None:
    ProjectCase(tmp_path).notes(NOTE)
    done = psm_cards(tmp_path, "build", "--locked", "--compress")

    assert done.returncode == 2
    assert "`--compress` is not for releases" in done.stderr
