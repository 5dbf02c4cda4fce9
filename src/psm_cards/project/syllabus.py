"""The syllabus: what the deck must cover, and whether what notes say they cover is in it."""

from psm_cards.diagnostics import Diagnostic, Severity, first_one
from psm_cards.model import Item
from psm_cards.project.documents import Documents
from psm_cards.project.misspelt import did_you_mean
from psm_cards.project.nodes import Mapping, Scalar
from psm_cards.project.reading import mappings, scalar, scalars, word


class Syllabus:
    """The items of all files by id, in their order; an id in two places is an error, the first one holds."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._items: dict[str, Item] = {}
        for document in documents.all:
            for entry in mappings(document, "syllabus"):
                self._add(entry)

    @property
    def items(self) -> tuple[Item, ...]:
        """The items in the order of the files."""
        return tuple(self._items.values())

    def covered(self, note: Mapping) -> tuple[str, ...]:
        """Return the ids of the items that a note covers; one that does not exist is reported at its place."""
        named = scalars(note, "covers")
        for item in named:
            if item.value not in self._items and not self._documents.has_gaps:
                self._report_unknown(item)
        return tuple(dict.fromkeys(item.value for item in named if item.value in self._items))

    def _add(self, entry: Mapping) -> None:
        key = scalar(entry, "id")
        if key is None:
            return
        item = Item(key.value, word(entry, "text"), key)
        first = self._items.setdefault(item.id, item)
        if first is not item:
            message, hint = f"the syllabus has two items `{item.id}`", "give one of them another id"
            diagnostic = Diagnostic(Severity.ERROR, "duplicate-item", message, key.span(), hint, first_one(first.place))
            self._documents.diagnostics.append(diagnostic)

    def _report_unknown(self, item: Scalar) -> None:
        message = f"the syllabus has no item `{item.value}`"
        hint = did_you_mean(item.value, self._items) or "add it under `syllabus:`"
        self._documents.diagnostics.append(Diagnostic(Severity.ERROR, "unknown-item", message, item.span(), hint))
