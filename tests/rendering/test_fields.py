"""A note becomes the fields that every learner's collection has for ever."""

from pathlib import Path

import pytest

from psm_cards import project, rendering
from psm_cards.model import FIELDS, Evidence, Kind
from tests.anki.probe import probe
from tests.project_case import ProjectCase
from tests.rendering.html_shape import shown
from tests.rendering.media_files import mp3, png
from tests.rendering.rendered import fields, rendered

SOURCES = """
format: 1
project: {id: demo, title: A demo}
sources:
  euclid: {type: book, title: "Elements & <data>", author: [{family: Euclid}], issued: "1908", URL: "https://e.org/?a&b"}
  guide: {type: book, title: A guide, author: [{family: Okonkwo}], issued: "2020"}
decks:
  - name: Demo
    notes:
      - {id: one, question: Q, answer: A, cite: [CITED]}
"""


def test_markdown_fields_become_html_in_the_frozen_order(case: ProjectCase) -> None:
    case.notes("- {id: a-note, question: Who?, answer: '*Me*', explanation: '`x < y`', hint: '**you**'}")
    note = rendered(case.folder).decks[0].notes[0]
    assert note.fields == (
        *("Who?", "<em>Me</em>", "<code>x &lt; y</code>", "<strong>you</strong>"),
        *("", "", "", "", "a-note", "", "", "", ""),
    )


def test_a_cloze_note_has_its_text_first_and_no_answer(case: ProjectCase) -> None:
    case.notes("- {id: a-cloze, cloze: 'The {{c1::Sun}}', hint: a star}")
    assert rendered(case.folder).decks[0].notes[0].fields == (
        *("The {{c1::Sun}}", "", "a star", "", "", "", "a-cloze", "", "", "", ""),
    )


def test_reverse_true_asks_with_the_answers_html_and_a_text_asks_with_itself(case: ProjectCase) -> None:
    case.notes("- {id: n, question: Q, answer: '*A*', reverse: true}")
    assert fields(case.folder)["Reverse"] == "<em>A</em>"
    case.notes("- {id: n, question: Q, answer: '*A*', reverse: 'Which *question*?'}")
    assert fields(case.folder)["Reverse"] == "Which <em>question</em>?"
    case.notes("- {id: n, question: Q, answer: '*A*', reverse: false}")
    assert fields(case.folder)["Reverse"] == ""


def test_typed_true_expects_the_answers_plain_text_and_a_text_expects_itself(case: ProjectCase) -> None:
    case.notes("- {id: n, question: Q, answer: '*R* & `x<y`', typed: true}")
    assert fields(case.folder)["Typed"] == "R &amp; x&lt;y"
    case.notes("- {id: n, question: Q, answer: A, typed: '*as is* <b>'}")
    assert fields(case.folder)["Typed"] == "*as is* &lt;b&gt;"


@pytest.mark.parametrize(
    ("cloze", "hidden"),
    [
        ("The {{c1::*Sun*::a star}} and {{c2::Moon}}", "Sun, Moon"),
        ("{{c1::inner {{c2::planet}} here}} and out", "inner planet here"),
        ("no `}}` harm, {{c1::this}}", "this"),
    ],
)
def test_a_typed_cloze_note_says_what_is_hidden_to_open_its_gate(case: ProjectCase, cloze: str, hidden: str) -> None:
    case.notes(f"- {{id: n, cloze: '{cloze}', typed: true}}")
    assert fields(case.folder)["Typed"] == hidden


def test_audio_is_played_after_the_answer_and_not_on_the_reverse_prompt(case: ProjectCase) -> None:
    case.file("a b.mp3", mp3()).notes("- {id: n, question: Q, answer: A, reverse: true, audio: a b.mp3}")
    values = fields(case.folder)
    assert values["Answer"] == "A\n[sound:a-b-545f00c7a0a4.mp3]"
    assert values["Reverse"] == "A"


