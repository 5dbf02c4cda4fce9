"""Everything wrong with notes, decks, tags and media is found before a byte is written, each at its place."""

from pathlib import Path

import pytest

from psm_cards import anki
from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.model import Kind, Media, RenderedDeck, RenderedNote
from tests.anki import samples


def only(*notes: RenderedNote, media: tuple[Media, ...] = ()) -> Diagnostic:
    (problem,) = samples.problems(samples.project(*notes, media=media))
    return problem


def picture(folder: Path, name: str = "dot-0123456789ab.png") -> Media:
    path = folder / "dot.png"
    path.write_bytes(b"a picture")
    return Media(name, path)


def test_a_project_in_order_has_no_problem() -> None:
    assert samples.problems(samples.project()) == []


def test_an_adopted_guid_is_kept() -> None:
    planned, _ = anki.plan(samples.project(samples.basic()._replace(guid="from<another>deck")))
    assert [note.guid for note in planned.notes] == ["from<another>deck"]


def test_two_notes_with_one_guid_are_reported_with_both_places() -> None:
    problem = only(samples.basic("one", 3), samples.basic("two", 8)._replace(guid=anki.guid_for("sample", "one")))
    assert (problem.code, str(problem.span)) == ("duplicate-guid", "decks.yaml:8:1")
    assert [str(related.span) for related in problem.related] == ["decks.yaml:3:1"]


@pytest.mark.parametrize(("character", "name"), [("\x1f", "U+001F"), ("\x00", "U+0000"), ("\x7f", "U+007F")])
def test_a_control_character_is_named_with_its_field(character: str, name: str) -> None:
    problem = only(samples.basic(Explanation=f"a{character}b"))
    assert (problem.code, str(problem.span)) == ("control-character", "decks.yaml:1:1")
    assert problem.message == f"`Explanation` of note `one` has the character {name}"


@pytest.mark.parametrize(
    ("written", "stored"),
    [("u\u0308ber", "\u00fcber"), ("eins\r\nzwei\rdrei", "eins\nzwei\ndrei"), ("\u212b\r", "\u00c5\n")],
)
def test_texts_are_stored_in_nfc_with_unix_line_ends(written: str, stored: str) -> None:
    planned, found = anki.plan(samples.project(samples.basic(Answer=written)))
    assert not found
    assert planned.notes[0].fields.split("\x1f")[1] == stored


def test_tags_are_stored_sorted_and_once() -> None:
    planned, _ = anki.plan(samples.project(samples.basic()._replace(tags=("psm::b", "a", "psm::b"))))
    assert planned.notes[0].tags == " a psm::b "
    planned, _ = anki.plan(samples.project(samples.basic()))
    assert planned.notes[0].tags == ""


@pytest.mark.parametrize("tag", ["two words", "", "ideographic\u3000space", "bell\x07"])
def test_a_tag_that_anki_would_split_or_change_is_a_fault_of_ours(tag: str) -> None:
    with pytest.raises(ValueError, match=r"^note one: Anki would split or change the tag"):
        anki.plan(samples.project(samples.basic()._replace(tags=(tag,))))


def test_a_blank_question_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match=r"^note one: the first field is blank"):
        anki.plan(samples.project(samples.basic(Question="<br>")))


def test_a_note_whose_every_front_is_blank_is_an_error_at_its_place() -> None:
    look = samples.with_template(samples.LOOKS[0], 0, front="{{#Hint}}{{Question}}{{/Hint}}")
    rendered = samples.with_look(samples.project(samples.basic(line=7)), look)
    (problem,) = samples.problems(rendered)
    assert (problem.code, str(problem.span)) == ("note-without-card", "decks.yaml:7:1")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("nothing hidden", "cloze-without-deletion"),
        ("{{c1::x}} {{c0::y}}", "cloze-number"),
        ("{{c1::x}} {{c501::y}}", "cloze-number"),
        ("{{c1::x}} {{c99999::y}}", "cloze-number"),
    ],
)
def test_a_cloze_text_that_makes_no_good_cards_is_reported(text: str, code: str) -> None:
    problem = only(samples.cloze(text))
    assert (problem.code, problem.severity) == (code, Severity.ERROR)


def test_a_deletion_outside_the_text_would_be_a_blank_card_and_is_an_error() -> None:
    problem = only(samples.cloze("{{c1::x}}", Explanation="as in {{c2::y}}"))
    assert problem.code == "cloze-not-shown"
    assert [(one.message, one.span.file) for one in problem.related] == [("the front", "cloze/front.html")]
    assert problem.message == "`{{c2::…}}` in `Explanation` is not shown on the front of its card"


def test_a_deletion_outside_the_text_with_a_number_of_the_text_adds_no_card() -> None:
    assert samples.problems(samples.project(samples.cloze("{{c1::x}}", Explanation="as in {{c1::y}}"))) == []


@pytest.mark.parametrize(
    "name", ["A::", "A:: B", " A", "x:::y", "default", "Default", "default::x", "DEFAULT::x", "A\tB", "::A"]
)
def test_a_deck_name_that_anki_would_change_is_a_fault_of_ours(name: str) -> None:
    rendered = samples.project()._replace(decks=(RenderedDeck(name, "", (samples.basic(),)),))
    with pytest.raises(ValueError, match=r"^Anki would change the deck name"):
        anki.plan(rendered)


def test_decks_without_notes_and_kinds_without_notes_are_left_out() -> None:
    rendered = samples.project(samples.basic())
    planned, _ = anki.plan(rendered._replace(decks=(*rendered.decks, RenderedDeck("Empty"))))
    assert [deck.name for deck in planned.decks] == [samples.DECK]
    assert [one.look.kind for one in planned.note_types] == [Kind.BASIC]


