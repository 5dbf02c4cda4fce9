"""Templates: the package's own, a project's over them, and what is said when one is at fault."""

import pytest

from psm_cards.diagnostics import Severity
from psm_cards.model import Kind
from psm_cards.rendering.templates import SCRIPT_HINT
from tests.project_case import ProjectCase
from tests.rendering.media_files import SVG
from tests.rendering.rendered import fields, look, rendered

NOTE = "- {id: n, question: Q, answer: A}"


def test_the_card_templates_have_their_frozen_names_and_order(case: ProjectCase) -> None:
    case.notes(f"{NOTE}\n- {{id: c, cloze: '{{{{c1::x}}}}'}}")
    names = {look.kind: [card.name for card in look.templates] for look in rendered(case.folder).looks}
    assert names == {Kind.BASIC: ["Forward", "Reverse", "Extra"], Kind.CLOZE: ["Cloze"]}


def test_reverse_and_extra_show_nothing_without_their_gate(case: ProjectCase) -> None:
    _, reverse, extra = look(case.notes(NOTE).folder).templates
    for card, gate in ((reverse, "Reverse"), (extra, "Spare 1")):
        for side in (card.front, card.back):
            assert side.startswith(f"{{{{#{gate}}}}}<div")
            assert side.endswith(f"</div>\n{{{{/{gate}}}}}")


def test_the_reverse_card_shows_no_hint(case: ProjectCase) -> None:
    forward, reverse, _ = look(case.notes(NOTE).folder).templates
    assert "{{Hint}}" in forward.front
    assert "Hint" not in reverse.front + reverse.back


