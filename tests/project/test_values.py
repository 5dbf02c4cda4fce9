"""Values that have the right shape and cannot be: control characters, names Anki would change, pages, times, links."""

import tempfile
from pathlib import Path

import pytest
from anki.collection import Collection
from hypothesis import given
from hypothesis import strategies as st
from tests.anki.probe import import_into
from tests.project_case import HEAD, ProjectCase

from psm_cards.project.locators import pages, times

NOTE = "decks: [{name: A, notes: [{id: one, question: Q, answer: A}]}]\n"


def source(case: ProjectCase, fields: str, place: str = "") -> ProjectCase:
    """Write a project whose one source has these fields, and whose one note cites this place in it."""
    text = f"{HEAD}sources:\n  m: {{type: book, title: T, {fields}}}\ndecks:\n- name: A\n  notes:\n"
    return case.file("decks.yaml", f"{text}  - {{id: one, question: Q, answer: A, cite: [{{source: m{place}}}]}}\n")


def underlined(case: ProjectCase) -> list[str]:
    """Return what the problems of decks.yaml underline, in their order."""
    lines = (case.folder / "decks.yaml").read_text(encoding="utf-8").split("\n")
    spans = [problem.span for problem in case.diagnostics if problem.span]
    return [lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans]


@pytest.mark.parametrize(
    "escape", [r"\u001f", r"\x07", r"\0", r"\a", r"\b", r"\e", r"\v", r"\f", r"\x7f", r"\U00000001"]
)
def test_a_control_character_stands_at_its_escape_and_is_said_once(case: ProjectCase, escape: str) -> None:
    case.notes(f'- {{id: one, question: "a b{escape}c", answer: A}}').check()

    case.expect("decks.yaml:6:33 control-character")
    assert underlined(case) == [escape]


@pytest.mark.parametrize(
    "text",
    [
        'format: 1\nproject: {id: demo, title: "a\\u001fb"}\n' + NOTE,
        f'{HEAD}decks: [{{name: "A\\u001fB", notes: [{{id: one, question: Q, answer: A}}]}}]\n',
        f'{HEAD}decks: [{{name: A, notes: [{{id: "o\\u001fne", question: Q, answer: A}}]}}]\n',
        f'{HEAD}decks: [{{name: A, notes: [{{id: one, question: Q, answer: A, tags: ["a\\u001fb"]}}]}}]\n',
        f'{HEAD}decks: [{{name: A, notes: [{{id: one, question: Q, answer: A, guid: "a\\u001fb"}}]}}]\n',
        f'{HEAD}decks: [{{name: A, notes: [{{id: one, question: Q, answer: A, "no\\u001fte": B}}]}}]\n',
        f'{HEAD}sources: {{m: {{type: book, title: T, author: [{{family: "a\\u001fb"}}]}}}}\n{NOTE}',
    ],
    ids=["title", "deck name", "id", "tag", "guid", "key", "author"],
)
def test_a_control_character_is_found_in_every_value(case: ProjectCase, text: str) -> None:
    case.file("decks.yaml", text).check()

    assert [problem.code for problem in case.diagnostics] == ["control-character"]
    assert underlined(case) == [r"\u001f"]


def test_a_command_of_tex_in_double_quotes_is_said_to_need_another_backslash(case: ProjectCase) -> None:
    case.notes(r'- {id: one, question: "$\beta$", answer: "$\pi$"}').check()
    case.expect("decks.yaml:6:50 yaml-syntax")
    assert "write `\\\\`" in (case.diagnostics[0].hint or "")

    case.notes(r'- {id: one, question: "$\beta$", answer: A}').check()
    case.expect("decks.yaml:6:31 control-character")
    assert "write `\\\\`" in (case.diagnostics[0].hint or "")


def test_a_command_of_tex_whose_backslash_is_lost_in_white_space_is_warned_about(case: ProjectCase) -> None:
    case.notes(r'- {id: one, question: "so\n$a\theta \neq \\text{a}$ \u00e9 $a \rho$", answer: "no \text"}').check()

    case.expect("decks.yaml:6:36 lost-backslash", "decks.yaml:6:43 lost-backslash", "decks.yaml:6:69 lost-backslash")
    assert underlined(case) == [r"\theta", r"\neq", r"\rho"]


