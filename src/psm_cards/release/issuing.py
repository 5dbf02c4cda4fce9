"""The files that a release gives out, all from the project, its lock, its changelog and the last release's package.

Whoever has these makes the same files again: a rebuild of a release has the same bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from psm_cards import anki
from psm_cards.files import never_mind, replacing
from psm_cards.release import announcing, changelog, manifest
from psm_cards.release.companion import companion
from psm_cards.release.hashes import Snapshot
from psm_cards.release.lock import Lock
from psm_cards.release.stamping import stamp


@dataclass(frozen=True, slots=True)
class Issue:
    """A release to give out: the project as it is released, the lock after it, and its section of the changelog.

    `before` is the package of the release before, None if it is not at hand: the retired notes' words are in it.
    """

    snapshot: Snapshot
    lock: Lock
    changes: str
    before: anki.StoredPackage | None = None

    @property
    def stem(self) -> str:
        """What the names of its files begin with."""
        return f"{self.lock.project}-{self.lock.last.version}"


@dataclass(frozen=True, slots=True)
class Issued:
    """The files of a release in the order of their making, the package first, and what is in the package."""

    package: anki.Summary
    files: tuple[Path, ...]

    def moved(self, folder: Path) -> "Issued":
        """Return the same in another folder."""
        package = self.package._replace(path=folder / self.package.path.name)
        return Issued(package, tuple(folder / file.name for file in self.files))


def issue(one: Issue, folder: Path, waiting: Callable[[], None] = never_mind) -> Issued:
    """Write the files of a release into a folder, each whole or not at all. Raises FileProblem."""
    stamped = stamp(one.snapshot, one.lock, one.lock.last.time + 1)
    package = anki.write(one.snapshot.plan, stamped.stamps, folder / f"{one.stem}.apkg", waiting)
    files = [package.path]
    retired = companion(one.snapshot, one.lock, one.before) if one.before else None
    if retired:
        files.append(anki.write(*retired, folder / f"{one.stem}-retire.apkg", waiting).path)
    companion_name = files[-1].name if retired else ""
    text = announcing.notes(
        one.snapshot.project, one.lock, changelog.body(one.changes, one.lock.last.version), companion_name
    )
    files.append(_written(folder / f"{one.stem}.md", text))
    files.append(_written(folder / f"{one.stem}.json", manifest.manifest(one.lock, files)))
    files.append(_written(folder / manifest.SUMS, manifest.sums(files)))
    return Issued(package, tuple(files))


def _written(path: Path, text: str) -> Path:
    with replacing(path) as beside:
        beside.write_bytes(text.encode())
    return path
