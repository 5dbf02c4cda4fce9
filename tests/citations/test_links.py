"""The link of a citation: where it leads to, on a page, in a PDF and in a recording."""

import pytest
from tests.places import HERE

from psm_cards.citations import link
from psm_cards.model import Citation, Source

PAGE = "https://alignment.anthropic.com/2026/psm/"


def cite(section: str = "", page: str = "", time: str = "", fragment: str = "") -> Citation:
    """Return a citation of a place in the source."""
    return Citation("k", HERE, section=section, page=page, time=time, fragment=fragment)


def at(url: str = "", *, words: str = "", kind: str = "page", doi: str = "", number: str = "", **places: str) -> str:
    """Return the link to a place in a source with this address."""
    anchors = {"Empirical observations": "empirical-observations", "Results": "page=7"}
    source = Source("k", "webpage", "T", url=url, doi=doi, number=number, anchors=anchors, kind=kind)
    return link(source, cite(**places), words)


@pytest.mark.parametrize(
    ("places", "added"),
    [
        ({}, ""),
        ({"section": "Conclusion"}, ""),
        ({"section": "Empirical observations"}, "#empirical-observations"),
        ({"page": "3"}, ""),
        ({"time": "28:42"}, ""),
        ({"fragment": "do not exclusively"}, "#:~:text=do%20not%20exclusively"),
        (
            {"section": "Empirical observations", "fragment": "Despite the evidence … do not exclusively"},
            "#empirical-observations:~:text=Despite%20the%20evidence,do%20not%20exclusively",
        ),
        ({"section": "Empirical observations", "fragment": "—"}, "#empirical-observations"),
    ],
)
def test_a_page_opens_at_the_anchor_and_then_at_the_words(places: dict[str, str], added: str) -> None:
    assert at(PAGE, **places) == PAGE + added


def test_the_words_of_a_passage_count_where_the_text_is_the_pages_own() -> None:
    assert at(PAGE, words="Despite the evidence … do not exclusively") == (
        f"{PAGE}#:~:text=Despite%20the%20evidence,do%20not%20exclusively"
    )


@pytest.mark.parametrize("kind", ["", "copy", "transcript", "asr"])
def test_the_words_of_another_text_never_get_into_a_link(kind: str) -> None:
    assert at(PAGE, kind=kind, words="Claude III Sonnet") == PAGE
    assert at(PAGE, kind=kind, fragment="Claude 3 Sonnet") == f"{PAGE}#:~:text=Claude%203%20Sonnet"


def test_the_authors_fragment_goes_before_the_words_of_the_passage() -> None:
    assert at(PAGE, words="Despite the evidence", fragment="do not exclusively").endswith("text=do%20not%20exclusively")


@pytest.mark.parametrize(
    ("url", "places", "address"),
    [
        ("https://x.org/#page", {"section": "Empirical observations"}, "https://x.org/#page"),
        ("https://x.org/#page", {"fragment": "some words here"}, "https://x.org/#page:~:text=some%20words%20here"),
        ("https://x.org/#:~:text=a", {"fragment": "some words here"}, "https://x.org/#:~:text=a"),
        ("https://x.org/#/route", {"fragment": "some words here"}, "https://x.org/#/route"),
        ("https://x.org/#!route", {"fragment": "some words here"}, "https://x.org/#!route"),
        (
            "https://x.org/?q=1&r=2",
            {"fragment": "some words here"},
            "https://x.org/?q=1&r=2#:~:text=some%20words%20here",
        ),
        ("https://x.org/?", {}, "https://x.org/?"),
        ("https://[x", {"fragment": "some words here"}, "https://[x"),
        ("https://x.org/été", {"section": "Empirical observations"}, "https://x.org/été#empirical-observations"),
    ],
)
def test_an_address_keeps_what_it_has(url: str, places: dict[str, str], address: str) -> None:
    assert at(url, **places) == address


