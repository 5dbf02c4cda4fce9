"""The line on a terminal that says what a long run is doing."""

import sys
import time
from typing import Self

PATIENCE = 0.5
"""Seconds that a run may take before it says anything."""


class StageLine:
    """Shows the current stage on standard error, if that is a terminal and the run takes long enough to wonder."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._begin = time.monotonic()
        self._is_shown = False

    def __call__(self, stage: str) -> None:
        """Note that a stage begins."""
        if self._is_terminal and time.monotonic() - self._begin > PATIENCE:
            # Noted first: Ctrl-C may come before the next line.
            self._is_shown = True
            sys.stderr.write(f"\r\033[K{stage} …")
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        # The line is not to stand in front of the report, or of an error.
        if self._is_shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
