"""The full reference: as Pandoc writes it where both speak, and never anything but text in tags of ours."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.project_case import HEAD

from psm_cards import project
from psm_cards.citations import full, plain
from psm_cards.model import Date, Name, Source

GOLDENS: dict[str, dict[str, Any]] = yaml.load(  # the loader gives each scalar as it is written, and nothing but text
    (Path(__file__).parent / "references.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,  # noqa: S506 (it makes lists, mappings and text only)
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    """Return the sources of the goldens as a project has them."""
    folder = tmp_path_factory.mktemp("goldens")
    items = json.dumps({key: golden["item"] for key, golden in GOLDENS.items()}, ensure_ascii=False)
    notes = "decks: [{name: A, notes: [{id: one, question: Q, answer: A}]}]\n"
    (folder / "decks.yaml").write_text(f"{HEAD}sources: {items}\n{notes}", encoding="utf-8")
    found, diagnostics = project.load(folder)
    assert [problem.message for problem in diagnostics] == ["tag `<script>` in a title is shown as typed"]
    assert found is not None
    return dict(found.sources or {})


def without_link(reference: str) -> str:
    """Return a reference without the tags of its link."""
    return re.sub(r"</?a\b[^>]*>", "", reference)


@pytest.mark.parametrize("key", GOLDENS)
def test_a_full_reference_is_pandocs_or_differs_for_a_reason(key: str, loaded: dict[str, Source]) -> None:
    golden = GOLDENS[key]

    reference = without_link(full(loaded[key]))

    assert reference == golden.get("ours", golden["pandoc"])
    assert ("ours" in golden) == ("because" in golden)
    assert golden.get("ours") != golden["pandoc"]


def test_most_references_are_pandocs() -> None:
    assert sum("ours" not in golden for golden in GOLDENS.values()) > len(GOLDENS) * 2 / 3


POST = Source("k", "post-weblog", "A post", (Name("Doe", "Jane"),), container="A blog", issued=Date(2026, 2, 3))


def test_the_address_is_a_link() -> None:
    source = replace(POST, url='https://x.org/?a=1&b="2"')

    assert full(source).endswith(
        '<a href="https://x.org/?a=1&amp;b=&quot;2&quot;">https://x.org/?a=1&amp;b="2"</a>',
    )


def test_a_reference_has_a_plain_form() -> None:
    source = replace(POST, title="Q&A on <b>R&D</b> <x>", url="https://x.org/?a&b")

    assert plain(full(source)) == "Doe, J. (2026, February 3). Q&A on R&D <x>. A blog. https://x.org/?a&b"


def test_the_doi_goes_before_the_address() -> None:
    source = replace(POST, url="https://x.org/", doi="10.1000/a b<c>")

    assert plain(full(source)).endswith("A blog. https://doi.org/10.1000/a%20b%3Cc%3E")


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Genes of <i>E. coli</i>", "Genes of <i>E. coli</i>."),
        ("H<sub>2</sub>O at 10<sup>9</sup>", "H<sub>2</sub>O at 10<sup>9</sup>."),
        ('<span class="nocase">iPhone</span> users', "iPhone users."),
        ('<span style="font-variant:small-caps;">Bc</span>', "Bc."),
        ("<i>open", "&lt;i&gt;open."),
        ("closed</i>", "closed&lt;/i&gt;."),
        ("<i>a <b>b</i> c</b>", "&lt;i&gt;a <b>b&lt;/i&gt; c</b>."),
        ("<i onclick=x>a</i>", "&lt;i onclick=x&gt;a&lt;/i&gt;."),
        ("List<String> & Map", "List&lt;String&gt; &amp; Map."),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;."),
    ],
)
def test_a_title_keeps_the_markup_of_csl_and_shows_any_other_as_typed(title: str, written: str) -> None:
    reference = full(Source("k", "article-journal", title, issued=Date(2026), container="J"))

    assert reference == f"{written} (2026). <i>J</i>."


@pytest.mark.parametrize(
    ("title", "written"),
    [
        ("Why?", "Why?"),
        ("Now!", "Now!"),
        ("Stop.", "Stop."),
        ("And so on…", "And so on…"),
        ("“Why?”", "“Why?”"),
        ("«Pourquoi ?»", "«Pourquoi ?»"),
        ("为什么？", "为什么？"),  # noqa: RUF001 (a full-width question mark)
        ("Is this so", "Is this so."),
        ("Why (not?)", "Why (not?)."),
    ],
)
def test_a_part_that_ends_with_a_stop_gets_no_second_one(title: str, written: str) -> None:
    assert full(replace(POST, title=title)) == f"Doe, J. (2026, February 3). {written} <i>A blog</i>."


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (None, "n.d."),
        (Date(2026), "2026"),
        (Date(2026, 2), "2026, February"),
        (Date(2026, 2, 3), "2026, February 3"),
        (Date(2026, 2, 3, until=Date(2026, 2, 5)), "2026, February 3–5"),  # noqa: RUF001 (as printed)
        (Date(2026, 2, 3, until=Date(2026, 3, 5)), "2026, February 3–March 5"),  # noqa: RUF001 (as printed)
        (Date(2026, 2, until=Date(2026, 3)), "2026, February–March"),  # noqa: RUF001 (as printed)
        (Date(2025, 12, 30, until=Date(2026, 1, 2)), "2025–2026, December 30–January 2"),  # noqa: RUF001 (as printed)
        (Date(2025, until=Date(2026)), "2025–2026"),  # noqa: RUF001 (as printed)
        (Date(2025, 12, until=Date(2026)), "2025–2026, December"),  # noqa: RUF001 (as printed)
        (Date(2020, season=3), "2020, Fall"),
        (Date(2020, 5, 1, is_about=True), "ca. 2020, May 1"),
        (Date(-375), "375 B.C.E."),
        (Date(0, literal="Spring 2020"), "Spring 2020"),
    ],
)
def test_a_date_is_spelled_as_far_as_it_is_known(date: Date | None, written: str) -> None:
    assert plain(full(replace(POST, issued=date))) == f"Doe, J. ({written}). A post. A blog."


def test_an_undated_page_says_when_it_was_read() -> None:
    source = replace(POST, issued=None, accessed=Date(2026, 3, 1), url="https://x.org/")

    assert plain(full(source)).endswith("Retrieved March 1, 2026, from https://x.org/")
    assert "Retrieved" not in full(replace(source, issued=Date(2026)))


@pytest.mark.parametrize(
    ("number", "where"),
    [
        ("arXiv:2506.19823v1", "https://arxiv.org/abs/2506.19823v1"),
        ("arXiv:2506.19823 [cs.LG]", "https://arxiv.org/abs/2506.19823"),
        ("arXiv:hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ("2506.19823", ""),
        ("MIT-12", ""),
    ],
)
def test_a_number_of_arxiv_is_an_address_too(number: str, where: str) -> None:
    assert plain(full(Source("k", "article", "T", number=number))) == f"T ({number}). (n.d.). {where}".strip()


@pytest.mark.parametrize(
    ("edition", "written"),
    [
        ("1", "1st ed."),
        ("2nd", "2nd ed."),
        ("3", "3rd ed."),
        ("11", "11th ed."),
        ("112", "112th ed."),
        ("Rev. ed.",) * 2,
    ],
)
def test_an_edition_is_an_ordinal_or_as_its_author_wrote_it(edition: str, written: str) -> None:
    assert plain(full(Source("k", "book", "T", edition=edition, issued=Date(2026)))) == f"T ({written}). (2026)."


class Tags(HTMLParser):
    """Reads HTML as a browser does, and keeps its tags and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a tag, whose attributes are no one's but ours."""
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.open.append(tag)
        self.seen.add(tag)

    def handle_endtag(self, tag: str) -> None:
        """Expect that a tag closes the last one open."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.text += data


PIECES = [*"aB毛é <>&\"'/=.?!-…", "<i>", "</i>", "<b>", "</b>", "<script>", "</a>"]
WORDS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
NAMES = st.builds(Name, family=WORDS.filter(str.strip), given=WORDS, particle=WORDS, dropping=WORDS, suffix=WORDS)
SOURCES = st.builds(
    Source,
    key=st.just("k"),
    type=st.sampled_from("book chapter broadcast webpage article-journal thesis motion_picture speech report".split()),
    title=WORDS,
    **dict.fromkeys(
        ("authors", "editors", "hosts", "directors", "translators"), st.lists(NAMES, max_size=3).map(tuple)
    ),
    **dict.fromkeys(("container", "publisher", "genre", "medium", "number", "version", "edition", "volume"), WORDS),
    **dict.fromkeys(
        ("issue", "pages", "event", "event_place", "archive", "status", "year_suffix", "url", "doi"), WORDS
    ),
)


@given(SOURCES)
def test_no_word_of_an_author_becomes_a_tag_and_every_tag_is_closed(source: Source) -> None:
    reference = full(source)

    tags = Tags(reference)

    assert tags.open == []
    assert tags.seen <= {"a", "b", "i", "sub", "sup"}
    assert tags.text == plain(reference)
