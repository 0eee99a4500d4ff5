"""What to say of gradients that are NaN or infinite."""

from __future__ import annotations

import ast

import torch

from checks.diagnosis.slices import Slices
from checks.difference import Scene
from checks.names import parse
from checks.show import count, number
from checks.tolerance import wide

__all__ = ["not_finite"]

_ROOTS = ("sqrt", "norm", "vector_norm", "std", "cdist", "pairwise_distance", "hypot", "rsqrt")
_STEEP = ("log", "log2", "log10", "reciprocal", "acos", "asin", "logit", "xlogy")


def not_finite(
    spoken: str, live: tuple[torch.Tensor, torch.Tensor], target: str, scene: Scene
) -> str:
    """Where a gradient is lost and why; an empty string where it is nowhere lost.

    Args:
        spoken: how a sentence that speaks of the gradient begins.
        live: the answer's and the expected gradient, of one shape.
        target: the expression that was differentiated, if it is known.
        scene: where they are compared.
    """
    actual, expected = (wide(t) for t in live)
    lost = ~torch.isfinite(actual) & torch.isfinite(expected)
    if not bool(lost.any()):
        return ""
    at = int(lost.flatten().to(torch.uint8).argmax())
    nan = bool(torch.isnan(actual[lost]).any())
    index = [int(i) for i in torch.unravel_index(torch.tensor(at), lost.shape)]
    where = f" at {index}" if index else ""
    want = number(expected.flatten()[at].item())
    many = f" ({count(int(lost.sum()), 'cell')} of {lost.numel()})" if lost.dim() else ""
    got = number(actual.flatten()[at].item())
    return f"{spoken} is {got}{where}, where {want} is expected{many}. {_cause(nan, target, scene)}"


def _cause(nan: bool, target: str, scene: Scene) -> str:  # noqa: FBT001  # one private caller
    used = _used(scene.source, target)
    if nan and used & {"where", "masked_fill", "nan_to_num"}:
        name = next(n for n in ("where", "masked_fill", "nan_to_num") if n in used)
        return (
            f"The gradient goes through the branch that `{name}` leaves out as well: 0 times an "
            "infinite derivative is nan. Make the input safe before the operation, not its result "
            "after it."
        )
    if used & {*_ROOTS, "**"}:
        return "The derivative of a square root or a norm is not finite at 0."
    if used & {*_STEEP, "/"}:
        return "The derivative of a logarithm or of a division is not finite at 0."
    return "A derivative is infinite or not defined at this point."


def _used(source: str, target: str) -> set[str]:
    """The functions and operators that lead to the target; to anything, where it is not known."""
    tree = parse(source)
    if tree is None:
        return set()
    start = target if target.isidentifier() else ""
    places = [part for part, _ in Slices(tree).parts([start])] if start else [tree]
    found: set[str] = set()
    for place in places:
        for node in ast.walk(place):
            match node:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    found.add(name)
                case ast.BinOp(op=ast.Div()):
                    found.add("/")
                case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=float(power))) if power < 1:
                    found.add("**")
    return found
