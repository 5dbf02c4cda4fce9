"""The same sources give the same package, whatever SQLite, clock, folder, locale or hash seed a machine has (R25)."""

import hashlib
import os
from pathlib import Path

import pytest

from tests.anki import samples

STANDARD = "import sqlite3"
PYSQLITE = "import sys, pysqlite3.dbapi2; sys.modules['sqlite3'] = pysqlite3.dbapi2; import sqlite3"
# apsw has an interface of its own: as much of the standard one as a package needs.
APSW = """
import sys, types, apsw

def connect(name, isolation_level=None, uri=False):
    flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
    return Connection(name, flags=flags)

class Connection(apsw.Connection):
    def execute(self, *arguments):
        return Cursor(super().execute(*arguments))

class Cursor:
    def __init__(self, cursor):
        self.cursor = cursor
    def fetchone(self):
        return self.cursor.fetchone()
    def __iter__(self):
        return iter(self.cursor)

sqlite3 = types.SimpleNamespace(
    connect=connect, Connection=Connection, Error=apsw.Error, OperationalError=apsw.Error,
    DatabaseError=apsw.Error, SQLITE_FULL=13, sqlite_version=apsw.sqlite_lib_version(),
)
sys.modules["sqlite3"] = sqlite3
"""
BUILD = """
import sys
from pathlib import Path
from psm_cards.anki import database
from psm_cards.model import RenderedDeck
from tests.anki import samples
assert database.sqlite3 is sqlite3
notes = tuple(samples.basic(f"note-{number}") for number in range(2000))
clozes = tuple(samples.cloze("{{c1::a}} {{c2::b}}", f"cloze-{number}") for number in range(100))
decks = (RenderedDeck("One", "<b>first</b>", notes), RenderedDeck("Two", "", clozes))
samples.build(samples.project()._replace(decks=decks), Path(sys.argv[1]))
print(sqlite3.sqlite_version)
"""


def built(path: Path, library: str = STANDARD) -> tuple[str, str]:
    """Return the hash of a package of two thousand notes that this library wrote, and the version of its SQLite."""
    done = samples.run(library + BUILD, str(path))
    assert done.returncode == 0, done.stderr
    return hashlib.sha256(path.read_bytes()).hexdigest(), done.stdout.strip()


def test_three_versions_of_sqlite_write_the_same_package(tmp_path: Path) -> None:
    pytest.importorskip("pysqlite3", reason="there is no wheel of pysqlite3 for this machine")
    pytest.importorskip("apsw", reason="there is no wheel of apsw for this machine")
    packages = [
        built(tmp_path / f"{number}.apkg", library) for number, library in enumerate((STANDARD, PYSQLITE, APSW))
    ]

    assert len({version for _, version in packages}) == 3
    assert {digest for digest, _ in packages} == {packages[0][0]}


def test_folder_time_zone_locale_umask_and_hash_seed_leave_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = built(tmp_path / "here.apkg")
    for name, value in {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "42", "PYTHONUTF8": "0"}.items():
        monkeypatch.setenv(name, value)
    old = os.umask(0o077)
    try:
        second = built(tmp_path / "a folder of ü" / "there.apkg")
    finally:
        os.umask(old)

    assert first == second
