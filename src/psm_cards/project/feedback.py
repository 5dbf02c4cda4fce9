"""The address for reports about a card, and the placeholder that it may hold."""

import re
from collections.abc import Iterator

from psm_cards.diagnostics import Diagnostic, Finding
from psm_cards.project.nodes import Mapping
from psm_cards.project.reading import scalar

_PLACEHOLDER = re.compile(r"\{+[^{}]*\}+|[{}]")
_KNOWN = "{id}"


def unknown_placeholders(head: Mapping) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each placeholder of the project's `feedback:` that stands for nothing."""
    address = scalar(head, "feedback")
    if address is not None:
        for match in _PLACEHOLDER.finditer(address.value):
            if match[0] != _KNOWN:
                yield _unknown(match).at(address)


def _unknown(match: re.Match[str]) -> Finding:
    hint = f"the only placeholder is `{_KNOWN}`, for the note's id"
    message = f"`{match[0]}` stands for nothing"
    return Finding("unknown-placeholder", message, hint, match.start(), len(match[0]))
