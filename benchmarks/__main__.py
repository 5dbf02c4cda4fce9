"""`make bench`: every figure that docs/performance.md gives, as a ratio of processes run in turn.

`--quick` leaves out the projects of 100,000 notes, which take ten minutes.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import corpus
from benchmarks.processes import Cost, about, interleaved

HERE = Path(__file__).parent
PASS = (sys.executable, "-c", "pass")
OURS = (sys.executable, "-m", "psm_cards")
ROUNDS = {100: 9, 1_000: 7, 10_000: 5, 100_000: 3}
ROUNDS_OF_SLOW = {1_000: 3, 10_000: 1, 100_000: 1}
DECKS = 2_000


class Bench:
    """The measurements of one run, in a folder of their own."""

    def __init__(self, folder: Path, sizes: tuple[int, ...]) -> None:
        self._folder, self._sizes = folder, sizes
        self._costs: dict[int, dict[str, Cost]] = {}

    def lines(self) -> Iterator[str]:
        """Yield the lines of the report, each as soon as it is measured."""
        yield about()
        yield from self._builds()
        yield from self._further_notes()
        yield from self._decks()
        yield from self._again()
        yield from self._stages()
        yield from self._start_up()

    def _project(self, notes: int, decks: int = 0) -> Path:
        project = self._folder / f"{notes}-{decks}"
        if not project.exists():
            corpus.write(project, notes, decks)
        return project

    def _build(self, project: Path) -> tuple[str, ...]:
        return (*OURS, "build", str(project), "--output", str(self._folder / "ours"), "--no-cache")

    def _plain(self, project: Path, loader: str) -> tuple[str, ...]:
        return (sys.executable, str(HERE / "plain.py"), str(project), str(self._folder / "plain.apkg"), loader)

    def _builds(self) -> Iterator[str]:
        yield "\n| notes | ours | peak | plain, C loader | peak | ratio | plain, safe_load | ratio |"
        yield "|---|---|---|---|---|---|---|---|"
        for size in self._sizes:
            project = self._project(size)
            costs = interleaved({"ours": self._build(project), "fast": self._plain(project, "fast")}, ROUNDS[size])
            costs |= interleaved({"safe": self._plain(project, "safe")}, ROUNDS_OF_SLOW[size])
            self._costs[size] = costs
            ours, fast, safe = costs["ours"], costs["fast"], costs["safe"]
            yield (
                f"| {size:,} | {ours.cpu:.2f} s | {ours.peak:.0f} MB | {fast.cpu:.2f} s | {fast.peak:.0f} MB "
                f"| {fast.cpu / ours.cpu:.1f} | {safe.cpu:.2f} s | {safe.cpu / ours.cpu:.1f} |"
            )

    def _further_notes(self) -> Iterator[str]:
        yield "\na further note, in microseconds of CPU:"
        steps = []
        for small, large in zip(self._sizes, self._sizes[1:], strict=False):
            more = self._costs[large]["ours"].cpu - self._costs[small]["ours"].cpu
            steps.append(more / (large - small) * 1e6)
            yield f"- from {small:,} to {large:,} notes: {steps[-1]:.0f}"
        if len(steps) > 1:
            yield f"- ratio of the last two: {steps[-1] / steps[-2]:.2f}"

    def _decks(self) -> Iterator[str]:
        one, many = self._project(DECKS), self._project(DECKS, DECKS)
        costs = interleaved({"one": self._build(one), "many": self._build(many)}, 5)
        yield f"\n{DECKS:,} notes in {DECKS:,} decks against one: {costs['many'].cpu / costs['one'].cpu:.2f}"

    def _again(self) -> Iterator[str]:
        project = self._project(10_000)
        part = max((project / "decks").iterdir())
        build = (*OURS, "build", str(project), "--output", str(self._folder / "again"))
        first, same, edited = "a first build that leaves a cache", "nothing changed", "one note edited"
        costs = interleaved(
            {"none": self._build(project), first: build, same: build, edited: build, "pass": PASS},
            7,
            {
                first: lambda: shutil.rmtree(project / ".psm-cards-cache", ignore_errors=True),
                edited: lambda: part.write_text(part.read_text().replace(" have?", " have now?", 1)),
            },
        )
        yield "\nwith the cache, 10,000 notes in five files, against a build without:"
        for name in (first, same, edited):
            yield f"- {name}: {costs[name].cpu / costs['none'].cpu:.2f}"
        yield f"- {same}, against `python -c pass`: {costs[same].cpu / costs['pass'].cpu:.1f}"

    def _stages(self) -> Iterator[str]:
        project = self._project(10_000)
        command = (sys.executable, str(HERE / "stages.py"), str(project), str(self._folder / "ours"))
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        spent = {stage: float(seconds) for stage, seconds in (line.split("\t") for line in printed.splitlines())}
        yield "\nstages of a build of 10,000 notes, of its CPU time:"
        for stage, seconds in spent.items():
            yield f"- {stage}: {seconds:.2f} s, {seconds / sum(spent.values()):.0%}"

    def _start_up(self) -> Iterator[str]:
        commands = {
            "pass": PASS,
            "`--version`": (*OURS, "--version"),
            "`--help`": (*OURS, "--help"),
            "a build of 100 notes": self._build(self._project(100)),
        }
        costs = interleaved(commands, 15)
        yield f"\nagainst `python -c pass` ({costs['pass'].cpu * 1000:.0f} ms):"
        for name in list(commands)[1:]:
            yield f"- {name}: {costs[name].cpu / costs['pass'].cpu:.1f}"


def main(arguments: list[str]) -> None:
    """Measure, and print line by line."""
    sizes = (1_000, 10_000) if "--quick" in arguments else (1_000, 10_000, 100_000)
    with tempfile.TemporaryDirectory() as folder:
        for line in Bench(Path(folder), sizes).lines():
            print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
