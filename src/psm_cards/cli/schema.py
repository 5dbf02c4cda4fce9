"""`psm-cards schema`."""

from typing import Annotated

import typer

from psm_cards.cli import report_json
from psm_cards.cli.reports import print_json


def command(
    *,
    included: Annotated[bool, typer.Option("--included", help="The schema of files that `include:` names.")] = False,
    report: Annotated[bool, typer.Option("--report", help="The schema of reports in the form json.")] = False,
) -> None:
    """Print the JSON Schema of decks.yaml, for editors.

    Example: psm-cards schema > decks.schema.json
    """
    if included and report:
        raise typer.BadParameter("expected --included or --report, found both")
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    print_json(report_json.schema() if report else workflows.schema(included=included))
