"""`psm-cards build`."""

import os
import time
from pathlib import Path
from typing import Annotated

import typer

from psm_cards.cli.building import Wanted, build
from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.options import FormatOption, LimitOption, ProjectPath, StrictOption

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
    wanted = Wanted(
        project=project,
        folder=output,
        released=int(time.time()) if now else _fixed_time(),
        is_dated_now=now,
        is_locked=locked,
        previous=previous,
        is_compressed=compress,
        format=format,
        limit=limit,
        is_strict=strict,
        is_without_cache=no_cache,
    )
    raise typer.Exit(build(wanted))


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
