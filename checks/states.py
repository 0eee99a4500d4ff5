"""What of a live object can change and be looked at: parameters, buffers, an optimizer's state."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import torch

from checks.snapshot import is_tensor

__all__ = ["digest_of", "gradients_in", "leaves_in", "state_of"]

_is_subclass = type.__subclasscheck__
_Module, _Optimizer, _Generator = torch.nn.Module, torch.optim.Optimizer, torch.Generator
_parameters, _buffers = _Module.named_parameters, _Module.named_buffers
_state_dict = _Optimizer.state_dict
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_grad, _is_leaf = _base.grad.__get__, _base.is_leaf.__get__
_requires_grad = _base.requires_grad.__get__

_numel, _size, _cpu = torch.Tensor.numel, torch.Tensor.size, torch.Tensor.cpu
_detach, _contiguous, _view = torch.Tensor.detach, torch.Tensor.contiguous, torch.Tensor.view
_resolve_conj, _resolve_neg = torch.Tensor.resolve_conj, torch.Tensor.resolve_neg

_SMALL = 1_000
_DEEPEST = 5
_MOST = 2_000


def state_of(thing: Any, depth: int = _DEEPEST) -> Any:
    """`thing` with what does not travel replaced by what can change about it.

    A module by its parameters and buffers, an optimizer or a generator by its state.

    Raises:
        BaseException: whatever a learner's module or optimizer raises.
    """
    class_ = type(thing)
    if _is_subclass(_Module, class_):
        return {**dict(_parameters(thing)), **dict(_buffers(thing))}
    if _is_subclass(_Optimizer, class_):
        return _state_dict(thing)
    if _is_subclass(_Generator, class_):
        return _Generator.get_state(thing)
    if depth > 0 and class_ in (list, tuple):
        return class_(state_of(item, depth - 1) for item in thing[:_MOST])
    if depth > 0 and class_ is dict:
        return {key: state_of(item, depth - 1) for key, item in list(thing.items())[:_MOST]}
    return thing


def digest_of(state: Any, depth: int = _DEEPEST) -> Any:
    """`state` with every tensor that is not small replaced by a text that changes with it."""
    class_ = type(state)
    if is_tensor(state) and _numel(state) > _SMALL:
        with torch._C.DisableTorchFunction():  # noqa: SLF001  # no public way to look past subclasses
            plain = _resolve_neg(_resolve_conj(_cpu(_detach(state))))
            data: Any = _view(_view(_contiguous(plain), -1), torch.uint8).numpy()
        digest = hashlib.blake2b(data, digest_size=8).hexdigest()
        return f"tensor of shape {tuple(_size(state))}, {digest}"
    if depth > 0 and class_ in (list, tuple):
        return class_(digest_of(item, depth - 1) for item in state)
    if depth > 0 and class_ is dict:
        return {key: digest_of(item, depth - 1) for key, item in state.items()}
    return state


def gradients_in(thing: Any, depth: int = _DEEPEST) -> Any:
    """The gradients of every parameter and other leaf in `thing`; what has none as it is."""
    class_ = type(thing)
    if is_tensor(thing):
        return _grad(thing) if _is_leaf(thing) and _requires_grad(thing) else thing
    if _is_subclass(_Module, class_):
        return {name: _grad(parameter) for name, parameter in _parameters(thing)}
    if _is_subclass(_Optimizer, class_):
        return [_grad(leaf) for leaf in leaves_in(thing)]
    if depth > 0 and class_ in (list, tuple):
        return class_(gradients_in(item, depth - 1) for item in thing[:_MOST])
    if depth > 0 and class_ is dict:
        return {key: gradients_in(item, depth - 1) for key, item in list(thing.items())[:_MOST]}
    return thing


def leaves_in(thing: Any, depth: int = _DEEPEST) -> Iterator[Any]:
    """The leaves that require a gradient in tensors, containers, modules and optimizers."""
    class_ = type(thing)
    if is_tensor(thing):
        if _is_leaf(thing) and _requires_grad(thing):
            yield thing
    elif _is_subclass(_Module, class_):
        yield from (p for _, p in _parameters(thing) if _requires_grad(p))
    elif _is_subclass(_Optimizer, class_):
        for group in thing.param_groups:
            yield from leaves_in(group["params"], 1)
    elif depth > 0 and class_ in (list, tuple):
        for item in thing[:_MOST]:
            yield from leaves_in(item, depth - 1)
    elif depth > 0 and class_ is dict:
        for item in list(thing.values())[:_MOST]:
            yield from leaves_in(item, depth - 1)
