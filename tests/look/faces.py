"""The sides of a project's cards, as the real Anki renders them, and pages around them as Anki's clients make them."""

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from psm_cards import workflows

PLAY_BUTTON = (
    '<a class="replay-button soundLink" href="#"><svg viewBox="0 0 64 64">'
    '<circle cx="32" cy="32" r="29"/><path d="M24 18v28l24-14Z"/></svg></a>'
)


@dataclass(frozen=True, slots=True)
class Face:
    """One side of one card: style sheet and HTML as a client puts them into its page."""

    deck: str
    note: str
    card: str
    side: str
    html: str

    @property
    def name(self) -> str:
        """A name for messages and files, such as `plain-forward-back`."""
        return f"{self.note}-{self.card.lower()}-{self.side}"


@dataclass(frozen=True, slots=True)
class Client:
    """What a client adds: the classes of its page's body, and those of its own rules that meet ours."""

    name: str
    body: str
    css: str = ""


# Facts about Anki 26.9 (aqt's reviewer.css) and AnkiDroid (flashcard.css), as far as they touch our elements.
_DESKTOP = """
body { margin: 20px; overflow-wrap: break-word } img { max-width: 100%; max-height: 95vh }
hr { background-color: #737373; margin: 1em 0; border: none; height: 1px } li { text-align: start }
#typeans { width: 100%; box-sizing: border-box; line-height: 1.75 }
.typeGood { background: #afa; color: #000 } .typeBad { background: #faa; color: #000 }
.typeMissed { background: #ccc; color: #000 }
.replay-button { display: inline-flex; vertical-align: middle; margin: 3px }
.replay-button svg { width: 40px; height: 40px }
.replay-button svg circle { fill: #fff; stroke: #414141 } .replay-button svg path { fill: #414141 }
body.nightMode { background-color: #2c2c2c; color: #fcfcfc }
"""
_ANDROID = """
body { margin: 0 } #qa { margin: 0.5em } #typeans { width: 100% }
.typeGood { background-color: #0f0 } .typeBad { background-color: #f00 } .typeMissed { background-color: #ccc }
body.night_mode { color: white; background-color: black } body.ankidroid_dark_mode { background-color: #303030 }
.night_mode .typeGood { background-color: #508040 } .night_mode .typeBad { background-color: #905050 }
.night_mode input#typeans { color: white; background-color: black }
.replay-button svg { width: 32px; height: 32px }
"""
DAY = Client("desktop by day", "card card1", _DESKTOP)
NIGHT = Client("desktop at night", "card card1 nightMode night_mode", _DESKTOP)
ANDROID_NIGHT = Client("AnkiDroid at night", "card card1 night_mode", _ANDROID)
CLIENTS = (
    DAY,
    NIGHT,
    Client("AnkiDroid by day", "card card1", _ANDROID),
    ANDROID_NIGHT,
    Client("AnkiDroid, dark", "card card1 night_mode ankidroid_dark_mode", _ANDROID),
    Client("AnkiMobile by day", "card card1", "body { margin: 20px }"),
    Client("AnkiMobile at night", "card card1 nightMode", "body { margin: 20px }"),
)


def page(face: Face, client: Client, head: str = "") -> str:
    """Return a whole page as a client shows it."""
    meta = '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
    return (
        f"<!doctype html><html><head>{meta}<style>{client.css}</style>{head}</head>"
        f'<body class="{client.body}"><div id="qa">{face.html}</div></body></html>'
    )


def faces(project: Path, folder: Path) -> tuple[Face, ...]:
    """Return all sides of a project's cards, as the real Anki renders them; the media come to lie in `folder`."""
    target = workflows.Target(folder, "look", workflows.UNRELEASED)
    built = workflows.build(project, target, lambda _: None, strict=True)
    if built.package is None:
        raise ValueError("\n".join(f"{item.span} {item.message}" for item in built.report.diagnostics))
    collection = Collection(str(folder / "look.anki2"))
    try:
        options = ImportAnkiPackageOptions()
        collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(built.package.path), options=options))
        shutil.copytree(collection.media.dir(), folder, dirs_exist_ok=True)
        return tuple(
            face for key in collection.find_cards("", order="c.due, c.ord") for face in _sides(collection, key)
        )
    finally:
        collection.close()


def _sides(collection: Collection, key: int) -> Iterator[Face]:
    card = collection.get_card(key)
    note = card.note()
    is_cloze = card.note_type()["type"] == 1
    name = f"{card.template()['name']}{card.ord + 1 if is_cloze else ''}"
    expected = collection.extract_cloze_for_typing(note.fields[0], card.ord + 1) if is_cloze else note["Typed"]
    # Some letters right, some wrong, the last one missing: all that a comparison can show.
    compared = collection.compare_answer(expected, f"{expected[:2]}ol{expected[4:-1]}")
    front = _shown(card.question(), '<input type="text" id="typeans" value="typed">')
    deck = collection.decks.name(card.did)
    yield Face(deck, note["Id"], name, "front", front)
    yield Face(deck, note["Id"], name, "back", _shown(card.answer(), compared))


def _shown(side: str, typed: str) -> str:
    """Put in what a client puts in: a place to type or the comparison, and a button for each sound."""
    return re.sub(r"\[anki:play:.*?\]", PLAY_BUTTON, re.sub(r"\[\[type:.*?\]\]", lambda _: typed, side))


def framed(pages: dict[str, str], width: int, height: int = 400) -> str:
    """Return an iframe for each page: Chromium's window is never narrower than 500 px, a frame is as wide as told."""
    return "".join(
        f'<iframe title="{html.escape(name)}" width="{width}" height="{height}" srcdoc="{html.escape(text)}"></iframe>'
        for name, text in pages.items()
    )
