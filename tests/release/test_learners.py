"""Releases in the real Anki: what changed arrives, everything else of a learner's stays."""

from pathlib import Path

from psm_cards.release.promises import search
from tests.anki.probe import Import
from tests.release.releases import ReleasingCase, learner

ONE = """
- {id: one, question: What is one?, answer: The first, tags: [count]}
- {id: two, question: What is two?, answer: The second, tags: [count]}
- {id: three, cloze: "{{c1::three}} follows two"}
"""


def test_a_release_updates_exactly_the_notes_that_changed_and_leaves_the_learners_words_on_the_others(
    case: ReleasingCase, tmp_path: Path
) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    old = case.lock()
    second = case.decks(Demo=ONE.replace("The second", "Second")).cut("1.1.0")

    assert case.bumped(old) == {"two"}
    with learner(tmp_path / "anna") as anna:
        assert anna.take(first) == Import(3, 0, 0, 0, 0)
        anna.edit("one", "Explanation", "mine")
        anna.study()
        progress = anna.progress()
        assert progress
        assert anna.take(second) == Import(0, 1, 2, 0, 0)
        assert anna.note("one")["Explanation"] == "mine"
        assert anna.note("two")["Answer"] == "Second"
        assert anna.progress() == progress
        assert anna.take(second) == Import(0, 0, 3, 0, 0)


def test_who_skips_a_release_ends_where_the_others_are(case: ReleasingCase, tmp_path: Path) -> None:
    packages = [
        case.decks(Demo=ONE).cut("1.0.0"),
        case.decks(Demo=ONE.replace("The second", "Second")).cut("1.1.0"),
        case.decks(Demo=ONE.replace("The second", "2nd").replace("follows", "is after")).cut("1.2.0"),
    ]
    ends = []
    for name, chosen in (("all", packages), ("skips", packages[::2])):
        with learner(tmp_path / name) as one:
            for package in chosen:
                one.take(package)
            ends.append(
                [
                    (note_id, list(one.note(note_id).fields), one.note(note_id).mod)
                    for note_id in ("one", "two", "three")
                ]
            )

    assert ends[0] == ends[1]


def test_a_renamed_note_keeps_its_progress(case: ReleasingCase, tmp_path: Path) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    second = case.decks(Demo=ONE.replace("id: one,", "id: first, was: one,")).cut("1.1.0")
    third = case.decks(Demo=ONE.replace("id: one,", "id: first,").replace("first}", "1st}")).cut("1.2.0")

    assert set(case.lock().notes) == {"first", "two", "three"}
    with learner(tmp_path / "anna") as anna:
        anna.take(first)
        number = anna.note("one").id
        assert anna.take(second) == Import(0, 1, 2, 0, 0)
        assert anna.note("first").id == number
        assert anna.take(third) == Import(0, 0, 3, 0, 0)


def test_a_card_added_to_a_known_note_arrives_and_the_old_ones_keep_their_progress(
    case: ReleasingCase, tmp_path: Path
) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    second = case.decks(
        Demo=ONE.replace("The first,", "The first, reverse: true,").replace("follows two", "follows {{c2::two}}")
    ).cut("1.1.0")

    with learner(tmp_path / "anna") as anna:
        anna.take(first)
        anna.study()
        progress = anna.progress()
        assert progress
        assert anna.take(second) == Import(0, 2, 1, 0, 0)
        assert anna.progress() == progress
        assert [len(anna.note(note_id).cards()) for note_id in ("one", "two", "three")] == [2, 1, 2]
        assert list(anna.collection.get_empty_cards().notes) == []


def test_a_retired_note_stays_with_who_has_it_and_is_never_brought_again(case: ReleasingCase, tmp_path: Path) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    rest = ONE.replace("- {id: two, question: What is two?, answer: The second, tags: [count]}\n", "")
    second = case.decks(Demo=rest, more="retired: {two: {reason: wrong, replaced-by: one}}\n").cut("1.1.0")

    assert case.lock().notes["two"].retired == "1.1.0"
    with learner(tmp_path / "anna") as anna:
        anna.take(first)
        assert anna.take(second) == Import(0, 0, 2, 0, 0)
        assert anna.note("two")["Answer"] == "The second"
    with learner(tmp_path / "bert") as bert:
        assert bert.take(second) == Import(2, 0, 0, 0, 0)


def test_a_changed_look_arrives_without_touching_a_note(case: ReleasingCase, tmp_path: Path) -> None:
    first = case.decks(Demo=ONE).cut("1.0.0")
    second = case.file("templates/style.css", ".card { color: red; }").decks(Demo=ONE).cut("1.1.0")

    with learner(tmp_path / "anna") as anna:
        anna.take(first)
        anna.edit("one", "Answer", "mine")
        assert anna.take(second) == Import(0, 0, 3, 0, 0)
        assert "color: red" in anna.note("one").note_type()["css"]
        assert anna.note("one")["Answer"] == "mine"


def test_the_search_for_moved_notes_finds_their_cards_in_decks_of_any_name(case: ReleasingCase, tmp_path: Path) -> None:
    name = "'A: *x_y* (b) \"z\" c::B - 1'"
    package = case.decks(**{name: ONE, "Demo": "- {id: four, question: Q, answer: A}"}).cut()

    with learner(tmp_path / "anna") as anna:
        anna.take(package)
        found = anna.collection.find_notes(search(anna.deck("one"), ["one", "three", "four"]))
        assert set(found) == {anna.note("one").id, anna.note("three").id}
