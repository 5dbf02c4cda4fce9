"""Each promise to learners, broken on purpose: it is said what they would suffer, and what to do instead."""

import pytest

from psm_cards import anki
from psm_cards.anki import identity
from psm_cards.diagnostics import Severity
from psm_cards.model import FIELDS, TEMPLATES, Kind
from psm_cards.release import promises
from tests.release.releases import ReleasingCase

ONE = "- {id: one, question: What is one?, answer: The first}"
TWO = "- {id: two, question: What is two?, answer: The second, reverse: true}"
THREE = '- {id: three, cloze: "{{c1::three}} follows {{c2::two}}"}'
ALL = f"{ONE}\n{TWO}\n{THREE}"
LAST = "- {id: last, question: Is it the last?, answer: 'Yes'}"


@pytest.fixture
def released(case: ReleasingCase) -> ReleasingCase:
    """Return a project with one release of two decks."""
    case.decks(Demo=ALL, Other=LAST).cut()
    assert case.codes() == []
    return case


def severity(case: ReleasingCase, code: str) -> Severity:
    """Return how much the problems of a code weigh."""
    (found,) = {problem.severity for problem in case.diagnostics if problem.code == code}
    return found


def test_a_note_that_is_gone_is_named_where_the_lock_has_it(released: ReleasingCase) -> None:
    released.decks(Demo=f"{ONE}\n{THREE}", Other=LAST)

    assert released.message("note-gone") == (
        "note `two` of release 1.0.0 is gone: learners would keep it for ever, and never hear why | "
        "bring it back, or retire it: `retired: {two: {reason: …}}`"
    )
    line = released.lock().notes["two"].line
    assert released.found() == [f"decks.lock:{line}:1 note-gone"]
    assert severity(released, "note-gone") is Severity.ERROR


def test_a_draft_is_gone_as_well(released: ReleasingCase) -> None:
    assert released.decks(Demo=ALL.replace("id: two,", "id: two, draft: true,"), Other=LAST).codes() == ["note-gone"]


def test_a_note_with_another_id_that_says_the_same_is_taken_for_the_old_one(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace(TWO, "- {id: deux, question: What is two?, answer: Another}"), Other=LAST)

    assert "did you rename it to `deux`? write `was: two` there" in released.message("note-gone")
    assert released.found() == ["decks.yaml:7:14 note-gone"]

    released.decks(Demo=ALL.replace("id: two,", "id: deux, was: two,"), Other=LAST)
    assert released.codes() == []


def test_a_new_note_that_says_something_else_is_not_taken_for_the_old_one(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace(ONE, "- {id: uno, question: Quite new, answer: Too}"), Other=LAST)

    assert "rename" not in released.message("note-gone")


def test_a_retired_note_is_no_problem_then_or_later(released: ReleasingCase) -> None:
    retired = "retired: {two: {reason: doubtful, replaced-by: one}}\n"
    released.decks(Demo=f"{ONE}\n{THREE}", Other=LAST, more=retired)
    assert released.codes() == []
    released.cut("1.1.0")
    assert released.codes() == []
    assert released.decks(Demo=f"{ONE}\n{THREE}", Other=LAST).codes() == []


def test_a_retired_note_cannot_come_back(released: ReleasingCase) -> None:
    released.decks(Demo=f"{ONE}\n{THREE}", Other=LAST, more="retired: {two: {reason: doubtful}}\n").cut("1.1.0")

    released.decks(Demo=ALL, Other=LAST)
    assert released.message("retired-guid") == (
        "`two` has the guid of a note that release 1.1.0 retired: learners who deleted it get it back | "
        "give it a new id"
    )
    guid = released.lock().notes["two"].guid
    released.decks(Demo=f"{ONE}\n{THREE}\n- {{id: new, guid: '{guid}', question: Q, answer: A}}", Other=LAST)
    assert released.codes() == ["retired-guid"]


def test_the_former_id_of_a_retired_note_is_not_free_either(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("id: two,", "id: deux, was: two,"), Other=LAST).cut("1.1.0")
    released.decks(Demo=f"{ONE}\n{THREE}", Other=LAST, more="retired: {deux: {reason: doubtful}}\n").cut("1.2.0")

    assert released.decks(Demo=ALL, Other=LAST).codes() == ["retired-guid"]


def test_a_guid_given_to_a_released_note_would_bring_it_twice(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("id: two,", "id: two, guid: mine,"), Other=LAST)

    assert released.codes() == ["changed-guid"]
    assert "learners would get it a second time | take `guid: mine` out again" in released.message("changed-guid")


def test_a_guid_twice_is_an_error_with_both_places(released: ReleasingCase) -> None:
    guid = released.lock().notes["two"].guid
    released.decks(Demo=f"{ALL}\n- {{id: new, guid: '{guid}', question: Q, answer: A}}", Other=LAST)

    assert released.codes() == ["duplicate-guid"]


def test_a_note_of_another_kind_would_never_arrive(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace(TWO, '- {id: two, cloze: "{{c1::Two}} is the second"}'), Other=LAST)

    assert released.message("changed-kind") == (
        "`two` was released as a basic note and is a cloze note now: learners would never get it | "
        "give it a new id, and write `retired: {two: {reason: …, replaced-by: NEW-ID}}`"
    )


def test_a_renamed_deck_is_an_error_that_says_where_the_cards_stay(released: ReleasingCase) -> None:
    released.decks(Demo=ALL, Another=LAST)

    assert released.message("renamed-deck") == (
        "the deck `Other` is gone: its cards would stay there, and new ones come into `Another` | "
        "call it `Other` again; to order notes otherwise, use tags"
    )
    assert released.codes() == ["renamed-deck"]


