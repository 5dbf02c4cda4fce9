"""A project's own template files: which were asked for, and which nothing asks for; used by `templates`."""

import os
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, TemplateNotFound, TemplateSyntaxError, meta, nodes

from psm_cards.files import exists
from psm_cards.rendering.sandbox import CONTROL, LARGEST, named, refusing_depth

ASSETS = "assets"

CLOSED = "is a folder that you have no right to read"
"""What is wrong with an entry whose files, if there are any, nobody can see."""

MOST_TAGS = 10_000
"""Placeholders and tags of a template: measured, a hundred thousand take ten seconds to compile."""

_BYTES = 4
_TAG = re.compile(r"\[\[|\[%")


class OwnTemplates(FileSystemLoader):
    """The files in a project's `templates/`; remembers those that were taken in, by name."""

    def __init__(self, folder: Path) -> None:
        # `utf-8-sig`: an editor's byte order mark would else stand before a style sheet's first rule.
        super().__init__(folder, encoding="utf-8-sig")
        self._folder = folder
        self._taken: set[str] = set()

    @property
    def taken(self) -> list[str]:
        """The names of the files taken in so far, sorted."""
        return sorted(self._taken)

    def get_source(self, environment: Environment, template: str) -> Any:  # noqa: ANN401 (Jinja's tuple of three)
        """Return a file as Jinja wants it; one that a link brings in from outside the project is none of its files."""
        if not Path(self._folder, template).resolve().is_relative_to(self._folder.parent.resolve()):
            raise TemplateNotFound(template)
        self._refuse_large(template)
        found = super().get_source(environment, template)
        self._taken.add(template)
        if control := CONTROL.search(found[0]):
            line = found[0].count("\n", 0, control.start()) + 1
            message = f"{named(control[0])} is not allowed in a template"
            raise TemplateSyntaxError(message, line, template, found[1])
        if not template.endswith(".js"):
            _refuse_many_tags(found[0], template, found[1])
            with refusing_depth(found[0], template, found[1]):
                _refuse_lists(environment.parse(found[0], template, found[1]), found[1])
        return found

    def _refuse_large(self, template: str) -> None:
        path = self._folder / template
        try:
            # Asked so that who watches what is read hears of one that is not there.
            size = path.stat().st_size if exists(path) else 0
        except (OSError, ValueError):
            # Reading it says why.
            return
        if size > LARGEST * _BYTES:
            raise TemplateSyntaxError(f"no template may be larger than {LARGEST:,} characters", 1, template, str(path))

    def faults(self, standard: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the name of each entry that cannot be, and what is wrong with it; the folder's own name is blank.

        Jinja passes over such an entry, and the package's own file would stand in for it without a word.
        """
        if self._folder.exists() and not self._folder.is_dir():
            yield "", "is no folder"
        elif self._folder.exists() and not os.access(self._folder, os.R_OK | os.X_OK):
            yield "", CLOSED
        root = self._folder.parent.resolve()
        for folder, folders, files in os.walk(self._folder):
            for path in (Path(folder, name) for name in sorted([*folders, *files])):
                name = path.relative_to(self._folder).as_posix()
                message = _fault(path, root, is_expected=name in standard)
                if message and not _is_set_aside(name):
                    yield name, message

    def unused(self, environment: Environment, standard: Iterable[str]) -> list[str]:
        """Return the names of the files that stand in for none of the `standard` ones and that no file in use takes in.

        What stands under a condition counts as taken in. Raises TemplateSyntaxError, UnicodeDecodeError or OSError:
        what a broken file takes in is not known.
        """
        names = self.list_templates()
        used = self._taken | set(standard)
        waiting = [name for name in names if name in used]
        while waiting:
            name = waiting.pop()
            if not name.endswith(".js"):
                source = self.get_source(environment, name)[0]
                waiting += {one for one in mentioned(environment, source) if one in names} - used
            used.update(waiting)
        return [name for name in names if name not in used and not _is_set_aside(name)]


def _refuse_many_tags(source: str, name: str, file: str) -> None:
    beyond = next(islice(_TAG.finditer(source), MOST_TAGS, None), None)
    if beyond:
        line = source.count("\n", 0, beyond.start()) + 1
        message = f"no template may have more than {MOST_TAGS:,} placeholders and tags"
        raise TemplateSyntaxError(message, line, name, file)


def _fault(path: Path, root: Path, *, is_expected: bool) -> str:
    if path.is_symlink() and not path.exists():
        return "is a link that leads nowhere"
    if not path.resolve().is_relative_to(root):
        return "is a link that leads out of the project's folder"
    if path.is_dir() and not os.access(path, os.R_OK | os.X_OK):
        return CLOSED
    if path.is_dir():
        return "is a folder, where a file is expected" if is_expected else ""
    return "" if path.is_file() else "is no ordinary file"


def _refuse_lists(tree: nodes.Template, file: str) -> None:
    """Raise TemplateSyntaxError for a list to print: `[[1,2]]` in a script would come out as `(1, 2)`.

    Here and not when it is printed, because Jinja turns a constant into text beforehand.
    """
    for output in tree.find_all(nodes.Output):
        for value in output.nodes:
            if isinstance(value, nodes.Tuple | nodes.List | nodes.Dict):
                raise TemplateSyntaxError("expected text between `[[` and `]]`, found a list", value.lineno, None, file)


def mentioned(environment: Environment, source: str) -> Iterator[str]:
    """Yield the names of the files that a template takes in, as far as they are written out."""
    with refusing_depth(source, None, None):
        tree = environment.parse(source)
    # None stands for a name that is computed: if it is taken in, that is seen when it is.
    yield from filter(None, meta.find_referenced_templates(tree))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "script":
            yield from (str(argument.value) for argument in call.args if isinstance(argument, nodes.Const))


def _is_set_aside(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == ASSETS or any(part.startswith(("_", ".")) for part in parts)