def test_a_deck_above_others_is_written_if_it_says_something_of_itself() -> None:
    above = (RenderedDeck("Sample", "About all"), RenderedDeck("Sam", "Not above"), RenderedDeck("Other", "Empty"))
    rendered = samples.project(samples.basic())
    planned, found = anki.plan(rendered._replace(decks=(*above, *rendered.decks)))
    assert found == []
    assert [(deck.name, deck.description) for deck in planned.decks] == [("Sample", "About all"), (samples.DECK, "")]


def test_what_is_said_of_a_deck_before_its_notes_come_is_its_description() -> None:
    decks = (RenderedDeck("A", "<p>Of the project</p>"), RenderedDeck("A", "", (samples.basic("one"),)))
    planned, problems = anki.plan(samples.project()._replace(decks=decks))

    assert problems == []
    assert [(deck.name, deck.description) for deck in planned.decks] == [("A", "<p>Of the project</p>")]


def test_a_deck_named_twice_is_one_deck_with_the_first_description() -> None:
    decks = tuple(
        RenderedDeck("A", description, (samples.basic(note_id),))
        for note_id, description in (("one", ""), ("two", "<p>Hello</p>"), ("three", "<p>Later</p>"))
    )
    planned, found = anki.plan(samples.project()._replace(decks=decks))
    assert not found
    assert [(deck.name, deck.description) for deck in planned.decks] == [("A", "<p>Hello</p>")]
    assert [note.id for note in planned.notes] == ["one", "two", "three"]


@pytest.mark.parametrize(
    "html",
    [
        '<img alt="a > b" src="lost.png">',
        "<img src=lost.png>",
        "[sound:lost.png]",
        "<audio controls src='lost.png'></audio>",
        '<video><source src="lost.png"></video>',
        '<object data="lost.png"></object>',
    ],
)
def test_a_file_that_a_field_uses_and_the_media_lack_is_an_error_at_the_note(html: str) -> None:
    problem = only(samples.basic(line=4, Answer=html))
    assert (problem.code, str(problem.span)) == ("unlisted-media", "decks.yaml:4:1")
    assert problem.message == "note `one` uses the file `lost.png`, which is not among the project's media"


def test_addresses_data_and_text_about_pictures_are_no_files(tmp_path: Path) -> None:
    html = (
        '<img src="dot-0123456789ab.png"> <img src="data:image/gif;base64,R0"> &lt;img src="x.png"&gt; <a href="x.png">'
    )
    assert samples.problems(samples.project(samples.basic(Answer=html), media=(picture(tmp_path),))) == []


def test_a_file_that_a_template_uses_is_reported_at_its_place_in_the_template() -> None:
    look = samples.with_template(samples.LOOKS[0], 0, front='{{Question}}\n<img src="_psm-logo-0123456789ab.svg">')
    (problem,) = samples.problems(samples.with_look(samples.project(samples.basic()), look))
    assert (problem.code, str(problem.span)) == ("unlisted-media", "basic/front.html:2:11")


@pytest.mark.parametrize(
    "css",
    ["a { background: url(_psm-x.png) }", "a { background: url( '_psm-x.png#a' ) }", '@import "_psm-x.png";'],
)
def test_a_file_that_the_style_sheet_uses_is_reported(css: str) -> None:
    look = samples.LOOKS[0]._replace(css=css)
    (problem,) = samples.problems(samples.with_look(samples.project(samples.basic()), look))
    assert problem.code == "unlisted-media"
    assert "`_psm-x.png`" in problem.message


def test_the_learners_own_style_sheet_comments_and_fragments_are_not_asked_for() -> None:
    css = '@import url("_psm_user.css"); /* url(_old.png) */ a { mask: url(#m); filter: url(https://a.b/c.svg) }'
    assert samples.codes(samples.with_look(samples.project(samples.basic()), samples.LOOKS[0]._replace(css=css))) == []


def test_a_file_for_a_template_needs_a_name_that_anki_imports(tmp_path: Path) -> None:
    look = samples.with_template(samples.LOOKS[0], 0, front='{{Question}}<img src="dot-0123456789ab.png">')
    rendered = samples.with_look(samples.project(samples.basic(), media=(picture(tmp_path),)), look)
    assert samples.codes(rendered) == ["template-media-name"]


def test_one_media_name_for_two_files_is_a_fault_of_ours(tmp_path: Path) -> None:
    one = picture(tmp_path)
    media = (one, Media(one.name, tmp_path / "other.png"))
    with pytest.raises(ValueError, match=r"other.png and .*dot.png would both be dot-0123456789ab.png in Anki$"):
        anki.plan(samples.project(samples.basic(), media=media))


@pytest.mark.parametrize(
    "name", ["Dot.PNG", "a b.png", "é.png", "../x.png", "con:.png", "x.tar.gz", "-", "", "a" * 101, "x_1.png"]
)
def test_a_media_name_that_some_anki_changes_is_a_fault_of_ours(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^some Anki would change the media name"):
        anki.plan(samples.project(samples.basic(), media=(picture(tmp_path, name),)))


def test_a_look_or_note_of_another_shape_is_a_fault_and_not_a_finding() -> None:
    rendered = samples.project(samples.basic())
    with pytest.raises(ValueError, match="expected a look for basic"):
        anki.plan(rendered._replace(looks=()))
    with pytest.raises(ValueError, match="templates of basic"):
        anki.plan(rendered._replace(looks=(samples.LOOKS[0]._replace(templates=samples.BASIC[:2]),)))
    with pytest.raises(ValueError, match="expected 13 fields, found 2"):
        anki.plan(samples.project(samples.basic()._replace(fields=("a", "b"))))
