"""A file that is not what its name says, or that no learner should load, is told where a note names it."""

import io
import os
from pathlib import Path

import pytest

from psm_cards.diagnostics import Problem, Severity
from psm_cards.rendering import contents
from tests.project_case import ProjectCase
from tests.rendering.media_files import SVG, mp3, png

BEGINNINGS = {
    "png": png(),
    "jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "jpeg": b"\xff\xd8\xff\xe1",
    "gif": b"GIF89a",
    "webp": b"RIFF\x24\0\0\0WEBPVP8 ",
    "avif": b"\0\0\0\x1cftypavif\0\0\0\0mif1",
    "svg": SVG.encode(),
    "mp3": mp3(),
    "ogg": b"OggS\0\2",
    "oga": b"OggS\0\2",
    "opus": b"OggS\0\2",
    "m4a": b"\0\0\0\x20ftypM4A ",
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
    "flac": b"fLaC\0\0\0\x22",
    "webm": b"\x1a\x45\xdf\xa3",
    "mp4": b"\0\0\0\x18ftypmp42",
}
ALIKE = [{"jpg", "jpeg"}, {"ogg", "oga", "opus"}, {"m4a", "mp4"}]


def refused(name: str, data: bytes) -> str:
    """Return why a file of this name and content is refused, or blank."""
    try:
        contents.check(io.BytesIO(data), name)
    except Problem as problem:
        return problem.finding.message
    return ""


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_a_file_that_is_what_its_name_says_is_taken(ending: str) -> None:
    assert refused(f"a.{ending}", BEGINNINGS[ending]) == ""
    assert refused(f"a.{ending.upper()}", BEGINNINGS[ending]) == ""


@pytest.mark.parametrize("ending", BEGINNINGS)
def test_a_file_that_is_something_else_is_refused(ending: str) -> None:
    same = next((group for group in ALIKE if ending in group), {ending})
    # An MPEG-4 container may say of itself that it holds a picture; taggers write into FLAC what an MP3 begins with.
    allowed = {"m4a": {"avif"}, "mp4": {"avif"}, "flac": {"mp3"}}.get(ending, set())
    others = BEGINNINGS.keys() - same - allowed
    assert [other for other in others if not refused(f"a.{ending}", BEGINNINGS[other])] == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.mp3", b"\xff\xfb\x90\x64"),
        ("a.mp3", b"\xff\xf3\x90\x64"),
        ("a.flac", b"ID3\4\0"),
        ("a.svg", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- made by -->\n<!DOCTYPE svg>\n" + SVG.encode()),
        ("a.svg", SVG.replace("<svg", "<x:svg").replace("</svg", "</x:svg").replace("xmlns", "xmlns:x").encode()),
        ("a.svg", SVG.encode("utf-16")),
        ("a.svg", SVG.replace("<circle", '<image href="data:image/png;base64,AAAA"/><use href="#a"/><circle').encode()),
    ],
)
def test_other_ways_to_write_a_form_are_taken(name: str, data: bytes) -> None:
    assert refused(name, data) == ""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "`a.png` is an empty file"),
        (b"\xff\xd8\xff\xe0", "expected a PNG picture in `a.png`, found a JPEG picture"),
        (b"\n<!DOCTYPE HTML><html>", "expected a PNG picture in `a.png`, found a web page"),
        (SVG.encode(), "expected a PNG picture in `a.png`, found an SVG picture"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "expected a PNG picture in `a.png`, found a pointer of Git LFS",
        ),
        (b"hello", "expected a PNG picture in `a.png`, found something else"),
    ],
)
def test_what_was_found_is_said(data: bytes, message: str) -> None:
    assert refused("a.png", data) == message


@pytest.mark.parametrize(
    ("old", "new", "code", "part"),
    [
        ("<circle", "<script>1</script><circle", "unsafe-media", "a script in line 1"),
        ("<circle", "<circle onclick='x()'", "unsafe-media", "the handler `onclick`"),
        ("<circle", "<a href='java&#x09;script:x()'/><circle", "unsafe-media", "the address `java\tscript:x()`"),
        ('xmlns="http://www.w3.org/2000/svg" ', "", "media-content", "has no `xmlns`"),
        ("</svg>", "", "media-content", "is not well-formed in line 1"),
        ("<circle", "<image href='photo.png'/><circle", "media-content", "shows another file, `photo.png`"),
        (SVG, "<svg", "media-content", "is not well-formed in line 1"),
        (SVG, "<html><svg/></html>", "media-content", "found a web page"),
        (SVG, "<note><svg/></note>", "media-content", "found `<note>`"),
        (SVG, "hello", "media-content", "found something else"),
    ],
)
def test_a_drawing_that_no_card_shows_or_that_could_run_is_refused(old: str, new: str, code: str, part: str) -> None:
    with pytest.raises(Problem) as caught:
        contents.check(io.BytesIO(SVG.replace(old, new).encode()), "a.svg")

    assert caught.value.finding.code == code
    assert part in caught.value.finding.message


