"""The script that an author would write today: PyYAML, markdown-it-py, a Jinja template per field, genanki.

Usage: plain.py PROJECT PACKAGE fast|safe, where `fast` is PyYAML's C loader and `safe` its `safe_load`.
It checks nothing.
"""

import sys
from pathlib import Path
from typing import Any

import genanki
import yaml
from jinja2 import Environment
from markdown_it import MarkdownIt

FIELDS = {
    "Question": "[[ question ]]",
    "Answer": "[[ answer ]]",
    "Sources": ("<ul>[% for one in cite %]<li><a href='[[ one.url|e ]]'>[[ one.text|e ]]</a></li>[% endfor %]</ul>"),
    "Id": "[[ id ]]",
}
ENVIRONMENT = Environment(  # noqa: S701 (as most such scripts have it: the fields hold HTML)
    block_start_string="[%", block_end_string="%]", variable_start_string="[[", variable_end_string="]]"
)
MARKDOWN = MarkdownIt("commonmark").enable("table")


def load(project: Path, loader: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the sources and the decks of all files."""

    def read(path: Path) -> dict[str, Any]:
        text = path.read_text(encoding="utf-8")
        document: dict[str, Any] = yaml.load(text, yaml.CSafeLoader) if loader == "fast" else yaml.safe_load(text)
        return document

    main = read(project / "decks.yaml")
    decks = [deck for part in sorted((project / "decks").iterdir()) for deck in read(part)["decks"]]
    return main["sources"], decks


def cited(note: dict[str, Any], sources: dict[str, Any]) -> list[dict[str, str]]:
    """Return the references of a note."""
    found = []
    for cite in note["cite"]:
        source = sources[cite["source"]]
        names = " & ".join(author["family"] for author in source["author"])
        place = f"p. {cite['page']}" if "page" in cite else f"§ {cite['section']}"
        found.append({"text": f"{names} {str(source['issued'])[:4]}, {place}", "url": source["URL"]})
    return found


def main(project: Path, package: Path, loader: str) -> None:
    """Build the package."""
    sources, decks = load(project, loader)
    templates = [ENVIRONMENT.from_string(text) for text in FIELDS.values()]
    model = genanki.Model(
        1607392319,
        "Plain",
        fields=[{"name": name} for name in FIELDS],
        templates=[{"name": "Card", "qfmt": "{{Question}}", "afmt": "{{FrontSide}}<hr>{{Answer}}{{Sources}}"}],
    )
    made: dict[str, Any] = {}
    for number, deck in enumerate(decks):
        built = made.setdefault(deck["name"], genanki.Deck(2059400110 + number, deck["name"]))
        for note in deck["notes"]:
            values = {
                "id": note["id"],
                "question": MARKDOWN.render(note["question"]),
                "answer": MARKDOWN.render(note["answer"]),
                "cite": cited(note, sources),
            }
            fields = [template.render(values) for template in templates]
            guid = genanki.guid_for("bench", note["id"])
            built.add_note(genanki.Note(model=model, fields=fields, tags=note["tags"], guid=guid))
    genanki.Package(list(made.values())).write_to_file(package)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
