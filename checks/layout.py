"""The checks `contiguous` and `strides`."""

from __future__ import annotations

import math
from typing import ClassVar

from checks.comparing import compare_values
from checks.data import Array, Observed, Tensor, Value
from checks.difference import Difference, Scene
from checks.show import shape_of
from checks.targets import TargetCheck
from checks.tolerance import Relax

__all__ = ["Contiguous", "Strides"]


class _LayoutCheck(TargetCheck, frozen=True, kw_only=True):
    """A check of how a tensor lies in memory."""

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or lie in memory alike, as far as this check looks."""
        if not super().alike(left, right, reference):
            return False
        if left.value is None or right.value is None:
            return True
        difference = self.differ(left.value, right.value, self.scene(left, right))
        return difference is None or difference.code == "lesson-error"


class Contiguous(_LayoutCheck, frozen=True, kw_only=True):
    """Whether a tensor lies in memory row by row without gaps, as the solution's does.

        - contiguous: y

    Where the solution's `y` is contiguous, the answer's must be; where it is not (a transposed
    view, say), the answer's must not be. Neither shape nor values count.
    """

    name: ClassVar[str] = "contiguous"

    @property
    def relax(self) -> Relax:
        """Only the type of the value counts before the layout."""
        return Relax(shapes=False, dtypes=False, devices=False, values=False)

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """The difference in layout."""
        pair = _pair(actual, expected, scene)
        if not isinstance(pair, tuple):
            return pair
        found, wanted = pair
        if _is_contiguous(found) == _is_contiguous(wanted):
            return None
        strides = shape_of(found.stride)
        if _is_contiguous(wanted):
            code = "not-contiguous"
            rows = shape_of(_row_by_row(found.shape))
            message = (
                f"`{scene.subject}` is not contiguous: its strides are {strides}, and row by row "
                f"they would be {rows}. {_why(found)}"
            )
        else:
            code = "is-contiguous"
            message = (
                f"`{scene.subject}` is contiguous (strides {strides}), but a view of other "
                "memory, which is not, is expected. Was it copied?"
            )
        return Difference(
            code=code,
            message=message,
            expected="contiguous" if _is_contiguous(wanted) else "not contiguous",
            actual=f"strides {strides} at shape {shape_of(found.shape)}",
            details={"strides": list(found.stride), "shape": list(found.shape)},
            subject=scene.subject,
        )


class Strides(_LayoutCheck, frozen=True, kw_only=True):
    """The strides of a tensor: how far apart its neighbours lie in memory, along each dimension.

        - strides: y

    The expected strides are those of the solution's `y`. The shape must agree, too; the strides
    of dimensions that hold a single element do not count.
    """

    name: ClassVar[str] = "strides"

    @property
    def relax(self) -> Relax:
        """The shape counts before the strides."""
        return Relax(dtypes=False, devices=False, values=False)

    def differ(self, actual: Value, expected: Value, scene: Scene) -> Difference | None:
        """The first dimension with another stride."""
        pair = _pair(actual, expected, scene)
        if not isinstance(pair, tuple):
            return pair
        found, wanted = pair
        axes = [
            axis
            for axis, size in enumerate(wanted.shape)
            if size > 1 and found.stride[axis] != wanted.stride[axis]
        ]
        if not axes or not math.prod(wanted.shape):
            return None
        texts = shape_of(found.stride), shape_of(wanted.stride)
        return Difference(
            code="wrong-strides",
            message=f"`{scene.subject}` has the strides {texts[0]}, but {texts[1]} are expected. "
            f"{_how(found, wanted, axes[0])}",
            expected=f"strides {texts[1]}",
            actual=f"strides {texts[0]}",
            details={
                "expected_strides": list(wanted.stride),
                "actual_strides": list(found.stride),
                "axis": axes[0],
            },
            subject=scene.subject,
        )


def _pair(
    actual: Value, expected: Value, scene: Scene
) -> tuple[Tensor, Tensor] | Difference | None:
    """Both tensors, or why they are not two."""
    left = actual.tensor if isinstance(actual, Array) else actual
    right = expected.tensor if isinstance(expected, Array) else expected
    if not isinstance(right, Tensor):
        message = f"the solution's `{scene.subject}` is no tensor"
        return Difference(code="lesson-error", message=message)
    different = compare_values(actual, expected, scene)
    if different is not None or not isinstance(left, Tensor):
        return different
    return left, right


def _row_by_row(shape: tuple[int, ...]) -> tuple[int, ...]:
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= max(size, 1)
    return tuple(strides)


def _is_contiguous(tensor: Tensor) -> bool:
    if not math.prod(tensor.shape):
        return True
    wanted = _row_by_row(tensor.shape)
    three = zip(tensor.shape, tensor.stride, wanted, strict=True)
    return all(size == 1 or stride == step for size, stride, step in three)


def _why(tensor: Tensor) -> str:
    """What made it so, as far as the strides say."""
    steps = [s for n, s in zip(tensor.shape, tensor.stride, strict=True) if n > 1]
    if 0 in steps:
        return "A stride of 0 repeats the same memory, as `expand` and broadcasting do."
    if steps != sorted(steps, reverse=True):
        return "Its axes were swapped without moving the numbers, as `.T` and `permute` do."
    return "It skips numbers, as a slice of a larger tensor does."


def _how(found: Tensor, wanted: Tensor, axis: int) -> str:
    if wanted.stride[axis] == 0:
        return f"Dimension {axis} should repeat the same memory, but it was copied."
    if _is_contiguous(found):
        return "It lies row by row. Was it copied?"
    if _is_contiguous(wanted):
        return _why(found)
    return f"Along dimension {axis} neighbours lie {found.stride[axis]} apart."
