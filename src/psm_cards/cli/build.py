"""`psm-cards build`."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from psm_cards.cli.options import LIMIT, Format, FormatOption, LimitOption, ProjectPath, StrictOption
from psm_cards.cli.progress import StageLine
from psm_cards.cli.reports import print_built
from psm_cards.cli.unchanged import kept, remember, watching

LABEL = "unreleased"
LONGEST_TIME = 12
"""Digits of a time in seconds: enough for the next 30,000 years."""


def command(  # noqa: PLR0913 (one for each option)
    project: ProjectPath = Path(),
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", readable=False, help="The folder for the package; by default the project's build/."
        ),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Date the notes now, so that Anki takes this draft over the last one.")
    ] = False,
    locked: Annotated[
        bool, typer.Option("--locked", help="Fail if anything waits for a release: for the build of a release.")
    ] = False,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="FILE",
            help="With --locked: the package of the release before, for a companion with the notes retired since then.",
        ),
    ] = None,
    compress: Annotated[
        bool, typer.Option("--compress", help="Make a package a fourth as large, not the same to the byte everywhere.")
    ] = False,
    format: FormatOption = Format.HUMAN,  # noqa: A002 (the option's name)
    limit: LimitOption = LIMIT,
    strict: StrictOption = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Neither use nor keep what builds leave for the next one.")
    ] = False,
) -> None:
    """Check a project and write its Anki package.

    Example: psm-cards build my-deck --output dist
    """
    if previous and not locked:
        raise typer.BadParameter("expected `--locked` beside `--previous`: only a release has a companion")
    if compress and locked:
        raise typer.BadParameter("`--compress` is not for releases: everyone is to make the same bytes of them")
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    target = workflows.Target(
        folder=output,
        label=f"{LABEL}+dev" if now else LABEL,
        released=int(time.time()) if now else _fixed_time(),
        is_locked=locked,
        is_compressed=compress,
        previous=previous,
    )
    # A release is more than its package, and the clock's time is another one each time.
    store = None if locked or no_cache else kept(str(project))
    wanted = store is not None and not now
    with StageLine() as progress, watching(str(project), str(output) if output else None, wanted=wanted) as watch:
        built = workflows.build(project, target, progress, strict=strict, store=store)
    print_built(built, format, limit)
    if watch and store and built.package:
        remember(watch, store, str(built.package.path))
    raise typer.Exit(0 if built.package else 1)


def _fixed_time() -> int | None:
    """Return the time of a build that anyone can repeat, if the environment gives one as SOURCE_DATE_EPOCH."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not given:
        return None
    is_number = given.isdecimal() and len(given) <= LONGEST_TIME
    if not is_number or not 0 < int(given) <= time.time():
        message = f"SOURCE_DATE_EPOCH is `{given}`: expected a time in the past, in seconds since 1970"
        raise typer.BadParameter(message)
    return int(given)
