"""The cards as learners see them: rendered by the real Anki, laid out by a real browser, measured there."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from pygments.token import STANDARD_TYPES

from psm_cards.model import State
from psm_cards.rendering import markup
from psm_cards.rendering.templates import DEFAULTS
from tests.look.chromium import dump, program
from tests.look.faces import ANDROID_NIGHT, CLIENTS, DAY, Client, Face, faces, framed, page

LOOK = Path(__file__).parents[1] / "look"
ROOT = LOOK.parents[1]
WIDTHS = (320, 360, 1280)

# Everything that can stand in a field or that Anki puts there, beyond what the sample notes have.
WIDE = '<span style="display: inline-block; width: 900px">x</span>'
TOKENS = "".join(f'<span class="{name}">{name}</span> ' for name in sorted(filter(None, STANDARD_TYPES.values())))
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4"/></svg>'
TABLE = (
    "|a|b|c|d|e|\n|-|-|-|-|-|\n|![a drawing](drawing.svg)|some words that wrap and wrap|others that do not wrap|5|6|\n"
)
EXTRA = f"""<h1>h1</h1><h2>h2</h2><h3>h</h3>
<p>p <small>small</small> <mark>mark</mark> <del>del</del> <kbd>kbd</kbd> <sub>sub</sub></p>
<dl><dt>dt</dt><dd>dd</dd></dl><figure><img src="ice.png" alt=""><figcaption>figcaption</figcaption></figure>
<pre class="code"><code>{TOKENS} <span class="cloze">cloze</span></code></pre><hr>
<mjx-container display="true" style="display: block">{WIDE}</mjx-container>
<div class="psm-notice">notice <a href="#">link</a></div><div class="psm-sources"><ul>STATES</ul></div>"""
EXTRA = EXTRA.replace("STATES", "".join(f'<li class="psm-{state}">{state}</li>' for state in State))
EXTRA += markup.to_html(TABLE).html
INLINE = f"<mjx-container>{WIDE}</mjx-container>"

USER_STYLE = """
a { color: rgb(1, 2, 3) } .psm-question { font-weight: 300 } .card { background-color: rgb(4, 5, 6); font-size: 33px }
"""


@dataclass(frozen=True, slots=True)
class Samples:
    """The faces of the sample project, and where their media lie."""

    folder: Path
    faces: dict[str, Face]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Return every side of every sample card, and two that hold what notes hold seldom."""
    folder = tmp_path_factory.mktemp("samples")
    shutil.copy(LOOK / "project" / "media" / "ice.png", folder)
    (folder / "drawing.svg").write_text(DRAWING, encoding="utf-8")
    found = {face.name: face for face in faces(LOOK / "project", folder)}
    plain = found["plain-forward-back"]
    for name, html in (("extra", EXTRA), ("inline", INLINE)):
        found[name] = replace(plain, note=name, html=plain.html.replace("It turns once on its axis", html))
    return Samples(folder, found)


Measures = dict[tuple[str, str, int], Any]


def measure(samples: Samples, clients: tuple[Client, ...], widths: tuple[int, ...]) -> Measures:
    """Return what a browser finds on the pages of all faces, by face, client and width."""
    if program() is None:
        # A look that nobody looked at must not pass where the whole gate runs.
        assert "CI" not in os.environ, "chromium is missing"  # noqa: TID251 (tests meet the environment)
        pytest.skip("chromium is not on the PATH")
    frames = "".join(
        framed({f"{name}|{client.name}|{width}": page(face, client) for name, face in samples.faces.items()}, width)
        for client in clients
        for width in widths
    )
    script = (LOOK / "measure.js").read_text(encoding="utf-8")
    file = samples.folder / "measure.html"
    file.write_text(
        f'<!doctype html><meta charset="utf-8"><style>iframe {{ border: 0 }}</style><script>{script}</script>'
        f'{frames}<pre id="result"></pre>',
        encoding="utf-8",
    )
    result = re.search(r'<pre id="result">(.+?)</pre>', dump(file, samples.folder / "profile"), re.DOTALL)
    assert result, "the page was not measured"
    found = json.loads(unescape(result[1]))
    return {(name, client, int(width)): found[key] for key in found for name, client, width in [key.split("|")]}


