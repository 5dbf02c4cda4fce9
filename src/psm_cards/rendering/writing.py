"""Steps of the parser to HTML: the way for all text that holds more than plain Markdown; used by `markup`.

One method writes each kind of step. Plain text takes the parser's own way to HTML, which is many times faster
and gives the same (a test holds the two together).
"""

import re
from collections.abc import Callable, Mapping
from html import escape, unescape
from typing import ClassVar

from psm_cards.diagnostics import Code, Finding, Severity
from psm_cards.rendering import highlighting, html_tags, maths
from psm_cards.rendering.parsing import Step, steps, zones

# The parser takes a bar behind a backslash for text wherever it stands, in code and maths too.
_BAR = re.compile(r"(?<!\\)\|")
# The text of a cell is prose if it is longer than this.
_SHORT_CELL = 20
_FENCE = re.compile(r"`{3,}|~{3,}")
_TAG = re.compile(r"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")

_INLINE = {"Emphasis": "em", "Strong": "strong", "Strikethrough": "del"}
_FIXED = {
    **{f"+{kind}": f"<{tag}>" for kind, tag in _INLINE.items()},
    **{f"-{kind}": f"</{tag}>" for kind, tag in _INLINE.items()},
    "-Paragraph": "</p>\n",
    "-BlockQuote": "</blockquote>\n",
    "-Item": "</li>\n",
    "-TableRow": "</tr>\n",
    "-Table": "</tbody></table></div>\n",
    "-TableHead": "</tr></thead><tbody>\n",
    "SoftBreak": "\n",
    "HardBreak": "<br />\n",
}
_BLOCKS = {
    "+Paragraph": "<p>",
    "+BlockQuote": "<blockquote>\n",
    "+Item": "<li>",
    "Rule": "<hr />\n",
}


def text_of(html: str) -> str:
    """Return what is left of `html` without its tags, entities resolved."""
    return unescape(_TAG.sub("", html))


