"""The note types of a package: frozen names, ids and order, and their JSON as genanki gives it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from psm_cards.anki import identity
from psm_cards.anki.placeholders import Template, parse
from psm_cards.model import FIELDS, TEMPLATES, Kind, NoteLook

# What a learner who edits a note need not see: gates, the id, and the fields kept for later.
_COLLAPSED = frozenset({"Id", "Reverse", "Typed", "Spare 1", "Spare 2", "Spare 3", "Spare 4"})
_EDITOR_FONT = "Arial"

SORT_FIELD = 0
"""The place of the field that Anki sorts notes by: another one later would cost every learner a full sync (R8)."""


class NoteType(NamedTuple):
    """A note type as it will be written: id and name come from the project's id alone."""

    id: int
    name: str
    look: NoteLook

    @classmethod
    def of(cls, project_id: str, look: NoteLook) -> "NoteType":
        """Return the note type of a look. Raises ValueError if its templates are not the frozen ones."""
        names = tuple(template.name for template in look.templates)
        if names != TEMPLATES[look.kind]:
            raise ValueError(f"templates of {look.kind}: expected {TEMPLATES[look.kind]}, found {names}")
        return cls(identity.note_type_id(project_id, look.kind), f"{project_id} {look.kind} (psm-cards)", look)

    def as_json(self, released: int) -> dict[str, Any]:
        """Return the note type as Anki's schema 11 has it, changed at `released` (unix seconds)."""
        from psm_cards.anki.borrowed import genanki  # noqa: PLC0415 (only writing a package needs it)

        kind = self.look.kind
        model = genanki.Model(
            self.id,
            self.name,
            fields=[_field(kind, name) for name in FIELDS[kind]],
            templates=[
                {"name": one.name, "qfmt": one.front, "afmt": one.back, "id": identity.template_id(kind, one.name)}
                for one in self.look.templates
            ],
            css=self.look.css,
            sort_field_index=SORT_FIELD,
            model_type=genanki.Model.CLOZE if kind is Kind.CLOZE else genanki.Model.FRONT_BACK,
        )
        # genanki reads the fronts with another template language and fails on some (R19): give it the answer.
        fronts = [parse(template.front) for template in self.look.templates]
        vars(model)["_req"] = list(_requirements(fronts, FIELDS[kind]))
        result: dict[str, Any] = model.to_json(released, None)
        return result


def _field(kind: Kind, name: str) -> dict[str, Any]:
    field: dict[str, Any] = {"name": name, "id": identity.field_id(kind, name), "font": _EDITOR_FONT}
    if name in _COLLAPSED:
        field["collapsed"] = True
    return field


def _requirements(fronts: Sequence[Template], names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield for each front which fields must be filled for it to show something, as old clients want to know it."""
    everything = frozenset(names)
    for ordinal, front in enumerate(fronts):
        enough = [index for index, name in enumerate(names) if not front.is_blank({name})]
        needed = [index for index, name in enumerate(names) if front.is_blank(everything - {name})]
        if enough:
            yield [ordinal, "any", enough]
        elif needed and not front.is_blank(everything):
            yield [ordinal, "all", needed]
        else:
            yield [ordinal, "none", []]
