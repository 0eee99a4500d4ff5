"""What to say of gradients that are missing or differ."""

from __future__ import annotations

import math

import msgspec
import torch

from checks.comparing import compare_values
from checks.data import Nothing, Tensor, Value
from checks.diagnosis.cuts import backward_calls, clears_gradients, find_cut
from checks.difference import Difference, Scene, first
from checks.memory import Memory
from checks.show import count, show
from checks.tolerance import close, wide

__all__ = ["Grads", "compare_gradients"]


class Grads(msgspec.Struct, frozen=True, kw_only=True):
    """The gradients of one side.

    Attributes:
        grads: by the name of the tensor they belong to.
        tensors: those tensors, where they were seen.
        stored: whether these are `.grad` attributes, which only `backward()` fills.
    """

    grads: dict[str, Value]
    tensors: dict[str, Value] = {}
    stored: bool = False


def compare_gradients(answer: Grads, reference: Grads, scene: Scene) -> Difference | None:
    """The first difference between two sets of gradients."""
    found = []
    for name, expected in reference.grads.items():
        actual = answer.grads.get(name, Nothing())
        difference = _compare(name, actual, expected, answer, scene)
        if difference is not None:
            found.append(difference)
    return first(found)


def _compare(  # noqa: PLR0911  # one rule after the other
    name: str, actual: Value, expected: Value, answer: Grads, scene: Scene
) -> Difference | None:
    label = f"{name}.grad" if answer.stored else f"the gradient for {name}"
    if isinstance(expected, Nothing):
        if isinstance(actual, Nothing) or _is_zero(actual, scene.actual):
            return None
        return Difference(
            code="unexpected-gradient",
            message=f"`{label}` holds a gradient, but none is expected."
            if answer.stored
            else f"`{scene.subject}` should not depend on `{name}`, but does.",
            expected="None",
            actual=show(actual, scene.actual),
            details={"name": name},
        )
    if isinstance(actual, Nothing):
        cleared = not answer.stored or clears_gradients(scene.source)
        if cleared and _is_zero(expected, scene.expected):
            return None
        return _missing(name, expected, answer, scene)
    if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
        return compare_values(actual, expected, _about(scene, label))
    plain = compare_values(actual, expected, _about(scene, label))
    if plain is None:
        return None
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return plain
    live = scene.actual.tensor(actual), scene.expected.tensor(expected)
    message = plain.plain or plain.message
    plain = msgspec.structs.replace(plain, code="wrong-gradient", message=message, causes=())
    return _differs(label, live, plain, answer, scene)


def _about(scene: Scene, label: str) -> Scene:
    return msgspec.structs.replace(scene, subject=label, function=False, source="", sizes=())


def _is_zero(value: Value, memory: Memory) -> bool:
    return isinstance(value, Tensor) and not bool(memory.tensor(value).any())


def _missing(name: str, expected: Value, answer: Grads, scene: Scene) -> Difference:
    code, says, line = _why_missing(name, answer, scene)
    return Difference(
        code=code,
        message=says,
        expected=show(expected, scene.expected),
        actual="None",
        line=line,
        details={"name": name},
    )


def _why_missing(name: str, answer: Grads, scene: Scene) -> tuple[str, str, int | None]:
    tensor = answer.tensors.get(name)
    none = f"`{name}.grad` is None" if answer.stored else f"There is no gradient for `{name}`"
    if isinstance(tensor, Tensor) and not tensor.requires_grad:
        says = f"{none}: `{name}` does not require a gradient. `requires_grad=True` asks for one."
        return "not-tracked", says, None
    if answer.stored and isinstance(tensor, Tensor) and not tensor.is_leaf:
        says = (
            f"{none}: `{name}` is no leaf, it is the result of an operation ({tensor.grad_fn}). "
            f"Only leaves keep their gradient; `{name}.retain_grad()` before `backward()` "
            "asks for it."
        )
        return "not-a-leaf", says, None
    if answer.stored and not backward_calls(scene.source):
        return "no-backward", f"{none}: nothing calls `backward()` in the answer.", None
    if answer.stored:
        start = f"{none}: what `backward()` was called on does not depend on `{name}`"
    else:
        start = f"{none}: as far as autograd knows, `{scene.subject}` does not depend on it"
    cut = find_cut(scene.source)
    if cut is None:
        code = "no-gradient" if answer.stored else "detached"
        return code, f"{start}.", None
    line, text = cut
    return "detached", f"{start}. The graph is cut by {text} on line {line}.", line


def _differs(
    label: str,
    live: tuple[torch.Tensor, torch.Tensor],
    plain: Difference,
    answer: Grads,
    scene: Scene,
) -> Difference:
    actual = live[0]
    if not bool(torch.isfinite(actual).all()):
        return plain
    code, message = "wrong-gradient", plain.message
    factor = _factor(live, scene)
    calls = backward_calls(scene.source)
    if not bool(actual.any()):
        code = "zero-gradient"
        message = f"`{label}` is zero everywhere. "
        message += (
            "Was it cleared after `backward()`?"
            if answer.stored
            else "Does the result depend on it?"
        )
    elif factor == -1.0:
        code = "sign-flipped-gradient"
        message = f"`{label}` has the opposite sign everywhere."
    elif factor is not None and factor >= 2 and factor.is_integer() and answer.stored and calls > 1:
        code = "accumulated-gradient"
        message = (
            f"`{label}` is exactly {factor:.0f} times what is expected. `backward()` adds to "
            "`.grad`: clear it between two calls (`zero_grad()` or `.grad = None`)."
        )
    elif factor is not None:
        code = "scaled-gradient"
        message = (
            f"`{label}` is {_times(factor)} what is expected, everywhere. {_why_scaled(factor)}"
        )
    elif answer.stored and calls > 1 and not clears_gradients(scene.source):
        message += " Nothing in the answer clears `.grad` between two `backward()` calls."
    return msgspec.structs.replace(plain, code=code, message=message.strip())


def _times(factor: float) -> str:
    if 0 < factor < 1 and abs(1 / factor - round(1 / factor)) < 1e-4:
        return f"1/{round(1 / factor)} of"
    return f"{factor:.6g} times"


def _why_scaled(factor: float) -> str:
    if factor > 1 and factor.is_integer():
        return (
            f"Is a sum over {count(int(factor), 'number')} taken where their mean is asked for, "
            "or `backward()` called more than once?"
        )
    if factor > 0 and (1 / factor) == round(1 / factor):
        return "Is a mean taken where a sum is asked for?"
    return "Look for a factor that is missing or one too many."


def _factor(live: tuple[torch.Tensor, torch.Tensor], scene: Scene) -> float | None:
    """The one factor between two gradients, a whole number where it is nearly one."""
    actual, expected = (wide(t) for t in live)
    at = int(expected.abs().argmax())
    base = expected.flatten()[at].item()
    if not base:
        return None
    factor = actual.flatten()[at].item() / base
    if isinstance(factor, complex):
        return None
    whole = _nearly_whole(factor)
    if whole is None and expected.numel() < 2:
        return None
    factor = factor if whole is None else whole
    scaled = (expected * factor).to(live[0].dtype)
    same = close(live[0], scaled, scene.relax, terms=max(scene.terms, 1000))
    return factor if bool(same.all()) else None


def _nearly_whole(factor: float) -> float | None:
    """The whole number, or one divided by one, that the factor nearly is."""
    if not 1e-6 < abs(factor) < 1e6:
        return None
    for near in (float(round(factor)), 1 / (round(1 / factor) or math.inf)):
        if near and abs(factor - near) < 1e-4 * abs(near):
            return near
    return None
