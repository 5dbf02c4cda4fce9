"""Every code explained: its wrong example gives it, its right example gives nothing."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from tests.cli.program import json_report
from tests.documents.test_documents import matches, shell
from tests.environment import ROOT, mortal
from tests.project_case import ProjectCase

from psm_cards import workflows
from psm_cards.citations.passages import REACH
from psm_cards.cli import explanations
from psm_cards.cli.app import run
from psm_cards.cli.explanations import Explanation, Fence
from psm_cards.diagnostics import Code
from psm_cards.files import LARGEST_TEXT
from psm_cards.model import LARGEST_CLOZE
from psm_cards.project.tree import LONGEST_TEXT, MOST_ENTRIES
from psm_cards.rendering.contents import LARGE

CODES: tuple[str, ...] = get_args(Code)

PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGM4AQAAygDJmcpdfgAAAABJRU5ErkJggg=="
)
PICTURES = ("media/moon.png", "media/full moon.png", "templates/assets/moon.png")
"""What the standard project has beside its `decks.yaml`, as the page says at its top."""

INDENTS = {"sources": 2, "decks": 2, "notes": 6}
"""The parts of the standard project that an example can stand for, and how far they are indented there."""

TEXT = "talk.txt"
"""The source's text that stands on the page below the standard decks.yaml."""
SENTENCE = f"The moon has mountains, {'and mountains, ' * (REACH // 10)}and nothing else."
RECORDED = {"ambiguous-locator", "locator-too-long", "passage-not-found", "wrong-locator"}
"""Codes whose right example cites a passage, which its author has recorded."""

LONGEST_SUMMARY = 130
LONGEST_PARAGRAPH = 320
"""Characters: what one reads before one has forgotten the message."""
MOST_LINES = 50
"""Lines of an explanation with its examples: one screen, and little more."""


def explained(code: str) -> Explanation:
    """Return the explanation of a code, which must have one."""
    found = explanations.explanation(code)
    assert found is not None, f"no section about {code} in src/psm_cards/cli/problems"
    return found


def examples(code: str, mark: str) -> list[Fence]:
    """Return the fenced blocks below `Wrong` or `Right` in a code's explanation."""
    under, found = "", []
    for part in explained(code).parts():
        if isinstance(part, Fence):
            found += [part] if under == mark else []
        elif part.startswith(("Wrong", "Right")):
            under = part[:5]
    return found


def on_top(name: str) -> str:
    """Return a file of the standard project from the top of the page."""
    fence = re.search(rf"^```\w+ {re.escape(name)}\n(.*?)^```$", explanations.page(), re.MULTILINE | re.DOTALL)
    assert fence is not None
    return fence[1]


def standard() -> str:
    """Return the decks.yaml that examples are a part of."""
    return on_top("decks.yaml")


def filled(part: str, text: str) -> str:
    """Return the standard decks.yaml with this text in place of one of its parts."""
    before, key, after = standard().partition(" " * (INDENTS[part] - 2) + f"{part}:\n")
    indented = re.sub(r"^(?=.)", " " * INDENTS[part], text, flags=re.MULTILINE)
    kept = after[after.index("decks:\n") :] if part == "sources" else ""
    return f"{before}{key}{indented}{kept}"


def written(case: ProjectCase, code: str, mark: str) -> ProjectCase:
    """Write the standard project, and over it the files of a code's example."""
    case.file("decks.yaml", standard()).file(TEXT, on_top(TEXT))
    for name in PICTURES:
        case.file(name, PICTURE)
    for fence in examples(code, mark):
        if fence.file in INDENTS:
            case.file("decks.yaml", filled(fence.file, fence.text))
        elif fence.file:
            if (case.folder / fence.file).exists() and fence.file not in {"decks.yaml", TEXT}:
                pytest.skip("this file system keeps one of two names that differ only in case")
            case.file(fence.file, fence.text)
    return case


def sparse(case: ProjectCase, name: str, size: int) -> None:
    """Make a file of so many bytes, which takes no room on the disk."""
    os.truncate(case.folder / name, size)


