"""`psm-cards explain`."""

import textwrap
from collections.abc import Iterator
from typing import Annotated

import typer

from psm_cards.cli import explanations
from psm_cards.cli.explanations import Explanation, Fence
from psm_cards.cli.report_human import WIDTH
from psm_cards.likeness import did_you_mean

INDENT = 4
CODE_COLUMN = 2
TEXT_COLUMN = 28
"""Where in the list the codes begin, and the sentences, behind the longest code."""


def _completed(incomplete: str) -> list[str]:
    """Return the codes that begin as the user began, for the shell."""
    return [code for code in explanations.codes() if code.startswith(incomplete)]


def command(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="[CODE]",
            help="The code at the end of a message, such as unknown-key; without it, all codes are listed.",
            show_default=False,
            autocompletion=_completed,
        ),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Print all explanations, as one page of Markdown.")] = False,
) -> None:
    """Explain the code of a problem, with an example and its remedy.

    Example: psm-cards explain unknown-key
    """
    if everything and code:
        raise typer.BadParameter("expected a code or --all, found both")
    if everything:
        print(explanations.page(), end="")
    elif code:
        print("\n".join(_sheet(_found(code))))
    else:
        print("\n".join(_list()))


def _found(code: str) -> Explanation:
    """Return the explanation of a code as it is written or as it was copied from a message: `[unknown-key]`."""
    word = code.strip("[] ").lower()
    found = explanations.explanation(word)
    if found is None:
        advice = did_you_mean(word, explanations.codes()) or "`psm-cards explain` lists all codes"
        raise typer.BadParameter(f"no problem has the code `{word}`; {advice}")
    return found


def _sheet(explanation: Explanation) -> Iterator[str]:
    """Yield the lines of an explanation, without the marks of Markdown."""
    yield explanation.code
    for part in explanation.parts():
        yield ""
        if isinstance(part, Fence):
            yield textwrap.indent(part.text.rstrip("\n"), " " * INDENT)
        else:
            yield textwrap.fill(part, WIDTH, break_on_hyphens=False)


def _list() -> Iterator[str]:
    for topic in explanations.topics():
        yield topic.title
        for one in topic.explanations:
            begin = f"{' ' * CODE_COLUMN}{one.code}".ljust(TEXT_COLUMN)
            indent = " " * TEXT_COLUMN
            yield textwrap.fill(
                one.summary, WIDTH, initial_indent=begin, subsequent_indent=indent, break_on_hyphens=False
            )
        yield ""
    yield "`psm-cards explain CODE` shows what a code means, with an example."
