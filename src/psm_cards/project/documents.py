"""The files of a project: decks.yaml and what it includes, each read, parsed and checked for its shape."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from psm_cards.diagnostics import Code, Diagnostic, Related, Severity, Span
from psm_cards.files import FileProblem, read_text
from psm_cards.project.nodes import Mapping, Node, Scalar, Sequence
from psm_cards.project.positions import SourceText
from psm_cards.project.structure import check, later_keys, not_supported
from psm_cards.project.tree import TreeBuilder
from psm_cards.project.wording import nearest

MAIN_FILE = "decks.yaml"


@dataclass(slots=True)
class Documents:
    """The root mappings of a project's files, the main one first, and all that is wrong with the files so far.

    `has_gaps` tells that a part could not be read, so that what seems to be missing may only be out of sight.
    """

    root: Path
    main: Mapping | None = None
    included: list[Mapping] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    has_gaps: bool = False

    @property
    def all(self) -> list[Mapping]:
        """The main file's mapping and then the included ones, in their order."""
        return ([self.main] if self.main else []) + self.included


def read(path: Path) -> Documents:
    """Read a project from its decks.yaml, or from the folder that holds one."""
    main = path / MAIN_FILE if _is_folder(path) else path
    documents = Documents(main.parent)
    documents.main = _read_file(documents, main, None)
    if documents.main:
        for entry in _entries(documents.main.values.get("include")):
            _include(documents, main, entry)
    documents.has_gaps |= any(_is_misnamed(document) for document in documents.all)
    return documents


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        # Whatever is wrong with the path, reading the file says it.
        return False


def _is_misnamed(document: Mapping) -> bool:
    """Tell whether a document's sources are not where they belong: that is told of the key or value already."""
    sources = document.values.get("sources")
    is_elsewhere = any(key != "sources" and nearest(key, ["sources"]) for key in document.keys)
    return is_elsewhere or (sources is not None and not isinstance(sources, Mapping))


def _entries(node: Node | None) -> list[Scalar]:
    items = node.items if isinstance(node, Sequence) else []
    return [item for item in items if isinstance(item, Scalar) and item.data is not None and item.value.strip()]


def _read_file(documents: Documents, path: Path, entry: Scalar | None) -> Mapping | None:
    """Read a file, the main one or the one that an entry of `include:` names; None if it is no mapping."""
    root = _parse(documents, path, entry)
    if root is not None:
        documents.diagnostics += check(root, included=entry is not None)
    if not isinstance(root, Mapping):
        documents.has_gaps = True
        return None
    documents.diagnostics += not_supported(root, later_keys(""))
    return root


def _parse(documents: Documents, path: Path, entry: Scalar | None) -> Node | None:
    try:
        source = SourceText(str(path), read_text(path))
    except FileProblem as problem:
        documents.diagnostics.append(_unreadable(problem, path, entry))
        return None
    builder = TreeBuilder(source)
    root = builder.build()
    if root is None and not builder.diagnostics:
        hint = "give it `sources:` or `decks:`" if entry else "start it with `format: 1`, `project:` and `decks:`"
        message = "the file has nothing in it"
        documents.diagnostics.append(Diagnostic(Severity.ERROR, "empty-file", message, source.span(0, 0), hint))
    documents.diagnostics += builder.diagnostics
    return root


def _unreadable(problem: FileProblem, path: Path, entry: Scalar | None) -> Diagnostic:
    span = entry.span() if entry else None
    related: tuple[Related, ...] = ()
    if problem.line:
        span = Span(str(path), problem.line, problem.column, problem.line, problem.column + 1)
        related = (Related("included here", entry.span()),) if entry else ()
    hint = "save it as UTF-8" if problem.line else None
    if entry is None and not problem.line:
        hint = "name the project's folder, or its `decks.yaml`"
    return Diagnostic(Severity.ERROR, "unreadable-file", str(problem), span, hint, related)


def _include(documents: Documents, main: Path, entry: Scalar) -> None:
    pattern = PurePosixPath(entry.value)
    if pattern.is_absolute() or ".." in pattern.parts or "\\" in entry.value:
        hint = "name files below the folder of `decks.yaml`, with `/` between folders"
        _report(documents, entry, "include-outside-project", f"`{entry.value}` is not inside the project", hint)
        return
    paths = _matches(documents.root, entry.value)
    if not paths:
        _report(documents, entry, "include-not-found", f"no file matches `{entry.value}`", "check the path's spelling")
    known = {Path(document.source.shown) for document in documents.all}
    for path in paths:
        if path == main:
            hint = "take it out, or make the pattern narrower"
            _report(documents, entry, "include-of-itself", f"`{entry.value}` includes the file it stands in", hint)
        elif path not in known:
            document = _read_file(documents, path, entry)
            documents.included += [document] if document else []


def _matches(root: Path, pattern: str) -> list[Path]:
    """Return the files that a pattern names, sorted, because the order of a folder differs from machine to machine."""
    try:
        return sorted(path for path in root.glob(pattern) if path.is_file())
    except (ValueError, NotImplementedError, IndexError, AttributeError, OSError):
        # What pathlib raises for `**x`, `.` or a name too long differs from one Python to the next.
        return []


def _report(documents: Documents, entry: Scalar, code: Code, message: str, hint: str) -> None:
    documents.has_gaps = True
    documents.diagnostics.append(Diagnostic(Severity.ERROR, code, message, entry.span(), hint))
