"""Dollars: maths for MathJax, or money."""

import pytest

from psm_cards.diagnostics import Severity
from psm_cards.rendering import markup


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("$x^2$", r"\(x^2\)"),
        ("so $a<b$ & $c$", r"so \(a&lt;b\) &amp; \(c\)"),
        ("$$\\sum_{i}$$", r"\[\sum_{i}\]"),
        ("$a*b*c_d_e$", r"\(a*b*c_d_e\)"),
        ("$10$ and **$x$**", r"\(10\) and <strong>\(x\)</strong>"),
        (r"\$5 \$x\$", "$5 $x$"),
        ("`$x$`", "<code>$x$</code>"),
        ("$2x$, $3 \\text{ apples}$", r"\(2x\), \(3 \text{ apples}\)"),
        ("$\\{a\\}$", r"\(\{a\}\)"),
    ],
)
def test_maths_is_written_for_mathjax_as_typed(text: str, html: str) -> None:
    assert markup.to_html(text) == markup.Markup(html)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "It costs $5",
            "between $5 and $10",
            "$5-$10",
            "$5/$10",
            "US$5 or A$6",
            "$5,000 and $6",
            "$5\u2013$10",
            "$5k-$10k",
        ),
        *("$1, $2 or $3", "from $5 to $10, or $20-$30", "$5-$10-$15-$20", "$ 5 and $ 6", "é $5-$10", "$5\n$6"),
    ],
)
def test_money_stays_money(text: str) -> None:
    assert markup.to_html(text) == markup.Markup(text)


def test_markdown_between_prices_is_markdown() -> None:
    assert markup.to_html("$5 *or*-$10").html == "$5 <em>or</em>-$10"


@pytest.mark.parametrize(("text", "dollars"), [("é $5 and 10$ more", "$5 and 10$"), ("é 5$-10$ more", "$-10$")])
def test_money_that_could_be_maths_is_warned_about(text: str, dollars: str) -> None:
    made = markup.to_html(text)
    (finding,) = made.findings
    assert made.html == text
    assert (finding.code, finding.severity) == ("ambiguous-dollar", Severity.WARNING)
    assert text[finding.offset :][: finding.length] == dollars


@pytest.mark.parametrize("text", [r"\(x\)", r"so \[ \frac a b \]"])
def test_brackets_with_backslashes_are_no_maths_and_warned_about(text: str) -> None:
    (finding,) = markup.to_html(text).findings
    assert (finding.code, finding.severity, finding.offset) == ("maths-delimiters", Severity.WARNING, text.index("\\"))


@pytest.mark.parametrize("text", [r"\[not a link\](x)", r"`\(x\)`", r"$\left[x\right]$", r"$$\text{\(x\)}$$"])
def test_brackets_that_are_no_maths_need_no_warning(text: str) -> None:
    assert markup.to_html(text).findings == ()