def test_entities_that_grow_without_end_are_refused_at_once() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20}">' for n in range(1, 9))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "x">{entities}]>{SVG.replace("<circle", "<title>&e8;</title><circle")}'

    assert "is not well-formed" in refused("a.svg", bomb.encode())


def test_a_picture_that_is_none_stands_at_its_path(case: ProjectCase) -> None:
    case.file("a.png", b"<html>").file("b.mp3", png()).file("templates/assets/c.svg", "<svg/>")
    case.file("templates/style.css", '[% include "default/style.css" %]\n[[ asset("c.svg") ]]')
    case.notes("- {id: n, question: 'so ![x](a.png)', answer: A, audio: b.mp3}").check()

    case.expect(
        "decks.yaml:6:36 media-content", "decks.yaml:6:63 media-content", "templates/style.css:2:1 template-error"
    )
    assert case.diagnostics[1].hint == "name it `b.png`, or export it as an MP3 recording"


def test_a_picture_cannot_be_played_and_a_recording_not_be_shown(case: ProjectCase) -> None:
    case.file("a.png", png()).file("b.mp3", mp3())
    case.notes("- {id: n, question: '![](b.mp3) [sound:a.png]', answer: '<img src=b.mp3>', audio: a.png}").check()

    places = ["6:32 media-type", "6:46 media-type", "6:73 media-type", "6:89 media-type"]
    assert case.found() == [f"decks.yaml:{place}" for place in places]
    assert [problem.hint for problem in case.diagnostics][:2] == [
        "play it with `[sound:b.mp3]`",
        "show a picture in a text with `![what it shows](a.png)`",
    ]


def test_a_picture_without_a_path_is_told_as_a_whole(case: ProjectCase) -> None:
    case.notes("- {id: n, question: 'so ![x]() is', answer: A}").check()

    case.expect("decks.yaml:6:31 missing-media")
    assert case.diagnostics[0].span is not None
    assert case.diagnostics[0].span.end_column == 31 + len("![x]()")


def sparse(path: Path, size: int) -> None:
    """Make a picture of a size that takes no room on the disk."""
    path.write_bytes(png())
    os.truncate(path, size)


def test_a_large_file_is_warned_about_once_and_one_too_large_is_not_even_read(case: ProjectCase) -> None:
    sparse(case.folder / "a.png", contents.LARGE + 1)
    sparse(case.folder / "b.png", 50 * 1024**3)
    case.notes("- {id: n, question: '![](a.png) ![](a.png)', answer: '![](b.png)'}").check()

    case.expect("decks.yaml:6:32 large-media", "decks.yaml:6:65 large-media")
    assert [problem.severity for problem in case.diagnostics] == [Severity.WARNING, Severity.ERROR]


def test_two_files_that_differ_only_in_case_are_an_error(case: ProjectCase) -> None:
    case.file("a.png", png()).file("A.png", png("2")).notes("- {id: n, question: '![](a.png) ![](A.png)', answer: A}")

    case.check().expect("decks.yaml:6:43 media-case")


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("folder", "`a.png` is a folder"),
        ("loop", "`a.png` is a link that leads nowhere"),
        ("pipe", "`a.png` is no ordinary file"),
    ],
)
def test_what_is_no_file_is_not_opened(case: ProjectCase, kind: str, message: str) -> None:
    path = case.folder / "a.png"
    if kind == "folder":
        path.mkdir()
    elif kind == "loop":
        path.symlink_to("a.png")
    elif hasattr(os, "mkfifo"):
        os.mkfifo(path)
    else:
        pytest.skip("Windows has no named pipes")
    case.notes("- {id: n, question: '![](a.png)', answer: A}").check()

    case.expect("decks.yaml:6:32 missing-media")
    assert case.diagnostics[0].message == message
