"""What a release brings, in words: what happens in each deck, and what each learner will see.

For the changelog, the notes of a release and `psm-cards diff`, so that all three say the same.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from psm_cards.release.diffing import DeckDiff, Diff, FieldChange, NewNote, NoteChange, Piece, RetiredNote

AROUND = 5
"""Words that are shown on each side of a change; what is left out is an ellipsis."""

LONGEST = 72
"""Characters of a note's first field that are shown: learners know a note by it, not by its id."""

_MARKDOWN = {"added": ("**", "**"), "removed": ("~~", "~~")}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")

Mark = Callable[[Piece], str]

_TITLES = {"+": "New:", "~": "Changed:", "#": "Retagged:", ">": "Moved:", "-": "Retired:"}

Happening = tuple[str, str, Sequence[str]]


def markdown(diff: Diff) -> Iterator[str]:
    """Yield what happens in each deck as Markdown: a heading, and an item for each note."""
    for deck in diff.decks:
        yield f"### {escaped(deck.name)}"
        yield ""
        for sign, name, details in happenings(deck, _marked, escaped):
            yield f"- {_TITLES[sign]} {name}"
            yield from (f"  - {detail}" for detail in details)
        yield ""


def _marked(piece: Piece) -> str:
    before, after = _MARKDOWN[piece.operation]
    inner = piece.text.strip()
    # Markdown reads no emphasis between a mark and a space.
    return piece.text.replace(inner, f"{before}{escaped(inner)}{after}") if inner else piece.text


def happenings(deck: DeckDiff, mark: Mark, plain: Callable[[str], str]) -> Iterator[Happening]:
    """Yield what happens in a deck: a sign for it, the note, and more lines about it."""
    for new in deck.added:
        yield "+", _new(new, plain), ()
    for change in deck.changed:
        yield "~", _changed(change, plain), list(_details(change, mark, plain))
    for change in deck.retagged:
        yield "#", _changed(change, plain), [f"tags: {plain(_tags(change))}"]
    for moved in deck.moved:
        yield ">", f"{plain(', '.join(moved.ids))}: from {plain(moved.old_deck)}", ()
    for retired in deck.retired:
        yield "-", _retired(retired, plain), ()


def _new(note: NewNote, plain: Callable[[str], str]) -> str:
    return f"{plain(note.id)} ({number(len(note.cards), 'card')}): {plain(_begun(note.text))}"


def _changed(note: NoteChange, plain: Callable[[str], str]) -> str:
    former = f" (was {plain(note.former_id)})" if note.former_id else ""
    return f"{plain(note.id)}{former}: {plain(_begun(note.text))}"


def _begun(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _retired(note: RetiredNote, plain: Callable[[str], str]) -> str:
    successor = f" (now {plain(note.replaced_by)})" if note.replaced_by else ""
    return f"{plain(note.id)}{successor}: {plain(note.reason)}" if note.reason else f"{plain(note.id)}{successor}"


def _details(change: NoteChange, mark: Mark, plain: Callable[[str], str]) -> Iterator[str]:
    if change == NoteChange(change.id, change.text):
        yield "sent again as it is"
    for pieces, names in _alike(change.fields).items():
        yield f"{names}: {_words(pieces, mark, plain)}" if pieces else names
    if change.tags_added or change.tags_removed:
        yield f"tags: {plain(_tags(change))}"
    for what, cards in (("new card", change.cards_added), ("card without a front", change.cards_removed)):
        if cards:
            yield f"{what}{'s' if len(cards) > 1 and what == 'new card' else ''}: {', '.join(cards)}"


def _tags(change: NoteChange) -> str:
    return " ".join([*(f"+{tag}" for tag in change.tags_added), *(f"-{tag}" for tag in change.tags_removed)])


def _alike(fields: Sequence[FieldChange]) -> dict[tuple[Piece, ...], str]:
    """Return the names of fields by what changes in them: a reverse or typed answer changes with the answer."""
    names: dict[tuple[Piece, ...], list[str]] = {}
    for field in fields:
        names.setdefault(field.pieces, []).append(field.name)
    return {pieces: ", ".join(alike) for pieces, alike in names.items()}


def _words(pieces: tuple[Piece, ...], mark: Mark, plain: Callable[[str], str]) -> str:
    if all(piece.operation == "same" for piece in pieces):
        return "the words stay, the formatting changes"
    parts = []
    for index, piece in enumerate(pieces):
        if piece.operation == "same":
            parts.append(plain(_shortened(piece.text, is_first=index == 0, is_last=index == len(pieces) - 1)))
        else:
            parts.append(mark(Piece(piece.operation, piece.text.replace("\n", " "))))
    return "".join(parts)


def _shortened(text: str, *, is_first: bool, is_last: bool) -> str:
    """Return a stretch that stays, with an ellipsis for what is far from a change."""
    parts = re.findall(r"\s*\S+\s*", text.replace("\n", " "))
    before, after = (0 if is_first else AROUND), (0 if is_last else AROUND)
    if len(parts) <= before + after + 1:
        return "".join(parts) or text.replace("\n", " ")
    return "".join(parts[:before]) + "… " + "".join(parts[len(parts) - after :])


def effects(diff: Diff) -> Iterator[str]:
    """Yield what a learner will see, one sentence each, in a fixed order."""
    new = [note for deck in diff.decks for note in deck.added]
    changed = [note for deck in diff.decks for note in (*deck.changed, *deck.retagged)]
    retired = sum(len(deck.retired) for deck in diff.decks)
    if new:
        yield f"{number(len(new), 'new note')} with {number(sum(len(note.cards) for note in new), 'card')} to learn"
    yield from _effects_of_changes(changed)
    if retired:
        yield f"{number(retired, 'retired note')} until they delete {'it' if retired == 1 else 'them'} themselves"
    for moved in (moved for deck in diff.decks for moved in deck.moved):
        yield (
            f"{number(len(moved.ids), 'note')} in `{moved.old_deck}` as before; to move the cards, search for "
            f"{moved.search}, then Cards > Change Deck"
        )
    for kind in diff.looks:
        yield f"{kind} notes of another look; their own changes to its styling are lost, `_psm_user.css` stays"
    for name in diff.descriptions:
        yield f"another description of the deck `{name}`; their own text there is lost"
    if not diff.is_first:
        yield f"every {'' if diff.is_empty else 'other '}note, and all progress, as it was"


def _effects_of_changes(changed: Sequence[NoteChange]) -> Iterator[str]:
    if changed:
        them = "it" if len(changed) == 1 else "them"
        yield f"{number(len(changed), 'note')} updated; their own edits and tags in {them} are lost"
    if cards := sum(len(note.cards_added) for note in changed):
        yield f"{number(cards, 'new card')} of notes that they know"
    if cards := sum(len(note.cards_removed) for note in changed):
        yield f"{number(cards, 'card')} with a blank front until they use Tools > Empty Cards"


def since(diff: Diff, shown: Callable[[str], str]) -> str:
    """Return the heading of a comparison."""
    if diff.is_first:
        return "the first release"
    return f"since {shown(diff.since)}" if not diff.is_empty else f"nothing new since {shown(diff.since)}"


def number(count: int, what: str) -> str:
    """Return a count with its word, in the plural unless it is one."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def visible(text: str) -> str:
    """Return a text on one line, with what could move a terminal's cursor spelt out."""
    return "".join(one if one.isprintable() else " " if one.isspace() else f"\\u{ord(one):04x}" for one in text)


def escaped(text: str) -> str:
    """Return a text as Markdown that shows it as it is."""
    return _SPECIAL.sub(r"\\\1", visible(text))
