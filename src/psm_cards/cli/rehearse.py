"""`psm-cards rehearse`."""

from pathlib import Path
from typing import Annotated

import typer

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.options import FormatOption
from psm_cards.cli.progress import StageLine
from psm_cards.cli.reports import print_rehearsed


def command(
    old: Annotated[Path, typer.Argument(metavar="OLD.apkg", help="The package that learners have.")],
    new: Annotated[Path, typer.Argument(metavar="NEW.apkg", help="The package that they are to get.")],
    *,
    format: FormatOption = Format.HUMAN,  # noqa: A002 (the option's name)
) -> None:
    """Try a release on a learner in the real Anki, who has studied and edited the last one.

    Example: psm-cards rehearse my-deck-1.0.0.apkg build/my-deck-1.1.0.apkg
    """
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    with StageLine() as progress:
        done = workflows.rehearse(old, new, progress)
    print_rehearsed(done, format, LIMIT)
    raise typer.Exit(0 if done.rehearsal and done.report.is_clean() else 1)
