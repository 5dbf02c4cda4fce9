"""The package's own templates as Jinja makes Python of them: the longer half of a template's way, gone beforehand.

`compiled.json` is made anew with `make templates`; what it says of another template, or another Jinja, does not count.
"""

import json
from functools import cache
from hashlib import blake2b
from pathlib import Path

import jinja2

FILE = Path(__file__).with_suffix(".json")


def python_of(name: str, text: str) -> str | None:
    """Return the Python of a template, if it is the package's own and as it was when that was made."""
    digest, python = _kept().get(name, ("", ""))
    return python if digest == digest_of(text) else None


@cache
def _kept() -> dict[str, tuple[str, str]]:
    kept = json.loads(FILE.read_bytes())
    templates: dict[str, tuple[str, str]] = kept["templates"]
    return templates if kept["jinja2"] == jinja2.__version__ else {}


def digest_of(text: str) -> str:
    """Return what stands in the file for the text of a template."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
