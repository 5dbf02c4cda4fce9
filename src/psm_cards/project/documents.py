"""The files of a project: decks.yaml and what it includes, each read, parsed and checked for its shape.

Most files of a large project hold nothing but decks. Such a part can be read when its turn comes and let go of after.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from psm_cards.diagnostics import Diagnostic, Related, Severity, Span, first_one
from psm_cards.files import FileProblem, FileTooLarge, read_bytes, read_text
from psm_cards.project import includes
from psm_cards.project.misspelt import nearest
from psm_cards.project.nodes import Mapping, Node, Scalar
from psm_cards.project.positions import SourceText
from psm_cards.project.reading import mappings, scalars
from psm_cards.project.structure import check, later_keys, not_supported
from psm_cards.project.tree import TreeBuilder

MAIN_FILE = "decks.yaml"

# With the line end itself: an expression that begins with `^` takes twenty times as long.
_AT_MARGIN = re.compile(rb"\n[^ \r\n#-][^\n:]*:?")
_LINE = 100
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DIGEST = 16
_KEYS_OF_PART = frozenset({"decks", "format"})
_MISSED = frozenset({"unknown-item", "unknown-source"})


class NotByParts(Exception):
    """The files cannot be read one after the other as it seemed: what they say depends on all of them at once."""


class Part(NamedTuple):
    """A file that seems to hold nothing but decks and is not parsed yet, and the entry of `include:` that names it.

    `digest` is that of its text.
    """

    path: Path
    entry: Scalar
    digest: bytes


@dataclass(slots=True)
class Documents:
    """The root mappings of a project's files, the main one first, and all that is wrong with the files so far.

    Among the included files are the parts that `decks` reads. `places` are the entries of `include:` by the file they
    name; `has_gaps` tells that a file could not be read, so that what seems to be missing may only be out of sight.
    """

    root: Path
    main: Mapping | None = None
    places: dict[Path, Scalar] = field(default_factory=dict)
    included: list[Mapping | Part] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    has_gaps: bool = False

    @property
    def all(self) -> list[Mapping]:
        """The main file's mapping and then the included ones that are read, in their order."""
        included = [one for one in self.included if isinstance(one, Mapping)]
        return [self.main, *included] if self.main else included

    def decks(self, is_known: Callable[[Part], bool]) -> Iterator[tuple[list[Mapping] | None, Part | None]]:
        """Yield the decks of each file, in the order of the files; nobody but the caller holds them from then on.

        With those of a part comes the part; one that is known is not parsed, and comes without decks. Raises NotByParts
        if a part is none, or makes doubtful what was said of the files before it.
        """
        for document in [self.main, *self.included]:
            if not isinstance(document, Part):
                if document:
                    yield _taken_out(document), None
            elif is_known(document):
                yield None, document
            elif root := self._read_part(document):
                # It may have changed since the first look at it.
                part = document._replace(digest=_digest(root.source.text.encode()))
                yield _taken_out(root), part
                root.source.let_go()

    def context(self) -> bytes:
        """Return the digest of all files that are no parts, with their paths."""
        said = "\0".join(f"{one.source.shown}\0{one.source.text}" for one in self.all)
        # A file's name may be no UTF-8.
        return _digest(said.encode(errors="surrogatepass"))

    def _read_part(self, part: Part) -> Mapping | None:
        root = _read_file(self, part.path, part.entry)
        if root and (not root.keys.keys() <= _KEYS_OF_PART or not root.values.keys() <= _KEYS_OF_PART):
            raise NotByParts
        if self.has_gaps and any(one.code in _MISSED for one in self.diagnostics):
            raise NotByParts
        return root


def _taken_out(root: Mapping) -> list[Mapping]:
    decks = list(mappings(root, "decks"))
    # The tree of notes that are loaded takes three times the room of the notes.
    root.values.pop("decks", None)
    root.data.pop("decks", None)
    return decks


def main_file(path: Path) -> Path:
    """Return the decks.yaml that a path names itself, or by its folder."""
    return path / MAIN_FILE if _is_folder(path) else path


def read(path: Path, *, by_parts: bool = False) -> Documents:
    """Read a project from its decks.yaml, or from the folder that holds one; by parts, leave these for later."""
    main = main_file(path)
    documents = Documents(main.parent)
    documents.main = _read_file(documents, main, None)
    if documents.main:
        for entry in scalars(documents.main, "include"):
            if entry.value.strip():
                _include(documents, main, entry, by_parts=by_parts)
        documents.diagnostics += _differing_in_case(documents)
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
    if isinstance(problem, FileTooLarge):
        hint = "make several files of it, and name them under `include:`"
        return Diagnostic(Severity.ERROR, "file-too-large", str(problem), span, hint)
    if entry is None and isinstance(problem.__cause__, FileNotFoundError | IsADirectoryError | NotADirectoryError):
        hint = "name the project's folder, or its `decks.yaml`"
    return Diagnostic(Severity.ERROR, "unreadable-file", str(problem), span, hint, related)


def _include(documents: Documents, main: Path, entry: Scalar, *, by_parts: bool) -> None:
    paths, faults = includes.find(documents.root, main, entry.value)
    documents.has_gaps |= bool(faults)
    documents.diagnostics += (fault.at(entry) for fault in faults)
    for path in paths:
        if path.resolve() not in documents.places:
            documents.places[path.resolve()] = entry
            part = _part(path, entry) if by_parts else None
            if part:
                documents.included.append(part)
            elif document := _read_file(documents, path, entry):
                documents.included.append(document)


def _part(path: Path, entry: Scalar) -> Part | None:
    """Return a file that seems to hold nothing but decks: a quick look, and parsing it has the last word."""
    try:
        data = read_bytes(path)
    except (OSError, FileProblem):
        # That is told when it is parsed.
        return None
    found = {*_AT_MARGIN.findall(data), *_AT_MARGIN.findall(b"\n" + data[:_LINE])}
    is_part = b"\ndecks:" in found and found <= {b"\ndecks:", b"\nformat:"}
    # As the text is read.
    text = data.removeprefix(_BYTE_ORDER_MARK).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return Part(path, entry, _digest(text)) if is_part else None


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=_DIGEST).digest()


def _differing_in_case(documents: Documents) -> Iterator[Diagnostic]:
    for path, first in includes.differ_only_in_case(list(documents.places)):
        names = f"`{path.name}` and `{first.name}`"
        message = f"{names} differ only in case: Windows and macOS keep but one of them"
        span, hint = documents.places[path].span(), "rename one of the two"
        related = first_one(documents.places[first])
        yield Diagnostic(Severity.ERROR, "include-case", message, span, hint, related)
