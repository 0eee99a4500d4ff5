"""Recording a training run: the hooks and patches, every one of which is taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch.nn.modules import module as modules
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)
from torch.utils._python_dispatch import TorchDispatchMode  # no public place for it

from checks.recorder import Event, Recorder
from checks.snapshot import is_tensor

__all__ = ["recording"]


class _Watch(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch leaves it untyped
    """Sees every operation, `.data` and optimizers included."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        self._recorder = recorder
        self._known: dict[Any, tuple[tuple[int, str], ...]] = {}

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Note what is written into, then do it."""
        del types
        self._recorder.tick()
        written = self._known.get(func)
        if written is None:
            written = self._known[func] = _written_arguments(func)
        if written:
            self._recorder.writes(_tensors(written, args, kwargs or {}))
        return func(*args, **(kwargs or {}))


def _written_arguments(func: Any) -> tuple[tuple[int, str], ...]:
    """The places and names of the arguments that an operation writes into."""
    return tuple(
        (place, argument.name)
        for place, argument in enumerate(func._schema.arguments)  # noqa: SLF001  # no public name
        if argument.alias_info is not None and argument.alias_info.is_write
    )


def _tensors(
    places: tuple[tuple[int, str], ...], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> list[Any]:
    found: list[Any] = []
    for place, name in places:
        value = args[place] if place < len(args) else kwargs.get(name)
        found += value if isinstance(value, list | tuple) else [value]
    return [value for value in found if is_tensor(value)]


@contextmanager
def recording(namespace: dict[str, Any], seconds: float) -> Iterator[Recorder]:
    """Record what runs inside, for at most `seconds`.

    Args:
        namespace: where names may be bound to torch's own `backward` and `grad`.
        seconds: after them, `OutOfTimeError` is raised in whatever runs.
    """
    with _Watch(Recorder(seconds=60.0)):
        torch.zeros(())  # torch imports much for its first operation here: not on this clock
    recorder = Recorder(seconds)
    with ExitStack() as stack:
        _hook(recorder, stack)
        for name in ("backward", "grad"):
            _wrap(torch.autograd, name, _differentiating(recorder, name), namespace, stack)
        for class_ in (Optimizer, torch.nn.Module):
            _wrap(class_, "zero_grad", _zeroing(recorder, class_.zero_grad), {}, stack)
        stack.enter_context(_Watch(recorder))
        yield recorder


def _hook(recorder: Recorder, stack: ExitStack) -> None:
    def enter(module: Any, inputs: tuple[Any, ...]) -> None:
        recorder.entered(module, inputs)

    def leave(module: Any, *_: Any) -> None:
        recorder.left(module)

    def step(optimizer: Any, *_: Any) -> None:
        recorder.steps(optimizer)

    def stepped(*_: Any) -> None:
        recorder.stepped()

    for handle in (
        modules.register_module_forward_pre_hook(enter),
        modules.register_module_forward_hook(leave, always_call=True),
        register_optimizer_step_pre_hook(step),
        register_optimizer_step_post_hook(stepped),
    ):
        stack.callback(handle.remove)


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
