"""Which notes a release changes: those whose words and whose fields both differ, and no other."""

from dataclasses import replace
from pathlib import Path

import pytest

from psm_cards import anki, release, rendering, workflows
from psm_cards.diagnostics import Diagnostic, Problem
from psm_cards.model import Evidence, Kind, Project, RenderedProject
from psm_cards.release.hashes import shown
from tests.release.releases import FIRST, WEEK, ReleasingCase, silent

NOTES = """
- {id: one, question: What is one?, answer: The first, tags: [count], cite: [{source: peano, page: 3}]}
- {id: two, question: What is two?, answer: The second, explanation: "It is one more than *one*, so it follows it"}
- {id: three, cloze: "{{c1::three}} follows {{c2::two}}", hint: think}
- {id: four, question: '`a  b`', answer: "```\\nif a:\\n    b\\n```"}
"""
SOURCES = """
sources:
  peano: {type: book, title: Arithmetices principia, author: [{family: Peano, given: Giuseppe}], issued: 1889}
"""


@pytest.fixture
def released(case: ReleasingCase) -> ReleasingCase:
    """Return a project with one release."""
    case.decks(Demo=NOTES, more=SOURCES).cut()
    return case


def bumped(case: ReleasingCase) -> set[str]:
    """Cut a release and return the ids of the notes it changed."""
    before = case.lock()
    case.cut("1.1.0")
    return case.bumped(before)


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ("The first", "First", "one"),
        ("tags: [count]", "tags: [counting]", "one"),
        ("page: 3", "page: 4", "one"),
        ("hint: think", "hint: Think", "three"),
        ("more than *one*", "more than one", "two"),
        ("{{c2::two}}", "two", "three"),
        ("answer: The second", "answer: The second, reverse: true", "two"),
        ("answer: The second", "answer: The second, typed: true", "two"),
        ("    b", "  b", "four"),
        ("Giuseppe", "G.", ""),
        ("1889", "1890", "one"),
        ("title: Arithmetices principia", "title: Principia", ""),
        ("type: book", "type: chapter", ""),
    ],
)
def test_what_an_author_changes_is_delivered_with_the_note_it_belongs_to(
    released: ReleasingCase, old: str, new: str, ids: str
) -> None:
    assert old in NOTES + SOURCES
    released.decks(Demo=NOTES.replace(old, new), more=SOURCES.replace(old, new))

    assert bumped(released) == set(ids.split())


LAID_OUT = """\
# A comment
format: 1
sources:   # moved to the front

  peano:
    title: "Arithmetices principia"
    issued: '1889'
    author:
      - {given: Giuseppe, family: Peano}
    type: book
project:
  title: A demo
  id: demo
include: [more/*.yaml]
decks:
- notes:
  - hint: |

      think
    cloze: >
      {{c1::three}} follows
      {{c2::two}}
    id: three
  - answer: |2+
      ```
      if a:
          b
      ```

    question: '`a  b`'
    id: four
  name: Demo
"""
INCLUDED = """\
decks:
  - name: Demo
    notes:
      - id: two
        # folded otherwise
        question: What is
          two?
        explanation: |
          It is one more than *one*,
          so it follows it
        answer: |
          The second
      - question: "What is one?"
        answer: "The \\
          first"
        cite:
          - page: "3"
            source: peano
        tags:
          - count
        id: one
"""


def test_other_white_space_comments_key_order_and_files_change_no_note(released: ReleasingCase) -> None:
    released.file("decks.yaml", LAID_OUT).file("more/rest.yaml", INCLUDED)

    assert released.diff().is_empty
    assert bumped(released) == set()


def test_the_words_that_a_link_leads_to_are_the_authors(case: ReleasingCase) -> None:
    cited = "- {id: one, question: Q, answer: A, cite: [{source: page, fragment: seas}]}"
    source = "sources: {page: {type: webpage, title: The moon, URL: 'https://example.org/moon'}}\n"
    case.decks(Demo=cited, more=source).cut()
    case.decks(Demo=cited.replace("seas", "mountains"), more=source)

    assert bumped(case) == {"one"}


