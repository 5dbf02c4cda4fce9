"""A project checked file by file has the same problems and the same package as one that is checked as a whole."""

import gc
from itertools import pairwise
from pathlib import Path

import pytest

from psm_cards import anki, parts, release, workflows
from psm_cards.diagnostics import MOST_PROBLEMS
from psm_cards.project import Loading
from psm_cards.project.nodes import Mapping, Scalar
from psm_cards.project.positions import SourceText
from tests.project.case_files import WrittenCase, all_cases
from tests.project_case import HEAD, ProjectCase

CITING = f"{HEAD}include: [decks/*.yaml]\n"
SOURCES = "sources:\n  moon: {type: book, title: The Moon, author: [{family: Galilei}], issued: 1610}\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="5" cy="5" r="4"/></svg>\n'


@pytest.fixture
def case(tmp_path: Path) -> ProjectCase:
    """Return an empty project in a folder of its own, with room for files beside it."""
    return ProjectCase(tmp_path / "project")


def silent(stage: str) -> None:
    """Take no notice of the stages."""


def deck(name: str, *notes: str) -> str:
    """Return a deck of these notes, each a flow mapping, below `decks:`."""
    return f"  - name: {name}\n    notes:\n" + "".join(f"      - {{{note}}}\n" for note in notes)


def file_of(*decks: str) -> str:
    """Return an included file that holds nothing but decks."""
    return f"decks:\n{''.join(decks)}"


def expect_the_same(folder: Path) -> workflows.Checked:
    """Assert that a check without the notes finds and plans what one with them does, and return the first."""
    whole = workflows.check(folder, silent)
    checked = workflows.check(folder, silent, keeping=False)
    assert checked.report == whole.report
    assert checked.tally == whole.tally
    assert (checked.plan is None) is (whole.plan is None)
    if checked.plan and whole.plan and whole.report.is_clean():
        assert package(checked.plan, folder) == package(whole.plan, folder)
    return checked


def package(plan: anki.Plan, folder: Path) -> bytes:
    """Return the package of a plan."""
    path = folder.parent / "out" / "package.apkg"
    anki.write(plan, release.fresh(plan, workflows.UNRELEASED).stamps, path)
    return path.read_bytes()


def is_read_by_parts(folder: Path) -> bool:
    """Return whether a project can be looked at file by file."""
    return parts.check(folder, (), silent) is not None


@pytest.mark.parametrize("written", all_cases(), ids=str)
def test_each_case_of_a_mistake_is_told_the_same(written: WrittenCase, case: ProjectCase) -> None:
    if not written.write(case.folder):
        pytest.skip("this disk takes names for one that differ only by case")
    expect_the_same(case.folder)


def test_forty_mistakes_in_five_files_are_told_the_same() -> None:
    forty = Path(__file__).parent / "project" / "forty"
    assert len(expect_the_same(forty).report.diagnostics) >= 40


def test_a_deck_in_several_files_has_its_notes_in_the_order_of_the_project(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING + "decks:\n" + deck("C", "id: c, question: Q, answer: A"))
    case.file(
        "decks/1.yaml",
        file_of(deck("A::B", "id: b1, question: Q, answer: A"), deck("A", "id: a1, cloze: '{{c1::x}} {{c2::y}}'")),
    )
    case.file("decks/2.yaml", file_of(deck("A::B", "id: b2, question: Q, answer: A, reverse: true")))
    case.file(
        "decks/3.yaml", file_of(deck("A", "id: a2, question: Q, answer: A"), deck("A::B", "id: b3, cloze: '{{c1::x}}'"))
    )

    checked = expect_the_same(case.folder)

    assert checked.report.diagnostics == ()
    assert checked.plan
    assert [note.id for note in checked.plan.notes] == ["c", "b1", "b2", "b3", "a1", "a2"]
    assert is_read_by_parts(case.folder)