@pytest.fixture(scope="module")
def by_width(samples: Samples) -> Measures:
    """Return the measures of all faces at all widths, by day on a desktop and at night on a phone."""
    return measure(samples, (DAY, ANDROID_NIGHT), WIDTHS)


def test_no_card_is_wider_than_the_screen(by_width: Measures) -> None:
    assert len(by_width) > 150
    assert {key: found["overflow"] for key, found in by_width.items() if found["overflow"] > 0} == {}


def test_wide_parts_scroll_inside_themselves_and_nothing_else_does(by_width: Measures) -> None:
    for (name, client, width), found in by_width.items():
        # A formula within a line cannot scroll without leaving the line: there the whole field does.
        expected = ["div.psm-answer#"] if name == "inline" else []
        assert found["sections"] == expected, (name, client, width)
    assert by_width["code-forward-back", DAY.name, 360]["inside"] == ["pre.code#"]
    assert by_width["table-forward-back", ANDROID_NIGHT.name, 320]["inside"] == ["div.table#"]
    assert by_width["extra", DAY.name, 1280]["inside"] == ["pre.code#", "mjx-container.#"]


def test_a_formula_fades_at_the_edge_where_there_is_more_of_it_and_nothing_else_does(by_width: Measures) -> None:
    for (name, client, width), found in by_width.items():
        expected = {"inline": ["div.psm-answer#"], "extra": ["mjx-container.#"]}.get(name, [])
        assert found["faded"] == expected, (name, client, width)


def test_no_heading_in_an_answer_is_larger_than_the_question(by_width: Measures) -> None:
    for width in WIDTHS:
        found = by_width["extra", DAY.name, width]
        assert len(found["headings"]) == 3
        assert max(found["headings"]) < found["question"]


def test_in_a_table_drawings_can_be_seen_and_prose_has_more_than_a_word_a_line(by_width: Measures) -> None:
    for client in (DAY.name, ANDROID_NIGHT.name):
        for width in WIDTHS:
            found = by_width["extra", client, width]
            ((drawing, padding),) = found["drawings"]
            assert (drawing > 90, padding) == (True, "0px")
            first, second, third, *numbers = found["cells"]
            assert min(first, second, third) > 90
            assert max(numbers) < 60


def test_text_stands_in_a_centred_column_of_readable_width(by_width: Measures) -> None:
    for (_, _, width), found in by_width.items():
        assert found["column"] <= 38
        if width == 1280:
            assert found["left"] == pytest.approx((1280 - found["column"] * 20) / 2, abs=1)


def test_the_hint_is_large_enough_for_a_finger(by_width: Measures) -> None:
    heights = [found["hint"] for found in by_width.values() if found["hint"] is not None]
    assert heights
    assert min(heights) >= 44


def test_pictures_are_shown_and_fit(by_width: Measures) -> None:
    for width in WIDTHS:
        pictures = by_width["picture-forward-back", ANDROID_NIGHT.name, width]["pictures"]
        assert [shown for shown, _ in pictures] == [True, True]
        assert all(shown_width <= width for _, shown_width in pictures)


def test_a_drawing_keeps_a_light_ground_at_night(by_width: Measures) -> None:
    key = "picture-forward-back"
    assert by_width[key, ANDROID_NIGHT.name, 360]["styles"]["picture"] == "rgb(244, 244, 242)"
    assert by_width[key, DAY.name, 360]["styles"]["picture"] == "rgba(0, 0, 0, 0)"


