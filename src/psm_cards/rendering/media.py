"""The files that cards show or play: found in the project, hashed once, renamed after their content (R22, R23).

Takes the HTML of a field, or a template's asset, and gives names that are safe in Anki.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from psm_cards.diagnostics import Finding, Problem
from psm_cards.files import cause_of
from psm_cards.likeness import Likeness
from psm_cards.model import LONGEST_MEDIA_NAME, Media, Text
from psm_cards.rendering.markup import Markup

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "avif"})
RECORDINGS = frozenset({"mp3", "ogg", "oga", "opus", "m4a", "wav", "flac", "webm", "mp4"})
HASH_DIGITS = 12
UNBOUND = "_psm-"
"""How the name of a file begins that no note names: Anki imports others only for the notes that use them (R23)."""

# Attributes as `markup` writes them, in double quotes or bare: other forms would let one tag run on into the next.
_ATTRIBUTE = r"""\s+[\w:-]+(?:="[^"]*")?"""
_REFERENCE = (
    rf"""(?i)(?P<tag><(?:img|audio|video|source)\b(?:{_ATTRIBUTE})*?\s+src=)"(?P<src>[^"]*)\""""
    r"|\[sound:(?P<sound>[^\[\]]*)\]"
)
# What stands before a path where it is used, and how many characters before it are looked at.
_BEFORE_PATH = r"""(?i)(?:\]\(\s*<?|\bsrc\s*=\s*["']?|\[sound:)$"""
_REACH = 40
_ADDRESS = r"[A-Za-z][A-Za-z0-9+.-]+:|//"
_NO_PATH = r"!\[[^\]\n]{0,300}\]\(\s{0,9}(?:<>)?\s{0,9}\)|\[sound:\s{0,9}\]"
_DRIVE = r"[A-Za-z]:"
_LIKE = 0.7
"""How like names must be to be told: below it, `none.png` and `fake.png` are alike for their ending."""


