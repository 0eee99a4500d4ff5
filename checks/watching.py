"""Watching a call: the random numbers that it draws, and the shapes that it stretches."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from checks.facts import Stretch, Watch
from checks.plain import plain_text
from checks.snapshot import is_tensor

__all__ = ["DispatchMode", "Watcher", "operation_name"]

_MOST = 100
_size = torch.Tensor.size


def operation_name(func: Any) -> str:
    """The name of an operation that torch dispatches: ``add`` for ``aten.add.Tensor``."""
    return plain_text(func._overloadpacket.__name__, 100)  # noqa: SLF001  # no public way to it


_Mode: Any = TorchDispatchMode  # whose methods have no types


class DispatchMode(_Mode):  # type: ignore[misc]  # likewise
    """A mode that costs little to enter: subclasses say what happens in `seen_operation`."""

    def seen_operation(self, func: Any, args: Any, result: Any) -> None:
        """Note that torch ran `func`, which gave `result`."""
        raise NotImplementedError


def _dispatch(mode: DispatchMode, func: Any, _: Any, args: Any = (), kwargs: Any = None) -> Any:
    result = func(*args, **(kwargs or {}))
    mode.seen_operation(func, args, result)
    return result


# In a class's body torch would find the method and wrap it in something that imports the whole
# compiler at its first call: that takes seconds, in each process anew.
DispatchMode.__torch_dispatch__ = _dispatch


class Watcher(DispatchMode):
    """Notes what happens while it is on. Calling it does something under watch."""

    def __init__(self, filename: str) -> None:
        super().__init__()
        self._filename = filename
        self._draws: list[str] = []
        self._stretches: list[Stretch] = []

    def __call__(self, action: Callable[[], Any]) -> Any:
        """What `action` gives.

        Raises:
            BaseException: whatever it raises.
        """
        with self:
            return action()

    @property
    def seen(self) -> Watch:
        """What was noted so far."""
        return Watch(draws=tuple(self._draws), stretches=tuple(self._stretches))

    def seen_operation(self, func: Any, args: Any, result: Any) -> None:
        """Note a draw or a stretch."""
        if torch.Tag.nondeterministic_seeded in func.tags and len(self._draws) < _MOST:
            first = result[0] if type(result) is tuple and result else result
            shape = f" {tuple(_size(first))}" if is_tensor(first) else ""
            self._draws.append(f"{operation_name(func)}{shape}")
        elif torch.Tag.pointwise in func.tags and len(self._stretches) < _MOST:
            self._note_stretch(func, args, result)

    def _note_stretch(self, func: Any, args: Any, result: Any) -> None:
        """Note two shapes of which neither is the result's: each was stretched along the other."""
        if len(args) < 2 or not (is_tensor(args[0]) and is_tensor(args[1]) and is_tensor(result)):
            return
        left, right, whole = (tuple(_size(t)) for t in (args[0], args[1], result))
        if whole not in (left, right):
            line = _innermost(self._filename)
            noted = Stretch(operation=operation_name(func), left=left, right=right, line=line)
            self._stretches.append(noted)


def _innermost(filename: str) -> int | None:
    """The line that the answer's innermost frame is at."""
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001  # no public way as light
    while frame is not None:
        if frame.f_code.co_filename == filename:
            return frame.f_lineno
        frame = frame.f_back
    return None
