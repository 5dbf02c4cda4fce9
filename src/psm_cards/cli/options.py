"""Arguments and options that several commands share."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer


class Format(StrEnum):
    """How a report is printed."""

    HUMAN = "human"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"


ProjectPath: TypeAlias = Annotated[
    Path,
    # The workflow says why a path cannot be read, in the form that the user chose; typer would call it wrong usage.
    typer.Argument(
        metavar="[PROJECT]", help="The project's folder, or its decks.yaml.", show_default=False, readable=False
    ),
]
FormatOption: TypeAlias = Annotated[
    Format,
    typer.Option("--format", metavar="FORM", help=f"How to print the report: {', '.join(Format)}."),
]
LimitOption: TypeAlias = Annotated[
    int, typer.Option("--limit", metavar="N", min=0, help="The most problems to show to people; 0 shows all.")
]
LIMIT = 50
"""Problems that a report shows to people unless told otherwise: what one may read; the rest is counted."""

StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]
