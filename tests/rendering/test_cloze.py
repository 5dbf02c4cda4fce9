"""Cloze texts, judged by what the real Anki shows on the cards."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from psm_cards.diagnostics import Severity
from psm_cards.rendering import cloze, markup
from psm_cards.rendering.markup import Markup
from tests.rendering.anki_cloze import AnkiCloze, anki
from tests.rendering.html_shape import is_balanced, shown

__all__ = ["anki"]

# Text that Anki would misread if it came to it as it is.
_HIDDEN = st.lists(
    st.sampled_from(
        [
            *(
                "a",
                "b c",
                " ",
                ": ",
                "{x}",
                "{ ",
                " }",
                "é",
                "**b**",
                "_e_",
                "`a::b`",
                "`{{x}}`",
                "`}}`",
                "`::`",
                "`{`",
            ),
            *(r"$\frac{a}{b}$", r"$x_{\text{a}}$", "$a{b}$", "<b>x</b>", "[t](https://a::b)", "&colon;&colon;"),
        ],
    ),
    min_size=1,
    max_size=5,
).map("".join)
_AROUND = st.sampled_from(["x", " ", ". ", "**", "`c`", "$y$", "{", "}", " - ", "\n", "\n\n"])


def _places(text: str) -> list[tuple[str, str]]:
    return [
        (f.code, text if f.length is None else text[f.offset : f.offset + f.length])
        for f in cloze.to_html(text).findings
    ]


@pytest.mark.parametrize(
    ("text", "asked", "told"),
    [
        ("The {{c1::persona}}", "The [...]", "The persona"),
        ("{{c1::Paris::capital of France}}", "[capital of France]", "Paris"),
        ("{{c1::Paris :: the capital}}", "[the capital]", "Paris"),
        ("{{c1::Zürich::Stadt}} {{c2::x}}", "[Stadt] x", "Zürich x"),
        ("{{c1::1999::year}}", "[year]", "1999"),
        ("{{c1::Paris::capital}}", "[capital]", "Paris"),
        ("{{c1::H2O::formula}}", "[formula]", "H2O"),
        ("{{c1::mitochondrion::organelle}}", "[organelle]", "mitochondrion"),
        ("{{c1::DNA::RNA}}", "[RNA]", "DNA"),
        ("{{c1::std::a norm}}", "[a norm]", "std"),
        ("{{c1::`std::vector`}}", "[...]", "std::vector"),
        ("{{c1::`a::b` :: a name}}", "[a name]", "a::b"),
        ("{{c1::a {{c2::b}} c::hint}}", "[hint]", "a b c"),
        ("{{c1::a {{c2::b {{c3::d}}}}}} e", "[...] e", "a b d e"),
        ("Set {{c1::{a, b}}} x", "Set [...] x", "Set {a, b} x"),
        ("{{c1::{{x}} y}}", "[...]", "{{x}} y"),
        ("{{c1::a { b}} c", "[...] c", "a { b c"),
        ("{{c1::a:}} {{c2::b}}", "[...] b", "a: b"),
        ("{{c1::a: :: h}}", "[h]", "a:"),
        (r"\{{c1::x}} {{c2::y}} {{c1::z}}", "{{c1::x}} y [...]", "{{c1::x}} y z"),
        ("x }} {{c1::y}}", "x }} [...]", "x }} y"),
        ("[q](https://a.b/c::d) {{c1::[r](https://a::b)}}", "q [...]", "q r"),
        ("{{c1::$20}} or 30$ {{c2::x}}", "[...] or 30$ x", "$20 or 30$ x"),
        ("{{c1::$x}} and {{c2::y$}}", "[...] and y$", "$x and y$"),
        ("{{c1::costs $5}} and $6", "[...] and $6", "costs $5 and $6"),
        ("{{c1::List<String>}}", "[...]", "List<String>"),
        ("`for x in {{c1::range}}(3):`", "for x in [...](3):", "for x in range(3):"),
        ("`{{c1::{1: {2: 3}}}}`", "[...]", "{1: {2: 3}}"),
        ("`{{c1::f :: Int}}`", "[...]", "f :: Int"),
        ("{{c1::`{{ x }}`}}", "[...]", "{{ x }}"),
        ("&colon;: {{c1::a&colon;:b}}", ":: [...]", ":: a::b"),
    ],
)
def test_anki_hides_and_shows_what_the_author_means(anki: AnkiCloze, text: str, asked: str, told: str) -> None:
    card = anki.cards(cloze.to_html(text).html)[1]
    assert (card.asked, card.told) == (asked, told)


@pytest.mark.parametrize(
    ("text", "asked", "told"),
    [
        (r"{{c1::$\frac{a}{b}$}}", "[...]", r"\(\frac{a}{b}\)"),
        (r"{{c1::$x_{\text{a}}$}}", "[...]", r"\(x_{\text{a}}\)"),
        (r"$\frac{ {{c1::a_{1}}} }{b}$", r"\(\frac{ [...] }{b}\)", r"\(\frac{ a_{1} }{b}\)"),
        (r"$\frac{{{c1::a}}}{b}$", r"\(\frac{[...]}{b}\)", r"\(\frac{a}{b}\)"),
        (r"$${{c1::x}}^{2}$$", r"\[[...]^{2}\]", r"\[x^{2}\]"),
        (r"{{c1::$\{a\}$}}", "[...]", r"\(\{a\}\)"),
        (r"{{c1::$\sqrt{\frac{a}{b^{2}}}$ :: a root}}", "[a root]", r"\(\sqrt{\frac{a}{b^{2}}}\)"),
        (r"$a < {{c1::b}}$", r"\(a < [...]\)", r"\(a < b\)"),
    ],
)
def test_maths_in_and_around_a_deletion_is_whole_on_the_card(anki: AnkiCloze, text: str, asked: str, told: str) -> None:
    made = cloze.to_html(text)
    card = anki.cards(made.html)[1]
    assert made.findings == ()
    # A space between two braces means nothing to TeX.
    assert (_tex(card.asked), _tex(card.told)) == (_tex(asked), _tex(told))


def _tex(text: str) -> str:
    return re.sub(r"\s+\}", "}", text).replace("{ ", "{")


def test_each_number_makes_one_card(anki: AnkiCloze) -> None:
    html = cloze.to_html("{{c1::a}} {{c3::b}} {{c1::c}} {{c02::d {{c7::e}}}}").html
    assert sorted(anki.cards(html)) == [1, 2, 3, 7]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*{{c1::a}}* {{c2::_b_}}", "<em>{{c1::a}}</em> {{c2::<em>b</em>}}"),
        ("un{{c1::**believ**}}able", "un{{c1::<strong>believ</strong>}}able"),
        ("un**{{c1::believ}}**able", "un<strong>{{c1::believ}}</strong>able"),
        ("{{c1::~~a~~ :: _h_}}", "{{c1::<del>a</del>::<em>h</em>}}"),
        ("- {{c1::a}}\n- b", "<ul>\n<li>{{c1::a}}</li>\n<li>b</li>\n</ul>"),
        ("{{c1::a}}\n\nb", "<p>{{c1::a}}</p>\n<p>b</p>"),
        ("<b>{{c1::a}}</b> {{c2::<i>b</i>}}", "<b>{{c1::a}}</b> {{c2::<i>b</i>}}"),
        ("{{c1::\U000f0000\u2e31}}", "{{c1::\U000f0000\u2e31}}"),
        ("{{c1::![a](b.png)}}", '{{c1::<img src="b.png" alt="a" />}}'),
    ],
)
def test_markdown_and_html_work_in_and_around_deletions(text: str, html: str) -> None:
    assert cloze.to_html(text) == Markup(html)


def test_deletions_in_a_table_stay_in_their_cells() -> None:
    html = cloze.to_html("|a|b|\n|-|-|\n|{{c1::x}}|{{c2::y :: a z}}|").html
    assert "<td>{{c1::x}}</td><td>{{c2::y::a z}}</td>" in html


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{{c1::std::vector}}",
            "{{c1::Foo::bar()}}",
            "{{c1::a::b::c}}",
            "{{c1::Vec::<T>::new()}}",
            "{{c1::core::mem}}",
        ),
        *("{{c1::HashMap::new}}", "{{c1::Ärger::istGroß}}", "{{c1::a_b::c}}", "{{c1::größe::maß::einheit}}"),
        *("{{c1::Foo::~Foo}}", "{{c1::Vec<T>::len}}"),
    ],
)
def test_a_name_with_double_colons_is_shown_whole_with_a_warning(anki: AnkiCloze, text: str) -> None:
    made = cloze.to_html(text)
    name = text[6:-2]
    card = anki.cards(made.html)[1]
    assert (card.asked, card.told) == ("[...]", name)
    assert ("cloze-double-colon", name) in _places(text)
    assert {finding.severity for finding in made.findings} == {Severity.WARNING}


@pytest.mark.parametrize("text", ["{{c1::Paris::capital}}", "{{c1::Größe::maß}}", "{{c1::H2O::formula}}"])
def test_a_word_with_a_hint_needs_no_warning(text: str) -> None:
    assert cloze.to_html(text).findings == ()


def test_a_hint_that_code_cannot_have_is_warned_about() -> None:
    assert _places("`{{c1::range::a built-in}}`") == [("cloze-double-colon", "::a built-in")]
    assert _places("`{{c1::std::sort(a, b)}}` {{c2::`a::b`}}") == []


def test_highlighting_survives_deletions(anki: AnkiCloze) -> None:
    code = "for {{c1::x in range}}(3):\n    {{c2::d = {1: {2: std}}}}"
    html = cloze.to_html(f"```python\n{code}\n```").html
    cards = anki.cards(html)
    assert '<span class="k">for</span> {{c1::x <span class="ow">in</span> <span class="nb">range</span>}}(' in html
    assert cards[1].asked == "for [...](3):\n    d = {1: {2: std}}"
    assert cards[2].told == "for x in range(3):\n    d = {1: {2: std}}"
    assert is_balanced(cards[1].question)


@pytest.mark.parametrize("inside", ["- a\n- b", "one\n\ntwo", "```python\nx = {1: {2: 3}}\n```", "> q"])
def test_a_deletion_on_lines_of_its_own_hides_whole_blocks(anki: AnkiCloze, inside: str) -> None:
    made = cloze.to_html(f"Before\n{{{{c1::\n{inside}\n}}}}\nafter")
    card = anki.cards(made.html)[1]
    assert made.findings == ()
    assert card.asked.split() == ["Before", "[...]", "after"]
    assert is_balanced(card.question)
    assert is_balanced(card.answer)


@pytest.mark.parametrize(
    "text",
    [
        "- {{c1::a\n- b}}",
        "{{c1::a\n\nb}}",
        "x **{{c1::a** b}}",
        "<b>{{c1::y</b>}}",
        "{{c1::*a :: b*}}",
        "|a|\n|-|\n|{{c1::b|\n|c}}|",
    ],
)
def test_a_deletion_that_would_tear_the_html_is_an_error(text: str) -> None:
    ((code, place),) = _places(text)
    assert code == "cloze-across-blocks"
    assert place == text[text.index("{{") : text.index("}}") + 2]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("no deletion", [("cloze-without-deletion", "no deletion")]),
        ("{c1::x}", [("cloze-without-deletion", "{c1::x}")]),
        ("é {{c0::a}} {{c1::b}}", [("cloze-number", "{{c0")]),
        (
            "{{c501::a}} {{cx::b}} {{C1::c}}",
            [("cloze-number", "{{c501"), ("cloze-number", "{{cx"), ("cloze-number", "{{C1")],
        ),
        ("{{c1::a}} {{c2::b", [("cloze-unclosed", "{{c2::")]),
        ("`{{c1::a` b}} {{c2::x}}", [("cloze-unclosed", "{{c1::"), ("cloze-unopened", "}}")]),
        ("{{c1::}} {{c2:::: h}}", [("cloze-empty", "{{c1::}}"), ("cloze-empty", "{{c2:::: h}}")]),
        ("{{c1::a b ::}} {{c2::c}}", [("cloze-empty", " ::")]),
        ("a }} {{c1::b}}", [("cloze-unopened", "}}")]),
        ("{{c1,2::x}}", [("cloze-several-numbers", "{{c1,2")]),
        ("{{c1::a::h {{c2::b}} }}", [("cloze-in-hint", "{{c2::")]),
        ("{{c1::x}} [a](https://b/{{c2::c}})", [("cloze-misplaced", "{{c2::c}}")]),
        ("![{{c1::x}}](a.png)", [("cloze-misplaced", "{{c1::x}}")]),
        ('<span title="{{c1::x}}">y</span>', [("cloze-misplaced", "{{c1::x}}")]),
        ("{{c1::" * 9 + "a" + "}}" * 9, [("cloze-too-deep", "{{c1::")]),
        ("é <b>{{c1::x}} *[y](js:z)*", [("unsafe-link", "[y](js:z)"), ("unclosed-tag", "<b")]),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text: str, findings: list[tuple[str, str]]) -> None:
    assert _places(text) == findings


def test_a_near_miss_is_named_in_the_hint() -> None:
    (finding,) = cloze.to_html("The {{1::x}}").findings
    assert finding.hint is not None
    assert finding.hint.startswith("`{{1::` is not the start of a deletion")


def test_only_warnings_do_not_stop_a_card() -> None:
    severities = {
        f.code: f.severity for text in ("a }} {{c1::b}}", "{{c1,2::x}}") for f in cloze.to_html(text).findings
    }
    assert set(severities.values()) == {Severity.WARNING}


def test_notation_outside_deletions_is_not_changed() -> None:
    assert shown(cloze.to_html("std::vector `{{x}}` {{c1::y}}").html) == "std::vector {{x}} {{c1::y}}"


@given(st.lists(st.tuples(_AROUND, _HIDDEN, st.sampled_from(["", " :: h t"])), min_size=1, max_size=3))
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_is_hidden_the_answer_shows_it_whole(anki: AnkiCloze, parts: list[tuple[str, str, str]]) -> None:
    text = _one_blank("".join(f"{around} {{{{c1:: {hidden} {hint}}}}} " for around, hidden, hint in parts))
    made = cloze.to_html(text)
    if any(finding.severity is Severity.ERROR for finding in made.findings):
        return
    cards = anki.cards(made.html)
    without_notation = markup.to_html(_one_blank("".join(f"{around} {hidden} " for around, hidden, _ in parts)))
    assert _words(cards[1].told) == _words(shown(without_notation.html))
    assert is_balanced(cards[1].answer)
    assert is_balanced(cards[1].question)


def _one_blank(text: str) -> str:
    """Return `text` with single blanks: four of them at the start of a line would be code."""
    return re.sub(" +", " ", text)


def _words(text: str) -> str:
    return "".join(text.split())
