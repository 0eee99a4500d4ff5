"""Why there is no gradient."""

from __future__ import annotations

from typing import NamedTuple

from checks.data import Tensor, Value
from checks.diagnosis.backward_calls import backward_calls, cleared_after, only_returns_gradients
from checks.diagnosis.clearing import only_named
from checks.diagnosis.cuts import find_cut, find_cut_before_backward
from checks.diagnosis.leaves import why_no_leaf
from checks.diagnosis.spelled import Found
from checks.difference import Scene
from checks.names import parse

__all__ = ["Why", "why_missing", "why_untracked"]


class Why(NamedTuple):
    """Why there is none.

    Attributes:
        code: see `checks.codes`.
        says: a sentence that goes on after ``w.grad is None:``.
        line: of the answer.
    """

    code: str
    says: str
    line: int | None = None


def why_missing(name: str, tensor: Value | None, scene: Scene, *, stored: bool, target: str) -> Why:
    """Why a tensor has no gradient, though one is expected.

    Args:
        name: the tensor.
        tensor: what it was seen to be.
        scene: where it is compared.
        stored: whether `.grad` was looked at, which only `backward()` fills.
        target: the expression that was differentiated instead, or the function that was called.
    """
    if isinstance(tensor, Tensor) and not tensor.requires_grad:
        return why_untracked(name, tensor)
    if not stored:
        cut = find_cut(scene.source, target)
        says = f"as far as autograd knows, `{scene.subject}` does not depend on it."
        return Why("detached", f"{says} {cut or ''}".strip(), cut.line if cut else None)
    if isinstance(tensor, Tensor) and not tensor.is_leaf:
        lost = why_no_leaf(scene.source, name, tensor.grad_fn)
        asked = _asked_in_vain(name, scene.source)
        if asked is not None:
            line, says = asked
            return Why(
                "not-a-leaf", f"`{name}` is no leaf, and was not asked to keep it. {says}", line
            )
        says = f"`{name}` {lost.says} Only leaves keep their gradient"
        if lost.line is None:
            says += f"; `{name}.retain_grad()` before `backward()` asks for it"
        return Why("not-a-leaf", f"{says}.", lost.line)
    return _why_not_filled(name, scene.source)


def _asked_in_vain(name: str, source: str) -> Found | None:
    """``y.retain_grad`` without parentheses."""
    tree = parse(source)
    named = only_named(tree) if tree is not None else ()
    return next((found for found in named if f"`{name}.retain_grad`" in found[1]), None)


def _why_not_filled(name: str, source: str) -> Why:
    """Why `backward()` left a leaf without a gradient."""
    if not backward_calls(source):
        if only_returns_gradients(source):
            says = "`torch.autograd.grad(...)` gives gradients back, and does not fill `.grad`."
            return Why("no-backward", says)
        return Why("no-backward", "nothing calls `backward()` in the answer.")
    order = cleared_after(source)
    if order is not None:
        says = f"it is cleared on line {order[1]}, after `backward()` on line {order[0]}."
        return Why("no-gradient", says, order[1])
    says = f"what `backward()` was called on does not depend on `{name}`."
    cut = find_cut_before_backward(source, name)
    if cut is None:
        return Why("no-gradient", says)
    return Why("detached", f"{says} {cut}", cut.line)


def why_untracked(name: str, tensor: Tensor) -> Why:
    """Why a tensor that should be a leaf does not require a gradient."""
    start = f"`{name}` does not require a gradient"
    if tensor.dtype.startswith(("int", "uint", "bool")):
        says = f"{start}: its dtype is {tensor.dtype}, and only floating-point tensors can."
        return Why("not-tracked", says)
    return Why("not-tracked", f"{start}. `requires_grad=True` asks for one.")
