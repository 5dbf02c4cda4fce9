"""Reading the local copies of texts: what a reader sees of each kind of file, and what is no text."""

import hashlib
import os
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.citations.source_texts import found, from_file

from psm_cards.citations import markdown, texts, webpages
from psm_cards.citations.offsets import edited
from psm_cards.files import FileProblem

PAGE = """\
<!DOCTYPE html>
<html><head><title>Not seen</title><style>p { color: red }</style></head>
<body>
<h1>The persona&nbsp;model</h1>
<p>Despite the <b>evi</b>dence described
above<sup><a href="#f1">1</a></sup> (&sect;&#8239;6), models don&rsquo;t <i>exclusively</i> reuse x<sup>2</sup>.</p>
<script>if (a < b) { document.write("<p>never</p>") }</script>
<ul><li>First item<li>Second &lt;item&gt;</ul>
<table><tr><td>cell one</td><td>cell two</td></tr></table>
<div hidden>secret <div>more</div> secret</div>
<p>Over<br>the line<!-- a comment --> and on</p>
<pre>kept
  lines</pre>
</body></html>
"""
MARKDOWN = """\
---
title: Not seen
---
# The *persona* model

A [link text](https://example.com/not/seen "nor this") and **bold**, `code` &amp; <b>tags</b>\\*.
It runs on[^1] ![a picture](p.png), ~~gone~~ <https://example.com/seen>.

- item one
- [ ] item two

> quoted

<div>
<p>Inside é HTML</p>
<script>
never()
</script>
</div>

| head | row |
|------|-----|
| cell | two |

```python
code = block
```

[^1]: A footnote.

[ref]: https://example.com/not/seen
"""
SNIPPETS = st.sampled_from(
    "<p> </p> <b> </b <script> </script> <style> <a href='x'> <!-- --> &amp; &eacute &#x41; &#; & < <div/hidden> "
    "</div> "
    "<pre> </pre> <br/> <sup> </sup> word <!DOCTYPE <?x <![CDATA[ ]]> é <svg> </svg> <textarea> <title> <noscript> "
    "# - ``` * [a](b) |a|b| |-|-| --- [^1] ` > \\* 日本".split(),
)
SOUP = st.lists(st.tuples(SNIPPETS, st.sampled_from(("", " ", "\n", "\n\n"))).map("".join), max_size=14).map("".join)


def shown(path: Path, text: str) -> str:
    """Return what a reader sees of a file with this text."""
    path.write_text(text, encoding="utf-8")
    return texts.read(path).text


def problem(path: Path) -> FileProblem:
    """Return what is wrong with a file."""
    with pytest.raises(FileProblem) as caught:
        texts.read(path)
    assert str(path) in str(caught.value)
    return caught.value


