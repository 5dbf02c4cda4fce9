"""A second build of the same is answered from the cache, and one of anything else is made anew."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from shutil import disk_usage

import pytest
from tests.cli.program import psm_cards
from tests.environment import UNMEASURED

from psm_cards import cache

DECKS = """\
format: 1
project: {id: demo, title: A demo}
include: [decks/*.yaml]
sources:
  talk: {type: speech, title: A talk, custom: {text: texts/talk.txt}}
"""
PART = """\
decks:
  - name: Demo
    notes:
      - {id: one, question: What is one?, answer: "![a dot](media/dot.png)", cite: [{source: talk, at: one is one}]}
"""
PICTURE = b"\x89PNG\r\n\x1a\n a picture"
HEAVY = {"typer", "jinja2", "genanki", "yaml", "sqlite3", "pyromark", "psm_cards.workflows", "psm_cards.model"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name in ("decks", "media", "texts", "templates/fields"):
        (folder / name).mkdir(parents=True)
    (folder / "decks.yaml").write_text(DECKS)
    (folder / "decks" / "one.yaml").write_text(PART)
    (folder / "media" / "dot.png").write_bytes(PICTURE)
    return folder


def package_of(folder: Path) -> Path:
    return folder / "build" / "demo-unreleased.apkg"


def kept(folder: Path) -> list[Path]:
    return sorted((folder / cache.FOLDER).glob("answer-*"))


def is_as_anew(folder: Path, *options: str) -> bool:
    """Build, build in another folder without the cache, and tell whether both said and made the same."""
    done = psm_cards(folder, "build", *options)
    anew = psm_cards(folder, "build", "--no-cache", "--output", "anew", *options)
    made = (folder / "anew" / package_of(folder).name).read_bytes() if anew.returncode == 0 else b""
    assert (done.returncode, done.stdout) == (anew.returncode, anew.stdout.replace("anew/", "build/"))
    return anew.returncode != 0 or package_of(folder).read_bytes() == made


def test_where_nothing_changed_the_answer_is_the_same_and_nothing_is_imported_or_written(folder: Path) -> None:
    first = psm_cards(folder, "build")
    before = package_of(folder).stat()
    command = [sys.executable, "-X", "importtime", "-m", "psm_cards", "build"]
    second = subprocess.run(command, cwd=folder, env=UNMEASURED, capture_output=True, text=True, check=True)

    assert second.stdout == first.stdout
    assert "warning" in first.stdout
    assert package_of(folder).stat() == before
    imported = {line.rpartition("|")[2].strip() for line in second.stderr.splitlines()}
    assert "psm_cards.cache" in imported
    assert imported.isdisjoint(HEAVY)


def link_out(file: Path) -> None:
    """Put a file outside the project, and a link to it in its place."""
    outside = file.rename(file.parents[2] / file.name)
    file.symlink_to(outside)


CHANGES: dict[str, Callable[[Path], object]] = {
    "a note": lambda at: (at / "decks/one.yaml").write_text(PART.replace("What is one?", "Which is one?")),
    "the main file": lambda at: (at / "decks.yaml").write_text(DECKS.replace("A talk", "Another talk")),
    "a file more": lambda at: (at / "decks/two.yaml").write_text(PART.replace("id: one", "id: two")),
    "a file less": lambda at: (at / "decks/one.yaml").unlink(),
    "a file of another name": lambda at: (at / "decks/one.yaml").rename(at / "decks/uno.yaml"),
    "a picture": lambda at: (at / "media/dot.png").write_bytes(PICTURE + b"\0"),
    "a picture less": lambda at: (at / "media/dot.png").unlink(),
    "a template": lambda at: (at / "templates/fields/sources.html").write_text("[[ citations | length ]]"),
    "a template that nothing uses": lambda at: (at / "templates/fields/other.html").write_text("x"),
    "a text that was not there": lambda at: (at / "texts/talk.txt").write_text("I say: one is one. Two is not."),
    "evidence": lambda at: (at / "evidence.lock").write_text("x"),
    "a lock": lambda at: (at / "decks.lock").write_text("x"),
    "the package gone": lambda at: package_of(at).unlink(),
    "another package": lambda at: package_of(at).write_bytes(b"x"),
    "a picture that is a link now": lambda at: link_out(at / "media/dot.png"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_after_a_change_the_build_is_as_if_there_were_no_cache(change: str, folder: Path) -> None:
    psm_cards(folder, "build")
    assert len(kept(folder)) == 1
    CHANGES[change](folder)
    assert is_as_anew(folder)


def test_a_change_that_leaves_size_and_time_as_they_were_is_seen(folder: Path) -> None:
    part = folder / "decks" / "one.yaml"
    psm_cards(folder, "build")
    about = part.stat()
    part.write_text(PART.replace("What is one?", "What is two?"))
    os.utime(part, ns=(about.st_atime_ns, about.st_mtime_ns))

    assert part.stat().st_size == about.st_size
    assert is_as_anew(folder)


def test_other_options_and_another_time_have_answers_of_their_own(folder: Path) -> None:
    plain = psm_cards(folder, "build").stdout

    assert psm_cards(folder, "build", "--strict").returncode == 1
    assert psm_cards(folder, "build", "--format", "json").stdout.startswith("{")
    before = package_of(folder).read_bytes()
    psm_cards(folder, "build", SOURCE_DATE_EPOCH="1700000000")
    assert package_of(folder).read_bytes() != before
    assert psm_cards(folder, "build").stdout == plain
    assert package_of(folder).read_bytes() == before


def test_a_draft_of_now_and_a_build_without_cache_leave_nothing(folder: Path) -> None:
    psm_cards(folder, "build", "--now")
    psm_cards(folder, "build", "--no-cache")
    assert not (folder / cache.FOLDER).exists()


@pytest.mark.parametrize("damage", ["empty", "short", "one byte", "other bytes", "a folder", "a pipe"])
def test_a_damaged_cache_is_as_none(damage: str, folder: Path) -> None:
    psm_cards(folder, "build")
    (answer,) = kept(folder)
    content = answer.read_bytes()
    answer.unlink()
    if damage == "a folder":
        answer.mkdir()
    elif damage == "a pipe":
        if sys.platform == "win32":
            pytest.skip("Windows has no pipes in folders")
        os.mkfifo(answer)
    else:
        harm = {"empty": b"", "short": content[:-9], "one byte": content[:-1] + b"?", "other bytes": b"\xff" * 999}
        answer.write_bytes(harm[damage])
    (folder / "decks" / "one.yaml").write_text(PART.replace("What is one?", "Which is one?"))

    assert is_as_anew(folder)


def test_a_cache_of_another_version_is_as_none(folder: Path) -> None:
    psm_cards(folder, "build")
    (answer,) = kept(folder)
    value = cache.Store(str(folder), b"another").get(answer.name)
    assert value is None
    cache.Store(str(folder), b"another").put(answer.name, ((), "", b"", "an answer of another version"))

    assert is_as_anew(folder)


def test_where_the_cache_cannot_be_written_the_build_is_right(folder: Path) -> None:
    (folder / cache.FOLDER).write_text("a file is in its place")
    assert is_as_anew(folder)
    assert is_as_anew(folder)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows deletes no folder that somebody is in")
def test_in_a_folder_that_is_gone_the_build_says_so(folder: Path) -> None:
    code = "import os, shutil, sys; from psm_cards.cli import main; shutil.rmtree(os.getcwd()); main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "build"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "cannot read `decks.yaml`: no such file or directory" in done.stdout
    assert done.returncode == 1


def test_git_is_told_to_leave_the_cache_out(folder: Path) -> None:
    # As after a build that was killed as soon as it had made the folder.
    (folder / cache.FOLDER).mkdir()
    psm_cards(folder, "build")
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)  # noqa: S607 (git by its name)
    done = subprocess.run(["git", "status", "--short", "-uall"], cwd=folder, capture_output=True, text=True, check=True)  # noqa: S607 (git by its name)
    assert cache.FOLDER not in done.stdout


def test_the_answers_do_not_grow_without_end(tmp_path: Path) -> None:
    store = cache.Store(str(tmp_path), b"1")
    for number in range(9):
        store.put(f"answer-{number}", number)
        os.utime(tmp_path / cache.FOLDER / f"answer-{number}", (number, number))
    store.put("part-1", 1)
    store.keep_newest("answer-", 4)

    assert [file.name for file in kept(tmp_path)] == ["answer-5", "answer-6", "answer-7", "answer-8"]
    assert [store.get(name) for name in ("answer-4", "answer-5", "part-1")] == [None, 5, 1]


def test_what_changed_while_it_was_read_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "decks.yaml"
    file.write_text("before")
    with cache.Watch((), str(tmp_path / "build")) as watch:
        assert file.read_text() == "before"
        seen = watch.seen()
        assert seen is not None
        assert seen.is_as_it_was()
        file.write_text("after")
    assert watch.seen() is None
    assert not seen.is_as_it_was()


def test_a_path_that_no_system_has_is_refused_as_without_a_watch(tmp_path: Path) -> None:
    with cache.Watch((), str(tmp_path / "build")) as watch, pytest.raises(ValueError, match="null"):
        (tmp_path / "a\0b").read_text()
    seen = watch.seen()
    assert seen is not None


def test_a_file_that_comes_into_a_folder_while_it_is_listed_is_seen_next_time(tmp_path: Path) -> None:
    with cache.Watch((), str(tmp_path / "build")) as watch:
        assert list(tmp_path.iterdir()) == []
        (tmp_path / "late.yaml").touch()
    seen = watch.seen()
    assert seen is not None
    assert not seen.is_as_it_was()


def test_a_template_that_comes_into_a_folder_which_is_a_link_is_heeded(folder: Path) -> None:
    (folder / "looks").mkdir()
    (folder / "templates" / "basic").symlink_to("../looks")
    psm_cards(folder, "build")
    (folder / "looks" / "front.html").write_text("{{Question}}!")
    assert is_as_anew(folder)


@pytest.mark.parametrize("does", ["replaces", "deletes"])
def test_a_package_that_another_process_replaces_or_deletes_is_not_taken_for_the_one_that_was_built(
    does: str, folder: Path
) -> None:
    notes = "".join(f"      - {PART.splitlines()[3].strip(' -').replace('one,', f'n{n},', 1)}\n" for n in range(999))
    (folder / "decks" / "one.yaml").write_text(f"decks:\n  - name: Demo\n    notes:\n{notes}")
    command = [sys.executable, "-m", "psm_cards", "build", "--limit", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE) as first:
        # It warns of each note, which is more than a pipe holds, and is done when somebody reads that.
        while not package_of(folder).exists():
            time.sleep(0.01)
        if does == "replaces":
            psm_cards(folder, "build", "--no-cache", SOURCE_DATE_EPOCH="1700000000")
        else:
            package_of(folder).unlink()
        first.communicate()
    assert first.returncode == 0
    assert is_as_anew(folder, "--limit", "0")


def test_a_link_in_the_cache_leads_to_no_other_file(tmp_path: Path) -> None:
    precious, store = tmp_path / "precious.txt", cache.Store(str(tmp_path), b"1")
    precious.write_text("precious")
    (tmp_path / cache.FOLDER).mkdir()
    (tmp_path / cache.FOLDER / f"part-1.{os.getpid()}").symlink_to(precious)
    store.put("part-1", 1)
    assert precious.read_text() == "precious"
    store.put("part-1", 1)
    assert store.get("part-1") == 1


def test_where_the_disk_is_almost_full_its_rest_is_left_to_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = cache.Store(str(tmp_path), b"1")
    monkeypatch.setattr(cache, "SPARE", disk_usage(tmp_path).total)
    store.put("part-1", 1)
    assert store.get("part-1") is None
