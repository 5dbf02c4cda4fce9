"""The typer app: the table of commands, and what happens when one of them breaks."""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import Annotated

import typer

from psm_cards import __version__
from psm_cards.cli import running
from psm_cards.cli.running import DEBUG

COMMANDS = ("build", "check", "diff", "release", "rehearse", "coverage", "explain", "init", "schema")
"""Each is a module beside this one, in the order of the help."""

_SHORT_HELP = {"explain": "Explain a problem by its code, with an example."}

app = typer.Typer(
    name="psm-cards",
    help="Check question and answer notes with their sources, and build Anki packages from them.",
    epilog="Example: psm-cards init my-deck",
    no_args_is_help=True,
    # Rich would double the time of every command and of its help.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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
    verbose: Annotated[
        bool, typer.Option("--verbose", help="With --version: also of Python, SQLite and all that makes the cards.")
    ] = False,
    debug: Annotated[
        bool, typer.Option(DEBUG, help="If psm-cards itself breaks, print the traceback; with any command.")
    ] = False,
) -> None:
    """Check question and answer notes with their sources, and build Anki packages from them."""


def _take(names: Iterable[str]) -> None:
    """Let the app know these commands, and no others."""
    app.registered_commands.clear()
    for name in names:
        command = import_module(f"psm_cards.cli.{name}").command
        app.command(name, short_help=_SHORT_HELP.get(name))(command)


def _wanted(arguments: Sequence[str]) -> Sequence[str]:
    """Return the one command that is asked for: all others need not be imported. Help and slips need them all."""
    first = next((argument for argument in arguments if not argument.startswith("-")), "")
    return (first,) if first in COMMANDS else COMMANDS


def run(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    # Who has just seen a fault adds the option at the end of the same line, where the command would not know it.
    rest = [argument for argument in arguments if argument != DEBUG]
    return running.run(arguments, lambda: _run(rest))


def _run(arguments: list[str]) -> int:
    _take(_wanted(arguments))
    try:
        app(arguments, prog_name="psm-cards", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0
