"""A learner in any version of Anki: the steps come as JSON, each a method of `Learner` with its arguments.

A program for an interpreter that has nothing but `anki`: `python tests/release/play.py LEARNING.py FOLDER < steps.json`
prints what each step returned.
"""

import importlib.util
import json
import sys
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any


def loaded(path: str) -> Any:  # noqa: ANN401 (a module)
    """Return the module in a file, without the package that it is in, which needs more than Anki."""
    spec = importlib.util.spec_from_file_location("learning", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # Dataclasses look their own module up.
    sys.modules["learning"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """Play the steps on standard input."""
    learning = loaded(sys.argv[1])
    results = [learning.VERSION]
    with learning.Learner(Path(sys.argv[2])) as learner:
        for name, *arguments in json.load(sys.stdin):
            found = getattr(learner, name)(*map(Path, arguments) if name == "take" else arguments)
            results.append(asdict(found) if is_dataclass(found) and not isinstance(found, type) else found)
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
