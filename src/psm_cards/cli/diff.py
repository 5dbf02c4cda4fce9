"""`psm-cards diff`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.options import ProjectPath
from psm_cards.cli.progress import StageLine
from psm_cards.cli.report_human import Painter
from psm_cards.cli.reports import print_checked


class DiffFormat(StrEnum):
    """How a comparison is printed."""

    HUMAN = "human"
    JSON = "json"
    MARKDOWN = "markdown"


def command(
    project: ProjectPath = Path(),
    *,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="FILE", help="What learners have: a decks.lock, or a package, which has the words too."
        ),
    ] = None,
    format: Annotated[  # noqa: A002 (the option's name)
        DiffFormat, typer.Option("--format", help="How to print it: for people, for programs, or for a pull request.")
    ] = DiffFormat.HUMAN,
) -> None:
    """Say what the next release would bring to learners.

    Example: psm-cards diff my-deck --against my-deck-1.0.0.apkg
    """
    # Help and completion do without them, and they cost more than all the rest.
    from psm_cards import workflows  # noqa: PLC0415 (see above)
    from psm_cards.cli.diff_forms import as_json, as_markdown, as_text, hints  # noqa: PLC0415 (see above)

    with StageLine() as progress:
        compared = workflows.diff(project, against, progress)
    if compared.diff is None:
        found = workflows.Checked(compared.report)
        print_checked(found, Format.JSON if format is DiffFormat.JSON else Format.HUMAN, LIMIT)
        raise typer.Exit(1)
    if format is DiffFormat.JSON:
        print(as_json(compared.diff))
    elif format is DiffFormat.MARKDOWN:
        print("\n".join(as_markdown(compared.diff)))
    else:
        paint = Painter(sys.stdout)
        print("\n".join([*as_text(compared.diff, paint), *hints(compared.diff, paint)]))
