"""`psm-cards schema`."""

import json
from typing import Annotated

import typer

from psm_cards import workflows


def command(
    *,
    included: Annotated[bool, typer.Option("--included", help="The schema of files that `include:` names.")] = False,
) -> None:
    """Print the JSON Schema of decks.yaml, for editors.

    Example: psm-cards schema > decks.schema.json
    """
    print(json.dumps(workflows.schema(included=included), indent=2, ensure_ascii=False))
