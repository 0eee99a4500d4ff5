"""Counting what a call does: torch's operations, and the lines that run."""

from __future__ import annotations

import builtins
import sys
import types
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from checks.facts import Work
from checks.names import plain_operation
from checks.plain import plain_text
from checks.snapshot import is_tensor
from checks.watching import DispatchMode, operation_name

__all__ = ["counted"]

_MOST = 500
_numel = torch.Tensor.numel


class _Asked(TorchFunctionMode):
    """Counts what Python asks torch for, by the plain name of the operation."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()
        self.taken = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        del types
        name = plain_text(getattr(func, "__name__", ""), 100).partition(".")[0]
        self.calls[plain_operation(name)] += 1
        if name == "tolist" and args and is_tensor(args[0]):
            self.taken += _numel(args[0])
        return func(*args, **(kwargs or {}))


class _Ran(DispatchMode):
    """Counts the kernels that torch runs."""

    def __init__(self) -> None:
        super().__init__()
        self.operations: Counter[str] = Counter()

    def seen_operation(self, func: Any, args: Any, result: Any) -> None:
        """Count it."""
        del args, result
        self.operations[operation_name(func)] += 1


class _Lines:
    """Counts the lines of Python that run outside of libraries."""

    def __init__(self, answer: str) -> None:
        self.ran: Counter[str] = Counter()
        self._answer = answer

    def trace(self, frame: types.FrameType, event: str, _: Any) -> Any:
        """For `sys.settrace`."""
        filename = frame.f_code.co_filename
        if not filename.startswith("<") or filename.startswith("<frozen"):
            return None
        if event == "line":
            own = filename == self._answer
            where = "" if own else f"{plain_text(filename, 100)}:"
            self.ran[f"{where}{frame.f_lineno}"] += 1
        return self.trace


def counted(answer: str, action: Callable[[], Any]) -> Work:
    """Do `action` and count; what it gives is thrown away.

    Args:
        answer: the file name of the answer's code.
        action: what to do.

    Raises:
        BaseException: whatever `action` raises.
    """
    asked, ran, lines = _Asked(), _Ran(), _Lines(answer)
    with _silence(), asked, ran, _traced(lines):
        action()
    return Work(
        calls=dict(asked.calls.most_common(_MOST)),
        operations=dict(ran.operations.most_common(_MOST)),
        lines=dict(lines.ran.most_common(_MOST)),
        taken=asked.taken,
    )


@contextmanager
def _traced(lines: _Lines) -> Iterator[None]:
    before = sys.gettrace()
    sys.settrace(lines.trace)
    try:
        yield
    finally:
        sys.settrace(before)


@contextmanager
def _silence() -> Iterator[None]:
    """Without `print`: writing a tensor takes operations of its own, the more the larger it is."""
    printing = builtins.print
    builtins.print = lambda *_, **__: None
    try:
        yield
    finally:
        builtins.print = printing