def test_the_audio_of_a_cloze_note_is_played_with_its_explanation(case: ProjectCase) -> None:
    case.file("a.mp3", mp3()).notes("- {id: n, cloze: '{{c1::x}}', audio: a.mp3}")
    assert fields(case.folder)["Explanation"] == "[sound:a-545f00c7a0a4.mp3]"


def test_sources_are_listed_with_reference_link_and_remark_all_escaped(case: ProjectCase) -> None:
    cited = "{source: euclid, page: '3', note: 'a < b'}, {source: guide, section: Stars}"
    case.file("decks.yaml", SOURCES.replace("CITED", cited))
    state = '<span class="psm-state psm-unverifiable">(reference only)</span>'
    assert fields(case.folder)["Sources"] == (
        f'<ul>\n<li><a href="https://e.org/?a&amp;b">Euclid 1908, p. 3</a> {state}\n'
        ' <span class="psm-note">a &lt; b</span>\n</li>\n'
        f"<li>Okonkwo 2020, §\N{NO-BREAK SPACE}Stars {state}\n</li>\n</ul>"
    )


def test_the_signs_at_a_place_stay_on_a_line_with_their_words(case: ProjectCase) -> None:
    cited = "{source: guide, section: Stars, at: The first words … the last ones}"
    case.file("decks.yaml", SOURCES.replace("CITED", cited))
    assert "§\N{NO-BREAK SPACE}Stars, “The first words\N{NO-BREAK SPACE}…”" in fields(case.folder)["Sources"]


def test_a_note_without_citations_has_a_blank_sources_field(case: ProjectCase) -> None:
    case.notes("- {id: n, question: Q, answer: A}")
    assert fields(case.folder)["Sources"] == ""


def test_a_projects_own_sources_template_sees_text_url_note_and_source(case: ProjectCase) -> None:
    case.file("decks.yaml", SOURCES.replace("CITED", "{source: euclid, note: n}"))
    case.file("templates/fields/sources.html", "[% for c in citations %][[ c.source.title ]]|[[ c.note ]][% endfor %]")
    assert fields(case.folder)["Sources"] == "Elements &amp; &lt;data&gt;|n"


def test_a_projects_own_sources_template_sees_no_lists_in_works_names_and_dates(case: ProjectCase) -> None:
    case.file("decks.yaml", SOURCES.replace("CITED", "{source: euclid}"))
    seen = ("c", "c.source", "c.source.authors[0]", "c.source.issued")
    asked = " ".join(f"[[ {one} is sequence ]]" for one in seen)
    case.file("templates/fields/sources.html", f"[% for c in citations %]{asked}[% endfor %]")
    assert fields(case.folder)["Sources"] == " ".join(["False"] * len(seen))


def test_a_fault_in_the_sources_template_is_said_once_for_all_notes(case: ProjectCase) -> None:
    second = "      - {id: two, question: Q, answer: A, cite: [{source: guide}]}\n"
    case.file("decks.yaml", SOURCES.replace("CITED", "{source: euclid}") + second)
    case.file("templates/fields/sources.html", "\n[[ citation.text ]]").check()
    case.expect("templates/fields/sources.html:2:1 template-error")
    assert case.diagnostics[0].message == "`citation` is undefined"


def test_problems_of_all_fields_are_found_in_one_run_at_their_places(case: ProjectCase) -> None:
    case.notes("""
- id: n
  question: "a ![x](no.png)"
  answer: ok
  hint: "[sound:no.mp3]"
  audio: no.ogg
""").check()
    case.expect("decks.yaml:7:27 missing-media", "decks.yaml:9:23 missing-media", "decks.yaml:10:16 missing-media")


@pytest.mark.parametrize(
    "text", ["<!-- todo -->", "<br>", "<hr>", "&nbsp;", "$$ $$", "```\\n```", "\\u200b", "- \\n- "]
)
def test_a_text_that_shows_nothing_is_an_error_at_its_place(case: ProjectCase, text: str) -> None:
    case.notes(f'- {{id: n, question: Q, answer: "{text}"}}').check()
    case.expect("decks.yaml:6:38 blank-text")
    assert case.errors() == list(case.diagnostics)


