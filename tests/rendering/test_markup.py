"""Markdown to a card's HTML, and back to what a person would type."""

import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from psm_cards.diagnostics import Severity
from psm_cards.rendering import cloze, markup
from psm_cards.rendering.edits import Edit, EditedText
from psm_cards.rendering.parsing import MARKDOWN, settle
from psm_cards.rendering.writing import Writer
from tests.rendering.html_shape import is_balanced, shown, tags

_PIECES = (
    *("a", "b c", " ", "\n", "\n\n", "é", "漢", "\u00a0", "\U000f0000", "\u2e31", "5", "- ", "1. ", "> ", "# ", "    "),
    *(
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```",
        "```python\n",
        "|",
        "|a|b|\n|-|:-:|\n",
        "[",
        "](",
        ")",
        "![",
        "\\",
        "&lt;",
        "&",
    ),
    *("$", "$$", "$5", "{", "}", "}}", "{{c1::", "{{c2::", "{{c501::", "{{c1,2::", "::", ":", "std::vector"),
    *("<", ">", "<b>", "</b>", "<T>", "</T>", "<div>", "</div>", "<p>", "</p>", "<ul>", "<li>", "<br>", "<!--", "-->"),
    *("<script>", '<a href="', '"', "'", "<https://x.y>", "<a:b>", "[sound:a_b_.mp3]", "<?", "<table>", "<td>", "\\("),
)
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)
_THOROUGH = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def _codes(text: str) -> list[str]:
    return [finding.code for finding in markup.to_html(text).findings]


def test_a_single_paragraph_comes_without_its_tag() -> None:
    assert markup.to_html("The *persona* `model`\n").html == "The <em>persona</em> <code>model</code>"


def test_several_paragraphs_keep_their_tags() -> None:
    assert markup.to_html("one\n\ntwo").html == "<p>one</p>\n<p>two</p>"


def test_a_line_break_inside_a_paragraph_stays_soft() -> None:
    assert markup.to_html("one\ntwo").html == "one\ntwo"


def test_strikethrough_headings_rules_and_numbered_lists_are_markdown() -> None:
    html = markup.to_html("# h\n\n~~x~~\n\n3. c\n4. d\n\n---").html
    assert html == '<h1>h</h1>\n<p><del>x</del></p>\n<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>\n<hr />'


_LINES = (
    *("*", "+", "-", ">", "#", "***", "---", "* * *", "___", "2.", "3)", "```", "```python", "~~~", "~~~x~~~", "- 5"),
    *("+ 5 °C", "> 5 years", "1. April", "# 1 of 2 #", "[1]: https://x", "[a\u00e9]: b", "- - 5", "> - 5"),
)


@pytest.mark.parametrize("text", _LINES)
@pytest.mark.parametrize("end", ["", "\n", " \n\n"])
def test_a_text_of_one_line_is_a_line_whatever_it_begins_with(text: str, end: str) -> None:
    made = markup.to_html(text + end)
    assert (shown(made.html), tags(made.html), made.findings) == (text, [], ())


@pytest.mark.parametrize("text", _LINES)
def test_a_cloze_text_of_one_line_is_a_line_too(text: str) -> None:
    made = cloze.to_html(f"{text} {{{{c1::x}}}}")
    assert (shown(made.html), tags(made.html), made.findings) == (f"{text} {{{{c1::x}}}}", [], ())


def test_in_a_line_inline_markdown_html_and_maths_work_as_ever() -> None:
    assert markup.to_html("- *a* `b` $c$").html == r"- <em>a</em> <code>b</code> \(c\)"
    assert markup.to_html("``` a ```").html == "<code>a</code>"
    assert markup.to_html("  $$x$$\n").html == r"\[x\]"
    assert markup.to_html("<div>- a</div>").html == "<div>- a</div>"
    assert markup.to_html("![a](b.png)").html == '<img src="b.png" alt="a" />'


def test_a_line_that_began_as_a_block_keeps_the_places_of_its_findings() -> None:
    text = "  1. é [x](page.html)"
    (finding,) = markup.to_html(text).findings
    assert text[finding.offset :][: finding.length] == "[x](page.html)"


def test_several_lines_are_blocks() -> None:
    assert tags(markup.to_html("- a\n- b").html) == ["ul", "li", "li"]
    assert tags(markup.to_html("# a\nb").html) == ["h1", "p"]
    assert tags(markup.to_html("> a\n> b").html) == ["blockquote", "p"]


def test_entities_work_as_in_markdown_and_bare_signs_are_text() -> None:
    assert markup.to_html("a < b && c > d &copy;&nbsp;&amp;").html == "a &lt; b &amp;&amp; c &gt; d ©\u00a0&amp;"


