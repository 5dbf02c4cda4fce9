"""CSL items to sources: the part of a cited work that its references show and its link needs."""

from collections.abc import Iterator

from psm_cards.citations import titles
from psm_cards.diagnostics import Code, Diagnostic, Problem, Severity, first_one
from psm_cards.model import Date, HeldText, Name, Skip, Source
from psm_cards.project import dates, locators
from psm_cards.project.documents import Documents
from psm_cards.project.misspelt import did_you_mean
from psm_cards.project.nodes import Mapping, Scalar
from psm_cards.project.reading import entries, items, mapping, mappings, scalar, word
from psm_cards.project.structure import later_keys, not_supported

TITLES = ("title", "container-title")
OF_TEXTS = frozenset({"fixes", "kind", "skip", "strip"})
"""Keys of `custom` that say something of the source's text."""


def load_sources(documents: Documents) -> dict[str, Source]:
    """Return the sources of all files by key; a key in two files is an error, the first one holds."""
    sources: dict[str, Source] = {}
    places: dict[str, Scalar] = {}
    renderings: dict[str, Scalar] = {}
    later = later_keys("source/custom")
    for document in documents.all:
        for key, place, item in entries(document, "sources"):
            if key in sources:
                documents.diagnostics.append(_duplicate(key, places[key], place))
                continue
            days, faults = _dates(item)
            places[key], sources[key] = place, _source(key, item, days)
            documents.diagnostics += [*faults, *_tags_in_titles(item), *locators.impossible(item)]
            custom = mapping(item, "custom")
            documents.diagnostics += [*not_supported(custom, later), *_without_text(custom), *_skip_faults(custom)]
            rendered = scalar(custom, "renders")
            if rendered:
                renderings[key] = rendered
    documents.diagnostics += _wrong_renderings(renderings, sources, has_gaps=documents.has_gaps)
    return sources


def _duplicate(key: str, first: Scalar, second: Scalar) -> Diagnostic:
    span, hint = second.span(), "keep one of the two"
    message = f"source `{key}` is defined twice"
    return Diagnostic(Severity.ERROR, "duplicate-source", message, span, hint, first_one(first))


def _without_text(custom: Mapping) -> Iterator[Diagnostic]:
    """Yield a warning for each key that says something of a text where there is none."""
    if "text" not in custom.keys:
        for key in OF_TEXTS & custom.keys.keys():
            message, hint = f"`{key}` has no effect without `text`", "name the source's text under `text:`"
            yield Diagnostic(Severity.WARNING, "missing-key", message, custom.keys[key].span(), hint)


def _skip_faults(custom: Mapping) -> Iterator[Diagnostic]:
    for skip in _skips(custom):
        from psm_cards.citations import skips  # noqa: PLC0415 (few projects skip anything)

        finding = skips.fault(skip.at)
        if finding:
            yield finding.at(skip.place)


def _wrong_renderings(
    renderings: dict[str, Scalar], sources: dict[str, Source], *, has_gaps: bool
) -> Iterator[Diagnostic]:
    """Yield what is wrong with the works that sources say they render: one must exist, and be another work."""
    for key, work in renderings.items():
        if work.value in sources:
            if key in _behind(key, sources):
                by_way = "" if work.value == key else f" by way of `{work.value}`"
                message = f"`{key}` renders itself{by_way}"
                yield _wrong_rendering("renders-itself", message, work, "name the work that it was made from")
        elif not has_gaps:
            hint = did_you_mean(work.value, sources) or "define it under `sources:`"
            yield _wrong_rendering("unknown-source", f"no source is called `{work.value}`", work, hint)


def _wrong_rendering(code: Code, message: str, work: Scalar, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, work.span(), hint)


def _behind(key: str, sources: dict[str, Source]) -> set[str]:
    """Return the keys of all works that a source renders, by way of others too."""
    found: set[str] = set()
    here = sources[key].renders
    while here in sources and here not in found:
        found.add(here)
        here = sources[here].renders
    return found


def _source(key: str, item: Mapping, days: dict[str, Date | None]) -> Source:
    own = mapping(item, "custom")
    anchors = own.values.get("anchors")
    return Source(
        key=key,
        type=word(item, "type"),
        title=word(item, "title"),
        authors=tuple(_names(item, "author")),
        editors=tuple(_names(item, "editor")),
        translators=tuple(_names(item, "translator")),
        directors=tuple(_names(item, "director")),
        hosts=tuple(_names(item, "host")),
        interviewers=tuple(_names(item, "interviewer")),
        container=word(item, "container-title"),
        issued=days.get("issued"),
        accessed=days.get("accessed"),
        original=days.get("original-date"),
        publisher=word(item, "publisher"),
        genre=word(item, "genre"),
        medium=word(item, "medium"),
        number=word(item, "number"),
        version=word(item, "version"),
        edition=word(item, "edition"),
        volume=word(item, "volume"),
        issue=word(item, "issue"),
        pages=word(item, "page"),
        event=word(item, "event-title") or word(item, "event"),
        event_place=word(item, "event-place"),
        archive=word(item, "archive"),
        status=word(item, "status"),
        year_suffix=word(item, "year-suffix"),
        url=word(item, "URL"),
        doi=word(item, "DOI"),
        anchors={name: word(anchors, name) for name in anchors.values} if isinstance(anchors, Mapping) else None,
        kind=word(own, "kind"),
        text=_held_text(own),
        renders=word(own, "renders"),
    )


def _held_text(own: Mapping) -> HeldText | None:
    file = scalar(own, "text")
    if file is None:
        return None
    lines = [line for line in items(own, "strip") if isinstance(line, Scalar) and line.value.strip()]
    fixes = mapping(own, "fixes")
    return HeldText(
        file=file.value,
        place=file,
        strip=tuple(line.value for line in lines),
        fixes={wrong: word(fixes, wrong) for wrong in fixes.values},
        skips=tuple(_skips(own)),
        places={line.value: line for line in lines} | fixes.keys,
    )


def _skips(own: Mapping) -> Iterator[Skip]:
    for entry in mappings(own, "skip"):
        at = scalar(entry, "at")
        if at:
            yield Skip(at.value, word(entry, "reason"), at)


def _names(item: Mapping, role: str) -> Iterator[Name]:
    for name in mappings(item, role):
        family = word(name, "literal") or word(name, "family")
        # One without a name has been reported; a reference has nothing to say of it.
        if family:
            yield Name(
                family=family,
                given=word(name, "given"),
                particle=word(name, "non-dropping-particle"),
                dropping=word(name, "dropping-particle"),
                suffix=word(name, "suffix"),
            )


def _dates(item: Mapping) -> tuple[dict[str, Date | None], list[Diagnostic]]:
    """Return the dates of an item by their keys, and what is wrong with those that never were."""
    found: dict[str, Date | None] = {}
    faults: list[Diagnostic] = []
    for key in dates.KEYS:
        if key in item.values:
            try:
                found[key] = dates.read_date(item.values[key])
            except Problem as problem:
                faults.append(problem.finding.at(item.values[key]))
    return found, faults


def _tags_in_titles(item: Mapping) -> Iterator[Diagnostic]:
    for key in TITLES:
        title = scalar(item, key)
        if title:
            yield from (finding.at(title) for finding in titles.findings(title.value))
