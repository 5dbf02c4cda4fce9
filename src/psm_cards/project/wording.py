"""What the JSON Schema has against a document, in the words of an author."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from psm_cards.diagnostics import Code, Diagnostic, Severity
from psm_cards.project.forms import form_hint
from psm_cards.project.misspelt import did_you_mean, fitting, nearest
from psm_cards.project.nodes import Mapping, Node, Scalar, Sequence

LISTED = 16
"""Known words that a hint lists at most, where none is like the one found."""

NEEDED = frozenset(
    {"answer", "cloze", "family", "format", "id", "literal", "name", "project", "question", "source", "title", "type"}
)
"""Keys that what they stand in cannot be without, or not without another of them."""

NO_VALUE = re.compile(r"\s*:")
"""What stands behind a key, even one without a value; `Callisto` in `{answer: Io, Callisto}` was meant as text."""

INCLUDED = ("format", "sources", "decks", "syllabus")
"""The keys of an included file."""

MAIN_FILE_ONLY = {
    "include": "only `decks.yaml` includes files: name it there",
    "project": "only `decks.yaml` has it: this file is a part of its project",
}
"""What to do about keys of `decks.yaml` in a file that it includes."""

TYPE_WORDS = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "no value",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}
TYPE_HINTS = {
    "array": "begin each item with `- `, or put the items between `[` and `]`",
    "boolean": "write `true` or `false`",
    "object": "write it as `key: value`, one below the other",
}
MISSING_HINTS = {
    "family": "a person has `family` and `given`, an institution `literal`",
    "id": "give it an `id:` of lower-case words joined by hyphens",
    "name": "give the deck a `name:`, with `::` between its levels",
    "project": "add `project:` with an `id:` and a `title:`",
    "source": "name the source by its key under `sources:`",
    "title": "give it a `title:`",
    "type": "say what kind of work it is, such as `book` or `webpage`",
    "format": "start the file with `format: 1`",
    "question": "a basic note needs `question` and `answer`; a cloze note has `cloze` instead",
    "answer": "a basic note needs `question` and `answer`",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule of the schema, and where: the node, its key and the key's name if it has one.

    The name is what a misspelt key means. `kind` is the validator's, `definition` the part of the schema that holds
    the rule, `known` the keys that the mapping around it may have.
    """

    node: Node
    key: Scalar | None
    name: str
    kind: Any
    definition: dict[str, Any]
    known: tuple[str, ...]

    @property
    def subject(self) -> str:
        """What the fault is about, for a message."""
        return f"`{self.name}`" if self.key else "the item"

    @property
    def or_leave_out(self) -> str:
        """What may be done instead of giving a value, for a hint; blank where there must be one."""
        if self.name in NEEDED:
            return ""
        return f", or leave {'the key' if self.key else 'it'} out"


def explain(fault: Fault) -> Iterable[Diagnostic]:
    """Return the diagnostics of a fault; none where another fault's mending mends it too."""
    node = fault.node
    if isinstance(node, Scalar) and node.data is None and fault.kind.name in ("type", "enum", "const"):
        return [_missing_value(fault, node)]
    return EXPLANATIONS[fault.kind.name](fault)


def _error(code: Code, message: str, node: Node, hint: str | None = None) -> Diagnostic:
    return Diagnostic(Severity.ERROR, code, message, node.span(), hint)


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return node.value
    return "[…]" if isinstance(node, Sequence) else "{…}"


def _suggest(word: str, known: Iterable[str]) -> str:
    words = list(known)
    listed = ", ".join(f"`{name}`" for name in words[:LISTED]) + (", …" if len(words) > LISTED else "")
    return did_you_mean(word, words) or f"known here: {listed}"


def _missing_value(fault: Fault, node: Scalar) -> Diagnostic:
    hint = f"give it a value{fault.or_leave_out}"
    if node.value:
        hint = f'{hint}; to mean the word, put it in quotes: "{node.value}"'
    elif node.cut_off():
        hint = "put a text that begins with `#` in quotes"
    return _error("missing-value", f"{fault.subject} has no value", fault.key or node, hint)


def _unknown_key(fault: Fault) -> Iterator[Diagnostic]:
    if isinstance(fault.node, Mapping):
        for name in fault.kind.unexpected:
            if not fault.node.keys[name].is_stand_in:
                yield unknown_key(fault.node, name, fault.known)


def unknown_key(node: Mapping, name: str, known: tuple[str, ...]) -> Diagnostic:
    """Return the diagnostic of a key that its mapping cannot have, and these it can."""
    key = node.keys[name]
    return _error("unknown-key", f"unknown key `{key.value}`", key, _key_hint(node, name, known))


def is_text_with_comma(node: Mapping, name: str) -> bool:
    """Return whether a key without a value is the rest of a text: `Callisto` in `{answer: Io, Callisto}`."""
    key, value = node.keys[name], node.values[name]
    is_bare = isinstance(value, Scalar) and value.data is None and not value.value
    return is_bare and not NO_VALUE.match(key.source.text, key.end)


