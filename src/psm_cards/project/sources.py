"""CSL items to sources: the part of a cited work that a card shows."""

from collections.abc import Iterator

from psm_cards.diagnostics import Diagnostic, Related, Severity
from psm_cards.model import Date, Name, Source
from psm_cards.project.documents import Documents
from psm_cards.project.reading import entries, mappings, word
from psm_cards.project.structure import later_keys, not_supported
from psm_cards.project.tree import Mapping, Scalar


def load_sources(documents: Documents) -> dict[str, Source]:
    """Return the sources of all files by key; a key in two files is an error, the first one holds."""
    sources: dict[str, Source] = {}
    places: dict[str, Scalar] = {}
    later = later_keys("source/custom")
    for document in documents.all:
        for key, place, item in entries(document, "sources"):
            if key in sources:
                documents.diagnostics.append(_duplicate(key, places[key], place))
                continue
            places[key], sources[key] = place, _source(key, item)
            custom = item.values.get("custom")
            if isinstance(custom, Mapping):
                documents.diagnostics += not_supported(custom, later)
    return sources


def _duplicate(key: str, first: Scalar, second: Scalar) -> Diagnostic:
    related = (Related("the first one", first.span()),)
    message = f"source `{key}` is defined twice"
    return Diagnostic(Severity.ERROR, "duplicate-source", message, second.span(), "keep one of the two", related)


def _source(key: str, item: Mapping) -> Source:
    custom = item.values.get("custom")
    anchors = custom.values.get("anchors") if isinstance(custom, Mapping) else None
    return Source(
        key=key,
        type=word(item, "type"),
        title=word(item, "title"),
        authors=tuple(_names(item)),
        container=word(item, "container-title"),
        issued=_date(word(item, "issued")),
        url=word(item, "URL"),
        doi=word(item, "DOI"),
        anchors={name: word(anchors, name) for name in anchors.values} if isinstance(anchors, Mapping) else None,
    )


def _names(item: Mapping) -> Iterator[Name]:
    for name in mappings(item, "author"):
        yield Name(
            family=word(name, "literal") or word(name, "family"),
            given=word(name, "given"),
            particle=word(name, "non-dropping-particle"),
        )


def _date(written: str) -> Date | None:
    parts = [int(part) for part in written.split("-") if part.isdecimal()]
    return Date(*parts[:3]) if parts else None
