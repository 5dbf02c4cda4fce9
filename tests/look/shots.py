"""Takes the pictures in docs: kinds of cards on a phone and a desktop, by day and at night, and whole decks.

Run `python -m tests.look.shots` from the project's folder, or `make screenshots`. With `--mathjax FOLDER` (a MathJax 3
that holds `tex-chtml-full.js`) formulas are set as in Anki, else the picture that has them stays as it is. The same
cards, fonts and Chromium give the same files.
"""

import argparse
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from tests.look.chromium import dump, picture
from tests.look.faces import Face, faces
from tests.look.palette import reduce_colours
from tests.look.sheets import contact, phones, screens

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CARDS = ROOT / "docs" / "cards"
DECK = ROOT / "docs" / "deck"
COLOURS = 256
DECK_COLOURS = 16
"""Enough for letters in four colours on one ground; it halves the files of the whole decks."""

SAMPLES = {
    "basic": "plain-forward-back",
    "cloze": "deletion-cloze1-back",
    "typed": "spelling-forward-back",
    "code": "code-forward-back",
    "table": "table-forward-back",
    "picture": "picture-forward-back",
}
FORMULAS = {"formula": "formula-forward-back"}
# The look that this project's own templates give to its deck.
OWN = {"own-basic": "psm-definition-forward-back"}
OWN_THREE = ("generalization-rule-forward-front", "specific-features-minder-cloze1-back", "shoggoth-view-forward-back")


@dataclass(frozen=True, slots=True)
class Studio:
    """The faces of a project by name, the folder with their media, and what a page needs for formulas."""

    folder: Path
    faces: Mapping[str, Face]
    head: str = ""

    def shoot(self, sheet: str, target: Path, colours: int = COLOURS) -> None:
        """Write the picture of a page, as large as it says itself, in so many colours at most."""
        file, profile = self.folder / "sheet.html", self.folder / "profile"
        file.write_text(sheet, encoding="utf-8")
        title = re.search(r"<title>(.+)</title>", dump(file, profile))
        if title is None:
            raise ValueError(f"the sheet for {target} was not measured")
        target.parent.mkdir(parents=True, exist_ok=True)
        picture(file, profile, target, *json.loads(title[1]))
        reduce_colours(target, colours, self.folder)

    def shoot_screens(self, names: Mapping[str, str], target: Path) -> None:
        """Take a picture on all screens of each of the faces named, by the name of its file."""
        for file, name in names.items():
            self.shoot(screens(self.faces[name], self.head), target / f"{file}.png")


def mathjax(folder: Path | None) -> str:
    """Return what a page needs for formulas: MathJax as Anki sets it up, or nothing."""
    if folder is None:
        return ""
    setup = {
        "tex": {"displayMath": [["\\[", "\\]"]], "processEscapes": False, "processEnvironments": False},
        "loader": {"load": ["[tex]/noerrors", "[tex]/mathtools"], "paths": {"mathjax": folder.resolve().as_uri()}},
    }
    source = (folder.resolve() / "tex-chtml-full.js").as_uri()
    return f'<script>window.MathJax = {json.dumps(setup)}</script><script src="{source}"></script>'


def sheets(found: Sequence[Face]) -> Iterator[tuple[str, list[Face]]]:
    """Yield the contact sheets by name: the answers of each deck, and of the questions one of each kind."""
    backs = [face for face in found if face.side == "back"]
    for deck, group in groupby(backs, key=lambda face: face.deck):
        yield re.sub(r"\W+", "-", deck.split("::")[-1].lower()), list(group)
    kinds = {_kind(face): face for face in reversed(found) if face.side == "front"}
    yield "fronts", [kinds[kind] for kind in sorted(kinds)]


def _kind(front: Face) -> tuple[str, bool, bool]:
    return front.card.rstrip("0123456789"), "psm-hint" in _body(front), "typeans" in _body(front)


def _body(face: Face) -> str:
    return re.sub(r"<style.*?</style>", "", face.html, flags=re.DOTALL)


def shoot_cards(options: argparse.Namespace) -> None:
    """Take the pictures of the kinds of cards, and those of this project's deck that the README shows."""
    target = options.to or CARDS
    names = SAMPLES | (FORMULAS if options.mathjax else {})
    with studio(HERE / "project", mathjax(options.mathjax)) as samples:
        samples.shoot_screens(names, target)
    with studio(ROOT) as own:
        own.shoot_screens(OWN, target)
        own.shoot(phones([own.faces[name] for name in OWN_THREE]), target / "own-three.png")


def shoot_deck(options: argparse.Namespace) -> None:
    """Take the contact sheets of this project's decks."""
    with studio(ROOT) as own:
        for name, group in sheets(list(own.faces.values())):
            own.shoot(contact(group), (options.to or DECK) / f"{name}.png", DECK_COLOURS)


def shoot_all(options: argparse.Namespace) -> None:
    """Take a picture on all screens of every side of every card of a project."""
    with studio(options.all, mathjax(options.mathjax)) as every:
        every.shoot_screens({name: name for name in every.faces}, options.to or CARDS)


@contextmanager
def studio(project: Path, head: str = "") -> Iterator[Studio]:
    """Give the faces of a project, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield Studio(folder, {face.name: face for face in faces(project, folder)}, head)


def main() -> None:
    """Take all pictures anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mathjax", type=Path, metavar="FOLDER")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--deck", action="store_true", help="contact sheets of this project's decks instead")
    which.add_argument("--all", type=Path, metavar="PROJECT", help="every side of every card of a project instead")
    parser.add_argument("--to", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    if options.deck:
        shoot_deck(options)
    elif options.all:
        shoot_all(options)
    else:
        shoot_cards(options)


if __name__ == "__main__":
    main()
