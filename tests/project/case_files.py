"""Files of cases: small projects with the problems that are expected in them written above each.

    === a title that is a part of a sentence
    ! 3:1 unknown-key deck              line, column and code; what is underlined, if that is to be compared too
    ! more.yaml:2:9 wrong-form          in another file; the lines stand in the order of the report
    format: 1                           the text of decks.yaml; a sign such as ␀ or ␉ is the control character it shows
    --- more.yaml                       another file, with its text below
    --- windows.yaml @crlf              with line ends, or another encoding, of another system
    --- media/moon.png @png             a file that a word makes
    --- media/same.png @link moon.png   a link to another path

A case without a line `!` is in order. A path may lead out of the project with `../`.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from psm_cards.diagnostics import Span

FOLDER = Path(__file__).parent / "cases"
MAIN_FILE = "decks.yaml"

_HEADER = re.compile(r"^--- (?P<path>[^@\n]*[^@\n ])(?: @(?P<word>\w+)(?: (?P<target>.+))?)?\n", re.MULTILINE)
_PROBLEM = re.compile(r"(?P<place>(?:[^ ]*\d+:\d+ )?)(?P<code>[a-z-]+)(?: (?P<underlined>.+))?")
_PICTURES_OF_CONTROLS = {0x2400 + code: code for code in range(32)}
_ENCODED = {
    "crlf": lambda text: text.replace("\n", "\r\n").encode(),
    "cr": lambda text: text.replace("\n", "\r").encode(),
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "latin1": lambda text: text.encode("latin-1"),
    "utf16": lambda text: text.encode("utf-16"),
}
_CONTENTS = {
    "empty": b"",
    "png": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
        "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
    ),
    "jpeg": bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9"),
    "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes.fromhex("fffb9064") + bytes(413),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="5" cy="5" r="4"/></svg>\n',
    "html": b"<!DOCTYPE html>\n<title>404</title>\n",
}


@dataclass(frozen=True)
class WrittenFile:
    """A file of a case: its text, or the word that makes it, with the path that a link leads to."""

    path: str
    text: str
    word: str
    target: str

    def write(self, folder: Path) -> None:
        """Make the file in a project's folder."""
        path = folder / self.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.word == "link":
            path.symlink_to(self.target)
        elif self.word == "folder":
            path.mkdir()
        elif self.word in _CONTENTS:
            path.write_bytes(_CONTENTS[self.word])
        else:
            encode = _ENCODED[self.word] if self.word else str.encode
            path.write_bytes(encode(self.text))


@dataclass(frozen=True)
class Expected:
    """A problem that a case is to have: `file:line:column code`, and what is underlined, unless that is left open."""

    problem: str
    code: str
    underlined: str


@dataclass(frozen=True)
class WrittenCase:
    """A small project, and all that is wrong with it in the order of the report."""

    title: str
    expected: tuple[Expected, ...]
    files: tuple[WrittenFile, ...]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> str:
        """The text of decks.yaml."""
        return next(file.text for file in self.files if file.path == MAIN_FILE)

    def write(self, folder: Path) -> bool:
        """Make the project in a folder, and return whether the disk keeps names apart that differ only by case."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            file.write(folder)
        paths = [folder / file.path for file in self.files]
        return all(path.name in [entry.name for entry in path.parent.iterdir()] for path in paths)


def read_cases(*names: str) -> list[WrittenCase]:
    """Return the cases of these files."""
    sections = [
        section
        for name in names
        for section in re.split(r"^=== ", (FOLDER / name).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    ]
    cases = [_case(section) for section in sections]
    titles = [case.title for case in cases]
    assert len(set(titles)) == len(titles), [title for title in titles if titles.count(title) > 1]
    return cases


def all_cases() -> list[WrittenCase]:
    """Return the cases of all files, which have no title twice."""
    return read_cases(*sorted(path.name for path in FOLDER.glob("*.txt")))


def underlined(span: Span) -> str:
    """Return what a report underlines: a span's text, of one that goes on in further lines the first with a `…`."""
    text = Path(span.file).read_bytes().decode("utf-8-sig", "replace")
    line = re.split("\r\n|\r|\n", text)[span.line - 1]
    if span.end_line > span.line:
        return f"{line[span.column - 1 :].rstrip()}…"
    return line[span.column - 1 : span.end_column - 1]


def _case(section: str) -> WrittenCase:
    title, _, rest = section.partition("\n")
    lines = rest.rstrip("\n").split("\n")
    problems = [_expected(line.removeprefix("! ")) for line in lines if line.startswith("! ")]
    project = "\n".join(lines[len(problems) :]).translate(_PICTURES_OF_CONTROLS)
    return WrittenCase(title, tuple(problems), tuple(_files(f"{project}\n" if project else "")))


def _expected(line: str) -> Expected:
    match = _PROBLEM.fullmatch(line)
    assert match, line
    in_main = match["place"][:1].isdecimal()
    place = f"{MAIN_FILE}:{match['place']}" if in_main else match["place"]
    marked = (match["underlined"] or "").translate(_PICTURES_OF_CONTROLS)
    return Expected(f"{place}{match['code']}", match["code"], marked)


def _files(project: str) -> list[WrittenFile]:
    headers = list(_HEADER.finditer(project))
    ends = [*(header.start() for header in headers), len(project)][1:]
    files = [
        WrittenFile(header["path"], project[header.end() : end], header["word"] or "", header["target"] or "")
        for header, end in zip(headers, ends, strict=True)
    ]
    if any(file.path == MAIN_FILE for file in files):
        return files
    first = headers[0].start() if headers else len(project)
    return [WrittenFile(MAIN_FILE, project[:first], "", ""), *files]
