"""What learners see of citations: on each card the state of each, and the works in full in a note of each deck."""

import re
from html import unescape
from pathlib import Path

import pytest
from tests.anki.probe import Probe, probe
from tests.cli.program import psm_cards
from tests.project_case import ProjectCase

from psm_cards import workflows

TEXT = (
    "Evening talks\n\n"
    "The moon has mountains, as Galilei saw. The moon has seas, and none of them holds any water at all.\n"
    "Nobody had seen its far side before a probe flew round it in 1959.\n"
)
QUESTION = "templates/references/question.html"
DECKS = """\
format: 1
project: {id: moons, title: Moons, references: REFERENCES}
sources:
  talk2020:
    type: speech
    title: The moon, read aloud
    author: [{family: Reader, given: Rita}]
    issued: 2020
    URL: https://example.org/talk
    custom: {text: talk.txt, kind: KIND, renders: galilei1610}
  galilei1610: {type: book, title: Sidereus Nuncius, author: [{family: Galilei, given: Galileo}], issued: 1610}
decks:
  - name: Moons::Earth
    notes:
      - id: mountains
        question: What has the moon?
        answer: Mountains
        cite:
          - {source: talk2020, at: The moon has mountains … saw}
          - {source: galilei1610, page: 17, note: with a drawing}
          - {source: talk2020, at: Nobody had seen … in 1959}
"""


def talk(case: ProjectCase, kind: str = "asr", references: str = "false") -> ProjectCase:
    """Write the project, and the text beside it."""
    case.file("decks.yaml", DECKS.replace("KIND", kind).replace("REFERENCES", references))
    return case.file("texts/talk.txt", TEXT)


def record(case: ProjectCase) -> ProjectCase:
    """Write evidence.lock."""
    texts = workflows.Texts((case.folder / "texts",), updating=True)
    assert workflows.check(case.folder, lambda _stage: None, texts).report.diagnostics == ()
    return case


def in_anki(case: ProjectCase, folder: Path) -> Probe:
    """Build the package and import it into the real Anki, which may find nothing wrong with it."""
    package = case.build().package
    assert package is not None
    folder.mkdir()
    found = probe(package, folder)
    assert found.problems() == []
    assert (found.first.new, found.first.conflicting, found.second.updated) == (found.notes, 0, 0)
    return found


def cited(found: Probe) -> list[str]:
    """Return the items in the sources of the first card, as a learner reads them."""
    items = re.findall(r"<li>(.*?)</li>", found.cards[0].answer, re.DOTALL)
    return [
        " ".join(unescape(re.sub(r"<[^<>]*>", "", item)).replace("\N{NO-BREAK SPACE}", " ").split()) for item in items
    ]


def links(found: Probe) -> list[str]:
    """Return the addresses in the sources of the first card."""
    return [unescape(address) for address in re.findall(r'<li><a href="([^"]*)"', found.cards[0].answer)]


def test_a_card_shows_the_work_first_and_the_state_of_each_citation(case: ProjectCase, tmp_path: Path) -> None:
    record(talk(case)).file(
        "decks.yaml", (case.folder / "decks.yaml").read_text(encoding="utf-8").replace("Nobody had seen", "Nobody had")
    )

    work, *passages = cited(in_anki(case, tmp_path / "anki"))

    assert work.startswith("Galilei 1610, p. 17")
    assert "reference only" in work
    assert work.endswith("with a drawing")
    assert [passage.startswith("Reader 2020") for passage in passages] == [True, True]
    assert "passage checked" in passages[0]
    assert "passage not checked" in passages[1]


def test_a_package_is_the_same_with_the_texts_and_without_them(case: ProjectCase) -> None:
    record(talk(case, kind="page"))
    packages = []
    for sources in ("", "texts"):
        done = psm_cards(case.folder, "build", PSM_CARDS_SOURCES=sources)
        assert done.returncode == 0
        packages.append((case.folder / "build" / "moons-unreleased.apkg").read_bytes())
    case.file("talk.txt", TEXT)
    assert psm_cards(case.folder, "build").returncode == 0
    packages.append((case.folder / "build" / "moons-unreleased.apkg").read_bytes())

    assert packages[0] == packages[1] == packages[2]


