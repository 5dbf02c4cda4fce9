"""What can be wrong with the notes, looks and media of a package, beyond their cards and templates.

What can only be a fault of the rooms before this one is refused with a ValueError, and not told as the author's.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from psm_cards.anki import fields, references, templates
from psm_cards.diagnostics import Diagnostic, Finding
from psm_cards.model import ANKIS_OWN_DECK, FIELDS, LONGEST_MEDIA_NAME, Media, NoteLook, RenderedNote

# Measured: Anki takes these out of deck names and tags, and keeps what joins letters or turns their direction.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BROKEN = "learners would see a broken image or hear nothing"


def refuse_broken_note(note: RenderedNote, values: Sequence[str]) -> None:
    """Raise ValueError for a note that the rooms before this one never make: loading and rendering refuse its parts."""
    if len(note.fields) != len(FIELDS[note.kind]):
        raise ValueError(f"note {note.id}: expected {len(FIELDS[note.kind])} fields, found {len(note.fields)}")
    if fields.is_blank(values[0]):
        raise ValueError(f"note {note.id}: the first field is blank, which Anki lets no note be")


def refuse_broken_tag(note: RenderedNote, tag: str) -> None:
    """Raise ValueError for a tag that Anki would split or change: loading refuses it."""
    if _CONTROL.search(tag) or tag.split() != [tag]:
        raise ValueError(f"note {note.id}: Anki would split or change the tag {tag!r}")


def refuse_broken_deck(name: str) -> None:
    """Raise ValueError for a deck's name, in normal form, that Anki would write otherwise: loading refuses it."""
    # Measured: Anki takes spaces and colons off both ends of every part, gives a blank one a name, and writes the name
    # of its own deck in one way.
    parts_change = any(not part or part != part.strip().strip(":") for part in name.split("::"))
    top, below, _ = name.partition("::")
    is_default = top.casefold() == ANKIS_OWN_DECK.casefold() and not (below and top == ANKIS_OWN_DECK)
    if parts_change or _CONTROL.search(name) or is_default:
        raise ValueError(f"Anki would change the deck name {name!r}")


def refuse_broken_media(media: Iterable[Media]) -> None:
    """Raise ValueError for a name that Anki changes, or one name for two files: rendering makes neither (R22)."""
    seen: dict[str, Media] = {}
    for one in media:
        if not _is_media_name(one.name):
            raise ValueError(f"some Anki would change the media name {one.name!r}")
        if seen.setdefault(one.name, one).path != one.path:
            raise ValueError(f"{one.path} and {seen[one.name].path} would both be {one.name} in Anki")


def of_note(note: RenderedNote, values: Sequence[str], joined: str, media: AbstractSet[str]) -> Iterator[Finding]:
    """Yield what is wrong with a note's fields (in normal form, also joined), and with the media that they name."""
    if fields.has_forbidden(joined) or joined.count(fields.SEPARATOR) >= len(values):
        yield from _bad_characters(note, values)
    if references.may_be_in(joined):
        for name in dict.fromkeys(reference.name for reference in references.in_field("\n".join(values))):
            if name not in media:
                yield _unlisted(name, f"note `{note.id}`", _BROKEN, 0, None)


def _bad_characters(note: RenderedNote, values: Sequence[str]) -> Iterator[Finding]:
    for name, value in zip(FIELDS[note.kind], values, strict=True):
        character = fields.forbidden(value)
        if character is not None:
            message = f"`{name}` of note `{note.id}` has the character U+{ord(character):04X}"
            yield Finding("control-character", message, "take it out: Anki stores no control characters")


def of_look(look: NoteLook, media: AbstractSet[str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a kind's card templates, and with the files they and the style sheet use."""
    yield from templates.check(look)
    for template in look.templates:
        for place in templates.places(template):
            for reference in references.in_template(place.text):
                found = _of_asset(reference, f"the template of `{template.name}`", media)
                yield from (finding.at(place) for finding in found)
    own_files = look.templates[0].own_files if look.templates else ()
    css = templates.TemplatePlace(look.css_file, look.css, own_files)
    for reference in references.in_css(look.css):
        yield from (finding.at(css) for finding in _of_asset(reference, "the style sheet", media))


def _is_media_name(name: str) -> bool:
    """Return whether every version of Anki keeps this name (R22, R23)."""
    stem, _, suffix = name.removeprefix("_").partition(".")
    letters = stem.replace("-", "") + suffix
    is_plain = name.isascii() and letters.isalnum() and letters == letters.lower()
    return is_plain and bool(stem) and len(name) <= LONGEST_MEDIA_NAME


def _unlisted(name: str, where: str, hint: str, offset: int, length: int | None) -> Finding:
    message = f"{where} uses the file `{name}`, which is not among the project's media"
    return Finding("unlisted-media", message, hint, offset, length)


def _of_asset(reference: references.Reference, where: str, media: AbstractSet[str]) -> Iterator[Finding]:
    if reference.name not in media:
        hint = f'put the file into `templates/assets/` and write `[[ asset("{reference.name}") ]]` in its place'
        yield _unlisted(reference.name, where, hint, reference.offset, reference.length)
    elif not reference.name.startswith("_"):
        message = f"{where} uses `{reference.name}`: expected a name that starts with `_`"
        hint = "Anki imports other files only if a note uses them"
        yield Finding("template-media-name", message, hint, reference.offset, reference.length)
