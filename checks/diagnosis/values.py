"""What to say of values that differ: how many, where the worst is, and why."""

from __future__ import annotations

from typing import Any

import msgspec
import torch

from checks.data import Tensor, Value
from checks.diagnosis.cells import diff_of
from checks.diagnosis.transforms import explain
from checks.difference import Cause, Difference, Scene
from checks.show import count, number_pair
from checks.tolerance import wide

__all__ = ["caused", "named", "wrong_scalar", "wrong_values"]


def wrong_values(
    pair: tuple[Tensor, Tensor],
    live: tuple[torch.Tensor, torch.Tensor],
    equal: torch.Tensor,
    scene: Scene,
    path: str,
) -> Difference:
    """The difference between two tensors of one shape, of which some cells differ."""
    actual, expected = live
    subject = f"`{scene.subject}{path}`"
    bad = ~equal
    worst = _worst(actual, expected, bad)
    index = _index(worst, bad.shape)
    got, want = (_cell(t, worst) for t in live)
    texts = number_pair(got, want)
    details: dict[str, Any] = {
        "path": path,
        "count": int(bad.sum()),
        "total": bad.numel(),
        "index": index,
    }
    shown = scene.show(*pair)
    if bad.dim() and scene.texts:
        details["diff"] = diff_of(actual, expected, bad, index)
    common: dict[str, Any] = {
        "expected": shown[1],
        "actual": shown[0],
        "details": details,
        "subject": scene.subject + path,
    }
    if lost := _not_finite(actual, expected, index, texts):
        return Difference(code="not-finite", message=f"{subject} {lost}", **common)
    if bad.dim() == 0:
        message = f"{subject} is {texts[0]}, but {texts[1]} is expected."
    else:
        message = (
            f"{subject} has the right shape, but {_how_many(bad)}. "
            f"The worst is at {index}: {texts[0]}, where {texts[1]} is expected."
        )
    causes = explain(actual, expected, scene) if scene.causes else ()
    plain = Difference(code="wrong-values", message=message, causes=causes, **common)
    return caused(plain)


def wrong_scalar(
    pair: tuple[Value, Value], numbers: tuple[complex, complex], scene: Scene, path: str
) -> Difference:
    """The difference between two Python numbers."""
    texts = number_pair(*numbers)
    live = [_live(x) for x in numbers]
    shown = scene.show(*pair)
    plain = Difference(
        code="wrong-values",
        message=f"`{scene.subject}{path}` is {texts[0]}, but {texts[1]} is expected.",
        expected=shown[1],
        actual=shown[0],
        details={"path": path, "count": 1, "total": 1, "index": []},
        causes=explain(live[0], live[1], scene) if scene.causes else (),
        subject=scene.subject + path,
    )
    return caused(plain)


def caused(plain: Difference) -> Difference:
    """`plain` named by its likeliest cause, if there is enough evidence for one."""
    cause = next((c for c in plain.causes if c.evidence >= c.needs), None)
    if cause is not None:
        return named(plain, cause)
    return plain


def named(plain: Difference, cause: Cause) -> Difference:
    """`plain` with its message replaced by the cause's."""
    return msgspec.structs.replace(
        plain,
        code=cause.code,
        message=f"`{plain.subject}` {cause.says}. {cause.hint}".strip(),
        plain=plain.plain or plain.message,
    )


def _live(value: complex) -> torch.Tensor:
    """The number as a tensor of the widest dtype of its kind."""
    if isinstance(value, int | float):
        bounded = max(min(value, 2.0**1000), -(2.0**1000)) if isinstance(value, int) else value
        return torch.tensor(float(bounded), dtype=torch.float64)
    return torch.tensor(value, dtype=torch.complex128)


def _cell(tensor: torch.Tensor, flat: int) -> Any:
    return wide(tensor.reshape(-1)[flat]).item()


def _index(flat: int, shape: torch.Size) -> list[int]:
    """The index of the cell at a place of the flattened tensor."""
    index: list[int] = []
    for size in reversed(shape):
        flat, place = divmod(flat, size)
        index.insert(0, place)
    return index


def _worst(actual: torch.Tensor, expected: torch.Tensor, bad: torch.Tensor) -> int:
    a, e = wide(actual), wide(expected)
    if torch.bool in {a.dtype, e.dtype}:
        return int(bad.flatten().to(torch.uint8).argmax())
    if not (a.is_complex() or e.is_complex()):
        a, e = a.to(torch.float64), e.to(torch.float64)
    apart = (a - e).abs().nan_to_num(nan=torch.inf)
    return int(torch.where(bad, apart, -1.0).flatten().argmax())


def _not_finite(
    actual: torch.Tensor, expected: torch.Tensor, index: list[int], texts: tuple[str, str]
) -> str:
    if not (actual.dtype.is_floating_point or actual.dtype.is_complex):
        return ""
    a, e = wide(actual), wide(expected)
    lost = ~torch.isfinite(a) & torch.isfinite(e)
    if not bool(lost.any()):
        return ""
    where = f"at {index}, " if index else ""
    what = "nan" if bool(torch.isnan(a[lost]).any()) else "inf"
    why = (
        "0/0, inf - inf, 0 * inf, or the log or root of a negative number give it."
        if what == "nan"
        else "A division by zero, the log of zero, or an `exp` of a large number give it."
    )
    many = f" ({count(int(lost.sum()), 'cell')} of {lost.numel()})" if lost.dim() else ""
    return f"is {texts[0]} {where}where {texts[1]} is expected{many}. {why}"


def _how_many(bad: torch.Tensor) -> str:
    wrong, total = int(bad.sum()), bad.numel()
    if wrong == total:
        return "every value differs" if total > 1 else "its value differs"
    verb = "differs" if wrong == 1 else "differ"
    return f"{wrong} of {count(total, 'value')} {verb}{_where(bad)}"


def _where(bad: torch.Tensor) -> str:
    """``, all of them in row 0``, where they lie together."""
    if bad.dim() < 2 or int(bad.sum()) < 2:
        return ""
    if bad.dim() == 2 and bad.shape[0] == bad.shape[1]:
        diagonal = torch.eye(bad.shape[0], dtype=torch.bool)
        if torch.equal(bad, diagonal):
            return ", all of them on the diagonal"
    for axis in range(bad.dim()):
        others = [i for i in range(bad.dim()) if i != axis]
        hit = bad.amax(dim=others).nonzero().flatten().tolist()
        if len(hit) == 1 and bad.shape[axis] > 1:
            names = ("row", "column") if bad.dim() == 2 else ()
            name = names[axis] if names else f"dimension {axis} at index"
            return f", all of them in {name} {hit[0]}"
    return ""
