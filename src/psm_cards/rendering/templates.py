"""The Jinja environment of a project: its own templates over the package's, and a fault with its file and line.

Between the files in `templates/` and the fields (`fields`) and looks (`looks`) made from them.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    UndefinedError,
)
from markupsafe import Markup

from psm_cards.diagnostics import Diagnostic, Problem, Severity, Span
from psm_cards.files import Lines, cause_of
from psm_cards.likeness import did_you_mean
from psm_cards.rendering import unclosed
from psm_cards.rendering.loading import CLOSED, OwnTemplates, mentioned
from psm_cards.rendering.sandbox import Sandbox, TooMuch

DEFAULTS = Path(__file__).parent / "defaults"
"""The package's own templates."""

_OF_FIELDS = ("fields/", "references/", "description.html")
FOLDER = "templates"
"""A project's own templates, below its root."""

SCRIPT_HINT = 'a script belongs in a file of its own, taken in raw with `[[ script("name.js") ]]`'
EXTEND_HINT = "to build on the package's own file, name it with `default/` before it"


_TAGS = ("block", "elif", "else", "extends", "for", "if", "include", "macro", "set", "with")
_UNKNOWN_TAG = r"Encountered unknown tag '(?!end)(\w+)'\.?$"
_UNDEFINED = r"(?:attribute )?'([^']*)'(?: is undefined)?$"


class TemplateProblem(Exception):
    """A template could not be rendered; `diagnostic` says why and in which line of which file."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class _FilePlace(NamedTuple):
    """A template's file and its text."""

    file: str
    source: Lines

    def span(self, offset: int = 0, length: int | None = None) -> Span:
        """Return the span of `length` characters from `offset`; without length, to the end."""
        end = len(self.source.text) if length is None else offset + length
        return Span(self.file, *self.source.position(offset), *self.source.position(end))


class Templates:
    """The templates of one project, compiled once.

    A project's `templates/NAME` stands in for the package's `NAME`, which stays within reach as `default/NAME`.
    `asset` gives the media name of a file in `templates/assets/`, or raises TemplateRuntimeError.
    """

    def __init__(self, root: Path, about: Mapping[str, str], asset: Callable[[str], str]) -> None:
        self._root, self._about, self._asset = root, about, asset
        self._package, self._own = FileSystemLoader(DEFAULTS), OwnTemplates(root / FOLDER)
        self._loader = ChoiceLoader([PrefixLoader({"default": self._package}), self._own, self._package])
        # Anki's own placeholders are `{{Field}}`, so Jinja's are square.
        self._environment = Sandbox(
            block_start_string="[%",
            block_end_string="%]",
            variable_start_string="[[",
            variable_end_string="]]",
            comment_start_string="[#",
            comment_end_string="#]",
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=True,
            undefined=StrictUndefined,
            auto_reload=False,
            loader=self._loader,
        )
        self._compiled: dict[str, Template] = {}
        self._environment.globals.update(project=about, asset=asset, script=self._script)

    def render(self, name: str, **values: object) -> str:
        """Return what a template makes of the values. Raises TemplateProblem."""
        try:
            template = self._compiled.get(name)
            if template is None:
                template = self._compiled[name] = self._environment.get_template(name)
            return self._environment.make(template, values)
        # An expression of an author's can raise anything, and each is a fault in a template, not in the program.
        except Exception as error:
            raise TemplateProblem(self._diagnostic(error, name)) from error

    def faults(self) -> list[Diagnostic]:
        """Return what is wrong with the project's template files, beside what their rendering tells.

        A file that stands in for none of the package's and that no template took in so far is warned about.
        """
        standard = self._package.list_templates()
        return [*(self._fault(*one) for one in self._own.faults(standard)), *self._all_unused(standard)]

    def _fault(self, name: str, message: str) -> Diagnostic:
        shown = f"{FOLDER}/{name}" if name else FOLDER
        place = Span(str(self._root / shown), 1, 1, 1, 1)
        hint = "put the file itself there" if name else "put your templates into a folder of this name"
        if message == CLOSED:
            hint = "make it readable for you"
        return Diagnostic(Severity.ERROR, "template-error", f"`{shown}` {message}", place, hint)

    def _all_unused(self, standard: list[str]) -> list[Diagnostic]:
        try:
            names = self._own.unused(self._environment, standard)
        except (TemplateSyntaxError, UnicodeDecodeError, OSError):
            return []
        return [self._unused(name, standard) for name in names]

    def own_texts(self, folder: str) -> dict[str, str]:
        """Return the texts of the project's own files that the templates of a folder are made of, by name."""
        names = self._loader.list_templates()
        waiting = [name for name in self._package.list_templates() if name.startswith(f"{folder}/")]
        seen: set[str] = set()
        found: dict[str, str] = {}
        while waiting:
            name = waiting.pop()
            seen.add(name)
            try:
                text, file, _ = self._loader.get_source(self._environment, name)
            except (TemplateError, UnicodeDecodeError, OSError):
                # It stands under a condition that never held: no field was made with it.
                continue
            if file and Path(file).is_relative_to(self._root / FOLDER):
                found[name] = text
            if not name.endswith(".js"):
                waiting += {one for one in mentioned(self._environment, text) if one in names} - seen
        return found

    @cached_property
    def makes_fields(self) -> bool:
        """Whether the project has files of its own for what stands in fields, or in descriptions."""
        # Not by the list of its files: that leaves out those in a folder which is a link.
        names = (name for name in self._package.list_templates() if name.startswith(_OF_FIELDS))
        return any(_is_file(self._root / FOLDER / name) for name in names)

    def packaged(self) -> "Templates":
        """Return the package's own templates alone, for what has to stand in for a template at fault."""
        return Templates(DEFAULTS, self._about, self._asset)

    def file(self, name: str) -> str:
        """Return the file that a template's name leads to, as a message shows it."""
        own = self._root / FOLDER / name
        return str(own if _is_file(own) else DEFAULTS / name)

    def own_files(self) -> tuple[str, ...]:
        """Return the project's own files that were taken in so far, as messages show them."""
        return tuple(str(self._root / FOLDER / name) for name in self._own.taken)

    def _script(self, name: str) -> Markup:
        """Return a `.js` file in a script element: square brackets in a script would be read as Jinja."""
        source = self._loader.get_source(self._environment, name)[0]
        if "</script" in source.lower():
            raise TemplateRuntimeError(f"the script `{name}` holds `</script`, which would end it")
        return Markup(f"<script>\n{source}\n</script>")  # noqa: S704 (raw on purpose: it is the project's own file)

    def _diagnostic(self, error: Exception, name: str) -> Diagnostic:
        found, line, column = _position(error)
        file = found or str(self._root / FOLDER / name)
        if isinstance(error, TemplateSyntaxError) and (never_closed := unclosed.find(error)):
            hint = self._hint(error, Path(file)) or never_closed.hint
            return never_closed._replace(hint=hint).at(_FilePlace(file, Lines(error.source or "")))
        return Diagnostic(
            Severity.ERROR,
            "template-output" if isinstance(error, TooMuch) else "template-error",
            _message(error),
            Span(file, line, column, line, column),
            self._hint(error, Path(file)),
        )

    def _unused(self, name: str, standard: list[str]) -> Diagnostic:
        near = difflib.get_close_matches(name, standard, n=1)
        hint = (
            f"did you mean `{FOLDER}/{near[0]}`?" if near else "take it in, or begin its name with `_` to keep it here"
        )
        message = f"`{FOLDER}/{name}` stands in for no file of the package, and no template takes it in"
        place = Span(str(self._root / FOLDER / name), 1, 1, 1, 1)
        return Diagnostic(Severity.WARNING, "unused-template", message, place, hint)

    def _hint(self, error: Exception, file: Path) -> str | None:
        if isinstance(error, TemplateNotFound):
            return did_you_mean(str(error.name), self._loader.list_templates(), cutoff=0.75)
        if isinstance(error, UndefinedError) and (name := re.search(_UNDEFINED, str(error))):
            is_part = "attribute" in str(error)
            known = {key: key if is_part else f"project.{key}" for key in self._about}
            known |= {} if is_part else {key: key for key in self._environment.globals}
            near = difflib.get_close_matches(name[1], known, n=1)
            return f"did you mean `{known[near[0]]}`?" if near else None
        return _general_hint(error) or (SCRIPT_HINT if isinstance(error, TemplateError) and _has_script(file) else None)


