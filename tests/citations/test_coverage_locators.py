"""What is suggested for a sentence that no card cites: in a note it cites this sentence, and no other."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tests.project_case import HEAD

from psm_cards import citations, project
from psm_cards.citations import suggestions
from psm_cards.citations.coverage import SourceCoverage

OF_YAML = r"""say "so"|it's|C:\new \" \x|{a: b}|# no|- item|key: value|yes|null|12|…|wait....""".split("|")
UNSEEN = (
    "soft\u00adhyphen|zero\u200bwidth|\u202eback\u202c|\ufeffmark|\uffffnone|i\ue000con|bell\x07|\x1b[2J|\x85".split(
        "|"
    )
)
OTHERS = "line\u2028end|\u0915\u094d\u200d\u0937|e\u0301|½|日本語|ก็กิน|👩\u200d👩\u200d👧|Dr.|6.4".split("|")
WORDS = st.sampled_from([*"the cat sat on mat It was A big old Red house by sea".split(), *OF_YAML, *UNSEEN, *OTHERS])
GAPS = st.sampled_from((" ", " ", " ", " ", ". ", "? ", "\n", "\n\n", ", ", "; ", "\t"))
TEXTS = st.one_of(
    st.lists(st.tuples(WORDS, GAPS).map("".join), min_size=1, max_size=60).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=120),
)


def covered(folder: Path, lines: list[str]) -> SourceCoverage:
    """Return what notes cover that cite by one of these lines each; their ids are the numbers of the lines."""
    note = "  - {{id: n-{}, question: Q, answer: A, cite: [{{source: talk, {}}}]}}\n"
    cites = [note.format(number, line) for number, line in enumerate(lines)]
    head = f"{HEAD}sources: {{talk: {{type: speech, title: A talk, custom: {{text: talk.txt}}}}}}\n"
    notes = "".join(["decks:\n- name: Deck\n  notes:\n  - {id: other, question: Q, answer: A}\n", *cites])
    (folder / "decks.yaml").write_text(head + notes, encoding="utf-8", newline="\n")
    loaded, problems = project.load(folder)
    assert loaded is not None
    assert problems == []
    verified = citations.verify(loaded, [], updating=True)
    assert verified.diagnostics == []
    return citations.measure(loaded, verified).sources[0]


def suggested(folder: Path, text: str) -> list[str]:
    """Return the line that is suggested for each sentence of a text that nothing cites; blank where none is."""
    (folder / "talk.txt").write_text(text, encoding="utf-8", newline="")
    source = covered(folder, [])
    locators = [source.locator(sentence) for sentence in source.sentences or ()]
    return [suggestions.entry(locator) if locator else "" for locator in locators]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_what_is_suggested_for_a_sentence_cites_it_and_no_other_once_a_note_has_it(text: str) -> None:
    assume(re.search(r"[^\W_]", text))
    with TemporaryDirectory() as name:
        lines = suggested(Path(name), text)
        source = covered(Path(name), [line for line in lines if line])

    numbers = iter(range(len(lines)))
    expected = [(f"n-{next(numbers)}",) if line else () for line in lines]
    assert [sentence.notes for sentence in source.sentences or ()] == expected
