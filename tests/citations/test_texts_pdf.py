"""Texts in PDF: their pages, their split words, and what is said where they cannot be read."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from psm_cards.citations import locators, passages, sourcetext, texts
from psm_cards.citations.sourcetext import SourceText
from psm_cards.files import FileProblem

PAGES = (
    ("Post-trained models do not exclu-", "sively reuse representations.", "The post-", "trained ones differ."),
    ("They are more interpre-", "table than others.", "Post-trained they are."),
)


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a small PDF with these lines on its pages."""
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    font = "<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    for number, lines in enumerate(pages):
        shown = " T* ".join(f"({line}) Tj" for line in lines)
        stream = f"BT /F 12 Tf 14 TL 72 720 Td {shown} ET"
        content = 4 + 2 * number
        box = "/MediaBox [0 0 612 792]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Resources {font} /Contents {content} 0 R >>")
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return assembled(objects)


def assembled(objects: Sequence[str]) -> bytes:
    """Return the file of a PDF's objects, with its table of places."""
    data = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, 1):
        places.append(len(data))
        data += f"{number} 0 obj\n{one}\nendobj\n".encode()
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    table = f"xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return data + f"{table}startxref\n{len(data)}\n%%EOF\n".encode()


@pytest.fixture
def paper(tmp_path: Path) -> SourceText:
    """Return the text of a PDF with two pages."""
    pytest.importorskip("pypdf")
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf(PAGES))
    return sourcetext.load(texts.read(path))


def cause(path: Path) -> str:
    """Return why a file cannot be read."""
    with pytest.raises(FileProblem) as caught:
        texts.read(path)
    return caught.value.cause


def test_passages_of_a_pdf_know_their_page(paper: SourceText) -> None:
    first = passages.find(paper, locators.parse("do not exclusively reuse"))
    second = passages.find(paper, locators.parse("They are more … than others"))

    assert [paper.page(one.start) for one in (first, second)] == [1, 2]
    assert [paper.where(one.start) for one in (first, second)] == ["page 1", "page 2"]


def test_words_that_a_line_end_splits_are_whole_and_hyphens_that_the_paper_has_stay(paper: SourceText) -> None:
    assert "exclusively" in paper.text
    assert "interpretable" in paper.text
    assert "The post-trained ones differ" in paper.text


def test_a_passage_may_run_over_the_end_of_a_page(paper: SourceText) -> None:
    passage = passages.find(paper, locators.parse("trained ones differ … more interpretable"))

    assert passage.words == "trained ones differ they are more interpretable"


def test_several_places_in_a_pdf_are_named_by_their_pages(paper: SourceText) -> None:
    with pytest.raises(locators.PassageProblem) as problem:
        passages.find(paper, locators.parse("post-trained"))

    assert problem.value.finding.message.endswith("stands 3 times in `paper.pdf`: at page 1, page 1, page 2")


def test_a_pdf_without_text_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "scan.pdf").write_bytes(pdf([[" "]]))

    assert cause(tmp_path / "scan.pdf") == "no text in it: its pages may be pictures"


def test_a_broken_pdf_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("pypdf")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing more")
    (tmp_path / "other.pdf").write_bytes(b"Some words.")

    assert cause(tmp_path / "broken.pdf").startswith("not a PDF that pypdf can read (")
    assert cause(tmp_path / "other.pdf").startswith("not a PDF that pypdf can read (")


def test_a_locked_pdf_is_refused(tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf")
    (tmp_path / "paper.pdf").write_bytes(pdf(PAGES))
    writer = pypdf.PdfWriter(clone_from=tmp_path / "paper.pdf")
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")

    assert cause(tmp_path / "locked.pdf") == "it is locked with a password"


def test_without_pypdf_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "paper.pdf").write_bytes(pdf(PAGES))

    assert cause(tmp_path / "paper.pdf") == "PDF needs pypdf: install `psm-cards[pdf]`, or save the text as a .txt file"


def test_plain_text_needs_no_pypdf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "paper.txt").write_text("Some words.", encoding="utf-8")

    assert texts.read(tmp_path / "paper.txt").pages is None
