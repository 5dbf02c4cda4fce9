"""What a misspelt word means, and misspelt keys read as what they mean; `structure` and `wording` ask.

Else all that stands below `note:` for `notes:` would be looked at only in the next run, when the key is mended.
"""

from collections.abc import Collection, Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Any

from psm_cards.project.nodes import Mapping as Node

ELSEWHERE = {
    "back": "answer",
    "cards": "notes",
    "citations": "cite",
    "citation": "cite",
    "front": "question",
    "name": "literal",
    "note": "notes",
    "deck": "decks",
    "ref": "cite",
    "text": "cloze",
}
"""What other tools call our keys."""

APART = {"answer": frozenset({"cloze"}), "cloze": frozenset({"question", "answer"}), "question": frozenset({"cloze"})}
"""Keys of notes, each with those that it never stands beside."""

CLEAR = 0.1
"""How much more like its meaning than like any other known word a word must be: `hnt` may be `hint` or `lint`."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one, or what this one stands for in other tools, if any is."""
    return _closest(word, tuple(known))[0]


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return a hint that names the known word most like this one, if any is like it."""
    found = nearest(word, known)
    return f"did you mean `{found}`?" if found else None


def fitting(key: str, beside: Collection[str], known: Iterable[str]) -> list[str]:
    """Return the known keys that this one may stand for beside these others: a `back` beside a `cloze` is no answer."""
    ours = ELSEWHERE.get(key.casefold(), "")
    return [name for name in known if name != ours or APART.get(name, frozenset()).isdisjoint(beside)]


def meanings(node: Node, unknown: Collection[str], known: Collection[str]) -> dict[str, str]:
    """Return the known keys that unknown ones of a mapping stand for, as far as that is clear and the place is free."""
    if len(unknown) > len(known):
        # This is another kind of mapping, and to compare ten thousand keys takes seconds.
        return {}
    taken, found = set(node.keys), {}
    for key in unknown:
        meant, is_clear = _closest(key, tuple(fitting(key, taken, known)))
        if meant and is_clear and meant not in taken:
            found[key] = meant
            taken.add(meant)
    return found


def read_as(node: Node, names: Mapping[str, str]) -> None:
    """Let keys of a mapping have other names, each in its place."""
    parts: tuple[dict[str, Any], ...] = (node.keys, node.values, node.data)
    for part in parts:
        renamed = {names.get(key, key): value for key, value in part.items()}
        part.clear()
        # Filled anew and not replaced: the list around it holds the same `data`.
        part.update(renamed)


# The same slip is often made many times, and each is asked for twice: to be read, and for its hint.
@lru_cache(maxsize=1_000)
def _closest(word: str, known: tuple[str, ...]) -> tuple[str | None, bool]:
    """Return the known word most like this one, and whether no other is nearly as much like it."""
    words = {name.casefold(): name for name in known}
    folded = word.casefold()
    if (ours := ELSEWHERE.get(folded)) in words:
        return ours, True
    found = get_close_matches(folded, words, n=2, cutoff=0.6)
    if not found:
        return None, False
    likeness = [SequenceMatcher(None, name, folded).ratio() for name in found]
    return words[found[0]], len(found) == 1 or likeness[0] - likeness[1] > CLEAR
