"""Silent mistakes that an answer's text shows, for differences that name no cause. Without torch.

Each is a mistake by itself, whatever the task: nobody names a method to no effect, or gives
cross-entropy what softmax made, on purpose. So they are named as what to look at, and only where
something is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from checks.diagnosis.clearing import (
    cleared_outside,
    cleared_too_late,
    never_cleared,
    old_graphs,
    only_named,
    unused_contexts,
)
from checks.diagnosis.cuts import find_cut_before_backward
from checks.diagnosis.early_steps import early_steps
from checks.diagnosis.kept_references import gradients_kept, losses_kept, states_kept
from checks.diagnosis.lost_results import dropped_results
from checks.diagnosis.lost_writes import counted_once, rebound_arguments, written_copies
from checks.diagnosis.misread_sizes import refilled_shapes, sizes_for_data
from checks.diagnosis.mistaken_losses import softmax_before_loss
from checks.diagnosis.spelled import Found
from checks.diagnosis.views import overwritten_since
from checks.difference import Difference
from checks.names import parse

__all__ = ["Suspect", "find_suspects", "with_suspect"]

_NUMBERS = frozenset(
    {
        "wrong-values", "scaled", "shifted", "all-zero", "wrong-state", "wrong-change",
        "wrong-gradient", "scaled-gradient", "state-not-changed", "input-not-changed",
        "not-trained", "not-reached", "diverged", "not-measured", "wrong-update", "not-updated",
        "shares-storage", "not-restored", "sign-flipped",
    }
)  # fmt: skip
"""Differences of numbers, which may come from anything."""

_STEPS = _NUMBERS | {
    "no-step", "no-backward", "step-before-backward", "gradients-add-up", "wrong-step-count",
    "accumulated-gradient", "not-cleared", "no-gradient", "evaluated-in-training-mode",
    "trained-in-eval-mode", "wrong-mode", "wrong-schedule", "constant-rate", "gradients-kept",
}  # fmt: skip

_STILL = frozenset(
    {"state-not-changed", "input-not-changed", "not-trained", "not-updated", "all-zero"}
)
"""Numbers that stay as they are, which nothing that adds up does."""

_LOST = frozenset({"wrong-gradient", "state-not-changed", "not-trained", "wrong-state"})
_CUTS = ("`.item()`", "`.detach()`", "`.numpy()`", "`tensor(", "`from_numpy(", "`float(")

_RECORDED = frozenset({"evaluation-recorded", "still-tracked", "graph-kept", "still-connected"})

_SHAPES = frozenset({"missing-dimension", "extra-dimension", "wrong-shape", "empty", "transposed"})

_UNTOUCHED = frozenset({"input-not-changed", "state-not-changed"})

_WRITES = _UNTOUCHED | {"wrong-values", "wrong-change", "wrong-state", "name-changed", "all-zero"}


class Suspect(NamedTuple):
    """A line that is a mistake by itself.

    Attributes:
        line: of the answer.
        says: what it does, and what to think of.
        codes: the differences that it may explain.
    """

    line: int
    says: str
    codes: frozenset[str] = _NUMBERS


def with_suspect(difference: Difference, source: str) -> Difference:
    """`difference`, with the first line added to its message that may explain it."""
    if difference.line is not None:
        return difference
    try:
        suspects = [*find_suspects(source), *_cut(source)]
    except RecursionError:  # an expression of a thousand parts can be parsed, no more
        return difference
    for suspect in suspects:
        if difference.code in suspect.codes:
            message = f"{difference.message} {suspect.says}"
            return msgspec.structs.replace(difference, message=message, line=suspect.line)
    return difference


def find_suspects(source: str) -> list[Suspect]:
    """The suspects in an answer's text: of one kind after the other, each in order of lines."""
    tree = parse(source)
    if tree is None:
        return []
    return [found for rule in _RULES for found in sorted(rule(tree))]


def _cut(source: str) -> list[Suspect]:
    """A graph that is cut on the way to what `backward()` is called on."""
    cut = find_cut_before_backward(source, "") if "backward" in source else None
    if cut is None or not cut.text.startswith(_CUTS):
        return []
    return [Suspect(cut.line, f"Look at line {cut.line}: {cut.text} cuts the graph.", _LOST)]


_Finds = Callable[[ast.Module], Iterator[Found]]
_Rule = Callable[[ast.Module], Iterator[Suspect]]


def _explaining(codes: frozenset[str], finds: _Finds) -> _Rule:
    """A rule that explains differences of these codes."""
    return lambda tree: (Suspect(line, says, codes) for line, says in finds(tree))


_RULES: tuple[_Rule, ...] = (
    _explaining(_SHAPES | _NUMBERS, sizes_for_data),
    _explaining(_SHAPES | _NUMBERS | {"wrong-dtype", "wrong-device"}, dropped_results),
    _explaining(_NUMBERS, refilled_shapes),
    _explaining(_WRITES, written_copies),
    _explaining(_WRITES, counted_once),
    _explaining(_WRITES, overwritten_since),
    _explaining(_UNTOUCHED, rebound_arguments),
    _explaining(_NUMBERS, early_steps),
    _explaining(_STEPS, only_named),
    _explaining(_RECORDED, unused_contexts),
    _explaining(_NUMBERS, softmax_before_loss),
    _explaining(_NUMBERS, states_kept),
    _explaining(_NUMBERS, cleared_too_late),
    _explaining(_NUMBERS, old_graphs),
    _explaining(_NUMBERS, gradients_kept),
    _explaining(_NUMBERS - _STILL, never_cleared),
    _explaining(_NUMBERS - _STILL | {"gradients-add-up"}, cleared_outside),
    _explaining(frozenset({"graph-kept"}), losses_kept),
)