def test_the_texts_alone_change_no_package_until_they_are_recorded(case: ProjectCase) -> None:
    without = talk(case, kind="page").build().package
    assert without is not None
    before = without.read_bytes()

    with_text = case.file("talk.txt", TEXT).build().package

    assert with_text is not None
    assert with_text.read_bytes() == before


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("page", "#:~:text=The%20moon%20has%20mountains,as%20Galilei%20saw"),
        ("copy", ""),
        ("transcript", ""),
        ("asr", ""),
    ],
)
def test_only_the_recorded_words_of_a_page_stand_in_a_link(
    kind: str, words: str, case: ProjectCase, tmp_path: Path
) -> None:
    assert links(in_anki(talk(case, kind), tmp_path / "before"))[0] == "https://example.org/talk"

    assert links(in_anki(record(case), tmp_path / "after"))[0] == f"https://example.org/talk{words}"


def test_a_deck_has_a_note_of_references_in_full_if_it_is_asked_for(case: ProjectCase, tmp_path: Path) -> None:
    assert in_anki(record(talk(case)), tmp_path / "without").notes == 1

    found = in_anki(talk(case, references="true"), tmp_path / "with")

    assert found.notes == 2
    card = found.cards[1]
    assert card.deck == "Moons::Earth"
    assert "On which works do the cards of “Earth” draw?" in card.question
    items = re.findall(r"<li>(.*?)</li>", card.answer, re.DOTALL)
    assert [re.sub(r"\s+", " ", item).strip() for item in items] == [
        "Galilei, G. (1610). <i>Sidereus Nuncius</i>.",
        'Reader, R. (2020). <i>The moon, read aloud</i>. <a href="https://example.org/talk">https://example.org/talk</a>',
    ]


def references_guid(case: ProjectCase, folder: Path) -> str:
    """Return the guid of the note of references, which is the last one."""
    return in_anki(case, folder).cards[-1].guid


def test_nothing_but_the_name_of_the_deck_decides_the_guid_of_its_references(case: ProjectCase, tmp_path: Path) -> None:
    text = (record(talk(case, references="true")).folder / "decks.yaml").read_text(encoding="utf-8")
    guid = references_guid(case, tmp_path / "first")

    case.file("decks.yaml", text.replace("Sidereus Nuncius", "Another title").replace("id: mountains", "id: other"))
    assert references_guid(case, tmp_path / "changed") == guid

    case.file(
        "decks.yaml",
        text.replace("decks:\n", "decks:\n  - name: First\n    notes: [{id: a, question: Q, answer: A}]\n"),
    )
    assert references_guid(case, tmp_path / "moved") == guid

    case.file("decks.yaml", text.replace("Moons::Earth", "Moons::Earth (2)"))
    assert references_guid(case, tmp_path / "renamed") != guid


def test_decks_of_like_names_have_references_of_their_own(case: ProjectCase, tmp_path: Path) -> None:
    text = (talk(case, references="true").folder / "decks.yaml").read_text(encoding="utf-8").partition("decks:\n")[0]
    names = ("Moons 2", "Moons (2)", "Moons::2", "月", "星")
    decks = "".join(
        f"  - name: {name}\n    notes: [{{id: n{n}, question: Q{n}, answer: A, cite: [{{source: galilei1610}}]}}]\n"
        for n, name in enumerate(names)
    )
    own = "  - {name: Own, notes: [{id: references-moons-2, question: Q, answer: A}]}\n"
    case.file("decks.yaml", f"{text}decks:\n{decks}{own}")

    found = in_anki(case, tmp_path / "anki")

    assert found.notes == 2 * len(names) + 1


@pytest.mark.parametrize(
    ("template", "message"), [("[[ nope", "`[[` is never closed"), ("<b></b>\n", "the template shows nothing")]
)
def test_a_template_of_references_at_fault_is_told_of_once(template: str, message: str, case: ProjectCase) -> None:
    (error,) = record(talk(case, references="true")).file(QUESTION, template).check().errors()
    assert error.code == "template-error"
    assert error.message.startswith(message)
    assert error.span is not None
    assert error.span.file == str(case.folder / QUESTION)
