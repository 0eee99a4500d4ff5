"""What to say of tensors whose autograd state differs."""

from __future__ import annotations

import ast

from checks.codec import CodecError
from checks.data import Nothing, Observed, Tensor
from checks.diagnosis.cuts import find_cut
from checks.diagnosis.leaves import why_no_leaf
from checks.diagnosis.missing_gradients import why_untracked
from checks.difference import Difference
from checks.memory import Memory
from checks.names import parse
from checks.show import show

__all__ = ["compare_leaf", "compare_tracking", "not_cleared"]


def compare_tracking(
    name: str, answer: Observed, reference: Observed, source: str
) -> Difference | None:
    """The difference in whether a tensor requires a gradient."""
    actual, expected = answer.after.get(name), reference.after.get(name)
    if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
        return None
    if actual.requires_grad == expected.requires_grad:
        return None
    texts = [f"requires_grad={value.requires_grad}" for value in (actual, expected)]
    code, says, line = (
        _tracked(name, actual)
        if actual.requires_grad
        else _untracked(name, actual, expected, source)
    )
    return Difference(
        code=code,
        message=says,
        expected=texts[1],
        actual=texts[0],
        line=line,
        details={"name": name, "grad_fn": actual.grad_fn},
    )


def _tracked(name: str, actual: Tensor) -> tuple[str, str, int | None]:
    if actual.is_leaf:
        says = f"`{name}` requires a gradient, but should not. `requires_grad_(False)` freezes it."
        return "still-tracked", says, None
    says = (
        f"`{name}` requires a gradient, but should not: it is the result of a recorded operation "
        f"({actual.grad_fn}). `.detach()` and `torch.no_grad()` keep an operation off the record."
    )
    return "still-tracked", says, None


def _untracked(
    name: str, actual: Tensor, expected: Tensor, source: str
) -> tuple[str, str, int | None]:
    if expected.is_leaf or not actual.dtype.startswith(("float", "bfloat", "complex")):
        why = why_untracked(name, actual)
        return why.code, why.says, why.line
    cut = find_cut(source, name)
    says = (
        f"`{name}` has no history: nothing that it is computed from is tracked, or it was cut off."
    )
    return "detached", f"{says} {cut or ''}".strip(), cut.line if cut else None


def compare_leaf(
    name: str, answer: Observed, reference: Observed, source: str
) -> Difference | None:
    """The difference in whether a tensor is a leaf."""
    actual, expected = answer.after.get(name), reference.after.get(name)
    if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
        return None
    if actual.is_leaf == expected.is_leaf:
        return None
    if actual.is_leaf:
        return Difference(
            code="unexpected-leaf",
            message=f"`{name}` is a leaf, made anew without a history, but the result of a "
            f"recorded operation is expected ({expected.grad_fn}).",
            expected=f"grad_fn={expected.grad_fn}",
            actual="a leaf",
            details={"name": name},
        )
    lost = why_no_leaf(source, name, actual.grad_fn)
    return Difference(
        code="not-a-leaf",
        message=f"`{name}` {lost.says}",
        expected="a leaf",
        actual=f"grad_fn={actual.grad_fn}",
        line=lost.line,
        details={"name": name, "grad_fn": actual.grad_fn},
    )


def not_cleared(
    name: str, observed: Observed, source: str, *, set_to_none: bool | None
) -> Difference | None:
    """What is left in a tensor's gradient; None where it is cleared."""
    grad, memory = observed.gradients.get(name), Memory(observed.storages)
    if grad is None:
        return Difference(code="unobserved", message=f"`{name}.grad` was not looked at.")
    wanted = {True: "None", False: "zeros", None: "None or zeros"}[set_to_none]
    text = show(grad, memory)
    if isinstance(grad, Nothing):
        if set_to_none is not False:
            return None
        says = f"`{name}.grad` is None, but zeros are expected."
    elif isinstance(grad, Tensor) and _is_zero(grad, memory):
        if set_to_none is not True:
            return None
        says = f"`{name}.grad` is a tensor of zeros, but None is expected."
    else:
        says = f"`{name}.grad` still holds a gradient. {_why_left(source)}".strip()
    return Difference(
        code="not-cleared", message=says, expected=wanted, actual=text, details={"name": name}
    )


def _is_zero(grad: Tensor, memory: Memory) -> bool:
    try:
        return not bool(memory.tensor(grad).any())
    except (CodecError, RuntimeError):
        return False


def _why_left(source: str) -> str:
    """What the text does instead of clearing."""
    tree = parse(source)
    if tree is None:
        return ""
    clears = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("zero_grad", "zero_")
    ]
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    uncalled = [node for node in clears if not any(node is function for function in called)]
    if uncalled:
        node = uncalled[0]
        return f"`{node.attr}` on line {node.lineno} is not called: put `()` after it."
    backward = [
        node.lineno
        for node in called
        if isinstance(node, ast.Attribute) and node.attr == "backward"
    ]
    last = max((node.lineno for node in clears), default=0)
    if clears and backward and max(backward) > last:
        return (
            f"It is cleared on line {last}, before `backward()` fills it on line {max(backward)}."
        )
    if not clears and backward:
        return "`backward()` adds to it, and nothing clears it."
    return ""
