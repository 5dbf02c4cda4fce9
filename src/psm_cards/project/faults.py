"""The rules of the schema that a document breaks, each at its place.

`structure` asks if there are any; `wording` says each in the words of an author.
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Any

import jsonschema_rs

from psm_cards.diagnostics import MOST_PROBLEMS, Diagnostic
from psm_cards.project import misspelt
from psm_cards.project.nodes import Data, Mapping, Node, Scalar, Sequence
from psm_cards.project.structure import LATER, schema
from psm_cards.project.wording import Fault, explain, is_text_with_comma, unknown_key

MOST_FAULTS = 2 * MOST_PROBLEMS
"""Broken rules that are looked at: a misspelt key breaks two, for the right one is missing."""

_LARGE = 300_000
"""Keys and values of a document of which the beginning is looked at first: more than 20,000 notes."""

_BEGINNING = 50_000


def told(root: Node, validator: jsonschema_rs.Draft202012Validator) -> list[Diagnostic]:
    """Return what the validator has against a document; a misspelt key has then the name in the tree that it means."""
    diagnostics: list[Diagnostic] = []
    read: set[Scalar] = set()
    while True:
        faults = _faults(root, validator)
        is_cut = len(faults) == MOST_FAULTS
        faults = [fault for fault in faults if not _is_told(fault.node)]
        misread = [diagnostic for fault in faults for diagnostic in _read_misspelt(fault, read)]
        if not misread:
            return diagnostics + [diagnostic for fault in faults for diagnostic in explain(fault)]
        diagnostics += misread
        if is_cut:
            return diagnostics


def _faults(root: Node, validator: jsonschema_rs.Draft202012Validator) -> list[Fault]:
    """Return what the validator finds, at most `MOST_FAULTS`."""
    found: list[jsonschema_rs.ValidationError] = []
    if not isinstance(root, Scalar) and root.size > _LARGE:
        # The validator gathers all it finds: measured, a gigabyte for one misspelt key in a hundred thousand notes.
        found = list(validator.iter_errors(_beginning(root.data, [_BEGINNING])))
    if len(found) < MOST_FAULTS:
        found = list(validator.iter_errors(root.data))
    return [_fault(root, error) for error in found[:MOST_FAULTS]]


def _beginning(data: Data, left: list[int]) -> Data:
    """Return a document whose lists end when about so many values were taken, none of them without an item."""
    left[0] -= 1
    if isinstance(data, dict):
        return {key: _beginning(value, left) for key, value in data.items()}
    if isinstance(data, list):
        kept = (_beginning(item, left) for item in takewhile(lambda _: left[0] > 0, data[1:]))
        return [*(_beginning(item, left) for item in data[:1]), *kept]
    return data


def _read_misspelt(fault: Fault, read: set[Scalar]) -> list[Diagnostic]:
    """Return the diagnostics of keys that are clearly misspelt, whose names are now those that they mean.

    `read` are the keys that have been through this: an alias can make one mapping both a deck and a citation, and
    `note` of the one is `notes` of the other.
    """
    node = fault.node
    if fault.kind.name != "additionalProperties" or not isinstance(node, Mapping):
        return []
    unknown = [name for name in fault.kind.unexpected if name in node.keys and node.keys[name] not in read]
    unknown = [name for name in unknown if not is_text_with_comma(node, name)]
    names = misspelt.meanings(node, unknown, fault.known)
    read.update(node.keys[name] for name in names)
    diagnostics = [unknown_key(node, name, fault.known) for name in names]
    misspelt.read_as(node, names)
    return diagnostics


def _is_told(node: Node) -> bool:
    """Return whether something of this node is wrong as YAML: what the schema would say only follows from it."""
    if isinstance(node, Mapping):
        return any(key.is_stand_in for key in node.keys.values())
    return isinstance(node, Scalar) and node.is_stand_in


def _fault(root: Node, error: jsonschema_rs.ValidationError) -> Fault:
    node, key, name = _at(root, list(error.instance_path))
    parts = list(_parts(list(error.schema_path)))
    around = [part["properties"] for part in parts if part.get("type") == "object" and "properties" in part]
    known = [name for name, value in around[-1].items() if value.get("$ref") != LATER] if around else []
    return Fault(node, key, name, error.kind, parts[-1], tuple(known))


def _at(root: Node, path: list[str | int]) -> tuple[Node, Scalar | None, str]:
    """Return the node at a path of the document, and in a mapping the key that it belongs to with its name."""
    node: Node = root
    key, name = None, ""
    for step in path:
        if isinstance(node, Mapping):
            name = str(step)
            key, node = node.keys[name], node.values[name]
        elif isinstance(node, Sequence):
            key, name, node = None, "", node.items[int(step)]
    return node, key, name


def _parts(path: list[str | int]) -> Iterator[dict[str, Any]]:
    """Yield the parts of the schema on the way to a broken rule, whose name ends the path."""
    part: Any = schema()
    yield part
    for step in path[:-1]:
        part = part[int(step)] if isinstance(part, list) else part[str(step)]
        if isinstance(part, dict):
            yield part
