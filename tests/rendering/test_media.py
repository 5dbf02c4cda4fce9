"""Media get names that are safe in every Anki, and a path that leads nowhere is found before a learner finds it."""

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from psm_cards.diagnostics import Span
from psm_cards.model import Text
from psm_cards.rendering.markup import Markup
from psm_cards.rendering.media import MediaFiles
from tests.environment import old_anki
from tests.places import FixedPlace
from tests.project_case import ProjectCase
from tests.rendering.media_files import SVG, mp3, png
from tests.rendering.rendered import fields, rendered

NOWHERE = FixedPlace(Span("decks.yaml", 1, 1, 1, 1))


def resolved(root: Path, html: str) -> str:
    """Return HTML with media names, in which nothing may be wrong."""
    markup = MediaFiles(root).resolve(Markup(html), Text(html, NOWHERE))
    assert markup.findings == ()
    return markup.html


def digest(data: bytes) -> str:
    """Return the part of a file's hash that is in its name."""
    return hashlib.sha256(data).hexdigest()[:12]


def test_pictures_and_sounds_are_named_after_stem_and_content(case: ProjectCase) -> None:
    case.file("media/A Picture.PNG", png("p")).file("x.mp3", mp3("s"))
    case.notes('- {id: n, question: "![alt](<media/A Picture.PNG>)", answer: "[sound:x.mp3] a"}')
    values = fields(case.folder)
    assert values["Question"] == f'<img src="a-picture-{digest(png("p"))}.png" alt="alt" />'
    assert values["Answer"] == f"[sound:x-{digest(mp3('s'))}.mp3] a"
    media = rendered(case.folder).media
    assert [(item.name, item.path.read_bytes()) for item in media] == [
        (f"a-picture-{digest(png('p'))}.png", png("p")),
        (f"x-{digest(mp3('s'))}.mp3", mp3("s")),
    ]


DESCRIBED = (
    "format: 1\nproject: {id: demo, title: A demo, description: 'Look: ![x](a.png)'}\ndecks:\n"
    "  - name: A::B\n    description: '![y](b.png)'\n    notes: [{id: n, question: '![](b.png)', answer: A}]\n"
)
IMPORTED = """
import sys
# On a slow machine Anki 24.11 prints how long it was busy: that is no part of the answer.
answers, sys.stdout = sys.stdout, sys.stderr
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest
collection = Collection(sys.argv[2])
request = ImportAnkiPackageRequest(package_path=sys.argv[1], options=ImportAnkiPackageOptions())
collection.import_anki_package(request)
import os
print(*sorted(os.listdir(collection.media.dir())), sep="\\n", file=answers)
collection.close()
"""


def media_imported(case: ProjectCase, python: str | Path) -> list[str]:
    """Return the names in Anki's media folder after the project's package was imported into an empty collection."""
    case.file("a.png", png()).file("b.png", png("2")).file("decks.yaml", DESCRIBED).build()
    assert case.package is not None
    command = [python, "-c", IMPORTED, case.package, case.folder / "collection.anki2"]
    return subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout.split()


MEDIA_IN_ANKI = [f"_psm-a-{digest(png())}.png", f"_psm-b-{digest(png('2'))}.png", f"b-{digest(png('2'))}.png"]


def test_anki_imports_the_pictures_of_descriptions(case: ProjectCase) -> None:
    assert media_imported(case, sys.executable) == MEDIA_IN_ANKI
    assert [f'src="{MEDIA_IN_ANKI[0]}"' in deck.description for deck in rendered(case.folder).decks] == [True, False]


@pytest.mark.old_anki
def test_anki_24_11_imports_the_pictures_of_descriptions(case: ProjectCase) -> None:
    assert media_imported(case, old_anki()) == MEDIA_IN_ANKI


def test_new_bytes_are_a_new_name(case: ProjectCase) -> None:
    case.notes("- {id: n, question: '![](a.png)', answer: A}").file("a.png", png())
    first = fields(case.folder)["Question"]
    case.file("a.png", png("2"))
    assert fields(case.folder)["Question"] != first


