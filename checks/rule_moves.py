"""Where an update rule took its parameters, and whether two rules took them the same way."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

import msgspec
import torch

from checks.codec import CodecError
from checks.data import Observed, Tensor
from checks.memory import Memory
from checks.packing import unpacked
from checks.rule_inputs import LABELS

__all__ = [
    "Moves",
    "RuleCheck",
    "RuleFacts",
    "far_enough",
    "first_off",
    "moves_alike",
    "moves_of",
    "stays",
    "stops_early",
]

_FAR = 1e-4
_NEAR = 1e-6

Moves: TypeAlias = list[list[torch.Tensor]]
"""The parameters, from the start to the last step, as float64."""


class RuleFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is seen of a rule beside the parameters.

    Attributes:
        step: the last step that was begun.
        recorded: paths to tensors that it keeps and that carry a graph.
        cleared: whether `zero_grad()` cleared every gradient; None where there is none.
    """

    step: int
    recorded: tuple[str, ...] = ()
    cleared: bool | None = None


class RuleCheck(Protocol):
    """What is needed to know of the check."""

    @property
    def target(self) -> str:
        """The rule's name."""

    @property
    def configs(self) -> tuple[dict[str, Any], ...]:
        """Hyper-parameters."""

    @property
    def steps(self) -> int:
        """How many steps there are."""

    @property
    def state(self) -> tuple[str, ...]:
        """Expressions whose values count."""

    @property
    def rtol(self) -> float | None:
        """Relative tolerance."""

    @property
    def atol(self) -> float | None:
        """Absolute tolerance."""


def moves_of(observed: Observed, check: RuleCheck) -> Moves | None:
    """The parameters after every step, or None where they were not all seen in their shapes."""
    memory = Memory(observed.storages)
    shapes = LABELS.get(observed.trial.label if observed.trial is not None else "", ())
    found: Moves = []
    for step in range(check.steps + 1):
        row = []
        for place, shape in enumerate(shapes):
            value = observed.after.get(f"{step}:{place}")
            if not isinstance(value, Tensor) or value.shape != shape:
                return None
            try:
                row.append(memory.tensor(value).to(torch.float64))
            except (CodecError, RuntimeError):
                return None
        found.append(row)
    return found if shapes else None


def far_enough(moves: Moves) -> bool:
    """Whether the parameters moved by much more than the tolerance."""
    pairs = zip(moves[0], moves[-1], strict=True)
    return any(bool(((a - b).abs() > 100 * _NEAR).any()) for a, b in pairs)


def stays(moves: Moves) -> bool:
    """Whether no step changes any parameter."""
    return all(torch.equal(a, b) for row in moves[1:] for a, b in zip(moves[0], row, strict=True))


def stops_early(moves: Moves) -> bool:
    """Whether the first step moves the parameters and the second one does not."""
    first, second = (
        any(not torch.equal(a, b) for a, b in zip(moves[n], moves[n + 1], strict=True))
        for n in (0, 1)
    )
    return first and not second


def first_off(
    actual: Moves, expected: Moves, check: RuleCheck
) -> tuple[int, int, torch.Tensor] | None:
    """The first step and parameter that is off, and which of its numbers are; or None.

    A float32 parameter is rounded at every step, the way that it has come hardly is: the way is
    compared closely, however short the steps are.
    """
    rtol = _FAR if check.rtol is None else check.rtol
    atol = _NEAR if check.atol is None else check.atol
    way = [torch.zeros_like(tensor) for tensor in expected[0]]
    for step, row in enumerate(expected):
        if step:
            way = [w + (b - a).abs() for w, a, b in zip(way, expected[step - 1], row, strict=True)]
        for place, tensor in enumerate(row):
            found = actual[step][place]
            limit = rtol * way[place] + atol * tensor.abs().clamp(min=1.0)
            near = (found - tensor).abs() <= limit
            off = ~(near | (found == tensor) | (found.isnan() & tensor.isnan()))
            if bool(off.any()):
                return step, place, off
    return None


def moves_alike(left: Observed, right: Observed, check: RuleCheck) -> bool:
    """Whether two rules moved the parameters of one trial alike, and kept the same aside."""
    ours, theirs = moves_of(left, check), moves_of(right, check)
    if ours is None or theirs is None:
        return ours is theirs
    facts = [unpacked(observed, RuleFacts) for observed in (left, right)]
    aside = [f and (bool(f.recorded), f.cleared) for f in facts]
    return aside[0] == aside[1] and first_off(ours, theirs, check) is None
