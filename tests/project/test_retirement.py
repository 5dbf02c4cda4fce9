"""Notes that were retired or renamed: what `retired:` and `was:` say must fit the notes that are there."""

import pytest
from tests.project_case import ProjectCase

from psm_cards import project

EITHER = "take one of the two out; a note that has to come back needs a new id"
MAPPING = "write it as `key: value`, one below the other"
NOTES = "- {id: one, question: Q1, answer: A}\n- {id: two, question: Q2, answer: A, draft: true}"


def found(case: ProjectCase, retired: str, notes: str = NOTES) -> list[str]:
    """Return what is wrong with a project as `line:column code: message | hint`."""
    case.notes(notes)
    text = (case.folder / "decks.yaml").read_text()
    case.file("decks.yaml", text + retired).check()
    return [
        f"{problem.span.line}:{problem.span.column} {problem.code}: {problem.message} | {problem.hint}"
        for problem in case.diagnostics
        if problem.span
    ]


def test_retired_notes_are_loaded_with_reason_and_successor(case: ProjectCase) -> None:
    assert (
        found(
            case, "retired:\n  old: {reason: It was wrong, replaced-by: one}\n  older: {reason: 1, replaced-by: old}\n"
        )
        == []
    )

    loaded, _ = project.load(case.folder)
    assert loaded
    assert [(one.id, one.reason, one.replaced_by) for one in loaded.retired] == [
        ("old", "It was wrong", "one"),
        ("older", "1", "old"),
    ]


@pytest.mark.parametrize(
    ("retired", "problem"),
    [
        (
            "retired: {one: {reason: x}}",
            f"8:11 retired-and-present: note `one` is retired, and still there | {EITHER}",
        ),
        (
            "retired: {two: {reason: x}}",
            f"8:11 retired-and-present: note `two` is retired, and still there | {EITHER}",
        ),
        (
            "retired: {old: {reason: x, replaced-by: onne}}",
            "8:41 unknown-successor: no note is called `onne` | did you mean `one`?",
        ),
        (
            "retired: {old: {reason: x, replaced-by: quite-another}}",
            "8:41 unknown-successor: no note is called `quite-another` | name the note that learners find in its place",
        ),
        (
            "retired: {old: {reason: x, replaced-by: old}}",
            "8:41 unknown-successor: note `old` cannot replace itself | name the note that learners find in its place",
        ),
        ("retired: {old: {replaced-by: one}}", "8:16 missing-key: `reason` is missing | add `reason:`"),
        ("retired: {old: {raeson: x}}", "8:17 unknown-key: unknown key `raeson` | did you mean `reason`?"),
        ("retired: [old]", f"8:10 wrong-type: expected a mapping, found a list | {MAPPING}"),
        ("retired: {old: x}", f"8:16 wrong-type: expected a mapping, found `x` | {MAPPING}"),
    ],
)
def test_what_does_not_fit_is_told_at_its_place(case: ProjectCase, retired: str, problem: str) -> None:
    assert found(case, retired) == [problem]


@pytest.mark.parametrize(
    ("former", "retired", "problem"),
    [
        ("two", "", "`two` is still the id of a note"),
        ("one", "", "`one` is still the id of a note"),
        ("old", "retired: {old: {reason: x}}", "`old` is retired: it cannot have become `one`"),
    ],
)
def test_a_former_id_belongs_to_no_other_note(case: ProjectCase, former: str, retired: str, problem: str) -> None:
    notes = NOTES.replace("id: one,", f"id: one, was: {former},")

    hint = "`was:` names the former id of this very note: take it out, or correct it"
    assert found(case, retired, notes) == [f"6:24 former-id-in-use: {problem} | {hint}"]


def test_two_notes_cannot_have_been_the_same(case: ProjectCase) -> None:
    notes = "- {id: a, was: old, question: Q1, answer: A}\n- {id: b, was: old, question: Q2, answer: A}"

    assert [line.split(" |")[0] for line in found(case, "", notes)] == [
        "7:22 former-id-in-use: `old` has become `a` already"
    ]


def test_an_included_file_retires_nothing(case: ProjectCase) -> None:
    case.file("more.yaml", "decks: []\nretired: {old: {reason: x}}\n")
    case.file("decks.yaml", "format: 1\nproject: {id: demo, title: D}\ninclude: [more.yaml]\ndecks: []\n").check()

    assert "unknown-key" in [problem.code for problem in case.diagnostics]
