"""How notes look: the card templates of a kind and the style sheet, made from the project's templates.

Made once for a project, beside the fields of its notes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping

from psm_cards.diagnostics import Diagnostic
from psm_cards.model import CardTemplate, Kind, NoteLook
from psm_cards.rendering.templates import TemplateProblem, Templates

# Name, front and back in their frozen order (R8): a template added later would freeze every learner's notes.
CARD_TEMPLATES: Mapping[Kind, tuple[tuple[str, str, str], ...]] = {
    Kind.BASIC: (
        ("Forward", "basic/front.html", "basic/back.html"),
        ("Reverse", "basic/reverse-front.html", "basic/reverse-back.html"),
        ("Extra", "basic/extra-front.html", "basic/extra-back.html"),
    ),
    Kind.CLOZE: (("Cloze", "cloze/front.html", "cloze/back.html"),),
}

# A learner's own style sheet survives every release (R7). The browser reads an import only at the very start, so it is
# put there whatever a project's style sheet begins with.
LEARNERS_STYLE = '@import url("_psm_user.css");\n'


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

    css = LEARNERS_STYLE + made("style.css")
    looks = tuple(NoteLook(kind, tuple(_cards(kind, templates, made)), css) for kind in kinds)
    return looks, diagnostics


def _cards(kind: Kind, templates: Templates, made: Callable[[str], str]) -> Iterator[CardTemplate]:
    for name, front, back in CARD_TEMPLATES[kind]:
        yield CardTemplate(name, made(front), made(back), templates.file(front), templates.file(back))
