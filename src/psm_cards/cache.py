"""What a build leaves for the next one: files that may be lost, damaged or deleted at any time without harm.

`Store` keeps values by name, `Watch` hears what a build has looked at, and `Seen` says whether that is as it was.
With `os.path` and not `pathlib`: a build that finds nothing changed does little else than start Python.
"""

import marshal
import os
import stat
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from hashlib import blake2b
from io import FileIO
from typing import Any, NamedTuple, Self

FOLDER = ".psm-cards-cache"
"""The folder in a project; git is told there to leave it out."""

SPARE = 1 << 28
"""Bytes that stay free on the disk: nothing is kept where the package may need them."""

_DIGEST = 16
_PIECE = 1 << 20


class Store:
    """Keeps values that `marshal` knows in a folder, valid for one version of all that makes them.

    Whatever is wrong with a file or the folder is the same as nothing kept: no method raises for it.
    """

    def __init__(self, folder: str, version: bytes) -> None:
        self._folder = self.folder_in(folder)
        self._version = version
        self._is_made = False

    @staticmethod
    def folder_in(project: str) -> str:
        """Return the folder of a project in which values are kept."""
        return os.path.join(project, FOLDER)

    def get(self, name: str) -> Any:  # noqa: ANN401 (whatever was put)
        """Return what was put under a name, None if that is not there, damaged, or of another version."""
        try:
            with _opened(os.path.join(self._folder, name)) as file:
                head, content = file.read(_DIGEST), file.read()
        except OSError:
            return None
        # `marshal` may do anything with bytes that it has not written.
        return marshal.loads(content) if head == self._seal(content) else None  # noqa: S302 (sealed)

    def put(self, name: str, value: Any) -> None:  # noqa: ANN401 (whatever marshal knows)
        """Keep a value, written beside its file and renamed: others may be reading that, or writing it too."""
        from shutil import disk_usage  # noqa: PLC0415 (who finds nothing changed keeps nothing)

        content = marshal.dumps(value)
        beside = os.path.join(self._folder, f"{name}.{os.getpid()}")
        with suppress(OSError):
            if not self._is_made:
                self._make()
            if disk_usage(self._folder).free < SPARE + len(content):
                return
            try:
                # Not over what is there: it may be a link.
                with open(beside, "xb") as file:
                    file.write(self._seal(content) + content)
                os.replace(beside, os.path.join(self._folder, name))
            except BaseException:
                with suppress(OSError):
                    os.unlink(beside)
                raise

    def keep_newest(self, prefix: str, most: int) -> None:
        """Take away the oldest of all whose names begin so, but for the newest."""
        with suppress(OSError), os.scandir(self._folder) as entries:
            files = sorted((one.stat().st_mtime_ns, one.path) for one in entries if one.name.startswith(prefix))
            for _, path in files[: max(len(files) - most, 0)]:
                os.unlink(path)

    def drop(self, prefix: str, but: Collection[str]) -> None:
        """Take away all whose names begin so, but for some."""
        with suppress(OSError):
            for name in os.listdir(self._folder):
                if name.startswith(prefix) and name not in but:
                    os.unlink(os.path.join(self._folder, name))

    def _seal(self, content: bytes) -> bytes:
        return blake2b(content, digest_size=_DIGEST, key=self._version).digest()

    def _make(self) -> None:
        with suppress(FileExistsError):
            os.mkdir(self._folder)
        # Also in a folder that is there: whoever made it may have been killed at once.
        with suppress(FileExistsError), open(os.path.join(self._folder, ".gitignore"), "x", encoding="utf-8") as file:
            file.write("*\n")
        self._is_made = True


class Seen(NamedTuple):
    """What a build has looked at: contents of files, names in folders, and what was not there.

    `files` have (path, where it leads in the end, digest), `folders` (path, digest), `missing` are paths. `made` is the
    folder that the build writes into.
    """

    files: tuple[tuple[str, str, bytes], ...]
    folders: tuple[tuple[str, bytes], ...]
    missing: tuple[str, ...]
    made: str

    def is_as_it_was(self) -> bool:
        """Return whether a build would see the same now. Contents are compared, so that no clock matters."""
        try:
            return (
                not any(map(os.path.lexists, self.missing))
                and all(_listing(path, self.made) == digest for path, digest in self.folders)
                and all(os.path.realpath(path) == end for path, end, _ in self.files)
                # What was written last has most likely changed, and then the others need not be read.
                and all(digest_of(path) == digest for path, _, digest in sorted(self.files, key=_newest_first))
            )
        except OSError:
            return False


