"""Files of cases: small projects with the problems that are expected in them written above each."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class WrittenCase:
    """A decks.yaml, and what is expected of it: `line:column code`, in the order of the file."""

    title: str
    expected: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return self.title


def read_cases(name: str) -> list[WrittenCase]:
    """Return the cases of a file: a line `=== title`, lines `! line:column code`, then the document."""
    sections = (FOLDER / name).read_text(encoding="utf-8").split("=== ")[1:]
    cases = [_case(section) for section in sections]
    assert len({case.title for case in cases}) == len(cases), "titles of cases are unique"
    return cases


def _case(section: str) -> WrittenCase:
    title, _, rest = section.partition("\n")
    lines = rest.rstrip("\n").split("\n")
    expected = [line.removeprefix("! ") for line in lines if line.startswith("! ")]
    document = "\n".join(lines[len(expected) :])
    return WrittenCase(title, tuple(expected), f"{document}\n" if document else "")