@pytest.mark.parametrize(
    ("url", "places", "address"),
    [
        ("https://x.org/a.pdf", {"page": "12"}, "https://x.org/a.pdf#page=12"),
        ("https://x.org/A.PDF?v=2", {"page": "12-15"}, "https://x.org/A.PDF?v=2#page=12"),
        ("https://x.org/a.pdf", {"page": "pp. 12–15"}, "https://x.org/a.pdf#page=12"),  # noqa: RUF001 (as printed)
        ("https://x.org/a.pdf#page=3", {"page": "12"}, "https://x.org/a.pdf#page=12"),
        ("https://x.org/a.pdf#nameddest=x", {"page": "12"}, "https://x.org/a.pdf#nameddest=x"),
        ("https://x.org/a.pdf", {"page": "iv"}, "https://x.org/a.pdf"),
        ("https://x.org/a.pdf", {"section": "Results"}, "https://x.org/a.pdf#page=7"),
        ("https://x.org/a.pdf", {"section": "Results", "page": "8"}, "https://x.org/a.pdf#page=8"),
        ("https://x.org/a.pdf", {"fragment": "some words here"}, "https://x.org/a.pdf"),
        ("https://arxiv.org/pdf/2506.19823v1", {"page": "3"}, "https://arxiv.org/pdf/2506.19823v1#page=3"),
        ("https://arxiv.org/abs/2506.19823v1", {"page": "3"}, "https://arxiv.org/pdf/2506.19823v1#page=3"),
        ("https://arxiv.org/abs/2506.19823", {}, "https://arxiv.org/abs/2506.19823"),
        (
            "https://arxiv.org/abs/2506.19823",
            {"fragment": "some words here"},
            "https://arxiv.org/abs/2506.19823#:~:text=some%20words%20here",
        ),
        ("https://example.org/abs/2506.19823", {"page": "3"}, "https://example.org/abs/2506.19823"),
    ],
)
def test_a_pdf_opens_at_its_page(url: str, places: dict[str, str], address: str) -> None:
    assert at(url, **places) == address


@pytest.mark.parametrize(
    ("url", "time", "address"),
    [
        ("https://www.youtube.com/watch?v=aAPpQC-3EyE", "28:42", "https://www.youtube.com/watch?v=aAPpQC-3EyE&t=1722s"),
        ("https://youtube.com/watch?v=a&list=b", "1:02:03", "https://youtube.com/watch?v=a&list=b&t=3723s"),
        ("https://m.youtube.com/watch?v=a&t=5s", "28:42-29:10", "https://m.youtube.com/watch?v=a&t=1722s"),
        ("https://youtu.be/a?si=b", "28:42", "https://youtu.be/a?si=b&t=1722s"),
        ("https://youtu.be/a", "28:42", "https://youtu.be/a?t=1722s"),
        ("https://www.youtube.com/embed/a?rel=0", "28:42", "https://www.youtube.com/embed/a?rel=0&start=1722"),
        ("https://www.youtube.com/live/a", "0:05", "https://www.youtube.com/live/a?t=5s"),
        ("https://www.youtube.com/watch?v=a#t=9", "0:05", "https://www.youtube.com/watch?v=a&t=5s"),
        ("https://www.youtube.com/@channel", "0:05", "https://www.youtube.com/@channel"),
        ("https://youtu.be/", "0:05", "https://youtu.be/"),
        ("https://vimeo.com/1234?share=copy", "28:42", "https://vimeo.com/1234?share=copy#t=1722s"),
        ("https://player.vimeo.com/video/1234", "28:42", "https://player.vimeo.com/video/1234#t=1722s"),
        ("https://vimeo.com/about", "28:42", "https://vimeo.com/about"),
        ("https://x.org/talk.mp3", "28:42", "https://x.org/talk.mp3#t=1722"),
        ("https://x.org/talk.MP4?key=1", "28:42-29:10", "https://x.org/talk.MP4?key=1#t=1722,1750"),
        ("https://x.org/talk.webm", "28:42–29:10", "https://x.org/talk.webm#t=1722,1750"),  # noqa: RUF001 (as printed)
        ("https://x.org/talk.mp3", "the end", "https://x.org/talk.mp3"),
        ("https://x.org/episodes/211", "28:42", "https://x.org/episodes/211"),
        ("https://notyoutube.com/watch?v=a", "28:42", "https://notyoutube.com/watch?v=a"),
        ("https://x.org/talk.mp3", "", "https://x.org/talk.mp3"),
    ],
)
def test_a_recording_opens_at_the_time(url: str, time: str, address: str) -> None:
    assert at(url, time=time) == address
    assert at(url, time=time, words="some words here").partition("#:~:")[0] == address


@pytest.mark.parametrize(
    ("doi", "number", "places", "address"),
    [
        ("10.1038/s41586-025-09937-5", "", {}, "https://doi.org/10.1038/s41586-025-09937-5"),
        ("10.1000/a b<c>", "", {}, "https://doi.org/10.1000/a%20b%3Cc%3E"),
        ("", "arXiv:2506.19823", {}, "https://arxiv.org/abs/2506.19823"),
        ("", "arXiv:2506.19823", {"page": "3"}, "https://arxiv.org/pdf/2506.19823#page=3"),
        ("10.1/x", "arXiv:2506.19823", {}, "https://doi.org/10.1/x"),
        ("", "12", {"page": "3", "fragment": "some words here", "time": "1:00"}, ""),
    ],
)
def test_a_source_without_an_address_has_that_of_its_doi_or_its_number(
    doi: str, number: str, places: dict[str, str], address: str
) -> None:
    assert at(doi=doi, number=number, **places) == address
