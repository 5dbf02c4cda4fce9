"""Pages that show many faces at once: one card on several screens, some side by side, or all cards of a deck."""

import html
from collections.abc import Sequence

from tests.look.faces import ANDROID_NIGHT, DAY, NIGHT, Face, framed, page

PHONE, DESKTOP, GAP, COLUMNS = 360, 1280, 16, 5

# Frames become as high as what they hold; it is measured at a phone's height, in which a card's pictures have to fit.
# The sheet's size goes into its title, for the size of the picture.
_FIT = """
const fit = () => {
  for (const frame of document.querySelectorAll('iframe')) {
    frame.height = 640
    frame.height = Math.ceil(frame.contentDocument.documentElement.getBoundingClientRect().height)
  }
  const size = document.querySelector('#sheet').getBoundingClientRect()
  document.title = JSON.stringify([size.width, Math.ceil(size.height)])
}
onload = () => { fit(); setTimeout(fit, 5000) }
"""
_STYLE = f"""
body {{ margin: 0; background: #c9ccd0 }}
#sheet {{ box-sizing: border-box; padding: {GAP}px }}
iframe {{ border: 0; display: block; background: #fff }}
.row {{ display: flex; gap: {GAP}px; align-items: flex-start }}
.wide {{ width: {DESKTOP // 2}px; display: grid; gap: {GAP}px }}
.half {{ overflow: hidden }} .half iframe {{ zoom: 0.5 }}
.deck {{ column-gap: {GAP}px; padding-bottom: 0 !important }}
.deck figure {{ margin: 0; padding-bottom: {GAP}px; break-inside: avoid }}
figcaption {{ font: 13px/1.6 "Noto Sans", sans-serif; color: #20242a }}
"""


def screens(face: Face, head: str = "") -> str:
    """Return a page with one side of a card on a phone and a desktop, by day and at night."""
    day, night = page(face, DAY, head), page(face, NIGHT, head)
    phones = framed({"phone by day": day, "phone at night": night}, PHONE)
    desktops = "".join(
        f'<div class="half">{framed({name: text}, DESKTOP)}</div>'
        for name, text in (("desktop by day", day), ("desktop at night", night))
    )
    width = 2 * PHONE + DESKTOP // 2 + 4 * GAP
    return _sheet("row", f"width: {width}px", f'{phones}<div class="wide">{desktops}</div>')


def phones(faces: Sequence[Face]) -> str:
    """Return a page with some faces side by side, on a phone by day."""
    pages = {face.name: page(face, DAY) for face in faces}
    return _sheet("row", f"width: {_width(len(faces))}px", framed(pages, PHONE))


def contact(faces: Sequence[Face]) -> str:
    """Return a page with all faces on a phone at night: in their order down a column, then on with the next."""
    columns = min(COLUMNS, len(faces))
    figures = "".join(
        f"<figure><figcaption>{html.escape(face.name)}</figcaption>"
        f"{framed({face.name: page(face, ANDROID_NIGHT)}, PHONE)}</figure>"
        for face in faces
    )
    return _sheet("deck", f"width: {_width(columns)}px; columns: {columns}", figures)


def _width(columns: int) -> int:
    return columns * PHONE + (columns + 1) * GAP


def _sheet(kind: str, style: str, content: str) -> str:
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><script>{_FIT}</script>'
        f'<div id="sheet" class="{kind}" style="{style}">{content}</div>'
    )