TOO_LARGE: dict[str, Callable[[ProjectCase], object]] = {
    "file-too-large": lambda case: sparse(case, "decks.yaml", LARGEST_TEXT + 1),
    "large-media": lambda case: sparse(written(case, "remote-media", "Right"), "media/moon.png", LARGE + 1),
    "passage-too-long": lambda case: written(case, "passage-not-found", "Right").file(TEXT, SENTENCE),
    "text-too-long": lambda case: case.file("decks.yaml", standard().replace("Ganymede", "I" * (LONGEST_TEXT + 1))),
    "too-many-entries": lambda case: case.file(
        "decks.yaml", f"{standard()}    tags: [{'io, ' * (MOST_ENTRIES + 1)}]\n"
    ),
}
"""What makes each problem that no page has room for out of the standard project."""

LOCKED = "unreadable-media"
"""The one code whose example needs a file that may not be read."""

AFTER_A_RELEASE = frozenset(
    "anki-not-installed broken-promise card-gone changed-guid changed-kind changed-note-type clock-behind damaged-lock "
    "foreign-lock lost-lock moved-note newer-lock note-gone renamed-deck retired-guid unknown-former-id "
    "unknown-retired untold-retirement version-behind version-too-low wrong-package".split()
)
"""Codes about what learners have: a page would need a `decks.lock`; tests/release breaks each of them on purpose."""

BY_COMMAND = [
    (code, mark)
    for code in explanations.codes()
    for mark in ("Wrong", "Right")
    if any(fence.language == "console" for fence in examples(code, mark))
]
IN_FILES = [code for code in CODES if code not in {*TOO_LARGE, *AFTER_A_RELEASE, LOCKED}]


def checked(mark: str) -> list[str]:
    """Return the codes whose wrong, or right, examples are to be checked without a command of their own."""
    return [code for code in IN_FILES if (code, mark) not in BY_COMMAND]


def test_every_code_has_exactly_one_section_and_no_section_is_about_anything_else() -> None:
    assert sorted(explanations.codes()) == sorted(CODES)
    for topic in explanations.topics():
        assert [one.code for one in topic.explanations] == sorted(one.code for one in topic.explanations)


def test_every_file_of_explanations_is_on_the_page() -> None:
    names = {path.stem for path in (ROOT / "src" / "psm_cards" / "cli" / "problems").iterdir()}

    assert names == {"page", *explanations.TOPICS}


@pytest.mark.parametrize("code", checked("Wrong"))
def test_a_wrong_example_gives_its_code_and_no_other(code: str, case: ProjectCase) -> None:
    written(case, code, "Wrong").check()

    assert {problem.code for problem in case.diagnostics} == {code}
    assert all(problem.span for problem in case.diagnostics)


@pytest.mark.parametrize("code", checked("Right"))
def test_a_right_example_gives_no_message_at_all(code: str, case: ProjectCase) -> None:
    assert examples(code, "Right")
    written(case, code, "Right")
    if code in RECORDED:
        workflows.check(case.folder, lambda _stage: None, workflows.Texts(updating=True))

    case.check().expect_clean()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such users")
def test_a_picture_that_may_not_be_read_gives_its_code(case: ProjectCase) -> None:
    written(case, LOCKED, "Right").check().expect_clean()
    written(case.file("media/locked.png", PICTURE), LOCKED, "Wrong")
    (case.folder / "media/locked.png").chmod(0)
    command = [*mortal(), sys.executable, "-m", "psm_cards", "check", "--format", "json"]
    done = subprocess.run(command, cwd=case.folder, capture_output=True, text=True, check=False)

    assert {problem["code"] for problem in json_report(done.stdout)["diagnostics"]} == {LOCKED}


@pytest.mark.parametrize(("code", "mark"), BY_COMMAND)
def test_a_command_in_an_explanation_prints_what_it_says(code: str, mark: str, case: ProjectCase) -> None:
    written(case, code, mark)
    fences = [fence for fence in examples(code, mark) if fence.language == "console"]

    assert fences
    for fence in fences:
        line, _, expected = fence.text.removeprefix("$ ").partition("\n")
        assert matches(expected, shell(line, case.folder))
        assert (f"[{code}]" in expected) == (mark == "Wrong")


@pytest.mark.parametrize("code", TOO_LARGE)
def test_what_is_too_large_for_a_page_gives_its_code(code: str, case: ProjectCase) -> None:
    case.file("decks.yaml", standard())
    TOO_LARGE[code](case)

    case.check()

    assert {problem.code for problem in case.diagnostics} == {code}


