"""The .apkg file: a zip archive of the database, the media and their names, and the check that it reads back."""

import hashlib
import json
import shutil
import sqlite3
import stat
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, BinaryIO

from psm_cards.anki import database
from psm_cards.files import FileProblem, fail
from psm_cards.model import Media

_DATABASE = "collection.anki2"
_MEDIA = "media"
# Identical on every machine: no clock, no umask, no system, no compressor (R27).
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = (stat.S_IFREG | 0o644) << 16
_CHUNK = 1 << 20


def write(path: Path, scratch: Path, media: tuple[Media, ...], *, is_compressed: bool = False) -> tuple[str, ...]:
    """Write the archive of the database in `scratch`; return the SHA-256 of each of the media's own files.

    All is copied in pieces, so that memory holds one piece and not all the pictures. Compressed, the archive is a
    fourth as large, and its bytes are those of this machine's zlib. Raises FileProblem, OSError.
    """
    names = {str(number): one.name for number, one in enumerate(media)}
    method = zipfile.ZIP_DEFLATED if is_compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w") as archive:
        entry = _entry(_DATABASE, method)
        entry.file_size = scratch.stat().st_size
        with archive.open(entry, "w") as target:
            for piece in database.pieces(scratch):
                target.write(piece)
        archive.writestr(_entry(_MEDIA, method), json.dumps(names, separators=(",", ":")))
        # Pictures and recordings are compressed as they are.
        return tuple(_copy(one, archive, str(number)) for number, one in enumerate(media))


def _entry(name: str, method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = _UNIX
    entry.external_attr = _MODE
    entry.compress_type = method
    return entry


def _copy(one: Media, archive: zipfile.ZipFile, name: str) -> str:
    try:
        source = one.path.open("rb")
    except OSError as error:
        fail("read", one.path, error)
    entry = _entry(name)
    with source:
        # Known beforehand, the size decides whether the entry needs the format for over 4 GB.
        entry.file_size = one.path.stat().st_size
        with archive.open(entry, "w") as target:
            shutil.copyfileobj(source, target, _CHUNK)
        # Of the file and not of what was copied: a file saved meanwhile would be in the package by half.
        source.seek(0)
        digest = _digest(source)
    if not digest.startswith(one.digest):
        # Under the name of its old content, learners who have that would never get the new one (R22).
        raise FileProblem("read", one.path, "it changed while the package was made")
    return digest


def _digest(file: BinaryIO | IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(_CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def difference(path: Path, scratch: Path, content: database.Rows, media: Iterable[tuple[str, str]]) -> str:
    """Return how a written archive differs from what it should hold, blank if not at all. Raises OSError.

    It should hold these rows, and of each of the media the name and the SHA-256. The database is read in `scratch`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _difference(archive, scratch, content, tuple(media))
    except (zipfile.BadZipFile, zlib.error, sqlite3.Error, ValueError) as error:
        return str(error).lower()


def _difference(
    archive: zipfile.ZipFile, scratch: Path, content: database.Rows, media: tuple[tuple[str, str], ...]
) -> str:
    names = {str(number): name for number, (name, _) in enumerate(media)}
    if archive.namelist() != [_DATABASE, _MEDIA, *names]:
        return "other entries"
    # Reading an entry to its end checks its CRC.
    with archive.open(_DATABASE) as entry, scratch.open("wb") as file:
        shutil.copyfileobj(entry, file, _CHUNK)
    if not database.is_as_planned(scratch, content):
        return "other notes or cards"
    if json.loads(archive.read(_MEDIA)) != names:
        return "other media names"
    for number, (name, expected) in enumerate(media):
        with archive.open(str(number)) as entry:
            if _digest(entry) != expected:
                return f"`{name}` changed while it was copied"
    return ""
