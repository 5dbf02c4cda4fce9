"""Whatever happens while a package is written, the old one stays until the new one is whole."""

import sys
from pathlib import Path

import pytest

from psm_cards import anki
from psm_cards.anki import archive, database
from psm_cards.files import FileProblem
from psm_cards.model import Media
from tests.anki import samples


def test_a_folder_that_cannot_be_is_a_problem_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(FileProblem, match="cannot write"):
        samples.build(samples.project(), tmp_path / "file" / "sample.apkg")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


DISK_FULL = """
import resource, sys
# Else Python would leave half of a module's bytecode behind.
sys.dont_write_bytecode = True
from pathlib import Path
from psm_cards.files import FileProblem
from tests.anki import samples
# Python would cut its own compiled files off at the limit, without a word, and break every run after this one.
sys.dont_write_bytecode = True
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    samples.build(samples.project(), Path(sys.argv[1]))
except FileProblem as problem:
    print(problem)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_write_that_fails_midway_leaves_the_old_package_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "sample.apkg"
    target.write_text("the old package")
    done = samples.run(DISK_FULL, str(target))
    # SQLite does not say what the system said.
    assert done.stdout == f"cannot write `{target}`: the system refused it: disk I/O error\n", done.stderr
    assert target.read_text() == "the old package"
    assert list(tmp_path.iterdir()) == [target]


def test_media_that_vanish_after_the_plan_leave_the_old_package_and_nothing_else(tmp_path: Path) -> None:
    rendered = samples.with_media(tmp_path / "media")
    planned, _ = anki.plan(rendered)
    gone = rendered.media[1].path
    gone.unlink()
    target = tmp_path / "build" / "sample.apkg"
    target.parent.mkdir()
    target.write_text("the old package")
    with pytest.raises(FileProblem) as caught:
        anki.write(planned, samples.stamps(planned), target)
    assert str(caught.value) == f"cannot read `{gone}`: no such file or directory"
    assert target.read_text() == "the old package"
    assert list(target.parent.iterdir()) == [target]


# Every reading of this file gives something else.
UNSTABLE = Path("/proc/sys/kernel/random/uuid")


@pytest.mark.skipif(not UNSTABLE.exists(), reason="needs a file of Linux that differs at each reading")
def test_a_package_that_does_not_read_back_as_written_never_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    media = (Media("unstable-0123456789ab.png", UNSTABLE),)
    planned, found = anki.plan(samples.project(samples.basic(), media=media))
    assert not found
    target = tmp_path / "sample.apkg"
    target.write_text("the old package")
    with pytest.raises(FileProblem) as caught:
        anki.write(planned, samples.stamps(planned), target)
    cause = "it does not read back as written: `unstable-0123456789ab.png` changed while it was copied"
    assert str(caught.value) == f"cannot write `{target}`: {cause}"
    assert target.read_text() == "the old package"
    assert list(tmp_path.iterdir()) == [target]


def written(target: Path) -> tuple[database.Rows, list[tuple[str, str]]]:
    """Write a package with media; return its rows, and name and hash of each of its media."""
    planned, _ = anki.plan(samples.with_media(target.parent / "media"))
    rows = database.rows(planned, samples.stamps(planned))
    scratch = target.with_name("scratch")
    database.write(scratch, planned, rows, samples.stamps(planned))
    hashes = archive.write(target, scratch, planned.media)
    return rows, list(zip((one.name for one in planned.media), hashes, strict=True))


def test_a_package_that_reads_back_otherwise_is_told_apart_by_what_differs(tmp_path: Path) -> None:
    target = tmp_path / "sample.apkg"
    rows, media = written(target)
    assert archive.difference(target, target.with_name("scratch"), rows, media) == ""
    assert (
        archive.difference(target, target.with_name("scratch"), rows._replace(cards=rows.cards[1:]), media)
        == "other notes or cards"
    )
    assert archive.difference(target, target.with_name("scratch"), rows, media[1:]) == "other entries"
    renamed = [("x.png", media[0][1]), *media[1:]]
    assert archive.difference(target, target.with_name("scratch"), rows, renamed) == "other media names"
    changed = [*media[:2], (media[2][0], "0" * 64)]
    assert (
        archive.difference(target, target.with_name("scratch"), rows, changed)
        == "`tone-0123456789ab.mp3` changed while it was copied"
    )


def test_a_damaged_byte_anywhere_in_the_package_is_noticed(tmp_path: Path) -> None:
    target = tmp_path / "sample.apkg"
    rows, media = written(target)
    whole = target.read_bytes()
    for offset in (10_000, len(whole) - 3_000):
        target.write_bytes(whole[:offset] + bytes([whole[offset] ^ 1]) + whole[offset + 1 :])
        assert "bad crc-32" in archive.difference(target, target.with_name("scratch"), rows, media)
    target.write_bytes(whole[:30_000])
    assert archive.difference(target, target.with_name("scratch"), rows, media) == "file is not a zip file"


@pytest.mark.parametrize("name", ["collection.apkg", "Backup-2026.apkg", "sample.zip"])
def test_a_name_that_anki_takes_for_a_backup_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FileProblem):
        samples.build(samples.project(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []
