"""What a check says of the citations: one line for people, numbers for programs."""

from pathlib import Path

import pytest
from tests.cli.program import json_report, psm_cards
from tests.project_case import HEAD, ProjectCase

from psm_cards.citations import Tally
from psm_cards.citations.tally import Correction
from psm_cards.cli import report_citations
from psm_cards.cli.options import SOURCES_VARIABLE

TEXT = "Good evening.\nFour moons of Jovus are large: Io, Europa, Ganymed and Callisto.\nGanymed is the largest.\n"
DECKS = f"""{HEAD}sources:
  talk:
    type: speech
    title: The moons of Jupiter
    custom: {{text: talk.txt, fixes: {{Ganymed: Ganymede, Jovus: Jupiter}}}}
  galilei1610: {{type: book, title: Sidereus Nuncius, issued: 1610}}
decks:
  - name: Moons
    notes:
      - id: large-moons
        question: Q
        answer: A
        cite: [{{source: talk, at: Four moons … large}}, {{source: galilei1610}}]
      - id: largest-moon
        question: Q
        answer: A
        cite: [{{source: talk, at: Ganymede is}}]
"""
CHECKED = (
    "2 passages checked in 1 text (3 corrections applied: `Ganymed` -> `Ganymede` 2 times, `Jovus` -> `Jupiter`), "
    "1 citation is a reference only"
)


@pytest.fixture
def talk(case: ProjectCase) -> ProjectCase:
    """Return a project with a text beside it, whose passages are recorded."""
    case.file("decks.yaml", DECKS).file("texts/talk.txt", TEXT)
    assert psm_cards(case.folder, "check", "--sources", "texts", "--update-evidence").returncode == 0
    return case


def last_lines(folder: Path, *arguments: str, **environment: str) -> list[str]:
    """Return the last two lines that a check prints."""
    return psm_cards(folder, "check", *arguments, **environment).stdout.splitlines()[-2:]


def test_a_check_against_the_texts_ends_with_what_was_checked_and_corrected(talk: ProjectCase) -> None:
    assert last_lines(talk.folder, "--sources", "texts") == ["no problems found", CHECKED]


def test_the_folders_of_texts_may_come_from_the_environment(talk: ProjectCase) -> None:
    assert last_lines(talk.folder, **{SOURCES_VARIABLE: "texts"}) == ["no problems found", CHECKED]


def test_without_the_texts_the_recorded_evidence_is_named(talk: ProjectCase) -> None:
    assert last_lines(talk.folder) == [
        "no problems found",
        "2 passages known from evidence.lock, 1 citation is a reference only",
    ]


def test_a_passage_that_has_changed_counts_as_not_verified(talk: ProjectCase) -> None:
    talk.file("texts/talk.txt", TEXT.replace("the largest", "the smallest"))

    counted, cited = last_lines(talk.folder, "--sources", "texts")

    assert counted == "1 error found"
    assert cited == CHECKED.replace("2 passages", "1 passage", 1).replace("), 1", "), 1 passage not verified, 1")


def test_a_passage_that_nothing_is_recorded_of_counts_as_not_verified(talk: ProjectCase) -> None:
    (talk.folder / "evidence.lock").unlink()

    for arguments in ([], ["--sources", "texts"]):
        assert last_lines(talk.folder, *arguments) == [
            "2 warnings found",
            "2 passages not verified, 1 citation is a reference only",
        ]


def test_a_project_without_citations_hears_nothing_of_them(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}").file("texts/talk.txt", TEXT)

    assert psm_cards(case.folder, "check", "--sources", "texts").stdout == "no problems found\n"


@pytest.mark.parametrize("command", ["check", "build"])
def test_programs_get_the_numbers(command: str, talk: ProjectCase) -> None:
    cited = json_report(psm_cards(talk.folder, command, "--format", "json").stdout)["citations"]

    assert cited == {"verified": 2, "unverified": 0, "unverifiable": 1, "texts": 0, "fixes": []}


def test_programs_get_every_correction(talk: ProjectCase) -> None:
    cited = json_report(psm_cards(talk.folder, "check", "--sources", "texts", "--format", "json").stdout)["citations"]

    assert cited["texts"] == 1
    assert cited["fixes"] == [
        {"source": "talk", "wrong": "Ganymed", "right": "Ganymede", "times": 2},
        {"source": "talk", "wrong": "Jovus", "right": "Jupiter", "times": 1},
    ]


def test_programs_get_null_for_a_project_that_cannot_be_loaded(tmp_path: Path) -> None:
    assert json_report(psm_cards(tmp_path, "check", "--format", "json").stdout)["citations"] is None


def test_of_many_corrections_three_are_named_and_the_others_counted() -> None:
    many = tuple(Correction("a", f"wrong{n}", f"right{n}", 1) for n in range(5))

    assert report_citations.line(Tally(verified=1, texts=2, corrections=many)) == (
        "1 passage checked in 2 texts (5 corrections applied: "
        "`wrong0` -> `right0`, `wrong1` -> `right1`, `wrong2` -> `right2`, and 2 others)"
    )


@pytest.mark.parametrize("command", ["check", "coverage"])
def test_a_folder_of_texts_that_is_not_there_is_wrong_usage(command: str, talk: ProjectCase) -> None:
    done = psm_cards(talk.folder, command, "--sources", "nowhere")

    assert done.returncode == 2
    assert "'nowhere' does not exist" in done.stderr


