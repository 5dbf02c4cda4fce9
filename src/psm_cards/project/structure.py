"""The shape of a document against the JSON Schema, which is the one definition of the format.

The schema finds what is wrong, `wording` says it in the words of an author and at its place. What the schema
knows and psm-cards does not do yet (`$defs/later`) is answered here too.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema_rs

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.project.nodes import Mapping, Node, Scalar, Sequence
from psm_cards.project.wording import Fault, explain

LATER = "#/$defs/later"


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of decks.yaml, format 1."""
    text = files("psm_cards.project").joinpath("decks.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def included_schema() -> dict[str, Any]:
    """Return the JSON Schema of a file that `include:` names."""
    main = schema()
    return {
        "$schema": main["$schema"],
        "title": "psm-cards, format 1: an included file",
        "$ref": "#/$defs/included",
        "$defs": main["$defs"],
    }


@cache
def _validator(*, included: bool) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(included_schema() if included else schema())


def check(root: Node, *, included: bool) -> list[Diagnostic]:
    """Return what the schema has against a document, each at its place, in the words of an author."""
    errors = _validator(included=included).iter_errors(root.data)
    faults = (_fault(root, error) for error in errors)
    return [diagnostic for fault in faults if not _is_told(fault.node) for diagnostic in explain(fault)]


def _is_told(node: Node) -> bool:
    """Return whether something of this node is wrong as YAML: what the schema would say only follows from it."""
    if isinstance(node, Mapping):
        return any(key.is_stand_in for key in node.keys.values())
    return isinstance(node, Scalar) and node.is_stand_in


def _fault(root: Node, error: jsonschema_rs.ValidationError) -> Fault:
    node, key = _at(root, list(error.instance_path))
    parts = list(_parts(list(error.schema_path)))
    around = [part["properties"] for part in parts if part.get("type") == "object" and "properties" in part]
    known = [name for name, value in around[-1].items() if value.get("$ref") != LATER] if around else []
    return Fault(node, key, error.kind, parts[-1], tuple(known), error.message)


def _at(root: Node, path: list[str | int]) -> tuple[Node, Scalar | None]:
    """Return the node at a path of the document, and the key it belongs to if it stands in a mapping."""
    node: Node = root
    key: Scalar | None = None
    for step in path:
        if isinstance(node, Mapping):
            key = node.keys[str(step)]
            node = node.values[str(step)]
        elif isinstance(node, Sequence):
            key = None
            node = node.items[int(step)]
    return node, key


def _parts(path: list[str | int]) -> Iterator[dict[str, Any]]:
    """Yield the parts of the schema on the way to a broken rule, whose name ends the path."""
    part: Any = schema()
    yield part
    for step in path[:-1]:
        part = part[int(step)] if isinstance(part, list) else part[str(step)]
        if isinstance(part, dict):
            yield part


@cache
def later_keys(definition: str) -> frozenset[str]:
    """Return the keys that are not supported yet of a part of the format.

    The part is one of the schema's definitions (`note`), a property of one (`source/custom`), or blank for the top.
    """
    name, _, inner = definition.partition("/")
    part = schema()["$defs"][name] if name else schema()
    part = part["properties"][inner] if inner else part
    return frozenset(key for key, value in part["properties"].items() if value.get("$ref") == LATER)


def not_supported(node: Mapping, later: frozenset[str]) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each key of the mapping that belongs to the format and is not supported yet."""
    for key in later & node.keys.keys():
        message = f"`{key}` is not supported yet"
        hint = "take it out; a later version of psm-cards will read it"
        yield Diagnostic(Severity.ERROR, "not-supported-yet", message, node.keys[key].span(), hint)