@pytest.mark.parametrize("address", ["https://a.b/?x=1&y=2", "http://a.b", "mailto:a@b.cc"])
def test_a_link_to_the_web_or_to_mail_is_kept(address: str) -> None:
    escaped = address.replace("&", "&amp;")
    assert markup.to_html(f"[x]({address})") == markup.Markup(f'<a href="{escaped}">x</a>')


def test_a_doi_is_linked_at_its_resolver() -> None:
    assert markup.to_html("[x](doi:10.1/a)").html == '<a href="https://doi.org/10.1/a">x</a>'


@pytest.mark.parametrize(
    "address", ["javascript:x", "JaVa&#x0A;Script:x", "vbscript:x", "data:text/html,x", "page.html"]
)
def test_any_other_link_is_an_error_at_its_place(address: str) -> None:
    text = f"é [x]({address})"
    made = markup.to_html(text)
    (finding,) = made.findings
    assert (finding.code, finding.severity) == ("unsafe-link", Severity.ERROR)
    assert text[finding.offset :][: finding.length] == f"[x]({address})"
    assert "href" not in made.html


def test_an_address_in_angle_brackets_is_a_link_only_if_it_is_one() -> None:
    made = markup.to_html("<https://x.y> Map<std:string> <a@b.cc>")
    assert made.html == (
        '<a href="https://x.y">https://x.y</a> Map&lt;std:string&gt; <a href="mailto:a@b.cc">a@b.cc</a>'
    )
    assert [(finding.code, finding.offset) for finding in made.findings] == [("unknown-tag", 17)]


def test_an_image_keeps_the_path_its_author_wrote() -> None:
    html = '<img src="media/a b&amp;c.png" alt="a b" title="t" />'
    assert markup.to_html('![a *b*](<media/a b&c.png> "t")') == markup.Markup(html)
    assert markup.to_html("![](media/a%20b.png)").html == '<img src="media/a%20b.png" alt="" />'


def test_an_image_path_with_a_space_is_warned_about() -> None:
    text = "see ![a](my pic.png) and `![b](my pic.png)`"
    (finding,) = markup.to_html(text).findings
    assert (finding.code, finding.severity) == ("image-not-recognised", Severity.WARNING)
    assert text[finding.offset :][: finding.length] == "![a](my pic.png)"
    assert finding.hint == "write the path as `<my pic.png>`"


def test_a_sound_stays_as_it_is() -> None:
    assert markup.to_html("[sound:media/_a_b_.mp3] *x*").html == "[sound:media/_a_b_.mp3] <em>x</em>"


def test_a_table_stands_in_a_frame_and_is_aligned_by_class() -> None:
    html = markup.to_html("|a|b|\n|-|:-:|\n|*c*|$d$|").html
    assert html == (
        '<div class="table"><table><thead><tr><th>a</th><th class="center">b</th></tr></thead><tbody>\n'
        '<tr><td><em>c</em></td><td class="center">\\(d\\)</td></tr>\n</tbody></table></div>'
    )


@pytest.mark.parametrize(
    ("row", "lost"),
    [("| $P(A|B)$ | c |", True), ("| `a || b` |", True), ("a|b|c", True), ("| a | b | |", False), ("| a |", False)],
)
@pytest.mark.parametrize("prefix", ["", "> ", "  "])
def test_a_row_that_would_lose_cells_is_warned_about(row: str, lost: bool, prefix: str) -> None:  # noqa: FBT001 (a column of the table)
    text = "é\n\n" + "".join(f"{prefix}{line}\n" for line in ("|x|y|", "|-|-|", row, "|d|e|"))
    found = [(f.code, f.severity, text[f.offset :][: f.length]) for f in markup.to_html(text).findings]
    assert found == ([("table-cells", Severity.WARNING, row)] if lost else [])


def test_a_bar_behind_a_backslash_is_a_bar_in_a_cell_in_code_and_in_maths() -> None:
    made = markup.to_html("|x\\|y|z|\n|-|-|\n| `a \\|\\| b` | $P(A\\|B)$ |\n| c \\| d | $$e\\|f$$ |")
    cells = [cell for cell in shown(made.html).split("\n") if cell]
    assert cells == [r"x|yz", r"a || b\(P(A|B)\)", r"c | d\[e|f\]"]
    assert made.findings == ()


def test_cells_with_prose_or_a_picture_are_marked_for_the_style_sheet() -> None:
    html = markup.to_html(
        "|a|b|\n|-|-:|\n|a cell with a whole sentence|12|\n|![x](a.png)|a very long number indeed|"
    ).html
    assert re.findall("<td[^>]*>", html) == [
        *('<td class="wide">', '<td class="right">', '<td class="wide">', '<td class="right wide">'),
    ]


