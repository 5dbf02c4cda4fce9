"""The command line: the roof over the workflows."""

import io
import sys
from typing import NoReturn

from psm_cards import __version__


def main() -> NoReturn:
    """Run the command line and end the process with its exit code.

    `--version` is answered before anything else is imported: it costs what Python costs.
    """
    if sys.argv[1:] == ["--version"]:
        print(f"psm-cards {__version__}")
        sys.exit(0)
    for stream in (sys.stdout, sys.stderr):
        # In a pipe some systems have an encoding that lacks most letters; a terminal knows its own.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="backslashreplace")
    from psm_cards.cli.app import run  # noqa: PLC0415 (typer costs five times bare Python)

    sys.exit(run(sys.argv[1:]))
