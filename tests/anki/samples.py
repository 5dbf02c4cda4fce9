"""A small project for the tests of the Anki format, to be changed by each test as it needs."""

import os
import subprocess
import sys
from pathlib import Path

from psm_cards import anki
from psm_cards.diagnostics import Diagnostic, Severity, Span
from psm_cards.model import (
    FIELDS,
    CardTemplate,
    Kind,
    Media,
    NoteLook,
    RenderedDeck,
    RenderedNote,
    RenderedProject,
    Stamps,
)
from psm_cards.release import stamping
from tests.environment import ROOT
from tests.places import FixedPlace

RELEASED = 1_760_000_000
DECK = "Sample::1 First"

BASIC = (
    CardTemplate(
        "Forward",
        "{{Question}}{{#Hint}}<i>{{Hint}}</i>{{/Hint}}{{#Typed}}{{type:Typed}}{{/Typed}}",
        "{{FrontSide}}<hr>{{Answer}}{{#Explanation}}<p>{{Explanation}}</p>{{/Explanation}}{{Sources}}",
        "basic/front.html",
        "basic/back.html",
    ),
    CardTemplate(
        "Reverse",
        "{{#Reverse}}{{Reverse}}{{/Reverse}}",
        "{{FrontSide}}<hr>{{Question}}",
        "basic/reverse-front.html",
        "basic/reverse-back.html",
    ),
    CardTemplate(
        "Extra",
        "{{#Spare 1}}{{Spare 1}}{{/Spare 1}}",
        "{{FrontSide}}<hr>{{Answer}}",
        "basic/extra-front.html",
        "basic/extra-back.html",
    ),
)
CLOZE = (
    CardTemplate(
        "Cloze",
        "{{cloze:Text}}{{#Typed}}{{type:cloze:Text}}{{/Typed}}",
        "{{cloze:Text}}<hr>{{Explanation}}",
        "cloze/front.html",
        "cloze/back.html",
    ),
)
LOOKS = (
    NoteLook(Kind.BASIC, BASIC, '@import url("_psm_user.css");\n.card { color: black; }', "style.css"),
    NoteLook(Kind.CLOZE, CLOZE, ".card { color: black; }", "style.css"),
)


def place(line: int) -> FixedPlace:
    """Return a place in the sample's own file."""
    return FixedPlace(Span("decks.yaml", line, 1, line, 9))


def fields(kind: Kind, **values: str) -> tuple[str, ...]:
    """Return the fields of a note, blank where not given; `Spare_1` stands for the name with a space."""
    by_name = {name.replace("_", " "): value for name, value in values.items()}
    assert not by_name.keys() - set(FIELDS[kind])
    return tuple(by_name.get(name, "") for name in FIELDS[kind])


def basic(note_id: str = "one", line: int = 1, **values: str) -> RenderedNote:
    """Return a basic note with a question and an answer, unless others are given."""
    values = {"Question": f"Question {note_id}?", "Answer": "Answer", "Id": note_id} | values
    return RenderedNote(note_id, Kind.BASIC, place(line), fields(Kind.BASIC, **values))


def cloze(text: str, note_id: str = "hidden", line: int = 1, **values: str) -> RenderedNote:
    """Return a cloze note with this text."""
    return RenderedNote(note_id, Kind.CLOZE, place(line), fields(Kind.CLOZE, Text=text, Id=note_id, **values))


def project(*notes: RenderedNote, media: tuple[Media, ...] = ()) -> RenderedProject:
    """Return a project with these notes in one deck, or one of each sort."""
    return RenderedProject("sample", "Sample", (RenderedDeck(DECK, "", notes or every_sort()),), LOOKS, media)


def every_sort() -> tuple[RenderedNote, ...]:
    """Return one note of each sort: plain, reversed, typed, with an extra card, cloze, nested cloze."""
    return (
        basic("plain"),
        basic("both-ways", Reverse="Answer"),
        basic("typed", Typed="Answer", Hint="It starts with A"),
        basic("extra", Spare_1="Extra question?"),
        cloze("{{c1::Paris}} is the capital of {{c2::France::country}}.", "capital"),
        cloze("{{c1::outer {{c2::inner}} end}} and {{c4::last}}", "nested"),
    )


def with_template(look: NoteLook, index: int, *, front: str | None = None, back: str | None = None) -> NoteLook:
    """Return a look with one side, or both, of one card template changed."""
    templates = list(look.templates)
    old = templates[index]
    templates[index] = old._replace(
        front=old.front if front is None else front, back=old.back if back is None else back
    )
    return look._replace(templates=tuple(templates))


def with_look(rendered: RenderedProject, look: NoteLook) -> RenderedProject:
    """Return a project with this look in place of that of the same kind."""
    return rendered._replace(looks=tuple(look if one.kind is look.kind else one for one in rendered.looks))


def problems(rendered: RenderedProject) -> list[Diagnostic]:
    """Return everything wrong with a project."""
    return anki.plan(rendered)[1]


def codes(rendered: RenderedProject) -> list[str]:
    """Return the codes of everything wrong with a project."""
    return [problem.code for problem in problems(rendered)]


def build(rendered: RenderedProject, target: Path, released: int = RELEASED) -> anki.Summary:
    """Plan and write a project that has nothing wrong with it."""
    planned, found = anki.plan(rendered)
    assert not [problem for problem in found if problem.severity is Severity.ERROR], found
    return anki.write(planned, stamps(planned, released), target)


def stamps(planned: anki.Plan, released: int = RELEASED) -> Stamps:
    """Return the stamps of a package whose notes are all of one time."""
    return stamping.fresh(planned, released).stamps


def with_media(folder: Path) -> RenderedProject:
    """Return a project whose notes and look use a picture, a sound and an asset of the template."""
    names = ("dot-0123456789ab.png", "tone-0123456789ab.mp3", "_psm-logo-0123456789ab.svg")
    folder.mkdir(exist_ok=True)
    # The files' own names sort otherwise than those in Anki.
    media = tuple(Media(name, folder / name[::-1]) for name in names)
    for one in media:
        one.path.write_bytes(one.name.encode() * 100)
    note = basic(Question=f'<img src="{names[0]}">', Answer=f"[sound:{names[1]}]")
    look = with_template(LOOKS[0], 0, front=f'{{{{Question}}}}<img src="{names[2]}">')
    return with_look(project(note, *every_sort(), media=media), look)


def run(program: str, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a program in a process of its own, with this environment and no other."""
    settings = {"PYTHONPATH": str(ROOT), "PATH": os.defpath} | environment
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
