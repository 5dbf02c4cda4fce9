"""The schema that editors use and the loader refuse the same documents at the same place.

The schema is judged here by another validator on the reading of another YAML parser, as an editor would.
"""

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML, nodes
from tests.project.case_files import WrittenCase, read_cases
from tests.project_case import ProjectCase

from psm_cards.project import included_schema, schema
from psm_cards.project.wording import EXPLANATIONS

STRUCTURAL = read_cases("structure.txt", "values.txt")
Node = nodes.Node

NO_RULES = frozenset("$schema $defs $ref title description properties items if then else patternErrorMessage".split())
"""Words of the schema that refuse nothing by themselves."""


def _step(node: Node, step: str | int) -> tuple[Node, Node]:
    """Return the key (or the item itself) and the value one step down."""
    if isinstance(node, nodes.SequenceNode):
        return node.value[int(step)], node.value[int(step)]
    return next((key, value) for key, value in node.value if key.value == step)


def _data_at(data: Any, error: jsonschema.ValidationError) -> Any:  # noqa: ANN401 (a document's part may be anything)
    for step in error.absolute_path:
        data = data[step]
    return data


def _places(text: str) -> Iterator[str]:
    """Yield `line:column` of each place where the schema refuses the document."""
    yaml = YAML(typ="safe", pure=True)
    data, root = yaml.load(text), YAML(typ="rt").compose(text)
    for error in jsonschema.Draft202012Validator(schema()).iter_errors(data):
        key, node = root, root
        for step in error.absolute_path:
            key, node = _step(node, step)
        if error.validator == "additionalProperties":
            unknown = [name for name in error.instance if name not in error.schema["properties"]]
            marks = [_step(node, name)[0].start_mark for name in unknown]
        elif error.validator is None:
            # For a key that is not allowed this validator's path ends at the mapping around it.
            marks = [key.start_mark for key, _ in node.value if error.instance == _data_at(data, error)[key.value]]
        elif error.instance is None:
            marks = [key.start_mark]
        else:
            marks = [node.start_mark]
        yield from (f"{mark.line + 1}:{mark.column + 1}" for mark in marks)


@pytest.mark.parametrize("written", STRUCTURAL, ids=str)
def test_the_schema_and_the_loader_refuse_the_same_documents_at_the_same_place(
    written: WrittenCase, case: ProjectCase
) -> None:
    case.file("decks.yaml", written.text).check()
    found = {where.split()[0].removeprefix("decks.yaml:") for where in case.found() if "no-notes" not in where}

    places = set(_places(written.text))

    if "misspelt" in written.title or "every depth" in written.title:
        # The loader says once, of the misspelt key, what the schema also says of the missing one.
        assert found <= places
    else:
        assert places == found


def test_the_schemas_are_schemas() -> None:
    for document in (schema(), included_schema()):
        jsonschema.Draft202012Validator.check_schema(document)


def test_the_schema_accepts_every_key_of_format_1() -> None:
    definitions = schema()["$defs"]

    assert set(definitions["project"]["properties"]) == set(
        "id title description license citations url feedback lang recommended references".split()
    )
    assert set(schema()["properties"]) == set(
        "format project include sources decks syllabus retired lint note-types translations".split()
    )
    assert set(definitions["deck"]["properties"]) == set("name tags notes description".split())
    assert set(definitions["note"]["properties"]) == set(
        "id guid was question answer cloze choices title steps image occlude explanation hint reverse typed audio tags "
        "covers cite lang lint draft as-of".split()
    )
    assert set(definitions["citation"]["properties"]) == set("source at section page time fragment note".split())
    assert set(definitions["source"]["properties"]["custom"]["properties"]) == set(
        "text kind strip fixes skip anchors mirrors renders".split()
    )


def test_every_rule_of_the_schema_has_words_of_its_own() -> None:
    rules = {rule for part in _asserting(schema()) for rule in part if rule not in NO_RULES}

    assert rules == EXPLANATIONS.keys() - {"falseSchema"}


def _asserting(part: object) -> Iterator[dict[str, object]]:
    """Yield the parts of the schema that can refuse something: what stands below `if` only decides."""
    if isinstance(part, bool):
        return
    assert isinstance(part, dict)
    yield part
    for key in ("properties", "$defs"):
        for inner in part.get(key, {}).values():
            yield from _asserting(inner)
    for key in ("items", "then", "else", "additionalProperties"):
        yield from _asserting(part.get(key, True))
