"""Code in a card: shown as typed, with colours if its language is known."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from psm_cards.diagnostics import Severity
from psm_cards.rendering import highlighting, markup
from tests.rendering.html_shape import attributes, is_balanced, shown

_LANGUAGES = ("python", "c++", "html", "json", "bash", "rust", "yaml", "console", "diff", "php", "haskell", "markdown")
_SAMPLES = (
    *(
        "",
        "\n",
        "\n\nx\n\n",
        "  x",
        "\tx = 1\t\n",
        "x\\\n",
        "def f(x: int) -> str:\n    return '<&>'\n",
        "a\r\nb",
        "\ufeffx",
    ),
    *("<?php echo 1; ?>", "<b class='x'>&amp;</b>", "$ ls -l | grep x\nout\n", "- a: {b: [1, 2]}\n", "f :: Int -> Int"),
)


def test_a_fence_with_a_language_has_classes_and_no_styles() -> None:
    html = markup.to_html("```python\nfor x in y: pass\n```").html
    assert html.startswith('<pre class="code"><code class="language-python"><span class="k">for</span> x ')
    assert {name for name, _ in attributes(html)} == {"class"}


@pytest.mark.parametrize("text", ["```\nif x < 1:\n```", "<!-- x -->\n\n    if x < 1:", "~~~ text\nif x < 1:\n~~~"])
def test_code_without_a_language_is_escaped_and_has_no_spans(text: str) -> None:
    assert markup.to_html(text) == markup.Markup('<pre class="code"><code>if x &lt; 1:</code></pre>')


def test_an_unknown_language_is_warned_about_with_the_nearest_one() -> None:
    text = "é\n\n```pyton title\nx = 1\n```"
    made = markup.to_html(text)
    (finding,) = made.findings
    assert (finding.code, finding.severity) == ("unknown-language", Severity.WARNING)
    assert text[finding.offset :][: finding.length] == "pyton"
    assert finding.hint == "did you mean `python`?"
    assert made.html == '<p>é</p>\n<pre class="code"><code>x = 1</code></pre>'


@pytest.mark.parametrize("language", _LANGUAGES)
@pytest.mark.parametrize("code", _SAMPLES)
def test_colours_never_change_the_text(language: str, code: str) -> None:
    html = highlighting.to_html(code, language)
    assert shown(html).replace("\r\n", "\n") == code.replace("\r\n", "\n")
    assert is_balanced(html)


@given(st.sampled_from(_LANGUAGES), st.text(alphabet="ab1 \n\t'\"#<>&;:(){}[]=\\/-$é\U000f0000", max_size=40))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_colours_never_change_any_text(language: str, code: str) -> None:
    assert shown(highlighting.to_html(code, language)) == code


def test_a_stand_in_divides_a_token_and_does_not_change_the_colours() -> None:
    whole = highlighting.to_html("return", "python")
    divided = highlighting.to_html("re\U000f0000turn", "python")
    assert whole.count('<span class="k">return</span>') == 1
    assert divided.count('<span class="k">re</span>\U000f0000<span class="k">turn</span>') == 1


def test_pygments_is_loaded_only_for_code_with_a_language() -> None:
    script = (
        "import sys; from psm_cards.rendering import markup; markup.to_html('`a`\\n\\n```\\nx\\n```\\n\\n    y');"
        "assert 'pygments' not in sys.modules; markup.to_html('```python\\nx\\n```'); assert 'pygments' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