class MediaFiles:
    """The media of one project by path; a path is looked up once, whether it leads to a file or to a problem."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[str, str], Media | Problem] = {}
        self._names: set[str] = set()
        self._asked: dict[tuple[str, str], str] = {}
        self._is_doubtful = False
        self._spellings: dict[str, str] = {}
        self._large: dict[str, Finding] = {}
        self._weighed: set[str] = set()
        self._listings: dict[Path, frozenset[str]] = {}
        self._likenesses: dict[str, Likeness] = {}
        self._closed: dict[Path, OSError] = {}

    @property
    def found(self) -> tuple[Media, ...]:
        """Every file referred to so far, sorted by name; equal bytes under one stem are one file."""
        named = {media.name: media for media in reversed(self._known.values()) if isinstance(media, Media)}
        return tuple(named[name] for name in sorted(named))

    @property
    def names(self) -> AbstractSet[str]:
        """The names of the files referred to; those that are referred to later will be among them."""
        return self._names

    def resolve(self, markup: Markup, source: Text, prefix: str = "") -> Markup:
        """Return a field's HTML with media names for the project's paths, and what is wrong with these.

        The names begin with `prefix`; the findings' offsets are those of the paths in `source`, the text that the HTML
        was made from.
        """
        # Most fields have no media: measured, two searches of a short text cost a tenth of the expression.
        if "src=" not in markup.html and "[sound:" not in markup.html:
            return markup
        findings: dict[str, Finding] = {}

        def renamed(match: re.Match[str]) -> str:
            path = html.unescape(match["sound"] if match["src"] is None else match["src"])
            try:
                file = path if match["src"] is None else self._decoded(path)
                _check_use(file, match["tag"])
                name = self._look_up(file, prefix)
                if warning := self.warning(file):
                    findings.setdefault(path, _placed(warning, path, source.value))
            except Problem as problem:
                findings.setdefault(path, _placed(problem.finding, path, source.value))
                # The path is told here, with its place: without it nobody tells it again.
                return match["sound"] if match["src"] is None else match["tag"][: -len("src=")].rstrip()
            return f"[sound:{name}]" if match["src"] is None else f'{match["tag"]}"{name}"'

        text = re.sub(_REFERENCE, renamed, markup.html)
        return Markup(text, (*markup.findings, *findings.values()))

    def name(self, path: str) -> str:
        """Return the media name of a project's recording, `stem-hash.ext`. Raises Problem."""
        _check_use(path, None)
        return self._look_up(path, "")

    def warning(self, path: str) -> Finding | None:
        """Return what an author is to know of a file that was looked up, the first time that it is asked for."""
        return self._large.pop(path, None)

    def asset(self, name: str) -> str:
        """Return the media name of a file in `templates/assets/`, `_psm-stem-hash.ext`. Raises Problem."""
        return self._look_up(f"templates/assets/{name}", UNBOUND)

    def begin(self) -> None:
        """Forget what has been asked for."""
        self._asked, self._is_doubtful = {}, False

    def asked(self) -> tuple[tuple[str, str, str], ...] | None:
        """Return the files asked for since the beginning: path, prefix, name; None if others may be meant one day."""
        return None if self._is_doubtful else tuple((*key, name) for key, name in self._asked.items())

    def recall(self, asked: Iterable[tuple[str, str, str]]) -> bool:
        """Ask for files once more, and return whether they are what they were, with nothing to say of them."""
        try:
            return all(self._look_up(path, prefix) == name and path not in self._large for path, prefix, name in asked)
        except Problem:
            return False

    def _decoded(self, path: str) -> str:
        """Return the path of a picture: `a%20b.png` is `a b.png`, unless there is only a file of the very name."""
        plain = unquote(path)
        # What it means depends on the files beside it.
        self._is_doubtful = self._is_doubtful or plain != path
        return plain if plain != path and self._is_there(plain) else path

    def _look_up(self, path: str, prefix: str) -> str:
        known = self._known.get((path, prefix))
        if known is None:
            try:
                known = self._media(path, prefix)
                self._names.add(known.name)
            except Problem as problem:
                known = problem
            self._known[path, prefix] = known
        if isinstance(known, Problem):
            raise known
        self._asked[path, prefix] = known.name
        return known.name

    def _media(self, path: str, prefix: str) -> Media:
        _check_address(path)
        _check_type(path)
        file = self._root / path
        if not self._is_there(path):
            raise Problem(Finding("missing-media", f"no file `{path}`", self._near(path)))
        try:
            _check_file(file, path, self._root)
        except OSError as error:
            raise _unreadable(path, error) from error
        first = self._spellings.setdefault(path.casefold(), path)
        if first != path:
            message = f"`{path}` differs from `{first}` only in case: Windows and macOS keep but one of them"
            raise Problem(Finding("media-case", message, "rename one of the two"))
        digest = self._digest(file, path)
        return Media(_name(path, digest, prefix), file, digest)

    def _digest(self, file: Path, path: str) -> str:
        """Return the hash of a file that holds what its name says. Raises Problem."""
        from psm_cards.rendering import contents  # noqa: PLC0415 (many decks show and play nothing)

        try:
            warning = contents.weigh(file.stat().st_size, path)
            if warning and path not in self._weighed:
                # Told once, though an asset may be looked up again under another name.
                self._weighed.add(path)
                self._large[path] = warning
            with file.open("rb") as stream:
                contents.check(stream, path)
                stream.seek(0)
                return hashlib.file_digest(stream, "sha256").hexdigest()[:HASH_DIGITS]
        except OSError as error:
            raise _unreadable(path, error) from error

    def _is_there(self, path: str) -> bool:
        """Return whether every step of a path is spelled as on the disk, also where the disk ignores case.

        Raises Problem if a folder on the way may not be read.
        """
        folder = self._root
        for step in PurePosixPath(path).parts:
            if step not in self._listing(folder):
                if error := self._closed.get(folder):
                    raise _unreadable(folder.relative_to(self._root).as_posix(), error)
                return False
            folder /= step
        return True

    def _near(self, path: str) -> str | None:
        folder, _, name = unquote(path).rpartition("/")
        if near := self._likeness(folder).nearest(name):
            return f"did you mean `{f'{folder}/' if folder else ''}{near}`?"
        elsewhere = (one for one in sorted(self._listing(self._root)) if name in self._listing(self._root / one))
        found = next((f"{one}/{name}" for one in elsewhere), name if name in self._listing(self._root) else "")
        return f"did you mean `{found}`?" if found else "a path starts in the project's folder"

    def _likeness(self, folder: str) -> Likeness:
        if folder not in self._likenesses:
            self._likenesses[folder] = Likeness(sorted(self._listing(self._root / folder)), _LIKE)
        return self._likenesses[folder]

    def _listing(self, folder: Path) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(entry.name for entry in folder.iterdir())
            except PermissionError as error:
                self._closed[folder] = error
                self._listings[folder] = frozenset()
            # A ValueError is what a path with a null character makes: `%00` in an address.
            except (OSError, ValueError):
                self._listings[folder] = frozenset()
        return self._listings[folder]


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem(Finding("unreadable-media", f"cannot read `{path}`: {cause_of(error)}", "make it readable for you"))


