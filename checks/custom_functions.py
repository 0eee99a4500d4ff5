"""Looking at a `torch.autograd.Function` in a world: its class, its node, its own backward."""

from __future__ import annotations

from typing import Any

import msgspec
import torch

from checks.data import Str, Value
from checks.differentiating import output_gradients
from checks.graph_walk import is_tracked
from checks.plain import plain_text, type_name
from checks.snapshot import is_tensor, no_hooks

__all__ = [
    "METHODS",
    "Applied",
    "class_facts",
    "direct_backward",
    "gradient_kind",
    "kept_on_context",
    "node_of",
]

METHODS = ("forward", "backward", "setup_context")

_function_class: Any = torch.autograd.Function
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad_fn = _base.grad_fn.__get__


class Applied(msgspec.Struct, frozen=True):
    """What came of one call, seen as the function's results.

    Attributes:
        outputs: the results in order, tensors or not.
        directions: an output gradient for each; None for what is no float tensor.
    """

    outputs: tuple[Any, ...]
    directions: tuple[Any, ...]

    @classmethod
    def of(cls, result: Any, seed: int) -> Applied:
        """The results of a call, with output gradients drawn from `seed`."""
        outputs = result if type(result) is tuple else (result,)
        floats = [o for o in outputs if _is_float(o)]
        drawn = iter(output_gradients(floats, seed, ones=False))
        return cls(outputs, tuple(next(drawn) if _is_float(o) else None for o in outputs))


def _is_float(thing: Any) -> bool:
    return is_tensor(thing) and (thing.dtype.is_floating_point or thing.dtype.is_complex)


def class_facts(thing: Any) -> dict[str, Value]:
    """What kind of thing it is, and how its methods are defined: static, plain or not at all."""
    if not type.__subclasscheck__(type, type(thing)):
        return {"kind": Str(_kind(thing))}
    if not type.__subclasscheck__(_function_class, thing):
        return {"kind": Str("a class of another kind")}
    facts: dict[str, Value] = {"kind": Str("")}
    own = [c for c in type.mro(thing) if not type.__subclasscheck__(c, _function_class)]
    for name in METHODS:
        names = (name, "vjp") if name == "backward" else (name,)
        found = [vars(c)[n] for c in own for n in names if n in vars(c)]
        facts[name] = Str(_method_kind(found[0]) if found else "missing")
    return facts


def _kind(thing: Any) -> str:
    if type.__subclasscheck__(_function_class, type(thing)):
        return "an object made of a Function"
    if type.__subclasscheck__(torch.nn.Module, type(thing)):
        return "a module"
    if type_name(type(thing)) in ("function", "method", "builtin_function_or_method"):
        return "a function"
    name = type_name(type(thing))
    return f"{'an' if name[:1] in 'aeiouAEIOU' else 'a'} {name}"


def _method_kind(found: Any) -> str:
    return {staticmethod: "static", classmethod: "class"}.get(type(found), "plain")


def node_of(applied: Applied, class_: Any) -> Any:
    """The node that stands for the call in the graph; None where there is none of this class."""
    with no_hooks():
        for output in applied.outputs:
            node = _grad_fn(output) if is_tensor(output) else None
            if node is not None and getattr(node, "_forward_cls", None) is class_:
                return node
    return None


def direct_backward(
    applied: Applied, node: Any, class_: Any, times: float = 1.0
) -> tuple[Any, ...]:
    """What `backward` itself returns, before the engine checks it and sums what was broadcast.

    Args:
        applied: the call.
        node: its context.
        class_: the Function.
        times: what the output gradients are multiplied by.

    Raises:
        BaseException: whatever the answer's backward raises.
    """
    gradients = [
        direction * times if is_tensor(output) and is_tracked(output) else _no_gradient(output)
        for output, direction in zip(applied.outputs, applied.directions, strict=True)
    ]
    backward = class_.backward if _own_backward(class_) else class_.vjp
    with torch.no_grad():
        returned = backward(node, *gradients)
    return returned if type(returned) is tuple else (returned,)


def _own_backward(class_: Any) -> bool:
    own = [c for c in type.mro(class_) if not type.__subclasscheck__(c, _function_class)]
    return any("backward" in vars(c) for c in own)


def _no_gradient(output: Any) -> Any:
    """What the engine passes on for a result that nothing flows back through."""
    return torch.zeros_like(output) if is_tensor(output) else None


def kept_on_context(node: Any) -> list[str]:
    """The names of tensors that hang on the context itself, instead of being saved."""
    attributes: dict[str, Any] = object.__getattribute__(node, "__dict__")
    held = [name for name, thing in dict(attributes).items() if is_tensor(thing)]
    return [plain_text(name, 50) for name in held[:20]]


def gradient_kind(thing: Any) -> str:
    """Whether a returned gradient is a ``tensor``, ``None`` or what else."""
    if thing is None:
        return "None"
    return "tensor" if is_tensor(thing) else _kind(thing)
