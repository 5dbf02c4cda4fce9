"""Reading and writing files."""

import os
import sys
import threading
from pathlib import Path

import pytest

from psm_cards.files import PART, FileProblem, Lines, read_text, replacing


def test_a_byte_order_mark_and_other_line_ends_are_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "decks.yaml"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")

    assert read_text(path) == "one\ntwo\nthree\n"


def test_a_file_that_is_not_utf_8_is_refused_with_the_place_of_the_byte(tmp_path: Path) -> None:
    path = tmp_path / "decks.yaml"
    path.write_bytes(b"one\ntw\xe9\n")

    with pytest.raises(FileProblem, match=r"cannot read `.*decks\.yaml`: not UTF-8 \(byte 7\)") as caught:
        read_text(path)
    assert (caught.value.line, caught.value.column) == (2, 3)


def test_a_missing_file_is_named_with_verb_path_and_cause(tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as caught:
        read_text(tmp_path / "none.yaml")

    assert (caught.value.verb, caught.value.path) == ("read", tmp_path / "none.yaml")
    assert caught.value.cause == "no such file or directory"


def test_a_block_that_fails_leaves_the_target_and_no_other_file(tmp_path: Path) -> None:
    target = tmp_path / "a.apkg"
    target.write_text("old")

    def write_half() -> None:
        with replacing(target) as beside:
            beside.write_text("half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_block_that_ends_well_replaces_the_target_and_makes_its_folder(tmp_path: Path) -> None:
    target = tmp_path / "new" / "a.apkg"

    with replacing(target) as beside:
        beside.write_text("new")

    assert target.read_text() == "new"
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
def test_a_written_file_has_the_mode_that_any_new_file_has(tmp_path: Path) -> None:
    with replacing(tmp_path / "a.apkg") as beside:
        beside.write_text("new")

    umask = os.umask(0)
    os.umask(umask)
    assert (tmp_path / "a.apkg").stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_folder_in_the_targets_place_is_named_and_kept(tmp_path: Path) -> None:
    target = tmp_path / "a.apkg"
    target.mkdir()

    def write() -> None:
        with replacing(target) as beside:
            beside.write_text("new")

    with pytest.raises(FileProblem, match="cannot write"):
        write()
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_killed_write_left_gives_way_and_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    target, elsewhere = tmp_path / "a.apkg", tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    try:
        (tmp_path / PART).symlink_to(elsewhere)
    except OSError:
        (tmp_path / PART).write_text("half of something")

    with replacing(target) as beside:
        beside.write_text("new")

    assert target.read_text() == "new"
    assert elsewhere.read_text() == "mine"
    assert sorted(tmp_path.iterdir()) == [target, elsewhere]


def test_two_writers_of_one_folder_take_turns_and_the_second_is_told_to_wait(tmp_path: Path) -> None:
    target = tmp_path / "a.apkg"
    is_waiting = threading.Event()

    def write_too() -> None:
        with replacing(target, is_waiting.set) as beside:
            beside.write_text("second")

    second = threading.Thread(target=write_too)
    with replacing(target) as beside:
        second.start()
        assert is_waiting.wait(10)
        beside.write_text("first")
    second.join(10)

    assert target.read_text() == "second"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "text", ["", "\n", "one", "one\ntwo\n", "\n" * 5_000 + "last", "long " * 2_000 + "\n\nend", "a\n" * 4_096]
)
def test_the_lines_of_a_text_are_those_of_a_list_of_them(text: str) -> None:
    expected = text.split("\n")

    lines = Lines(text)

    for number in {1, 2, len(expected) // 2, len(expected) - 1, len(expected)} & {*range(1, len(expected) + 1)}:
        assert lines.line(number, 1, len(text)) == (expected[number - 1], 0)
    assert lines.line(len(expected) + 1, 1, len(text)) is None
    for index in {0, len(text) // 2, max(len(text) - 1, 0), len(text)}:
        before = text[:index]
        assert Lines(text).position(index) == (before.count("\n") + 1, index - before.rfind("\n"))


class Interrupted(type(Path())):  # type: ignore[misc]  # the class of paths differs from system to system
    """A path at which a signal comes as soon as the file is there."""

    def touch(self, mode: int = 0o666, exist_ok: bool = True) -> None:  # noqa: FBT001, FBT002 (as in pathlib)
        """Make the file, and be told to stop."""
        super().touch(mode, exist_ok)
        sys.exit(143)


def test_a_signal_as_soon_as_the_file_is_there_leaves_none(tmp_path: Path) -> None:
    with pytest.raises(SystemExit), replacing(Interrupted(tmp_path / "a.txt")):
        pass

    assert list(tmp_path.iterdir()) == []


def test_of_a_long_line_the_characters_around_a_column_are_given() -> None:
    lines = Lines("first\n0123456789\nlast")

    assert lines.line(2, 1, 4) == ("0123", 0)
    assert lines.line(2, 6, 4) == ("4567", 4)
    assert lines.line(2, 10, 4) == ("89", 8)
    assert lines.line(2, 10, 10) == ("0123456789", 0)
