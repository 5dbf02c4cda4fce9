"""A hundred thousand notes in the real Anki: all there, and a hundred of them the same to the letter, field by field.

Run by hand, for it takes minutes: `python -m benchmarks.imported [NOTES]`; needs the extra `anki`.
"""

import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks import corpus
from psm_cards import workflows
from psm_cards.model import FIELDS, Kind
from psm_cards.release.learning import Learner
from psm_cards.rendering import markup

NOTES = 100_000
COMPARED = 100


def main(notes: int) -> None:
    """Build, import twice, compare; a difference ends it with an error."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus.write(folder / "project", notes)
        target = workflows.Target(folder, "imported")
        built = workflows.build(folder / "project", target, lambda _: None, strict=True).package
        if built is None:
            raise SystemExit("the project could not be built")
        with Learner(folder / "learner") as learner:
            begin = time.perf_counter()
            first = learner.take(built.path)
            spent = time.perf_counter() - begin
            second = learner.take(built.path)
            state = learner.state()
            expect("new notes, then updated ones", (len(first.new), len(second.updated)), (notes, 0))
            expect("complaints", (first.complaints, first.conflicting, second.complaints), (0, 0, 0))
            expect("cards", len(state.cards), built.cards)
            expect("faults", learner.faults(), [])
            fields = {dict(zip(FIELDS[Kind.BASIC], one.fields, strict=True))["Id"]: one for one in state.notes.values()}
            compare(folder / "project", notes, {key: list(one.fields) for key, one in fields.items()})
    print(f"{notes:,} notes imported in {spent:.1f} s, {COMPARED} of them compared field by field: all the same")


def compare(project: Path, notes: int, imported: dict[str, list[str]]) -> None:
    """Compare some notes as Anki has them with what PyYAML reads of the project's files."""
    # As good as random, and the same each time.
    numbers = sorted({number * 2_654_435_761 % notes for number in range(COMPARED)})
    by_file: dict[int, list[int]] = {}
    for number in numbers:
        by_file.setdefault(number // corpus.NOTES_IN_A_FILE, []).append(number)
    for file, wanted in by_file.items():
        text = (project / "decks" / f"part-{file:03}.yaml").read_text(encoding="utf-8")
        document = yaml.load(text, yaml.CSafeLoader)
        found = {note["id"]: note for deck in document["decks"] for note in deck["notes"]}
        for number in wanted:
            note = found[f"note-{number}"]
            fields = dict(zip(FIELDS[Kind.BASIC], imported[note["id"]], strict=True))
            for name in ("Question", "Answer"):
                expect(f"{name} of {note['id']}", fields[name], markup.to_html(note[name.lower()]).html)
            expect(f"sources of {note['id']}", fields["Sources"].count("<li>"), len(note["cite"]))
            for cite in note["cite"]:
                place = f"p. {cite['page']}" if "page" in cite else f"§\u00a0{cite['section']}"
                expect(f"`{place}` of {note['id']}, not found", 0, int(place not in fields["Sources"]))


def expect(what: str, found: object, expected: object) -> None:
    """End the program unless what was found is what was expected."""
    if found != expected:
        raise SystemExit(f"{what}: expected {expected}, found {found}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else NOTES)
