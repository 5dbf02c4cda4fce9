"""Whatever is in the files, a check ends with a report: of random texts and structures, and of this deck mutated."""

import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.environment import FUZZED, ROOT
from tests.project.mutations import WRONG_VALUES, Tree, mutated_lines, mutated_trees
from tests.project_case import HEAD

from psm_cards import workflows
from psm_cards.diagnostics import Diagnostic, Span
from psm_cards.project import schema

YAML_TOKENS = (
    *("format: 1\n", "project:", "{id: demo, title: T}", "sources:", "decks:", "notes:", "include:", "name: A\n"),
    *("- ", "  ", "\n", "id: a\n", "question: Q\n", "answer: A\n", "cloze: '{{c1::x}}'\n", "cite: [{source: s}]\n"),
    *("&a ", "*a ", "!!str ", "!x ", "~", "null", "[", "]", "{", "}", ": ", "? ", "|\n", ">-\n", "'", '"', "#", "\t"),
    *("---\n", "...\n", "é", "\u0085", "\u2028", "\x00", "\ufeff", "\\x", "0x1F", "1e999", "9" * 30, "@", "`", "%"),
)
MARKDOWN_TOKENS = (
    *("{{c1::", "}}", "::", "{{c0::", "{{c2,3::", "{{", "}", "$", "$$", "\\(", "\\", "`", "```", "```py\n", "~~~\n"),
    *("<b>", "</b>", "<!--", "-->", "<script>", "<a href='", "<img src=", ">", "<", "![x](", "[x](", ")", "[", "]"),
    *("[sound:", "javascript:", "http://x.org", "moon.png", "|", "|-|-|", "\n", "\n\n", "- ", "1. ", "# ", "    "),
    *("*", "**", "_", "~~", "&amp;", "&#0;", "word", " ", "\t", "é", "\u0301", "\x1f", "\U000f0000", "\u200b", "5"),
)
TEMPLATE_TOKENS = (
    *("{{Question}}", "{{cloze:Text}}", "{{", "}}", "{{#Hint}}", "{{/Hint}}", "{{^", "{{=<% %>=}}", "<!--", "-->"),
    *("[[ project.title ]]", "[[", "]]", "[% if x %]", "[% endif %]", "[%", "%]", "[#", "#]", "asset('x')", "1 / 0"),
    *("[% for i in range(9) %]", "[% endfor %]", "[% include 'default/basic/front.html' %]", "''.__class__", "|", "é"),
)
TEXT_KEYS = ("question", "answer", "cloze", "explanation", "hint", "reverse", "typed", "audio")
DEFINITIONS = schema()["$defs"]


def fuzzed(share: float) -> settings:
    """Return the settings of a test that takes this share of all examples, which are the same ones in each run."""
    examples = int(FUZZED * share)
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for one project after the other, because Hypothesis calls a test many times."""
    return tmp_path_factory.mktemp("fuzzed")


def check(folder: Path, text: str) -> None:
    """Check a project as far as the plan of its package, and look at all that the report says."""
    (folder / "decks.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))

    checked = workflows.check(folder, lambda _: None)

    for problem in checked.report.diagnostics:
        _is_well_formed(problem)
    assert checked.plan or not checked.report.is_clean()


def _is_well_formed(problem: Diagnostic) -> None:
    assert problem.message.strip()
    assert "\n" not in problem.message + (problem.hint or "")
    for span in (problem.span, *(related.span for related in problem.related)):
        assert span is None or _is_inside(span)


def _is_inside(span: Span) -> bool:
    lines = re.split("\r\n|\r|\n", Path(span.file).read_bytes().decode("utf-8-sig", "replace"))
    ends = (span.line, span.column), (span.end_line, span.end_column)
    in_file = all(1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1 for line, column in ends)
    return in_file and ends[0] <= ends[1]


def written(tree: Tree) -> st.SearchStrategy[str]:
    """Return a tree as YAML in the style of a program, of a person, or of one who likes quotes."""
    as_json = st.just(json.dumps(tree, ensure_ascii=False))
    styles = st.sampled_from((None, None, '"', "'", ">"))
    return as_json | styles.map(lambda style: _dumped(tree, style))


def _dumped(tree: Tree, style: str | None) -> str:
    return str(
        yaml.dump(tree, Dumper=yaml.CSafeDumper, default_style=style, width=60, allow_unicode=True, sort_keys=False)
    )


@fuzzed(0.2)
@given(st.sampled_from(("", HEAD, f"{HEAD}decks:\n")), st.lists(st.sampled_from(YAML_TOKENS), max_size=40).map("".join))
def test_any_text_gets_a_report(folder: Path, head: str, text: str) -> None:
    check(folder, head + text)


def often(value: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Return this value in most cases, and a wrong one in the others."""
    return st.one_of(*[value] * 7, WRONG_VALUES)


