"""Templates cannot leave their sandbox, fill the memory or run without end, and no odd file is passed over."""

import os
import time

import pytest

from tests.project_case import ProjectCase
from tests.rendering.rendered import look

NOTE = "- {id: n, question: Q, answer: A}"
FRONT = "templates/basic/front.html"
PATIENCE = 10
"""Seconds of computing that a template may take: five times what is promised, for the measuring of coverage triples it,
and far from what one of these takes that is not stopped."""


@pytest.mark.parametrize(
    "text",
    [
        "[% for i in range(90000) %]xxxxxxxxxxxxxxxxxxxxxxxx[% endfor %]",
        "[% for i in range(90000) %][% for j in range(90000) %][% endfor %][% endfor %]",
        "[% set x = range(1000)|list %][% for a in x %][% for b in x %][% endfor %][% endfor %]",
        "[[ 'x' * 1000000000 ]]",
        "[[ 9 * 'x' * 999999999 ]]",
        "[[ range(100000)|list * 100000 ]]",
        "[[ '%999999999d' % 1 ]]",
        "[[ '%*d' % (999999999, 1) ]]",
        "[[ '{:>999999999}'.format(1) ]]",
        "[[ '{:>{w}}'.format(1, w=999999999) ]]",
        "[[ '{:>999999999}'|format(1) ]]",
        "[[ 'x'|center(999999999) ]]",
        "[[ 'x'.rjust(999999999) ]]",
        "[[ ('x' * 900000)|replace('x', 'y' * 900000) ]]",
        "[[ ('x' * 900000).replace('x', 'y' * 900000) ]]",
        "[% set n = namespace(x='xx') %][% for i in range(60) %][% set n.x = n.x ~ n.x %][% endfor %][[ n.x ]]",
        "[% set n = namespace(x='xx') %][% for i in range(60) %][% set n.x = n.x + n.x %][% endfor %][[ n.x ]]",
        "[% set n = namespace(x=9) %][% for i in range(60) %][% set n.x = n.x * n.x %][% endfor %][[ n.x ]]",
        "[[ 9 ** (9 ** (9 ** 9)) ]]",
        "[% macro m(n) %][% if n %][[ m(n-1) ]][[ m(n-1) ]][% endif %][% endmacro %][[ m(40) ]]",
        "[% for i in range(20000) %][% set x = range(99999)|list|sort %][% endfor %]",
        "[% set n = namespace(l=[]) %][% for i in range(5000) %][% set n.l = n.l + ['x' * 900000] %][% endfor %]x",
        "[% set l = range(99999)|list %][% for i in l %][% if -1 in l %][% endif %][% endfor %]",
        "[% set l = range(99999)|list %][% for i in l %][% if -1 is in l %][% endif %][% endfor %]",
        f"[% for i in range(99999) %][% set x %]{'y' * 800_000}[% endset %][% endfor %]",
        "[% set l = range(99999)|list %][% for i in l %][% set x = l[1:] %][% endfor %]",
        "[% set t = 'x' * 900000 %][% for i in range(99999) %][% set x = t.lower() %][% endfor %]",
        "[% set t = 'x' * 900000 %][% for i in range(99999) %][% set x = t|upper %][% endfor %]",
    ],
)
def test_a_template_that_makes_or_takes_too_much_is_stopped_soon_at_its_line(case: ProjectCase, text: str) -> None:
    begun = time.process_time()
    case.notes(NOTE).file(FRONT, f"{{{{Question}}}}\n{text}").check()

    assert time.process_time() - begun < PATIENCE
    assert [problem.code for problem in case.diagnostics] == ["template-output"]
    assert case.found()[0].startswith(f"{FRONT}:2:1 ")


@pytest.mark.parametrize(
    "text",
    [
        "[[ ''.__class__.__mro__ ]]",
        "[[ ''|attr('__class__') ]]",
        "[[ ''['__class__'] ]]",
        "[[ cycler.__init__.__globals__ ]]",
        "[[ joiner.__init__.__globals__.os ]]",
        "[[ self.__init__ ]]",
        "[[ '{0.__class__.__init__}'.format(1) ]]",
        "[[ ['']|map(attribute='__class__')|first ]]",
        "[[ script.__func__ ]]",
        "[[ asset.__globals__ ]]",
        "[[ project.pop('id') ]]",
        "[% macro m() %][[ m() ]][[ m() ]][% endmacro %][[ m() ]]",
    ],
)
def test_a_way_out_of_the_sandbox_is_an_error_at_its_line(case: ProjectCase, text: str) -> None:
    case.notes(NOTE).file(FRONT, f"{{{{Question}}}}\n{text}").check().expect(f"{FRONT}:2:1 template-error")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"[[ {'(' * 100}1{')' * 100} ]]", "1:1"),
        (f"[[ {'[' * 100}{']' * 100} ]]", "1:1"),
        (f"[[ {'1+' * 500}1 ]]", "1:1"),
        (f"{'[% if 1 %]' * 300}x{'[% endif %]' * 300}", "1:1"),
        (f"{'[% for i in [1] %]' * 30}x{'[% endfor %]' * 30}", "1:1"),
        (f"[[ 1{'0' * 5000} ]]", "2:1"),
        ("[[ 1 ]]" * 100_000, "2:1"),
        (" " * 4_000_001, "1:1"),
        ('[[ "\\ud800" ]]', "1:1"),
    ],
    ids=["round", "square", "sum", "if", "for", "digits", "tags", "size", "half"],
)
@pytest.mark.parametrize("file", [FRONT, "templates/style.css", "templates/fields/sources.html"])
def test_a_template_that_is_too_much_for_the_parsers_is_an_error(
    case: ProjectCase, text: str, place: str, file: str
) -> None:
    case.notes("- {id: n, question: Q, answer: A, cite: [{source: m}]}").file(file, f"{{{{Question}}}}\n{text}")
    case.file("decks.yaml", f"{(case.folder / 'decks.yaml').read_text()}sources: {{m: {{type: book, title: T}}}}\n")

    begun = time.process_time()
    case.build().expect(f"{file}:{place} template-error")
    assert time.process_time() - begun < PATIENCE


