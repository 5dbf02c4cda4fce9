"""The starter: a small project with comments, which shows an author what a project can hold."""

import json
import re
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from psm_cards.diagnostics import Finding, Problem
from psm_cards.files import fail
from psm_cards.project.structure import schema

STARTER = ("README.md", "gitignore", "gitattributes", "media/orbit.svg", "decks.yaml")
"""The files in `starter/`; the last one makes a folder a project."""

HIDDEN = frozenset({"gitignore", "gitattributes"})
"""Files that get a dot before their name; with it, git and builds of this package would obey the starter's own."""

REPOSITORY = ".git"
NAMED = 3
"""Files that a message names; more would say no more."""

_ID, _TITLE = "my-deck", "My deck"
_BEFORE_ID = re.compile("^[^a-z]+")
_NO_ID = re.compile("[^a-z0-9]+")
_SPACES = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Naming:
    """What a new project is called: the namespace of its ids, and the words that people read."""

    id: str
    title: str


def naming_of(folder: str) -> Naming:
    """Return the naming that a folder's name suggests; either part is empty if nothing in the name fits."""
    ascii_name = unicodedata.normalize("NFKD", folder).encode("ascii", "ignore").decode()
    words = _SPACES.sub(" ", folder).strip()
    title = words[:1].upper() + words[1:]
    identity = _BEFORE_ID.sub("", _NO_ID.sub("-", ascii_name.lower())).strip("-")
    return Naming(identity, title if is_title(title) else "")


def is_id(text: str) -> bool:
    """Return whether a project can have this id."""
    pattern = schema()["$defs"]["project"]["properties"]["id"]["pattern"]
    return re.fullmatch(pattern, text) is not None


def is_title(text: str) -> bool:
    """Return whether a project can have this title and the starter's decks can be named after it."""
    pattern = schema()["$defs"]["deck"]["properties"]["name"]["pattern"]
    # Anki takes double quotes out of a deck's name.
    return text.isprintable() and '"' not in text and re.fullmatch(pattern, text) is not None


def start(folder: Path, naming: Naming) -> list[Path]:
    """Write the starter into a folder that is new or empty, and return its files; if one fails, none is left.

    Raises Problem if the folder holds something (but a repository without files), FileProblem if it cannot be written.
    """
    _refuse_occupied(folder)
    news = _News()
    try:
        for name in STARTER:
            news.write(folder / (f".{name}" if name in HIDDEN else name), _content(name, naming))
    except BaseException:
        news.remove()
        raise
    return news.files


def _refuse_occupied(folder: Path) -> None:
    try:
        found = sorted(path.name for path in folder.iterdir() if path.name != REPOSITORY)
    except FileNotFoundError:
        return
    except OSError as error:
        fail("write", folder, error)
    if found:
        more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
        listed = ", ".join(f"`{name}`" for name in found[:NAMED])
        message = f"expected a new or an empty folder, found `{folder}` with {listed}{more}"
        raise Problem(Finding("folder-not-empty", message, "name a folder that does not exist yet"))


def _content(name: str, naming: Naming) -> bytes:
    """Return a file of the starter with the new names in the place of its own."""
    text = files("psm_cards.project").joinpath("starter", name).read_text(encoding="utf-8")
    # JSON's way to write a text between quotes is also YAML's.
    title = json.dumps(naming.title, ensure_ascii=False)[1:-1] if name.endswith(".yaml") else naming.title
    return text.replace(_ID, naming.id).replace(_TITLE, title).encode()


class _News:
    """The files and folders that were made so far, to be removed if a later one fails."""

    def __init__(self) -> None:
        self.files: list[Path] = []
        self._folders: list[Path] = []

    def write(self, target: Path, content: bytes) -> None:
        """Write a file that must not be there yet, with the folders it needs. Raises FileProblem."""
        try:
            self._make(target.parent)
            # Exclusive: what another program has put there since is not ours to replace.
            with target.open("xb") as file:
                self.files.append(target)
                file.write(content)
        except OSError as error:
            fail("write", target, error)

    def _make(self, folder: Path) -> None:
        for each in reversed([folder, *folder.parents]):
            if not each.exists():
                each.mkdir()
                self._folders.append(each)

    def remove(self) -> None:
        """Remove all, as far as the system lets us."""
        for path in self.files:
            path.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()