def test_a_deck_whose_notes_are_all_retired_may_go(released: ReleasingCase) -> None:
    assert released.decks(Demo=ALL, more="retired: {last: {reason: done}}\n").codes() == []


def test_other_letter_case_of_a_deck_is_the_same_deck_to_anki(released: ReleasingCase) -> None:
    assert released.decks(Demo=ALL, OTHER=LAST).codes() == []


def test_notes_moved_to_another_deck_are_one_warning_with_the_search_for_their_cards(released: ReleasingCase) -> None:
    released.decks(Demo=ONE, Other=f"{TWO}\n{THREE}\n{LAST}")

    assert released.message("moved-note") == (
        "2 notes moved from the deck `Demo` to `Other`: with learners the cards stay where they are | "
        'to move them, learners search for deck:"Demo" (Id:two OR Id:three) in the browser, then Cards > Change Deck'
    )
    assert severity(released, "moved-note") is Severity.WARNING


def test_a_cloze_number_that_is_gone_leaves_a_card_without_a_front(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("{{c2::two}}", "two"), Other=LAST)

    assert released.message("card-gone") == (
        "`c2` of `three` is gone: learners keep a card with a blank front until they use Tools > Empty Cards | "
        "bring it back if you can: its history is lost with it"
    )
    assert severity(released, "card-gone") is Severity.WARNING


def test_a_renumbered_cloze_is_told_to_keep_its_number(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("{{c2::", "{{c7::"), Other=LAST)

    assert "keep the number if it asks for the same: renumbered to `c7`" in released.message("card-gone")


def test_a_reverse_card_switched_off_is_named(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace(", reverse: true", ""), Other=LAST)

    assert released.message("card-gone").startswith("`Reverse` of `two` is gone")


def frozen(monkeypatch: pytest.MonkeyPatch, name: str, kind: Kind, names: tuple[str, ...]) -> None:
    """Let another psm-cards, with other frozen names of a kind, look at the promises."""
    known = {"FIELDS": FIELDS, "TEMPLATES": TEMPLATES}[name]
    monkeypatch.setattr(promises, name, {**known, kind: names})


def test_a_field_added_by_a_later_psm_cards_is_an_error(
    released: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(monkeypatch, "FIELDS", Kind.BASIC, (*FIELDS[Kind.BASIC], "Spare 5"))

    assert released.message("changed-note-type") == (
        "the note type `demo basic (psm-cards)` has other fields (`Spare 5` is new): every note of learners would stop "
        "being updated | use the psm-cards that made release 1.0.0"
    )


def test_a_field_taken_out_and_fields_in_another_order_are_errors(
    released: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    frozen(monkeypatch, "FIELDS", Kind.CLOZE, FIELDS[Kind.CLOZE][:-1])
    assert "(number 11 is gone)" in released.message("changed-note-type")
    frozen(monkeypatch, "FIELDS", Kind.CLOZE, (*FIELDS[Kind.CLOZE][::-1],))
    assert "(another order)" in released.message("changed-note-type")


def test_another_card_template_is_an_error(released: ReleasingCase, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen(monkeypatch, "TEMPLATES", Kind.BASIC, (*TEMPLATES[Kind.BASIC], "Fourth"))

    assert "other card templates (`Fourth` is new)" in released.message("changed-note-type")


def test_another_sort_field_is_an_error(released: ReleasingCase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anki, "SORT_FIELD", 1)

    assert set(released.codes()) == {"changed-note-type"}
    assert "has another sort field: every note of learners" in released.check().diagnostics[0].message


def test_a_note_type_with_another_name_or_number_is_an_error(
    released: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = identity.note_type_id
    monkeypatch.setattr(identity, "note_type_id", lambda *names: known(*names) + 1)

    assert set(released.codes()) == {"changed-note-type"}


def test_a_former_id_that_no_release_had_is_an_error_with_a_suggestion(released: ReleasingCase) -> None:
    released.decks(Demo=ALL, Other=f"{LAST}\n- {{id: new, was: lats, question: Q, answer: A}}")

    assert released.message("unknown-former-id") == "no release had a note `lats` | did you mean `last`?"


def test_a_former_id_may_stay_after_the_release_that_knows_the_new_one(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("id: two,", "id: deux, was: two,"), Other=LAST).cut("1.1.0")

    assert released.codes() == []
    assert released.diff().is_empty


def test_retiring_what_no_release_had_is_a_warning_with_a_suggestion(released: ReleasingCase) -> None:
    released.decks(Demo=ALL, Other=LAST, more="retired: {lost: {reason: gone}}\n")

    assert released.message("unknown-retired") == "no release had a note `lost` | did you mean `last`?"


def test_in_a_project_that_could_not_be_read_no_note_seems_to_be_gone(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("- {id: two, ", "- {di: two, "), Other=LAST)

    assert "note-gone" not in released.codes()


def test_a_note_that_could_not_be_rendered_does_not_seem_to_be_gone(released: ReleasingCase) -> None:
    released.decks(Demo=ALL.replace("What is two?", "'![x](lost.png)'"), Other=LAST)

    assert released.codes() == ["missing-media"]


def test_nothing_is_promised_before_the_first_release(case: ReleasingCase) -> None:
    case.decks(Demo=ALL, Other=LAST).cut()
    case.lock_file.unlink()

    assert case.decks(Renamed=TWO).codes() == []
