"""Arguments and options that several commands share."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from psm_cards.cli.forms import Format

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
StrictOption: TypeAlias = Annotated[bool, typer.Option("--strict", help="Take warnings for errors.")]

SourcesOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--sources",
        metavar="FOLDER",
        exists=True,
        file_okay=False,
        help="A folder with texts of sources; may be given several times.",
        show_default=False,
    ),
]
SOURCES_VARIABLE = "PSM_CARDS_SOURCES"
"""The environment variable that names more such folders, with `:` between them, or `;` on Windows."""


def text_folders(given: Sequence[Path] | None) -> tuple[Path, ...]:
    """Return the folders of texts: those given as options, then those that the environment names."""
    named = os.environ.get(SOURCES_VARIABLE, "").split(os.pathsep)
    return (*(given or ()), *(Path(folder) for folder in named if folder))
