"""What a release or a rehearsal has come to, as text for people and as JSON."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from psm_cards.cli import report_json
from psm_cards.cli.diff_forms import Paint
from psm_cards.cli.diff_forms import as_text as diff_as_text
from psm_cards.release.versions import FIRST

if TYPE_CHECKING:  # The workflows take half of what a Tab costs; help and completion do without them.
    from psm_cards.release import Draft, Published, Rehearsal
    from psm_cards.workflows import Rehearsed, Released

_KB = 1000


def released_document(done: "Released", *, is_dry: bool) -> dict[str, Any]:
    """Return the report of a release: that of its check, what it brings and costs, its rehearsal, and its files."""
    draft, published = done.draft, done.published
    issued = published.issued if published else None
    return {
        **report_json.document(done.report),
        "dry_run": is_dry,
        "suggested": draft.suggested if draft else None,
        "costs": list(draft.again.costs()) if draft else [],
        "diff": asdict(draft.diff) if draft else None,
        "rehearsal": asdict(published.rehearsal) if published and published.rehearsal else None,
        "unrehearsed": published.unrehearsed if published else "",
        "files": [str(file) for file in issued.files] if issued else [],
    }


def rehearsed_document(done: "Rehearsed") -> dict[str, Any]:
    """Return the report of a rehearsal."""
    rehearsal = asdict(done.rehearsal) if done.rehearsal else None
    return {**report_json.document(done.report), "rehearsal": rehearsal}


def released_lines(done: "Released", paint: Paint, *, is_dry: bool) -> Iterator[str]:
    """Yield the lines of a release for people, below its problems."""
    if done.draft:
        yield from diff_as_text(done.draft.diff, paint)
        yield from _about(done.draft)
    published = done.published
    if published and published.rehearsal:
        yield ""
        yield from rehearsal_lines(published.rehearsal, paint)
    elif published and published.unrehearsed:
        yield ""
        yield f"not rehearsed: {published.unrehearsed}"
    yield ""
    if published is None or published.issued is None or done.draft is None or done.draft.lock is None:
        yield "nothing was released"
        return
    yield from _files(published, done.draft.lock.last.version, paint, is_dry=is_dry)


def _about(draft: "Draft") -> Iterator[str]:
    for cost in draft.again.costs():
        yield f"  {cost}"
    if draft.before or draft.suggested != FIRST:
        yield ""
        yield f"suggested version: {draft.suggested}"


def _files(published: "Published", version: str, paint: Paint, *, is_dry: bool) -> Iterator[str]:
    files = published.issued.files if published.issued else ()
    yield paint("well", f"release {version}, had this not been a dry run:" if is_dry else f"released {version}:")
    yield from (f"  {file}" for file in files)
    if is_dry:
        yield "nothing was written"
    else:
        yield f"next: commit decks.lock and decks/CHANGELOG.md, tag that commit deck-{version}, and give the files out"


def rehearsal_lines(rehearsal: "Rehearsal", paint: Paint) -> Iterator[str]:
    """Yield the lines of a rehearsal for people."""
    yield paint("bold", f"rehearsed with a learner in Anki {rehearsal.anki}")
    for title, lines in (
        ("survived", rehearsal.survived),
        ("changed", rehearsal.changed),
        ("not expected", rehearsal.unexpected),
    ):
        yield f"  {title}:"
        yield from (f"    {line}" for line in lines or ("nothing",))
    rows = ", ".join(f"{count:,} of {table}" for table, count in rehearsal.upload.items())
    yield f"  the next sync uploads: {f'about {_size(rehearsal.size)} ({rows})' if rows else 'nothing'}"


def _size(count: int) -> str:
    return f"{count:,} bytes" if count < _KB else f"{count / _KB:,.1f} kB"
