"""The reference line of a citation and its link."""

import pytest
from tests.places import FixedPlace

from psm_cards.citations import link, short
from psm_cards.diagnostics import Span
from psm_cards.model import Citation, Date, Name, Source

HERE = FixedPlace(Span("decks.yaml", 1, 1, 1, 2))
POST = Source(
    key="marks2026psm",
    type="post-weblog",
    title="The Persona Selection Model",
    authors=(Name("Marks", "Sam"), Name("Lindsey", "Jack"), Name("Olah", "Christopher")),
    issued=Date(2026, 2, 23),
    url="https://alignment.anthropic.com/2026/psm/",
    anchors={"Empirical observations": "empirical-observations"},
)


def cite(**places: str) -> Citation:
    """Return a citation of the post with these places."""
    return Citation("marks2026psm", HERE, **places)


@pytest.mark.parametrize(
    ("places", "reference"),
    [
        ({}, "Marks et al. 2026"),
        ({"section": "Conclusion"}, "Marks et al. 2026, § Conclusion"),
        ({"section": "§ 3"}, "Marks et al. 2026, § 3"),
        ({"page": "3"}, "Marks et al. 2026, p. 3"),
        ({"page": "p. 3"}, "Marks et al. 2026, p. 3"),
        ({"page": "3-5"}, "Marks et al. 2026, pp. 3-5"),
        ({"time": "28:42"}, "Marks et al. 2026, at 28:42"),
        ({"at": "The view that AI … during pre-training"}, "Marks et al. 2026, “The view that AI …”"),
        ({"at": "The view that AI ... during"}, "Marks et al. 2026, “The view that AI …”"),
        ({"section": "Conclusion", "at": "The view that"}, "Marks et al. 2026, § Conclusion, “The view that …”"),
    ],
)
def test_a_reference_names_creators_year_and_place(places: dict[str, str], reference: str) -> None:
    assert short(POST, cite(**places)) == reference


@pytest.mark.parametrize(
    ("names", "reference"),
    [
        ((Name("Marks"),), "Marks 2026"),
        ((Name("Marks"), Name("Olah")), "Marks & Olah 2026"),
        ((Name("Tour", "Tom", "Dupré la"),), "Dupré la Tour 2026"),
        ((), "LessWrong 2026"),
    ],
)
def test_a_reference_names_up_to_two_creators_or_what_stands_for_them(names: tuple[Name, ...], reference: str) -> None:
    source = Source("k", "broadcast", "An episode", names, container="LessWrong", issued=Date(2026))

    assert short(source, cite()) == reference


def test_a_reference_without_creators_container_and_date_has_the_title_and_says_that_there_is_no_date() -> None:
    assert short(Source("k", "book", "A title"), cite()) == "A title n.d."


@pytest.mark.parametrize(
    ("source", "places", "address"),
    [
        (POST, {}, "https://alignment.anthropic.com/2026/psm/"),
        (POST, {"section": "Conclusion"}, "https://alignment.anthropic.com/2026/psm/"),
        (
            POST,
            {"section": "Empirical observations"},
            "https://alignment.anthropic.com/2026/psm/#empirical-observations",
        ),
        (Source("k", "book", "T", doi="10.1038/s41586-025-09937-5"), {}, "https://doi.org/10.1038/s41586-025-09937-5"),
        (Source("k", "book", "T", doi="10.1000/a b<c>"), {}, "https://doi.org/10.1000/a%20b%3Cc%3E"),
        (Source("k", "book", "T"), {}, ""),
        (
            Source("k", "book", "T", url="https://x.org/#page", anchors={"A": "a"}),
            {"section": "A"},
            "https://x.org/#page",
        ),
    ],
)
def test_a_link_leads_to_the_section_where_its_anchor_is_known(
    source: Source, places: dict[str, str], address: str
) -> None:
    assert link(source, cite(**places)) == address
