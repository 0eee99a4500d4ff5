"""Calling a module in training and eval mode, and keeping what came of it, in a hostile process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import torch

from checks.chance import fingerprints, seed_all
from checks.data import Raised, Trial, Warned
from checks.differentiating import differentiate
from checks.graph_walk import tensors_in
from checks.memory import restore
from checks.module_reading import is_lazy, parameters_of
from checks.module_weights import Kept, buffer_list
from checks.snapshot import is_tensor
from checks.world import Attempt, World

__all__ = [
    "PASSES",
    "Pass",
    "Run",
    "call",
    "copied",
    "materialise",
    "projections",
    "run_passes",
    "varies",
]

PASSES = ("eval", "train", "train", "eval")
"""The modes of the passes of one run: buffers that training moves show in the last one."""

_T = torch.Tensor
_detach, _clone, _requires_grad_ = _T.detach, _T.clone, _T.requires_grad_
_size, _numel, _reshape, _to = _T.size, _T.numel, _T.reshape, _T.to
_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_dtype = _base.dtype.__get__
_isclose, _no_grad = torch.isclose, torch.no_grad
_rand, _generator, _stack, _dot = torch.rand, torch.Generator, torch.stack, torch.dot
_MOST_NUMBERS = 10_000
_LARGE = 20_000
_FEW = 4_000
_WITHOUT_DRAWS = 4


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """What one call of a module came to.

    Attributes:
        mode: ``eval`` or ``train``.
        output: a copy of the result.
        inputs: the arguments after the call.
        gradients: of the result for its inputs and parameters.
        buffers: copies of the buffers after the call, in order.
    """

    mode: str
    output: Any
    inputs: dict[str, Any]
    gradients: dict[str, Any]
    buffers: tuple[Any, ...]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """Several passes of one module.

    Attributes:
        passes: the ones that came to their end.
        raised: what the next one raised.
        gradient_raised: what differentiating raised, if it did.
        warnings: what was warned of.
    """

    passes: tuple[Pass, ...] = ()
    raised: Raised | None = None
    gradient_raised: Raised | None = None
    warnings: tuple[Warned, ...] = ()


def call(world: World, module: Any, trial: Trial, mode: str, *, tracked: bool = False) -> Attempt:
    """Call the module on fresh inputs: the result, what it is differentiated for, the arguments."""
    sources = restore(trial.inputs or {}, trial.storages)
    inputs = sources
    if tracked:
        sources = {name: _track(thing) for name, thing in sources.items()}
        # Copies, since nothing may write into a leaf that requires a gradient.
        inputs = {name: _clone(t) if is_tensor(t) else t for name, t in sources.items()}

    def work() -> tuple[Any, dict[str, Any], dict[str, Any]]:
        if mode:
            module.train(mode == "train")
        return module(*inputs.values()), sources, inputs

    return world.attempt("call", work)


def materialise(world: World, module: Any, trial: Trial) -> None:
    """Give lazy parameters their shapes, by one call."""
    if any(is_lazy(p) for _, p in parameters_of(module)):
        call(world, module, trial, "eval")


def run_passes(
    world: World, module: Any, trial: Trial, parameters: Mapping[str, Any], modes: Sequence[str]
) -> Run:
    """Call the module once for each of the modes, and differentiate every result."""
    done: list[Pass] = []
    texts: tuple[Warned, ...] = ()
    failed: Raised | None = None
    for number, mode in enumerate(modes):
        seed_all(trial.seed + number)
        called = call(world, module, trial, mode, tracked=True)
        texts = (*texts, *called.warnings)[:20]
        if called.raised is not None:
            return Run(passes=tuple(done), raised=called.raised, warnings=texts)
        output, leaves, inputs = called.value
        sources = {**{n: t for n, t in leaves.items() if _is_float(t)}, **parameters}
        result = copied(output)
        grads = world.attempt("gradient", partial(differentiate, output, sources, trial.seed))
        failed = failed or grads.raised
        done.append(
            Pass(
                mode=mode,
                output=result,
                inputs={name: copied(thing) for name, thing in inputs.items()},
                gradients={name: _thinned(g) for name, g in (grads.value or {}).items()},
                buffers=tuple(copied(b) for _, b in buffer_list(module)),
            )
        )
    return Run(passes=tuple(done), gradient_raised=failed, warnings=texts)


def varies(world: World, module: Any, trial: Trial, mode: str, times: int) -> bool:
    """Whether the result depends on the seed, the module's state being the same.

    A module that draws nothing is called a few times only: what it does not draw, it does not need.
    """
    kept = Kept(module)
    first: list[Any] | None = None
    draws = False
    for number in range(times):
        if number == _WITHOUT_DRAWS and not draws:
            return False
        seed_all(trial.seed + number)
        before = fingerprints()
        with _no_grad():
            called = call(world, module, trial, mode)
        draws = draws or fingerprints() != before
        kept.restore()
        if called.raised is not None:
            return False
        tensors = [copied(t) for t in tensors_in(called.value[0])]
        if first is not None and not _same(first, tensors):
            return True
        first = tensors
    return False


def projections(world: World, module: Any, trial: Trial, mode: str, times: int) -> Any:
    """One number of each of many results: a random combination of the result's numbers."""
    numbers: list[Any] = []
    weights: list[Any] = []

    def work() -> None:
        module.train(mode == "train")
        inputs = restore(trial.inputs or {}, trial.storages)
        for number in range(times):
            seed_all(trial.seed + number)
            flat = [
                _reshape(_to(t, dtype=torch.float64), (-1,))[:_MOST_NUMBERS]
                for t in tensors_in(module(*inputs.values()))
            ]
            if not weights:
                generator = _generator().manual_seed(trial.seed)
                weights.extend(
                    _rand(_size(t), generator=generator, dtype=torch.float64) for t in flat
                )
            parts = [_dot(w, t) for w, t in zip(weights, flat, strict=True)]
            numbers.append(sum(parts, _rand(()) * 0))

    with _no_grad():
        done = world.attempt("call", work)
    return _stack(numbers) if numbers and done.raised is None else None


def _thinned(gradient: Any) -> Any:
    """A copy; of a large one some numbers from all over it: every pass of every trial has one."""
    if not is_tensor(gradient) or _numel(gradient) <= _LARGE:
        return copied(gradient)
    step = -(-_numel(gradient) // _FEW)
    return _clone(_reshape(_detach(gradient), (-1,))[::step])


def _same(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(
        _size(a) == _size(b) and bool(_isclose(a, b, rtol=0, atol=0, equal_nan=True).all())
        for a, b in zip(left, right, strict=True)
    )


def _is_float(thing: Any) -> bool:
    return is_tensor(thing) and (_dtype(thing).is_floating_point or _dtype(thing).is_complex)


def _track(thing: Any) -> Any:
    return _requires_grad_(thing) if _is_float(thing) else thing


def copied(thing: Any) -> Any:
    """The thing with its tensors copied, so that a later call cannot change them."""
    if is_tensor(thing):
        return _clone(_detach(thing))
    if type(thing) in (list, tuple):
        return type(thing)(copied(item) for item in thing[:1000])
    if type(thing) is dict:
        return {key: copied(item) for key, item in list(thing.items())[:1000]}
    return thing
