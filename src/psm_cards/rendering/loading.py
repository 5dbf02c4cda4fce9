"""A project's own template files: which were asked for, and which nothing asks for; used by `templates`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, TemplateSyntaxError, meta, nodes

ASSETS = "assets"


class OwnTemplates(FileSystemLoader):
    """The files in a project's `templates/`; remembers those that were taken in, by name."""

    def __init__(self, folder: Path) -> None:
        # `utf-8-sig`: an editor's byte order mark would else stand before a style sheet's first rule.
        super().__init__(folder, encoding="utf-8-sig")
        self._taken: set[str] = set()

    def get_source(self, environment: Environment, template: str) -> Any:  # noqa: ANN401 (Jinja's tuple of three)
        """Return a file as Jinja wants it."""
        found = super().get_source(environment, template)
        self._taken.add(template)
        if not template.endswith(".js"):
            _refuse_lists(environment.parse(found[0], template, found[1]), found[1])
        return found

    def unused(self, environment: Environment, standard: Iterable[str]) -> list[str]:
        """Return the names of the files that stand in for none of the `standard` ones and that no file in use takes in.

        What stands under a condition counts as taken in. Raises TemplateSyntaxError or UnicodeDecodeError: what a
        broken file takes in is not known.
        """
        names = self.list_templates()
        used = self._taken | set(standard)
        waiting = [name for name in names if name in used]
        while waiting:
            name = waiting.pop()
            if not name.endswith(".js"):
                source = self.get_source(environment, name)[0]
                waiting += {mentioned for mentioned in _mentioned(environment, source) if mentioned in names} - used
            used.update(waiting)
        return [name for name in names if name not in used and not _is_set_aside(name)]


def _refuse_lists(tree: nodes.Template, file: str) -> None:
    """Raise TemplateSyntaxError for a list to print: `[[1,2]]` in a script would come out as `(1, 2)`.

    Here and not when it is printed, because Jinja turns a constant into text beforehand.
    """
    for output in tree.find_all(nodes.Output):
        for value in output.nodes:
            if isinstance(value, nodes.Tuple | nodes.List | nodes.Dict):
                raise TemplateSyntaxError("expected text between `[[` and `]]`, found a list", value.lineno, None, file)


def _mentioned(environment: Environment, source: str) -> Iterator[str]:
    tree = environment.parse(source)
    # None stands for a name that is computed: if it is taken in, that is seen when it is.
    yield from filter(None, meta.find_referenced_templates(tree))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "script":
            yield from (str(argument.value) for argument in call.args if isinstance(argument, nodes.Const))


def _is_set_aside(name: str) -> bool:
    parts = name.split("/")
    return parts[0] == ASSETS or any(part.startswith(("_", ".")) for part in parts)