@pytest.mark.parametrize("text", [r"costs $5\nor \$6\tnow", r"$x$\nnext\n$y$", r"$\\theta$"])
def test_white_space_between_formulas_and_prices_is_left_alone(case: ProjectCase, text: str) -> None:
    text = text.replace("\\$", "$")
    case.notes(f'- {{id: one, question: "{text}", answer: A}}').check().expect_clean()


def test_places_after_an_escaped_blank_or_control_character_are_right(case: ProjectCase) -> None:
    case.notes(r'- {id: one, question: "a\u00a0b\x20\x01 {{c1::x}}", answer: A}').check()

    case.expect("decks.yaml:6:42 control-character", "decks.yaml:6:47 cloze-in-basic")


def test_characters_that_join_letters_or_turn_their_direction_are_no_control_characters(case: ProjectCase) -> None:
    text = f'{HEAD}decks: [{{name: "\U0001f469\u200d\U0001f680", notes: [{{id: one, question: Q, answer: A,'
    case.file("decks.yaml", f'{text} tags: ["a\\u200cb", "\\u200fa"]}}]}}]\n').check().expect_clean()


TAGS = ("a:::b", "a::", "::a", "Marked", "LEECH", "a::::b")
KEPT = ("a:b", 'a"b', "\U0001f469\u200d\U0001f680", "a\u200cb", "a,b", ":a", "a:", "Ünder")
DECKS = ("DEFAULT", "A:::B", "A::B:", "\u00a0A", "A ")


def test_the_names_refused_are_those_that_anki_changes(case: ProjectCase) -> None:
    for tag in TAGS:
        case.notes(f"- {{id: one, question: Q, answer: A, tags: ['{tag}']}}").check().expect(
            "decks.yaml:6:50 wrong-form"
        )
    for name in DECKS:
        notes = "notes: [{id: one, question: Q, answer: A}]"
        case.file("decks.yaml", f"{HEAD}decks: [{{name: '{name}', {notes}}}]\n").check()
        case.expect("decks.yaml:3:16 wrong-form")
    quoted = ", ".join(f"'{tag}'" for tag in KEPT)
    case.notes(f"- {{id: one, question: Q, answer: A, tags: [{quoted}]}}").build().expect_clean()
    assert case.package is not None
    assert sorted(tags_in_anki(case.package)) == sorted(KEPT)


