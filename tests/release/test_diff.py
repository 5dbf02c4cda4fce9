"""What the next release would bring, against a lock or a package, in each form."""

import json
from pathlib import Path

import pytest

from psm_cards import workflows
from psm_cards.release import diffing
from psm_cards.release.diffing import Piece
from tests.cli.program import psm_cards
from tests.release.releases import ReleasingCase, learner, silent

OLD = """
- {id: one, question: What is one?, answer: The first number there is, tags: [count]}
- {id: two, question: What is two?, answer: The second, tags: [count], reverse: true}
- {id: three, cloze: "{{c1::three}} follows {{c2::two}}"}
- {id: four, question: What is four?, answer: The fourth}
- {id: five, question: What is five?, answer: The fifth}
- {id: six, question: What is six?, answer: The sixth}
"""
NEW = """
- {id: one, question: What is one?, answer: The *first* natural number there is, tags: [count, basics]}
- {id: two, question: What is two?, answer: The second, tags: [number], reverse: true}
- {id: three, cloze: "{{c1::three}} follows {{c3::two}}"}
- {id: vier, was: four, question: What is four?, answer: The fourth}
- {id: seven, question: What is <b>seven</b>?, answer: The seventh, reverse: true}
"""
MOVED = "- {id: five, question: What is five?, answer: The fifth}\n- {id: last, question: Last?, answer: 'Yes'}"
RETIRED = "retired: {six: {reason: it is doubtful, replaced-by: seven}}\n"


@pytest.fixture
def case(case: ReleasingCase) -> ReleasingCase:
    """Return a project with a release, and everything that can happen after it."""
    case.decks(Demo=OLD, Other="- {id: last, question: Last?, answer: 'Yes'}").cut()
    return case.decks(Demo=NEW, Other=MOVED, more=RETIRED)


def released_package(case: ReleasingCase) -> Path:
    """Return the package of the first release."""
    return case.folder / "build" / "demo-1.0.0.apkg"


def test_against_a_package_every_change_is_told_deck_by_deck_and_word_by_word(case: ReleasingCase) -> None:
    done = psm_cards(case.folder, "diff", "--against", str(Path("build", "demo-1.0.0.apkg")))

    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout.splitlines() == [
        "since `demo-1.0.0.apkg`:",
        "",
        "Demo",
        "  + seven (2 cards): What is seven?",
        "  ~ one: What is one?",
        "      Answer: The first{+ natural+} number there is",
        "      tags: +basics",
        "  ~ three: [three] follows [two]",
        "      Text: {{c1::three}} follows [-{{c2::two}}-]{+{{c3::two}}+}",
        "      new card: c3",
        "      card without a front: c2",
        "  ~ vier (was four): What is four?",
        "  # two: What is two?",
        "      tags: +number -count",
        "  - six (now seven): it is doubtful",
        "",
        "Other",
        "  > five: from Demo",
        "",
        "what learners will see",
        "  1 new note with 2 cards to learn",
        "  4 notes updated; their own edits and tags in them are lost",
        "  1 new card of notes that they know",
        "  1 card with a blank front until they use Tools > Empty Cards",
        "  1 retired note until they delete it themselves",
        '  1 note in `Demo` as before; to move the cards, search for deck:"Demo" (Id:five), then Cards > Change Deck',
        "  every other note, and all progress, as it was",
    ]


def test_the_words_come_from_the_last_package_if_it_is_in_the_build_folder_still(case: ReleasingCase) -> None:
    assert case.diff().decks == case.diff(released_package(case)).decks
    assert psm_cards(case.folder, "diff").stdout.startswith("since release 1.0.0:")


def test_without_the_package_fields_are_named_and_it_is_said_how_to_see_the_words(case: ReleasingCase) -> None:
    released_package(case).unlink()
    lines = psm_cards(case.folder, "diff").stdout.splitlines()

    assert lines[0] == "since release 1.0.0:"
    assert lines[4:7] == ["  ~ one: What is one?", "      Answer", "      tags: +basics"]
    assert lines[-1] == "  hint: for the words, name the package that learners have: `--against FILE.apkg`"


def test_the_lock_and_its_package_tell_the_same_but_for_the_words(case: ReleasingCase) -> None:
    def without_words(diff: diffing.Diff) -> list[object]:
        return [
            [
                (deck.name, deck.added, deck.retired, deck.moved),
                [(one.id, [field.name for field in one.fields], one.tags_added, one.cards_removed, one.former_id)
                 for one in (*deck.changed, *deck.retagged)],
            ]
            for deck in diff.decks
        ]  # fmt: skip

    assert without_words(case.diff()) == without_words(case.diff(released_package(case)))


