"""Formulas that do not balance are told where the fault is; money and other text with dollars is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from psm_cards.rendering import cloze, markup
from tests.project_case import ProjectCase
from tests.rendering.rendered import told


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (r"$\frac{a}{b$", "{"),
        ("so $a_{b$ is", "{"),
        ("$a^{b}}_{c}$", "}"),
        (r"$$\frac{a}{b$$ and $x$", "{"),
        ("$$\na_{\n$$", "{"),
        (r"$\frac{a}{b$ and $c}$", "{"),
        (r"$\left( x$", r"\left"),
        (r"$x \right)$", r"\right"),
        (r"$\frac{\left( a}{b}$", r"\left"),
        (r"$\begin{matrix} a$", r"\begin{matrix}"),
        (r"$a \end{matrix}$", r"\end{matrix}"),
        (r"$\begin{matrix} a \end{pmatrix}$", r"\end{pmatrix}"),
        ("$$\n\\begin{align}\na &= b_{\n\\end{align}\n$$", "{"),
        ("the root $x^2 is", "$"),
        ("$$ \\sum x", "$$"),
        ("| a | b |\n|---|---|\n| $a_{b$ | $c$ |", "{"),
        ("é $a_{b$", "{"),
        ("$5k and $x_{i$", "{"),
    ],
)
def test_a_formula_that_does_not_balance_is_told_once_where_it_does_not(text: str, part: str) -> None:
    assert told(text) == [("unbalanced-maths", part)]


def test_the_place_is_that_of_the_brace_and_not_of_another_one() -> None:
    (finding,) = markup.to_html(r"$\frac{a}{b$ and {c}").findings

    assert finding.offset == len(r"$\frac{a}")


@pytest.mark.parametrize(
    "text",
    [
        r"$\left\{ x \right.$ $\leftarrow$ $\rightarrow$ $\{$ $\}$",
        r"$\begin {cases} a \\ b \end{cases}$",
        r"$\text{costs $5} + x$",
        r"$\text{for $x$}$ and $\frac{a}{b}$ costs $5.",
        r"US$5 for C:\temp and $5",
        "$HOME is a^b, and $PATH",
        "It costs $5 for x^2 and $6",
        "Price: $$ to $$$",
        r"`$a_{b$` and \$a_{b",
        "```\n$a_{b$\n```",
        "<b title='$a_{b$'>x</b>",
        "[a](https://x.org/$a_{b$)",
        "a {b and c}} costs $5",
        "$a$ $b$",
    ],
)
def test_what_balances_or_is_no_formula_is_left_alone(text: str) -> None:
    assert told(text) == []


def test_a_formula_with_spaces_inside_its_dollars_is_warned_about() -> None:
    (finding,) = markup.to_html("so $ x^2 $ is").findings

    assert (finding.code, finding.hint) == ("maths-delimiters", "write it without the space, as in `$x^2$`")


@pytest.mark.parametrize(
    "text",
    [
        r"{{c1::$x_{1}$}} and $\frac{ {{c2::a}} }{b}$",
        r"{{c1::a_{1}}} and $\sum_{i}^{ {{c3::n}} }$ and ${{c2::\frac{a}{b}}}$",
        "{{c1::$5}} or $x$",
        "{{c1::$x$::in $}}",
    ],
)
def test_the_braces_of_deletions_are_no_braces_of_formulas(text: str) -> None:
    assert [one.code for one in cloze.to_html(text).findings] == []


def test_a_deletion_that_tears_a_formula_is_an_error() -> None:
    text = "so {{c1::$x^2}} + y$ is"
    (finding,) = cloze.to_html(text).findings

    assert (finding.code, text[finding.offset :][: finding.length]) == ("cloze-across-blocks", "$x^2}} + y$")


def test_a_formula_of_a_cloze_text_is_told_at_its_own_place() -> None:
    text = "{{c1::x}} and {{c2::y}} and $a_{b$"
    (finding,) = cloze.to_html(text).findings

    assert (finding.code, finding.offset) == ("unbalanced-maths", text.index("_{") + 1)


@pytest.mark.parametrize(
    ("note", "place"),
    [
        ("- id: n\n  answer: A\n  question: |\n    so\n    $a_{b$", "10:14"),
        ("- id: n\n  answer: A\n  question: >-\n    so\n    $a_{b$", "10:14"),
        ("- {id: n, answer: A, question: 'it''s $a_{b$'}", "6:48"),
        (r'- {id: n, answer: A, question: "\u00e9 $\\frac{a}{b$"}', "6:56"),
    ],
    ids=["block", "folded", "single quotes", "double quotes"],
)
def test_the_place_is_right_in_every_style_of_yaml(case: ProjectCase, note: str, place: str) -> None:
    case.notes(note).check().expect(f"decks.yaml:{place} unbalanced-maths")


@given(
    st.lists(
        st.sampled_from(["$", "$$", "{", "}", "\\left", "\\right", "\\begin{a}", "x", "^2", "\\", "\n\n", "{{c1::"])
    )
)
def test_no_formula_makes_the_check_stumble(pieces: list[str]) -> None:
    text = "".join(pieces)
    for made in (markup.to_html(text), cloze.to_html(text)):
        for finding in made.findings:
            assert 0 <= finding.offset <= len(text)
            assert finding.offset + (finding.length or 0) <= len(text)