def tags_in_anki(package: Path) -> list[str]:
    """Return the tags of a collection after it imported a package."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder, "collection.anki2")))
        import_into(collection, package)
        tags = list(collection.tags.all())
        collection.close()
    return tags


def test_every_spelling_of_a_tag_that_differs_in_case_is_reported_with_the_first(case: ProjectCase) -> None:
    case.notes(
        "- {id: one, question: Q, answer: A, tags: [Physics::Io, x]}\n"
        "- {id: two, question: Q, answer: B, tags: [physics::io]}\n"
        "- {id: six, question: Q, answer: C, tags: [Physics, physics::io, PHYSICS]}"
    ).check()

    case.expect("decks.yaml:7:50 tag-case", "decks.yaml:8:59 tag-case", "decks.yaml:8:72 tag-case")
    assert [problem.related[0].span.line for problem in case.diagnostics] == [6, 6, 6]
    assert case.diagnostics[0].hint == "write `Physics` here too"


@pytest.mark.parametrize(
    "page", ["12", "12-15", "12\u201315", "xii", "ix-xii", "A12", "p. 3", "pp. 12-15, 20", "312 f."]
)
def test_pages_as_works_print_them_are_in_order(page: str) -> None:
    assert list(pages(page)) == []


@pytest.mark.parametrize(
    ("page", "part"),
    [("0", "0"), ("-3", "-3"), ("12-3", "12-3"), ("3, 20-12", "20-12"), ("pp. 0-3", "0-3"), ("xii-ix", "xii-ix")],
)
def test_a_page_that_cannot_be_is_named_with_its_place(page: str, part: str) -> None:
    (finding,) = pages(page)

    assert finding.code == "impossible-page"
    assert page[finding.offset :][: finding.length] == part


@pytest.mark.parametrize(
    "time", ["28:42", "1:02:03", "95:10", "28:42-29:10", "28:42 \u2013 1:00:00", "0:00", "28:42.5"]
)
def test_times_of_recordings_are_in_order(time: str) -> None:
    assert list(times(time)) == []


@pytest.mark.parametrize("time", ["99:99", "28:72", "1:72:00", "42", "28 min", "29:10-28:42", "1:2", "12:30:5"])
def test_a_time_that_cannot_be_is_an_error(time: str) -> None:
    assert [finding.code for finding in times(time)] == ["impossible-time"]


@given(st.text(max_size=30))
def test_no_page_or_time_makes_the_check_stumble(text: str) -> None:
    for finding in (*pages(text), *times(text)):
        assert 0 <= finding.offset <= len(text)


def test_pages_and_times_stand_at_their_own_places(case: ProjectCase) -> None:
    source(case, "page: 9-3", ", page: '3, 20-12', time: 28:72").check()

    case.expect("decks.yaml:4:35 impossible-page", "decks.yaml:8:68 impossible-page", "decks.yaml:8:82 impossible-time")
    assert underlined(case) == ["9-3", "20-12", "28:72"]


def test_every_date_of_a_source_is_checked_and_said_once(case: ProjectCase) -> None:
    source(case, "issued: 2026-13, accessed: 2026-02-31, original-date: '0000', submitted: 99999").check()

    codes = ["impossible-date", "impossible-date", "impossible-date", "wrong-form"]
    assert [problem.code for problem in case.diagnostics] == codes
    assert underlined(case) == ["2026-13", "2026-02-31", "'0000'", "99999"]


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ("URL: www.x.org/a", "write `https://www.x.org/a`"),
        ("URL: 'doi:10.1/x'", "write `https://doi.org/10.1/x`"),
        ("URL: 'https:/x.org'", "write `https://x.org`"),
        ("URL: 'https://x.org/a b'", "write `https://x.org/a%20b`"),
        ("URL: 'https://'", "copy the address from a browser, or leave the key out"),
        ("URL: 'ftp://x.org'", "copy the address from a browser, or leave the key out"),
        ("custom: {anchors: {Results: '#results'}}", "write `results`"),
        ("custom: {anchors: {Results: my results}}", "take what stands behind the `#` of the section's address"),
        ("DOI: 'https://doi.org/10.1/x'", "write `10.1/x`"),
        ("DOI: 'DOI: 10.1/x'", "write `10.1/x`"),
        ("DOI: 42", "a DOI begins with `10.` and has a `/` in it; leave the key out if there is none"),
        ("issued: 2026/1/5", "write `2026-01-05`"),
    ],
)
def test_an_address_or_date_of_another_form_comes_with_the_right_one(case: ProjectCase, fields: str, hint: str) -> None:
    source(case, fields).check()

    assert [(problem.code, problem.hint) for problem in case.diagnostics] == [("wrong-form", hint)]


LETTERS = "use the letters a to z, digits and hyphens; a project's id begins with a letter"


@pytest.mark.parametrize(
    ("note_id", "hint"),
    [
        ("My Note", "write `my-note`"),
        ("\u00dcberall_x", "write `uberall-x`"),
        ("\u6728", LETTERS),
        ("木星-io", LETTERS),
    ],
)
def test_an_id_of_another_form_comes_with_one_that_can_be(case: ProjectCase, note_id: str, hint: str) -> None:
    case.notes(f"- {{id: {note_id}, question: Q, answer: A}}").check()

    assert [(problem.code, problem.hint) for problem in case.diagnostics] == [("wrong-form", hint)]


def test_a_placeholder_of_the_feedback_address_that_stands_for_nothing_is_an_error(case: ProjectCase) -> None:
    head = "format: 1\nproject: {id: demo, title: A demo, feedback: 'https://e.org/?a={id}&b={Id}&c={{title}}'}\n"
    case.file("decks.yaml", head + NOTE).check()

    case.expect("decks.yaml:2:71 unknown-placeholder", "decks.yaml:2:78 unknown-placeholder")
    assert underlined(case) == ["{Id}", "{{title}}"]


def test_a_guid_adopted_twice_is_reported_at_its_value(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A, guid: g}\n- {id: two, question: Q, answer: A, guid: g}").check()

    case.expect("decks.yaml:7:49 duplicate-guid")
    assert case.diagnostics[0].related[0].span.line == 6


def test_an_alias_of_a_whole_note_is_a_duplicate_id(case: ProjectCase) -> None:
    case.notes("- &it {id: one, question: Q, answer: A}\n- *it").check()

    case.expect("decks.yaml:6:18 duplicate-id")
    assert "alias" in (case.diagnostics[0].hint or "")


@pytest.mark.parametrize(
    ("line", "column", "hint"),
    [
        ("question: *Which* moon?", 19, "begins with `*`"),
        ("question: &amp; is", 19, "begins with `&`"),
        ("question: ![x](y)", 19, "begins with `!`"),
        ("question:What?", 9, "put a space behind the `:`"),
        (r'question: "C:\Users"', 24, "for a backslash"),
        ("tags: [a::, b]", 18, "ends with `:`"),
    ],
)
def test_a_slip_of_yaml_stands_where_it_was_made(case: ProjectCase, line: str, column: int, hint: str) -> None:
    case.notes(f"- id: one\n  {line}\n  answer: A").check()

    case.expect(f"decks.yaml:7:{column} yaml-syntax")
    assert hint in (case.diagnostics[0].hint or "")


def test_a_comma_that_ends_a_text_in_braces_is_explained(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: Io, Callisto}").check()

    case.expect("decks.yaml:6:44 unknown-key")
    assert case.diagnostics[0].hint == "put a text that holds a comma in quotes"


def test_a_number_that_would_be_wrong_in_quotes_too_is_told_the_form(case: ProjectCase) -> None:
    case.file("decks.yaml", f"format: 1\nproject: {{id: 42, title: A, url: 42, citations: ' '}}\n{NOTE}").check()

    case.expect("decks.yaml:2:15 wrong-form", "decks.yaml:2:34 wrong-form", "decks.yaml:2:49 empty-value")


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        ("question: Q, answer: ", "give it a value"),
        ("question: Q, answer: ''", "fill it"),
        ("question: Q, answer: A, hint: ", "give it a value, or leave the key out"),
        ("question: Q, answer: A, hint: ' '", "fill it, or leave the key out"),
        (
            "question: Q, answer: A, hint: null",
            'give it a value, or leave the key out; to mean the word, put it in quotes: "null"',
        ),
        ("question: Q, answer: A, tags: ", "give it a value, or leave the key out"),
        (
            "question: Q, answer: A, tags: [a, ~]",
            'give it a value, or leave it out; to mean the word, put it in quotes: "~"',
        ),
        ("cloze: ", "give it a value"),
    ],
)
def test_only_a_key_that_need_not_be_may_be_left_out(case: ProjectCase, fields: str, hint: str) -> None:
    case.notes(f"- {{id: one, {fields}}}").check()

    assert [problem.hint for problem in case.diagnostics] == [hint]


@pytest.mark.parametrize("text", ["x: '", "x: [a", 'x: "', "x: *", "x: &", "x: {a", "x: |-\n  a\n b"])
def test_a_mistake_of_yaml_at_the_end_underlines_nothing_behind_it(case: ProjectCase, text: str) -> None:
    case.file("decks.yaml", text).check()

    (problem,) = case.diagnostics
    assert problem.span is not None
    lines = text.split("\n")
    assert problem.span.end_column <= len(lines[problem.span.end_line - 1]) + 1


@pytest.mark.parametrize("question", ["'Don't'", "'it's here'"])
def test_an_apostrophe_in_single_quotes_comes_with_the_way_to_write_it(question: str, case: ProjectCase) -> None:
    case.notes(f"- id: one\n  question: {question}\n  answer: A").check()

    assert case.diagnostics[0].hint == "in single quotes write `''` for a `'`, or put the text in double quotes"


def test_an_open_quote_that_the_next_one_closes_is_told_with_the_line_it_began_in(case: ProjectCase) -> None:
    case.notes('- id: a\n  question: "Persona means what?\n  answer: A\n- id: b\n  question: "y"\n  answer: A').check()

    assert case.diagnostics[0].hint == "close the quote in line 7"
    assert [(one.message, one.span.line, one.span.column) for one in case.diagnostics[0].related] == [
        ("this quoted text began here", 7, 19)
    ]


def test_a_block_text_that_is_not_indented_comes_with_what_to_do(case: ProjectCase) -> None:
    case.notes("- id: a\n  question: |\n  What is a moon?\n  answer: A").check()

    assert case.diagnostics[0].hint == "indent the text below `|` deeper than its key"
