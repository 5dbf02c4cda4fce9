"""`psm-cards check`."""

from pathlib import Path

import typer

from psm_cards.cli.options import LIMIT, Format, FormatOption, LimitOption, ProjectPath, StrictOption
from psm_cards.cli.progress import StageLine
from psm_cards.cli.reports import print_checked


def command(
    project: ProjectPath = Path(),
    *,
    format: FormatOption = Format.HUMAN,  # noqa: A002 (the option's name)
    limit: LimitOption = LIMIT,
    strict: StrictOption = False,
) -> None:
    """Check a project and write nothing.

    Example: psm-cards check my-deck --format github
    """
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    with StageLine() as progress:
        checked = workflows.check(project, progress)
    print_checked(checked, format, limit)
    raise typer.Exit(0 if checked.report.is_clean(strict=strict) else 1)
