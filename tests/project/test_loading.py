"""What a loaded project holds: texts as they are written, included files, citations, and places."""

from pathlib import Path

import pytest
from tests.project_case import HEAD, ProjectCase

from psm_cards.model import Date, Deck, Name, Note, Project
from psm_cards.project import load


def loaded(case: ProjectCase) -> Project:
    """Return the project of a case that has nothing wrong with it."""
    project, diagnostics = load(case.folder)
    assert diagnostics == []
    assert project is not None
    return project


def first_note(case: ProjectCase) -> Note:
    """Return the first note of a case."""
    return loaded(case).decks[0].notes[0]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("no", "no"),
        ("42", "42"),
        ("1.10", "1.10"),
        ("2020-01-02", "2020-01-02"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("true", "true"),
        (".inf", ".inf"),
        ("'~'", "~"),
        ('"null"', "null"),
        ("It costs $5", "It costs $5"),
        ("a < b && c > d", "a < b && c > d"),
        ("99999999999999999999999999", "99999999999999999999999999"),
        ("!!str 1.0", "1.0"),
    ],
)
def test_a_text_is_what_is_written(written: str, text: str, case: ProjectCase) -> None:
    answer = first_note(case.notes(f"- {{id: one, question: Q, answer: {written}}}")).answer

    assert answer is not None
    assert answer.value == text


def test_carriage_returns_and_a_byte_order_mark_change_nothing(case: ProjectCase) -> None:
    text = f"{HEAD}decks:\n- name: A\n  notes:\n  - id: one\n    question: |\n      two\n      lines\n    answer: A\n"
    plain = first_note(case.file("decks.yaml", text))

    windows = first_note(case.file("decks.yaml", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))

    assert plain.question is not None
    assert windows.question is not None
    assert windows.question.value == plain.question.value == "two\nlines\n"
    assert windows.question.place.span(4, 5) == plain.question.place.span(4, 5)


@pytest.mark.parametrize(
    ("written", "offset", "length", "where"),
    [
        ("plain word here", 6, 4, (7, 23, 7, 27)),
        ("'it''s word'", 5, 4, (7, 24, 7, 28)),
        (r'"a\tb\u00e9 word"', 5, 4, (7, 29, 7, 33)),
        ("|\n  one\n    two word\n  end", 10, 4, (9, 17, 9, 21)),
        (">-\n  one\n  two word", 8, 4, (9, 15, 9, 19)),
        ("|2-\n  one word", 4, 4, (8, 15, 8, 19)),
        ("plain\n  word", 6, 4, (8, 11, 8, 15)),
    ],
    ids=["plain", "single quotes", "double quotes", "block", "folded", "block with header", "plain on two lines"],
)
def test_a_word_inside_a_text_has_a_place_of_its_own(
    written: str, offset: int, length: int, where: tuple[int, int, int, int], case: ProjectCase
) -> None:
    indented = written.replace("\n", "\n  ")
    answer = first_note(case.notes(f"- id: one\n  answer: {indented}\n  question: Q")).answer

    assert answer is not None
    assert answer.value[offset : offset + length] == "word"
    span = answer.place.span(offset, length)
    assert (span.line, span.column, span.end_line, span.end_column) == where
    line = (case.folder / "decks.yaml").read_text().split("\n")[span.line - 1]
    assert line[span.column - 1 : span.end_column - 1] == "word"


def test_a_note_has_all_that_its_author_wrote(case: ProjectCase) -> None:
    case.file(
        "decks.yaml",
        f"{HEAD}"
        "sources: {m: {type: book, title: T, author: [{family: Tour, non-dropping-particle: la}, {literal: ACME}],\n"
        "  issued: 2026-02, DOI: 10.1/x, custom: {anchors: {One: one}}}}\n"
        "decks:\n- name: A::B\n  tags: [x, y]\n  description: About\n  notes:\n"
        "  - {id: one, question: Q, answer: A, hint: H, explanation: E, audio: a.mp3, reverse: R, typed: true,\n"
        "     guid: 'abc', tags: [y, z], cite: [{source: m, section: One, page: 3, time: '1:02', at: a b, note: n}]}\n",
    )

    project = loaded(case)

    note = project.decks[0].notes[0]
    texts = [note.question, note.answer, note.hint, note.explanation, note.audio, note.reverse]
    assert [getattr(text, "value", None) for text in texts] == ["Q", "A", "H", "E", "a.mp3", "R"]
    assert (note.typed, note.guid, note.tags) == (True, "abc", ("x", "y", "z"))
    (citation,) = note.citations
    assert (citation.source, citation.section, citation.page, citation.time) == ("m", "One", "3", "1:02")
    assert (citation.at, citation.note) == ("a b", "n")
    source = (project.sources or {})["m"]
    assert source.authors == (Name("Tour", particle="la"), Name("ACME"))
    assert (source.issued, source.doi, source.anchors) == (Date(2026, 2), "10.1/x", {"One": "one"})


def names(decks: tuple[Deck, ...]) -> list[tuple[str, list[str]]]:
    """Return the decks' names, each with its notes' ids."""
    return [(deck.name, [note.id for note in deck.notes]) for deck in decks]


