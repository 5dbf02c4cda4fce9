"""Sources made to take for ever or to fill the memory: each gets an answer in seconds, within 500 MB."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from psm_cards.files import LARGEST_TEXT
from psm_cards.project.tree import LONGEST_TEXT
from psm_cards.rendering import cloze, markup
from tests.environment import UNMEASURED
from tests.project_case import HEAD, ProjectCase

SECONDS = 8
"""Of processor time: four times what is promised, because the machines that run tests are slow and shared, and the
measuring of coverage triples it; what is not refused takes minutes."""
MEGABYTES = 500
MILLION = 1_000_000
NOTES = f"{HEAD}decks:\n  - name: Demo\n    notes:\n"


@dataclass(frozen=True)
class Attack:
    """A decks.yaml, and the beginning of the only or the first thing that is said of it; blank: all is well."""

    title: str
    text: Callable[[], str]
    expected: str

    def __str__(self) -> str:
        return self.title


def note(**texts: str) -> Callable[[], str]:
    """Return what writes a project of one note with these texts, in double quotes from column 19 on."""
    lines = "".join(
        f'      {"- " if number == 0 else "  "}{key}: "{text}"\n' for number, (key, text) in enumerate(texts.items())
    )
    return lambda: NOTES + lines


def aliases(first: str, make: Callable[[int], str]) -> Callable[[], str]:
    """Return what writes thirty values, each of ten of the one before."""
    return lambda: f"{HEAD}a0: &a0 {first}\n" + "".join(f"a{n}: &a{n} {make(n - 1)}\n" for n in range(1, 30))


TOO_DEEP = "error: more than 100 lists and mappings inside each other"
TOO_LONG = "error: expected a text of at most 100,000 characters, found"
ENDLESS = "error: no text or comment may be longer than 2,000,000 characters"
TOO_MANY = "error: more than 100,000 entries in one list or mapping"
ATTACKS = [
    Attack("lists of aliases", aliases("[x]", lambda n: f"[{', '.join([f'*a{n}'] * 10)}]"), "8:15: error: aliases"),
    Attack(
        "mappings of aliases",
        aliases("{k: x}", lambda n: f"{{{', '.join(f'k{key}: *a{n}' for key in range(10))}}}"),
        "8:14: error: aliases",
    ),
    Attack("brackets 10,000 deep", lambda: f"{HEAD}x: {'[' * 10_000}{']' * 10_000}\n", f"3:103: {TOO_DEEP}"),
    Attack("braces 10,000 deep", lambda: f"{HEAD}x: {'{a: ' * 10_000}{'}' * 10_000}\n", f"3:400: {TOO_DEEP}"),
    Attack("dashes 10,000 deep", lambda: f"{HEAD}x:\n  {'- ' * 10_000}a\n", f"4:201: {TOO_DEEP}"),
    Attack(
        "keys 5,000 deep",
        lambda: f"{HEAD}x:\n" + "\n".join(f"{' ' * depth}a:" for depth in range(1, 5_000)),
        f"103:101: {TOO_DEEP}",
    ),
    Attack("quotes 10,000 deep", note(id="one", question="> " * 10_000 + "a", answer="A"), ""),
    Attack("list items 10,000 deep", note(id="one", question="- " * 10_000 + "a", answer="A"), ""),
    Attack("links 10,000 deep", note(id="one", question="[" * 10_000 + "a" + "](b)" * 10_000, answer="A"), "7:"),
    Attack(
        "tags 10,000 deep",
        note(id="one", question="<b>" * 10_000 + "a" + "</b>" * 10_000, answer="A"),
        "7:320: error: tags are nested",
    ),
    Attack(
        "deletions 10,000 deep",
        note(id="one", cloze="{{c1::" * 10_000 + "a" + "}}" * 10_000),
        "7:65: error: more than 8",
    ),
    Attack("ten thousand deletions", note(id="one", cloze="{{c1::a}} " * 9_999), ""),
    Attack("ten thousand bad numbers", note(id="one", cloze="".join(f"{{{{c{n}::a}}}}" for n in range(9_000))), "7:"),
    Attack(
        "four thousand pictures",
        note(id="one", question="".join(f"![a](media/{n}.png) " for n in range(4_000)), answer="A"),
        "7:25: error: no file",
    ),
    Attack(
        "a number of a million digits",
        note(id="one", question="1" * MILLION, answer="A"),
        f"7:19: {TOO_LONG} 1,000,000",
    ),
    Attack(
        "a number of 99,999 digits",
        lambda: f"format: {'1' * 99_999}\nproject: {{id: demo, title: A}}\n",
        "1:9: error: expected format 1",
    ),
    Attack("a text of 63 MB", lambda: f"{HEAD}x: {'a' * 63 * MILLION}\n", f"3:1: {ENDLESS}"),
    # One emoji, and each character takes four bytes of memory.
    Attack("63 MB with an emoji", lambda: f"{HEAD}x: 😀{'a' * 63 * MILLION}\n", f"3:1: {ENDLESS}"),
    Attack(
        "63 MB of line ends in an open quote",
        lambda: f'{HEAD}x: "{"a" + chr(10)}{" " + chr(10)}' + " \n" * 31 * MILLION,
        f"3:1: {ENDLESS}",
    ),
    Attack("a million keys", lambda: HEAD + "".join(f"k{n}: 1\n" for n in range(MILLION)), f"1:1: {TOO_MANY}"),
    Attack(
        "a million times the same key", lambda: f"{HEAD}x:\n" + "  k: 1\n" * MILLION, "5:3: error: key `k` stands twice"
    ),
    Attack("a million items", lambda: f"{HEAD}decks:\n" + "- 1\n" * MILLION, f"4:1: {TOO_MANY}"),
    Attack(
        "a hundred thousand tags",
        lambda: note(id="one", question="Q", answer="A")() + f"        tags: [{'a, ' * 100_001}]\n",
        f"9:15: {TOO_MANY}",
    ),
    Attack(
        "a tag of 30,000 levels",
        lambda: note(id="one", question="Q", answer="A")() + f"        tags: ['a{'::a' * 30_000}']\n",
        "",
    ),
    Attack(
        "a rename of 300 sources gone wrong in 2,000 notes",
        lambda: "".join(
            (
                HEAD,
                "sources:\n",
                *(f"  author{n}-title: {{type: book, title: T}}\n" for n in range(300)),
                "decks:\n  - name: Demo\n    notes:\n",
                *(
                    f"    - {{id: n{n}, question: Q, answer: A, cite: [{{source: auther{n}-titel}}]}}\n"
                    for n in range(2_000)
                ),
            )
        ),
        "307:56: error: no source is called `auther0-titel`",
    ),
    Attack(
        "a misspelt key in 50,000 notes",
        lambda: NOTES + "".join(f"    - {{id: n{n}, question: Q, answr: A}}\n" for n in range(50_000)),
        "6:29: error: unknown key `answr`",
    ),
    Attack(
        "an unknown source in 50,000 notes",
        lambda: (
            NOTES
            + "".join(f"    - {{id: n{n}, question: Q, answer: A, cite: [{{source: a}}]}}\n" for n in range(50_000))
        ),
        "6:56: error: no source is called `a`",
    ),
    Attack(
        "unsafe HTML in 50,000 notes",
        lambda: NOTES + "".join(f"    - {{id: n{n}, question: '<script>', answer: A}}\n" for n in range(50_000)),
        "6:",
    ),
    Attack("a megabyte in one line", lambda: f"{HEAD}x: [{'a, ' * 90_000}}}\n", "3:270005: error: not valid YAML"),
]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell what a process took")
@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_an_attack_is_answered_soon_and_with_little_memory(attack: Attack, case: ProjectCase) -> None:
    case.file("decks.yaml", attack.text())

    printed, seconds, megabytes = checked(case.folder)

    assert printed.startswith(f"decks.yaml:{attack.expected}" if attack.expected else "no problems found")
    assert seconds < SECONDS
    assert megabytes < MEGABYTES


def checked(folder: Path) -> tuple[str, float, int]:
    """Check a project in a process of its own; return what it prints, its seconds and megabytes."""
    output = folder / "printed"
    with output.open("wb") as file:
        # Coverage would be most of what is measured.
        run = subprocess.Popen(
            [sys.executable, "-m", "psm_cards", "check"], cwd=folder, stdout=file, stderr=file, env=UNMEASURED
        )
        _, status, used = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return output.read_text(encoding="utf-8"), used.ru_utime + used.ru_stime, used.ru_maxrss // unit


TRAPS = {
    "blanks": " ",
    "tabs": "\t",
    "line ends": "a\n",
    "blank lines": "a  \n\n",
    "line separators": "\u2028",
    "colons": "a :: ",
    "brackets": "[[",
    "addresses": "](",
    "links": "[](",
    "pictures": "![](",
    "open tags": "<a ",
    "open attributes": "<a b='",
    "comments": "<!--",
    "entities": "&#1",
    "bars": "|",
    "tables": "|a|b|\n|-|-|\n",
    "dollars": "$ ",
    "formulas": "$a$",
    "prices": "$5-",
    "backticks": "``a`",
    "emphasis": "*_",
    "strong": "**a",
    "quotes": "> ",
    "items": "- a\n",
    "deletions": "{{c1::",
    "hints": "{{c1::a::",
    "ends": "}}",
    "braces": "{",
    "sounds": "[sound:",
    "backslashes": "\\[",
}


@pytest.mark.parametrize("unit", TRAPS.values(), ids=TRAPS.keys())
def test_a_hundred_kilobytes_of_one_sign_take_no_longer_than_of_words(unit: str) -> None:
    text = (unit * LONGEST_TEXT)[:LONGEST_TEXT]

    start = time.process_time()
    markup.to_html(f"a {text}")
    cloze.to_html(f"{{{{c1::a}}}} {text} {{{{c2::b}}}}")

    assert time.process_time() - start < SECONDS


def test_what_looks_like_a_deletion_to_type_and_is_none_is_text(case: ProjectCase) -> None:
    case.notes('- {id: one, cloze: "{{cite:}} {{c1::a}}", typed: true}\n- {id: two, cloze: "{{cite:}}", typed: true}')

    assert case.check().found() == ["decks.yaml:7:26 cloze-without-deletion"]


def test_a_file_too_large_is_refused_before_it_is_read(case: ProjectCase) -> None:
    case.file(
        "decks.yaml", f"{HEAD}include: [more.yaml]\ndecks: [{{name: A, notes: [{{id: a, question: Q, answer: A}}]}}]\n"
    )
    with (case.folder / "more.yaml").open("wb") as file:
        file.truncate(LARGEST_TEXT + 1)

    start = time.process_time()
    assert case.check().found() == ["decks.yaml:3:11 file-too-large"]
    assert time.process_time() - start < 3
