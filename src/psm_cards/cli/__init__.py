"""The command line: the roof over the workflows."""

import sys

from psm_cards import __version__

# As `typing` has it, which takes as long to import as all else that the version needs.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType
    from typing import NoReturn

SIGNALLED = 128
"""The exit code after a signal is this and its number, as shells report it: 130 after Ctrl-C."""

stopped: list[int] = []
"""The signal that has told the run to end, if one has: what breaks afterwards is no fault."""

_MOMENT = 0.02
_OF_TYPER = ("SOURCE_DATE_EPOCH", "_PSM_CARDS_COMPLETE")
"""What of the environment typer, and the command below it, look at before a build begins."""


def main() -> "NoReturn":
    """Run the command line and end the process with its exit code.

    `--version` is answered before anything else is imported: it costs what Python costs.
    """
    if sys.argv[1:] == ["--version"]:
        sys.exit(_print((f"psm-cards {__version__}",)))
    if sorted(sys.argv[1:]) == ["--verbose", "--version"]:
        from psm_cards.cli import versions  # noqa: PLC0415 (the version alone does not need it)

        sys.exit(_print(versions.lines()))
    import signal  # noqa: PLC0415 (the version does not need it)

    # Whoever starts a program in the background may have told it not to hear Ctrl-C.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _stop)
    # Else the system ends the process at once, and a file that is half written stays. Windows knows no SIGHUP.
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)
    import gc  # noqa: PLC0415 (the same)

    # A command makes what it needs and ends: measured, a fourth of a build went into looking for what could go.
    gc.disable()
    from psm_cards.cli import printing  # noqa: PLC0415 (the same)

    printing.prepare()
    if sys.argv[1:2] == ["build"]:
        from psm_cards.cli import unchanged  # noqa: PLC0415 (only a build has an answer that stays)

        said = unchanged.answer(sys.argv[1:])
        if said is not None:
            sys.exit(_print((said.removesuffix("\n"),)))
    code = _run(sys.argv[1:])
    # The work is done: there is nothing left to stop while Python ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _end(code)


def _run(arguments: list[str]) -> int:
    """Run a command and return its exit code."""
    import os  # noqa: PLC0415 (the version does not need it)

    if arguments[:1] == ["build"] and os.environ.keys().isdisjoint(_OF_TYPER):
        from psm_cards.cli import building, running  # noqa: PLC0415 (the same)

        wanted = building.read(arguments[1:])
        if wanted is not None:
            return running.run(arguments, lambda: building.build(wanted))
    from psm_cards.cli import app  # noqa: PLC0415 (typer costs five times bare Python)

    return app.run(arguments)


def _end(code: int) -> "NoReturn":
    """End the process at once, after all that has asked to be told of its end."""
    import atexit  # noqa: PLC0415 (the version does not need it)
    import os  # noqa: PLC0415 (the same)
    from contextlib import suppress  # noqa: PLC0415 (the same)

    if sys.flags.inspect or _is_watched():
        sys.exit(code)
    atexit._run_exitfuncs()  # noqa: SLF001 (there is no other way to run them, and coverage writes its data so)
    for stream in (sys.stdout, sys.stderr):
        # What could not be printed was told, if anything could still be.
        with suppress(OSError, ValueError):
            stream.flush()
    # Python would take itself apart first: measured, 7 of the 190 ms of a build of 100 notes.
    os._exit(code)


def _is_watched() -> bool:
    """Return whether something that is none of ours traces or measures the run, and has work to do after it."""
    monitoring = getattr(sys, "monitoring", None)
    tools = map(monitoring.get_tool, range(6)) if monitoring else ()
    return sys.gettrace() is not None or sys.getprofile() is not None or any(tools)


def _print(lines: "Iterable[str]") -> int:
    try:
        print(*lines, sep="\n", flush=True)
    except OSError as error:
        from psm_cards.cli import printing  # noqa: PLC0415 (almost never needed)

        printing.give_up(error)
        return 1
    return 0


def _stop(number: int, frame: "FrameType | None") -> None:
    """End quietly, wherever the run is: unlike KeyboardInterrupt, nobody takes SystemExit for a fault."""
    if not stopped:
        stopped.append(number)
    if _is_importing(frame):
        # A Rust library that cannot import what it needs panics, and prints so: ask again in a moment.
        import signal  # noqa: PLC0415 (the version does not need it)
        from threading import Timer  # noqa: PLC0415 (almost never needed)

        again = Timer(_MOMENT, signal.raise_signal, [number])
        again.daemon = True
        again.start()
        return
    sys.exit(SIGNALLED + number)


def _is_importing(frame: "FrameType | None") -> bool:
    while frame is not None and "importlib" not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None
