"""A note becomes the fields that every learner's collection has for ever."""

import pytest

from psm_cards import project, rendering
from psm_cards.model import FIELDS, Kind
from tests.project_case import ProjectCase
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
    case.file("a b.mp3", b"1").notes("- {id: n, question: Q, answer: A, reverse: true, audio: a b.mp3}")
    values = fields(case.folder)
    assert values["Answer"] == "A\n[sound:a-b-6b86b273ff34.mp3]"
    assert values["Reverse"] == "A"


def test_the_audio_of_a_cloze_note_is_played_with_its_explanation(case: ProjectCase) -> None:
    case.file("a.mp3", b"1").notes("- {id: n, cloze: '{{c1::x}}', audio: a.mp3}")
    assert fields(case.folder)["Explanation"] == "[sound:a-6b86b273ff34.mp3]"


def test_sources_are_listed_with_reference_link_and_remark_all_escaped(case: ProjectCase) -> None:
    cited = "{source: euclid, page: '3', note: 'a < b'}, {source: guide, section: Stars}"
    case.file("decks.yaml", SOURCES.replace("CITED", cited))
    assert fields(case.folder)["Sources"] == (
        '<ul>\n<li><a href="https://e.org/?a&amp;b">Euclid 1908, p. 3</a>'
        ' <span class="psm-note">a &lt; b</span>\n</li>\n'
        "<li>Okonkwo 2020, § Stars</li>\n</ul>"
    )


def test_a_note_without_citations_has_a_blank_sources_field(case: ProjectCase) -> None:
    case.notes("- {id: n, question: Q, answer: A}")
    assert fields(case.folder)["Sources"] == ""


def test_a_projects_own_sources_template_sees_text_url_note_and_source(case: ProjectCase) -> None:
    case.file("decks.yaml", SOURCES.replace("CITED", "{source: euclid, note: n}"))
    case.file("templates/fields/sources.html", "[% for c in citations %][[ c.source.title ]]|[[ c.note ]][% endfor %]")
    assert fields(case.folder)["Sources"] == "Elements &amp; &lt;data&gt;|n"


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


def test_notes_keep_what_makes_them_themselves(case: ProjectCase) -> None:
    case.notes("- {id: n, question: Q, answer: A, guid: 'abc', tags: [x]}")
    note = rendered(case.folder).decks[0].notes[0]
    assert (note.id, note.guid, note.kind, note.tags) == ("n", "abc", Kind.BASIC, ("x",))
    assert len(note.fields) == len(FIELDS[Kind.BASIC])


def test_only_the_kinds_in_use_have_a_look(case: ProjectCase) -> None:
    case.notes("- {id: n, cloze: '{{c1::x}}'}")
    loaded, _ = project.load(case.folder)
    assert loaded is not None
    assert [look.kind for look in rendering.render(loaded)[0].looks] == [Kind.CLOZE]