def test_an_older_lock_can_be_compared_with(case: ReleasingCase) -> None:
    package = released_package(case).rename(case.folder / "old.apkg")
    older = case.folder / "older.lock"
    older.write_bytes(case.lock_file.read_bytes())
    expected = case.diff().decks
    case.cut("2.0.0")

    assert case.diff().is_empty
    assert case.diff(older).decks == expected
    assert case.diff(package).decks[0].retired == expected[0].retired


def test_before_the_first_release_everything_is_new(case: ReleasingCase) -> None:
    case.lock_file.unlink()
    case.decks(Demo=OLD)

    diff = case.diff()
    assert diff.since == "nothing"
    assert [note.id for deck in diff.decks for note in deck.added] == "one two three four five six".split()


def test_a_draft_imported_before_the_first_release_is_compared_by_what_it_says(case: ReleasingCase) -> None:
    package = released_package(case)
    case.lock_file.unlink()
    case.decks(Demo=OLD.replace("The fourth", "4th"), Other="- {id: last, question: Last?, answer: 'Yes'}")

    (deck,) = case.diff(package).decks
    assert [note.id for note in deck.changed] == ["four"]


def test_another_description_of_a_deck_waits_for_a_release_and_is_told(case: ReleasingCase, tmp_path: Path) -> None:
    head = "format: 1\nproject: {id: demo, title: A demo, description: All of it}\n"
    case.lock_file.unlink()
    first = case.decks(Demo=OLD, head=head).cut("2.0.0")
    case.decks(Demo=OLD, head=head.replace("All", "Most"))

    assert case.diff().descriptions == case.diff(first).descriptions == ("Demo",)
    told = psm_cards(case.folder, "diff").stdout.splitlines()
    assert "  another description of the deck `Demo`; their own text there is lost" in told
    assert "1 with another description (`Demo`)" in psm_cards(case.folder, "build", "--locked").stdout
    before = case.lock()
    second = case.cut("2.0.1")
    assert case.bumped(before) == set()
    assert case.diff().is_empty
    with learner(tmp_path / "anna") as anna:
        anna.take(first)
        assert anna.take(second).updated == 0
        assert anna.collection.decks.by_name("Demo")["desc"] == "Most of it"


def test_a_description_that_is_taken_away_stays_with_learners_and_is_not_told(case: ReleasingCase) -> None:
    head = "format: 1\nproject: {id: demo, title: A demo, description: All of it}\n"
    case.lock_file.unlink()
    case.decks(Demo=OLD, head=head).cut("2.0.0")

    assert case.decks(Demo=OLD).diff().is_empty


def test_a_new_cloze_note_is_shown_with_what_its_gaps_hide(case: ReleasingCase) -> None:
    case.lock_file.unlink()
    case.decks(Demo=OLD + '- {id: gaps, cloze: "A {{c1::b {{c2::c}} d::hint}} and {{c1,3::`e::f`}}"}')

    (deck,) = case.diff().decks
    assert [note.text for note in deck.added if note.id == "gaps"] == ["A [b [c] d] and [e::f]"]


def test_nothing_new_is_said_in_one_line(case: ReleasingCase) -> None:
    case.cut("2.0.0")

    assert psm_cards(case.folder, "diff").stdout == "nothing new since release 2.0.0\n"


def test_a_change_of_formatting_alone_is_called_so(case: ReleasingCase) -> None:
    case.cut("2.0.0")
    case.decks(Demo=NEW.replace("*first*", "first"), Other=MOVED, more=RETIRED)

    lines = psm_cards(case.folder, "diff", "--against", str(Path("build", "demo-2.0.0.apkg"))).stdout.splitlines()
    assert lines[4] == "      Answer: the words stay, the formatting changes"


def test_a_changed_look_is_told_with_what_it_costs(case: ReleasingCase) -> None:
    case.cut("2.0.0")
    case.file("templates/cloze/back.html", "{{cloze:Text}}")

    assert psm_cards(case.folder, "diff").stdout.splitlines()[2:] == [
        "what learners will see",
        "  cloze notes of another look; their own changes to its styling are lost, `_psm_user.css` stays",
        "  every other note, and all progress, as it was",
    ]


