"""The texts of sources that are at hand: each is looked for in the project and the folders of texts, and read once."""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.files import FileProblem, exists
from psm_cards.model import HeldText, Source

if TYPE_CHECKING:  # Few texts are at hand: what reads them is imported with the first one.
    from psm_cards.citations.sourcetext import SourceText


class Holdings:
    """Finds and reads texts; `texts` are those at hand by source, `diagnostics` what is wrong with the others.

    One that is missing is told of if `folders` say that texts are to be there, or if it is `needed` without them.
    """

    def __init__(self, root: Path, folders: Sequence[Path], *, needed: bool) -> None:
        self.texts: dict[str, SourceText] = {}
        self.diagnostics: list[Diagnostic] = []
        self._root = root
        self._folders = folders
        self._needed = needed
        # Files that are not at hand, and those of which that has been told.
        self._lacking: set[str] = set()
        self._told: set[str] = set()

    def text(self, source: Source) -> "SourceText | None":
        """Return the text of a source, None if it is not at hand or the source has none."""
        held = source.text
        if held and source.key not in self.texts and held.file not in self._lacking:
            text = self._found(held)
            if text is None:
                self._lacking.add(held.file)
            else:
                self.texts[source.key] = text
        return self.texts.get(source.key)

    def is_told(self, held: HeldText) -> bool:
        """Return whether it has been told that a text is not at hand."""
        return held.file in self._told

    def _found(self, held: HeldText) -> "SourceText | None":
        if not _is_inside(held.file):
            # That has been reported, and what is outside is not ours to read.
            self._told.add(held.file)
            return None
        path = next((folder / held.file for folder in (self._root, *self._folders) if exists(folder / held.file)), None)
        if path is None:
            self._miss(held)
            return None
        return self._read(held, path)

    def _miss(self, held: HeldText) -> None:
        message, hint = f"no file `{held.file}` in the project", "put it into one of them, or correct its name"
        if self._folders:
            message += f", nor in {', '.join(f'`{folder}`' for folder in self._folders)}"
        elif self._needed:
            hint = "name the folder that it is in: `--sources DIR`"
        else:
            return
        self._told.add(held.file)
        self.diagnostics.append(Diagnostic(Severity.WARNING, "missing-text", message, held.place.span(), hint))

    def _read(self, held: HeldText, path: Path) -> "SourceText | None":
        from psm_cards.citations import sourcetext, texts  # noqa: PLC0415 (see above)

        try:
            text = sourcetext.load(texts.read(path), held.strip, held.fixes)
        except FileProblem as problem:
            self._told.add(held.file)
            self.diagnostics.append(_unreadable(held, problem))
            return None
        places = held.places or {}
        self.diagnostics += [finding.at(places.get(entry, held.place)) for entry, finding in text.unused]
        return text


def _is_inside(file: str) -> bool:
    path = PurePosixPath(file.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and not Path(file).is_absolute()


def _unreadable(held: HeldText, problem: FileProblem) -> Diagnostic:
    from psm_cards.citations.texts import WrongEncoding  # noqa: PLC0415 (see above)

    message = f"{problem}, line {problem.line}" if problem.line else str(problem)
    is_text = problem.line or isinstance(problem, WrongEncoding)
    hint = "save it as text in UTF-8" if is_text else "put the source's text there, or take `text:` out"
    return Diagnostic(Severity.ERROR, "unreadable-text", message, held.place.span(), hint)
