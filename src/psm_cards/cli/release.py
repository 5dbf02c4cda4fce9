"""`psm-cards release`."""

import time
from pathlib import Path
from typing import Annotated

import typer

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.options import FormatOption, LimitOption
from psm_cards.cli.progress import StageLine
from psm_cards.cli.reports import print_released


def command(  # noqa: PLR0913 (one for each option)
    version: Annotated[str, typer.Argument(metavar="VERSION", help="Three numbers above the last, such as 1.2.0.")],
    project: Annotated[
        Path, typer.Argument(metavar="[PROJECT]", help="The project's folder, or its decks.yaml.", show_default=False)
    ] = Path(),
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what it would bring, and write nothing.")] = False,
    rerender: Annotated[
        bool, typer.Option("--rerender", help="Send again the notes that a newer psm-cards formats otherwise.")
    ] = False,
    redeliver: Annotated[
        list[str] | None,
        typer.Option(
            "--redeliver", metavar="ID", help="Send a note again; may be given several times.", show_default=False
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option("--previous", metavar="FILE", help="The last release's package; by default the one in build/."),
    ] = None,
    format: FormatOption = Format.HUMAN,  # noqa: A002 (the option's name)
    limit: LimitOption = LIMIT,
) -> None:
    """Release a project: write decks.lock, the changelog, and the files for learners.

    Example: psm-cards release 1.0.0 my-deck --dry-run
    """
    from psm_cards import release, workflows  # noqa: PLC0415 (half of what a Tab would cost)

    wish = release.Wish(release.Release(version, int(time.time())), rerender, tuple(redeliver or ()))
    with StageLine() as progress:
        done = workflows.cut(project, workflows.Cut(wish, previous, is_dry=dry_run), progress)
    print_released(done, format, limit, is_dry=dry_run)
    raise typer.Exit(0 if done.published and done.published.issued else 1)