def test_html_that_a_browser_shows_alike_counts_as_the_same() -> None:
    assert shown("<p>a\n b</p>\n") == shown("<p>a b</p>")
    assert shown("<pre>a\n b</pre>") != shown("<pre>a b</pre>")
    assert shown("x\n<pre>a\n b</pre>\n y") == shown("x <pre>a\n b</pre> y")
    assert shown("a\xa0 b") != shown("a b")


def test_a_picture_with_other_bytes_changes_the_notes_that_show_it(case: ReleasingCase) -> None:
    notes = "- {id: one, question: '![x](dot.svg)', answer: A}\n- {id: two, question: Q, answer: A}"
    svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
    case.file("dot.svg", svg).decks(Demo=notes).cut()
    case.file("dot.svg", svg + "\n")

    assert bumped(case) == {"one"}


def test_a_field_template_of_the_projects_own_changes_the_notes_made_with_it(released: ReleasingCase) -> None:
    released.file("templates/fields/sources.html", '[% include "_each.html" %]').file(
        "templates/_each.html", "Read on!"
    )
    assert bumped(released) == {"one"}

    released.file("templates/_each.html", "Read on, [[ project.title ]]!")
    assert bumped(released) == {"one"}

    released.file("templates/_unused.html", "nothing").decks(
        head="format: 1\nproject: {id: demo, title: Renamed}\n", Demo=NOTES, more=SOURCES
    )
    assert bumped(released) == {"one"}


def rendered_otherwise(project: RenderedProject) -> RenderedProject:
    """Return a project as a newer psm-cards might render it: other HTML of the same words."""
    decks = tuple(
        deck._replace(notes=tuple(note._replace(fields=tuple(map(_wrapped, note.fields))) for note in deck.notes))
        for deck in project.decks
    )
    return project._replace(decks=decks)


def _wrapped(field: str) -> str:
    return f"<div>{field}</div>" if field else ""


