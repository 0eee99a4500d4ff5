"""Gradients in a world: what `.grad` holds, and what autograd gives."""

from __future__ import annotations

from typing import Any

import torch

from checks.graph_walk import tensors_in
from checks.snapshot import is_tensor, no_hooks

__all__ = ["differentiate", "named_tensors", "output_gradients", "stored_gradient", "writes"]

_autograd_grad = torch.autograd.grad
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad, _requires_grad = _base.grad.__get__, _base.requires_grad.__get__
_dtype, _device = _base.dtype.__get__, _base.device.__get__
_version = _base._version.__get__  # noqa: SLF001  # no public way to it


def differentiate(
    output: Any, sources: dict[str, Any], seed: int, *, order: int = 1, ones: bool = True
) -> dict[str, Any]:
    """The gradients of `output` for `sources`, under a random output gradient drawn from `seed`.

    None where there is none.

    Args:
        output: a tensor, or a container of tensors.
        sources: what to differentiate with respect to, by name.
        seed: draws the output gradient.
        order: 2 differentiates the gradients once more, under a second random direction.
        ones: whether a scalar's output gradient is one, as `backward()` has it.

    Raises:
        RuntimeError: torch's own, for instance for a graph that was used up.
    """
    tracked = {n: t for n, t in sources.items() if is_tensor(t) and _requires_grad(t)}
    found = _gradients(tensors_in(output), tracked, seed, again=order > 1, ones=ones)
    if order > 1:
        found = _gradients(list(found.values()), tracked, seed + 1, again=False, ones=ones)
    return {name: found.get(name) for name in sources}


def _gradients(
    outputs: list[Any], sources: dict[str, Any], seed: int, *, again: bool, ones: bool
) -> dict[str, Any]:
    tracked = [t for t in outputs if is_tensor(t) and _requires_grad(t)]
    if not tracked or not sources:
        return {}
    found = _autograd_grad(
        tracked,
        list(sources.values()),
        output_gradients(tracked, seed, ones=ones),
        retain_graph=True,
        create_graph=again,
        allow_unused=True,
    )
    return dict(zip(sources, found, strict=True))


def output_gradients(outputs: list[Any], seed: int, *, ones: bool = True) -> list[Any]:
    """A random output gradient for each tensor, none of its cells near zero.

    Args:
        outputs: the tensors.
        seed: the same one gives the same gradients.
        ones: whether a lone scalar's is one.
    """
    generator = torch.Generator().manual_seed(seed % 2**63)
    drawn = []
    for tensor in outputs:
        shape = tuple(torch.Tensor.size(tensor))
        cells = torch.rand(shape, generator=generator, dtype=torch.float64) + 0.5
        if ones and shape == () and len(outputs) == 1:
            cells = torch.ones((), dtype=torch.float64)
        drawn.append(cells.to(dtype=_dtype(tensor), device=_device(tensor)))
    return drawn


def named_tensors(name: str, thing: Any) -> dict[str, Any]:
    """The tensors that an expression stands for, by name."""
    if type.__subclasscheck__(torch.nn.Module, type(thing)):
        return {f"{name}.{path}": p for path, p in torch.nn.Module.named_parameters(thing)}
    if type.__subclasscheck__(torch.optim.Optimizer, type(thing)):
        held = [p for group in thing.param_groups for p in group["params"]]
        return {f"{name}[{i}]": tensor for i, tensor in enumerate(held[:1000])}
    if type(thing) in (list, tuple):
        return {f"{name}[{i}]": item for i, item in enumerate(thing)}
    if type(thing) is dict:
        return {f"{name}[{key!r}]": item for key, item in thing.items()}
    return {name: thing}


def stored_gradient(thing: Any) -> Any:
    """What a tensor's `.grad` holds; None for anything else."""
    with no_hooks():
        return _grad(thing) if is_tensor(thing) else None


def writes(thing: Any) -> int:
    """How often a gradient was written to in place; 0 for anything else.

    Adding a later gradient to it is such a write.
    """
    with no_hooks():
        return int(_version(thing)) if is_tensor(thing) else 0