def _general_hint(error: Exception) -> str | None:
    if isinstance(error.__cause__, Problem):
        return error.__cause__.finding.hint
    if isinstance(error, UnicodeDecodeError):
        return "save it as UTF-8"
    if isinstance(error, RecursionError):
        return EXTEND_HINT
    if isinstance(error, TooMuch):
        return "write what a card is to show; a loop over the notes has no place in a template"
    if unknown := re.match(_UNKNOWN_TAG, str(error)):
        return did_you_mean(unknown[1], _TAGS) or f"known here: {', '.join(f'`{tag}`' for tag in _TAGS)}"
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # In a folder that may not be read; that is told of the folder.
        return False


def _has_script(file: Path) -> bool:
    try:
        return b"<script" in file.read_bytes()
    except OSError:
        return False


def _position(error: Exception) -> tuple[str | None, int, int]:
    """Return the template file, line and column that an error came from, as far as it came from one."""
    if isinstance(error, TemplateSyntaxError):
        return error.filename, error.lineno, 1
    if isinstance(error, UnicodeDecodeError):
        before = error.object[: error.start]
        return None, before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1
    found: tuple[str | None, int, int] = (None, 1, 1)
    step: TracebackType | None = error.__traceback__
    while step is not None:
        # Jinja marks the frames that it rewrites to point into a template.
        if "__jinja_exception__" in step.tb_frame.f_globals:
            found = (step.tb_frame.f_code.co_filename, step.tb_lineno, 1)
        step = step.tb_next
    return found


def _message(error: Exception) -> str:
    if isinstance(error, TemplateNotFound):
        return f"no template `{error.name}`"
    if isinstance(error, RecursionError):
        return "the template takes itself in without end"
    if isinstance(error, OSError):
        return f"cannot read the template: {cause_of(error)}"
    if isinstance(error, UnicodeDecodeError):
        return f"the template is not UTF-8 (byte {error.start + 1})"
    text = str(error.message if isinstance(error, TemplateSyntaxError) else error).strip().rstrip(".")
    text = text.replace("'dict object' has no attribute", "nothing here is called")
    text = re.sub(r"'([^']*)'", r"`\1`", text)
    if not isinstance(error, TemplateError):
        text = f"{type(error).__name__}: {text}"
    return text[:1].lower() + text[1:]
