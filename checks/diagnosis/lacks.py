"""A property that a tensor lacks: where, how far off, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec
import torch

from checks.show import count, number

__all__ = ["Lack", "Look", "Test", "along", "cell", "how_many", "slice_name", "worst"]


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What a property is looked for in.

    Attributes:
        tensor: of a wide dtype, without NaN.
        subject: what the learner calls it.
        dim: along which dimension, from 0; None for the whole tensor.
        rtol: how far off is still right, relative to the numbers that took part.
        atol: the same, absolute.
    """

    tensor: torch.Tensor
    subject: str
    dim: int | None
    rtol: float
    atol: float

    @property
    def tolerance(self) -> float:
        """How far off is still right next to one."""
        return self.rtol + self.atol


class Lack(msgspec.Struct, frozen=True, kw_only=True):
    """The property does not hold.

    Attributes:
        says: a sentence that names the worst place and its value.
        hint: what may be the reason; may be empty.
        bad: which slices, cells or pairs do not have it, for telling two answers apart.
        index: of the worst place.
    """

    says: str
    hint: str = ""
    bad: torch.Tensor
    index: tuple[int, ...] = ()


Test: TypeAlias = Callable[[Look], Lack | None]


def worst(amount: torch.Tensor) -> tuple[int, ...]:
    """The index of the largest number; of the first one if several are as large."""
    flat = amount.flatten().argmax()
    return tuple(int(i) for i in torch.unravel_index(flat, amount.shape))


def cell(subject: str, index: Sequence[int]) -> str:
    """``p[0, 2]``; the subject alone for a scalar."""
    return f"{_bare(subject)}[{', '.join(map(str, index))}]" if index else subject


def slice_name(subject: str, index: Sequence[int], dim: int | None) -> str:
    """``p[2]`` for a row, ``p[:, 3]`` for a column; `index` leaves `dim` out."""
    if dim is None:
        return subject
    parts = [str(i) for i in index]
    parts.insert(dim, ":")
    while parts and parts[-1] == ":":
        parts.pop()
    return f"{_bare(subject)}[{', '.join(parts)}]" if parts else subject


def _bare(subject: str) -> str:
    """The subject, in brackets where an index would belong to its last part only."""
    plain = all(c.isalnum() or c in "_.()[], '\"" for c in subject)
    return subject if plain and subject.count("(") == subject.count(")") else f"({subject})"


def how_many(bad: torch.Tensor, noun: str) -> str:
    """`` 2 of 5 rows do not.`` — nothing where there is only one."""
    wrong, total = int(bad.sum()), bad.numel()
    if total < 2:
        return ""
    if wrong == total:
        return f" None of the {count(total, noun)} does."
    return f" {wrong} of {count(total, noun)} {'does' if wrong == 1 else 'do'} not."


def along(look: Look) -> str:
    """What a slice is called: ``row``, ``column``, ``slice``."""
    if look.dim is None or look.tensor.dim() != 2:
        return "slice"
    return "row" if look.dim == 1 else "column"


def few(numbers: torch.Tensor) -> str:
    """The first few numbers of a slice, in brackets."""
    shown = [number(x) for x in numbers[:8].tolist()]
    return f"[{', '.join(shown)}{', …' if len(numbers) > 8 else ''}]"
