"""What to say of a tensor of another shape."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations, permutations
from typing import TypeAlias

from checks.axes import axis_words
from checks.data import Tensor
from checks.diagnosis.reduced import reduced_elsewhere
from checks.difference import Difference, Scene
from checks.show import count, shape_of

__all__ = ["wrong_shape"]

_Shape: TypeAlias = tuple[int, ...]
_Names: TypeAlias = tuple[str, ...]


def wrong_shape(actual: Tensor, expected: Tensor, scene: Scene, path: str) -> Difference:
    """The difference between two tensors of different shapes."""
    names = scene.axes.get(path, ())
    code, says, details = _cause(actual.shape, expected.shape, names)
    elsewhere = reduced_elsewhere(actual.shape, expected.shape, scene.inputs)
    if elsewhere is not None:
        code, (says, details) = "wrong-axis", elsewhere
    subject = f"`{scene.subject}{path}`"
    wanted = shape_of(expected.shape)
    if any(names):
        wanted += f", which is {_in_names(names, expected.shape)},"
        details = {**details, "names": list(names)}
    message = f"{subject} has shape {shape_of(actual.shape)}, but {wanted} is expected"
    shown = f"shape {shape_of(actual.shape)}", f"shape {shape_of(expected.shape)}"
    if scene.relax.values:
        shown = scene.show(actual, expected)
    return Difference(
        code=code,
        message=f"{message}: {says}",
        expected=shown[1],
        actual=shown[0],
        details={
            "path": path,
            "expected_shape": list(expected.shape),
            "actual_shape": list(actual.shape),
            **details,
        },
        subject=scene.subject + path,
    )


def _cause(actual: _Shape, expected: _Shape, names: _Names) -> tuple[str, str, dict[str, object]]:  # noqa: PLR0911  # one rule after the other
    same = math.prod(actual) == math.prod(expected)
    numbers = count(math.prod(actual), "number")
    if len(actual) < len(expected):
        return _fewer(actual, expected, names, numbers, same=same)
    if len(actual) > len(expected):
        return _more(actual, expected, numbers, same=same)
    if sorted(actual) == sorted(expected):
        return _moved(actual, expected, names)
    if _stretched(actual, expected):
        return "broadcast", _STRETCHED, {}
    if same:
        return "wrong-shape", f"the same {numbers}, cut into other sizes.", {}
    axes = [i for i, (a, e) in enumerate(zip(actual, expected, strict=True)) if a != e]
    if len(axes) == 1:
        axis = axes[0]
        a, e = actual[axis], expected[axis]
        # In a table a size of 1 is rather one that was not stretched than one too few.
        likely = a > 1 or len(actual) == 1
        by_one = " It is off by one." if abs(a - e) == 1 and likely else ""
        return (
            "wrong-shape",
            f"{axis_words(names, axis)} has size {a} instead of {e}.{by_one}",
            {"axis": axis},
        )
    sizes = [f"{axis_words(names, i)} has size {actual[i]} instead of {expected[i]}" for i in axes]
    return "wrong-shape", f"{_listed(sizes)}.", {"axes": axes}


_STRETCHED = (
    "two shapes were stretched against each other. Something of shape (n,) met something of "
    "shape (n, 1), and every element met every other. Give both the same shape first: "
    "`keepdim=True` keeps a dimension that is reduced."
)


def _fewer(
    actual: _Shape, expected: _Shape, names: _Names, numbers: str, *, same: bool
) -> tuple[str, str, dict[str, object]]:
    missing = len(expected) - len(actual)
    axes = _removed(expected, actual)
    if axes is not None and all(expected[i] == 1 for i in axes):
        many = "a dimension of size 1 is" if missing == 1 else f"{missing} dimensions of size 1 are"
        where = f"at position {_listed(axes)}"
        if any(names):
            where = _listed([axis_words(names, i) for i in axes])
        help_ = "`keepdim=True` keeps a reduced one, `unsqueeze` puts one in, and `squeeze()` "
        help_ += "without a dimension takes away every one."
        says = f"the same {numbers}, but {many} missing ({where}). {help_}"
        return "missing-dimension", says, {"axis": axes[0], "axes": axes}
    if same and len(actual) == 1:
        return "flattened", f"the same {numbers}, laid out in one row.", {}
    if axes is not None:
        named = ", ".join(axis_words(names, i, expected[i]) for i in axes)
        says = f"{named} is gone. Was it reduced, or indexed with a number?"
        return "missing-dimension", says, {"axis": axes[0], "axes": axes}
    if same:
        says = f"the same {numbers}, in {count(missing, 'dimension')} fewer."
        return "missing-dimension", says, {}
    return "missing-dimension", f"{count(missing, 'dimension')} fewer than expected.", {}


def _more(
    actual: _Shape, expected: _Shape, numbers: str, *, same: bool
) -> tuple[str, str, dict[str, object]]:
    extra = len(actual) - len(expected)
    axes = _removed(actual, expected)
    if axes is not None and all(actual[i] == 1 for i in axes):
        many = "a dimension of size 1" if extra == 1 else f"{extra} dimensions of size 1"
        says = f"the same {numbers}, with {many} too many (at position {_listed(axes)})."
        return "extra-dimension", says, {"axis": axes[0], "axes": axes}
    if _stretched(actual, expected):
        return "broadcast", _STRETCHED, {}
    if axes is not None:
        named = ", ".join(f"dimension {i} (size {actual[i]})" for i in axes)
        says = f"{named} is still there. Should it be reduced, or be indexed?"
        return "extra-dimension", says, {"axis": axes[0], "axes": axes}
    if same:
        says = f"the same {numbers}, in {count(extra, 'dimension')} more."
        return "extra-dimension", says, {}
    return "extra-dimension", f"{count(extra, 'dimension')} too many.", {}


def _moved(actual: _Shape, expected: _Shape, names: _Names) -> tuple[str, str, dict[str, object]]:
    for i, j in combinations(range(len(expected)), 2):
        swapped = list(expected)
        swapped[i], swapped[j] = swapped[j], swapped[i]
        if tuple(swapped) == actual:
            which = f"dimensions {i} and {j}"
            if any(names):
                which = f"{axis_words(names, i)} and {axis_words(names, j)}"
            return "transposed", f"{which} are swapped.", {"axes": [i, j]}
    if len(expected) <= 6:
        for order in permutations(range(len(expected))):
            if tuple(expected[i] for i in order) == actual:
                says = f"the dimensions come in another order, {list(order)} of the expected ones."
                return "transposed", says, {"order": list(order)}
    return "transposed", "the dimensions come in another order.", {}


def _stretched(actual: _Shape, expected: _Shape) -> bool:
    """Whether ``(n,)`` or ``(n, 1)`` became ``(n, n)``."""
    if len(actual) < 2 or actual[-1] != actual[-2] or actual[-1] < 2:
        return False
    n = actual[-1]
    return expected in {
        actual[:-1],
        (*actual[:-2], n, 1),
        (*actual[:-2], 1, n),
    }


def _removed(longer: _Shape, shorter: _Shape) -> list[int] | None:
    """Positions to take out of `longer` to get `shorter`, those of size 1 first; or None."""
    if len(longer) > 8:
        return None
    choices = list(combinations(range(len(longer)), len(longer) - len(shorter)))
    choices.sort(key=lambda axes: sum(longer[i] != 1 for i in axes))
    for axes in choices:
        if tuple(n for i, n in enumerate(longer) if i not in axes) == shorter:
            return list(axes)
    return None


def _listed(things: Sequence[object]) -> str:
    return " and ".join(str(thing) for thing in things)


def _in_names(names: _Names, shape: _Shape) -> str:
    """``[B, T, 3]``."""
    parts = [name or str(size) for name, size in zip(names, shape, strict=True)]
    return f"[{', '.join(parts)}]"
