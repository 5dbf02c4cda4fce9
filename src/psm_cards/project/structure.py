"""The shape of a document against the JSON Schema, which is the one definition of the format.

The schema finds what is wrong, `faults` says what it is. What the schema knows and psm-cards does not do yet
(`$defs/later`) is answered here too.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from psm_cards.diagnostics import Diagnostic, Severity
from psm_cards.project.nodes import Mapping, Node

LATER = "#/$defs/later"


@cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of decks.yaml, format 1."""
    loaded: dict[str, Any] = json.loads(Path(__file__).with_name("decks.schema.json").read_bytes())
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


@cache
def _first_look() -> jsonschema_rs.Draft202012Validator:
    """Return what knows main and included files, as the two properties of one document."""
    # Two validators, which have most parts in common, would take a fiftieth of a build of 100 notes.
    own = dict(schema())
    parts = own.pop("$defs")
    documents = {"main": own, "included": {"$ref": "#/$defs/included"}}
    return jsonschema_rs.Draft202012Validator({"$schema": own.pop("$schema"), "properties": documents, "$defs": parts})


def check(root: Node, *, included: bool) -> list[Diagnostic]:
    """Return what the schema has against a document, each at its place, in the words of an author.

    A misspelt key is reported and then has the name in the tree that it means, so that its value is looked at too.
    """
    if _first_look().is_valid({"included" if included else "main": root.data}):
        return []
    from psm_cards.project import faults  # noqa: PLC0415 (most documents are in order)

    return faults.told(root, _validator(included=included))


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
