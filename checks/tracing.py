"""Where in an answer a number stopped being finite: found by running it once more.

Runs in the process of a learner's code. What it gives is a hint for the message, nothing more: a
forged one misleads only who forged it.
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
import types
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from checks.data import Int, Str, Tuple
from checks.plain import plain_text
from checks.snapshot import is_tensor
from checks.world import World

__all__ = ["trace_origin"]

_SECONDS = 1.5
_MOST = 20_000
_isfinite, _isnan, _detach = torch.isfinite, torch.isnan, torch.Tensor.detach
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype = _base.dtype.__get__
_no_hooks = torch._C.DisableTorchFunction  # no public way to look past subclasses  # noqa: SLF001  # no public way to it


class _EnoughError(Exception):
    """The second run takes too long for a hint."""


class _Origin:
    """The operation that made a number infinite or NaN out of ordinary ones."""

    def __init__(self, name: str, line: int, made: str, dtype: str) -> None:
        self.name = name
        self.line = line
        self.made = made
        self.dtype = dtype
        self.before: _Origin | None = None


class _Tracer(TorchFunctionMode):
    """Remembers, for each tensor that is not finite, the operation to blame."""

    def __init__(self, filename: str) -> None:
        super().__init__()
        self._filename = filename
        self._until = time.monotonic() + _SECONDS
        self._seen = 0
        self._alive: list[Any] = []
        self.origins: dict[int, _Origin] = {}
        self.last: _Origin | None = None

    def __torch_function__(
        self, func: Any, _: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        self._seen += 1
        if self._seen > _MOST or time.monotonic() > self._until:
            raise _EnoughError
        inputs = _tensors((args, list((kwargs or {}).values())))
        states = [(_state(tensor), tensor) for tensor in inputs]
        result = func(*args, **(kwargs or {}))
        for tensor in [*_tensors(result), *inputs[:1]]:
            made = _state(tensor)
            if made:
                self._blame(func, made, tensor, states)
        if type(result) is float and result - result != 0.0:
            self.last = self._known(states, "nan") or self._known(states, "inf") or self.last
        return result

    def _blame(self, func: Any, made: str, tensor: Any, states: list[tuple[str, Any]]) -> None:
        known = self._known(states, made)
        if any(state == made for state, _ in states):
            origin = known
        else:
            name = plain_text(getattr(func, "__name__", ""), 60)
            name = name.strip("_") if name.startswith("__") else name
            if name == "get":  # an attribute such as .grad, which no operation of the answer made
                return
            dtype = str(_dtype(tensor)).removeprefix("torch.")
            origin = _Origin(name, self._line(), made, dtype)
            origin.before = self._known(states, "inf")
        if origin is not None:
            self._alive.append(tensor)
            self.origins[id(tensor)] = self.last = origin

    def _known(self, states: list[tuple[str, Any]], made: str) -> _Origin | None:
        return next(
            (self.origins[id(t)] for s, t in states if s == made and id(t) in self.origins), None
        )

    def _line(self) -> int:
        frame: types.FrameType | None = sys._getframe()  # noqa: SLF001  # no public way to walk frames without their source
        while frame is not None:
            if frame.f_code.co_filename == self._filename:
                return frame.f_lineno
            frame = frame.f_back
        return 0


def _state(tensor: Any) -> str:
    """``nan``, ``inf``, or an empty text for a finite tensor."""
    dtype = _dtype(tensor)
    if not (dtype.is_floating_point or dtype.is_complex):
        return ""
    with _no_hooks():
        plain = _detach(tensor)
        if bool(_isfinite(plain).all()):
            return ""
        return "nan" if bool(_isnan(plain).any()) else "inf"


def _tensors(thing: Any, depth: int = 3) -> list[Any]:
    if is_tensor(thing):
        return [thing]
    if depth and type(thing) is dict:
        thing = list(thing.values())
    if depth and type(thing) in (list, tuple):
        return [t for item in thing[:100] for t in _tensors(item, depth - 1)]
    return []


def trace_origin(world: World, target: str, seed: int) -> Tuple | None:
    """The operation, its line, what it made and in which dtype; and the one before it, if any."""
    tracer = _Tracer(world.filename)
    quiet = contextlib.redirect_stdout(io.StringIO())

    def again(*, whole: bool) -> Any:
        world.seed(seed)
        with quiet, tracer:
            scope = world.rerun() if whole else {}
            return world.evaluate(target, scope)

    for whole in (False, True):
        attempt = world.attempt("look", lambda whole=whole: again(whole=whole))  # type: ignore[misc]  # bound now
        found = [tracer.origins.get(id(tensor)) for tensor in _tensors(attempt.value)]
        origin = next((o for o in found if o is not None), None)
        if origin is None and not found:
            origin = tracer.last
        if origin is not None:
            return _described(origin)
    return None


def _described(origin: _Origin) -> Tuple:
    chain = [origin, origin.before] if origin.before is not None else [origin]
    return Tuple(
        tuple(Tuple((Str(o.name), Int(hex(o.line)), Str(o.made), Str(o.dtype))) for o in chain)
    )
