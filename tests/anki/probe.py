"""What the real Anki makes of a package: imported twice into a fresh collection, checked, and every card rendered.

Also a program for another interpreter that has nothing but some version of `anki`:
`python tests/anki/probe.py PACKAGE.apkg [--html]` prints the findings as JSON.
"""

import argparse
import contextlib
import html
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from anki.buildinfo import version
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

# Anki's error pages on a card lead here; decks do not.
_ERROR_LINK = "docs.ankiweb.net/templates/errors"
_SPECIAL = frozenset({"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag", "CardID", "FrontSide"})
_PLACEHOLDER = re.compile(r"\{\{\s*[#/^]?\s*(?:[\w -]+:)*([\w -]+?)\s*\}\}|\{\{c\d+::")


@dataclass(frozen=True)
class Import:
    """What one import did, in Anki's own words; `complaints` are notes it could not place or read."""

    new: int
    updated: int
    duplicate: int
    conflicting: int
    complaints: int


@dataclass(frozen=True)
class Card:
    """A card as the learner's collection holds it, with both sides as HTML."""

    guid: str
    ordinal: int
    template: str
    deck: str
    due: int
    css: str
    question: str
    answer: str


@dataclass(frozen=True)
class Probe:
    """Everything asked of Anki; a package in order has no integrity, empty, added, missing or broken entries."""

    anki: str
    first: Import
    second: Import
    notes: int
    decks: list[str]
    note_types: list[str]
    integrity: list[str]
    empty_cards: list[str]
    added_cards: list[str]
    missing_media: list[str]
    broken_cards: list[str]
    cards: list[Card]

    def problems(self) -> list[str]:
        """Return everything a learner would notice, one line each."""
        return [
            *self.integrity,
            *(f"empty: {card}" for card in self.empty_cards),
            *(f"added later: {card}" for card in self.added_cards),
            *(f"missing: {name}" for name in self.missing_media),
            *(f"broken: {card}" for card in self.broken_cards),
        ]


def import_into(collection: Any, package: Path) -> Import:  # noqa: ANN401 (anki is untyped here)
    """Import a package with the options of Anki's dialog as it opens the first time."""
    request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    complaints = (*log.missing_notetype, *log.missing_deck, *log.empty_first_field, *log.first_field_match)
    return Import(len(log.new), len(log.updated), len(log.duplicate), len(log.conflicting), len(complaints))


def probe(package: Path, folder: Path) -> Probe:
    """Import a package twice into a new collection in `folder` and return what Anki says."""
    collection = Collection(str(folder / "collection.anki2"))
    try:
        first, second = import_into(collection, package), import_into(collection, package)
        return _report(collection, first, second)
    finally:
        collection.close()


def _report(collection: Any, first: Import, second: Import) -> Probe:  # noqa: ANN401 (anki is untyped here)
    cards = [collection.get_card(number) for number in collection.find_cards("deck:*", order="c.id asc")]
    used = sorted({card.note_type()["name"] for card in cards})
    rendered = [_card(collection, card) for card in cards]
    return Probe(
        anki=version,
        first=first,
        second=second,
        notes=collection.note_count(),
        decks=sorted(deck.name for deck in collection.decks.all_names_and_ids() if deck.id != 1),
        note_types=used,
        empty_cards=[str(note) for note in collection.get_empty_cards().notes],
        missing_media=list(collection.media.check().missing),
        broken_cards=[problem for card in cards for problem in _broken(collection, card)],
        # Adding cards changes the collection; the check of the database adds some of them silently and comes after.
        added_cards=_added(collection),
        integrity=list(collection._backend.check_database()),  # noqa: SLF001 (its public twin joins the lines)
        cards=rendered,
    )


def _card(collection: Any, card: Any) -> Card:  # noqa: ANN401 (anki is untyped here)
    output = card.render_output()
    return Card(
        guid=card.note().guid,
        ordinal=card.ord,
        template=card.template()["name"],
        deck=collection.decks.name(card.did),
        due=card.due,
        css=output.css,
        question=output.question_text,
        answer=output.answer_text,
    )


def _broken(collection: Any, card: Any) -> Iterator[str]:  # noqa: ANN401 (anki is untyped here)
    """Yield what is wrong with a card's sides: an error of its template, or a placeholder shown as it is."""
    name = f"{card.note().guid}/{card.ord}"
    try:
        # Rendering for the screen hides an error in the text; this raises it.
        collection._backend.render_existing_card(card_id=card.id, browser=False, partial_render=True)  # noqa: SLF001
    except Exception as error:  # noqa: BLE001 (whatever Anki says is a finding)
        yield f"{name}: {error}"
        return
    output = card.render_output()
    known = _SPECIAL | set(card.note().keys())
    # What a field says about placeholders, in a code sample for one, is the author's text.
    written = html.unescape(" ".join(card.note().fields))
    for side in (output.question_text, output.answer_text):
        if _ERROR_LINK in side and _ERROR_LINK not in written:
            yield f"{name}: {side}"
        for match in _PLACEHOLDER.finditer(html.unescape(side)):
            is_ours = match[1] is None or match[1] in known
            if is_ours and (match[0] not in written or _is_clozed(card, match[0])):
                yield f"{name}: left over {match[0]}"


def _is_clozed(card: Any, text: str) -> bool:  # noqa: ANN401 (anki is untyped here)
    """Return whether the text opens a deletion in a field that its template should have hidden."""
    if not text.startswith("{{c") or not card.note_type()["type"]:
        return False
    return any(
        text in value and f"cloze:{name}}}}}" in card.template()["qfmt"].replace(" ", "")
        for name, value in card.note().items()
    )


def _added(collection: Any) -> list[str]:  # noqa: ANN401 (anki is untyped here)
    """Return the cards that Anki adds when a learner changes a note in a way that changes no card."""
    query = "SELECT n.guid || '/' || c.ord FROM cards c JOIN notes n ON n.id = c.nid ORDER BY 1"
    before = set(collection.db.list(query))
    notes = [collection.get_note(number) for number in collection.find_notes("deck:*")]
    for note in notes:
        note.fields[0] += " "
    collection.update_notes(notes)
    return sorted(set(collection.db.list(query)) - before)


def main() -> None:
    """Print the probe of the package named on the command line as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("--html", action="store_true", help="with both sides of every card and its style sheet")
    options = parser.parse_args()
    # On a slow machine Anki 24.11 prints how long it was busy: that is no part of the answer.
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(sys.stderr):
        found = probe(options.package, Path(folder))
    report = {**asdict(found), "problems": found.problems(), "card_count": len(found.cards)}
    if not options.html:
        del report["cards"]
    json.dump(report, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
