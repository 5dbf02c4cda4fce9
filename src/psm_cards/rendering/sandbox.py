"""The Jinja environment that templates run in: no way out of it, and no way to fill the memory or run without end.

Jinja's own sandbox keeps templates from Python; the limits on loops, lengths and output are ours. Used by `templates`.
"""

import re
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from functools import wraps
from itertools import islice
from typing import Any, Final, cast

from jinja2 import Template, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.runtime import Context, new_context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from psm_cards.model import Source
from psm_cards.rendering import compiled

LARGEST: Final = 1_000_000
"""Characters that a template may make: a hundred times what a card needs."""

MOST_STEPS: Final = 200_000
"""Rounds of all loops and calls of a template together: more than a package has notes, done in half a second."""

MOST_WORK: Final = 20_000_000
"""Characters that all operations of a template may take and give together; an item of a list counts as ten."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""What Anki takes out of a field, or ends the import at (R20), and halves of characters, which no file can hold."""

_LARGEST_NUMBER = 1_000_000
_LARGEST_BITS = 100_000
_LARGEST_PRODUCT = 50_000_000
_LONG_NUMBER = r"[0-9_]{4301}"
_WIDTH = r"[0-9]{6}|\*|:[^{}]*\{"
_WIDENING = frozenset(
    {"batch", "center", "expandtabs", "indent", "ljust", "rjust", "slice", "truncate", "wordwrap", "zfill"}
)
_ITEM = 10
_FORMATS = frozenset({"format", "format_map"})
_MULTIPLYING = frozenset({"join", "replace", *_WIDENING, *_FORMATS})


_SOME = 32
# The fields of our own values, which hold texts and nothing that leads further.
_SHOWN: dict[type, frozenset[str]] = {Source: frozenset(one.name for one in fields(Source))}


def show(kind: type) -> None:
    """Let templates read the fields of one more kind of dataclass without the sandbox's questions."""
    _SHOWN[kind] = frozenset(one.name for one in fields(kind))


@contextmanager
def refusing_depth(source: str, name: str | None, filename: str | None) -> Iterator[None]:
    """Turn what the parsers of Jinja and Python raise for a template that is too much for them into a syntax error."""
    try:
        yield
    except (RecursionError, MemoryError, SyntaxError) as error:
        message = "too many brackets, blocks or terms inside each other"
        raise TemplateSyntaxError(message, 1, name, filename) from error
    except ValueError as error:
        # Python refuses to read a number of more than 4,300 digits: that would take it long.
        number = re.search(_LONG_NUMBER, source)
        line = source.count("\n", 0, number.start()) + 1 if number else 1
        raise TemplateSyntaxError("a number has too many digits", line, name, filename) from error