def test_the_same_bytes_under_one_stem_are_one_file(case: ProjectCase) -> None:
    case.file("a/x.png", png()).file("b/X.png", png()).notes(
        "- {id: n, question: '![](a/x.png)', answer: '![](b/X.png)'}"
    )
    assert len(rendered(case.folder).media) == 1


@pytest.mark.parametrize(
    ("file", "stem"),
    [
        ("_hidden.mp3", "hidden"),
        ("latex-1.mp3", "media-latex-1"),
        ("LaTeX.mp3", "media-latex"),
        ("Größe und Maß.mp3", "groe-und-ma"),
        ("木星.mp3", "media"),
        ("a[b]'c.mp3", "a-b-c"),
        ("-.mp3", "media"),
        (f"{'long' * 50}.mp3", f"{'long' * 50}"[: 100 - 17]),
    ],
)
def test_a_stem_is_plain_lower_case_and_short(tmp_path: Path, file: str, stem: str) -> None:
    (tmp_path / file).write_bytes(mp3())
    name = MediaFiles(tmp_path).name(file)
    assert name == f"{stem}-{digest(mp3())}.mp3"
    assert len(name) <= 100


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="x > src=" src="{}">',
        '<img class="wide"\n src="{}" title="t">',
        '<video controls src="{}"></video>',
        '<audio controls><source src="{}"></audio>',
        '<p>a</p><img width="30" hidden src="{}">',
    ],
)
def test_every_tag_that_shows_or_plays_a_file_is_seen(tmp_path: Path, html: str) -> None:
    name, data = ("a.png", png()) if "<img" in html else ("a.mp4", b"\0\0\0\x18ftypmp42")
    (tmp_path / name).write_bytes(data)
    assert resolved(tmp_path, html.format(name)) == html.format(f"a-{digest(data)}{name[1:]}")


def test_text_that_only_speaks_of_files_stays(tmp_path: Path) -> None:
    html = "<code>&lt;img src=&quot;a.png&quot;&gt;</code> and src=&quot;b.png&quot;"
    assert resolved(tmp_path, html) == html


@pytest.mark.parametrize(
    ("path", "code", "hint"),
    [
        ("media/spectrun.svg", "missing-media", "did you mean `media/spectrum.svg`?"),
        ("media/Spectrum.svg", "missing-media", "did you mean `media/spectrum.svg`?"),
        ("Media/spectrum.svg", "missing-media", "did you mean `media/spectrum.svg`?"),
        ("pictures/moon.svg", "missing-media", "a path starts in the project's folder"),
        ("spectrum.svg", "missing-media", "did you mean `media/spectrum.svg`?"),
        ("media", "media-type", None),
        ("media/notes.txt", "media-type", None),
        ("/media/spectrum.svg", "media-outside-project", None),
        ("../media/spectrum.svg", "media-outside-project", None),
        ("media/../../x.svg", "media-outside-project", None),
        ("https://e.org/x.svg", "remote-media", None),
        ("//e.org/x.svg", "remote-media", None),
    ],
)
def test_a_path_that_cannot_be_used_is_named_with_its_place(
    case: ProjectCase, path: str, code: str, hint: str | None
) -> None:
    case.file("media/spectrum.svg", SVG).file("media/notes.txt", b"x")
    case.notes(f"- id: n\n  question: A picture ![alt](<{path}>) here\n  answer: A").check()
    case.expect(f"decks.yaml:7:37 {code}")
    span = case.diagnostics[0].span
    assert span is not None
    assert span.end_column - span.column == len(path)
    assert f"`{path}`" in case.diagnostics[0].message
    if hint:
        assert case.diagnostics[0].hint == hint


@pytest.mark.parametrize("path", ["media\\x.svg", "C:/media/x.svg"])
def test_a_path_of_one_system_only_is_refused(tmp_path: Path, path: str) -> None:
    html = f'<img src="{path}">'
    markup = MediaFiles(tmp_path).resolve(Markup(html), Text(html, NOWHERE))
    assert [(finding.code, finding.offset, finding.length) for finding in markup.findings] == [
        ("media-outside-project", 10, len(path))
    ]
    assert markup.html == "<img>"