def upgrade(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a newer psm-cards work on the project from now on."""
    render = rendering.render

    def newer(project: Project, evidence: Evidence) -> tuple[RenderedProject, list[Diagnostic]]:
        made, problems = render(project, evidence)
        return rendered_otherwise(made), problems

    monkeypatch.setattr(rendering, "render", newer)


def test_a_newer_renderer_changes_no_note_and_is_counted(
    released: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)

    diff = released.diff()
    assert diff.is_empty
    assert diff.rendered_otherwise == 4
    assert bumped(released) == set()


def test_what_a_newer_renderer_changes_is_delivered_on_purpose(
    released: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)
    before = released.lock()
    done = released.released("1.0.1", rerender=True)

    assert released.bumped(before) == {"one", "two", "three", "four"}
    assert done.draft
    assert next(done.draft.again.costs()).startswith("4 notes sent again for the new formatting: every learner uploads")
    assert released.diff().rendered_otherwise == 0


def test_evidence_found_after_a_release_changes_no_note_and_is_delivered_on_purpose(case: ReleasingCase) -> None:
    cited = "- {id: one, question: Q, answer: A, cite: [{source: talk, at: The moon has seas}]}\n"
    quiet = "- {id: two, question: Q2, answer: A}"
    source = "sources: {talk: {type: speech, title: The moon, custom: {text: talk.txt}}}\n"
    case.file("talk.txt", "The moon has seas.\n").decks(Demo=cited + quiet, more=source)
    assert workflows.check(case.folder, silent, workflows.Texts((case.folder,), updating=True)).report.is_clean()
    evidence = (case.folder / "evidence.lock").read_bytes()
    case.file("evidence.lock", evidence.split(b"\n", 1)[0] + b"\n").file("talk.txt", "")
    (case.folder / "talk.txt").unlink()
    case.cut()
    unchecked = anki.read(case.built()).notes[case.lock().notes["one"].guid].fields["Sources"]
    case.file("evidence.lock", evidence)

    assert (case.diff().is_empty, case.diff().rendered_otherwise) == (True, 1)
    assert bumped(case) == set()
    before = case.lock()
    case.released("1.2.0", rerender=True)
    assert case.bumped(before) == {"one"}
    assert anki.read(case.built()).notes[case.lock().notes["one"].guid].fields["Sources"] != unchecked


def test_an_edit_after_a_newer_renderer_changes_that_note_alone(
    released: ReleasingCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade(monkeypatch)
    released.cut("1.0.1")
    released.decks(Demo=NOTES.replace("The first", "First"), more=SOURCES)

    assert bumped(released) == {"one"}
    assert released.diff().rendered_otherwise == 3


def test_what_is_new_gets_ids_of_its_release_and_what_was_there_keeps_its_own(released: ReleasingCase) -> None:
    before = released.lock()
    more = "- {id: a, question: QA, answer: A}\n- {id: b, question: QB, answer: A, reverse: true}"
    released.decks(Demo=f"{NOTES}{more}", more=SOURCES).cut("1.1.0")
    after = released.lock()

    for note in before.active:
        assert replace(after.notes[note.id], line=0) == replace(note, line=0)
    new = sorted((after.notes["a"], after.notes["b"]), key=lambda note: note.guid)
    base = (FIRST + WEEK) * 1000
    assert [note.note_id for note in new] == [base, base + 1]
    assert sorted(card for note in new for card in note.cards.values()) == [base, base + 1, base + 2]


def test_ids_never_meet_those_of_a_release_a_moment_before(case: ReleasingCase) -> None:
    many = "\n".join(f"- {{id: n{number}, question: Q{number}, answer: A}}" for number in range(1500))
    case.decks(Demo=many).cut("1.0.0", FIRST)
    case.decks(Demo=f"{many}\n- {{id: late, question: Q, answer: A, reverse: true}}").cut("1.0.1", FIRST + 1)

    notes = case.lock().active
    assert len({note.note_id for note in notes}) == len(notes) == 1501
    assert len({card for note in notes for card in note.cards.values()}) == 1502


def test_a_plain_build_dates_what_is_not_released_one_second_after_the_last_release(released: ReleasingCase) -> None:
    released.decks(Demo=NOTES.replace("The first", "First"), more=SOURCES)

    assert mods(released.built()) == {"one": FIRST + 1, "two": FIRST, "three": FIRST, "four": FIRST}
    assert mods(released.built(released=FIRST + 50))["one"] == FIRST + 50
    # Never backwards: a learner's Anki would skip it.
    assert mods(released.built(released=FIRST - 50))["one"] == FIRST + 1


def mods(package: Path) -> dict[str, int]:
    """Return the time of the last change of each note of a package by our id."""
    return {note.fields["Id"]: note.mod for note in anki.read(package).notes.values()}


def test_a_build_of_a_release_is_named_after_it_and_has_the_same_bytes_each_time(released: ReleasingCase) -> None:
    package = released.built()
    assert package.name == "demo-1.0.0.apkg"
    before = package.read_bytes()
    package.unlink()

    assert released.built(released=FIRST + 99).read_bytes() == before


def test_a_build_with_something_not_released_is_not_named_after_a_release(released: ReleasingCase) -> None:
    released.decks(Demo=NOTES.replace("The first", "First"), more=SOURCES)

    assert released.built().name == "demo-test.apkg"


def test_a_clock_behind_the_last_release_is_refused(released: ReleasingCase) -> None:
    checked = workflows.check(released.folder, silent)
    assert checked.project
    assert checked.plan
    snapshot = release.take(checked.project, checked.plan)

    with pytest.raises(Problem) as refused:
        release.record(snapshot, checked.lock, release.Release("1.1.0", FIRST))
    assert refused.value.finding.code == "clock-behind"


def test_a_note_type_is_newer_only_when_something_of_it_changed(released: ReleasingCase) -> None:
    released.file("templates/basic/back.html", "{{Answer}}").cut("1.1.0")

    assert {one.kind: one.mod for one in released.lock().note_types} == {Kind.BASIC: FIRST + WEEK, Kind.CLOZE: FIRST}


def test_of_ten_thousand_notes_one_edit_changes_one(case: ReleasingCase) -> None:
    many = [f"- {{id: n{number}, question: Q{number}, answer: A}}" for number in range(10_000)]
    case.decks(Demo="\n".join(many)).cut()
    many[4711] = many[4711].replace("answer: A", "answer: B")
    case.decks(Demo="\n".join(many))

    assert bumped(case) == {"n4711"}
