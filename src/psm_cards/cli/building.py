"""What `psm-cards build` does, and its plainest forms read without typer, which takes a tenth of a small build."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.progress import StageLine
from psm_cards.cli.reports import print_built
from psm_cards.cli.unchanged import kept, remember, watching

LABEL = "unreleased"

_FLAGS = frozenset({"--compress", "--no-cache", "--strict"})
_OUTPUT = frozenset({"--output", "-o"})


class Wanted(NamedTuple):
    """What is to be built, and how it is to be told; the fields of a `Target` are called as there."""

    project: Path = Path()
    folder: Path | None = None
    released: int | None = None
    is_dated_now: bool = False
    is_locked: bool = False
    previous: Path | None = None
    is_compressed: bool = False
    format: Format = Format.HUMAN
    limit: int = LIMIT
    is_strict: bool = False
    is_without_cache: bool = False


def read(arguments: Sequence[str]) -> Wanted | None:
    """Return what the arguments behind `build` want, None if they are any but the plainest: typer knows them all."""
    flags: set[str] = set()
    folder = project = ""
    rest = iter(arguments)
    for one in rest:
        if one in _FLAGS:
            flags.add(one)
        elif one in _OUTPUT and not folder:
            folder = next(rest, "")
            if not _is_word(folder):
                return None
        elif _is_word(one) and not project:
            project = one
        else:
            return None
    return Wanted(
        Path(project),
        Path(folder) if folder else None,
        is_compressed="--compress" in flags,
        is_strict="--strict" in flags,
        is_without_cache="--no-cache" in flags,
    )


def _is_word(argument: str) -> bool:
    return bool(argument) and not argument.startswith("-")


def build(wanted: Wanted) -> int:
    """Check a project, write its package, print the report, and return the exit code."""
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    target = workflows.Target(
        folder=wanted.folder,
        label=f"{LABEL}+dev" if wanted.is_dated_now else LABEL,
        released=wanted.released,
        is_locked=wanted.is_locked,
        is_compressed=wanted.is_compressed,
        previous=wanted.previous,
    )
    project, folder = str(wanted.project), str(wanted.folder) if wanted.folder else None
    # A release is more than its package, and the clock's time is another one each time.
    store = None if wanted.is_locked or wanted.is_without_cache else kept(project)
    has_answer = store is not None and not wanted.is_dated_now
    with StageLine() as progress, watching(project, folder, wanted=has_answer) as watch:
        built = workflows.build(wanted.project, target, progress, strict=wanted.is_strict, store=store)
    print_built(built, wanted.format, wanted.limit)
    if watch and store and built.package:
        remember(watch, store, str(built.package.path))
    return 0 if built.package else 1
