"""`psm-cards coverage` as a user runs it: its table, its JSON and its page."""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests import environment
from tests.cli.program import psm_cards
from tests.look.chromium import dump
from tests.project_case import HEAD, ProjectCase

from psm_cards.citations import suggestions
from psm_cards.cli import report_json

TEXT = """\
Contents of the talk
The moon is made of rock. Its far side was seen first in 1959! Nobody has walked on it since.

Thank you <b>all</b> & "everyone".
"""
DECKS = f"""{HEAD}sources:
  book: {{type: book, title: A book}}
  talk:
    type: speech
    title: A <i>talk</i>
    custom: {{text: talk.txt, skip: [{{at: 4, reason: '"manners" & <so on>'}}]}}
syllabus:
- {{id: C1, text: What the moon is made of}}
- {{id: C2, text: Who <b>was</b> there}}
decks:
- name: Moon
  notes:
  - id: rock
    question: 'What is **it** "made" of, <br>&amp;?'
    answer: Rock
    covers: [C1]
    cite: [{{source: talk, at: made of … far side}}]
  - id: far
    cloze: 'Its {{{{c1::far}}}} side'
    cite: [{{source: talk, at: Its far side}}, {{source: book, page: 3}}]
"""
TABLE = """\
          in all  covered  skipped  uncovered  share
talk           5        2        1          2   50 %
syllabus       2        1        0          1   50 %
1 other source without a `text:`

talk: 1 skipped sentence
  1: "manners" & <so on>

talk: 2 uncovered sentences
{talk}:1:1
  Contents of the talk
    at: "Contents of the talk"
{talk}:2:64
  Nobody has walked on it since.
    at: "Nobody has walked on"

syllabus: 1 uncovered item
decks.yaml:11:8
  C2: Who <b>was</b> there
"""
TALK = Path("texts", "talk.txt")


@pytest.fixture
def moon(case: ProjectCase) -> ProjectCase:
    """Return a project with a text in a folder of its own."""
    return case.file("decks.yaml", DECKS).file("texts/talk.txt", TEXT)


def test_the_table_has_a_line_for_each_source_then_the_places_that_no_note_covers(moon: ProjectCase) -> None:
    done = psm_cards(moon.folder, "coverage", "--sources", "texts")

    assert done.stdout == TABLE.format(talk=TALK)
    assert (done.stderr, done.returncode) == ("", 0)
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_folders_come_from_the_environment_too_and_one_that_is_not_there_does_no_harm(moon: ProjectCase) -> None:
    moon.file("more/other.txt", "Words.")
    folders = os.pathsep.join(["", "nowhere", "texts"])

    done = psm_cards(moon.folder, "coverage", "--sources", "more", PSM_CARDS_SOURCES=folders)

    assert done.stdout == TABLE.format(talk=TALK)


def test_a_folder_given_by_option_comes_first_and_must_be_one(moon: ProjectCase) -> None:
    moon.file("newer/talk.txt", "Nothing but this.")

    done = psm_cards(moon.folder, "coverage", "--sources", "newer", "--sources", "texts", PSM_CARDS_SOURCES="texts")
    wrong = psm_cards(moon.folder, "coverage", "--sources", "nowhere")

    assert "`made of` is not in `talk.txt`" in done.stdout
    assert (wrong.returncode, "nowhere" in wrong.stderr) == (2, True)


def test_without_the_text_that_is_said_and_the_syllabus_is_reported_all_the_same(moon: ProjectCase) -> None:
    done = psm_cards(moon.folder, "coverage")

    assert done.returncode == 0
    assert done.stdout.splitlines()[1:5] == [
        "talk      no text at hand: `talk.txt`",
        "syllabus       2        1        0          1   50 %",
        "1 other source without a `text:`",
        "hint: name the texts' folder with `--sources` or in PSM_CARDS_SOURCES",
    ]


