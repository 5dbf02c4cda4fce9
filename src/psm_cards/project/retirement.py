"""Notes that were taken out or renamed: `retired:` of the main file, and `was:` of the notes against the other ids."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from psm_cards.diagnostics import Code, Diagnostic, Place, Severity
from psm_cards.model import Deck, Retired
from psm_cards.project.documents import Documents
from psm_cards.project.misspelt import did_you_mean
from psm_cards.project.nodes import Mapping, Scalar
from psm_cards.project.reading import entries, scalar, word


def load_retired(documents: Documents, main: Mapping, ids: AbstractSet[str]) -> tuple[Retired, ...]:
    """Return the retired notes; `ids` are those of all notes in the files, drafts as well."""
    found = list(entries(main, "retired"))
    known = ids | {note_id for note_id, _, _ in found}
    for note_id, place, item in found:
        if note_id in ids:
            hint = "take one of the two out; a note that has to come back needs a new id"
            _report(documents, "retired-and-present", f"note `{note_id}` is retired, and still there", place, hint)
        _check_successor(documents, note_id, scalar(item, "replaced-by"), known)
    return tuple(
        Retired(note_id, place, word(item, "reason"), word(item, "replaced-by")) for note_id, place, item in found
    )


def _check_successor(documents: Documents, note_id: str, successor: Scalar | None, known: AbstractSet[str]) -> None:
    # Of a project that could not be read whole, a note may only be out of sight.
    if successor is None or documents.has_gaps or (successor.value in known and successor.value != note_id):
        return
    message = f"no note is called `{successor.value}`"
    if successor.value == note_id:
        message = f"note `{note_id}` cannot replace itself"
    hint = did_you_mean(successor.value, known - {note_id}) or "name the note that learners find in its place"
    _report(documents, "unknown-successor", message, successor, hint)


def check_former_ids(
    decks: tuple[Deck, ...], retired: tuple[Retired, ...], ids: AbstractSet[str]
) -> Iterator[Diagnostic]:
    """Yield an error for each `was:` that names a note which is still there, is retired, or has become another one."""
    gone = {one.id for one in retired}
    taken: dict[str, str] = {}
    for note in (note for deck in decks for note in deck.notes if note.was):
        if note.was is None:
            continue
        former = note.was.value
        heir = taken.setdefault(former, note.id)
        hint = "`was:` names the former id of this very note: take it out, or correct it"
        if former in ids:
            message = f"`{former}` is still the id of a note"
        elif former in gone:
            message = f"`{former}` is retired: it cannot have become `{note.id}`"
        elif heir != note.id:
            message = f"`{former}` has become `{heir}` already"
        else:
            continue
        yield Diagnostic(Severity.ERROR, "former-id-in-use", message, note.was.place.span(), hint)


def _report(documents: Documents, code: Code, message: str, place: Place, hint: str) -> None:
    documents.diagnostics.append(Diagnostic(Severity.ERROR, code, message, place.span(), hint))