def test_the_first_description_of_a_deck_counts_wherever_it_stands(case: ProjectCase) -> None:
    head = (
        "format: 1\nproject: {id: demo, title: T, description: Of all, license: CC0-1.0, url: 'https://example.org'}\n"
    )
    case.file("decks.yaml", f"{head}include: [decks/*.yaml]\n")
    case.file(
        "decks/1.yaml",
        file_of(deck("A", "id: one, question: Q, answer: A"), deck("B", "id: b, question: Q, answer: A")),
    )
    case.file("decks/2.yaml", "decks:\n  - {name: A, description: About A}\n  - {name: B::C, description: Nobody's}\n")
    case.file(
        "decks/3.yaml",
        file_of(deck("A", "id: two, question: Q, answer: A"), deck("B", "id: three, question: Q, answer: A")),
    )

    checked = expect_the_same(case.folder)

    assert checked.plan
    described = {one.name: one.description for one in checked.plan.decks}
    assert "About A" in described["A"]
    assert "Of all" in described["B"]

    case.file("decks/3.yaml", "decks:\n  - {name: A, description: Another}\n")
    assert [one.code for one in expect_the_same(case.folder).report.diagnostics] == ["duplicate-description"]


def test_sources_and_a_syllabus_in_a_later_file_are_known_to_the_notes_before_it(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    note = "question: Q, answer: A, covers: [C1], cite: [{source: moon, page: 3}]"
    case.file("decks/1.yaml", file_of(deck("A", f"id: one, {note}")))
    case.file("decks/2.yaml", file_of(deck("B", f"id: two, {note}")) + SOURCES + "syllabus: [{id: C1, text: Moons}]\n")
    case.file("decks/3.yaml", file_of(deck("A", f"id: three, {note}")))

    assert expect_the_same(case.folder).report.diagnostics == ()
    assert is_read_by_parts(case.folder)


def test_the_works_of_a_deck_are_listed_at_its_end_from_all_files(case: ProjectCase) -> None:
    case.file(
        "decks.yaml",
        f"format: 1\nproject: {{id: demo, title: T, references: true}}\ninclude: [decks/*.yaml]\n{SOURCES}",
    )
    note = "cloze: '{{c1::x}}', cite: [{source: moon}]"
    case.file("decks/1.yaml", file_of(deck("A", f"id: one, {note}"), deck("B", "id: b, cloze: '{{c1::x}}'")))
    case.file("decks/2.yaml", file_of(deck("A", f"id: two, {note}")))

    checked = expect_the_same(case.folder)

    assert checked.plan
    assert [note.id.split(".")[0] for note in checked.plan.notes] == ["one", "two", "references", "b"]
    assert is_read_by_parts(case.folder)


def test_what_is_named_twice_is_told_with_the_place_in_the_file_before(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("Apollo", "id: one, question: Q, answer: A, guid: same, tags: [Moon]")))
    case.file(
        "decks/2.yaml",
        "# here\n" + file_of(deck("apollo", "id: one, question: Q, answer: A, guid: same, tags: [moon]")),
    )

    found = expect_the_same(case.folder).report.diagnostics

    assert [one.code for one in found] == ["deck-case", "duplicate-id", "duplicate-guid", "tag-case"]
    assert [(one.related[0].span.line, one.related[0].span.column) for one in found] == [
        (2, 11),
        (4, 14),
        (4, 49),
        (4, 62),
    ]
    assert is_read_by_parts(case.folder)


