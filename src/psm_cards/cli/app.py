"""The typer app: the table of commands, and what happens when one of them breaks."""

import os
import sys
from typing import Annotated

import typer

from psm_cards import __version__
from psm_cards.cli import build, check, schema
from psm_cards.files import cause_of

PROBLEMS = 1
FAULT_OF_OURS = 3

app = typer.Typer(
    name="psm-cards",
    help="Check question and answer notes with their sources, and build Anki packages from them.",
    add_completion=False,
    no_args_is_help=True,
    # Rich would double the time of every command and of its help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("build")(build.command)
app.command("check")(check.command)
app.command("schema")(schema.command)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 (typer calls it so)
    if wanted:
        print(f"psm-cards {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Check question and answer notes with their sources, and build Anki packages from them."""


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code: 0 all well, 1 problems, 2 wrong usage, 3 a fault of ours."""
    try:
        app(arguments, prog_name="psm-cards", standalone_mode=True)
    except SystemExit as end:
        return _flushed(end.code if isinstance(end.code, int) else 0)
    except OSError as error:
        return _unprinted(error)
    except Exception as fault:  # noqa: BLE001 (whatever it is, it is our fault and the user hears one line)
        kind = type(fault).__name__
        print(f"psm-cards {__version__} broke: {kind}: {fault}", file=sys.stderr)
        print(
            "this is a fault of psm-cards, not of your project: please report it with the line above", file=sys.stderr
        )
        return FAULT_OF_OURS
    return _flushed(0)


def _flushed(code: int) -> int:
    """Return the exit code after the report is out: a full disk shows only now."""
    try:
        sys.stdout.flush()
    except OSError as error:
        return _unprinted(error)
    return code


def _unprinted(error: OSError) -> int:
    # Whatever is still in the buffer would fail once more when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        print(f"error: cannot print the report: {cause_of(error)}", file=sys.stderr)
    return PROBLEMS