def test_markdown_is_a_list_for_each_deck_with_nothing_in_it_that_markdown_reads(case: ReleasingCase) -> None:
    lines = psm_cards(case.folder, "diff", "--against", "build/demo-1.0.0.apkg", "--format", "markdown").stdout.split(
        "\n"
    )

    assert lines[:8] == [
        "## Since \\`demo-1.0.0.apkg\\`",
        "",
        "### Demo",
        "",
        "- New: seven (2 cards): What is seven?",
        "- Changed: one: What is one?",
        "  - Answer: The first **natural** number there is",
        "  - tags: +basics",
    ]
    assert "  - Text: \\{\\{c1::three\\}\\} follows ~~\\{\\{c2::two\\}\\}~~**\\{\\{c3::two\\}\\}**" in lines
    assert "### What learners will see" in lines


def test_json_has_all_of_it(case: ReleasingCase) -> None:
    document = json.loads(
        psm_cards(case.folder, "diff", "--format", "json", "--against", "build/demo-1.0.0.apkg").stdout
    )

    assert document["since"] == "`demo-1.0.0.apkg`"
    assert document["is_empty"] is False
    one = document["decks"][0]["changed"][0]
    assert (one["id"], one["tags_added"]) == ("one", ["basics"])
    assert one["fields"][0]["pieces"][1] == {"operation": "added", "text": " natural"}
    assert document["decks"][0]["retired"] == [{"id": "six", "reason": "it is doubtful", "replaced_by": "seven"}]
    assert document["learners"][0] == "1 new note with 2 cards to learn"


def test_a_project_with_problems_is_not_compared(case: ReleasingCase) -> None:
    case.decks(Demo=NEW)

    done = psm_cards(case.folder, "diff")
    assert done.returncode == 1
    assert "note-gone" in done.stdout
    report = json.loads(psm_cards(case.folder, "diff", "--format", "json").stdout)
    assert report["errors"] > 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("lost.apkg", None, "unreadable-package"),
        ("text.apkg", b"not a package", "unreadable-package"),
        ("lost.lock", None, "unreadable-file"),
        ("text.lock", b"not a lock", "damaged-lock"),
    ],
)
def test_what_cannot_be_compared_with_is_named(
    case: ReleasingCase, name: str, content: bytes | None, code: str
) -> None:
    if content is not None:
        case.file(name, content)

    compared = workflows.diff(case.folder, case.folder / name, silent)

    assert compared.diff is None
    (found,) = [problem for problem in compared.report.diagnostics if problem.severity == "error"]
    assert found.code == code
    assert name in f"{found.message} {found.span}"


def test_a_locked_build_fails_with_what_waits_and_passes_after_the_release(case: ReleasingCase) -> None:
    done = psm_cards(case.folder, "build", "--locked", "-o", "locked")
    assert (
        "error: not released yet: 1 new (`seven`), 4 changed (`one`, `three`, `vier`, `two`), 1 retired (`six`), "
        "1 moved (`five`) [unreleased]"
    ) in done.stdout
    assert done.returncode == 1
    assert not (case.folder / "locked").exists()

    case.cut("2.0.0")
    assert psm_cards(case.folder, "build", "--locked", "-o", "locked").returncode == 0
    assert sorted(path.name for path in (case.folder / "locked").iterdir()) == [
        "SHA256SUMS",
        "demo-2.0.0.apkg",
        "demo-2.0.0.json",
        "demo-2.0.0.md",
    ]


def test_a_locked_build_of_a_project_without_any_release_fails(case: ReleasingCase) -> None:
    case.lock_file.unlink()

    done = psm_cards(case.decks(Demo=OLD).folder, "build", "--locked")
    assert "error: nothing of this project was released yet [unreleased]" in done.stdout


def test_words_are_compared_as_text_line_by_line() -> None:
    before = diffing.as_text('<p>a &amp; b</p>\n<ul>\n<li>one</li><li><img alt="" src="x.png"></li></ul>')
    assert before == "a & b\none\n[x.png]"
    assert diffing.words("a b c", "a x c") == (
        Piece("same", "a "),
        Piece("removed", "b"),
        Piece("added", "x"),
        Piece("same", " c"),
    )
    assert diffing.words("", "new") == (Piece("added", "new"),)
    assert diffing.words("same", "same") == (Piece("same", "same"),)
