"""`psm-cards init`."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from psm_cards.cli.forms import LIMIT, Format
from psm_cards.cli.report_human import Painter
from psm_cards.cli.reports import print_report

if TYPE_CHECKING:  # The workflows take half of what a Tab costs; help and completion do without them.
    from psm_cards.project import Naming


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", readable=False, help="A folder that is new or empty; `.` is this one.")
    ],
    *,
    identity: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="The project's id; by default made from the folder's name."),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option("--title", metavar="TITLE", help="Its title; by default the folder's name."),
    ] = None,
) -> None:
    """Begin a project with a few notes and comments.

    Example: psm-cards init my-deck --title "My deck"
    """
    from psm_cards import workflows  # noqa: PLC0415 (half of what a Tab would cost)

    started = workflows.init(folder, _naming(folder, identity, title))
    print_report(started.report, Format.HUMAN, LIMIT)
    if not started.files:
        raise typer.Exit(1)
    paint = Painter(sys.stdout)
    for path in started.files:
        print(f"wrote {path}")
    there = "" if folder == Path() else f" {shlex.quote(str(folder))}"
    print(f"next: read {paint('bold', str(folder / 'decks.yaml'))}, then run `psm-cards build{there}`")


def _naming(folder: Path, identity: str | None, title: str | None) -> "Naming":
    """Return the project's naming, as given or after the folder. Raises BadParameter."""
    from psm_cards.project import Naming, is_id, is_title, naming_of  # noqa: PLC0415 (the same)

    suggested = naming_of(folder.resolve().name)
    naming = Naming(suggested.id if identity is None else identity, suggested.title if title is None else title)
    if not is_id(naming.id):
        raise _unfit("id", identity, "lower-case words joined by hyphens")
    if not is_title(naming.title):
        raise _unfit("title", title, "one line that can name a deck, without double quotes or `::` at its ends")
    return naming


def _unfit(option: str, given: str | None, expected: str) -> typer.BadParameter:
    if given is None:
        return typer.BadParameter(f"the folder's name makes no {option}: give one with --{option}, {expected}")
    return typer.BadParameter(f"--{option} is `{given}`: expected {expected}")
