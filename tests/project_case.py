"""A small project in a folder of its own, checked and built as a user would."""

from pathlib import Path
from typing import Self

from psm_cards import workflows
from psm_cards.diagnostics import Diagnostic, Severity

HEAD = "format: 1\nproject: {id: demo, title: A demo}\n"


def _silent(stage: str) -> None:
    """Take no notice of the stages."""


class ProjectCase:
    """A project under test; every step returns the case, so that a test reads as a list of steps."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.diagnostics: tuple[Diagnostic, ...] = ()
        self.package: Path | None = None

    def file(self, name: str, content: str | bytes) -> Self:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def notes(self, text: str) -> Self:
        """Write decks.yaml with one deck of these notes; the first of their lines is line 6, seven columns in."""
        indented = "".join(f"      {line}\n" for line in text.strip("\n").split("\n"))
        return self.file("decks.yaml", f"{HEAD}decks:\n  - name: Demo\n    notes:\n{indented}")

    def check(self) -> Self:
        """Check the project."""
        self.diagnostics = workflows.check(self.folder, _silent).report.diagnostics
        return self

    def build(self, *, strict: bool = False, released: int | None = None) -> Self:
        """Build the package into the project's build folder."""
        target = workflows.Target(folder=None, label="test", released=released)
        built = workflows.build(self.folder, target, _silent, strict=strict)
        self.diagnostics = built.report.diagnostics
        self.package = built.package.path if built.package else None
        return self

    def found(self) -> list[str]:
        """Return what was found as `file:line:column code`, the file from the project's folder."""
        return [f"{self._where(diagnostic)} {diagnostic.code}".strip() for diagnostic in self.diagnostics]

    def expect(self, *problems: str) -> Self:
        """Assert that exactly these problems were found, in this order."""
        assert self.found() == list(problems)
        return self

    def expect_clean(self) -> Self:
        """Assert that nothing was found, not even a warning."""
        assert [(problem.code, problem.message) for problem in self.diagnostics] == []
        return self

    def errors(self) -> list[Diagnostic]:
        """Return the errors found."""
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity is Severity.ERROR]

    def _where(self, diagnostic: Diagnostic) -> str:
        if diagnostic.span is None:
            return ""
        file = Path(diagnostic.span.file).relative_to(self.folder).as_posix()
        return f"{file}:{diagnostic.span.line}:{diagnostic.span.column}"
