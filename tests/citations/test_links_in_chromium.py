"""In a real browser, the link of every citation of a page opens at its passage, and else at the anchor."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.citations.landing import land, serving
from tests.places import HERE

from psm_cards.citations import link
from psm_cards.citations.fragments import ends
from psm_cards.model import Citation, Source

PAGE = Path(__file__).parent / "page.html"


@dataclass(frozen=True)
class Cited:
    """A citation of the page: the passage as the page has it, or the author's words, and where the link should lead."""

    lands: str
    passage: str = ""
    fragment: str = ""
    section: str = ""


CITED = {
    "plain": Cited("plain", "Whoever reads many plays learns to play many parts."),
    "two-sentences": Cited("plain", "learns to play many parts. A machine that reads them all learns them all."),
    "bold": Cited("bold", "What we call the mask is, in every sense that counts here, a role1 among others."),
    "quotes": Cited("quotes", "She asked, “whose voice is this?” and the answer—half a joke—was that it"),
    "dashes": Cited("quotes", "it isn’t anyone’s; well-read listeners weren’t surprised at all."),  # noqa: RUF001 (as on the page)
    "item": Cited("second-item", "it has to be told from other masks;"),
    "items": Cited("first-item", "it has to fit the face that wears it,\nit has to be told from other masks;"),
    "across-blocks": Cited("before-list", "Three things are asked of a mask:\nit has to fit the face that wears it,"),
    "signs": Cited(
        "signs", "About 5% of R&D budgets (see Fig.\u00a03, p.\u00a012) goes into props & paint: 1,000 pots,"
    ),
    "line-break": Cited("signs", "1,000 pots,\nso to speak, of red and/or blue."),
    "japanese": Cited("japanese", "機械は仮面をかぶる。「仮面」とは、役を演じるための顔である。"),
    "accents": Cited("accents", "Le visage qu’on prête à la machine reste un rôle appris."),  # noqa: RUF001 (as on the page)
    "decomposed": Cited("accents", fragment="la machine reste un ro\u0302le appris"),
    "other-case": Cited("plain", fragment="WHOEVER reads … Many Parts"),
    "one-word": Cited("quotes", fragment="listeners"),
    "above-its-words": Cited("again", fragment="a figure that anyone may take off"),
    "anchor-of-another-section": Cited("plain", "Whoever reads many plays", section="Lists"),
    "anchor": Cited("lists", section="Lists"),
    "text-is-gone": Cited("lists", "Words that are no longer on the page at all", section="Lists"),
    "text-is-gone-without-anchor": Cited("top", "Words that are no longer on the page at all"),
    "anchor-is-gone": Cited("plain", "Whoever reads many plays", section="Removed"),
}


def linked(cited: Cited, url: str) -> str:
    """Return the link of a citation of the page at this address."""
    anchors = {"Lists": "lists", "Removed": "removed"}
    source = Source("k", "webpage", "T", url=url, anchors=anchors, kind="page")
    return link(source, Citation("k", HERE, fragment=cited.fragment, section=cited.section), ends(cited.passage))


@pytest.mark.chromium
def test_every_link_opens_at_its_passage_and_at_the_anchor_where_the_text_is_gone(tmp_path: Path) -> None:
    with serving(PAGE) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        links = {name: linked(cited, f"{address}?{name}") for name, cited in CITED.items()}
        landed = land(server, links, tmp_path)

    # Passages are farther apart than a window is high: what is at the top is never seen together with one of them.
    missed = {
        name: (links[name], landed[name])
        for name, cited in CITED.items()
        if cited.lands not in landed[name] or ("top" in landed[name]) != (cited.lands == "top")
    }
    assert missed == {}


def test_the_page_has_the_passages_that_are_cited() -> None:
    text = re.sub(r"<br>", "\n", re.sub(r"</?(?:b|i|a|sup)\b[^>]*>", "", PAGE.read_text(encoding="utf-8")))
    text = re.sub(r"<[^>]*>", "", text).replace("&nbsp;", "\u00a0").replace("&amp;", "&")
    blocks = re.sub(r"\s*\n\s*", "\n", text)

    missing = [name for name, cited in CITED.items() if cited.passage not in blocks]

    assert missing == ["text-is-gone", "text-is-gone-without-anchor"]
