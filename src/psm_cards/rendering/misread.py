"""What Markdown shows otherwise than its author meant, without a word: found in a settled text, for `markup`."""

import re
from collections.abc import Iterator, Sequence

from psm_cards.diagnostics import Finding, Severity
from psm_cards.rendering.parsing import Cover, Zone, ZoneKind, zones

_IMAGE_WITH_SPACE = r"(?<!\\)!\[[^\]\n]{0,300}\]\((?P<path>[^\s()<>][^()<>\n]{0,300})\)"
_BRACKET_MATHS = r"(?<!\\)\\(?:\((?=[^\n]{1,300}?\\\))|\[(?P<display>[^\]]{1,300})\\\])"
_TEX = frozenset("\\^_=")
_ENTITY = re.compile(r"&#(?:[xX](?P<hex>[0-9a-fA-F]{1,6})|(?P<decimal>[0-9]{1,7}));")
CONTROLS = frozenset({*range(1, 0x20), 0x7F}) - frozenset(b"\t\n\r")
"""Characters that Anki takes out of a field, or ends the import at (R20); Markdown takes care of the number 0."""
# Two lines of at least two cells each: `|x|` alone is a distance.
_ROW = r"\|[^\n|]*(?:\|[^\n|]*)+\|[ \t]*"
_DASHES = r"\|?[ \t]*:?-+[-:| \t]*"
_ROWS = rf"(?m)^[ \t>*+-]*(?P<first>{_ROW})\n[ \t>]*(?:{_ROW}|{_DASHES})$(?:\n[ \t>]*{_ROW}$)*"


def findings(text: str) -> list[Finding]:
    """Return what there is to say about a settled text that the parser reads otherwise than it is meant."""
    found: list[Finding] = []
    # Most texts have none of these signs: the parser need not read them twice.
    if "![" in text or "\\(" in text or "\\[" in text or "&#" in text:
        places = zones(text)
        found += (*_images(text, places), *_brackets(text, places), *_controls(text, places))
    return found


def tables(text: str, blocks: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Yield a warning for each run of rows that is no table; `blocks` are the stretches that are no prose."""
    if "|\n" in text:
        for match in re.finditer(_ROWS, text):
            if not any(start <= match.start("first") < end for start, end in blocks):
                yield _no_table(match)


def _controls(text: str, places: list[Zone]) -> Iterator[Finding]:
    code, formulas = Cover(places, ZoneKind.CODE), Cover(places, ZoneKind.MATHS)
    for match in _ENTITY.finditer(text):
        number = int(match["hex"], 16) if match["hex"] else int(match["decimal"])
        if number in CONTROLS and match.start() not in code and match.start() not in formulas:
            message = f"`{match[0]}` is the control character U+{number:04X}, which no text can hold"
            yield Finding("control-character", message, "delete it", match.start(), len(match[0]))


def _no_table(match: re.Match[str]) -> Finding:
    row = match["first"].rstrip()
    cells = row.count("|") - row.count("\\|") - 1
    message = "these lines are shown as text: a table has a row of dashes below its first row"
    hint = f"write `{'|---' * cells}|` there: it has as many parts as the first row"
    return Finding("table-not-recognised", message, hint, match.start("first"), len(row), Severity.WARNING)


def _images(text: str, places: list[Zone]) -> list[Finding]:
    code = Cover(places, ZoneKind.CODE)
    images = {zone.start for zone in places if zone.kind is ZoneKind.IMAGE}
    return [
        Finding(
            "image-not-recognised",
            f"`{match[0]}` is shown as text, because its path holds a space",
            f"write the path as `<{match['path']}>`",
            match.start(),
            len(match[0]),
            Severity.WARNING,
        )
        for match in re.finditer(_IMAGE_WITH_SPACE, text)
        if " " in match["path"] and match.start() not in images and match.start() not in code
    ]


def _brackets(text: str, places: list[Zone]) -> list[Finding]:
    code, formulas = Cover(places, ZoneKind.CODE), Cover(places, ZoneKind.MATHS)
    return [
        Finding(
            "maths-delimiters",
            f"`{match[0][:2]}` is an escaped bracket, not the start of maths",
            "write `$…$`, or `$$…$$` for a formula on a line of its own",
            match.start(),
            2,
            Severity.WARNING,
        )
        for match in re.finditer(_BRACKET_MATHS, text)
        if match.start() not in code
        and match.start() not in formulas
        and (match["display"] is None or not _TEX.isdisjoint(match["display"]))
    ]
