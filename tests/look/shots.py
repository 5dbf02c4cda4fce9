"""Takes the pictures in docs/cards: for each kind of card its answer, on a phone and a desktop, by day and at night.

Run `python -m tests.look.shots` from the project's folder; with `--mathjax FOLDER` (a MathJax 3 that holds
`tex-chtml-full.js`) formulas are set as in Anki, else their TeX is shown.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path

from tests.look.chromium import dump, picture
from tests.look.faces import DAY, NIGHT, Face, faces, framed, page

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
TARGET = ROOT / "docs" / "cards"

PHONE, DESKTOP, GAP = 360, 1280, 16
SHEET = 2 * PHONE + DESKTOP // 2 + 4 * GAP

SAMPLES = {
    "basic": "plain-forward-back",
    "cloze": "deletion-cloze1-back",
    "typed": "spelling-forward-back",
    "code": "code-forward-back",
    "formula": "formula-forward-back",
    "table": "table-forward-back",
    "picture": "picture-forward-back",
}
# The look that this project's own templates give to its deck.
OWN = {"own-basic": "psm-definition-forward-back", "own-cloze": "nonhuman-archetypes-cloze1-back"}

_STYLE = f"""
body {{ margin: 0; background: #c9ccd0; width: {SHEET}px }}
#sheet {{ display: flex; gap: {GAP}px; padding: {GAP}px; align-items: flex-start }}
iframe {{ border: 0; display: block; background: #fff }}
.wide {{ width: {DESKTOP // 2}px; display: grid; gap: {GAP}px }}
.half {{ overflow: hidden }} .half iframe {{ zoom: 0.5 }}
"""
# Frames grow to what they hold; the sheet's height goes into its title, for the size of the picture.
_FIT = """
const fit = () => {
  for (const frame of document.querySelectorAll('iframe'))
    frame.height = Math.max(200, frame.contentDocument.documentElement.scrollHeight)
  document.title = JSON.stringify(Math.ceil(document.querySelector('#sheet').getBoundingClientRect().height))
}
onload = () => { fit(); setTimeout(fit, 5000) }
"""


def sheet(face: Face, head: str = "") -> str:
    """Return a page with one side of a card on a phone and a desktop, by day and at night."""
    day, night = page(face, DAY, head), page(face, NIGHT, head)
    phones = framed({"phone by day": day, "phone at night": night}, PHONE)
    desktops = "".join(
        f'<div class="half">{framed({name: text}, DESKTOP)}</div>'
        for name, text in (("desktop by day", day), ("desktop at night", night))
    )
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><script>{_FIT}</script>'
        f'<div id="sheet">{phones}<div class="wide">{desktops}</div></div>'
    )


def shoot(face: Face, folder: Path, target: Path, head: str = "") -> None:
    """Write the picture of one side of a card; `folder` holds its media."""
    file = folder / "sheet.html"
    file.write_text(sheet(face, head), encoding="utf-8")
    profile = folder / "profile"
    title = re.search(r"<title>(\d+)</title>", dump(file, profile))
    height = json.loads(title[1]) if title else PHONE
    picture(file, profile, target, SHEET, height)


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


def shoot_all(project: Path, samples: dict[str, str], options: argparse.Namespace) -> None:
    """Take the pictures of a project's samples, file names to names of faces; of all its faces if there are none."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        every = {face.name: face for face in faces(project, folder)}
        for target, key in (samples or {key: key for key in every}).items():
            shoot(every[key], folder, options.to / f"{target}.png", mathjax(options.mathjax))


def main() -> None:
    """Take all pictures anew."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mathjax", type=Path, metavar="FOLDER")
    parser.add_argument("--all", type=Path, metavar="PROJECT", help="every side of every card of a project instead")
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FOLDER")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    if options.all:
        shoot_all(options.all, {}, options)
        return
    shoot_all(HERE / "project", SAMPLES, options)
    shoot_all(ROOT, OWN, options)


if __name__ == "__main__":
    main()
