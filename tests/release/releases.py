"""A project that cuts releases, and a learner who imports them into the real Anki."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from anki.collection import Collection

from psm_cards import release, workflows
from tests.anki.probe import Import, import_into
from tests.project_case import HEAD, ProjectCase

FIRST = 1_750_000_000
"""When the first release is cut; the others follow after a week each."""

WEEK = 7 * 24 * 3600


def silent(stage: str) -> None:
    """Take no notice of the stages."""


class ReleasingCase(ProjectCase):
    """A project of named decks whose notes tests change between its releases."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lock_file = folder / release.NAME

    def decks(self, *, more: str = "", head: str = HEAD, **notes: str) -> Self:
        """Write decks.yaml with these decks; their notes are lines of YAML, `more` stands at the end of the file."""
        text = f"{head}decks:\n"
        for name, lines in notes.items():
            text += f"  - name: {name}\n    notes:\n"
            text += "".join(f"      {line}\n" for line in lines.strip("\n").split("\n"))
        return self.file("decks.yaml", text + more)

    def cut(self, version: str = "1.0.0", time: int | None = None) -> Path:
        """Cut a release, a week after the last one, and return its package."""
        checked = workflows.check(self.folder, silent)
        assert checked.report.is_clean(), checked.report
        assert checked.project
        assert checked.plan
        time = time or (checked.lock.last.time + WEEK if checked.lock else FIRST)
        lock = release.record(release.take(checked.project, checked.plan), checked.lock, release.Release(version, time))
        release.write(lock, self.lock_file)
        return self.built()

    def released(self, version: str = "1.0.0", **wanted: Any) -> workflows.Released:  # noqa: ANN401 (options of two)
        """Run the release of a version, a week after the last one, with options of `Wish` and `Cut`."""
        last = release.read(self.lock_file, "demo")[0]
        time = wanted.pop("time", None) or (last.last.time + WEEK if last else FIRST)
        again = {name: wanted.pop(name) for name in ("rerender", "redeliver") if name in wanted}
        wish = release.Wish(release.Release(version, time), **again)
        return workflows.cut(self.folder, workflows.Cut(wish, **wanted), silent)

    def files(self) -> dict[str, bytes]:
        """Return every file of the project by its path."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def built(self, *, released: int | None = None) -> Path:
        """Return the package of a plain build, which has no errors."""
        self.build(released=released)
        assert self.package, self.diagnostics
        return self.package

    def lock(self) -> release.Lock:
        """Return the lock."""
        lock, problems = release.read(self.lock_file, "demo")
        assert lock, problems
        return lock

    def diff(self, against: Path | None = None) -> release.Diff:
        """Return what the next release would bring."""
        compared = workflows.diff(self.folder, against, silent)
        assert compared.diff, compared.report
        return compared.diff

    def bumped(self, before: release.Lock) -> set[str]:
        """Return the ids of the notes that the newest release changed."""
        return {note.id for note in self.lock().active if note.mod != getattr(before.notes.get(note.id), "mod", 0)}

    def codes(self) -> list[str]:
        """Return the codes of what a check finds."""
        return [problem.code for problem in self.check().diagnostics]

    def message(self, code: str) -> str:
        """Return message and hint of the one problem of this code that a check finds."""
        (found,) = [problem for problem in self.check().diagnostics if problem.code == code]
        return f"{found.message} | {found.hint}"


class Learner:
    """A learner's collection."""

    def __init__(self, collection: Any) -> None:  # noqa: ANN401 (anki is untyped here)
        self.collection = collection

    def take(self, package: Path) -> Import:
        """Import a package as Anki's dialog does."""
        log = import_into(self.collection, package)
        # Anki's window does so after each import; the note types would else be those from before.
        self.collection.models._clear_cache()  # noqa: SLF001 (see above)
        return log

    def note(self, note_id: str) -> Any:  # noqa: ANN401 (anki is untyped here)
        """Return the note with this id of ours."""
        (found,) = self.collection.find_notes(f"Id:{note_id}")
        return self.collection.get_note(found)

    def deck(self, note_id: str) -> str:
        """Return the deck that a note's first card is in."""
        name: str = self.collection.decks.name(self.note(note_id).cards()[0].did)
        return name

    def edit(self, note_id: str, field: str, text: str) -> None:
        """Change a field of a note."""
        note = self.note(note_id)
        note[field] = text
        self.collection.update_note(note)

    def study(self) -> None:
        """Answer every card of the decks called Demo until nothing is due."""
        self.collection.decks.select(self.collection.decks.id_for_name("Demo"))
        while card := self.collection.sched.getCard():
            self.collection.sched.answerCard(card, 4)

    def progress(self) -> list[Any]:
        """Return the scheduling of every card and the log of all reviews."""
        columns = "id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses"
        cards = self.collection.db.all(f"SELECT {columns} FROM cards WHERE reps > 0 ORDER BY id")  # noqa: S608 (ours)
        return [*cards, *self.collection.db.all("SELECT * FROM revlog ORDER BY id")]


@contextmanager
def learner(folder: Path) -> Iterator[Learner]:
    """Open a new learner's collection in a folder."""
    folder.mkdir(exist_ok=True)
    collection = Collection(str(folder / "collection.anki2"))
    try:
        yield Learner(collection)
    finally:
        collection.close()