def test_a_file_of_the_project_stands_in_for_the_packages(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/basic/front.html", "<b>{{Question}}</b>[[ project.title ]] & [[ '<' ]]")
    card = look(case.folder).templates[0]
    assert card.front == "<b>{{Question}}</b>A demo & &lt;"
    assert card.front_file == str(case.folder / "templates" / "basic" / "front.html")
    assert "{{Answer}}" in card.back


def test_a_partial_of_the_project_reaches_every_side(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/partials/header.html", "<i>{{Subdeck}}</i>")
    for card in look(case.folder).templates:
        assert "<i>{{Subdeck}}</i>" in card.front
        assert "<i>{{Subdeck}}</i>" in card.back


def test_a_file_of_the_project_builds_on_the_packages_own(case: ProjectCase) -> None:
    own = '[% extends "default/basic/front.html" %][% block question %]Q: [[ super() ]][% endblock %]'
    case.notes(NOTE).file("templates/basic/front.html", own)
    assert '<div class="psm-question" dir="auto">Q: {{Question}}</div>' in look(case.folder).templates[0].front
    case.file("templates/style.css", '[% include "default/style.css" %]\n.card { color: red }')
    css = look(case.folder).css
    assert css.endswith(".card { color: red }")
    assert ":where(.psm-card)" in css


def test_a_learners_style_is_imported_first_whatever_the_style_sheet(case: ProjectCase) -> None:
    case.notes(NOTE)
    assert look(case.folder).css.startswith('@import url("_psm_user.css");\n')
    case.file("templates/style.css", b"\xef\xbb\xbfa { color: red }")
    assert look(case.folder).css == '@import url("_psm_user.css");\na { color: red }'


def test_a_feedback_link_takes_the_notes_id_in_anki(case: ProjectCase) -> None:
    project = "project: {id: demo, title: A demo, feedback: 'https://e.org/?a=b&id={id}'}"
    case.notes(NOTE).file(
        "decks.yaml", (case.folder / "decks.yaml").read_text().replace("project: {id: demo, title: A demo}", project)
    )
    for card in look(case.folder).templates:
        assert '<a href="https://e.org/?a=b&amp;id={{Id}}">' in card.back
        assert "e.org" not in card.front


def test_without_an_address_there_is_no_feedback_link(case: ProjectCase) -> None:
    assert "psm-feedback" not in look(case.notes(NOTE).folder).templates[0].back


def test_a_script_is_taken_in_raw(case: ProjectCase) -> None:
    script = "const a = [[1,2]]; /[#?]/.test('[% x %]')"
    case.notes(NOTE).file("templates/shuffle.js", script)
    case.file("templates/basic/front.html", '{{Question}}[[ script("shuffle.js") ]]')
    assert look(case.folder).templates[0].front == f"{{{{Question}}}}<script>\n{script}\n</script>"


def test_an_asset_gets_a_name_that_anki_always_copies(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/assets/My Logo.svg", SVG)
    case.file("templates/style.css", 'a { background: url("[[ asset("My Logo.svg") ]]") }')
    name = "_psm-my-logo-6bdfd9b69a9e.svg"
    media = rendered(case.folder).media
    assert [(item.name[:13], item.path.name) for item in media] == [(name[:13], "My Logo.svg")]
    assert look(case.folder).css.endswith(f'a {{ background: url("{media[0].name}") }}')


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[[ 1 +\n ]]", 2, "unexpected `end of print statement`"),
        ("a\n[[ titel ]]", 2, "`titel` is undefined"),
        ("\n\n[[ project.titel ]]", 3, "nothing here is called `titel`"),
        ('a\n[% include "partials/hin.html" %]', 2, "no template `partials/hin.html`"),
        ('[% extends "default/basic/nothing.html" %]', 1, "no template `default/basic/nothing.html`"),
        ("a\n[[ ''.__class__.__mro__ ]]", 2, "access to attribute `__class__` of `str` object is unsafe"),
        ("[[ project.update(title='x') ]]", 1, "access to attribute `update` of `dict` object is unsafe"),
        ("[[ range(1000000) | list ]]", 1, "Range too big"),
        ("\n[[ 1 / 0 ]]", 2, "zeroDivisionError: division by zero"),
        ("\n[[ 'x' + 1 ]]", 2, "typeError: "),
        ('[% include "basic/front.html" %]', 1, "takes itself in without end"),
        ('[[ script("no.js") ]]', 1, "no template `no.js`"),
        ('\n[[ asset("no.svg") ]]', 2, "no file `templates/assets/no.svg`"),
        ('[[ asset("../../x.svg") ]]', 1, "expected a path in the project"),
        ('[% include "../decks.yaml" %]', 1, "no template `../decks.yaml`"),
    ],
)
def test_a_fault_is_told_with_file_and_line(case: ProjectCase, text: str, line: int, message: str) -> None:
    case.notes(NOTE).file("templates/basic/front.html", text).check()
    case.expect(f"templates/basic/front.html:{line}:1 template-error")
    assert message in case.diagnostics[0].message


def test_a_fault_in_an_included_file_is_told_there(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/partials/hint.html", "\n\n[[ nothing ]]").check()
    case.expect("templates/partials/hint.html:3:1 template-error")


def test_all_templates_at_fault_are_told_in_one_run(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/basic/back.html", "[[ a ]]").file("templates/style.css", "\n[% b %]").check()
    case.expect("templates/basic/back.html:1:1 template-error", "templates/style.css:2:1 template-error")


def test_problems_of_notes_are_found_although_a_template_is_at_fault(case: ProjectCase) -> None:
    case.notes("- {id: n, question: '![](no.png)', answer: A}").file("templates/layout.html", "[[ a ]]").check()
    case.expect("decks.yaml:6:32 missing-media", "templates/layout.html:1:1 template-error")


def test_a_near_name_is_offered_for_a_missing_template(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/basic/front.html", '[% include "partials/hin.html" %]').check()
    assert case.diagnostics[0].hint == "did you mean `partials/hint.html`?"


def test_brackets_in_a_script_that_jinja_reads_are_explained(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/basic/front.html", "{{Question}}\n<script>/[#?]/.test([[1,2]])</script>").check()
    case.expect("templates/basic/front.html:2:1 template-error")
    assert (
        case.diagnostics[0].hint == 'a script belongs in a file of its own, taken in raw with `[[ script("name.js") ]]`'
    )


def test_a_list_in_a_script_that_jinja_would_print_otherwise_is_refused(case: ProjectCase) -> None:
    text = "<i></i>\n{{Question}}<script>var a = [[1,2]]</script>"
    case.notes(NOTE).file("templates/basic/front.html", text).check()
    case.expect("templates/basic/front.html:2:1 template-error")
    assert case.diagnostics[0].message == "expected text between `[[` and `]]`, found a list"
    assert 'script("name.js")' in (case.diagnostics[0].hint or "")


def test_a_script_that_would_end_its_element_is_refused(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/x.js", "'</script>'").file(
        "templates/basic/front.html", '[[ script("x.js") ]]'
    ).check()
    case.expect("templates/basic/front.html:1:1 template-error")


def test_a_template_that_is_not_utf_8_is_told(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/style.css", b"a\xff").check()
    case.expect("templates/style.css:1:2 template-error")
    assert case.diagnostics[0].message == "the template is not UTF-8 (byte 2)"
    case.file("templates/style.css", "a\né".encode() + b"\xff").check().expect("templates/style.css:2:2 template-error")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("styles.css", "did you mean `templates/style.css`?"),
        ("basci/front.html", "did you mean `templates/basic/front.html`?"),
        ("notes.txt", "take it in, or begin its name with `_` to keep it here"),
    ],
)
def test_a_file_that_stands_in_for_none_and_is_taken_in_nowhere_is_warned_about(
    case: ProjectCase, name: str, hint: str
) -> None:
    case.notes(NOTE).file(f"templates/{name}", "a").check()
    case.expect(f"templates/{name}:1:1 unused-template")
    assert (case.diagnostics[0].hint, case.diagnostics[0].severity) == (hint, Severity.WARNING)


def test_files_that_are_used_or_set_aside_are_not_warned_about(case: ProjectCase) -> None:
    # A kind without notes, a condition that does not hold, a name that is computed, a script, a file of a file.
    case.notes(NOTE).file("templates/cloze/front.html", '{{cloze:Text}}[% include "mine/a.html" %]')
    case.file("templates/mine/a.html", '[% if project.url %][% include "mine/b.html" %][% endif %]')
    case.file("templates/mine/b.html", '[[ script("mine/c.js") ]]').file("templates/mine/c.js", "[[1]] [% x")
    case.file("templates/partials/header.html", '[% include "mine/" ~ project.id ~ ".html" %]')
    case.file("templates/mine/demo.html", "hello").file("templates/assets/unused.svg", b"\xff")
    case.file("templates/_draft/x.html", "[% y").file("templates/.DS_Store", b"\xff").check()
    case.expect_clean()


def test_a_file_taken_in_only_by_an_unused_one_is_unused_too(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/mine/a.html", '[% include "mine/b.html" %]').file("templates/mine/b.html", "b")
    case.check().expect("templates/mine/a.html:1:1 unused-template", "templates/mine/b.html:1:1 unused-template")


def test_beside_a_broken_template_nothing_is_called_unused(case: ProjectCase) -> None:
    case.notes(NOTE).file("templates/basic/front.html", '[% include "mine/a.html" %][% if').file(
        "templates/mine/a.html", "a"
    )
    case.check().expect("templates/basic/front.html:1:28 template-error")


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("a\nb [% if x %]\nc\n", "2:3", "`[% if %]` is never closed", "end it with `[% endif %]`"),
        (
            "[% if x %][% endif %]\n[%- if x %]a[% else %]",
            "2:1",
            "`[% if %]` is never closed",
            "end it with `[% endif %]`",
        ),
        (
            "[% block a %]\n[% for x in y %]\n[% endblock %]",
            "2:1",
            "`[% for %]` is not closed before `[% endblock %]`",
            "end it with `[% endfor %]`",
        ),
        ("[% set x %]\n[% set y = 1 %]", "1:1", "`[% set %]` is never closed", "end it with `[% endset %]`"),
        ("a\n [[ project.title \n\n", "2:2", "`[[` is never closed", "end it with `]]`"),
        ("[[ project.id\n[[ project.title ]]", "1:1", "`[[` is never closed", "end it with `]]`"),
        ("a\n [% if project.title \n\n", "2:2", "`[%` is never closed", "end it with `%]`"),
        ("<script>\nlet a = [[1,2", "2:9", "`[[` is never closed", SCRIPT_HINT),
    ],
)
def test_what_is_never_closed_is_told_where_it_begins(
    case: ProjectCase, text: str, place: str, message: str, hint: str
) -> None:
    case.notes(NOTE).file("templates/basic/front.html", text).check()
    case.expect(f"templates/basic/front.html:{place} template-error")
    assert (case.diagnostics[0].message, case.diagnostics[0].hint) == (message, hint)


def test_what_a_note_says_is_never_read_as_a_template(case: ProjectCase) -> None:
    case.notes("- {id: n, question: '[[ 7*7 ]] [% x %] [# y #]', answer: '`[[ a ]]`'}")
    values = fields(case.folder)
    assert values["Question"] == "[[ 7*7 ]] [% x %] [# y #]"
    assert values["Answer"] == "<code>[[ a ]]</code>"