class TooMuch(TemplateRuntimeError):
    """A template makes, or takes, more than it may."""


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment; `render` is the way in."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (Jinja's options are of many types)
        super().__init__(**options)
        self._globals: dict[Template, dict[str, Any]] = {}
        self._renew()
        filters = cast("dict[str, Callable[..., Any]]", self.filters)
        self.filters |= {name: self._weighing(name, function) for name, function in filters.items()}
        tests = cast("dict[str, Callable[..., Any]]", self.tests)
        self.tests |= {name: self._weighing(name, function) for name, function in tests.items()}
        # Chance would give other bytes from the same sources.
        del self.globals["lipsum"], self.filters["random"]
        self.filters["_counted"] = self._counted
        self.filters["_bounded"] = self._bounded

    def make(self, template: Template, values: dict[str, object]) -> str:
        """Return what a template makes of the values. Raises TooMuch and whatever its expressions raise."""
        self._renew()
        parts: list[str] = []
        size = 0
        stream = self._parts(template, values)
        # A few at a time: measured, a look at each of the hundred thousand parts is a tenth of all rendering.
        while some := list(islice(stream, _SOME)):
            parts += some
            size += sum(map(len, some))
            if size > LARGEST:
                # Raised inside, so that it comes from the line that the template has come to.
                stream.throw(TooMuch(f"the template makes more than {LARGEST:,} characters"))
        made = "".join(parts)
        if control := CONTROL.search(made):
            raise TemplateRuntimeError(f"the template makes {named(control[0])}")
        return made

    def _parts(self, template: Template, values: dict[str, object]) -> Generator[str, None, None]:
        # As `generate`, which walks a chain of mappings for the globals: measured, an eighth of all rendering.
        known = self._globals.get(template)
        if known is None:
            known = self._globals[template] = dict(template.globals)
        context = new_context(self, template.name, template.blocks, values, globals=known)
        try:
            yield from template.root_render_func(context)
        except Exception:  # noqa: BLE001 (Jinja adds the template's line to whatever was raised, and raises it again)
            yield self.handle_exception()

    def getattr(self, obj: object, attribute: str) -> object:
        """Return an attribute as the sandbox allows it, an item of a plain dictionary, or a field of ours."""
        # Measured: the sandbox's checks, 80,000 for the sources of 10,000 notes, are a sixth of all rendering.
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        if attribute in _SHOWN.get(type(obj), ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as in Jinja)
        """Call a function as the sandbox allows it; a text's own only with arguments that keep it short."""
        # A macro that calls itself twice makes more rounds than any loop.
        self._step("the macros and functions of the template are called")
        if isinstance(owner := getattr(obj, "__self__", None), str | list | tuple | dict):
            self._weigh(owner)
            _check_lengths(obj.__name__, (owner, *args, *kwargs.values()))
        return self._bounded(super().call(context, obj, *args, **kwargs))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:  # noqa: ANN401 (as in Jinja)
        """Return the sandboxed `format` of a text, if the value is such a method and gives no huge width."""
        wrapped = super().wrap_str_format(value)
        if wrapped is not None:
            _check_lengths("format", (value.__self__,))
        return wrapped

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 (as in Jinja)
        """Compute `*`, `**`, `%` or `+` unless the result would be huge."""
        if isinstance(left, int) and isinstance(right, int):
            bits = left.bit_length() * abs(right) if operator == "**" else left.bit_length() + right.bit_length()
            _refuse_if(bits > _LARGEST_BITS, "a number gets too large")
        elif operator == "*":
            sizes = [
                one if isinstance(one, int) else len(one)
                for one in (left, right)
                if hasattr(one, "__len__") or isinstance(one, int)
            ]
            _refuse_if(len(sizes) > 1 and sizes[0] * sizes[1] > LARGEST, "a text or list gets too long")
        elif operator == "%" and isinstance(left, str):
            _check_lengths("format", (left, right))
        return self._bounded(super().call_binop(context, operator, left, right))

    def compile(self, source: Any, name: Any = None, filename: Any = None, **options: Any) -> Any:  # type: ignore[override] # noqa: ANN401 (as in Jinja, whose overloads say no more here)
        """Compile a template. Raises TemplateSyntaxError, also for one that is too deep for Python."""
        known = None if options or not name else compiled.python_of(name, source)
        if known is not None:
            return self._compile(known, filename)
        with refusing_depth(str(source), name, filename):
            return super().compile(source, name, filename, **options)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the template's tree with every loop counted, and measured what is put together, searched or cut."""
        tree = super()._parse(source, name, filename)
        for node in list(tree.find_all((nodes.For, nodes.Concat, nodes.Operand, nodes.AssignBlock, nodes.Getitem))):
            if isinstance(node, nodes.For):
                node.iter = _filtered(cast("nodes.Expr", node.iter), "_counted")
            elif isinstance(node, nodes.Concat):
                node.nodes = [_filtered(nodes.Concat(node.nodes, lineno=node.lineno), "_bounded")]
            elif isinstance(node, nodes.Operand):
                node.expr = _filtered(node.expr, "_bounded")
            elif isinstance(node, nodes.AssignBlock):
                node.filter = nodes.Filter(node.filter, "_bounded", [], [], None, None, lineno=node.lineno)
            elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
                node.node = _filtered(node.node, "_bounded")
        tree.set_environment(self)
        return tree

    def _renew(self) -> None:
        self._steps, self._work = MOST_STEPS, MOST_WORK

    def _step(self, what: str) -> None:
        self._steps -= 1
        _refuse_if(self._steps < 0, f"{what} more than {MOST_STEPS:,} times")

    def _counted(self, items: Iterable[object]) -> Iterator[object]:
        for item in items:
            self._step("the loops of the template go round")
            yield item

    def _weigh(self, value: object) -> None:
        """Count a value that an operation takes or gives: sorting a list in each round of a loop takes hours."""
        if isinstance(value, str):
            self._work -= len(value)
        elif isinstance(value, list | tuple | dict | range):
            self._work -= len(value) * _ITEM
        else:
            return
        _refuse_if(self._work < 0, "the template does more than a card can need")

    def _bounded(self, value: Any) -> Any:  # noqa: ANN401 (any value of a template)
        """Return a value that an operation gives, unless it is huge."""
        self._weigh(value)
        _refuse_if(isinstance(value, str | list | tuple) and len(value) > LARGEST, "a text or list gets too long")
        return value

    def _weighing(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter or test that counts what it takes and gives, and refuses to make something huge."""

        @wraps(function)
        def weighing(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (the filter's own types)
            # The first argument may be the environment or the context.
            values = tuple(
                one for one in (*args, *kwargs.values()) if isinstance(one, str | int | list | tuple | range)
            )
            for value in values:
                self._weigh(value)
            _check_lengths(name, values or ("",))
            return self._bounded(function(*args, **kwargs))

        return weighing


def named(character: str) -> str:
    """Return what a message calls a character that no card can hold."""
    kind = "half a character," if character >= "\ud800" else "the control character"
    return f"{kind} U+{ord(character):04X}"


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _refuse_if(is_too_much: bool, message: str) -> None:  # noqa: FBT001 (an assertion in words)
    if is_too_much:
        raise TooMuch(message)


def _check_lengths(name: str, values: tuple[object, ...]) -> None:
    if name in _FORMATS and isinstance(values[0], str):
        _refuse_if(re.search(_WIDTH, values[0]) is not None, "the width of a format is too large, or given elsewhere")
    if name in _WIDENING:
        numbers = (value for value in values if isinstance(value, int))
        _refuse_if(any(number > _LARGEST_NUMBER for number in numbers), "a text or list gets too long")
    if name in _MULTIPLYING:
        product = 1
        for value in values:
            product *= max(len(value), 1) if isinstance(value, str | list | tuple) else 1
        _refuse_if(product > _LARGEST_PRODUCT, "a text or list gets too long")
