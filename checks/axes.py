"""Names for the axes of a shape: ``[B, T, 3]``. Without torch."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

from checks.data import Array, List, Tensor, Tuple, Value

__all__ = ["Axes", "Axis", "axis_words", "name_axes", "read_axes"]

Axis: TypeAlias = (
    int
    | Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(\.\.\.|[^\W\d]\w*)$",
            extra_json_schema={"patternErrorMessage": "an axis is a number, a name or ..."},
        ),
    ]
)
"""A size that never varies, a name, or ``...``."""

Written: TypeAlias = tuple[Axis | tuple[Axis, ...], ...]
_Path: TypeAlias = str


class Axes(msgspec.Struct, frozen=True, kw_only=True):
    """What the axes of the expected tensors are called.

    Attributes:
        names: for each tensor by its path in the value, a name or an empty text per dimension.
        fault: what is not true of the solution; it continues "the solution's `y` …".
    """

    names: dict[_Path, tuple[str, ...]] = {}
    fault: str = ""


def read_axes(written: Written | None) -> dict[_Path, tuple[Axis, ...]]:
    """The axes of each tensor, by its path in the value.

    Raises:
        ValueError: what is written names no axes.
    """
    if written is None:
        return {}
    if any(isinstance(item, tuple) for item in written):
        lists = {f"[{i}]": item for i, item in enumerate(written) if isinstance(item, tuple)}
        if len(lists) != len(written):
            raise ValueError("`is` is one list of axes, or a list of such lists, not both in one")
    else:
        lists = {"": tuple(item for item in written if not isinstance(item, tuple))}
    for axes in lists.values():
        for place, axis in enumerate(axes):
            _check(axis, place)
    return lists


def _check(axis: Axis, place: int) -> None:
    if axis == "...":
        if place:
            raise ValueError("in `is`, `...` stands at the front")
    elif isinstance(axis, int):
        if axis < 0:
            raise ValueError(f"in `is`, the size {axis} is negative")
    elif not axis.isidentifier():
        raise ValueError(f"in `is`, {axis!r} is no name, no size and not `...`")


def name_axes(wanted: dict[_Path, tuple[Axis, ...]], expected: Value) -> Axes:
    """The names for the axes of what the solution gave, or what is not true of it."""
    names: dict[_Path, tuple[str, ...]] = {}
    bound: dict[str, tuple[int, str]] = {}
    for path, axes in wanted.items():
        tensor = _at(expected, path)
        if tensor is None:
            return Axes(fault=f"has no tensor at `{path}`" if path else "is no tensor")
        fault = _bind(axes, tensor.shape, path, bound)
        if fault:
            return Axes(fault=fault)
        names[path] = _names(axes, len(tensor.shape))
    return Axes(names=names)


def _at(value: Value, path: _Path) -> Tensor | None:
    if path and isinstance(value, List | Tuple):
        place = int(path[1:-1])
        value = value.items[place] if place < len(value.items) else value
    elif path:
        return None
    if isinstance(value, Array):
        return value.tensor
    return value if isinstance(value, Tensor) else None


def _bind(
    axes: tuple[Axis, ...], shape: tuple[int, ...], path: _Path, bound: dict[str, tuple[int, str]]
) -> str:
    """Bind the names to the sizes; what does not fit, or an empty text."""
    named = axes[1:] if axes[:1] == ("...",) else axes
    fits = len(shape) >= len(named) if named is not axes else len(shape) == len(named)
    written = f"[{', '.join(map(str, axes))}]"
    if not fits:
        return f"has shape {shape}, which is no {written}"
    for axis, size in zip(named, shape[len(shape) - len(named) :], strict=True):
        if isinstance(axis, int):
            if axis != size:
                return f"has shape {shape}, which is no {written}: {size} is not {axis}"
            continue
        before = bound.setdefault(axis, (size, path))
        if before[0] != size:
            return f"has shape {shape}: {axis} is {size} there and {before[0]} elsewhere"
    return ""


def _names(axes: tuple[Axis, ...], dims: int) -> tuple[str, ...]:
    named = axes[1:] if axes[:1] == ("...",) else axes
    texts = tuple("" if isinstance(axis, int) else axis for axis in named)
    return ("",) * (dims - len(texts)) + texts


def axis_words(names: tuple[str, ...], axis: int, size: int | None = None) -> str:
    """``the axis T (dimension 1)``, or ``dimension 1`` where it has no name; with its size."""
    name = names[axis] if axis < len(names) else ""
    notes = [f"dimension {axis}"] if name else []
    notes += [] if size is None else [f"size {size}"]
    return (f"the axis {name}" if name else f"dimension {axis}") + (
        f" ({', '.join(notes)})" if notes else ""
    )
