"""The files that cards show or play: found in the project, hashed once, renamed after their content (R22, R23).

Takes the HTML of a field, or a template's asset, and gives names that are safe in Anki.
"""

import difflib
import hashlib
import html
import re
import unicodedata
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from psm_cards.diagnostics import Finding, Problem
from psm_cards.files import cause_of
from psm_cards.model import LONGEST_MEDIA_NAME, Media, Text
from psm_cards.rendering.markup import Markup

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "avif"})
RECORDINGS = frozenset({"mp3", "ogg", "oga", "opus", "m4a", "wav", "flac", "webm", "mp4"})
HASH_DIGITS = 12
UNBOUND = "_psm-"
"""How the name of a file begins that no note names: Anki imports others only for the notes that use them (R23)."""

# Attributes as `markup` writes them, in double quotes or bare: other forms would let one tag run on into the next.
_ATTRIBUTE = r"""\s+[\w:-]+(?:="[^"]*")?"""
_REFERENCE = re.compile(
    rf"""(?P<tag><(?:img|audio|video|source)\b(?:{_ATTRIBUTE})*?\s+src=)"(?P<src>[^"]*)"|\[sound:(?P<sound>[^\[\]]*)\]""",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//")
_DRIVE = re.compile(r"[A-Za-z]:")


class MediaFiles:
    """The media of one project by path; a path is looked up once, whether it leads to a file or to a problem."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known: dict[tuple[str, str], Media | Problem] = {}
        self._listings: dict[Path, frozenset[str]] = {}

    @property
    def found(self) -> tuple[Media, ...]:
        """Every file referred to so far, sorted by name; equal bytes under one stem are one file."""
        named = {media.name: media for media in reversed(self._known.values()) if isinstance(media, Media)}
        return tuple(named[name] for name in sorted(named))

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
                name = self._look_up(path if match["src"] is None else self._decoded(path), prefix)
            except Problem as problem:
                findings.setdefault(path, _placed(problem.finding, path, source.value))
                # The path is told here, with its place: without it nobody tells it again.
                return match["sound"] if match["src"] is None else match["tag"][: -len("src=")].rstrip()
            return f"[sound:{name}]" if match["src"] is None else f'{match["tag"]}"{name}"'

        text = _REFERENCE.sub(renamed, markup.html)
        return Markup(text, (*markup.findings, *findings.values()))

    def name(self, path: str) -> str:
        """Return the media name of a project's file, `stem-hash.ext`. Raises Problem."""
        return self._look_up(path, "")

    def asset(self, name: str) -> str:
        """Return the media name of a file in `templates/assets/`, `_psm-stem-hash.ext`. Raises Problem."""
        return self._look_up(f"templates/assets/{name}", UNBOUND)

    def _decoded(self, path: str) -> str:
        """Return the path of a picture: `a%20b.png` is `a b.png`, unless there is only a file of the very name."""
        plain = unquote(path)
        return plain if plain != path and self._is_there(plain) else path

    def _look_up(self, path: str, prefix: str) -> str:
        known = self._known.get((path, prefix))
        if known is None:
            try:
                known = self._media(path, prefix)
            except Problem as problem:
                known = problem
            self._known[path, prefix] = known
        if isinstance(known, Problem):
            raise known
        return known.name

    def _media(self, path: str, prefix: str) -> Media:
        _check_address(path)
        _check_type(path)
        file = self._root / path
        if not self._is_there(path) or not file.is_file():
            raise Problem(Finding("missing-media", f"no file `{path}`", self._near(path)))
        if not file.resolve().is_relative_to(self._root.resolve()):
            raise Problem(Finding("media-outside-project", f"`{path}` leads out of the project's folder"))
        return Media(_name(path, _digest(file, path), prefix), file)

    def _is_there(self, path: str) -> bool:
        """Return whether every step of a path is spelled as on the disk, also where the disk ignores case."""
        folder = self._root
        for step in PurePosixPath(path).parts:
            if step not in self._listing(folder):
                return False
            folder /= step
        return True

    def _near(self, path: str) -> str | None:
        folder, _, name = unquote(path).rpartition("/")
        names = sorted(self._listing(self._root / folder))
        by_case = {entry.lower(): entry for entry in names}
        near = difflib.get_close_matches(name.lower(), by_case, n=1)
        if near:
            return f"did you mean `{f'{folder}/' if folder else ''}{by_case[near[0]]}`?"
        return "a path starts in the project's folder" if not names else None

    def _listing(self, folder: Path) -> frozenset[str]:
        if folder not in self._listings:
            try:
                self._listings[folder] = frozenset(entry.name for entry in folder.iterdir())
            # A ValueError is what a path with a null character makes: `%00` in an address.
            except (OSError, ValueError):
                self._listings[folder] = frozenset()
        return self._listings[folder]


def _check_address(path: str) -> None:
    if _ADDRESS.match(path):
        hint = "cards work without a network: put the file into the project"
        raise Problem(Finding("remote-media", f"`{path}` is not a file of the project", hint))
    if path.startswith("/") or "\\" in path or _DRIVE.match(path) or ".." in PurePosixPath(path).parts:
        hint = "write the path from the project's folder on, with `/` between folders"
        raise Problem(Finding("media-outside-project", f"expected a path in the project, found `{path}`", hint))


def _check_type(path: str) -> None:
    extension = PurePosixPath(path).suffix[1:].lower()
    if extension not in PICTURES and extension not in RECORDINGS:
        hint = f"pictures: {', '.join(sorted(PICTURES))}; recordings: {', '.join(sorted(RECORDINGS))}"
        raise Problem(Finding("media-type", f"expected a picture or recording, found `{path}`", hint))


def _digest(file: Path, path: str) -> str:
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()[:HASH_DIGITS]
    except OSError as error:
        raise Problem(Finding("unreadable-media", f"cannot read `{path}`: {cause_of(error)}")) from error


def _name(path: str, digest: str, prefix: str) -> str:
    file = PurePosixPath(path)
    plain = unicodedata.normalize("NFKD", file.stem).encode("ascii", "ignore").decode("ascii").lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    # Anki takes a file called `latex-…` for one that it made itself and may delete (R22).
    if not stem or stem.split("-")[0] == "latex":
        stem = f"media-{stem}".rstrip("-")
    end = f"-{digest}{file.suffix.lower()}"
    return f"{prefix}{stem}"[: LONGEST_MEDIA_NAME - len(end)] + end


def _placed(finding: Finding, path: str, source: str) -> Finding:
    """Return the finding at its path in the source, or about the whole where the source spells the path otherwise."""
    # First where it is used: the same words may stand in the text before.
    used = re.search(rf"""(?i:\]\(\s*<?|\bsrc\s*=\s*["']?|\[sound:){re.escape(path)}""", source)
    offset = used.end() - len(path) if used else source.find(path)
    length = len(path) if offset >= 0 else None
    return Finding(finding.code, finding.message, finding.hint, max(offset, 0), length, finding.severity)
