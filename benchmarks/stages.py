"""What each stage of a build takes of its CPU time; run as a process of its own: stages.py PROJECT FOLDER."""

import gc
import sys
import time
from pathlib import Path

from psm_cards import workflows


class StageClock:
    """Adds up the CPU time of each stage, from its name to the next one's."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._stage, self._begin = "start-up", 0.0

    def __call__(self, stage: str) -> None:
        """Note that a stage begins."""
        now = time.process_time()
        self.spent[self._stage] = self.spent.get(self._stage, 0.0) + now - self._begin
        self._stage, self._begin = stage, now


def main(project: Path, folder: Path) -> None:
    """Build once and print a line for each stage: its name, a tab, seconds of CPU."""
    # As the command line does.
    gc.disable()
    clock = StageClock()
    workflows.build(project, workflows.Target(folder, "bench", workflows.UNRELEASED), clock, strict=False)
    clock("end")
    for stage, seconds in clock.spent.items():
        print(f"{stage}\t{seconds:.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
