"""What can be wrong, as data: spans, findings, diagnostics and the report that collects them.

A leaf finds a problem without knowing where it stands in a file (`Finding`, raised as `Problem`);
the border that knows the place turns it into a `Diagnostic`. Printing is the roof's business.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol, TypeAlias

Code: TypeAlias = Literal[
    "alias-bomb",
    "ambiguous-dollar",
    "ambiguous-flag",
    "ambiguous-locator",
    "anki-not-installed",
    "blank-text",
    "broken-promise",
    "card-gone",
    "changed-guid",
    "changed-kind",
    "changed-note-type",
    "circular-alias",
    "clock-behind",
    "cloze-across-blocks",
    "cloze-double-colon",
    "cloze-empty",
    "cloze-in-basic",
    "cloze-in-hint",
    "cloze-misplaced",
    "cloze-not-shown",
    "cloze-number",
    "cloze-private-use",
    "cloze-several-numbers",
    "cloze-too-deep",
    "cloze-unclosed",
    "cloze-unopened",
    "cloze-without-deletion",
    "control-character",
    "damaged-evidence",
    "damaged-lock",
    "deck-case",
    "duplicate-description",
    "duplicate-guid",
    "duplicate-id",
    "duplicate-item",
    "duplicate-key",
    "duplicate-source",
    "empty-file",
    "empty-value",
    "evidence-not-written",
    "file-too-large",
    "folder-not-empty",
    "foreign-lock",
    "former-id-in-use",
    "front-in-front",
    "front-without-field",
    "html-in-title",
    "identical-fronts",
    "image-not-recognised",
    "impossible-date",
    "impossible-lines",
    "impossible-page",
    "impossible-time",
    "include-case",
    "include-not-found",
    "include-of-itself",
    "include-outside-project",
    "large-media",
    "locator-too-long",
    "lost-backslash",
    "lost-lock",
    "low-coverage",
    "malformed-version",
    "maths-delimiters",
    "media-case",
    "media-content",
    "media-outside-project",
    "media-type",
    "merge-key",
    "misplaced-key",
    "missing-citation",
    "missing-key",
    "missing-media",
    "missing-text",
    "missing-value",
    "moved-note",
    "nesting-too-deep",
    "newer-lock",
    "no-notes",
    "not-supported-yet",
    "note-gone",
    "note-without-card",
    "nothing-to-type",
    "other-text",
    "passage-changed",
    "passage-not-found",
    "passage-too-long",
    "remote-media",
    "renamed-deck",
    "renders-itself",
    "retired-and-present",
    "retired-guid",
    "several-documents",
    "special-field-decides",
    "stale-evidence",
    "table-cells",
    "table-not-recognised",
    "tag-case",
    "template-error",
    "template-media-name",
    "template-output",
    "template-without-cloze",
    "text-cut-off",
    "text-too-long",
    "too-deep",
    "too-many-entries",
    "unbalanced-maths",
    "unclosed-code",
    "unclosed-placeholder",
    "unclosed-section",
    "unclosed-tag",
    "unknown-alias",
    "unknown-attribute",
    "unknown-field",
    "unknown-filter",
    "unknown-format",
    "unknown-former-id",
    "unknown-item",
    "unknown-key",
    "unknown-language",
    "unknown-note",
    "unknown-placeholder",
    "unknown-retired",
    "unknown-source",
    "unknown-successor",
    "unknown-tag",
    "unknown-value",
    "unlisted-media",
    "unopened-section",
    "unreadable-file",
    "unreadable-media",
    "unreadable-package",
    "unreadable-text",
    "unrecorded-evidence",
    "unreleased",
    "unsafe-html",
    "unsafe-link",
    "unsafe-media",
    "untold-retirement",
    "unused-fix",
    "unused-skip",
    "unused-strip",
    "unused-template",
    "unverified-citation",
    "unwritable-file",
    "version-behind",
    "version-too-low",
    "wrong-form",
    "wrong-fragment",
    "wrong-locator",
    "wrong-package",
    "wrong-type",
    "yaml-syntax",
    "yaml-tag",
]
"""Every code of a diagnostic: the type checker refuses others, and `psm-cards explain` explains each."""

MOST_PROBLEMS = 10_000
"""Errors after which a stage looks no further: they are one mistake, and a kilobyte each."""

LONGEST_QUOTE = 60
"""Characters of a user's text that a message repeats: enough to know it by, and the place leads to the rest."""

# Short ones as well: else what stands between two of them would pass for a quote.
_QUOTE = r"""`[^`]*`|"[^"]*\""""
_ESCAPES = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops the build, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


