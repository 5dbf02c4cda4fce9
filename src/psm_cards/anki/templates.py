"""What can be wrong with card templates: everything that Anki would refuse, show as an error, or judge differently."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from psm_cards.anki.cards import SPECIAL_FIELDS
from psm_cards.anki.placeholders import Node, Replacement, Section, Template, parse
from psm_cards.diagnostics import Diagnostic, Finding, Severity, Span, first_one
from psm_cards.files import FileProblem, Lines, read_text
from psm_cards.likeness import did_you_mean
from psm_cards.model import FIELDS, CardTemplate, Kind, NoteLook

_FILTERS = frozenset(
    {"text", "type", "nc", "cloze", "cloze-only", "hint", "furigana", "kana", "kanji", "tts", "tts-voices"}
)
_FRONT_SIDE = "FrontSide"


class TemplatePlace(NamedTuple):
    """The place of a side of a card: the template's file, and the text that it became.

    Jinja moves lines, so a part is looked up in the file itself, and then in `others`, which it may have taken in; one
    that stands in none of them exactly once is placed at the file's beginning.
    """

    file: str
    text: str
    others: tuple[str, ...] = ()

    def span(self, offset: int = 0, length: int | None = None) -> Span:
        """Return the span of `length` characters from `offset`; without length, of the whole."""
        source, size = self._origin(self.file), len(self.text) if length is None else length
        # Jinja takes the last line end off.
        if source in (self.text, f"{self.text}\n"):
            return _span(self.file, source, offset, size)
        part = self.text[offset : offset + size] if length else ""
        for file in (self.file, *self.others) if part else ():
            source = self._origin(file)
            if source.count(part) == 1:
                return _span(file, source, source.index(part), size)
        return Span(self.file, 1, 1, 1, 1)

    def _origin(self, file: str) -> str:
        try:
            return read_text(Path(file))
        except FileProblem:
            return self.text


def _span(file: str, text: str, offset: int, length: int) -> Span:
    lines = Lines(text)
    return Span(file, *lines.position(offset), *lines.position(offset + length))


def places(template: CardTemplate) -> tuple[TemplatePlace, TemplatePlace]:
    """Return the places of a card template's front and back."""
    front = TemplatePlace(template.front_file, template.front, template.own_files)
    return front, TemplatePlace(template.back_file, template.back, template.own_files)


def front_place(template: CardTemplate) -> TemplatePlace:
    """Return the place of a card template's front."""
    return places(template)[0]


class _Side(NamedTuple):
    kind: Kind
    template: Template
    place: TemplatePlace
    is_front: bool

    def findings(self) -> Iterator[Finding]:
        yield from self.template.findings
        for node in self.template.everything():
            yield from self._of_node(node)
        # A misspelt field is told already.
        if self.is_front and not self._shows_a_field() and all(map(self._is_known, self.template.everything())):
            yield Finding(
                "front-without-field",
                "the front shows no field of the note",
                f"show one, such as `{{{{{FIELDS[self.kind][0]}}}}}`",
            )

    def _shows_a_field(self) -> bool:
        return any(replacement.name in FIELDS[self.kind] for replacement in self.template.replacements())

    def _of_node(self, node: Node) -> Iterator[Finding]:
        if self.is_front and node.name == _FRONT_SIDE:
            yield Finding(
                "front-in-front",
                "`{{FrontSide}}` on a front shows nothing",
                "it is the front as the back shows it: only a back has it",
                node.offset,
                node.length,
            )
        elif not self._is_known(node):
            yield self._unknown(node)
        if isinstance(node, Replacement):
            yield from _unknown_filters(node)

    def _is_known(self, node: Node) -> bool:
        if node.name in FIELDS[self.kind] or node.name in SPECIAL_FIELDS:
            return True
        if isinstance(node, Section):
            # On the card of cloze number 2 `{{#c2}}` is shown.
            return self.kind is Kind.CLOZE and node.name[:1] == "c" and node.name[1:].isdecimal()
        # A filter such as `{{tts-voices:}}` needs no field.
        return node.name == _FRONT_SIDE or (not node.name and bool(node.filters))

    def _unknown(self, node: Node) -> Finding:
        known = [*FIELDS[self.kind], *sorted(SPECIAL_FIELDS)]
        hint = did_you_mean(node.name.strip(), known) or f"expected one of {', '.join(known)}"
        return Finding("unknown-field", f"there is no field `{node.name}`", hint, node.offset, node.length)


def _unknown_filters(replacement: Replacement) -> Iterator[Finding]:
    for written in replacement.filters:
        name = written.split(" ", 1)[0]
        if name not in _FILTERS:
            hint = did_you_mean(name, sorted(_FILTERS)) or "Anki shows the field as if the filter were not there"
            message = f"Anki has no filter `{name}`"
            yield Finding("unknown-filter", message, hint, replacement.offset, replacement.length, Severity.WARNING)


def fronts(look: NoteLook) -> tuple[Template, ...]:
    """Return the fronts of a look, parsed."""
    return tuple(parse(template.front) for template in look.templates)


def check(look: NoteLook) -> Iterator[Diagnostic]:
    """Yield everything wrong with the card templates of a look, each at its place in the template's file."""
    for template in look.templates:
        sides = _sides(look.kind, template)
        for side in sides:
            yield from (finding.at(side.place) for finding in side.findings())
        if look.kind is Kind.CLOZE:
            yield from _without_cloze(*sides)
    yield from _identical_fronts(look.templates)


def _sides(kind: Kind, template: CardTemplate) -> tuple[_Side, _Side]:
    front, back = places(template)
    return (
        _Side(kind, parse(template.front), front, is_front=True),
        _Side(kind, parse(template.back), back, is_front=False),
    )


def _cloze_fields(side: _Side) -> set[str]:
    return {replacement.name for replacement in side.template.replacements() if replacement.is_cloze}


def _without_cloze(front: _Side, back: _Side) -> Iterator[Diagnostic]:
    """Yield a diagnostic for a side that hides and reveals nothing: Anki needs the same field on both."""
    asked = _cloze_fields(front)
    expected = f"expected `{{{{cloze:{min(asked, default=FIELDS[Kind.CLOZE][0])}}}}}`"
    if not asked:
        yield Finding("template-without-cloze", "the front hides nothing", expected).at(front.place)
    elif not asked & _cloze_fields(back):
        yield Finding("template-without-cloze", "the back reveals nothing the front hides", expected).at(back.place)


def _identical_fronts(templates: Sequence[CardTemplate]) -> Iterator[Diagnostic]:
    seen: dict[str, CardTemplate] = {}
    for template in templates:
        first = seen.setdefault(template.front, template)
        if first is not template:
            message = f"the front of `{template.name}` is the same as that of `{first.name}`"
            hint = "make one of them differ: Anki refuses such a note type"
            related = first_one(front_place(first))
            yield Finding("identical-fronts", message, hint).at(front_place(template))._replace(related=related)


def disputed(template: CardTemplate) -> Diagnostic:
    """Return the diagnostic of a front that is blank in some versions of Anki and not in others."""
    finding = Finding(
        "special-field-decides",
        f"only a special field such as `{{{{Subdeck}}}}` keeps the front of `{template.name}` from being blank",
        "newer Anki would make this card for every note, older would not: put all of it inside `{{#Field}}…{{/Field}}`",
    )
    return finding.at(front_place(template))