class Writer:
    """Writes one text; `write` once, then read `findings`, whose offsets count characters of the text.

    `blocks` are the stretches of tables, code and HTML, from their start to their end.
    """

    def __init__(self, text: str) -> None:
        self.findings: list[Finding] = []
        self.blocks: list[tuple[int, int]] = []
        self._text = text
        self._out: list[str] = []
        self._tags = html_tags.TagReader(text)
        self._depth = 0
        self._code: list[str] | None = None
        self._language = ""
        self._raw: list[str] = []
        self._images: list[tuple[Step, list[str]]] = []
        self._links: list[str] = []
        self._table: tuple[str, ...] = ()
        self._cell = "td"
        self._column = 0
        self._cell_start = 0
        self._has_dollar = False

    def write(self) -> str:
        """Return the HTML, sanitised if the text holds HTML of its own."""
        for step in steps(self._text):
            if step.kind[0] == "+":
                self._enter(step)
            elif step.kind[0] == "-":
                self._leave(step)
            else:
                self._write(step)
        self._append(self._tags.leave())
        self.findings += self._tags.findings
        if self._has_dollar:
            from psm_cards.rendering import formulas  # noqa: PLC0415 (most decks have no dollar sign)

            self.findings += formulas.strays(self._text, zones(self._text))
        html = "".join(self._out)
        return html_tags.sanitise(html) if self._tags.found else html

    def _enter(self, step: Step) -> None:
        self._depth += 1
        if self._depth <= html_tags.MAX_DEPTH:
            self._write(step)
        elif self._depth == html_tags.MAX_DEPTH + 1:
            self._report("nesting-too-deep", "lists, quotes or emphasis are nested too deeply", step, "take levels out")
        # An HTML block is no element: its tags may stay open for the blocks after it.
        if step.kind != "+HtmlBlock":
            self._tags.enter()

    def _leave(self, step: Step) -> None:
        if step.kind != "-HtmlBlock":
            self._append(self._tags.leave())
        if self._depth <= html_tags.MAX_DEPTH:
            self._write(step)
        self._depth -= 1

    def _write(self, step: Step) -> None:
        fixed = _FIXED.get(step.kind)
        if fixed is not None:
            self._out.append(fixed)
        elif step.kind in _BLOCKS:
            self._block(_BLOCKS[step.kind])
        else:
            self._METHODS[step.kind](self, step)

    def _append(self, html: str) -> None:
        if html:
            self._out.append(html)

    def _block(self, start: str) -> None:
        if self._out and not self._out[-1].endswith("\n"):
            self._out.append("\n")
        self._out.append(start)

    def _report(self, code: Code, message: str, step: Step, hint: str | None = None) -> None:
        self.findings.append(Finding(code, message, hint, step.start, step.end - step.start))

    def _plain(self, step: Step) -> None:
        if self._code is None:
            self._has_dollar |= "$" in step.value
            self._out.append(escape(step.value, quote=False))
        else:
            self._code.append(step.value)

    def _inline_code(self, step: Step) -> None:
        self._out.append(f"<code>{escape(step.value, quote=False)}</code>")

    def _open_code(self, step: Step) -> None:
        self.blocks.append((step.start, step.end))
        self._code = []
        self._check_fence(step)
        # An indented block is the word `Indented`, a fenced one has its info string, whose first word is the language.
        info = step.value["Fenced"].split(maxsplit=1) if isinstance(step.value, Mapping) else []
        self._language = info[0] if info else ""
        if not highlighting.is_known(self._language):
            near = highlighting.nearest(self._language)
            hint = f"did you mean `{near}`?" if near else "leave out the language for code without colours"
            message = f"unknown language `{self._language}`, the code is shown without colours"
            start = max(self._text.find(self._language, step.start), step.start)
            length = len(self._language)
            self.findings.append(Finding("unknown-language", message, hint, start, length, Severity.WARNING))

    def _check_fence(self, step: Step) -> None:
        raw = self._text[step.start : step.end]
        fence = _FENCE.match(raw)
        if fence and not re.search(rf"\n[ \t>]*{re.escape(fence[0])}{re.escape(fence[0][0])}*[ \t>]*\n?\Z", raw):
            message = "the code that begins here has no end, and takes in all that follows"
            hint = "end it with a line that holds the same signs and nothing else"
            self.findings.append(Finding("unclosed-code", message, hint, step.start, len(fence[0]), Severity.WARNING))

    def _close_code(self, _: Step) -> None:
        code = "".join(self._code or ()).removesuffix("\n")
        self._code = None
        self._block(highlighting.to_html(code, self._language) + "\n")

    def _inline_maths(self, step: Step) -> None:
        if maths.is_price(self._text[step.end : step.end + 1]):
            # Only a text with more nested prices than `settle` has rounds comes here.
            self._out.append(escape(f"${step.value}$", quote=False))
        else:
            self._check_formula(step.value, step.start + 1)
            self._out.append(maths.to_html(step.value, display=False))

    def _display_maths(self, step: Step) -> None:
        self._check_formula(step.value, step.start + 2)
        self._out.append(maths.to_html(step.value, display=True))

    def _check_formula(self, formula: str, start: int) -> None:
        from psm_cards.rendering import formulas  # noqa: PLC0415 (most decks have no formula)

        self.findings += formulas.faults(formula, start)

    def _inline_html(self, step: Step) -> None:
        self._out.append(self._tags.rewrite(step.value, step.start))

    def _open_raw(self, step: Step) -> None:
        self.blocks.append((step.start, step.end))
        self._raw = []

    def _raw_line(self, step: Step) -> None:
        self._raw.append(step.value)

    def _close_raw(self, step: Step) -> None:
        # Line by line would tear tags that run over two lines. The block may start with blanks that are not in `_raw`.
        raw = "".join(self._raw)
        start = max(self._text.find(raw[:1], step.start, step.end), step.start)
        self._block(self._tags.rewrite(raw, start))

    def _heading(self, step: Step) -> None:
        self._block(f"<{step.value['level'].lower()}>")

    def _end_heading(self, step: Step) -> None:
        self._out.append(f"</{step.value.lower()}>\n")

    def _list(self, step: Step) -> None:
        if step.value is None:
            self._block("<ul>\n")
        else:
            self._block("<ol>\n" if step.value == 1 else f'<ol start="{step.value}">\n')

    def _end_list(self, step: Step) -> None:
        self._out.append("</ol>\n" if step.value else "</ul>\n")

    def _open_table(self, step: Step) -> None:
        self.blocks.append((step.start, step.end))
        self._table = tuple(step.value)
        self._block('<div class="table"><table>')

    def _table_head(self, _: Step) -> None:
        self._cell, self._column = "th", 0
        self._out.append("<thead><tr>")

    def _table_row(self, step: Step) -> None:
        self._cell, self._column = "td", 0
        self._out.append("<tr>")
        row = self._text[step.start : step.end].strip()
        cells = _BAR.split(row)[row.startswith("|") :]
        if any(cell.strip() for cell in cells[len(self._table) :]):
            message = f"this row has more cells than the table's head, whose {len(self._table)} are all that is shown"
            hint = "write `\\|` for a bar inside a cell"
            self.findings.append(Finding("table-cells", message, hint, step.start, len(row), Severity.WARNING))

    def _table_cell(self, _: Step) -> None:
        alignment = self._table[self._column] if self._column < len(self._table) else "None"
        self._column += 1
        self._cell_start = len(self._out)
        self._out.append("" if alignment == "None" else alignment.lower())

    def _end_table_cell(self, _: Step) -> None:
        # Classes, because the sanitiser and the learner's own style both know no style attribute.
        start = self._cell_start
        content = "".join(self._out[start + 1 :])
        is_wide = "<img" in content or len(text_of(content).strip()) > _SHORT_CELL
        classes = " ".join(filter(None, (self._out[start], "wide" if is_wide else "")))
        self._out[start] = f'<{self._cell} class="{classes}">' if classes else f"<{self._cell}>"
        self._out.append(f"</{self._cell}>")

    def _link(self, step: Step) -> None:
        address, kind = step.value["dest_url"], step.value["link_type"]
        if kind == "Email":
            address = f"mailto:{address}"
        end = "</a>"
        if html_tags.is_link(address):
            title = f' title="{escape(step.value["title"])}"' if step.value["title"] else ""
            self._out.append(f'<a href="{escape(html_tags.web_address(address))}"{title}>')
        elif kind == "Autolink" and not html_tags.is_script(address):
            # `Map<std:string>` is no link: only its author knows that it looks like one.
            tag = f"<{address}>"
            self.findings.append(html_tags.unknown_shown(tag, step.start))
            self._out.append("&lt;")
            end = "&gt;"
        else:
            self.findings.append(html_tags.unsafe_link(address, step.start, step.end - step.start))
            end = ""
        self._links.append(end)

    def _end_link(self, _: Step) -> None:
        self._out.append(self._links.pop())

    def _image(self, step: Step) -> None:
        # The text inside becomes the alternative text: it is gathered apart until the image ends.
        self._images.append((step, self._out))
        self._out = []

    def _end_image(self, _: Step) -> None:
        step, out = self._images.pop()
        alternative = text_of("".join(self._out))
        self._out = out
        title = f' title="{escape(step.value["title"])}"' if step.value["title"] else ""
        out.append(f'<img src="{escape(step.value["dest_url"])}" alt="{escape(alternative)}"{title} />')

    _METHODS: ClassVar[Mapping[str, Callable[["Writer", Step], None]]] = {
        "Text": _plain,
        "Code": _inline_code,
        "+CodeBlock": _open_code,
        "-CodeBlock": _close_code,
        "InlineMath": _inline_maths,
        "DisplayMath": _display_maths,
        "InlineHtml": _inline_html,
        "+HtmlBlock": _open_raw,
        "Html": _raw_line,
        "-HtmlBlock": _close_raw,
        "+Heading": _heading,
        "-Heading": _end_heading,
        "+List": _list,
        "-List": _end_list,
        "+Table": _open_table,
        "+TableHead": _table_head,
        "+TableRow": _table_row,
        "+TableCell": _table_cell,
        "-TableCell": _end_table_cell,
        "+Link": _link,
        "-Link": _end_link,
        "+Image": _image,
        "-Image": _end_image,
    }
