"""A command from its beginning to its exit code, whatever becomes of it."""

import sys
from collections.abc import Callable

from psm_cards.cli import SIGNALLED, stopped
from psm_cards.cli.printing import Unprinted, give_up
from psm_cards.files import cause_of

PROBLEMS = 1
FAULT_OF_OURS = 3
DEBUG = "--debug"


def run(arguments: list[str], command: Callable[[], int]) -> int:
    """Run a command and return its exit code: 0 all well, 1 problems, 2 wrong usage, 3 a fault of ours."""
    try:
        return _flushed(command())
    except Unprinted as error:
        give_up(error)
        return PROBLEMS
    except OSError as error:
        return _refused(error)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as fault:  # noqa: BLE001 (a panic in a Rust library is no Exception, and our fault too)
        if stopped:
            return SIGNALLED + stopped[0]
        from psm_cards.cli import faults  # noqa: PLC0415 (almost never needed)

        faults.tell(fault, arguments, debug=DEBUG in arguments)
        return FAULT_OF_OURS


def _flushed(code: int) -> int:
    """Return the exit code after the report is out: a full disk shows only now."""
    sys.stdout.flush()
    return code


def _refused(error: OSError) -> int:
    """Say what the system refused where no workflow expected it to."""
    where = f" `{error.filename}`" if error.filename else ""
    print(f"error: the system refused{where}: {cause_of(error)}", file=sys.stderr)
    return PROBLEMS
