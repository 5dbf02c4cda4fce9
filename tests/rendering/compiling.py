"""Makes `compiled.json` anew: `make templates`, or `python -m tests.rendering.compiling`."""

import json
from pathlib import Path

import jinja2

from psm_cards.rendering import compiled
from psm_cards.rendering.templates import DEFAULTS, Templates


def text() -> str:
    """Return what the file is to hold: the version of Jinja, and each template's digest and Python."""
    environment = Templates(Path(), {}, str)._environment  # noqa: SLF001 (nobody else compiles)
    kept = {}
    for file in sorted(DEFAULTS.rglob("*.*")):
        name, source = file.relative_to(DEFAULTS).as_posix(), file.read_text(encoding="utf-8")
        kept[name] = (compiled.digest_of(source), environment.compile(source, name, raw=True))
    return json.dumps({"jinja2": jinja2.__version__, "templates": kept}, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    compiled.FILE.write_text(text(), encoding="utf-8")