def test_a_template_too_deep_for_the_parser_that_no_note_needs_is_no_fault_of_ours(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/fields/sources.html", f"[[ {'(' * 100}1{')' * 100} ]]").build().expect()

    assert case.package


@pytest.mark.parametrize("text", ["[[ lipsum() ]]", "[[ [1, 2]|random ]]"])
def test_chance_has_no_place_in_a_template(case: ProjectCase, text: str) -> None:
    case.notes(NOTE).file(FRONT, f"{{{{Question}}}}\n{text}").check().expect(f"{FRONT}:2:1 template-error")


def test_what_templates_usually_do_still_works(case: ProjectCase) -> None:
    text = (
        "{{Question}}[% for a in ['p', 'q'] if a %][[ loop.index ]]/[[ loop.length ]][[ a if loop.last ]] [% else %]-"
        "[% endfor %][[ 'a' ~ 1 ~ '<' ]] [[ 2 * 3 + 1 ]] [[ 'ab' * 2 ]] [[ '%s-%d' % ('a', 3) ]] "
        "[[ '{}{:>3}'.format(1, 2) ]] [[ project.title|replace('demo', 'deck')|upper ]] [[ ['a', 'b']|join(', ') ]] "
        "[[ 2 ** 10 ]] [[ 'x'|center(3) ]]"
    )
    case.notes(NOTE).file(FRONT, text)

    front = look(case.folder).templates[0].front
    assert front == "{{Question}}1/2 2/2q a1&lt; 7 abab a-3 1  2 A DECK a, b 1024  x"


@pytest.mark.parametrize(("name", "hint"), [("titel", "project.title"), ("project.titel", "title"), ("nothing", None)])
def test_an_undefined_name_comes_with_the_nearest_that_is_defined(
    case: ProjectCase, name: str, hint: str | None
) -> None:
    case.notes(NOTE).file(FRONT, f"{{{{Question}}}}\n[[ {name} ]]").check().expect(f"{FRONT}:2:1 template-error")

    assert case.diagnostics[0].hint == (f"did you mean `{hint}`?" if hint else None)


def test_a_control_character_in_a_template_is_told_once_with_its_line(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/fields/sources.html", "a\n\x1f").file(FRONT, "{{Question}}\n[[ '\\x1f' ]]")
    case.file("decks.yaml", (case.folder / "decks.yaml").read_text().replace("A}", "A, cite: [{source: m}]}"))
    case.file("decks.yaml", (case.folder / "decks.yaml").read_text() + "sources: {m: {type: book, title: T}}\n").check()

    case.expect(f"{FRONT}:1:1 template-error", "templates/fields/sources.html:2:1 template-error")


def test_entries_that_are_no_files_are_told_and_not_passed_over(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/basic/back.html/x.html", "[# x #]")
    templates = case.folder / "templates"
    (templates / "basic" / "front.html").symlink_to("nowhere")
    (templates / "layout.html").symlink_to("/etc/hostname")
    (templates / "partials").symlink_to("/etc")
    (templates / "_draft.html").symlink_to("nowhere")
    if hasattr(os, "mkfifo"):
        os.mkfifo(templates / "style.css")
    else:
        (templates / "style.css").symlink_to("style.css")
    case.check()

    names = ["basic/back.html", "basic/front.html", "layout.html", "partials", "style.css"]
    assert case.found() == [f"templates/{name}:1:1 template-error" for name in names]


def test_a_file_in_the_place_of_the_folder_is_told(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates", "").check().expect("templates:1:1 template-error")


@pytest.mark.parametrize(
    ("text", "code"), [("<i>x</i>\n\n  {{#Hnt}}", "unclosed-section"), ("\n{{Qestion}}", "unknown-field")]
)
def test_a_fault_of_anki_in_a_file_that_others_take_in_is_told_there_once(
    case: ProjectCase, text: str, code: str
) -> None:
    case.notes(NOTE).file("templates/partials/header.html", text).check()

    line, column = text.count("\n") + 1, text.rpartition("\n")[2].index("{{") + 1
    place = f"templates/partials/header.html:{line}:{column}"
    assert set(case.found()) == {f"{place} {code}", f"{place} unknown-field"}
