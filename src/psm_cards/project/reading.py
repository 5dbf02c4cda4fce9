"""Typed reading of mappings: each getter gives what a key holds, or nothing where the shape is wrong.

The schema has said what is wrong with a shape by then, so the readers only have to stay out of its way.
"""

from collections.abc import Iterator

from psm_cards.model import Text
from psm_cards.project.nodes import Mapping, Node, Scalar, Sequence


def scalar(node: Mapping, key: str) -> Scalar | None:
    """Return the scalar under a key, if it has a text that is not blank."""
    value = node.values.get(key)
    return value if isinstance(value, Scalar) and _is_filled(value) else None


def filled(node: Mapping) -> dict[str, Scalar]:
    """Return by their keys all that `scalar` would: one look at a mapping of which many keys are asked for."""
    return {
        key: value
        for key, value in node.values.items()
        if isinstance(value, Scalar) and value.data is not None and value.value and not value.value.isspace()
    }


def _is_filled(value: Scalar) -> bool:
    return value.data is not None and bool(value.value) and not value.value.isspace()


def word(node: Mapping, key: str) -> str:
    """Return the text under a key as one line without white space around it, or blank."""
    value = scalar(node, key)
    return " ".join(value.value.split()) if value else ""


def text(node: Mapping, key: str) -> Text | None:
    """Return the text under a key with its place."""
    value = scalar(node, key)
    return Text(value.value, value) if value else None


def flag(node: Mapping, key: str) -> bool:
    """Return whether the key holds `true`."""
    value = scalar(node, key)
    return value is not None and value.data is True


def flag_or_text(node: Mapping, key: str) -> Text | bool:
    """Return the truth value under a key, or the text given instead of one."""
    value = scalar(node, key)
    if value is None or isinstance(value.data, bool):
        return value is not None and value.data is True
    return Text(value.value, value)


def mapping(node: Mapping, key: str) -> Mapping:
    """Return the mapping under a key; an empty one where there is none."""
    value = node.values.get(key)
    return value if isinstance(value, Mapping) else Mapping(node.source, node.start)


def mappings(node: Mapping, key: str) -> Iterator[Mapping]:
    """Yield the mappings of the list under a key."""
    for item in items(node, key):
        if isinstance(item, Mapping):
            yield item


def words(node: Mapping, key: str) -> list[Scalar]:
    """Return the words of the list under a key, without those that are not one word."""
    return [item for item in scalars(node, key) if item.value.split() == [item.value]]


def scalars(node: Mapping, key: str) -> list[Scalar]:
    """Return the scalars of the list under a key, without those that have no value."""
    return [item for item in items(node, key) if isinstance(item, Scalar) and item.data is not None]


def items(node: Mapping, key: str) -> list[Node]:
    """Return the list under a key."""
    value = node.values.get(key)
    return value.items if isinstance(value, Sequence) else []


def entries(node: Mapping, key: str) -> Iterator[tuple[str, Scalar, Mapping]]:
    """Yield name, key and mapping of each entry of the mapping under a key; an entry of another shape is empty."""
    held = mapping(node, key)
    for name in held.values:
        yield name, held.keys[name], mapping(held, name)
