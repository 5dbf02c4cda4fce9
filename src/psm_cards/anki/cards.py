"""Which cards a note has: the ordinals that Anki would generate itself from its fields and the fronts (R19).

Measured against Anki 24.11 and 26.09: an ordinal too many is an empty card, one too few is added by Anki later.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from psm_cards.anki import fields
from psm_cards.anki.placeholders import Template
from psm_cards.diagnostics import Finding
from psm_cards.model import FIELDS, LARGEST_CLOZE, Kind

# Not CardID: Anki 24.11 does not know it.
SPECIAL_FIELDS = frozenset({"Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag"})

_CLOZE = re.compile(r"\{\{c([\d,]+)::|\}\}", re.ASCII)
# Anki reads an opening inside this many others as nothing at all.
_DEEPEST_CLOZE = 10
# Anki keeps a cloze number in 16 bits; what does not fit opens no deletion.
_UNREADABLE_CLOZE = 2**16
# On a card these are never blank: only tags and flags may be missing.
_FILLED_ON_A_CARD = frozenset({"Type", "Deck", "Subdeck", "Card"})


class Cards(NamedTuple):
    """A note's card ordinals from 0, what is wrong, and the fronts that Anki's versions would judge differently."""

    ordinals: tuple[int, ...]
    findings: tuple[Finding, ...] = ()
    disputed: tuple[int, ...] = ()


class Deletions(NamedTuple):
    """The cloze numbers of a text that Anki reads, and those out of range."""

    numbers: frozenset[int]
    wrong: tuple[int, ...] = ()


_Pattern: TypeAlias = tuple[tuple[bool, ...], bool, tuple[tuple[int, Deletions], ...]]
"""What decides the cards of a cloze note: which fields are blank, whether it has tags, its deletions by field."""

_WITHOUT_CARD = Finding(
    "note-without-card", "this note has no card", "every front depends on a field that the note leaves out"
)
_NO_DELETIONS = Deletions(frozenset())


def deletions(text: str) -> Deletions:
    """Return the numbers of all closed deletions, nested ones included, as Anki reads them."""
    if "{{c" not in text:
        return _NO_DELETIONS
    # One set for the text itself, then one for each deletion that is open; an unclosed one takes its inner ones along.
    open_sets: list[set[int]] = [set()]
    written: list[int] = []
    for match in _CLOZE.finditer(text):
        if match[1] is None:
            if len(open_sets) > 1:
                closed = open_sets.pop()
                open_sets[-1] |= closed
            continue
        numbers = [int(digits) for digits in match[1].split(",") if digits]
        written += numbers
        readable = {number for number in numbers if number < _UNREADABLE_CLOZE}
        if readable and len(open_sets) <= _DEEPEST_CLOZE:
            open_sets.append(readable)
    wrong = tuple(number for number in written if not 1 <= number <= LARGEST_CLOZE)
    return Deletions(frozenset(open_sets[0]) - {0}, wrong)


@dataclass(slots=True)
class CardRule:
    """What decides the cards of all notes of one kind: the fronts of its note type.

    Remembers its answers, because ten thousand notes fill their fields in only a few ways.
    """

    kind: Kind
    fronts: tuple[Template, ...]
    _by_filled: dict[tuple[bool, ...], Cards] = field(default_factory=dict, repr=False)
    _by_deletions: dict[_Pattern, Cards] = field(default_factory=dict, repr=False)
    _clozed_by_filled: dict[frozenset[str], frozenset[str]] = field(default_factory=dict, repr=False)

    def cards(self, values: tuple[str, ...], tags: Iterable[str]) -> Cards:
        """Return the cards of a note with these field values (in the order of FIELDS) and tags."""
        blanks = fields.blanks(values)
        if self.kind is not Kind.CLOZE:
            cards = self._by_filled.get(blanks)
            if cards is None:
                cards = self._by_filled[blanks] = self._of_filled(self._filled(blanks))
            return cards
        found = tuple([(index, deletions(value)) for index, value in enumerate(values) if "{{c" in value])
        key = (blanks, bool(tags), found)
        cards = self._by_deletions.get(key)
        if cards is None:
            filled = self._filled(blanks) | _FILLED_ON_A_CARD | ({"Tags"} if tags else set())
            by_name = {FIELDS[self.kind][index]: one for index, one in found}
            cards = self._by_deletions[key] = self._of_deletions(by_name, filled)
        return cards

    def _filled(self, blanks: tuple[bool, ...]) -> frozenset[str]:
        return frozenset(name for name, is_blank in zip(FIELDS[self.kind], blanks, strict=True) if not is_blank)

    def _of_filled(self, filled: frozenset[str]) -> Cards:
        ordinals = self._filled_fronts(filled)
        # Anki 24.11 makes no card of a front that shows only, say, `{{Deck}}`; Anki 26.09 does.
        with_special = self._filled_fronts(filled | SPECIAL_FIELDS)
        findings = () if ordinals else (_WITHOUT_CARD,)
        return Cards(ordinals, findings, tuple(sorted({*ordinals} ^ {*with_special})))

    def _filled_fronts(self, filled: frozenset[str]) -> tuple[int, ...]:
        return tuple(ordinal for ordinal, front in enumerate(self.fronts) if not front.is_blank(filled))

    def _of_deletions(self, found: Mapping[str, Deletions], filled: frozenset[str]) -> Cards:
        numbers = {number for deletion in found.values() for number in deletion.numbers}
        shown = {
            number
            for number in numbers
            # On the card of number 2 `{{#c2}}` is filled.
            if any(number in found[name].numbers for name in self._clozed(filled | {f"c{number}"}) if name in found)
        }
        return Cards(tuple(sorted(number - 1 for number in shown)), tuple(_cloze_findings(found, shown)))

    def _clozed(self, filled: frozenset[str]) -> frozenset[str]:
        """Return the fields that the front of a cloze card shows with their deletions."""
        names = self._clozed_by_filled.get(filled)
        if names is None:
            names = frozenset(one.name for one in self.fronts[0].shown(filled) if one.is_cloze)
            self._clozed_by_filled[filled] = names
        return names


def _cloze_findings(found: Mapping[str, Deletions], shown: set[int]) -> Iterable[Finding]:
    wrong = sorted({number for deletion in found.values() for number in deletion.wrong})
    for number in wrong:
        yield Finding(
            "cloze-number",
            f"cloze number {number}: expected a number from 1 to {LARGEST_CLOZE}",
            "Anki makes no card of this deletion",
        )
    if not any(deletion.numbers for deletion in found.values()) and not wrong:
        yield Finding(
            "cloze-without-deletion",
            "a cloze note hides nothing",
            "mark what the card should ask for: `{{c1::hidden}}`",
        )
    for name, deletion in found.items():
        for number in sorted(deletion.numbers - shown - set(wrong)):
            yield Finding(
                "cloze-not-shown",
                f"`{{{{c{number}::…}}}}` in `{name}` is not shown on the front of its card",
                "Anki would add a card with a blank front: let the front show `{{cloze:Text}}` whatever the number",
            )