def _check_address(path: str) -> None:
    if re.match(_ADDRESS, path):
        hint = "cards work without a network: put the file into the project"
        raise Problem(Finding("remote-media", f"`{path}` is not a file of the project", hint))
    if path.startswith("/") or "\\" in path or re.match(_DRIVE, path) or ".." in PurePosixPath(path).parts:
        hint = "write the path from the project's folder on, with `/` between folders"
        raise Problem(Finding("media-outside-project", f"expected a path in the project, found `{path}`", hint))


def _check_type(path: str) -> None:
    if not path.strip():
        raise Problem(Finding("missing-media", "here is no path", "write the file's path, or leave this out"))
    extension = PurePosixPath(path).suffix[1:].lower()
    if extension not in PICTURES and extension not in RECORDINGS:
        hint = f"pictures: {', '.join(sorted(PICTURES))}; recordings: {', '.join(sorted(RECORDINGS))}"
        raise Problem(Finding("media-type", f"expected a picture or recording, found `{path}`", hint))


def _check_use(path: str, tag: str | None) -> None:
    """Raise Problem for a recording in an `<img>`, and for a picture that is to be played (without a tag)."""
    extension = PurePosixPath(path).suffix[1:].lower()
    if tag is None and extension in PICTURES:
        message = f"expected a recording, found the picture `{path}`"
        raise Problem(Finding("media-type", message, f"show a picture in a text with `![what it shows]({path})`"))
    if tag is not None and tag[:4].lower() == "<img" and extension in RECORDINGS:
        message = f"expected a picture, found the recording `{path}`"
        raise Problem(Finding("media-type", message, f"play it with `[sound:{path}]`"))


def _check_file(file: Path, path: str, root: Path) -> None:
    """Raise Problem unless a path that is there leads to a file of the project."""
    if file.is_dir():
        raise Problem(Finding("missing-media", f"`{path}` is a folder", "name a file in it"))
    if file.is_symlink() and not file.exists():
        raise Problem(Finding("missing-media", f"`{path}` is a link that leads nowhere", "put the file in its place"))
    if not file.is_file():
        # Nothing else is opened: a named pipe would be waited for without end.
        raise Problem(Finding("missing-media", f"`{path}` is no ordinary file", "put the picture or recording there"))
    if not file.resolve().is_relative_to(root.resolve()):
        message = f"`{path}` is a link that leads out of the project's folder"
        raise Problem(Finding("media-outside-project", message, "copy the file into the project"))


def _name(path: str, digest: str, prefix: str) -> str:
    file = PurePosixPath(path)
    plain = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    # Anki takes a file called `latex-…` for one that it made itself and may delete (R22).
    if not stem or stem.split("-")[0] == "latex":
        stem = f"media-{stem}".rstrip("-")
    end = f"-{digest}{file.suffix.lower()}"
    return f"{prefix}{stem}"[: LONGEST_MEDIA_NAME - len(end)] + end


def _places(path: str, source: str) -> Iterator[int]:
    # Not one expression with the path in it: for four thousand paths of a text, that took half a minute.
    place = source.find(path)
    while place >= 0:
        yield place
        place = source.find(path, place + 1)


def _placed(finding: Finding, path: str, source: str) -> Finding:
    """Return the finding at its path in the source, or about the whole where the source spells the path otherwise."""
    # First where it is used: the same words may stand in the text before.
    blank = re.search(_NO_PATH, source) if not path.strip() else None
    if blank:
        return finding._replace(offset=blank.start(), length=len(blank[0]))
    used = (place for place in _places(path, source) if re.search(_BEFORE_PATH, source[max(place - _REACH, 0) : place]))
    offset = next(used, source.find(path))
    length = len(path) if offset >= 0 else None
    return finding._replace(offset=max(offset, 0), length=length)
