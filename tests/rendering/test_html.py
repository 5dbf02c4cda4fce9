"""HTML in an author's text: a short list is kept, an unknown tag is text, anything unsafe is an error."""

import pytest

from psm_cards.diagnostics import Severity
from psm_cards.rendering import markup
from tests.rendering.html_shape import attributes, is_balanced, shown, tags


def _places(text: str) -> list[tuple[str, str]]:
    return [(f.code, text[f.offset : f.offset + (f.length or 0)]) for f in markup.to_html(text).findings]


@pytest.mark.parametrize(
    "text",
    [
        *("H<sub>2</sub>O", "<kbd>Ctrl</kbd>", '<span class="x" lang="de" dir="ltr" title="t">a</span>'),
        *("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>", '<abbr title="a">b</abbr>', "<mark>x</mark> <q>y</q>"),
        *('<img src="media/a b.png" alt="a" width="5">', '<a href="https://x.y">z</a>', "<u>a</u> <small>b</small>"),
    ],
)
def test_an_allowed_tag_is_kept(text: str) -> None:
    assert markup.to_html(text) == markup.Markup(text)


def test_allowed_blocks_hold_markdown_between_blank_lines() -> None:
    made = markup.to_html("<details open>\n<summary>More</summary>\n\n*x* $y$\n\n</details>")
    assert made.html == '<details open="">\n<summary>More</summary>\n<p><em>x</em> \\(y\\)</p>\n</details>'
    assert made.findings == ()


def test_a_table_in_html_keeps_its_spans() -> None:
    text = '<table>\n<tr><td colspan="2">a</td></tr>\n</table>'
    html = markup.to_html(text).html
    assert shown(html).strip() == "a"
    assert attributes(html) == [("colspan", "2")]


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("List<String> x", "<String>"),
        ("é <T> is a type", "<T>"),
        ("<foo>", "<foo>"),
        ("a\n\n<foo bar='1'>\n\nb", "<foo bar='1'>"),
    ],
)
def test_an_unknown_tag_is_shown_as_typed_with_a_warning(text: str, tag: str) -> None:
    made = markup.to_html(text)
    assert shown(made.html).split() == text.split()
    assert _places(text) == [("unknown-tag", tag)]
    assert made.findings[0].severity is Severity.WARNING


def test_an_unknown_tag_at_the_start_of_a_line_swallows_no_markdown() -> None:
    assert markup.to_html("<foo>\n*x* $y$\n</foo>").html == "&lt;foo&gt;\n<em>x</em> \\(y\\)\n&lt;/foo&gt;"


def test_an_unknown_tag_inside_a_known_block_is_shown_too() -> None:
    text = "<div>\nList<String> & a < b\n</div>"
    assert shown(markup.to_html(text).html) == "\nList<String> & a < b\n"
    assert _places(text) == [("unknown-tag", "<String>")]


def test_a_slip_of_the_pen_is_answered_with_the_nearest_tag() -> None:
    (start,) = markup.to_html("<stong>x</stong>").findings
    assert start.hint is not None
    assert start.hint.startswith("did you mean `<strong>`?")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("é <script>alert(1)</script>", "<script>"),
        ("<script>\nalert(1)\n</script>", "<script>"),
        ("x <iframe src='y'></iframe>", "<iframe src='y'>"),
        ("<style>\np {}\n</style>", "<style>"),
        ("a <input>", "<input>"),
        ("<link rel='x'>", "<link rel='x'>"),
        ("<b onclick='x()'>y</b>", "onclick='x()'"),
        ("é <b\nSTYLE=color:red>y</b>", "STYLE=color:red"),
        ("<img src='javascript:x'>", "src='javascript:x'"),
        ('<img src=" java\tscript:x">', 'src=" java\tscript:x"'),
        ("<img src='data:image/png,x'>", "src='data:image/png,x'"),
        ("<a href='vbscript:x'>y</a>", "href='vbscript:x'"),
        ("<div>\n<p onload=x>y</p>\n</div>", "onload=x"),
    ],
)
def test_unsafe_html_is_an_error_at_its_place(text: str, place: str) -> None:
    made = markup.to_html(text)
    assert _places(text) == [("unsafe-html", place)]
    assert made.findings[0].severity is Severity.ERROR
    assert not {"script", "iframe", "style", "input", "link"} & set(tags(made.html))
    assert not {"onclick", "style", "onload", "src", "href"} & {name for name, _ in attributes(made.html)}


def test_a_link_in_html_follows_the_rule_of_links() -> None:
    assert _places("<a href='page.html'>x</a>") == [("unsafe-link", "href='page.html'")]


def test_an_attribute_that_is_not_kept_is_warned_about() -> None:
    text = '<b data-x="1">y</b>'
    assert _places(text) == [("unknown-attribute", 'data-x="1"')]
    assert markup.to_html(text).html == "<b>y</b>"


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a <b>c", "a <b>c</b>"),
        ("a <b>c\n\nd", "<p>a <b>c</b></p>\n<p>d</p>"),
        ("*a <b>c* d", "<em>a <b>c</b></em> d"),
        ("a</b> c", "a c"),
        ("<div>\n\na", "<div>\n<p>a</p>\n</div>"),
        ("<b>x <i>y</b>", "<b>x <i>y</i></b>"),
    ],
)
def test_a_tag_left_open_is_closed_in_its_block_with_a_warning(text: str, html: str) -> None:
    made = markup.to_html(text)
    assert made.html == html
    assert {finding.code for finding in made.findings} == {"unclosed-tag"}


def test_list_items_and_cells_may_leave_out_their_end() -> None:
    made = markup.to_html("<ul>\n<li>a\n<li>b\n</ul>")
    assert is_balanced(made.html)
    assert made.findings == ()


def test_comments_are_dropped() -> None:
    assert markup.to_html("a <!-- b --> c").html.split() == ["a", "c"]
    assert markup.to_html("<!-- a\n\nb -->\n\nc") == markup.Markup("c")
    assert markup.to_html("<!-- never closed").html == ""


def test_tags_are_not_nested_without_end() -> None:
    made = markup.to_html("<b>" * 300)
    assert "nesting-too-deep" in {finding.code for finding in made.findings}
    assert is_balanced(made.html)
