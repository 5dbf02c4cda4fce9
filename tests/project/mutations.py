"""Changes to a document as a slip of an author's hand makes them: of its tree, and of its lines."""

import copy
from collections.abc import Callable, Iterator, MutableMapping, MutableSequence
from typing import Any, TypeAlias

from hypothesis import strategies as st

Tree: TypeAlias = Any  # a document as plain mappings, lists and scalars
Path: TypeAlias = tuple[str | int, ...]
Draw: TypeAlias = Callable[[st.SearchStrategy[Any]], Any]

WRONG_VALUES: st.SearchStrategy[Any] = st.sampled_from(
    (
        *(None, True, False, 0, -1, 3.5, 10**30, "", " ", "a", "a b", "A::b", "2026-02-31", "{{c1::x}}", "$x", "<b>"),
        *("![x](no.png)", "https://x.org", "\x1f", "*", "a\nb", "😀", [], {}, [None], [[]], [{}], {"": ""}),
    )
)
SIGNS = st.sampled_from(tuple("\t :-#'\"[]{},&*!|>%@`~?\\$<\x00\x1f\u0085\ufeffé0a"))


def paths(tree: Tree, above: Path = ()) -> Iterator[Path]:
    """Yield the path of every value below the root."""
    steps: Iterator[str | int] = iter(())
    if isinstance(tree, MutableMapping):
        steps = iter(list(tree))
    elif isinstance(tree, MutableSequence):
        steps = iter(range(len(tree)))
    for step in steps:
        yield (*above, step)
        yield from paths(tree[step], (*above, step))


def at(tree: Tree, path: Path) -> Tree:
    """Return the value at a path."""
    for step in path:
        tree = tree[step]
    return tree


def _delete(tree: Tree, path: Path, draw: Draw) -> None:  # noqa: ARG001 (all changes are called alike)
    del at(tree, path[:-1])[path[-1]]


def _double(tree: Tree, path: Path, draw: Draw) -> None:  # noqa: ARG001 (all changes are called alike)
    around, value = at(tree, path[:-1]), copy.deepcopy(at(tree, path))
    if isinstance(around, MutableSequence):
        around.insert(int(path[-1]), value)
    else:
        around[f"{path[-1]}s"] = value


def _swap(tree: Tree, path: Path, draw: Draw) -> None:
    other = draw(st.sampled_from(list(paths(tree))))
    if path[: len(other)] != other and other[: len(path)] != path:
        one, two = at(tree, path), at(tree, other)
        at(tree, path[:-1])[path[-1]] = two
        at(tree, other[:-1])[other[-1]] = one


def _retype(tree: Tree, path: Path, draw: Draw) -> None:
    value = at(tree, path)
    at(tree, path[:-1])[path[-1]] = draw(WRONG_VALUES | st.sampled_from(([value], {"text": value}, str(value))))


@st.composite
def mutated_trees(draw: Draw, tree: Tree) -> Tree:
    """Return the tree with one to three changes: deleted, doubled, swapped or retyped parts."""
    tree = copy.deepcopy(tree)
    for _ in range(draw(st.integers(1, 3))):
        change = draw(st.sampled_from((_delete, _double, _swap, _retype)))
        change(tree, draw(st.sampled_from(list(paths(tree)))), draw)
    return tree


def _changed(line: str, draw: Draw) -> list[str]:
    """Return what takes a line's place."""
    here = draw(st.integers(0, len(line)))
    sign = draw(SIGNS)
    replacements: tuple[list[str], ...] = (
        [],
        [line, line],
        [f" {line}"],
        [line.removeprefix(" ")],
        [line[:here] + line[here + 1 :]],
        [line[:here] + sign + line[here:]],
        [line[:here], line[here:]],
    )
    return draw(st.sampled_from(replacements))  # type: ignore[no-any-return]  # one of the lists above


@st.composite
def mutated_lines(draw: Draw, text: str) -> str:
    """Return the text with one to three lines deleted, doubled, swapped, moved, broken or with another sign in them."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 3))):
        number, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        if draw(st.integers(0, 4)):
            lines[number : number + 1] = _changed(lines[number], draw)
        else:
            lines[number], lines[other] = lines[other], lines[number]
    return "\n".join(lines)
