"""Named transforms that may turn the expected values into the actual ones.

A cause is named only where it explains every cell. Where few cells were seen, several transforms
may: `needs` says how much evidence each one takes, and who sees more trials adds them up.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import torch

from checks.diagnosis.nearly import before_relu, nearly_biased
from checks.diagnosis.normalised import other_dimension
from checks.diagnosis.rearranged import (
    other_order,
    refilled,
    reversed_along,
    rolled,
    transposed,
)
from checks.difference import Cause, Scene
from checks.tolerance import wide

__all__ = ["explain"]

_MOST = 200_000
_NO_FACTOR = 1e-3
"""So near to one, a factor is rounding, and nobody multiplied by it."""


def explain(actual: torch.Tensor, expected: torch.Tensor, scene: Scene) -> tuple[Cause, ...]:
    """Every named transform that turns all of `expected` into `actual`, likeliest first."""
    if not 0 < expected.numel() <= _MOST:
        return ()
    if scene.among is not None and not scene.among:
        return ()
    if torch.bool in {expected.dtype, actual.dtype}:
        makers = _OF_BOOLS if actual.dtype == expected.dtype else _OF_BOOLS[:1]
        a, e = actual, expected
    else:
        makers = _OF_NUMBERS
        a, e = wide(actual), wide(expected)
        if not (a.is_complex() or e.is_complex()):
            a, e = a.to(torch.float64), e.to(torch.float64)
    loose = _looseness(actual, expected)

    def same(left: torch.Tensor, right: torch.Tensor) -> bool:
        if left.shape != right.shape:
            return False
        if torch.bool in {left.dtype, right.dtype}:
            return left.dtype == right.dtype and torch.equal(left, right)
        if _apart(left, right, loose):
            return False
        return bool(torch.isclose(left, right, rtol=loose, atol=loose, equal_nan=True).all())

    evidence = _evidence(a, e)
    found = [
        cause
        for codes, maker in makers
        if scene.among is None or not scene.among.isdisjoint(codes)
        for cause in maker(a, e, same, scene)
    ]
    return tuple(_with_evidence(cause, evidence) for cause in found)


def _apart(left: torch.Tensor, right: torch.Tensor, loose: float) -> bool:
    """Whether already the last cells differ: most transforms are ruled out by one look."""
    if left.is_complex() or right.is_complex() or not left.numel():
        return False
    last = (-1,) * left.dim()
    a, b = float(left[last]), float(right[last])
    return math.isfinite(a) and math.isfinite(b) and abs(a - b) > 2 * loose * (1 + abs(b))


_Same = Callable[[torch.Tensor, torch.Tensor], bool]
_Maker = Callable[[torch.Tensor, torch.Tensor, _Same, Scene], Iterator[Cause]]


def _looseness(actual: torch.Tensor, expected: torch.Tensor) -> float:
    eps = [torch.finfo(t.dtype).eps for t in (actual, expected) if t.dtype.is_floating_point]
    return max(32 * max(eps, default=0.0), 1e-9)


def _evidence(a: torch.Tensor, e: torch.Tensor) -> int:
    """How many telling cells there are: different values, small whole numbers counting half."""
    if e.dtype == torch.bool or e.is_complex():
        return 2 * int(e.numel())
    cells = torch.unique(e[~torch.isclose(a, e, equal_nan=True)])[:64].tolist()
    return sum(1 if float(x).is_integer() and abs(x) <= 16 else 2 for x in cells)


def _with_evidence(cause: Cause, evidence: int) -> Cause:
    return Cause(
        code=cause.code,
        says=cause.says,
        hint=cause.hint,
        factor=cause.factor,
        needs=cause.needs,
        evidence=evidence,
    )


def _zero(a: torch.Tensor, e: torch.Tensor, same: _Same, _: Scene) -> Iterator[Cause]:
    del same
    if not bool(a.any()) and a.numel() > 1 and bool(e.all()):
        yield Cause(code="all-zero", says="is zero everywhere", hint="Is it ever filled in?")


def _sign(a: torch.Tensor, e: torch.Tensor, same: _Same, _: Scene) -> Iterator[Cause]:
    if same(a, -e):
        hint = "Look for a minus that is missing or one too many, or a difference the wrong way."
        yield Cause(
            code="sign-flipped", says="has the opposite sign everywhere", hint=hint, needs=1
        )


def _negated(a: torch.Tensor, e: torch.Tensor, same: _Same, _: Scene) -> Iterator[Cause]:
    if a.dtype == e.dtype and same(a, ~e):
        says = "is True where False is expected and back"
        if a.numel() == 1:
            says = f"is {bool(a)} where {bool(e)} is expected"
        hint = "Is the comparison the wrong way round?"
        yield Cause(code="negated", says=says, hint=hint)


def _other_dimension(a: torch.Tensor, e: torch.Tensor, same: _Same, _: Scene) -> Iterator[Cause]:
    del same
    yield from other_dimension(a, e)


def _factor(a: torch.Tensor, e: torch.Tensor, same: _Same, scene: Scene) -> Iterator[Cause]:
    if e.is_complex() or a.is_complex() or not bool(torch.isfinite(e).all()):
        return
    at = int(e.abs().argmax())
    base = float(e.flatten()[at])
    if base == 0.0:
        return
    factor = float(a.flatten()[at]) / base
    if not math.isfinite(factor) or abs(factor) < 1e-12 or not same(a, e * factor):
        return
    if abs(factor - 1) < _NO_FACTOR:
        return
    yield from _biased(factor, scene)
    yield from _summed(factor, scene)
    times = f"{factor:.6g} times"
    if factor < 1 and abs(1 / factor - round(1 / factor)) < 1e-4:
        times = f"1/{round(1 / factor)} of"
    yield Cause(
        code="scaled",
        says=f"is {times} what is expected, everywhere",
        hint="Look for a factor or a division that is missing or one too many.",
        factor=factor,
        needs=3,
    )


def _summed(factor: float, scene: Scene) -> Iterator[Cause]:
    whole = factor if factor > 1 else 1 / factor
    n = round(whole)
    if n < 2 or abs(whole - n) > 2e-5 * whole or not _plausible(n, scene):
        return
    asked, other = ("sum", "mean") if factor > 1 else ("mean", "sum")
    made, wanted = _mentions(scene.source, asked), _mentions(scene.source, other)
    if not scene.sizes and not made > wanted:
        return
    numbers = f"{n} numbers"
    if wanted and not made:  # it may be a divisor: then a mean makes the result larger
        instead = f"as when it is divided by a {other} over {numbers} in place of their {asked}"
    else:
        instead = f"a {asked} over {numbers} where their {other} is expected"
    if factor > 1:
        says = f"is {n} times what is expected: {instead}"
        yield Cause(code="sum-not-mean", says=says, factor=factor, needs=1)
    else:
        says = f"is 1/{n} of what is expected: {instead}"
        yield Cause(code="mean-not-sum", says=says, factor=factor, needs=1)


def _plausible(n: int, scene: Scene) -> bool:
    """Whether n numbers may have been put together: a known size, or no more than there are."""
    return n in scene.sizes if scene.sizes else n <= scene.terms


def _biased(factor: float, scene: Scene) -> Iterator[Cause]:
    spread = re.search(r"\b(std|var|std_mean|var_mean|correction)\b", scene.source)
    if not scene.sizes and not spread:
        return
    for ratio in (factor**2, factor):
        up = ratio if ratio > 1 else 1 / ratio
        if up <= 1 + 1e-9:
            continue
        n = up / (up - 1)
        if not 1.5 < n < 10_000 or abs(n - round(n)) > 1e-3 * n:
            continue
        if not _plausible(round(n), scene):
            continue
        least, most = round(n) - 1, round(n)
        used, asked = (least, most) if ratio > 1 else (most, least)
        says = f"was divided by {used} where {asked} is expected (n = {most})"
        hint = "`std` and `var` divide by n - 1 unless told `correction=0`." if spread else ""
        yield Cause(code="biased", says=says, hint=hint, factor=factor, needs=1)
        return


def _shifted(a: torch.Tensor, e: torch.Tensor, same: _Same, _: Scene) -> Iterator[Cause]:
    if not bool(torch.isfinite(e).all()):
        return
    step = (a - e).flatten()[0]
    if step.is_complex() or not same(a, e + step):
        return
    way = "large" if bool(step > 0) else "small"
    size = float(step.abs())
    says = f"is too {way} by {size:.6g} everywhere"
    once = abs(size - 1) < 1e-4
    hint = "Is something counted once more or less?" if once else "Is a term missing or too many?"
    yield Cause(code="shifted", says=says, hint=hint, factor=float(step), needs=3)


_LUCKY = ("rounded", "complement")
"""What one number alone may be by luck: any whole number is a rounded one."""


def _formula(
    code: str, says: str, hint: str, apply: Callable[[torch.Tensor], torch.Tensor]
) -> _Maker:
    def maker(a: torch.Tensor, e: torch.Tensor, same: _Same, _: Scene) -> Iterator[Cause]:
        if e.is_complex() or a.is_complex():
            return
        formed = apply(e)
        if code in _LUCKY and not bool(a.any()):
            return
        if bool(torch.isfinite(formed).all()) and same(a, formed):
            needs = 4 if code in _LUCKY else 2
            yield Cause(code=code, says=f"is {says} what is expected", hint=hint, needs=needs)

    return maker


_Known = tuple[tuple[str, ...], _Maker]
"""A maker, and the codes of the causes that it may give."""


def _of(code: str, says: str, hint: str, apply: Callable[[torch.Tensor], torch.Tensor]) -> _Known:
    return (code,), _formula(code, says, hint, apply)


_MOVES: tuple[_Known, ...] = (
    (("transposed-values",), transposed),
    (("refilled",), refilled),
    (("reversed-values",), reversed_along),
    (("rolled",), rolled),
)
_FORMULAS: tuple[_Known, ...] = (
    _of("squared", "the square of", "Is a square root missing?", torch.square),
    _of("square-root", "the square root of", "Is a root taken too often?", torch.sqrt),
    _of("logarithm", "the logarithm of", "Is an `exp` missing, or a `log` too many?", torch.log),
    _of("exponential", "`exp` of", "Is a `log` missing, or an `exp` too many?", torch.exp),
    _of("inverted", "one divided by", "Is a fraction upside down?", torch.reciprocal),
    _of("complement", "one minus", "Are 0 and 1 swapped?", lambda e: 1 - e),
    _of("absolute", "the absolute value of", "The signs are lost.", torch.abs),
    _of("rounded", "the whole part of", "Integers or `//` cut off the rest.", torch.floor),
    _of("rounded", "the rounded value of", "Integers cut off the rest.", torch.round),
    _of("rounded", "the whole part of", "Integers cut off the rest.", torch.trunc),
)
_OF_BOOLS: tuple[_Known, ...] = (
    (("negated",), _negated),
    *_MOVES,
    (("other-order",), other_order),
)
_OF_NUMBERS: tuple[_Known, ...] = (
    (("all-zero",), _zero),
    (("sign-flipped",), _sign),
    *_MOVES,
    (("other-dimension",), _other_dimension),
    (("biased", "sum-not-mean", "mean-not-sum", "scaled"), _factor),
    (("biased",), nearly_biased),
    (("missing-activation",), before_relu),
    (("shifted",), _shifted),
    *_FORMULAS,
    (("other-order",), other_order),
)


def _mentions(source: str, word: str) -> bool:
    return re.search(rf"\b{word}\b", source) is not None