def test_with_nothing_to_cover_that_is_said(case: ProjectCase) -> None:
    done = psm_cards(case.notes("- {id: one, question: Q, answer: A}").folder, "coverage", "--fail-under", "100")

    assert done.stdout == "there is nothing to cover: no source has a `text:`, and there is no `syllabus:`\n"
    assert done.returncode == 0


def test_everything_is_listed_with_its_notes_on_demand(moon: ProjectCase) -> None:
    lines = psm_cards(moon.folder, "coverage", "--sources", "texts", "--all", "--limit", "1").stdout.splitlines()

    at = lines.index("talk: 5 sentences")
    assert lines[at + 5 : at + 11] == [
        f"{TALK}:2:1",
        "  The moon is made of rock.",
        "    1 note: rock",
        f"{TALK}:2:27",
        "  Its far side was seen first in 1959!",
        "    2 notes: rock, far",
    ]
    assert '    skipped: "manners" & <so on>' in lines
    assert lines[-6:] == [
        *("decks.yaml:10:8", "  C1: What the moon is made of", "    1 note: rock"),
        *("decks.yaml:11:8", "  C2: Who <b>was</b> there", "    no note"),
    ]
    at = lines.index("  Nobody has walked on it since.")
    assert lines[at + 1 : at + 3] == ["    no note", '    at: "Nobody has walked on"']


def test_what_no_locator_marks_says_so_and_a_line_to_copy_is_never_cut(moon: ProjectCase) -> None:
    word = "Donau" * 20
    moon.file("texts/talk.txt", f'{TEXT}\nYes. Yes.\n\nThe {word} had its own "captain" said he.')

    lines = psm_cards(moon.folder, "coverage", "--sources", "texts").stdout.splitlines()

    assert lines.count(f"    {suggestions.NONE}") == 2
    assert f'    at: "The {word} had its"' in lines
    assert max(len(line) for line in lines if word not in line) <= 80


def test_long_lists_are_cut_and_say_so(moon: ProjectCase) -> None:
    cut = psm_cards(moon.folder, "coverage", "--sources", "texts", "--limit", "1").stdout

    assert "… and 1 more; `--limit 0` shows them all" in cut
    assert "Nobody" not in cut
    assert psm_cards(moon.folder, "coverage", "--sources", "texts", "--limit", "0").stdout == TABLE.format(talk=TALK)


@pytest.mark.parametrize(("letter", "letters"), [("字", 38), ("x", 77)])
def test_a_long_sentence_is_cut_to_the_width_of_a_terminal(letter: str, letters: int, moon: ProjectCase) -> None:
    moon.file("texts/talk.txt", f"{TEXT}\n{letter * 100}")

    lines = psm_cards(moon.folder, "coverage", "--sources", "texts").stdout.splitlines()

    assert f"  {letter * letters}…" in lines


def test_a_text_cannot_write_to_the_terminal(moon: ProjectCase) -> None:
    moon.file("texts/talk.txt", f"{TEXT}\nBeware \x1b[2J of it.")

    assert "  Beware \\u001b[2J of it." in psm_cards(moon.folder, "coverage", "--sources", "texts").stdout.splitlines()


def test_less_than_the_least_fails_in_every_form(moon: ProjectCase) -> None:
    arguments = ("coverage", "--sources", "texts", "--fail-under")

    assert psm_cards(moon.folder, *arguments, "50").returncode == 0
    done = psm_cards(moon.folder, *arguments, "51")
    assert done.returncode == 1
    assert done.stdout == TABLE.format(talk=TALK) + (
        "error: coverage of `talk` is 50 %, expected at least 51 % [low-coverage]\n"
        "error: coverage of the syllabus is 50 %, expected at least 51 % [low-coverage]\n"
        "2 errors found\n"
    )
    for form in ("json", "github", "sarif"):
        done = psm_cards(moon.folder, *arguments, "51", "--format", form)
        assert (done.returncode, done.stdout.count("coverage of `talk` is 50 %")) == (1, 1)


