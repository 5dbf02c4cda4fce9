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
    digest, python = kept().get(name, ("", ""))
    return python if digest == digest_of(text) else None


@cache
def kept() -> dict[str, tuple[str, str]]:
    """Return digest and Python of each template by its name, nothing if the file is of no use."""
    try:
        found = json.loads(FILE.read_bytes())
        templates: dict[str, tuple[str, str]] = found["templates"]
        return templates if found["jinja2"] == jinja2.__version__ else {}
    except (AttributeError, KeyError, OSError, TypeError, ValueError):
        # Whatever became of the file, or of Jinja: the templates themselves are there.
        return {}


def digest_of(text: str) -> str:
    """Return what stands in the file for the text of a template."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