class Span(NamedTuple):
    """A stretch of a file: lines and columns count from 1 in characters, the end is exclusive.

    `file` is the path by which the user named the project, so that an editor or a shell finds it.
    """

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Place(Protocol):
    """Where a value stands; able to say where a part of it stands."""

    def span(self, offset: int = 0, length: int | None = None) -> Span:
        """Return the span of `length` characters of the value from `offset`; without length, to its end."""
        ...


class Related(NamedTuple):
    """Another place that belongs to a diagnostic, such as the first of two duplicates."""

    message: str
    span: Span


def first_one(place: Place) -> tuple[Related, ...]:
    """Return what to say beside the second of two duplicates: where the first one stands."""
    return (Related("the first one", place.span()),)


class Diagnostic(NamedTuple):
    """One thing wrong: a stable kebab-case code, a message, and where, as far as it has a place.

    Messages are lower case without a final full stop, with the user's text in backticks; the hint says what to do.
    """

    severity: Severity
    code: Code
    message: str
    span: Span | None = None
    hint: str | None = None
    related: tuple[Related, ...] = ()

    @property
    def in_one(self) -> str:
        """The message with the hint in brackets, for reports that have no place of its own for a hint."""
        return f"{self.message} ({self.hint})" if self.hint else self.message


class Finding(NamedTuple):
    """A problem without a position: `offset` and `length` count characters of the value it was found in.

    Without a length the finding is about the whole value.
    """

    code: Code
    message: str
    hint: str | None = None
    offset: int = 0
    length: int | None = None
    severity: Severity = Severity.ERROR

    def at(self, place: Place) -> Diagnostic:
        """Return the diagnostic of this finding for a value that stands at `place`."""
        return Diagnostic(self.severity, self.code, self.message, place.span(self.offset, self.length), self.hint)


class Problem(Exception):
    """A finding that ends the work on the value it was found in."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def are_too_many(diagnostics: Sequence[Diagnostic]) -> bool:
    """Return whether there are so many errors that no stage looks further; warnings alone stop nothing."""
    if len(diagnostics) < MOST_PROBLEMS:
        return False
    return sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics) >= MOST_PROBLEMS


def order(diagnostic: Diagnostic) -> tuple[bool, str, int, int, str]:
    """Return the key that sorts diagnostics by file, line and column, those without a place first."""
    span = diagnostic.span
    if span is None:
        return (False, "", 0, 0, diagnostic.code)
    return (True, span.file, span.line, span.column, diagnostic.code)


def _fit_to_read(diagnostic: Diagnostic) -> Diagnostic:
    """Return the diagnostic with one line of visible characters as message and as hint, neither of them flooded."""
    message, hint = _visible(diagnostic.message), diagnostic.hint and _visible(diagnostic.hint)
    if diagnostic.span is not None:
        # Without a place the quote is a path, which stands nowhere else.
        message, hint = _cut(message), hint and _cut(hint)
    if message == diagnostic.message and hint == diagnostic.hint:
        return diagnostic
    return diagnostic._replace(message=message, hint=hint)


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else _ESCAPES.get(one) or f"\\u{ord(one):04x}" for one in text)


def _cut(text: str) -> str:
    """Return the text with long quotes cut in their middle: a path or an address differs most often at its end."""
    return re.sub(_QUOTE, _shorter, text) if len(text) > LONGEST_QUOTE else text


def _shorter(quote: re.Match[str]) -> str:
    if len(quote[0]) <= LONGEST_QUOTE + len("``"):
        return quote[0]
    begin = LONGEST_QUOTE * 2 // 3
    return f"{quote[0][:begin]}…{quote[0][begin - LONGEST_QUOTE - 1 :]}"


@dataclass(frozen=True, slots=True)
class Report:
    """All diagnostics of one run, in the order of their places."""

    diagnostics: tuple[Diagnostic, ...] = ()

    @classmethod
    def of(cls, diagnostics: Iterable[Diagnostic]) -> "Report":
        """Return a report with each diagnostic once, sorted by place, and all of them fit to be read."""
        return cls(tuple(sorted(dict.fromkeys(map(_fit_to_read, diagnostics)), key=order)))

    def count(self, severity: Severity) -> int:
        """Return how many diagnostics have this severity."""
        return sum(diagnostic.severity is severity for diagnostic in self.diagnostics)

    def is_clean(self, *, strict: bool = False) -> bool:
        """Return whether nothing stops a build: no error and, when strict, no warning either."""
        if strict:
            return not self.diagnostics
        return self.count(Severity.ERROR) == 0