def test_with_a_least_a_text_that_is_missing_is_an_error(moon: ProjectCase) -> None:
    done = psm_cards(moon.folder, "coverage", "--fail-under", "0")

    assert "coverage of `talk` is unknown without `talk.txt`, expected at least 0 %" in done.stdout
    assert done.returncode == 1


@pytest.mark.parametrize("least", ["-1", "101", "x"])
def test_a_least_that_is_no_percentage_is_wrong_usage(least: str, moon: ProjectCase) -> None:
    assert psm_cards(moon.folder, "coverage", "--fail-under", least).returncode == 2


def test_what_is_wrong_with_the_project_comes_first_and_nothing_is_written(moon: ProjectCase) -> None:
    moon.file("decks.yaml", DECKS.replace("answer: Rock", "anwser: Rock").replace("at: 4,", "at: 400,"))

    done = psm_cards(moon.folder, "coverage", "--sources", "texts", "--html", "page.html")

    assert re.findall(r"\[[a-z-]+\]", done.stdout) == ["[unused-skip]", "[unknown-key]"]
    assert (
        done.stdout.index("1 error, 1 warning found") < done.stdout.index("in all") < done.stdout.index("nothing was")
    )
    assert done.returncode == 1
    assert not (moon.folder / "page.html").exists()


def test_a_warning_stops_nothing_unless_it_is_taken_for_an_error(moon: ProjectCase) -> None:
    moon.file("decks.yaml", DECKS.replace("at: 4,", "at: 400,"))

    for strict in ([], ["--strict"]):
        done = psm_cards(moon.folder, "coverage", "--sources", "texts", "--html", "page.html", *strict)
        assert "[unused-skip]" in done.stdout
        assert done.returncode == len(strict)
        assert ("wrote page.html" in done.stdout) is not bool(strict)


def test_a_project_that_cannot_be_loaded_is_said_in_every_form(case: ProjectCase) -> None:
    for form in ("human", "json", "github", "sarif"):
        done = psm_cards(case.folder, "coverage", "--format", form, "--html", "page.html")
        assert "unreadable-file" in done.stdout
        assert done.returncode == 1
    assert json.loads(psm_cards(case.folder, "coverage", "--format", "json").stdout)["coverage"] is None


def report(case: ProjectCase, *arguments: str) -> dict[str, Any]:
    """Return the JSON report after a look at the part that all reports have."""
    document = json.loads(psm_cards(case.folder, "coverage", "--format", "json", *arguments).stdout)
    common = {key: value for key, value in document.items() if key not in {"coverage", "page"}}
    Draft202012Validator(report_json.schema()).validate(common)
    return dict(document)


def test_the_json_has_every_sentence_and_every_item(moon: ProjectCase) -> None:
    coverage = report(moon, "--sources", "texts")["coverage"]

    (talk,) = coverage["sources"]
    passages = talk.pop("passages")
    assert talk == {
        "key": "talk",
        "text": "talk.txt",
        "path": str(TALK),
        "cited": 2,
        "skipped": 1,
        "uncovered": 2,
        "percent": 50,
    }
    assert [(one["standing"], one["notes"], one["line"], one["column"]) for one in passages] == [
        ("uncovered", [], 1, 1),
        ("cited", ["rock"], 2, 1),
        ("cited", ["rock", "far"], 2, 27),
        ("uncovered", [], 2, 64),
        ("skipped", [], 4, 1),
    ]
    assert passages[4]["reason"] == '"manners" & <so on>'
    assert passages[3] == {
        "standing": "uncovered",
        "notes": [],
        "reason": None,
        "page": None,
        "line": 2,
        "column": 64,
        "end_line": 2,
        "end_column": 94,
        "text": "Nobody has walked on it since.",
        "at": "Nobody has walked on",
    }
    assert [one["at"] for one in passages] == ["Contents of the talk", None, None, "Nobody has walked on", None]
    assert coverage["without_text"] == ["book"]
    assert coverage["syllabus"] == {
        "items": [
            {"id": "C1", "text": "What the moon is made of", "notes": ["rock"]},
            {"id": "C2", "text": "Who <b>was</b> there", "notes": []},
        ],
        "covered": 1,
        "percent": 50,
    }


