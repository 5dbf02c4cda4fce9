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


ProjectPath: TypeAlias = Annotated[
    Path, typer.Argument(metavar="[PROJECT]", help="The project's folder, or its decks.yaml.", show_default=False)
]
FormatOption: TypeAlias = Annotated[
    Format,
    typer.Option("--format", help="How to print the report: for people, for programs, or as GitHub annotations."),
]
StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]
