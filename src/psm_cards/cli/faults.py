"""A fault of ours: one line for the user, and a file with everything that a report of it needs."""

import platform
import sys
import tempfile
import traceback

from psm_cards import __version__


def tell(fault: BaseException, arguments: list[str], *, debug: bool) -> None:
    """Say in one line that psm-cards is at fault, and where the report is to attach; the traceback only to debug."""
    if debug:
        traceback.print_exception(fault)
    try:
        advice = f"please report it with the file {_write(fault, arguments)}"
    except OSError:
        advice = f"please report it with these words: {type(fault).__name__}: {' '.join(str(fault).split())}"
    print(f"psm-cards {__version__} broke; this is its own fault, not your project's: {advice}", file=sys.stderr)


def _write(fault: BaseException, arguments: list[str]) -> str:
    """Write the report into the system's folder for temporary files and return its path."""
    about = (
        f"psm-cards {__version__}",
        f"{platform.python_implementation()} {sys.version}",
        platform.platform(),
        f"arguments: {arguments}",
    )
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", prefix="psm-cards-fault-", suffix=".txt", delete=False
    ) as file:
        file.write("\n".join(about) + "\n\n" + "".join(traceback.format_exception(fault)))
    return file.name
