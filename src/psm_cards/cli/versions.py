"""What the bytes of a package depend on beside its sources: the versions that `--version --verbose` prints."""

import platform
import sqlite3
from collections.abc import Iterator
from importlib.metadata import version

from psm_cards import __version__

MAKERS = ("PyYAML", "Jinja2", "MarkupSafe", "pyromark", "nh3", "Pygments", "genanki")
"""The packages that make something of a card; `constraints.txt` pins the ones that releases are made with."""


def lines() -> Iterator[str]:
    """Yield a line for each version: psm-cards, Python, SQLite, then what makes the cards."""
    yield f"psm-cards {__version__}"
    yield f"{platform.python_implementation()} {platform.python_version()}"
    yield f"SQLite {sqlite3.sqlite_version}"
    for name in MAKERS:
        yield f"{name} {version(name)}"
