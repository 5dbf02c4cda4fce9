"""Coverage for programs; `docs/commands.md` describes the keys."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from psm_cards.citations.coverage import Coverage, ItemCoverage, Sentence, SourceCoverage, Standing
from psm_cards.cli import report_json

if TYPE_CHECKING:
    from psm_cards.workflows import Covered


def document(covered: "Covered", page: Path | None) -> dict[str, Any]:
    """Return the report of a check, what is covered (null if the project cannot be loaded), and where the page is."""
    return {
        **report_json.document(covered.report),
        "coverage": _coverage(covered.coverage) if covered.coverage else None,
        "page": str(page) if page else None,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "sources": [_source(source) for source in coverage.sources],
        "without_text": list(coverage.textless),
        "syllabus": {
            "items": [_item(item) for item in coverage.items],
            "covered": coverage.covered_items,
            "percent": coverage.items_percent,
        },
    }


def _source(source: SourceCoverage) -> dict[str, Any]:
    """Return a source; without its text there is nothing to count, and all else is null."""
    is_known = source.sentences is not None
    counts = {standing.value: source.count(standing) if is_known else None for standing in Standing}
    return {
        "key": source.key,
        "text": source.file,
        "path": str(source.path) if source.path else None,
        **counts,
        "percent": source.percent if is_known else None,
        "passages": [_passage(source, each) for each in source.sentences] if source.sentences is not None else None,
    }


def _passage(source: SourceCoverage, sentence: Sentence) -> dict[str, Any]:
    place = sentence.span._asdict()
    del place["file"]
    locator = source.locator(sentence)
    return {
        "standing": sentence.standing.value,
        "notes": list(sentence.notes),
        "reason": sentence.reason or None,
        "page": sentence.page or None,
        **place,
        "text": sentence.text,
        "at": str(locator) if locator else None,
    }


def _item(covered: ItemCoverage) -> dict[str, Any]:
    return {"id": covered.item.id, "text": covered.item.text, "notes": list(covered.notes)}