@pytest.mark.parametrize("text", ["![](a.png)", "<img src=a.png>", "[sound:a.mp3]", "$$x$$", "<br>.", "`!`", "\\u2800"])
def test_a_picture_a_sound_a_formula_or_one_character_is_something_to_show(case: ProjectCase, text: str) -> None:
    case.file("a.png", png()).file("a.mp3", mp3()).notes(f'- {{id: n, question: "{text}", answer: A}}').check()
    case.expect_clean()


def test_every_text_that_shows_nothing_is_named(case: ProjectCase) -> None:
    case.notes("""
- {id: n, question: <br>, answer: A, explanation: <br>, hint: <br>, reverse: <br>}
- {id: c, cloze: <br>}
""").check()
    case.expect(
        *("decks.yaml:6:27 blank-text", "decks.yaml:6:57 blank-text", "decks.yaml:6:69 blank-text"),
        *("decks.yaml:6:84 blank-text", "decks.yaml:7:24 cloze-without-deletion"),
    )


def test_an_answer_without_text_cannot_be_typed(case: ProjectCase) -> None:
    case.file("a.png", png()).file("a.mp3", mp3())
    case.notes("""
- {id: n, question: Q, answer: '![a](a.png) [sound:a.mp3]', typed: true}
- {id: m, question: Q, answer: '![a](a.png)', typed: a}
- {id: b, question: Q, answer: <br>, typed: true}
""").check()
    case.expect("decks.yaml:6:38 nothing-to-type", "decks.yaml:8:38 blank-text")
    assert case.diagnostics[0].hint == "give the text as `typed: …`"


def test_each_card_of_a_typed_cloze_note_needs_text_to_type(case: ProjectCase) -> None:
    case.file("a.png", png())
    case.notes(
        "- {id: n, cloze: 'x {{c1::a}} {{c2::![b](a.png)::h}} {{c1::![b](a.png)}} {{c3::{{c4::y}}}}', typed: true}"
    )
    case.check()
    case.expect("decks.yaml:6:24 nothing-to-type")
    assert "`c2`" in case.diagnostics[0].message


def test_a_note_with_an_error_is_not_handed_on(case: ProjectCase) -> None:
    case.notes("""
- {id: good, question: Q, answer: <stong>}
- {id: bad, question: <!-- todo -->, answer: A}
- {id: cloze, cloze: none}
""").check()
    # Anki's room would say again, at the ids, that the first field is blank and that there is no deletion.
    case.expect(
        *("decks.yaml:6:41 unknown-tag", "decks.yaml:7:29 blank-text", "decks.yaml:8:28 cloze-without-deletion"),
    )
    loaded, _ = project.load(case.folder)
    assert loaded is not None
    result, _ = rendering.render(loaded, Evidence())
    assert [note.id for deck in result.decks for note in deck.notes] == ["good"]
    assert [look.kind for look in result.looks] == [Kind.BASIC, Kind.CLOZE]


def test_cloze_notation_in_code_beside_a_cloze_text_is_text_to_anki(case: ProjectCase, tmp_path: Path) -> None:
    case.notes("""
- id: n
  cloze: "Write `x` {{c1::like *this*}}"
  explanation: "`{{c2::a::b}}` and \\\\{{c3::x}}"
  hint: "`{{c4::h}}`"
""").build()
    assert case.package is not None
    found = probe(case.package, tmp_path)
    (card,) = found.cards
    assert found.problems() == []
    assert (card.ordinal, "{{c2::a::b}} and {{c3::x}}" in shown(card.answer)) == (0, True)
    assert "{{c4::h}}" in shown(card.question)


