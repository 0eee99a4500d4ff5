"""Recognising, by the shapes alone, a reduction over another dimension of an input."""

from __future__ import annotations

from collections.abc import Sequence

from checks.show import shape_of

__all__ = ["reduced_elsewhere"]

_MOST_DIMS = 8


def reduced_elsewhere(
    actual: tuple[int, ...], expected: tuple[int, ...], inputs: Sequence[tuple[int, ...]]
) -> tuple[str, dict[str, object]] | None:
    """What to say, and its details, where one dimension of an input is gone instead of another.

    Args:
        actual: the answer's shape.
        expected: the expected one.
        inputs: the shapes of the tensors that went in.
    """
    for shape in inputs:
        if not 2 <= len(shape) <= _MOST_DIMS:
            continue
        for kept in (False, True):
            gone = [_gone(shape, result, kept=kept) for result in (actual, expected)]
            if gone[0] and gone[1] and not set(gone[0]) & set(gone[1]):
                i, j = gone[0][0], gone[1][0]
                says = (
                    f"of the input's shape {shape_of(shape)}, dimension {i} was reduced where "
                    f"dimension {j} should be. Look at `dim`."
                )
                return says, {"axis": i, "expected_axis": j}
    return None


def _gone(shape: tuple[int, ...], result: tuple[int, ...], *, kept: bool) -> list[int]:
    """The dimensions whose reduction turns `shape` into `result`."""
    one = (1,) if kept else ()
    return [
        axis
        for axis in range(len(shape))
        if shape[:axis] + one + shape[axis + 1 :] == result and shape[axis] != 1
    ]
