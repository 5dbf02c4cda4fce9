"""Whole processes, measured: CPU time of the process and its children, wall time, and peak memory."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from psm_cards import __version__


@dataclass(frozen=True)
class Cost:
    """What a process cost: CPU and wall time in seconds, peak resident memory in MB."""

    cpu: float
    wall: float
    peak: float


def run(command: Sequence[str]) -> Cost:
    """Run a command to its end and return its cost. Raises RuntimeError if it fails."""
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        errors = process.stderr.read() if process.stderr else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {errors.decode()}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Cost(usage.ru_utime + usage.ru_stime, time.perf_counter() - begin, kilobytes / 1024)


def interleaved(
    commands: Mapping[str, Sequence[str]],
    rounds: int,
    before: Mapping[str, Callable[[], object]] = MappingProxyType({}),
) -> dict[str, Cost]:
    """Return the median cost of each command, run in turn (A B A B …): a machine's moods then hit all alike.

    What is to be done before each run of a command, not measured, stands under its name in `before`.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            before.get(name, lambda: None)()
            costs[name].append(run(command))
    return {name: _median(found) for name, found in costs.items()}


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, part) for cost in costs) for part in ("cpu", "wall", "peak")))


def about() -> str:
    """Return what the figures depend on: versions, system, processors."""
    python = ".".join(map(str, sys.version_info[:3]))
    return f"psm-cards {__version__}, Python {python}, {sys.platform}, {os.cpu_count()} processors"
