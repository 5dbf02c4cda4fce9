"""What can be wrong with the decks, notes, tags and media of a package, beyond their cards and templates."""

import re
from collections.abc import Iterable, Iterator, Sequence

from psm_cards.anki import fields, references, templates
from psm_cards.diagnostics import Code, Diagnostic, Finding, Severity
from psm_cards.model import FIELDS, LONGEST_MEDIA_NAME, Media, NoteLook, RenderedDeck, RenderedNote

_DEFAULT_DECK = "default"
# Measured: Anki takes these out of deck names and tags, and keeps what joins letters or turns their direction.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BROKEN = "learners would see a broken image or hear nothing"


def of_note(note: RenderedNote, values: Sequence[str], tags: Sequence[str], media: frozenset[str]) -> Iterator[Finding]:
    """Yield what is wrong with a note's fields (in normal form), its tags, and the media its fields name."""
    if fields.is_blank(values[0]):
        message = f"`{FIELDS[note.kind][0]}` of note `{note.id}` is blank"
        yield Finding("empty-first-field", message, "Anki lets no note be without it")
    # One look at all fields together: ten thousand notes have over a hundred thousand fields, most of them in order.
    together = "\n".join(values)
    if fields.forbidden(together):
        yield from _bad_characters(note, values)
    for tag in tags:
        if not _is_word(tag):
            hint = "Anki would read several tags: join the words with `-`, or levels with `::`"
            yield Finding("tag", f"tag `{tag}`: expected a word without spaces", hint)
    for name in dict.fromkeys(reference.name for reference in references.in_field(together)):
        if name not in media:
            yield _unlisted(name, f"note `{note.id}`", _BROKEN, 0, None)


def _bad_characters(note: RenderedNote, values: Sequence[str]) -> Iterator[Finding]:
    for name, value in zip(FIELDS[note.kind], values, strict=True):
        character = fields.forbidden(value)
        if character is not None:
            message = f"`{name}` of note `{note.id}` has the character U+{ord(character):04X}"
            yield Finding("control-character", message, "take it out: Anki stores no control characters")


def of_deck(deck: RenderedDeck) -> Iterator[Diagnostic]:
    """Yield what is wrong with the name of a deck that has notes: Anki would write it otherwise."""
    name = fields.normal(deck.name)
    # Measured: Anki takes spaces and colons off both ends of every part, and gives a blank one a name.
    parts_change = any(not part or part != part.strip().strip(":") for part in name.split("::"))
    if parts_change or _CONTROL.search(name) or name.casefold() == _DEFAULT_DECK:
        hint = "expected parts joined by `::`, none of them blank, without spaces around them, and not `Default`"
        yield Finding("deck-name", f"Anki would change the deck name `{deck.name}`", hint).at(deck.notes[0].place)


def of_look(look: NoteLook, media: frozenset[str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with a kind's card templates, and with the files they and the style sheet use."""
    yield from templates.check(look)
    for template in look.templates:
        for text, file in ((template.front, template.front_file), (template.back, template.back_file)):
            place = templates.TemplatePlace(file, text, template.own_files)
            for reference in references.in_template(text):
                found = _of_asset(reference, f"the template of `{template.name}`", media)
                yield from (finding.at(place) for finding in found)
    own_files = look.templates[0].own_files if look.templates else ()
    css = templates.TemplatePlace(look.css_file, look.css, own_files)
    for reference in references.in_css(look.css):
        yield from (finding.at(css) for finding in _of_asset(reference, "the style sheet", media))


def of_media(media: Iterable[Media]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the project's media: names that Anki changes, names used twice, no file."""
    seen: dict[str, Media] = {}
    for one in media:
        if not _is_media_name(one.name):
            message = f"media name `{one.name}`: expected lower-case ASCII letters, digits, `-` and one `.`"
            yield _without_place("media-name", message, "Anki changes other names, or overwrites learners' files")
        first = seen.setdefault(one.name, one)
        if first.path != one.path:
            message = f"`{first.path}` and `{one.path}` would both be `{one.name}` in Anki"
            yield _without_place("duplicate-media", message, "only one of them would be shown")
        if not one.path.is_file():
            yield _without_place("missing-media", f"there is no file `{one.path}`", f"Anki would look for `{one.name}`")


def _without_place(code: Code, message: str, hint: str) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, hint=hint)


def _is_word(tag: str) -> bool:
    return bool(tag) and not _CONTROL.search(tag) and not any(character.isspace() for character in tag)


def _is_media_name(name: str) -> bool:
    """Return whether every version of Anki keeps this name (R22, R23)."""
    stem, _, suffix = name.removeprefix("_").partition(".")
    letters = stem.replace("-", "") + suffix
    is_plain = name.isascii() and letters.isalnum() and letters == letters.lower()
    return is_plain and bool(stem) and len(name) <= LONGEST_MEDIA_NAME


def _unlisted(name: str, where: str, hint: str, offset: int, length: int | None) -> Finding:
    message = f"{where} uses the file `{name}`, which is not among the project's media"
    return Finding("unlisted-media", message, hint, offset, length)


def _of_asset(reference: references.Reference, where: str, media: frozenset[str]) -> Iterator[Finding]:
    if reference.name not in media:
        hint = f'put the file into `templates/assets/` and write `[[ asset("{reference.name}") ]]` in its place'
        yield _unlisted(reference.name, where, hint, reference.offset, reference.length)
    elif not reference.name.startswith("_"):
        message = f"{where} uses `{reference.name}`: expected a name that starts with `_`"
        hint = "Anki imports other files only if a note uses them"
        yield Finding("template-media-name", message, hint, reference.offset, reference.length)