def test_included_files_add_sources_and_decks_in_the_order_of_their_names(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: [decks/*.yaml]\nsources: {{a: {{type: book, title: A}}}}\n")
    case.file("decks/2.yaml", "decks: [{name: A, notes: [{id: two, question: Q, answer: A}]}]\n")
    case.file("decks/1.yaml", "format: 1\nsources: {b: {type: book, title: B}}\n")
    case.file("decks/3.yaml", "decks: [{name: B, notes: [{id: b, cloze: '{{c1::x}}', cite: [{source: b}]}]}]\n")

    project = loaded(case)

    assert list(project.sources or {}) == ["a", "b"]
    assert names(project.decks) == [("A", ["two"]), ("B", ["b"])]


def test_a_deck_in_two_files_is_one_deck(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: [more.yaml]\ndecks: [{{name: A, description: About}}]\n")
    case.file("more.yaml", "decks: [{name: A, notes: [{id: one, question: Q, answer: A}]}]\n")

    assert names(loaded(case).decks) == [("A", ["one"])]


def test_a_file_that_two_patterns_name_is_included_once(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: [more.yaml, '*e.yaml']\n")
    case.file("more.yaml", "decks: [{name: A, notes: [{id: one, question: Q, answer: A}]}]\n")

    assert names(loaded(case).decks) == [("A", ["one"])]


def test_drafts_are_left_out_but_keep_their_ids(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A, draft: true}\n- {id: one, question: Q, answer: A}").check()

    case.expect("decks.yaml:7:14 duplicate-id")


def test_problems_of_included_files_stand_at_their_own_places(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: [a.yaml, b.yaml, c.yaml]\nnote: x\n")
    case.file("a.yaml", "decks:\n- name: A\n  notes:\n  - {id: one, question: Q}\n")
    case.file("b.yaml", "project: {id: b}\ndecks: {\n")
    case.file("c.yaml", "sources: {m: {type: book, title: T, yaer: 1}}\n").check()

    case.expect(
        "a.yaml:4:5 missing-key",
        "b.yaml:3:1 yaml-syntax",
        "c.yaml:1:37 unknown-key",
        "decks.yaml:4:1 unknown-key",
    )


def test_an_included_file_cannot_include_or_be_a_project(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: [a.yaml]\n").file("a.yaml", "project: {id: b, title: B}\ninclude: [b]\n")

    case.check().expect("a.yaml:1:1 unknown-key", "a.yaml:2:1 unknown-key")


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("none.yaml", "include-not-found"),
        ("none/*.yaml", "include-not-found"),
        ("decks.yaml", "include-of-itself"),
        ("../other.yaml", "include-outside-project"),
        ("/etc/hosts", "include-outside-project"),
        ("a\\b.yaml", "include-outside-project"),
    ],
)
def test_an_include_that_names_no_other_file_of_the_project_is_an_error(
    entry: str, code: str, case: ProjectCase
) -> None:
    case.file("decks.yaml", f"{HEAD}include: ['{entry}']\n").check()

    case.expect(f"decks.yaml:3:11 {code}")


def test_a_source_defined_in_two_files_is_an_error_with_both_places(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}include: [a.yaml]\nsources: {{m: {{type: book, title: T}}}}\n")
    case.file("a.yaml", "sources: {m: {type: book, title: T}}\n").check()

    case.expect("a.yaml:1:11 duplicate-source")
    assert case.diagnostics[0].related[0].span.line == 4


def test_a_project_can_be_named_by_its_file(case: ProjectCase, tmp_path: Path) -> None:
    case.notes("- {id: one, question: Q, answer: A}")

    project, diagnostics = load(tmp_path / "decks.yaml")

    assert diagnostics == []
    assert project is not None
    assert project.root == tmp_path


def test_a_value_can_be_written_once_and_used_again(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A, tags: &t [x]}\n- {id: two, question: Q, answer: A, tags: *t}")

    assert [note.tags for note in loaded(case).decks[0].notes] == [("x",), ("x",)]


def test_an_alias_inside_its_own_value_is_an_error(case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}decks: &d [*d]\n").check()

    assert "decks.yaml:3:12 circular-alias" in case.found()


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("cloze: {{c1::Titan}} is a moon", "a text that begins with `{` in quotes"),
        ('question: "Io" is what?', 'a text that begins with `"` in quotes'),
        ("question: [Io] is what?", "a text that begins with `[` in quotes"),
        ("question: *Io* is what?", "in quotes"),
        ("question: What is it: Io?", "a text that holds `: ` in quotes"),
        ("answer: - 5", "a text that begins with `- ` in quotes"),
        ("answer: ? what", "a text that begins with `? ` in quotes"),
        ("answer: @home", "a text that begins with `@` in quotes"),
        ("tags: {a, b: c[0]}", "a text between `{` and `}` or `[` and `]` needs quotes"),
        ("\tanswer: A", "indent with spaces, not tabs"),
        ('answer: "A', "close the quote"),
    ],
)
def test_a_slip_of_yaml_comes_with_what_to_do(line: str, hint: str, case: ProjectCase) -> None:
    case.file("decks.yaml", f"{HEAD}decks:\n- name: A\n  notes:\n  - id: one\n    {line}\n").check()

    assert len(case.diagnostics) == 1
    assert hint in (case.diagnostics[0].hint or "")