def any_mapping(definition: str, **likely: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    """Return mappings with these keys and at most two others of a part of the format, with values of any kind."""
    keys = st.sampled_from([*DEFINITIONS[definition]["properties"], "text", "Front", "", "id "])
    others = st.dictionaries(keys, WRONG_VALUES, max_size=2)
    wholes = st.fixed_dictionaries({key: often(value) for key, value in likely.items()})
    return often(st.builds(lambda whole, more: {**whole, **more}, wholes, others))


WORDS = st.sampled_from(("one", "two", "three"))
CITATIONS = st.lists(any_mapping("citation", source=WORDS), max_size=2)
BASIC = any_mapping("note", id=WORDS, question=WORDS, answer=WORDS, cite=CITATIONS)
CLOZE = any_mapping("note", id=WORDS, cloze=st.just("{{c1::x}} y"))
DECKS = any_mapping("deck", name=WORDS, notes=st.lists(BASIC | CLOZE, max_size=4))
SOURCES = st.dictionaries(WORDS, any_mapping("source", type=st.just("book"), title=WORDS), max_size=3)
DOCUMENTS = st.fixed_dictionaries(
    {
        "format": st.just(1),
        "project": any_mapping("project", id=WORDS, title=WORDS),
        "sources": often(SOURCES),
        "decks": often(st.lists(DECKS, max_size=2)),
    }
)


@fuzzed(0.2)
@given(DOCUMENTS.flatmap(written))
def test_any_structure_gets_a_report(folder: Path, text: str) -> None:
    check(folder, text)


@fuzzed(0.1)
@given(st.lists(st.sampled_from(MARKDOWN_TOKENS), max_size=25).map("".join), st.sampled_from(TEXT_KEYS))
def test_any_text_of_a_card_gets_a_report(folder: Path, text: str, key: str) -> None:
    note = {"cloze": "{{c1::x}}"} if key == "cloze" else {"question": "Q", "answer": "A"}
    notes = [{"id": "one", **note, key: text}]
    project = {"id": "demo", "title": "T", "description": text}
    check(folder, _dumped({"format": 1, "project": project, "decks": [{"name": "A", "notes": notes}]}, None))


@fuzzed(0.1)
@given(st.lists(st.sampled_from(TEMPLATE_TOKENS), max_size=12).map("".join))
def test_any_template_gets_a_report(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp() / "templates"
    front = folder / "templates" / "basic" / "front.html"
    front.parent.mkdir(parents=True, exist_ok=True)
    front.write_text(text, encoding="utf-8")
    check(
        folder,
        'format: 1\nproject: {id: demo, title: T}\ndecks: [{name: A, notes: [{id: a, question: Q, answer: "1"}]}]',
    )


@cache
def deck_text() -> str:
    """Return this repository's project and sources with the first six notes of one of its decks, as one file."""
    main = (ROOT / "decks.yaml").read_text(encoding="utf-8")
    head = re.sub(r"^include:.*\n", "", main.partition("\nsyllabus:")[0] + "\n", flags=re.MULTILINE)
    deck = min((ROOT / "decks").glob("*.yaml")).read_text(encoding="utf-8")
    starts = [match.start() for match in re.finditer(r"^ +- id: ", deck, re.MULTILINE)]
    return head + re.sub(r"^ +covers: .*\n", "", deck[: starts[6]], flags=re.MULTILINE)


@cache
def deck_tree() -> Tree:
    """Return what YAML makes of that text."""
    return yaml.load(deck_text(), Loader=yaml.CSafeLoader)


@pytest.mark.repository
@fuzzed(0.2)
@given(st.data())
def test_this_deck_with_changes_in_its_tree_gets_a_report(folder: Path, data: st.DataObject) -> None:
    tree = data.draw(mutated_trees(deck_tree()))
    check(folder, _dumped(tree, data.draw(st.sampled_from((None, None, '"', "'")))))


@pytest.mark.repository
@fuzzed(0.2)
@given(st.data())
def test_this_deck_with_changes_in_its_lines_gets_a_report(folder: Path, data: st.DataObject) -> None:
    check(folder, data.draw(mutated_lines(deck_text())))
