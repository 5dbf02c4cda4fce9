"""The Jinja environment that templates run in: no way out of it, and no way to fill the memory or run without end.

Jinja's own sandbox keeps templates from Python; the limits on loops, lengths and output are ours. Used by `templates`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any, Final, cast

from jinja2 import Template, TemplateRuntimeError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST: Final = 1_000_000
"""Characters that a template may make: a hundred times what a card needs."""

MOST_STEPS: Final = 200_000
"""Rounds of all loops of a template together: more than a package has notes, and done in a fraction of a second."""

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What Anki takes out of a field, or ends the import at (R20)."""

_LARGEST_NUMBER = 1_000_000
_LARGEST_BITS = 100_000
_LARGEST_PRODUCT = 50_000_000
_WIDTH = re.compile(r"[0-9]{6}|\*|:[^{}]*\{")
_WIDENING = frozenset(
    {"batch", "center", "expandtabs", "indent", "ljust", "rjust", "slice", "truncate", "wordwrap", "zfill"}
)
_FORMATS = frozenset({"format", "format_map"})
_MULTIPLYING = frozenset({"join", "replace", *_WIDENING, *_FORMATS})


class TooMuch(TemplateRuntimeError):
    """A template makes, or takes, more than it may."""


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment; `render` is the way in."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (Jinja's options are of many types)
        super().__init__(**options)
        self._steps = MOST_STEPS
        for name in _MULTIPLYING & self.filters.keys():
            self.filters[name] = _limited(name, self.filters[name])
        # Chance would give other bytes from the same sources.
        del self.globals["lipsum"], self.filters["random"]
        self.filters["_counted"] = self._counted
        self.filters["_bounded"] = _bounded

    def make(self, template: Template, values: dict[str, object]) -> str:
        """Return what a template makes of the values. Raises TooMuch and whatever its expressions raise."""
        self._steps = MOST_STEPS
        parts: list[str] = []
        size = 0
        stream = cast("Any", template.generate(values))
        for part in stream:
            parts.append(part)
            size += len(part)
            if size > LARGEST:
                # Raised inside, so that it comes from the line that the template has come to.
                stream.throw(TooMuch(f"the template makes more than {LARGEST:,} characters"))
        made = "".join(parts)
        if control := CONTROL.search(made):
            raise TemplateRuntimeError(f"the template makes the control character U+{ord(control[0]):04X}")
        return made

    def getattr(self, obj: object, attribute: str) -> object:
        """Return an attribute as the sandbox allows it, or the item of a plain dictionary."""
        # Measured: the sandbox's checks, 80,000 for the sources of 10,000 notes, are a sixth of all rendering.
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (as in Jinja)
        """Call a function as the sandbox allows it; a text's own only with arguments that keep it short."""
        if isinstance(owner := getattr(obj, "__self__", None), str):
            _check_lengths(obj.__name__, (owner, *args, *kwargs.values()))
        return super().call(context, obj, *args, **kwargs)

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
        return _bounded(super().call_binop(context, operator, left, right))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return the template's tree with every loop counted and every text that is put together measured."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(nodes.For):
            loop.iter = _filtered(cast("nodes.Expr", loop.iter), "_counted")
        for output in list(tree.find_all(nodes.Concat)):
            output.nodes = [_filtered(nodes.Concat(output.nodes, lineno=output.lineno), "_bounded")]
        tree.set_environment(self)
        return tree

    def _counted(self, items: Iterable[object]) -> Iterator[object]:
        for item in items:
            self._steps -= 1
            _refuse_if(self._steps < 0, f"the loops of the template go round more than {MOST_STEPS:,} times")
            yield item


def _filtered(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _refuse_if(is_too_much: bool, message: str) -> None:  # noqa: FBT001 (an assertion in words)
    if is_too_much:
        raise TooMuch(message)


def _bounded(value: Any) -> Any:  # noqa: ANN401 (any value of a template)
    _refuse_if(isinstance(value, str | list | tuple) and len(value) > LARGEST, "a text or list gets too long")
    return value


def _check_lengths(name: str, values: tuple[object, ...]) -> None:
    if name in _FORMATS and isinstance(values[0], str):
        _refuse_if(_WIDTH.search(values[0]) is not None, "the width of a format is too large, or given elsewhere")
    if name in _WIDENING:
        numbers = (value for value in values if isinstance(value, int))
        _refuse_if(any(number > _LARGEST_NUMBER for number in numbers), "a text or list gets too long")
    if name in _MULTIPLYING:
        product = 1
        for value in values:
            product *= max(len(value), 1) if isinstance(value, str | list | tuple) else 1
        _refuse_if(product > _LARGEST_PRODUCT, "a text or list gets too long")


def _limited(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter that refuses arguments which would make its result huge."""

    @wraps(function)
    def limited(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (the filter's own types)
        # The first argument may be the environment or the context.
        _check_lengths(
            name,
            tuple(value for value in (*args, *kwargs.values()) if isinstance(value, str | int | list | tuple)) or ("",),
        )
        return _bounded(function(*args, **kwargs))

    return limited