def test_plain_text_is_what_stands_in_the_file_with_line_ends_of_one_kind(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("\ufeffOne é.\r\n\r\nTwo <b>.\r\n".encode())
    (tmp_path / "b.txt").write_text("One é.\n\nTwo <b>.\n", encoding="utf-8")

    windows, unix = texts.read(tmp_path / "a.txt"), texts.read(tmp_path / "b.txt")

    assert windows.text == unix.text == "One é.\n\nTwo <b>.\n"
    assert windows.sha256 == unix.sha256 == hashlib.sha256((tmp_path / "b.txt").read_bytes()).hexdigest()


def test_of_a_page_the_visible_text_is_read_block_by_block(tmp_path: Path) -> None:
    text = shown(tmp_path / "page.html", PAGE)

    assert [" ".join(block.split()) for block in text.split("\n\n") if block.strip()] == [
        "The persona model",
        "Despite the evidence described above 1 (§ 6), models don’t exclusively reuse x2.",  # noqa: RUF001 (as read)
        "First item",
        "Second <item>",
        "cell one",
        "cell two",
        "Over the line and on",
        "kept lines",
    ]
    assert "kept\n  lines" in text


def test_a_passage_of_a_page_has_its_place_in_the_html(tmp_path: Path) -> None:
    source = from_file(tmp_path / "page.html", PAGE)
    at = "Despite the evidence … don't exclusively reuse"

    assert found(source, at).startswith("Despite the evidence described above")
    problems = [source.where(one.start) for one in source.sentences()]
    assert problems[:2] == ["4:5", "5:4"]


def test_no_sentence_runs_from_one_block_of_a_page_into_the_next(tmp_path: Path) -> None:
    source = from_file(tmp_path / "page.html", "<h2>Heading</h2><p>one. two</p><div>three</div>")

    assert [one.words for one in source.sentences()] == ["heading", "one two", "three"]


def test_a_page_with_unclosed_tags_is_read_to_its_end(tmp_path: Path) -> None:
    text = shown(tmp_path / "page.htm", "<p>One <b>two<p>three & four < five &bogus; <noscript>x</noscript> six")

    assert text.split() == "One two three & four < five &bogus; six".split()


@pytest.mark.parametrize(
    "unseen",
    ["<svg class='icon'/>", "<svg><svg/><path d=''/></svg>", "<p hidden>Not seen", "<p hidden><b>Not</b> seen"],
)
def test_what_is_not_shown_of_a_page_ends_where_a_browser_ends_it(tmp_path: Path, unseen: str) -> None:
    text = shown(tmp_path / "page.html", f"<div><p>One.</p>{unseen}<p>Two.</p></div>{unseen}</div><p>Three.")

    assert text.split() == ["One.", "Two.", "Three."]


def test_of_markdown_the_text_is_read_without_marks_and_targets(tmp_path: Path) -> None:
    text = shown(tmp_path / "page.md", MARKDOWN)

    assert [" ".join(block.split()) for block in text.split("\n\n") if block.strip()] == [
        "The persona model",
        "A link text and bold, code & tags*. It runs on a picture, gone https://example.com/seen.",
        "item one",
        "item two",
        "quoted",
        "Inside é HTML",
        "head",
        "row",
        "cell",
        "two",
        "code = block",
        "A footnote.",
    ]


def test_a_passage_of_markdown_has_its_place_in_the_source(tmp_path: Path) -> None:
    source = from_file(tmp_path / "page.md", MARKDOWN)
    by_words = {one.words: source.where(one.start) for one in source.sentences()}

    assert found(source, "link text and bold … tags") == "link text and bold, code & tags"
    assert by_words["the persona model"] == "4:3"
    assert by_words["inside é html"] == "15:4"
    assert by_words["code block"] == "26:1"


@settings(max_examples=400, deadline=None)
@given(SOUP)
def test_whatever_markup_is_made_of_it_is_read_in_order(text: str) -> None:
    for reader in (webpages.edits, markdown.edits):
        edits = reader(text)
        read, offsets = edited(text, edits)
        places = [offsets.back(offset) for offset in range(len(read) + 1)]
        assert all(one[1] <= two[0] for one, two in pairwise(edits))
        assert places == sorted(places)
        assert places[-1] <= len(text)


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("blank.txt", b" \r\n\t\n", "nothing but blanks in it"),
        ("signs.txt", b"--- *** ---\n", "no text in it"),
        ("page.html", b"<html><script>x()</script></html>", "no text in it"),
        ("page.md", b"![](a.png)\n", "no text in it"),
        ("image.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary, not text"),
        ("wide.txt", "One".encode("utf-16"), "UTF-16, expected UTF-8"),
        ("wide.txt", b"\xfe\xff\0O\0n\0e", "UTF-16, expected UTF-8"),
        ("paper.txt", b"%PDF-1.7\n", "a PDF: name it so, with `.pdf` at the end"),
        ("latin.txt", "One.\nAmélie".encode("latin-1"), "not UTF-8 (byte 8)"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, name: str, data: bytes, cause: str) -> None:
    (tmp_path / name).write_bytes(data)

    assert problem(tmp_path / name).cause == cause


def test_a_text_in_latin_1_is_refused_at_the_place_of_the_byte(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("One.\nAmélie".encode("latin-1"))

    fault = problem(tmp_path / "latin.txt")
    assert (fault.line, fault.column) == (2, 3)


def test_a_missing_text_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert problem(tmp_path / "none.txt").cause == "no such file or directory"
    assert problem(tmp_path).cause == "is a directory"


def test_a_text_of_200_megabytes_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    path.touch()
    os.truncate(path, 200 * 1024 * 1024)
    start = time.process_time()

    assert problem(path).cause == "200 MB: a text may have up to 64 MB"
    assert time.process_time() - start < 2
