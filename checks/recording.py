"""Recording a training run: the hooks and patches, every one of which is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.nn.modules import module as modules
from torch.optim.optimizer import Optimizer, register_optimizer_step_pre_hook

from checks.recorder import Event, Recorder
from checks.snapshot import is_tensor

__all__ = ["recording"]


@contextmanager
def recording(namespace: dict[str, Any], seconds: float) -> Iterator[Recorder]:
    """Record what runs inside, for at most `seconds`.

    Args:
        namespace: where names may be bound to torch's own `backward` and `grad`.
        seconds: after them, the next pass or step raises `OutOfTimeError`.
    """
    recorder = Recorder(seconds)
    with ExitStack() as stack:
        _hook(recorder, stack)
        for name in ("backward", "grad"):
            _wrap(torch.autograd, name, _differentiating(recorder, name), namespace, stack)
        for class_ in (Optimizer, torch.nn.Module):
            _wrap(class_, "zero_grad", _zeroing(recorder, class_.zero_grad), {}, stack)
        yield recorder


def _hook(recorder: Recorder, stack: ExitStack) -> None:
    def enter(module: Any, inputs: tuple[Any, ...]) -> None:
        recorder.entered(module, inputs)

    def leave(module: Any, *_: Any) -> None:
        recorder.left(module)

    def step(optimizer: Any, args: Any, kwargs: Any) -> Any:
        return _stepping(recorder, optimizer, args, kwargs)

    for handle in (
        modules.register_module_forward_pre_hook(enter),
        modules.register_module_forward_hook(leave, always_call=True),
        register_optimizer_step_pre_hook(step),
    ):
        stack.callback(handle.remove)


def _stepping(recorder: Recorder, optimizer: Any, args: Any, kwargs: Any) -> Any:
    """Note a step; one that computes the gradients by itself, in a closure, after it has.

    Gives the arguments with another closure, as a hook may; or None.
    """
    own = [thing for thing in args if thing is optimizer]
    given = [*args[len(own) :], *kwargs.values()]
    closure = given[0] if len(given) == 1 and callable(given[0]) else None
    if closure is None:
        recorder.steps(optimizer)
        return None
    waiting = [True]

    def computed() -> Any:
        result = closure()
        if waiting:
            waiting.clear()
            recorder.steps(optimizer)
        return result

    return (tuple(own), dict.fromkeys(kwargs, computed)) if kwargs else ((*own, computed), {})


def _differentiating(recorder: Recorder, name: str) -> Callable[..., Any]:
    original = getattr(torch.autograd, name)

    def differentiate(tensors: Any, *args: Any, **kwargs: Any) -> Any:
        roots = [tensors] if is_tensor(tensors) else list(tensors)
        recorder.differentiating([r for r in roots if is_tensor(r)], stored=name == "backward")
        return original(tensors, *args, **kwargs)

    return differentiate


def _zeroing(recorder: Recorder, original: Callable[..., Any]) -> Callable[..., Any]:
    def zero_grad(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder.note(Event("zero"))
        return original(self, *args, **kwargs)

    return zero_grad


def _wrap(owner: Any, name: str, wrapper: Any, namespace: dict[str, Any], stack: ExitStack) -> None:
    """Put `wrapper` in the place of the owner's attribute, and of names bound to it."""
    original = getattr(owner, name)
    aliases = [key for key, thing in namespace.items() if thing is original]
    setattr(owner, name, wrapper)
    stack.callback(setattr, owner, name, original)
    for alias in aliases:
        namespace[alias] = wrapper
        stack.callback(namespace.__setitem__, alias, original)