def test_all_text_has_contrast_in_every_client_by_day_and_at_night(samples: Samples) -> None:
    found = measure(samples, CLIENTS, (360,))
    assert {key: values["faint"] for key, values in found.items() if values["faint"]} == {}


@pytest.fixture(scope="module")
def deck(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """Return every side of every card of this project's own deck."""
    folder = tmp_path_factory.mktemp("deck")
    return Samples(folder, {face.name: face for face in faces(ROOT, folder)})


def test_this_projects_own_look_has_contrast_too(deck: Samples) -> None:
    first_of_kind = {face.card: face for face in deck.faces.values() if face.side == "back"}
    found = measure(Samples(deck.folder, first_of_kind), CLIENTS, (320,))
    assert {key: values["faint"] for key, values in found.items() if values["faint"]} == {}
    assert all('class="psm-header"' in face.html for face in deck.faces.values())


def test_no_card_of_the_deck_is_wider_than_the_smallest_phone(deck: Samples) -> None:
    backs = {name: face for name, face in deck.faces.items() if face.side == "back"}
    found = measure(Samples(deck.folder, backs), (DAY,), (320,))
    assert len(found) == len(deck.faces) / 2 > 150
    wide = {key for key, values in found.items() if values["overflow"] > 0 or values["sections"] or values["inside"]}
    assert wide == set()


def test_a_learners_own_style_sheet_wins(samples: Samples, tmp_path: Path) -> None:
    (tmp_path / "_psm_user.css").write_text(USER_STYLE, encoding="utf-8")
    plain = samples.faces["plain-forward-back"]
    found = measure(Samples(tmp_path, {"plain": plain}), CLIENTS, (360,))
    for client in CLIENTS:
        styles = found["plain", client.name, 360]["styles"]
        assert (styles["link"], styles["question"], styles["size"]) == ("rgb(1, 2, 3)", "300", "33px")
    assert found["plain", DAY.name, 360]["styles"]["paper"] == "rgb(4, 5, 6)"


def selectors(css: str) -> Iterator[str]:
    """Yield the selector of every rule of a style sheet."""
    plain = re.sub(r"/\*.*?\*/|\[#.*?#\]|@keyframes .*?\n\}", "", css, flags=re.DOTALL)
    for match in re.finditer(r"(?:^|[{};])\s*([^{};@]+)\{", plain):
        yield match[1].strip()


def test_every_rule_of_the_default_style_weighs_nothing() -> None:
    found = list(selectors((DEFAULTS / "style.css").read_text(encoding="utf-8")))
    assert len(found) > 50
    assert [selector for selector in found if not re.fullmatch(r":where\(.*\)", selector, re.DOTALL)] == []


def test_cards_ask_nothing_from_the_network(samples: Samples) -> None:
    for face in samples.faces.values():
        without_links = re.sub(r'<a href="[^"]*">', "", face.html)
        assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//|<script|url\((?!"_psm_user)""", without_links) == []


def test_one_place_to_type_where_typing_is_asked_for_and_none_elsewhere(samples: Samples) -> None:
    for name, face in samples.faces.items():
        assert len(re.findall('id="?typeans', face.html)) == (1 if name.startswith("spelling") else 0), name


def test_the_hint_is_on_the_front_of_its_own_card_only(samples: Samples) -> None:
    with_hint = {name for name, face in samples.faces.items() if "<details" in face.html}
    assert with_hint == {
        *("plain-forward-front", "spelling-forward-front"),
        *("deletion-cloze1-front", "deletion-cloze2-front"),
    }


def test_the_reverse_card_asks_with_the_reverse_prompt_and_answers_with_the_question(samples: Samples) -> None:
    front = samples.faces["plain-reverse-front"].html
    back = samples.faces["plain-reverse-back"].html
    assert "Which two motions of the Moon" in front
    assert "Why does the Moon" not in front
    assert back.index("Which two motions of the Moon") < back.index('id="answer"') < back.index("Why does the Moon")
