"""The notes of a release for learners: what changed, how to update, what survives, retired notes; in this order."""

from collections.abc import Iterator

from psm_cards.model import Project
from psm_cards.release.changelog import day
from psm_cards.release.lock import Lock
from psm_cards.release.promises import anywhere
from psm_cards.release.telling import escaped

_OPTIONS = """\
2. Leave the options as they are, or set them so; Anki keeps what you chose at the last import of any deck:

   | option | setting |
   |---|---|
   | Merge note types | off |
   | Update notes | If newer |
   | Update note types | If newer |
   | Import any learning progress | off |
   | Import any deck presets | off |

3. Sync.
"""
_SURVIVES = """\
- On every card: its scheduling, its reviews, its flag, whether it is suspended, and the deck that you moved it to.
- On every note that is not listed above as changed: your own edits and tags.
- Your decks' options, and your style sheet `_psm_user.css`.

On a note that is listed as changed, the release takes the place of your own edits and tags, `marked` and `leech` too.
A note that you edited or tagged after this release was made stays as you have it, and does not get the change.
"""


def notes(project: Project, lock: Lock, changes: str, companion: str) -> str:
    """Return the notes of the newest release; `changes` is from the changelog, `companion` a file's name or blank."""
    package = f"{project.id}-{lock.last.version}.apkg"
    lines = [
        f"# {escaped(project.title)} {lock.last.version}",
        "",
        f"Released on {day(lock.last)}.",
        "",
        "## What changed",
        "",
        changes or "Its changelog says nothing of it.",
        "",
        "## How to update",
        "",
        f"1. Open `{package}` with Anki, or use File > Import there. Older releases that you skipped are not needed.",
        f"{_OPTIONS}",
        "## What survives",
        "",
        _SURVIVES,
        "## Retired notes",
        "",
        *_retired(project, lock, companion),
    ]
    if project.url:
        lines += ["", f"The newest release is at <{project.url}>."]
    return "\n".join([*lines, ""])


def _retired(project: Project, lock: Lock, companion: str) -> Iterator[str]:
    gone = [note for note in lock.notes.values() if note.retired]
    if not gone:
        yield "None so far."
        return
    yield "No import deletes a note. To find those that are no longer part of the deck, search in Anki's browser for"
    yield ""
    yield f"    {anywhere(project.id, [note.id for note in gone])}"
    yield ""
    yield "and delete or suspend what you find."
    if companion:
        yield f"Import `{companion}` too if you want the newly retired ones to say why; who is new to the deck does not"
        yield f"need it. They then have the tag `{project.id}::retired`."
    yield ""
    reasons = {one.id: one for one in project.retired}
    for note in sorted(gone, key=lambda note: note.id):
        one = reasons.get(note.id)
        successor = f", now {escaped(one.replaced_by)}" if one and one.replaced_by else ""
        reason = f": {escaped(one.reason)}" if one and one.reason else ""
        yield f"- {escaped(note.id)} (since {note.retired}{successor}){reason}"