def test_a_guid_that_another_note_has_by_its_id_is_told(case: ProjectCase) -> None:
    guid = anki.guid_for("demo", "two")
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("A", f"id: one, question: Q, answer: A, guid: '{guid}'")))
    case.file("decks/2.yaml", file_of(deck("A", "id: two, question: Q, answer: A")))

    assert [one.code for one in expect_the_same(case.folder).report.diagnostics] == ["duplicate-guid"]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param('"s\\x6furces":\n  moon: {type: book, title: T}\n', id="an escaped key"),
        pytest.param("-sources:\n  moon: {type: book, title: T}\n", id="a misspelt key"),
        pytest.param("? sources\n: {moon: {type: book, title: T}}\n", id="a key of its own line"),
        pytest.param("retired: {}\n", id="a key that belongs elsewhere"),
    ],
)
def test_a_file_with_more_than_decks_is_found_out_however_its_keys_are_written(more: str, case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A, cite: [{source: moon}]")))
    case.file("decks/2.yaml", more + file_of(deck("A", "id: two, question: Q, answer: A, cite: [{source: moon}]")))

    expect_the_same(case.folder)


def test_a_key_that_no_look_at_the_margin_shows_makes_the_project_be_read_as_a_whole(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", "-sources: {}\n" + file_of(deck("A", "id: one, question: Q, answer: A")))

    assert not is_read_by_parts(case.folder)


def test_a_file_that_cannot_be_read_excuses_unknown_sources_in_the_files_before_it(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A, cite: [{source: moon}]")))
    case.file("decks/2.yaml", "decks:\n  - name: [\n")

    assert [one.code for one in expect_the_same(case.folder).report.diagnostics] == ["yaml-syntax"]
    assert not is_read_by_parts(case.folder)

    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A")))
    assert [one.code for one in expect_the_same(case.folder).report.diagnostics] == ["yaml-syntax"]
    assert is_read_by_parts(case.folder)


def test_former_ids_are_guids_only_in_a_project_without_errors(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("A", "id: one, was: old, question: Q, answer: A")))
    case.file("decks/2.yaml", file_of(deck("A", "id: two, was: older, question: Q, answer: A")))
    assert expect_the_same(case.folder).report.diagnostics == ()
    assert is_read_by_parts(case.folder)

    case.file("decks/2.yaml", file_of(deck("A", "id: two, was: old, question: Q, answer: A")))
    assert [one.code for one in expect_the_same(case.folder).report.diagnostics] == ["former-id-in-use"]


def test_a_picture_named_in_two_cases_is_told_of_the_second_in_the_order_of_the_project(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING).file("media/moon.svg", SVG).file("media/Moon.svg", SVG)
    if len(list((case.folder / "media").iterdir())) == 1:
        pytest.skip("this disk takes names for one that differ only by case")
    small, large = (f"question: Q, answer: '![m](media/{name}.svg)'" for name in ("moon", "Moon"))
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A"), deck("B", f"id: two, {large}")))
    case.file("decks/2.yaml", file_of(deck("A", f"id: three, {small}")))

    (found,) = expect_the_same(case.folder).report.diagnostics
    assert (found.code, Path(found.span.file).name if found.span else "") == ("media-case", "1.yaml")


def test_a_large_recording_is_told_of_the_first_note_in_the_order_of_the_project(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING).file("media/long.mp3", b"ID3\x04" + bytes(11 * 1024 * 1024))
    note = "question: Q, answer: '[sound:media/long.mp3]'"
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A"), deck("B", f"id: two, {note}")))
    case.file("decks/2.yaml", file_of(deck("A", f"id: three, {note}")))

    (found,) = expect_the_same(case.folder).report.diagnostics
    assert (found.code, Path(found.span.file).name if found.span else "") == ("large-media", "2.yaml")


@pytest.mark.parametrize(
    "templates",
    [
        {"fields/sources.html": "[[ citations[0].source.title / 2 ]]"},
        {"fields/sources.html": '<img src="moon-0123456789ab.png">'},
        {"basic/front.html": "{{Question}}{{Deck}}", "basic/back.html": "{{Anwser}}"},
        {"cloze/front.html": "[[ nothing ]]"},
        {"style.css": ".card { background: url(_moon.png) }", "unused.html": "x"},
        {"basic/front.html": "{{#Explanation}}{{Question}}{{/Explanation}}"},
    ],
    ids=" ".join,
)
def test_what_is_wrong_with_templates_is_told_the_same(templates: dict[str, str], case: ProjectCase) -> None:
    case.file("decks.yaml", CITING + SOURCES)
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A, cite: [{source: moon}]")))
    case.file("decks/2.yaml", file_of(deck("B", "id: two, cloze: '{{c1::x}}', cite: [{source: moon}]")))
    case.file("decks/3.yaml", file_of(deck("A", "id: three, question: Q, answer: A, explanation: E")))
    for name, text in templates.items():
        case.file(f"templates/{name}", text)

    assert expect_the_same(case.folder).report.diagnostics


def test_citations_are_counted_over_all_files(case: ProjectCase) -> None:
    text = "The moon is made of rock. Nobody has walked on it since 1972.\n"
    case.file("decks.yaml", f"{CITING}{SOURCES}  talk: {{type: speech, title: T, custom: {{text: talk.txt}}}}\n")
    case.file("talk.txt", text)
    rock, walk = (
        f"question: Q, answer: A, cite: [{{source: talk, at: {at}}}]" for at in ("moon is made", "since 1972")
    )
    case.file("decks/1.yaml", file_of(deck("A", f"id: one, {rock}", f"id: two, {walk}")))
    case.file(
        "decks/2.yaml",
        file_of(deck("A", f"id: three, {rock}", "id: four, question: Q, answer: A, cite: [{source: moon}]")),
    )
    tally = expect_the_same(case.folder).tally
    assert tally is not None
    assert (tally.verified, tally.unverified, tally.unverifiable) == (0, 3, 1)

    workflows.check(case.folder, silent, workflows.Texts(updating=True))
    tally = expect_the_same(case.folder).tally
    assert tally is not None
    assert (tally.verified, tally.unverified, tally.unverifiable) == (3, 0, 1)

    case.file("decks/1.yaml", file_of(deck("A", f"id: one, {rock}")))
    found = expect_the_same(case.folder).report.diagnostics
    assert [one.code for one in found] == ["stale-evidence"]
    assert is_read_by_parts(case.folder)


def test_more_errors_than_anyone_reads_are_told_the_same(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    notes = [
        f"id: n{number}, question: Q, answer: A, cite: [{{source: x}}]" for number in range(MOST_PROBLEMS // 2 + 5)
    ]
    case.file("decks/1.yaml", file_of(deck("A", *notes)))
    case.file("decks/2.yaml", file_of(deck("B", *(note.replace("id: n", "id: m") for note in notes))))

    assert len(expect_the_same(case.folder).report.diagnostics) >= MOST_PROBLEMS


def test_nothing_but_notes_that_are_drafts_is_no_project(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A, draft: true")))

    assert [one.code for one in expect_the_same(case.folder).report.diagnostics] == ["no-notes"]


def test_a_released_project_keeps_its_notes_for_the_comparison(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    case.file("decks/1.yaml", file_of(deck("A", "id: one, question: Q, answer: A")))
    workflows.cut(case.folder, workflows.Cut(release.Wish(release.Release("1.0.0", workflows.UNRELEASED))), silent)

    assert (case.folder / release.NAME).exists()
    assert not is_read_by_parts(case.folder)
    assert [note.id for note in expect_the_same(case.folder).project.notes] == ["one"]  # type: ignore[union-attr]


def test_of_a_file_whose_notes_are_planned_nothing_stays_but_where_ids_stand(case: ProjectCase) -> None:
    case.file("decks.yaml", CITING)
    for number in range(5):
        notes = (f"id: n{number}-{note}, question: Q, answer: A, tags: [t]" for note in range(20))
        case.file(f"decks/{number}.yaml", file_of(deck("A", *notes)))
    gc.collect()
    # As on the command line: what only a collector finds would stay.
    gc.disable()
    try:
        kept = [alive() for decks in Loading(case.folder).parts(lambda _: None)]
    finally:
        gc.enable()

    # The first two are the main file, and the one that names deck and tag first.
    steps = [(later[0] - earlier[0], later[1] - earlier[1]) for earlier, later in pairwise(kept[2:])]
    assert steps == [(0, 20)] * 3


def alive() -> tuple[int, int]:
    """Return how many mappings and scalars of YAML trees memory holds."""
    nodes = [type(one) for one in gc.get_objects() if isinstance(one, Mapping | Scalar)]
    return nodes.count(Mapping), nodes.count(Scalar)


def test_the_text_of_a_file_is_read_again_for_a_place_in_it(tmp_path: Path) -> None:
    path = tmp_path / "decks.yaml"
    path.write_bytes("one\r\ntwo \N{ROCKET}\r\n".encode())
    source = SourceText(str(path), "one\ntwo \N{ROCKET}\n")
    before = source.span(4, 9)
    source.let_go()
    assert "text" not in vars(source)
    assert source.span(4, 9) == before

    source.let_go()
    path.unlink()
    assert (source.span(4, 9).line, source.span(4, 9).column) == (1, 1)
