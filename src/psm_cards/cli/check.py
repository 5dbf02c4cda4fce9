"""`psm-cards check`."""

from pathlib import Path
from typing import Annotated

import typer

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.options import FormatOption, LimitOption, ProjectPath, SourcesOption, StrictOption, text_folders
from psm_cards.cli.progress import StageLine
from psm_cards.cli.reports import print_checked


def command(  # noqa: PLR0913 (one for each option)
    project: ProjectPath = Path(),
    *,
    sources: SourcesOption = None,
    update_evidence: Annotated[
        bool, typer.Option("--update-evidence", help="Record the cited passages as found now, in evidence.lock.")
    ] = False,
    format: FormatOption = Format.HUMAN,  # noqa: A002 (the option's name)
    limit: LimitOption = LIMIT,
    strict: StrictOption = False,
) -> None:
    """Check a project and write nothing.

    Example: psm-cards check my-deck --format github
    """
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    with StageLine() as progress:
        texts = workflows.Texts(text_folders(sources), updating=update_evidence)
        checked = workflows.check(project, progress, texts, keeping=False)
    print_checked(checked, format, limit)
    raise typer.Exit(0 if checked.report.is_clean(strict=strict) else 1)