def test_a_deletion_in_a_basic_text_is_an_error_outside_code() -> None:
    text = "`{{c1::a}}` {{1,2}} *{{c2::b}}*"
    (finding,) = markup.to_html(text).findings
    assert (finding.code, finding.severity) == ("cloze-in-basic", Severity.ERROR)
    assert text[finding.offset :][: finding.length] == "{{c2::"
    assert markup.to_html("`{{1,2}}`").html == "<code>{{1,2}}</code>"


def test_lists_and_quotes_are_not_nested_without_end() -> None:
    text = "> " * 300 + "a\n> b"
    assert "nesting-too-deep" in _codes(text)
    assert is_balanced(markup.to_html(text).html)


def test_both_ways_to_html_give_the_same_for_plain_markdown() -> None:
    text = "# h\n\na *b* **c** ~~d~~ `e` &amp; > x  \ny\n\n- a\n- b\n\n  c\n  1. x\n  2. y\n\n> q\n>\n> r\n\n---\n\nend"
    assert Writer(text).write() == MARKDOWN.html(text)


@given(st.lists(st.sampled_from([piece for piece in _PIECES if not set(piece) & set("<$[|`\t") and piece != "    "])))
@_THOROUGH
def test_both_ways_to_html_agree_on_any_plain_markdown(pieces: list[str]) -> None:
    text = "".join(pieces)
    expected = MARKDOWN.html(text)
    if "<pre" not in expected:
        assert Writer(text).write() == expected


_PLAIN = [piece for piece in _PIECES if not set(piece) & set("<$[|{`\t\\")]
_TAGGED = (
    "<b>a b</b>",
    "<sub>2</sub>",
    "<em>é, (c)</em>",
    "<u>---</u>",
    "- <i></i>\n",
    "<s>1. x</s>\n",
    "<b>*a</b>",
    "<b>_a</b>",
    "_b",
    "\\<b>a</b>",
)
_REWRITTEN = ("a  \n", "\n---\n", "\n\n3. x\n", "\n\n2) <b>a</b>\n", "&nbsp;", "a\u00a0b", "\r\n")


@given(st.lists(st.sampled_from((*_PLAIN, *_REWRITTEN * 2, *_TAGGED * 4)), max_size=9).map("".join))
@example("<b>_x</b> y_")
@example("_a <b>b_</b>")
@_THOROUGH
def test_words_in_plain_tags_take_the_short_way_to_the_same_html(text: str) -> None:
    settled, findings = settle(text)
    the_long_way = markup.render(settled)
    made = markup.to_html(text)
    assert made.html == the_long_way.html
    if "{{c" not in text:
        assert made.findings == (*findings, *the_long_way.findings)


@given(_TEXTS)
@_THOROUGH
def test_any_text_gives_balanced_html_and_findings_inside_the_text(text: str) -> None:
    for made in (markup.to_html(text), cloze.to_html(text)):
        torn = any(finding.code == "cloze-across-blocks" for finding in made.findings)
        assert is_balanced(made.html) or torn
        for finding in made.findings:
            assert 0 <= finding.offset <= finding.offset + (finding.length or 0) <= len(text)
    assert not {"script", "t"} & set(tags(markup.to_html(text).html))


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "$", "{{c1::", "`", "[", "*", "![", "> ", "- ", "|", "_", "\\", "\\(", "{", "}}", "<!--", "<?", '<a "'),
        *(
            "<b>",
            "<div>\n",
            "</x>\n\n",
            "<T>\n\n",
            "$5-",
            "$5 and 6$ ",
            "[sound:",
            "![a](b c)",
            "{{c1::{",
            "{{c1::a}} ",
        ),
    ],
)
def test_a_hundred_kilobytes_of_one_sign_take_no_time(piece: str) -> None:
    text = "x\n\n" + piece * (100_000 // len(piece))
    for render in (markup.to_html, cloze.to_html):
        start = time.process_time()
        render(text)
        assert time.process_time() - start < 10, "slower than linear"


@pytest.mark.parametrize(
    ("html", "typed"),
    [
        ("<p>New  <b>York</b></p>\n<p>City</p>", "New York City"),
        ("one<br>two", "one two"),
        ("H<sub>2</sub>O &amp; &lt;x&gt;", "H2O & <x>"),
        ('<img src="a.png" alt="a > b"> \\(x^2\\) [sound:a.mp3]', "x^2"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "a b"),
    ],
)
def test_plain_text_is_what_a_person_would_type(html: str, typed: str) -> None:
    assert markup.plain_text(html) == typed


def test_an_edited_text_knows_where_its_characters_stood() -> None:
    first = EditedText("abcdef").change([Edit(1, 1, "--"), Edit(3, 5, "X")])
    second = first.change([Edit(0, 1, "")])
    assert (first.text, second.text) == ("a--bcXf", "--bcXf")
    assert [second.origin(offset) for offset in range(7)] == [1, 1, 1, 2, 3, 5, 6]
