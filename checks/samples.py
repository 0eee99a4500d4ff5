"""Drawing again and again from an expression, in a world."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import torch

from checks.snapshot import is_tensor
from checks.world import World

__all__ = ["CALLS", "WANTED", "Drawn", "draw_samples"]

WANTED = 20_480
"""Numbers in one sample: enough to tell a uniform from a normal one of the same spread."""

CALLS = 128
"""Calls at least, to see how much the numbers of one call depend on each other."""

_MOST_CALLS = 6_000
_PROCESSOR_SECONDS = 1.0
_SECONDS = 4.0
_T = torch.Tensor
_detach, _to, _flatten, _numel = _T.detach, _T.to, _T.flatten, _T.numel
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype = _base.dtype.__get__
_no_hooks = torch._C.DisableTorchFunction  # no public way to look past subclasses  # noqa: SLF001  # no public way to it


class Drawn(msgspec.Struct, frozen=True):
    """What was drawn.

    Attributes:
        first: what the first call gave, as it is.
        numbers: float64, one row per call, with as many numbers each.
    """

    first: Any
    numbers: torch.Tensor | None


def draw_samples(world: World, expression: str, *, once: bool) -> Drawn:
    """Evaluate the expression until there are enough numbers, or time is up.

    Of a call that gives many, some are taken: as far apart as possible, others each time.

    Raises:
        BaseException: whatever the expression raises.
    """
    evaluate = world.prepared(expression)
    first = evaluate()
    cells = _cells(first)
    if cells is None or not _numel(cells):
        return Drawn(first, None)
    calls = 1 if once else min(max(CALLS, -(-WANTED // _numel(cells))), _MOST_CALLS)
    taken = min(_numel(cells), -(-WANTED // calls))
    rows = [_some(cells, taken, 0)]
    started = time.monotonic(), time.process_time()
    while len(rows) < calls:
        if time.process_time() - started[1] > _PROCESSOR_SECONDS:
            break
        if time.monotonic() - started[0] > _SECONDS:
            break
        more = _cells(evaluate())
        if more is None or not _numel(more):
            return Drawn(first, None)
        rows.append(_some(more, taken, len(rows)))
    with _no_hooks():
        return Drawn(first, torch.stack(rows))


def _cells(thing: Any) -> torch.Tensor | None:
    """The numbers in a draw, in order, as float64; None where there are others."""
    with _no_hooks():
        if is_tensor(thing):
            if _dtype(thing).is_complex:
                return None
            return _flatten(_to(_detach(thing), device="cpu", dtype=torch.float64))
        if type(thing) in (bool, int, float):
            return torch.tensor([float(thing)], dtype=torch.float64)
        if type(thing) in (list, tuple) and 0 < len(thing) <= 1_000_000:
            parts = [_cells(item) for item in thing]
            if all(part is not None for part in parts):
                return torch.cat([part for part in parts if part is not None])
    return None


def _some(cells: torch.Tensor, wanted: int, turn: int) -> torch.Tensor:
    with _no_hooks():
        total = _numel(cells)
        if total == wanted:
            return cells
        places = torch.arange(wanted) * total // wanted + turn
        return cells[places.sort().values % total] if total < wanted else cells[places % total]
