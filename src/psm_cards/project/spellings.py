"""Names with levels that differ only in case: Anki takes them for one name; used by `notes` for decks and tags."""

from psm_cards.diagnostics import Code, Diagnostic, Severity, first_one
from psm_cards.project.nodes import Scalar


class Spellings:
    """The spelling of each level of the names so far, and what is wrong with those that differ only in case."""

    def __init__(self, code: Code, kind: str) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._code: Code = code
        self._kind = kind
        self._in_order: set[str] = set()
        # A level's number, its spelling and where it stands first, by the number of the level above it.
        self._known: dict[tuple[int, str], tuple[int, str, Scalar]] = {}

    def check(self, name: Scalar) -> None:
        """Report a name that differs from one above only in case: Anki would write it otherwise (measured)."""
        # Ten thousand notes have a few tags between them.
        if name.value in self._in_order:
            return
        levels = name.value.split("::")
        above = 0
        for depth, level in enumerate(levels):
            entry = (len(self._known) + 1, level, name)
            number, first_level, first = self._known.setdefault((above, level.casefold()), entry)
            if first_level != level:
                shared = levels[:depth]
                self.diagnostics.append(self._differs(name, [*shared, level], [*shared, first_level], first))
                return
            above = number
        self._in_order.add(name.value)

    def agrees(self, name: str) -> bool:
        """Return whether a name would be in order here."""
        above = 0
        for level in name.split("::"):
            number, first_level, _ = self._known.get((above, level.casefold()), (0, level, None))
            if first_level != level:
                return False
            if not number:
                return True
            above = number
        return True

    def _differs(self, name: Scalar, levels: list[str], first_levels: list[str], first: Scalar) -> Diagnostic:
        spelling, first_spelling = "::".join(levels), "::".join(first_levels)
        message = f"`{spelling}` differs from `{first_spelling}` only in case, and Anki takes them for one {self._kind}"
        hint = f"write `{first_spelling}` here too"
        return Diagnostic(Severity.ERROR, self._code, message, name.span(), hint, first_one(first))