def test_evidence_is_not_written_while_a_citation_is_at_fault(talk: ProjectCase) -> None:
    before = (talk.folder / "evidence.lock").read_bytes()
    talk.file("texts/talk.txt", TEXT.replace("Ganymed is", "Titan is"))

    done = psm_cards(talk.folder, "check", "--sources", "texts", "--update-evidence")

    assert done.returncode == 1
    assert "evidence.lock stays as it was [evidence-not-written]" in done.stdout
    assert (talk.folder / "evidence.lock").read_bytes() == before


def test_an_update_names_each_passage_whose_words_it_takes_over(talk: ProjectCase) -> None:
    talk.file("texts/talk.txt", TEXT.replace("the largest", "not the largest"))

    done = psm_cards(talk.folder, "check", "--sources", "texts", "--update-evidence")

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "no problems found",
        CHECKED,
        "decks.yaml:19:35: `Ganymede is` has other words than those recorded",
        "  texts/talk.txt:3:1: the passage in the text",
        "evidence.lock: 0 passages added, 1 changed, 0 removed",
    ]


def test_an_update_counts_what_is_new_and_what_is_gone(talk: ProjectCase) -> None:
    talk.file("decks.yaml", DECKS.replace("Four moons … large", "Good evening"))

    assert last_lines(talk.folder, "--sources", "texts", "--update-evidence")[1] == (
        "evidence.lock: 1 passage added, 0 changed, 1 removed"
    )


def test_an_update_tells_how_much_it_leaves_because_its_text_is_not_at_hand(talk: ProjectCase) -> None:
    other = "  book: {type: book, title: T, custom: {text: book.txt}}\ndecks:"
    cited = "cite: [{source: book, at: Sun and stars}, "
    talk.file("decks.yaml", DECKS.replace("decks:", other).replace("cite: [", cited, 1))
    talk.file("texts/book.txt", "Sun and stars.\n")
    psm_cards(talk.folder, "check", "--sources", "texts", "--update-evidence")
    (talk.folder / "texts/book.txt").unlink()

    done = psm_cards(talk.folder, "check", "--sources", "texts", "--update-evidence")

    assert done.returncode == 0
    assert "no file `book.txt` in the project, nor in `texts` [missing-text]" in done.stdout
    assert done.stdout.splitlines()[-1] == (
        "evidence.lock: 0 passages added, 0 changed, 0 removed, 1 kept without their text"
    )


def test_programs_get_what_an_update_took_over(talk: ProjectCase) -> None:
    assert json_report(psm_cards(talk.folder, "check", "--format", "json").stdout)["evidence"] is None
    talk.file("texts/talk.txt", TEXT.replace("the largest", "not the largest"))

    done = psm_cards(talk.folder, "check", "--sources", "texts", "--update-evidence", "--format", "json")

    found = json_report(done.stdout)["evidence"]
    (change,) = found.pop("changed")
    assert found == {"added": 0, "removed": 0, "kept": 0}
    assert (change["source"], change["at"]) == ("talk", "Ganymede is")
    assert [(change[one]["file"], change[one]["line"]) for one in ("cited", "passage")] == [
        ("decks.yaml", 19),
        ("texts/talk.txt", 3),
    ]


def test_an_update_without_any_text_says_so_and_fails(talk: ProjectCase) -> None:
    before = (talk.folder / "evidence.lock").read_bytes()

    done = psm_cards(talk.folder, "check", "--update-evidence")

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "error: evidence.lock stays as it was: no text is at hand [evidence-not-written]",
        "  hint: name the folder that holds the texts: `--sources DIR`",
        "decks.yaml:7:20: warning: no file `talk.txt` in the project [missing-text]",
        "  7 |     custom: {text: talk.txt, fixes: {Ganymed: Ganymede, Jovus: Jupiter}}",
        "    |                    ^^^^^^^^",
        "  hint: name the folder that it is in: `--sources DIR`",
        "1 error, 1 warning found",
        "2 passages known from evidence.lock, 1 citation is a reference only",
    ]
    assert (talk.folder / "evidence.lock").read_bytes() == before


def test_a_project_without_texts_has_no_evidence_to_update(case: ProjectCase) -> None:
    case.notes("- {id: one, question: Q, answer: A}")

    assert psm_cards(case.folder, "check", "--update-evidence").stdout == "no problems found\n"
    assert not (case.folder / "evidence.lock").exists()


def test_beside_errors_the_advice_is_not_to_update_first(talk: ProjectCase) -> None:
    (talk.folder / "evidence.lock").unlink()
    talk.file("texts/talk.txt", TEXT.replace("Ganymed is", "Titan is"))

    printed = psm_cards(talk.folder, "check", "--sources", "texts").stdout

    assert "  hint: mend the errors, read the passage, then run `psm-cards check" in printed


def test_cards_say_that_passages_of_a_text_that_is_read_otherwise_are_not_checked(talk: ProjectCase) -> None:
    talk.file("decks.yaml", DECKS.replace("Ganymed: Ganymede", "Ganymed: Ganymedes"))

    done = psm_cards(talk.folder, "check", "--strict")

    assert done.returncode == 1
    assert "[other-text]" in done.stdout
    assert done.stdout.splitlines()[-1] == "2 passages not verified, 1 citation is a reference only"
