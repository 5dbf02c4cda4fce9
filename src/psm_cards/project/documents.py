"""The files of a project: decks.yaml and what it includes, each read, parsed and checked for its shape."""

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem, read_text
from psm_cards.project.positions import SourceText
from psm_cards.project.structure import check, later_keys, not_supported
from psm_cards.project.tree import Mapping, Node, Scalar, Sequence, TreeBuilder

MAIN_FILE = "decks.yaml"


@dataclass(slots=True)
class Documents:
    """The root mappings of a project's files, the main one first, and all that is wrong with the files so far."""

    root: Path
    main: Mapping | None = None
    included: list[Mapping] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def all(self) -> list[Mapping]:
        """The main file's mapping and then the included ones, in their order."""
        return ([self.main] if self.main else []) + self.included


def read(path: Path) -> Documents:
    """Read a project from its decks.yaml, or from the folder that holds one."""
    main = path / MAIN_FILE if path.is_dir() else path
    documents = Documents(main.parent)
    documents.main = _read_file(documents, main, included=False)
    if documents.main:
        for entry in _entries(documents.main.values.get("include")):
            _include(documents, main, entry)
    return documents


def _entries(node: Node | None) -> list[Scalar]:
    items = node.items if isinstance(node, Sequence) else []
    return [item for item in items if isinstance(item, Scalar) and item.value.strip()]


def _read_file(documents: Documents, path: Path, *, included: bool) -> Mapping | None:
    try:
        source = SourceText(str(path), read_text(path))
    except FileProblem as problem:
        hint = None if included else "`psm-cards build FOLDER` looks for `decks.yaml` in the folder"
        documents.diagnostics.append(Diagnostic(Severity.ERROR, "unreadable-file", str(problem), None, hint))
        return None
    builder = TreeBuilder(source)
    root = builder.build()
    documents.diagnostics += builder.diagnostics
    if root is None and not builder.diagnostics:
        _report_empty(documents, source)
    if root is None:
        return None
    documents.diagnostics += check(root, included=included)
    if not isinstance(root, Mapping):
        return None
    documents.diagnostics += not_supported(root, later_keys(""))
    return root


def _report_empty(documents: Documents, source: SourceText) -> None:
    hint = "start it with `format: 1`, `project:` and `decks:`"
    span = source.span(0, 0)
    documents.diagnostics.append(Diagnostic(Severity.ERROR, "empty-file", "the file has nothing in it", span, hint))


def _include(documents: Documents, main: Path, entry: Scalar) -> None:
    pattern = PurePosixPath(entry.value)
    if pattern.is_absolute() or ".." in pattern.parts or "\\" in entry.value:
        hint = "name files below the folder of `decks.yaml`, with `/` between folders"
        _report(documents, entry, "include-outside-project", f"`{entry.value}` is not inside the project", hint)
        return
    # Sorted, because the order of a folder differs from machine to machine.
    paths = sorted(path for path in documents.root.glob(entry.value) if path.is_file())
    if not paths:
        _report(documents, entry, "include-not-found", f"no file matches `{entry.value}`", "check the path's spelling")
    known = {Path(document.source.shown) for document in documents.all}
    for path in paths:
        if path == main:
            hint = "take it out, or make the pattern narrower"
            _report(documents, entry, "include-of-itself", f"`{entry.value}` includes the file it stands in", hint)
        elif path not in known:
            document = _read_file(documents, path, included=True)
            documents.included += [document] if document else []


def _report(documents: Documents, entry: Scalar, code: str, message: str, hint: str) -> None:
    documents.diagnostics.append(Diagnostic(Severity.ERROR, code, message, entry.span(), hint))