def test_a_deletion_beside_a_cloze_text_is_an_error_that_says_where_deletions_belong(case: ProjectCase) -> None:
    case.notes("""
- id: n
  cloze: "{{c1::x}}"
  explanation: "so {{c1::this}}"
  hint: "{{c2::that}}"
""").check()
    case.expect("decks.yaml:8:26 cloze-misplaced", "decks.yaml:9:16 cloze-misplaced")
    assert {problem.hint for problem in case.diagnostics} == {
        "only the text of `cloze:` can hide words; to show the notation put it in backticks",
    }


def test_the_projects_description_stands_on_the_decks_at_the_top(case: ProjectCase) -> None:
    case.file(
        "decks.yaml",
        "format: 1\nproject: {id: demo, title: A demo, description: 'of *all*'}\ndecks:\n"
        "  - {name: 'A::B', description: own, notes: [{id: a, question: Q, answer: A}]}\n"
        "  - {name: 'A::C', notes: [{id: b, question: Q, answer: A}]}\n"
        "  - {name: 'D', description: its own, notes: [{id: c, question: Q, answer: A}]}\n",
    )
    decks = [(deck.name, deck.description) for deck in rendered(case.folder).decks]
    assert decks == [("A", "of <em>all</em>"), ("A::B", "own"), ("A::C", ""), ("D", "its own")]


ABOUT = (
    "format: 1\nproject: {{id: demo, title: A demo{}}}\ndecks:\n"
    "  - {{name: 'A::B', notes: [{{id: a, question: Q, answer: A}}]}}\n"
    "  - {{name: D, description: its own, notes: [{{id: c, question: Q, answer: A}}]}}\n"
)
RELEASE = '<p>Newest release: <a href="https://e.org/?a&amp;b">https://e.org/?a&amp;b</a></p>'


@pytest.mark.parametrize(
    ("project_keys", "top", "own"),
    [
        ("", None, "its own"),
        (", license: CC-BY-4.0", "<p>Licence: CC-BY-4.0</p>", "its own\n<p>Licence: CC-BY-4.0</p>"),
        (
            ", description: '*D*', url: 'https://e.org/?a&b', license: MIT",
            f"<em>D</em>\n{RELEASE}\n<p>Licence: MIT</p>",
            f"its own\n{RELEASE}\n<p>Licence: MIT</p>",
        ),
        (", url: 'https://e.org/?a&b'", RELEASE, f"its own\n{RELEASE}"),
    ],
)
def test_decks_at_the_top_say_where_the_newest_release_is_and_the_licence(
    case: ProjectCase, project_keys: str, top: str | None, own: str
) -> None:
    case.file("decks.yaml", ABOUT.format(project_keys))
    decks = {deck.name: deck.description for deck in rendered(case.folder).decks}
    assert decks == {**({} if top is None else {"A": top}), "A::B": "", "D": own}


def test_a_project_has_its_own_template_of_descriptions(case: ProjectCase) -> None:
    case.file("decks.yaml", ABOUT.format(", description: '*D*'"))
    case.file("templates/description.html", "[[ project.title ]]: [[ description ]]")
    assert rendered(case.folder).decks[0].description == "A demo: <em>D</em>"
    case.file("templates/description.html", "[[ titel ]]").check()
    case.expect("templates/description.html:1:1 template-error")


def test_notes_keep_what_makes_them_themselves(case: ProjectCase) -> None:
    case.notes("- {id: n, question: Q, answer: A, guid: 'abc', tags: [x]}")
    note = rendered(case.folder).decks[0].notes[0]
    assert (note.id, note.guid, note.kind, note.tags) == ("n", "abc", Kind.BASIC, ("x",))
    assert len(note.fields) == len(FIELDS[Kind.BASIC])


def test_only_the_kinds_in_use_have_a_look(case: ProjectCase) -> None:
    case.notes("- {id: n, cloze: '{{c1::x}}'}")
    loaded, _ = project.load(case.folder)
    assert loaded is not None
    assert [look.kind for look in rendering.render(loaded, Evidence())[0].looks] == [Kind.CLOZE]
