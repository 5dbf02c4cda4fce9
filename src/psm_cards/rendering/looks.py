"""How notes look: the card templates of a kind and the style sheet, made from the project's templates.

Made once for a project, beside the fields of its notes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from psm_cards.diagnostics import Diagnostic
from psm_cards.model import LEARNERS_CSS, TEMPLATES, CardTemplate, Kind, NoteLook
from psm_cards.rendering.templates import TemplateProblem, Templates

# The files of fronts and backs, in the order of the card templates' names.
_FILES: Mapping[Kind, tuple[tuple[str, str], ...]] = {
    Kind.BASIC: (
        ("basic/front.html", "basic/back.html"),
        ("basic/reverse-front.html", "basic/reverse-back.html"),
        ("basic/extra-front.html", "basic/extra-back.html"),
    ),
    Kind.CLOZE: (("cloze/front.html", "cloze/back.html"),),
}

STYLE = "style.css"

# A learner's own style sheet survives every release (R7). The browser reads an import only at the very start, so it is
# put there whatever a project's style sheet begins with.
LEARNERS_STYLE = f'@import url("{LEARNERS_CSS}");\n'


def render(kinds: Iterable[Kind], templates: Templates) -> tuple[tuple[NoteLook, ...], list[Diagnostic]]:
    """Return the looks of the kinds, and what is wrong with the project's templates.

    The package's own stand in for those at fault, so that the stages after this one can still look at the notes.
    """
    diagnostics: list[Diagnostic] = []

    def made(file: str) -> str:
        try:
            return templates.render(file).strip()
        except TemplateProblem as problem:
            diagnostics.append(problem.diagnostic)
            return templates.packaged().render(file).strip()

    css, file = LEARNERS_STYLE + made(STYLE), templates.file(STYLE)
    looks = tuple(NoteLook(kind, tuple(_cards(kind, templates, made)), css, file) for kind in kinds)
    return looks, diagnostics


def _cards(kind: Kind, templates: Templates, made: Callable[[str], str]) -> Iterator[CardTemplate]:
    for name, (front, back) in zip(TEMPLATES[kind], _FILES[kind], strict=True):
        sides = made(front), made(back)
        yield CardTemplate(name, *sides, templates.file(front), templates.file(back), templates.own_files())
