"""What the next release would bring, as text for people, as Markdown for a pull request, and as JSON."""

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict

from psm_cards import __version__
from psm_cards.release.diffing import Diff, Piece
from psm_cards.release.telling import effects, escaped, happenings, markdown, number, since, visible

_MARKS = {"added": ("{+", "+}"), "removed": ("[-", "-]")}
_COLOURS = {"added": "well", "removed": "error"}
_WITHOUT_WORDS = "for the words, name the package that learners have: `--against FILE.apkg`"

Paint = Callable[[str, str], str]


def as_json(diff: Diff) -> str:
    """Return a comparison for programs."""
    document = {"psm-cards": __version__, **asdict(diff), "is_empty": diff.is_empty, "learners": list(effects(diff))}
    return json.dumps(document, indent=2, ensure_ascii=False)


def as_text(diff: Diff, paint: Paint) -> Iterator[str]:
    """Yield the lines of a comparison for people."""
    is_coloured = paint("well", "") != ""

    def mark(piece: Piece) -> str:
        text = visible(piece.text)
        if is_coloured:
            return paint(_COLOURS[piece.operation], text)
        before, after = _MARKS[piece.operation]
        return f"{before}{text}{after}"

    yield f"{since(diff, visible)}{'' if diff.is_empty else ':'}"
    for deck in diff.decks:
        yield ""
        yield paint("bold", visible(deck.name))
        for sign, name, details in happenings(deck, mark, visible):
            yield f"  {sign} {name}"
            yield from (f"      {detail}" for detail in details)
    if not diff.is_empty:
        yield ""
        yield paint("bold", "what learners will see")
        yield from (f"  {line}" for line in effects(diff))
    if diff.rendered_otherwise:
        yield f"  {_otherwise(diff)}"


def hints(diff: Diff, paint: Paint) -> Iterator[str]:
    """Yield how to see more of a comparison."""
    if not diff.has_words and any(change.fields for deck in diff.decks for change in deck.changed):
        yield f"  {paint('hint', 'hint')}: {_WITHOUT_WORDS}"


def as_markdown(diff: Diff) -> Iterator[str]:
    """Yield the lines of a comparison for a pull request."""
    heading = since(diff, escaped)
    yield f"## {heading[0].upper()}{heading[1:]}"
    yield ""
    yield from markdown(diff)
    if not diff.is_empty:
        yield "### What learners will see"
        yield ""
        yield from (f"- {escaped(line)}" for line in effects(diff))
    if diff.rendered_otherwise:
        yield ""
        yield _otherwise(diff)


def _otherwise(diff: Diff) -> str:
    notes = number(diff.rendered_otherwise, "note")
    return (
        f"({notes} with the same words in other HTML, from a newer psm-cards or another evidence.lock: learners keep "
        "what they have, unless you release with --rerender)"
    )
