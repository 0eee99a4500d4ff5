"""Concluding over the passes and orders that `forward` observed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec
import torch

from checks.codec import CodecError
from checks.codes import CAUSES, rank
from checks.comparing import compare_values
from checks.data import Observed, Tensor, Value
from checks.diagnosis.activations import activated
from checks.diagnosis.modes import random_in_eval
from checks.diagnosis.values import named
from checks.difference import Difference
from checks.forward_effects import changed_input, moved_buffers, pass_gradients
from checks.forward_trial import ForwardTrial
from checks.forwarding import Seen
from checks.memory import Memory
from checks.module_runs import PASSES
from checks.statistics import apart, wider_by_far
from checks.trial_words import inputs_short, size

__all__ = ["judge_forward"]

_INTERNAL = ("bare", "ending")
_BY_CHANCE = ("not-random", "otherwise-random")
_FEWEST = 50
_WORDS = {"eval": "in eval mode", "train": "in training mode"}


def judge_forward(trials: list[ForwardTrial]) -> Difference | None:
    """The difference to show: None if in one order everything agrees."""
    varying = {
        mode
        for trial in trials
        for mode, random in (
            ("eval", trial.recipe.eval_varies),
            ("train", trial.recipe.train_varies),
        )
        if random
    }
    number = min(len(t.orders.orders) if t.orders else 0 for t in trials)
    if not number:
        return Difference(code="unobserved", message="")
    likeliest = _first_order(trials, varying)
    if likeliest is None:
        return None
    by_chance = likeliest if likeliest.code in _BY_CHANCE else None
    for numbers in _in_step(trials):
        pairs = zip(trials, numbers, strict=True)
        if all(_in_order(trial, order, varying) is None for trial, order in pairs):
            difference = _distributions(trials, numbers, varying)
            if difference is None:
                return None
            by_chance = by_chance or difference
    # An order in which only chance differs says more than the likeliest one.
    return by_chance or likeliest


def _in_step(trials: list[ForwardTrial]) -> Iterator[Sequence[int]]:
    """Which of its orders each trial is looked at in: the second of each, the third of each, ...

    Then those that pair the same parameters in every trial: where sizes happen to be equal, there
    are more orders than elsewhere, and the only one of another trial may be any of them.
    """
    tried = [trial.orders.orders if trial.orders else () for trial in trials]
    for number in range(1, min(map(len, tried))):
        yield [number] * len(trials)
    for places in max(tried, key=len):
        if all(places in orders for orders in tried):
            numbers = [orders.index(places) for orders in tried]
            if len(set(numbers)) > 1:
                yield numbers


def _first_order(trials: list[ForwardTrial], varying: set[str]) -> Difference | None:
    """The difference to show if the parameters stand for each other in the likeliest order."""
    found = [
        (size(trial.trial), difference)
        for trial in trials
        if (difference := _in_order(trial, 0, varying)) is not None
    ]
    if not found:
        return _distributions(trials, [0] * len(trials), varying)
    shown = _to_show(found, trials)
    details = {k: v for k, v in shown.details.items() if k not in _INTERNAL}
    return msgspec.structs.replace(shown, details=details)


def _to_show(found: list[tuple[int, Difference]], trials: list[ForwardTrial]) -> Difference:
    """The smallest of what comes first; a cause only if it explains every trial."""
    broken = next((d for _, d in found if d.code in ("lesson-error", "unobserved")), None)
    if broken is not None:
        return broken
    cause = _shared_cause([d for _, d in found if d.causes or d.code == "wrong-values"])
    plain = [(place, _named(difference, cause)) for place, difference in found]
    first = min(plain, key=lambda pair: (rank(pair[1].code), pair[0]))[1]
    if first.code == "wrong-values" and first.details.get("pass") == 0:
        pairs = [pair for trial in trials if (pair := _outputs(trial)) is not None]
        return activated(pairs, first) or first
    return first


def _shared_cause(differing: list[Difference]) -> str:
    """The code of the first cause that explains the values of every trial, if there is one."""
    for cause in differing[0].causes if differing else ():
        family = [next((c for c in d.causes if c.code == cause.code), None) for d in differing]
        known = [c for c in family if c is not None]
        same = all(math.isclose(c.factor, cause.factor, rel_tol=1e-4) for c in known)
        varied = cause.code in ("scaled", "shifted") and not same
        enough = sum(c.evidence for c in known) >= cause.needs
        if len(known) == len(family) and enough and not varied:
            return cause.code
    return ""


def _named(difference: Difference, cause: str) -> Difference:
    """The difference named by the cause, or by none; where it was is kept."""
    if difference.code not in CAUSES and difference.code != "wrong-values":
        return difference
    ending = difference.details.get("ending", "")
    own = next((c for c in difference.causes if c.code == cause), None)
    bare = difference.details.get("bare", difference.message)
    plain = msgspec.structs.replace(difference, code="wrong-values", message=bare, plain="")
    shown = plain if own is None else named(plain, own)
    return msgspec.structs.replace(shown, message=shown.message + ending, plain=bare + ending)


def _outputs(trial: ForwardTrial) -> tuple[Value, Value, ForwardTrial] | None:
    got, wanted = trial.passes(0, 0)
    return None if got is None or wanted is None else (got.output, wanted.output, trial)


def _in_order(trial: ForwardTrial, order: int, varying: set[str]) -> Difference | None:
    """The first difference in one order, pass by pass."""
    moved = False
    for number, mode in enumerate(PASSES):
        got, wanted = trial.passes(order, number)
        if wanted is None:
            return Difference(code="lesson-error", message="a pass of the solution is missing")
        if got is None:
            return Difference(code="unobserved", message="")
        if mode in varying or (moved and number == len(PASSES) - 1):
            moved = moved or (mode == "train" and bool(wanted.buffers))
            continue
        difference = _pass(trial, order, got, wanted)
        if difference is not None:
            return _told(difference, trial, number)
    return None


def _told(difference: Difference, trial: ForwardTrial, number: int) -> Difference:
    """With the mode and the inputs in the message."""
    if difference.code in ("lesson-error", "unobserved"):
        return difference
    mode = PASSES[number]
    orders = trial.orders
    if mode == "eval" and number == 0 and orders is not None and orders.eval_varies:
        return random_in_eval(trial.facts, trial.question)
    where = _WORDS[mode] + (", after two passes in training mode" if number > 1 else "")
    inputs = inputs_short(trial.trial)
    ending = f" That was {where}{', ' if inputs else ''}{inputs}."
    if number == len(PASSES) - 1 and trial.wanted is not None and trial.wanted.buffers:
        ending += " In eval mode it goes by what training mode has stored."
    bare = difference.plain or difference.message
    more = {"mode": mode, "pass": number, "bare": bare, "ending": ending}
    return msgspec.structs.replace(
        difference, message=difference.message + ending, details={**difference.details, **more}
    )


def _pass(trial: ForwardTrial, order: int, got: Seen, wanted: Seen) -> Difference | None:
    difference = compare_values(got.output, wanted.output, trial.scene(trial.called))
    if difference is not None:
        return difference
    return (
        changed_input(trial, got)
        or moved_buffers(trial, got, wanted)
        or pass_gradients(trial, order, got, wanted)
    )


def _distributions(
    trials: list[ForwardTrial], numbers: Sequence[int], varying: set[str]
) -> Difference | None:
    """Where results depend on chance: whether they do so in the same way."""
    for mode in sorted(varying):
        compared = 0
        for trial, order in zip(trials, numbers, strict=True):
            wanted = _samples(trial.reference, trial.memories[1], f"samples:{mode}:0")
            if wanted is None:
                continue
            got = _samples(trial.answer, trial.memories[0], f"samples:{mode}:{order}")
            if got is None or got.numel() < _FEWEST:
                return Difference(code="unobserved", message="")
            if apart(got, wanted) or wider_by_far(got, wanted):
                return _otherwise(trial, mode, still=bool((got == got[0]).all()))
            compared += 1
        if not compared:
            says = "the solution's results depend on chance and cannot be compared"
            return Difference(code="lesson-error", message=says)
    return None


def _samples(observed: Observed, memory: Memory, key: str) -> torch.Tensor | None:
    """What came of many calls."""
    value = observed.after.get(key)
    if not isinstance(value, Tensor) or value.dtype != "float64" or 0 in value.shape:
        return None
    try:
        return memory.tensor(value).flatten()
    except CodecError:
        return None


def _otherwise(trial: ForwardTrial, mode: str, *, still: bool) -> Difference:
    if still:
        message = (
            f"`{trial.called}` gives the same result every time {_WORDS[mode]}, but chance is "
            "expected to play a part there, as it does with dropout."
        )
        return Difference(code="not-random", message=message, subject=trial.called)
    message = (
        f"`{trial.called}` depends on chance {_WORDS[mode]}, as expected, but in another way: "
        "its results are distributed differently. Is it another probability, another place, or "
        "are the numbers that are kept not scaled by 1 / (1 - p)?"
    )
    return Difference(code="otherwise-random", message=message, subject=trial.called)
