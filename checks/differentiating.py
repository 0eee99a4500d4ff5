"""Gradients in a world: what `.grad` holds, and what autograd gives."""

from __future__ import annotations

from typing import Any

import torch

from checks.snapshot import is_tensor

__all__ = ["differentiate", "named_tensors", "stored_gradient"]

_autograd_grad = torch.autograd.grad
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad, _requires_grad = _base.grad.__get__, _base.requires_grad.__get__


def differentiate(output: Any, sources: dict[str, Any], seed: int) -> dict[str, Any]:
    """The gradients of `output` for `sources`, under a random output gradient drawn from `seed`.

    None where there is none. A scalar's output gradient is one.

    Raises:
        RuntimeError: torch's own, for instance for a graph that was used up.
    """
    outputs = [t for t in _tracked(output) if _requires_grad(t)]
    tracked = {n: t for n, t in sources.items() if is_tensor(t) and _requires_grad(t)}
    grads: dict[str, Any] = dict.fromkeys(sources)
    if not outputs or not tracked:
        return grads
    generator = torch.Generator().manual_seed(seed)
    directions = []
    for tensor in outputs:
        shape = tuple(torch.Tensor.size(tensor))
        if shape == () and len(outputs) == 1:
            directions.append(torch.ones((), dtype=tensor.dtype, device=tensor.device))
            continue
        drawn = torch.rand(shape, generator=generator, dtype=torch.float64) + 0.5
        directions.append(drawn.to(dtype=tensor.dtype, device=tensor.device))
    found = _autograd_grad(
        outputs, list(tracked.values()), directions, retain_graph=True, allow_unused=True
    )
    grads.update(zip(tracked, found, strict=True))
    return grads


def _tracked(output: Any) -> list[Any]:
    """The tensors in a result, in order."""
    if is_tensor(output):
        return [output]
    if type(output) in (list, tuple) or type.__subclasscheck__(tuple, type(output)):
        return [t for item in list(output)[:1000] for t in _tracked(item)]
    if type(output) is dict:
        return [t for item in list(output.values())[:1000] for t in _tracked(item)]
    return []


def named_tensors(name: str, thing: Any) -> dict[str, Any]:
    """The tensors that an expression stands for, by name."""
    if type.__subclasscheck__(torch.nn.Module, type(thing)):
        return {f"{name}.{path}": p for path, p in torch.nn.Module.named_parameters(thing)}
    if type(thing) in (list, tuple):
        return {f"{name}[{i}]": item for i, item in enumerate(thing)}
    if type(thing) is dict:
        return {f"{name}[{key!r}]": item for key, item in thing.items()}
    return {name: thing}


def stored_gradient(thing: Any) -> Any:
    """What a tensor's `.grad` holds; None for anything else."""
    return _grad(thing) if is_tensor(thing) else None
