"""The properties that a matrix may have, or every matrix of a batch."""

from __future__ import annotations

from functools import partial

import torch

from checks.diagnosis.lacks import Lack, Look, Test, cell, how_many, worst
from checks.show import number

__all__ = ["MATRIX_TESTS", "SQUARE"]


def _mirrored(look: Look, *, sign: int, wanted: str) -> Lack | None:
    """Each cell against its mirror image."""
    m = look.tensor
    off = (m - sign * m.mT).abs()
    bad = off > look.atol + look.rtol * m.abs()
    if not bool(bad.any()):
        return None
    index = worst(torch.where(bad, off, -1.0))
    mirror = (*index[:-2], index[-1], index[-2])
    values = [number(m[place].item()) for place in (index, mirror)]
    if index == mirror:
        says = f"`{cell(look.subject, index)}` is {values[0]}, but the diagonal should be 0."
    else:
        says = (
            f"`{cell(look.subject, index)}` is {values[0]} and `{cell(look.subject, mirror)}` "
            f"is {values[1]}: {wanted}."
        )
    return Lack(says=says, bad=bad, index=index)


def _zero_outside(look: Look, *, keep: str) -> Lack | None:
    """Cells that should be 0."""
    m = look.tensor
    ones = torch.ones(m.shape[-2:], dtype=torch.bool)
    inside = {
        "the diagonal": torch.eye(*m.shape[-2:], dtype=torch.bool),
        "the lower triangle": ones.tril(),
        "the upper triangle": ones.triu(),
    }[keep]
    off = torch.where(inside, 0.0, m.abs().to(torch.float64))
    bad = off > look.tolerance
    if not bool(bad.any()):
        return None
    index = worst(off)
    value = number(m[index].item())
    says = f"`{cell(look.subject, index)}` is {value}, but outside of {keep} all should be 0."
    hint = ""
    flipped = torch.where(inside.mT if m.shape[-1] == m.shape[-2] else inside, 0.0, m.abs())
    if keep != "the diagonal" and not bool((flipped > look.tolerance).any()):
        hint = "It is the other triangle that is filled."
    return Lack(says=says + how_many(bad & (off > 0), "value"), hint=hint, bad=bad, index=index)


def _orthonormal(look: Look, *, of: str) -> Lack | None:
    """Rows or columns of length one at right angles."""
    m = look.tensor if of == "column" else look.tensor.mT
    found = m.mT.conj() @ m
    off = (found - torch.eye(m.shape[-1], dtype=m.dtype)).abs()
    bad = off > look.tolerance * max(1.0, m.shape[-2] ** 0.5)
    if not bool(bad.any()):
        return None
    index = worst(off)
    i, j = index[-2:]
    value = found[index].item()
    which = f" of `{cell(look.subject, index[:-2])}`"
    if i == j:
        length = number(abs(value) ** 0.5)
        says = f"The {of} {i}{which} has the length {length}, not 1."
    else:
        says = f"The {of}s {i} and {j}{which} have the dot product {number(value)}, not 0."
    hint = ""
    square = m.shape[-1] == m.shape[-2]
    if not square:
        other = m @ m.mT.conj() - torch.eye(m.shape[-2], dtype=m.dtype)
        if bool((other.abs() <= look.tolerance * max(1.0, m.shape[-1] ** 0.5)).all()):
            hint = f"Its {'rows' if of == 'column' else 'columns'} are orthonormal."
    return Lack(says=says, hint=hint, bad=bad, index=index)


def _permutation_matrix(look: Look) -> Lack | None:
    m = look.tensor
    for dim, noun in ((-1, "row"), (-2, "column")):
        ones = (m == 1).sum(dim=dim)
        bad = (ones != 1) | ((m != 0) & (m != 1)).any(dim=dim)
        if bool(bad.any()):
            index = worst(bad.to(torch.uint8))
            says = (
                f"The {noun} {index[-1]} of `{cell(look.subject, index[:-1])}` should hold "
                f"a single 1 and otherwise 0.{how_many(bad, noun)}"
            )
            return Lack(says=says, bad=bad, index=index)
    return None


def _positive_definite(look: Look) -> Lack | None:
    skewed = _mirrored(look, sign=1, wanted="a positive definite matrix is symmetric")
    if skewed is not None:
        return skewed
    least = torch.linalg.eigvalsh(look.tensor.to(torch.float64))[..., 0]
    bad = least <= 0
    if not bool(bad.any()):
        return None
    index = worst(-least)
    name = cell(look.subject, index)
    says = f"The smallest eigenvalue of `{name}` is {number(least[index].item())}, not above 0."
    return Lack(says=says, bad=bad, index=index)


def _invertible(look: Look) -> Lack | None:
    n = look.tensor.shape[-1]
    m = look.tensor if look.tensor.is_complex() else look.tensor.to(torch.float64)
    ranks = torch.linalg.matrix_rank(m, rtol=max(look.tolerance, 1e-12))
    bad = ranks < n
    if not bool(bad.any()):
        return None
    index = worst(bad.to(torch.uint8))
    says = f"`{cell(look.subject, index)}` has the rank {int(ranks[index])}, not {n}."
    return Lack(says=says, bad=bad, index=index)


MATRIX_TESTS: dict[str, Test] = {
    "symmetric": partial(_mirrored, sign=1, wanted="they should be equal"),
    "antisymmetric": partial(_mirrored, sign=-1, wanted="one should be minus the other"),
    "diagonal": partial(_zero_outside, keep="the diagonal"),
    "lower-triangular": partial(_zero_outside, keep="the lower triangle"),
    "upper-triangular": partial(_zero_outside, keep="the upper triangle"),
    "orthogonal": partial(_orthonormal, of="column"),
    "orthonormal-columns": partial(_orthonormal, of="column"),
    "orthonormal-rows": partial(_orthonormal, of="row"),
    "permutation-matrix": _permutation_matrix,
    "positive-definite": _positive_definite,
    "invertible": _invertible,
}
"""Properties of the last two dimensions."""

SQUARE = frozenset(
    {
        "symmetric",
        "antisymmetric",
        "orthogonal",
        "permutation-matrix",
        "positive-definite",
        "invertible",
    }
)
"""Those that only a square matrix has."""