def test_a_link_out_of_the_project_is_refused(case: ProjectCase) -> None:
    case.file("secret.png", png())
    inner = ProjectCase(case.folder / "project").file("media/.keep", b"")
    (inner.folder / "media" / "x.png").symlink_to(case.folder / "secret.png")
    inner.notes("- {id: n, question: '![](media/x.png)', answer: A}").check()
    inner.expect("decks.yaml:6:32 media-outside-project")


def test_a_missing_file_used_twice_in_a_text_is_said_once(case: ProjectCase) -> None:
    case.notes("- {id: n, question: '![](a.png) ![](a.png)', answer: A}").check()
    case.expect("decks.yaml:6:32 missing-media")


@pytest.mark.parametrize(
    "text", ["a.png is ![](a.png)", "no a.png: ![](<a.png>)", "a.png <img src=a.png>", "a.mp3 [sound:a.mp3]"]
)
def test_a_path_is_found_where_it_is_used_and_not_where_it_is_only_named(case: ProjectCase, text: str) -> None:
    case.notes(f"- {{id: n, question: '{text}', answer: A}}").check()
    column = len("      - {id: n, question: '") + max(text.rfind("a.png"), text.rfind("a.mp3")) + 1
    case.expect(f"decks.yaml:6:{column} missing-media")


@pytest.mark.parametrize(
    ("file", "path"),
    [
        *(("a b.png", "a%20b.png"), ("a b.png", "<a b.png>"), ("50%25.png", "50%25.png"), ("50%.png", "50%25.png")),
        *(("50%25.png", "50%2525.png"), ("50%.png", "<50%.png>")),
    ],
)
def test_a_percent_sign_encodes_a_character_unless_the_file_is_called_so(
    case: ProjectCase, file: str, path: str
) -> None:
    case.file(f"media/{file}", png())
    path = path.replace("<", "<media/") if "<" in path else f"media/{path}"
    case.notes(f"- {{id: n, question: '![]({path})', answer: A}}")
    assert [media.path.name for media in rendered(case.folder).media] == [file]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("media/50%26.png", "did you mean `media/50%25.png`?"),
        ("media/a%00/b.png", "a path starts in the project's folder"),
    ],
)
def test_a_hint_for_an_encoded_path_is_one_that_works(case: ProjectCase, path: str, hint: str) -> None:
    case.file("media/50%25.png", png()).notes(f"- {{id: n, question: '![]({path})', answer: A}}").check()
    case.expect("decks.yaml:6:32 missing-media")
    assert case.diagnostics[0].hint == hint


def test_a_path_that_the_source_spells_otherwise_is_placed_at_the_whole_text(case: ProjectCase) -> None:
    case.notes("- {id: n, question: '![](a\\_b.png)', answer: A}").check()
    case.expect("decks.yaml:6:27 missing-media")


def test_ten_thousand_sounds_are_looked_up_once(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(mp3())
    media = MediaFiles(tmp_path)
    first = media.name("a.mp3")
    # A second look would find nothing: the file is gone.
    (tmp_path / "a.mp3").unlink()
    html = "[sound:a.mp3]" * 10_000
    assert media.resolve(Markup(html), Text("", NOWHERE)).html == f"[sound:{first}]" * 10_000


@pytest.mark.parametrize("token", ["[sound:", "<img ", '<img a="', "<img src=", "<img\n a"])
def test_a_hundred_thousand_characters_of_half_a_reference_are_no_burden(tmp_path: Path, token: str) -> None:
    html = token * (100_000 // len(token))
    begun = time.process_time()
    assert resolved(tmp_path, html) == html
    assert time.process_time() - begun < 6


def test_raw_html_may_write_its_attributes_in_any_way(case: ProjectCase) -> None:
    case.file("a.png", png())
    for html in ("<img src=a.png>", "<IMG SRC='a.png' alt=x>", '<img width=3 src="a.png"/>'):
        case.notes(f"- id: n\n  question: |\n    A {html}\n  answer: A")
        assert f'src="a-{digest(png())}.png"' in fields(case.folder)["Question"]