def _key_hint(node: Mapping, name: str, known: tuple[str, ...]) -> str:
    if known == INCLUDED and name in MAIN_FILE_ONLY:
        return MAIN_FILE_ONLY[name]
    if is_text_with_comma(node, name):
        return "put a text that holds a comma in quotes"
    return _suggest(name, fitting(name, node.keys, known))


def _missing_key(fault: Fault) -> Iterator[Diagnostic]:
    node, missing = fault.node, fault.kind.property
    if not isinstance(node, Mapping) or any(nearest(key, [missing]) for key in node.keys.keys() - set(fault.known)):
        # It is misspelt, or nearly so: that is said once, of the unknown key.
        return
    owner = node.values.get("id") or node.values.get("name")
    known = isinstance(owner, Scalar) and owner.value
    message = f"`{_shown(owner)}` has no `{missing}`" if owner and known else f"`{missing}` is missing"
    yield _error("missing-key", message, node, MISSING_HINTS.get(missing, f"add `{missing}:`"))


def _wrong_type(fault: Fault) -> Iterator[Diagnostic]:
    node, types = fault.node, fault.kind.types
    expected = "text" if "string" in types else " or ".join(word for name, word in TYPE_WORDS.items() if name in types)
    pattern = fault.definition.get("pattern")
    if expected == "text" and pattern and isinstance(node, Scalar) and not re.search(pattern, node.value):
        # In quotes it would be wrong too.
        yield from _wrong_form(fault)
        return
    hint = TYPE_HINTS.get(types[0])
    if expected == "text":
        hint = _as_text(node)
    elif fault.definition.get("required") == ["source"]:
        hint = f"name the source as `{{source: {_shown(node)}}}`"
    elif "family" in fault.definition.get("properties", ()):
        hint = "write a name as `{family: Galilei, given: Galileo}`"
    elif isinstance(node, Scalar) and node.style and node.value in ("true", "false"):
        hint = "write it without quotes"
    yield _error("wrong-type", f"expected {expected}, found {_found(node)}", node, hint)


def _as_text(node: Node) -> str:
    """Return how to write as text what YAML takes for something else."""
    if isinstance(node, Scalar):
        return f'put it in quotes: "{node.value}"'
    begin = node.source.text[node.start : node.start + 1]
    if begin in ("[", "{"):
        return f"put a text that begins with `{begin}` in quotes"
    if isinstance(node, Mapping):
        return "put a text that holds `: ` in quotes"
    return "write it as one text; a list that is to be shown stands in a block below `|`"


def _found(node: Node) -> str:
    if isinstance(node, Scalar):
        is_number = isinstance(node.data, int | float) and not isinstance(node.data, bool)
        return f"{'the number ' if is_number else 'the text ' if node.style else ''}`{_shown(node)}`"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _misplaced_key(fault: Fault) -> Iterator[Diagnostic]:
    hint = "a cloze note has `cloze`, a basic note `question` and `answer`: make it one of the two"
    yield _error("misplaced-key", f"{fault.subject} does not go with `cloze`", fault.key or fault.node, hint)


def _unknown_value(fault: Fault) -> Iterator[Diagnostic]:
    shown = _shown(fault.node)
    if not shown.strip():
        yield from _wrong_form(fault)
        return
    hint = _suggest(shown, fault.kind.options)
    yield _error("unknown-value", f"`{shown}` is not known here", fault.node, hint)


def _unknown_format(fault: Fault) -> Iterator[Diagnostic]:
    message = f"expected format {fault.kind.expected_value}, found `{_shown(fault.node)}`"
    is_quoted = _shown(fault.node) == str(fault.kind.expected_value)
    hint = "write it without quotes" if is_quoted else "a newer format needs a newer psm-cards"
    yield _error("unknown-format", message, fault.node, hint)


def _wrong_form(fault: Fault) -> Iterator[Diagnostic]:
    node = fault.node
    if isinstance(node, Scalar) and not node.value.strip():
        yield _error("empty-value", f"{fault.subject} is empty", node, f"fill it{fault.or_leave_out}")
        return
    expected = fault.definition.get("patternErrorMessage", "expected another form")
    hint = form_hint(node.value, fault.name) if isinstance(node, Scalar) else None
    if expected.startswith("expected a number"):
        # A part of a date, which stands in a list and has no key of its own.
        hint = "write it in digits"
    yield _error("wrong-form", f"{expected}, found `{_shown(node)}`", node, hint)


def _empty_list(fault: Fault) -> Iterator[Diagnostic]:
    yield _error("empty-value", f"{fault.subject} is an empty list", fault.node, "fill it, or leave it out")


EXPLANATIONS: dict[str, Callable[[Fault], Iterable[Diagnostic]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_type,
    "falseSchema": _misplaced_key,
    "enum": _unknown_value,
    "const": _unknown_format,
    "pattern": _wrong_form,
    "minimum": _wrong_form,
    "maximum": _wrong_form,
    "minItems": _empty_list,
}
