"""Whatever is wrong with a card template is said with the template's file, the place in it, and what to do."""

from pathlib import Path

from psm_cards.anki.templates import TemplatePlace
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.model import NoteLook
from tests.anki import samples

BASIC, CLOZE = samples.LOOKS


def only(look: NoteLook) -> Diagnostic:
    rendered = samples.with_look(samples.project(samples.basic(), samples.cloze("{{c1::x}}")), look)
    (problem,) = samples.problems(rendered)
    return problem


def test_an_unknown_field_is_named_with_file_line_column_and_the_nearest_name() -> None:
    problem = only(samples.with_template(BASIC, 0, back="{{FrontSide}}\n  {{Anwser}}"))
    assert (problem.code, str(problem.span)) == ("unknown-field", "basic/back.html:2:3")
    assert problem.message == "there is no field `Anwser`"
    assert problem.hint == "did you mean `Answer`?"
    assert problem.span is not None
    assert (problem.span.end_line, problem.span.end_column) == (2, 13)


def test_an_unknown_field_like_no_other_comes_with_the_list_of_fields() -> None:
    problem = only(samples.with_template(BASIC, 0, back="{{#Xyzzy}}{{Answer}}{{/Xyzzy}}"))
    assert problem.hint is not None
    assert problem.hint.startswith("expected one of Question, Answer,")


def test_one_fault_in_a_front_is_said_once_and_not_of_every_note() -> None:
    look = samples.with_template(BASIC, 0, front="<div>{{Frage}}</div>")
    notes = [samples.basic(f"n{number}", line=number) for number in range(1, 10)]

    codes = samples.codes(samples.with_look(samples.project(*notes), look))

    assert codes == ["unknown-field"]


def test_a_part_is_placed_where_the_file_says_it_and_not_where_jinja_moved_it(tmp_path: Path) -> None:
    file = tmp_path / "front.html"
    file.write_text("[# a note #]\n[% if true %]\n{{Frage}} {{Hint}}\n[% endif %]\n{{Hint}}\n", encoding="utf-8")
    place = TemplatePlace(str(file), "{{Frage}} {{Hint}}\n{{Hint}}")

    assert str(place.span(0, 9)) == f"{file}:3:1"
    assert str(place.span(10, 8)) == f"{file}:1:1"
    assert str(place.span()) == f"{file}:1:1"


def test_a_field_that_only_newer_ankis_know_is_unknown() -> None:
    assert only(samples.with_template(BASIC, 0, back="{{CardID}}")).code == "unknown-field"


def test_an_unclosed_section_is_reported_where_it_opens() -> None:
    problem = only(samples.with_template(BASIC, 0, front="{{Question}}\n{{#Hint}}{{Hint}}"))
    assert (problem.code, str(problem.span)) == ("unclosed-section", "basic/front.html:2:1")


def test_all_problems_of_a_template_are_reported_in_one_run() -> None:
    look = samples.with_template(BASIC, 0, front="{{Qestion}}{{/Hint}}{{Question}}", back="{{Nope}}{{#Hint}}")
    found = samples.codes(samples.with_look(samples.project(samples.basic()), look))
    assert sorted(found) == ["unclosed-section", "unknown-field", "unknown-field", "unopened-section"]


def test_a_front_without_a_field_of_the_note_is_an_error() -> None:
    assert only(samples.with_template(BASIC, 1, front="Recall!")).code == "front-without-field"


def test_the_front_side_on_a_front_is_an_error() -> None:
    problem = only(samples.with_template(BASIC, 0, front="{{Question}}{{FrontSide}}"))
    assert (problem.code, str(problem.span)) == ("front-in-front", "basic/front.html:1:13")


def test_a_cloze_type_must_hide_on_the_front_and_reveal_the_same_field_on_the_back() -> None:
    problem = only(samples.with_template(CLOZE, 0, back="{{Text}}"))
    assert (problem.code, str(problem.span)) == ("template-without-cloze", "cloze/back.html:1:1")
    assert problem.hint == "expected `{{cloze:Text}}`"
    look = samples.with_template(CLOZE, 0, front="{{Text}}{{type:cloze:Text}}")
    found = samples.codes(samples.with_look(samples.project(samples.cloze("{{c1::x}}")), look))
    assert found == ["template-without-cloze"]


def test_an_unknown_filter_is_a_warning_because_anki_shows_the_field_without_it() -> None:
    problem = only(samples.with_template(BASIC, 0, front="{{Question}}{{typ:Typed}}"))
    assert (problem.severity, problem.code) == (Severity.WARNING, "unknown-filter")
    assert problem.hint == "did you mean `type`?"


def test_two_templates_with_one_front_are_an_error() -> None:
    look = samples.with_template(BASIC, 2, front=BASIC.templates[1].front)
    problem = only(look)
    assert (problem.code, str(problem.span)) == ("identical-fronts", "basic/extra-front.html:1:1")
    assert [one.span.file for one in problem.related] == ["basic/reverse-front.html"]


def test_a_front_that_a_special_field_alone_fills_is_one_error_for_all_notes() -> None:
    look = samples.with_template(BASIC, 1, front="{{Subdeck}}{{#Reverse}}{{Reverse}}{{/Reverse}}")
    rendered = samples.with_look(samples.project(samples.basic("one"), samples.basic("two")), look)
    (problem,) = samples.problems(rendered)
    assert (problem.code, problem.severity) == ("special-field-decides", Severity.ERROR)
    assert str(problem.span) == "basic/reverse-front.html:1:1"


def test_the_templates_of_a_kind_without_notes_are_not_looked_at() -> None:
    look = samples.with_template(CLOZE, 0, front="{{Nope}}")
    assert samples.codes(samples.with_look(samples.project(samples.basic()), look)) == []