class Watch:
    """Hears by Python's audit events what is read between `with` and its end, except below the folders `but`.

    Complete without a word in any of the rooms: whoever opens a file or lists a folder cannot help telling. Only who
    asks whether there is something at a path must say so (`files.exists`). `made` is the folder for what is written.
    What is renamed is heard too: so a package comes to its place.
    """

    def __init__(self, but: Sequence[str], made: str) -> None:
        self._but = tuple(os.path.join(folder, "") for folder in but)
        self._made = os.path.abspath(made)
        self._files: dict[str, tuple[int, ...]] = {}
        self._folders: dict[str, bytes] = {}
        self._missing: set[str] = set()
        self._put: dict[str, tuple[int, ...]] = {}
        self._is_on = False

    def __enter__(self) -> Self:
        # There is no way to take a hook away: it goes with the process.
        sys.addaudithook(self._hear)
        self._is_on = True
        return self

    def __exit__(self, *_: object) -> None:
        self._is_on = False

    def seen(self) -> Seen | None:
        """Return what was looked at, None if some of it has changed since, or cannot be looked at again."""
        try:
            files = [(path, os.path.realpath(path), digest_of(path)) for path in sorted(self._files)]
            if any(_print_of(os.stat(path)) != known for path, known in self._files.items()):
                return None
        except OSError:
            return None
        return Seen(tuple(files), tuple(sorted(self._folders.items())), tuple(sorted(self._missing)), self._made)

    def written(self, path: str) -> bytes | None:
        """Return the digest of the file that was put at a path; None if it is gone, or another process's is there."""
        try:
            digest = digest_of(path)
            # Asked after the digest was taken: then it is that of our file.
            return digest if self._put.get(os.path.abspath(path)) == _file_of(os.stat(path)) else None
        except OSError:
            return None

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._is_on or event not in _HEARD:
            return
        path = arguments[0]
        if event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
            return
        if isinstance(path, str | bytes | os.PathLike):
            # Looking is heard as well.
            self._is_on = False
            if event == _RENAMED:
                self._note_put(os.fsdecode(path), os.fsdecode(arguments[1]))
            else:
                self._note(os.path.abspath(os.fsdecode(path)), is_folder=event in _LISTED)
            self._is_on = True

    def _note_put(self, source: str, target: str) -> None:
        with suppress(OSError):
            self._put[os.path.abspath(target)] = _file_of(os.stat(source))

    def _note(self, path: str, *, is_folder: bool) -> None:
        *folders, name = path.split(os.sep)
        if path in self._files or path.startswith(self._but) or _is_ours(name) or FOLDER in folders:
            return
        if not is_folder:
            if not self._note_file(path):
                return
            path = os.path.dirname(path)
        # What is beside a file tells what was not there, such as a lock.
        if path not in self._folders:
            self._folders[path] = _listing(path, self._made)

    def _note_file(self, path: str) -> bool:
        """Note a file, or that there is none; a folder is opened to lock it, and a device is none of the sources."""
        try:
            about = os.stat(path)
        except (OSError, ValueError):
            # A null character in a path makes a ValueError; if anything were raised here, the opening would fail.
            self._missing.add(path)
            return True
        if stat.S_ISREG(about.st_mode):
            self._files[path] = _print_of(about)
        return stat.S_ISREG(about.st_mode)


_LISTED = frozenset({"os.listdir", "os.scandir"})
_RENAMED = "os.rename"
_HEARD = _LISTED | {"open", "psm_cards.exists", _RENAMED}


def _newest_first(file: tuple[str, str, bytes]) -> int:
    return -os.stat(file[0]).st_mtime_ns


def digest_of(path: str) -> bytes:
    """Return the digest of a file's content. Raises OSError, also for what is no ordinary file."""
    state = blake2b(digest_size=_DIGEST)
    with _opened(path) as file:
        while piece := file.read(_PIECE):
            state.update(piece)
    return state.digest()


def _opened(path: str) -> FileIO:
    """Open a file for reading. Raises OSError, also for what is no ordinary file."""
    # Not even opened: a pipe would be waited for.
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise OSError(f"no ordinary file: {path}")
    return open(path, "rb", buffering=0)


def _print_of(about: os.stat_result) -> tuple[int, ...]:
    """Return what changes when a file is written or another one put into its place."""
    return *_file_of(about), about.st_ctime_ns


def _file_of(about: os.stat_result) -> tuple[int, ...]:
    """Return what a file keeps when it is renamed."""
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def _listing(path: str, made: str) -> bytes:
    """Return the digest of the names in a folder, without those that builds make; of one that is not there as well."""
    try:
        names = sorted(name for name in os.listdir(path) if not _is_ours(name) and os.path.join(path, name) != made)
    except (OSError, ValueError) as error:
        names = [f"/{getattr(error, 'errno', None)}"]
    return blake2b(os.fsencode("\0".join(names)), digest_size=_DIGEST).digest()


def _is_ours(name: str) -> bool:
    return name.startswith(".psm-cards") or name.endswith(".apkg")
