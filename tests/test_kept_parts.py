"""A build that takes files from the cache instead of reading them makes the same bytes, and says the same."""

import os
import random  # noqa: TID251 (changes at random, the same each time)
import sys
from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from itertools import starmap
from pathlib import Path
from types import FrameType

import pytest

from psm_cards import anki, cache, workflows
from psm_cards.diagnostics import Diagnostic
from psm_cards.keeping import FEWEST, PREFIX
from psm_cards.rendering.fields import NoteRenderer
from tests.project_case import HEAD, ProjectCase

MAIN = """\
format: 1
project: {{id: demo, title: "{title}", references: {references}, description: What it is.}}
include: [decks/*.yaml]
sources:
  talk: {{type: speech, title: A talk, custom: {{text: talk.txt}}}}
  book: {{type: book, title: A book, author: [{{family: Writer}}]}}
syllabus: [{{id: item, text: What to know}}]
retired: {{{retired}: {{reason: it is gone}}}}
"""
PICTURE = b"\x89PNG\r\n\x1a\n a picture"
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
TALK = " ".join(f"{number.title()} is a number." for number in NUMBERS)
PARTS = ["a", "b", "c", "d"]


class Draft:
    """A project in several files that changes at random, the same way each time."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)  # noqa: S311 (nothing secret)
        self.title, self.references, self.retired = "A demo", "false", "zero"
        self.heads = dict.fromkeys(PARTS, "name: Demo")
        self.notes: dict[str, list[dict[str, str]]] = {part: [] for part in PARTS}
        self.whole: dict[str, list[dict[str, str]]] | None = None
        (folder / "decks").mkdir(parents=True)
        (folder / "talk.txt").write_text(TALK)
        (folder / "dot.png").write_bytes(PICTURE)
        for number in NUMBERS[:7]:
            self.add(number)

    def any_notes(self) -> list[dict[str, str]]:
        """Return the notes of some file."""
        return self.random.choice(list(self.notes.values()))

    def add(self, number: str) -> None:
        """Add a note about a number to some file, unless there is one."""
        if not any(note["id"] == number for notes in self.notes.values() for note in notes):
            note = {"id": number, "question": f"What is {number}?", "answer": self.text(), "cite": self.cited(number)}
            self.any_notes().append(note)

    def text(self) -> str:
        """Return a text of one of the kinds that are rendered in ways of their own."""
        word = self.random.choice(NUMBERS)
        return self.random.choice([word, f"*{word}*", "![](dot.png)", f"<b>{word}</b>", f"`{word}`", "$x$", word, word])

    def cited(self, number: str) -> str:
        """Return a citation, now and then one with a passage."""
        return self.random.choice(
            ["[{source: book, page: 3}]", "[{source: talk}]", f"[{{source: talk, at: {number} is}}]"]
        )

    def write(self) -> None:
        """Write the files anew."""
        for file in (self.folder / "decks").iterdir():
            file.unlink()
        head = MAIN.format(title=self.title, references=self.references, retired=self.retired)
        (self.folder / "decks.yaml").write_text(head)
        for part, notes in self.notes.items():
            lines = [f"decks:\n  - {self.heads[part]}\n    notes:"]
            lines += [f"      - {{{', '.join(starmap(_written, note.items()))}}}" for note in notes]
            lines += fillers(part)
            (self.folder / "decks" / f"{part}.yaml").write_text("\n".join(lines) + "\n")

    def change(self) -> None:
        """Change one thing: mostly a note, now and then what all parts depend on, or something that makes a problem."""
        changes: list[Callable[[], object]] = [
            *([self._edit] * 8),
            *([self._move] * 3),
            *([lambda: self.add(self.random.choice(NUMBERS))] * 3),
            lambda: self.any_notes().clear(),
            lambda: self.notes.setdefault("e", []),
            lambda: self.notes.pop("e", None),
            self._rename,
            lambda: setattr(self, "title", self.random.choice(["A demo", "Another"])),
            lambda: setattr(self, "references", self.random.choice(["true", "false"])),
            lambda: setattr(self, "retired", self.random.choice(["zero", "ten", "nil", "one"])),
            lambda: (self.folder / "dot.png").write_bytes(PICTURE + bytes([self.random.randrange(9)])),
            lambda: (self.folder / "talk.txt").write_text(TALK + self.random.choice(["", " More.", " One is."])),
            self._template,
            *([self._break] * 4),
        ]
        if self.whole is not None:
            self.notes, self.whole = self.whole, None
        self.random.choice(changes)()
        self.heads = {part: self.heads.get(part, "name: Demo") for part in self.notes}

    def _edit(self) -> None:
        if notes := self.any_notes():
            note = self.random.choice(notes)
            key, value = self.random.choice(
                [
                    ("answer", self.text()),
                    ("question", f"Which is {self.random.choice(NUMBERS)}?"),
                    ("tags", self.random.choice(["[number]", "[a, b]"])),
                    ("reverse", self.random.choice(["true", "false"])),
                    ("draft", self.random.choice(["true", "false"])),
                    ("guid", note["id"].upper()),
                    ("cite", self.cited(note["id"])),
                    ("covers", "[item]"),
                ]
            )
            note[key] = value

    def _break(self) -> None:
        """Do what other parts may not stand beside; the next change undoes it."""
        self.whole = deepcopy(self.notes)
        if notes := self.any_notes():
            note = self.random.choice(notes)
            wrong = {"tags": "[Number]", "was": "nine", "guid": "ONE", "answer": "![](Dot.png)", "covers": "[no]"}
            wrong["id"] = self.random.choice(NUMBERS)
            key = self.random.choice(list(wrong))
            note[key] = wrong[key]

    def _move(self) -> None:
        source, target = self.any_notes(), self.any_notes()
        if source:
            target.insert(0, source.pop())

    def _rename(self) -> None:
        part = self.random.choice(list(self.notes))
        names = ["Demo", "Demo", "Demo::Part", "Other", "Demo::Else"]
        described = self.random.choice(["", "", "yes"]) and f'\n    description: "![](dot.png) of {part}"'
        self.heads[part] = f"name: {self.random.choice(names)}{described}"

    def _template(self) -> None:
        name, text = self.random.choice(
            [("fields/sources.html", "[[ citations | length ]]"), ("basic/front.html", "{{Question}}"), ("x.html", "x")]
        )
        file = self.folder / "templates" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            file.unlink()
        else:
            file.write_text(text)


def fillers(part: str) -> list[str]:
    """Return as many notes as a part must have to be kept."""
    return [f"      - {{id: {part}-{number}, question: Q{number}?, answer: A, hint: no}}" for number in range(FEWEST)]


def _written(key: str, text: str) -> str:
    is_plain = key in {"cite", "tags", "reverse", "draft", "covers", "id", "was"}
    return f"{key}: {text}" if is_plain else f'{key}: "{text}"'


def built(folder: Path, output: Path, store: cache.Store | None) -> tuple[tuple[Diagnostic, ...], object, bytes]:
    """Return what a build says, what became of its citations, and its bytes."""
    target = workflows.Target(output, "test")
    done = workflows.build(folder, target, lambda _: None, strict=False, store=store)
    return done.report.diagnostics, done.tally, done.package.path.read_bytes() if done.package else b""


def prints(folder: Path) -> dict[str, int]:
    """Return when each kept part was written."""
    return {file.name: file.stat().st_ino for file in (folder / cache.FOLDER).glob(f"{PREFIX}*")}


@pytest.mark.parametrize("seed", range(8))
def test_after_changes_at_random_a_build_is_as_one_without_a_cache(seed: int, tmp_path: Path) -> None:
    draft = Draft(tmp_path / "project", seed)
    store = cache.Store(str(draft.folder), b"1")
    packages = recalled = 0
    for _ in range(60):
        draft.write()
        before = prints(draft.folder)
        kept = built(draft.folder, tmp_path / "kept", store)
        assert kept == built(draft.folder, tmp_path / "anew", None)
        packages += bool(kept[2])
        recalled += len(before.items() & prints(draft.folder).items())
        draft.change()
    assert packages > 15
    assert recalled > 15


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    draft = Draft(tmp_path / "project", 1)
    for notes in draft.notes.values():
        for note in notes:
            note["cite"] = "[{source: book}]"
    draft.write()
    built(draft.folder, tmp_path / "kept", cache.Store(str(draft.folder), b"1"))
    assert len(prints(draft.folder)) == len(PARTS)
    return draft


def test_only_the_file_that_changed_is_read_again(draft: Draft, tmp_path: Path) -> None:
    before = prints(draft.folder)
    draft.notes["b"].append({"id": "ten", "question": "What is ten?", "answer": "ten"})
    draft.write()
    built(draft.folder, tmp_path / "kept", cache.Store(str(draft.folder), b"1"))

    assert len(before.keys() & prints(draft.folder).keys()) == len(PARTS)
    assert len(before.items() - prints(draft.folder).items()) == 1


def notes_made(steps: ProjectCase) -> list[str]:
    """Build with the cache and return the ids of the notes that were rendered."""
    made: list[str] = []

    def hear(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is NoteRenderer.render.__code__:
            made.append(frame.f_locals["note"].id)

    sys.setprofile(hear)
    try:
        built(steps.folder, steps.folder.with_name("kept"), cache.Store(str(steps.folder), b"1"))
    finally:
        sys.setprofile(None)
    assert codes_of_the_same(steps) == []
    return made


def test_of_a_file_that_changed_only_notes_that_say_something_else_are_made_again(steps: ProjectCase) -> None:
    steps.file("decks.yaml", INCLUDING).file("dot.png", PICTURE)
    texts = {"a": "one", "b": "![](dot.png)", "c": "*three*"}

    def write(comment: str, deck: str = "name: Demo") -> None:
        notes = [f"      - {{id: {key}, question: Q?, answer: '{text}'}}" for key, text in texts.items()]
        lines = [f"decks:\n  - {deck}\n    notes:", *notes, *fillers("more"), f"# {comment}"]
        steps.file("decks/a.yaml", "\n".join([*lines, ""]))

    write("first")
    assert len(notes_made(steps)) == len(texts) + FEWEST
    write("second")
    # It is not kept which note asked for which of the part's files.
    assert notes_made(steps) == ["b"]
    texts["c"] = "*four*"
    texts["d"] = texts.pop("a")
    write("third")
    assert notes_made(steps) == ["b", "c", "d"]
    write("third", "name: Other")
    assert len(notes_made(steps)) == len(texts) + FEWEST
    write("third", "name: Other\n    tags: [all]")
    assert len(notes_made(steps)) == len(texts) + FEWEST
    steps.file("templates/basic/front.html", "{{Question}} {{Hint}}")
    write("fourth", "name: Other\n    tags: [all]")
    assert len(notes_made(steps)) == len(texts) + FEWEST


def test_a_file_of_which_too_much_was_wrong_to_look_at_all_notes_is_not_kept(
    steps: ProjectCase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("psm_cards.rendering.fields.MOST_PROBLEMS", 1)
    steps.file("decks.yaml", INCLUDING).file("decks/a.yaml", part_of("id: a, question: Q?, answer: A"))
    steps.file("decks/b.yaml", part_of("id: b, question: Q?, answer: A"))
    assert codes_of_the_same(steps) == []
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: '![](no.png)'"))
    steps.file("decks/b.yaml", part_of("id: b, question: Q?, answer: A") + "      - {id: c, question: Q?, answer: A}\n")
    assert codes_of_the_same(steps) == ["missing-media"]
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A"))
    assert codes_of_the_same(steps) == []
    steps.file("decks/b.yaml", (steps.folder / "decks/b.yaml").read_text() + "# more\n")
    assert codes_of_the_same(steps) == []


def test_a_second_note_with_a_guid_is_told_beside_a_note_with_an_error(steps: ProjectCase) -> None:
    guid = anki.guid_for("demo", "b")
    known = f"      - {{id: k, question: K?, answer: A, guid: '{guid}'}}\n"
    steps.file("decks.yaml", INCLUDING)
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A") + known)
    assert codes_of_the_same(steps) == []
    new = "      - {id: b, question: B?, answer: A}\n"
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: '![](no.png)'") + known + new)
    assert codes_of_the_same(steps) == ["missing-media", "duplicate-guid"]


def test_a_large_picture_that_a_template_shows_too_is_told_once(steps: ProjectCase) -> None:
    large = PICTURE + bytes(11_000_000)
    steps.file("decks.yaml", INCLUDING).file("templates/assets/big.png", large)
    steps.file("templates/basic/back.html", "{{Answer}}<img src=\"[[ asset('big.png') ]]\">")
    shown = "![](templates/assets/big.png)"
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A"))
    steps.file("decks/b.yaml", part_of(f"id: b, question: Q?, answer: '{shown}'"))
    assert codes_of_the_same(steps) == ["large-media"]
    steps.file(
        "decks/a.yaml",
        part_of("id: a, question: Q?, answer: A") + f"      - {{id: c, question: Q?, answer: '{shown}'}}\n",
    )
    assert codes_of_the_same(steps) == ["large-media"]


def test_what_is_kept_of_a_file_goes_with_the_file(draft: Draft, tmp_path: Path) -> None:
    del draft.notes["c"], draft.heads["c"]
    draft.write()
    built(draft.folder, tmp_path / "kept", cache.Store(str(draft.folder), b"1"))
    assert len(prints(draft.folder)) == len(PARTS) - 1


def test_another_version_of_the_program_reads_all_files_again(draft: Draft, tmp_path: Path) -> None:
    before = prints(draft.folder)
    done = built(draft.folder, tmp_path / "kept", cache.Store(str(draft.folder), b"2"))

    assert done == built(draft.folder, tmp_path / "anew", None)
    assert not before.items() & prints(draft.folder).items()


@pytest.mark.parametrize("damage", [b"", b"x", bytes(999)])
def test_a_damaged_part_is_read_again(damage: bytes, draft: Draft, tmp_path: Path) -> None:
    for name in prints(draft.folder):
        (draft.folder / cache.FOLDER / name).write_bytes(damage)
    done = built(draft.folder, tmp_path / "kept", cache.Store(str(draft.folder), b"1"))
    assert done == built(draft.folder, tmp_path / "anew", None)


INCLUDING = f"{HEAD}include: [decks/*.yaml]\nsources:\n  book: {{type: book, title: A book}}\n"


def part_of(note: str) -> str:
    """Return a file of one deck with a note, given as a flow mapping that begins with its id, and more."""
    name = note.split(",", maxsplit=1)[0].removeprefix("id: ")
    return "\n".join([f"decks:\n  - name: Demo\n    notes:\n      - {{{note}}}", *fillers(name), ""])


def test_a_small_file_is_not_kept(steps: ProjectCase) -> None:
    few = "\n".join(["decks:\n  - name: Demo\n    notes:", *fillers("few")[1:], ""])
    steps.file("decks.yaml", INCLUDING).file("decks/few.yaml", few).file(
        "decks/more.yaml", part_of("id: a, question: Q?, answer: A")
    )
    assert codes_of_the_same(steps) == []
    assert len(prints(steps.folder)) == 1


@pytest.fixture
def steps(tmp_path: Path) -> ProjectCase:
    return ProjectCase(tmp_path / "project")


def codes_of_the_same(steps: ProjectCase) -> list[str]:
    """Assert that a build with the cache does what one without does; return the codes of what it says."""
    kept, anew = (steps.folder.with_name(name) for name in ("kept", "anew"))
    done = built(steps.folder, kept, cache.Store(str(steps.folder), b"1"))
    assert done == built(steps.folder, anew, None)
    return [one.code for one in done[0]]


@pytest.mark.parametrize(
    ("key", "code"), [("cite: [{source: no}]", "unknown-source"), ("covers: [no]", "unknown-item")]
)
def test_what_could_not_be_told_beside_a_broken_file_is_told_once_that_is_mended(
    key: str, code: str, steps: ProjectCase
) -> None:
    steps.file("decks.yaml", INCLUDING).file("decks/a.yaml", "decks: [\n")
    steps.file("decks/b.yaml", part_of(f"id: b, question: What?, answer: That, {key}"))
    assert codes_of_the_same(steps) == ["yaml-syntax"]
    steps.file("decks/a.yaml", part_of("id: a, question: Which?, answer: This"))
    assert codes_of_the_same(steps) == [code]


def test_a_citation_is_told_of_when_a_text_that_could_not_be_read_is_gone(steps: ProjectCase) -> None:
    talk = "{type: speech, title: A talk, custom: {text: talk.txt}}"
    steps.file("decks.yaml", f"{INCLUDING}  talk: {talk}\n").file("talk.txt", b"\xff\xfe")
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A, cite: [{source: talk, at: one is one}]"))
    assert codes_of_the_same(steps) == ["unreadable-text"]
    (steps.folder / "talk.txt").unlink()
    assert codes_of_the_same(steps) == ["unverified-citation"]


def test_templates_of_fields_in_a_folder_that_is_a_link_are_heeded(steps: ProjectCase) -> None:
    steps.file("decks.yaml", INCLUDING).file("looks/other.txt", "").file("templates/assets/other.txt", "")
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A, cite: [{source: book}]"))
    (steps.folder / "templates" / "fields").symlink_to("../looks")
    for text in ("one", "two"):
        assert codes_of_the_same(steps) == []
        steps.file("looks/sources.html", text)
    assert codes_of_the_same(steps) == []


def test_a_file_that_a_text_names_as_anki_will_is_missed_when_no_note_brings_it(steps: ProjectCase) -> None:
    name = f"ding-{sha256(b'ID3 ding').hexdigest()[:12]}.mp3"
    steps.file("decks.yaml", INCLUDING).file("ding.mp3", b"ID3 ding")
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A, audio: ding.mp3"))
    steps.file("decks/b.yaml", part_of(f'id: b, question: Q?, answer: A, typed: "[sound:{name}]"'))
    assert codes_of_the_same(steps) == []
    steps.file("decks/a.yaml", part_of("id: a, question: Q?, answer: A"))
    assert codes_of_the_same(steps) == ["unlisted-media"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there names are any bytes")
def test_names_that_are_no_utf8_are_as_without_a_cache(tmp_path: Path) -> None:
    steps = ProjectCase(tmp_path / os.fsdecode(b"d\xe9")).file("decks.yaml", INCLUDING)
    steps.file(os.fsdecode(b"decks/d\xe9.yaml"), part_of("id: a, question: Q?, answer: A"))
    assert codes_of_the_same(steps) == []
    assert len(prints(steps.folder)) == 1
    assert codes_of_the_same(steps) == []
