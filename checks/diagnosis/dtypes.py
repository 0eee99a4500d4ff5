"""What to say of a tensor of another dtype, or on another device."""

from __future__ import annotations

import re

from checks.data import Tensor
from checks.difference import Difference, Scene

__all__ = ["PAIRS", "wrong_device", "wrong_dtype"]

PAIRS = ("max", "min", "median", "mode", "sort", "topk", "kthvalue", "cummax", "cummin")
"""What gives values and indices, with a dimension."""

_PAIR = re.compile(rf"\b({'|'.join(PAIRS)})\(")


def wrong_dtype(actual: Tensor, expected: Tensor, scene: Scene, path: str) -> Difference:
    """The difference between two tensors of different dtypes."""
    message = f"`{scene.subject}{path}` has dtype {actual.dtype}, but {expected.dtype} is expected."
    shown = f"torch.{actual.dtype}", f"torch.{expected.dtype}"
    if scene.relax.values:
        shown = scene.show(actual, expected)
    return Difference(
        code="wrong-dtype",
        message=f"{message} {_cause(actual.dtype, expected.dtype, scene.source)}".strip(),
        expected=shown[1],
        actual=shown[0],
        details={
            "path": path,
            "expected_dtype": expected.dtype,
            "actual_dtype": actual.dtype,
        },
        subject=scene.subject + path,
    )


def _cause(actual: str, expected: str, source: str) -> str:  # noqa: PLR0911  # one rule after the other
    floats = ("float16", "bfloat16", "float32", "float64")
    integers = ("uint8", "int8", "int16", "int32", "int64")
    if actual in integers and expected in floats:
        pair = _PAIR.search(source) if actual == "int64" else None
        if pair is not None:
            return f"`{pair[1]}` with a dimension gives values and indices: are these the indices?"
        if expected == "float32":
            return "Whole numbers like `[1, 2]` give integers: write `[1., 2.]` or give a `dtype`."
        return f"Whole numbers give integers: say `dtype=torch.{expected}`."
    if actual == "float64" and expected == "float32":
        return "NumPy arrays and `.double()` give float64; `.float()` gives float32."
    if actual in floats and expected in integers:
        if actual == "float32" and expected == "int64":
            return (
                "A float anywhere makes all of it float, and `torch.Tensor(...)`, `zeros`, `ones` "
                "and `/` always give floats. `.long()` or `dtype=torch.int64` gives integers."
            )
        return f"`.to(torch.{expected})` converts it."
    if expected == "bool":
        return "A comparison such as `x > 0` gives booleans; `.bool()` converts."
    if actual == "bool":
        return f"A comparison gives booleans; `.to(torch.{expected})` converts them."
    return f"`.to(torch.{expected})` converts it."


def wrong_device(actual: Tensor, expected: Tensor, scene: Scene, path: str) -> Difference:
    """The difference between two tensors on different devices."""
    hint = "`.to(...)` returns a new tensor: keep what it returns."
    if actual.device.startswith("meta"):
        hint = "A tensor on the meta device has a shape and a dtype, but no data."
    return Difference(
        code="wrong-device",
        message=f"`{scene.subject}{path}` lies on {actual.device}, "
        f"but {expected.device} is expected. {hint}",
        expected=expected.device,
        actual=actual.device,
        details={"path": path},
        subject=scene.subject + path,
    )