def test_the_json_of_a_missing_text_has_null_where_nothing_is_known(moon: ProjectCase) -> None:
    document = report(moon, "--html", "page.html")

    assert document["coverage"]["sources"] == [
        {"key": "talk", "text": "talk.txt"}
        | dict.fromkeys(("path", "cited", "skipped", "uncovered", "percent", "passages"))
    ]
    assert document["page"] == "page.html"


class Page(HTMLParser):
    """Reads a page: its elements by class, its anchors, the links within it, and what it would load."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: dict[str, list[str]] = {}
        self.anchors: list[str] = []
        self.targets: list[str] = []
        self.tags: set[str] = set()
        self.titles: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        named = {key: value or "" for key, value in attrs}
        self.tags.add(tag)
        self.anchors += [named["id"]] if "id" in named else []
        self.targets += [named["href"]] if "href" in named else []
        self.titles += [named["title"]] if "title" in named else []
        if tag not in {"meta", "br"}:
            self._open.append(named.get("class", tag))
            self.texts.setdefault(self._open[-1], []).append("")

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 (the parser's name)
        """Close the element."""
        self._open.pop()

    def handle_data(self, data: str) -> None:
        """Give the text to all elements around it."""
        for name in set(self._open):
            self.texts[name][-1] += data


def page(moon: ProjectCase) -> Page:
    """Return the page of a project."""
    done = psm_cards(moon.folder, "coverage", "--sources", "texts", "--html", "out/page.html")
    assert f"wrote {Path('out', 'page.html')}\n" in done.stdout
    return Page((moon.folder / "out" / "page.html").read_text(encoding="utf-8"))


def test_the_page_marks_every_sentence_and_links_it_to_its_notes_and_back(moon: ProjectCase) -> None:
    shown = page(moon)

    assert shown.texts["cited"][1:] == ["The moon is made of rock.", "Its far side was seen first in 1959!"]
    assert shown.texts["uncovered"][1:3] == ["Contents of the talk", "Nobody has walked on it since."]
    assert shown.texts["skipped"][1:] == ['Thank you <b>all</b> & "everyone".']
    assert shown.texts["refs"][2:] == ["at", "1", "12", "at", "1"]
    assert '4:1, needs no card: "manners" & <so on>' in shown.titles
    assert shown.texts["places"][-3:] == ["cites talk 2:1 talk 2:27", "covers C1", "cites talk 2:27"]


def test_the_page_has_the_line_that_would_cite_a_sentence_where_its_mark_leads(moon: ProjectCase) -> None:
    moon.file("texts/talk.txt", f'{TEXT}\nSome say "<i>cheese</i>" it is. Yes! Yes!')
    shown = page(moon)

    lines = ['at: "Contents of the talk"', 'at: "Nobody has walked on"', r'at: "Some say \"<i>cheese"']
    assert shown.texts["at"] == lines
    assert shown.texts["at quiet"] == [suggestions.NONE, suggestions.NONE]
    assert [shown.anchors.count(f"at-s1-{number}") for number in range(1, 9)] == [1, 0, 0, 1, 0, 1, 0, 0]
    assert [target for target in shown.targets if "at-" in target] == ["#at-s1-1", "#at-s1-4", "#at-s1-6"]
    assert set(lines) <= set(shown.titles)


def test_a_page_of_a_text_that_is_covered_says_nothing_of_lines_to_copy(moon: ProjectCase) -> None:
    moon.file("texts/talk.txt", "The moon is made of rock. Its far side was seen first in 1959!\n\n\nThank you.")
    shown = page(moon)

    assert "at" not in shown.texts
    assert "at leads to" not in " ".join(shown.texts["p"])


def test_every_link_of_the_page_leads_to_an_anchor_of_its_own(moon: ProjectCase) -> None:
    shown = page(moon)

    assert len(shown.anchors) == len(set(shown.anchors))
    assert {target.removeprefix("#") for target in shown.targets} <= set(shown.anchors)
    assert {"#note-1", "#note-2", "#s1-2", "#s1-3"} <= set(shown.targets)


def test_the_page_shows_notes_as_written_and_loads_and_runs_nothing(moon: ProjectCase) -> None:
    shown = page(moon)

    assert 'What is **it** "made" of, <br>&amp;?' in shown.texts["p"]
    assert "Its {{c1::far}} side" in shown.texts["p"]
    assert not shown.tags & {"script", "link", "img", "iframe", "object", "b", "i"}
    text = (moon.folder / "out" / "page.html").read_text(encoding="utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|https?:", text)


def test_the_same_project_gives_the_same_page(moon: ProjectCase) -> None:
    pages = []
    for seed in ("1", "2"):
        psm_cards(moon.folder, "coverage", "--sources", "texts", "--html", "page.html", PYTHONHASHSEED=seed)
        pages.append((moon.folder / "page.html").read_bytes())

    assert pages[0] == pages[1]


@pytest.mark.parametrize("name", ["page.yaml", "page", "texts"])
def test_a_page_is_not_written_over_a_file_of_another_kind(name: str, moon: ProjectCase) -> None:
    done = psm_cards(moon.folder, "coverage", "--html", name)

    assert done.returncode == 2
    assert f"found `{name}`" in done.stderr


def test_a_page_is_not_written_over_the_text_of_a_source(moon: ProjectCase) -> None:
    moon.file("texts/talk.html", TEXT).file(
        "decks.yaml", DECKS.replace("talk.txt", "talk.html").replace("at: 4,", "at: 1,")
    )

    done = psm_cards(moon.folder, "coverage", "--sources", "texts", "--html", "texts/talk.html")

    assert "it is the text of a source [unwritable-file]" in done.stdout
    assert done.returncode == 1
    assert (moon.folder / "texts" / "talk.html").read_text(encoding="utf-8") == TEXT


def test_a_page_that_cannot_be_written_is_told(moon: ProjectCase) -> None:
    done = psm_cards(moon.folder, "coverage", "--html", "decks.yaml/page.html", "--format", "json")

    assert [one["code"] for one in json.loads(done.stdout)["diagnostics"]] == ["unwritable-file"]
    assert (json.loads(done.stdout)["page"], done.returncode) == (None, 1)


@pytest.mark.chromium
def test_the_page_fits_a_phone_however_long_a_word_is(moon: ProjectCase, tmp_path: Path) -> None:
    environment.chromium()
    moon.file("texts/talk.txt", f"{TEXT}\n{'Donau' * 200}.").file(
        "decks.yaml", DECKS.replace("id: C2", f"id: C2{'x' * 200}")
    )
    page(moon)
    text = (moon.folder / "out" / "page.html").read_text(encoding="utf-8")
    frame = '<!doctype html><iframe src="inner.html" style="width: 320px; height: 600px; border: 0"></iframe>'
    # Of local files, each is an origin of its own: the inner page says its width itself.
    inner = text.replace("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';")
    probe = "<script>onload = () => parent.postMessage(document.documentElement.scrollWidth, '*')</script></body>"
    (tmp_path / "inner.html").write_text(inner.replace("</body>", probe), encoding="utf-8")
    listen = "<script>onmessage = (event) => { document.title = `width ${event.data}` }</script>"
    (tmp_path / "outer.html").write_text(listen + frame, encoding="utf-8")

    assert "<title>width 320</title>" in dump(tmp_path / "outer.html", tmp_path / "profile")