@pytest.mark.parametrize("code", sorted(AFTER_A_RELEASE))
def test_what_only_a_project_with_a_release_can_break_is_broken_there(code: str) -> None:
    tests = [path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "release").glob("test_*.py")]

    assert any(f'"{code}"' in text for text in tests)


def test_the_limits_are_those_that_the_explanations_name() -> None:
    for code, limit in {
        "cloze-number": f"1 to {LARGEST_CLOZE}",
        "large-media": f"{LARGE // 1024**2} MB",
        "file-too-large": f"{LARGEST_TEXT // 1_000_000} MB",
        "passage-too-long": f"{REACH:,} characters",
        "text-too-long": f"{LONGEST_TEXT:,} characters",
        "too-many-entries": f"{MOST_ENTRIES:,} entries",
    }.items():
        assert limit in explanations.summary(code)


@pytest.mark.parametrize("code", TOO_LARGE)
def test_no_example_is_invented_for_what_a_page_cannot_show(code: str) -> None:
    assert [part for part in explained(code).parts() if isinstance(part, Fence)] == []


@pytest.mark.parametrize("code", CODES)
def test_an_explanation_is_short_and_its_first_sentence_stands_alone(code: str) -> None:
    text, *_ = explained(code).parts()

    assert isinstance(text, str)
    assert text.startswith(explanations.summary(code))
    assert explanations.summary(code).endswith(".")
    assert len(explanations.summary(code)) <= LONGEST_SUMMARY
    assert len(text) <= LONGEST_PARAGRAPH
    assert len(explained(code).markdown.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("code", CODES)
def test_a_file_of_an_example_is_named_above_it(code: str) -> None:
    before = ""
    for part in explained(code).parts():
        if isinstance(part, str):
            before = part
        elif part.file and part.file not in {*INDENTS, "decks.yaml"}:
            assert f"`{part.file}`" in before


def test_the_page_of_the_documents_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "--all"]) == 0

    # Made anew with: psm-cards explain --all > docs/problems.md
    assert capsys.readouterr().out == (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")


def test_every_link_of_the_contents_leads_to_a_heading() -> None:
    page = explanations.page()
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^###? (.+)$", page, re.MULTILINE)}

    linked = set(re.findall(r"\(#([^)]+)\)", page))
    assert set(CODES) < linked == anchors


def test_an_explanation_reads_well_without_markdown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "unknown-key"]) == 0

    assert capsys.readouterr().out.splitlines() == [
        "unknown-key",
        "",
        "The format has no such key at this place. Most likely it is misspelt, and its",
        "value would not reach the card.",
        "",
        "Wrong:",
        "",
        "    - id: largest-moon",
        "      question: Which moon is the largest?",
        "      anwser: Ganymede",
        "",
        "Right:",
        "",
        "    - id: largest-moon",
        "      question: Which moon is the largest?",
        "      answer: Ganymede",
    ]


@pytest.mark.parametrize("code", ["unknown-key", "Unknown-Key", "[unknown-key]"])
def test_a_code_may_be_pasted_from_a_message(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", code]) == 0

    assert capsys.readouterr().out.startswith("unknown-key\n")


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["unknown-kye"], "no problem has the code `unknown-kye`; did you mean `unknown-key`?"),
        (["moon"], "no problem has the code `moon`; `psm-cards explain` lists all codes"),
        (["unknown-key", "--all"], "expected a code or --all, found both"),
    ],
)
def test_what_is_no_code_is_wrong_usage_with_advice(
    arguments: list[str], advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", *arguments]) == 2

    printed = capsys.readouterr()
    assert printed.out == ""
    assert advice in printed.err


def test_a_shell_completes_codes(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "psm_cards"],
        cwd=tmp_path,
        env={
            **os.environ,  # noqa: TID251 (the program under test needs a shell's environment)
            "_PSM_CARDS_COMPLETE": "complete_bash",
            "COMP_WORDS": "psm-cards explain unknown-f",
            "COMP_CWORD": "2",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    assert sorted(done.stdout.split()) == [code for code in sorted(CODES) if code.startswith("unknown-f")]


def test_without_a_code_all_are_listed_by_topic_with_their_first_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line in {topic.title for topic in explanations.topics()}] == [
        topic.title for topic in explanations.topics()
    ]
    together = " ".join(" ".join(lines).split())
    for code in CODES:
        assert f"{code} {explanations.summary(code)}" in together
