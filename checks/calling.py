"""Calling a target in a world with a trial's inputs, and describing what came of it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
import torch

from checks import codec
from checks.building import Build, Call, is_float, names_made
from checks.chance import fingerprints
from checks.counting import counted
from checks.data import Observed, Raised, Trial
from checks.differentiating import differentiate, named_tensors
from checks.facts import Chance, Watch, Work
from checks.names import read_names
from checks.snapshot import is_tensor
from checks.walk import contains_opaque, renumbered
from checks.watching import Watcher
from checks.world import World

__all__ = ["local_names", "observe_trials", "prepare_inputs"]

_clock = time.monotonic
_QUICK = 1.0
"""Seconds within which a call is quick enough to be made once more."""


def local_names(inputs: Mapping[str, str], given: str) -> tuple[str, ...]:
    """The inputs that are built in each world, since they use what `given` makes."""
    if not given:
        return ()
    made = set(names_made(given))
    local: list[str] = []
    for name, expression in inputs.items():
        if made & read_names(expression):
            local.append(name)
            made.add(name)
    return tuple(local)


def prepare_inputs(world: World, trial: Trial, call: Call) -> Trial:
    """Evaluate the inputs that travel, in order, under the trial's seed."""
    local = local_names(call.inputs, call.given)
    world.seed(trial.seed)
    names: dict[str, Any] = dict(trial.sizes)
    made: dict[str, Any] = {}
    for name, expression in call.inputs.items():
        if name in local:
            continue
        attempt = world.attempt("inputs", partial(world.evaluate, expression, names))
        if attempt.raised is not None:
            return msgspec.structs.replace(trial, failed=attempt.raised)
        made[name] = names[name] = attempt.value
    values, storages = world.look(made)
    opaque = next((name for name, value in values.items() if contains_opaque(value)), None)
    if opaque is not None:
        reason = f"the input {opaque} cannot travel; build it in `given`"
        return msgspec.structs.replace(trial, failed=Raised(type="", message=reason))
    return msgspec.structs.replace(trial, inputs=values, storages=storages, local=local)


def observe_trials(world: World, planned: Sequence[tuple[Trial, Call]]) -> tuple[Observed, ...]:
    """Every trial in turn; at the end one of them again, to see whether it does the same."""
    observed = [_observe_trial(world, trial, call) for trial, call in planned]
    place = _to_repeat([trial for trial, _ in planned])
    if place is not None and observed[place].raised is None:
        begun = _clock()
        again = _again(world, *planned[place])
        # What is watched takes longer; it says more of what is wrong, but decides nothing.
        watch = _watch(world, *planned[place]) if _clock() - begun < _QUICK else None
        observed[place] = msgspec.structs.replace(observed[place], again=again, watch=watch)
    return tuple(observed)


def _to_repeat(trials: Sequence[Trial]) -> int | None:
    """The place of a trial that is large enough to show something; the same in both worlds."""
    usable = [i for i, trial in enumerate(trials) if trial.inputs is not None and not trial.failed]
    large = (i for i in usable if trials[i].label == "distinct")
    return next(large, usable[0] if usable else None)


def _observe_trial(world: World, trial: Trial, call: Call) -> Observed:
    if trial.failed is not None or trial.inputs is None:
        return Observed(trial=trial)
    # The trial travels back with what was seen.
    world.room -= sum(len(data) for data in trial.storages)
    build = Build(world, trial, call)
    made = build.make()
    if made.raised is not None:
        return Observed(raised=made.raised, warnings=made.warnings, trial=trial)
    seen = [_observe_call(build, 0)]
    while len(seen) < call.times and seen[-1].raised is None:
        seen.append(_observe_call(build, len(seen)))
    observed = msgspec.structs.replace(seen[0], trial=trial, later=tuple(seen[1:]))
    if observed.raised is not None:
        return observed
    if call.counted:
        observed = msgspec.structs.replace(observed, work=_work(world, trial, call))
    return _with_gradients(observed, world, call) if call.gradients else observed


def _observe_call(build: Build, number: int) -> Observed:
    """One call, and everything that is looked at before and after it."""
    world = build.world
    earlier, before_storages = world.look(_states(build, before=True)[0])
    attempt = build.run(number)
    chance = Chance(made=build.generators, states=fingerprints())
    if attempt.raised is not None:
        return Observed(raised=attempt.raised, warnings=attempt.warnings, chance=chance)
    states, problem = _states(build)
    inputs = {name: build.names[name] for name in build.trial.inputs or {}}
    values, storages = world.look({"": attempt.value, **inputs, **states})
    return Observed(
        value=values.pop(""),
        after=values,
        before={key: renumbered(value, len(storages)) for key, value in earlier.items()},
        after_raised=problem,
        warnings=attempt.warnings,
        terms=_terms(build.names.values()),
        chance=chance,
        storages=(*storages, *before_storages),
    )


def _states(build: Build, *, before: bool = False) -> tuple[dict[str, Any], Raised | None]:
    """What else there is to look at, and the first exception that looking at `after` gave."""
    found: dict[str, Any] = {}
    problem: Raised | None = None
    for key, look in build.states(before=before).items():
        attempt = build.world.attempt("after", look)
        if attempt.raised is None:
            found[key] = attempt.value
        elif key.startswith("after:"):
            problem = problem or attempt.raised
    return found, problem


def _again(world: World, trial: Trial, call: Call) -> Observed:
    """The trial's first call once more."""
    build = Build(world, trial, call)
    made = build.make()
    return Observed(raised=made.raised) if made.raised is not None else _observe_call(build, 0)


def _watch(world: World, trial: Trial, call: Call) -> Watch | None:
    """What is seen of the trial's first call; None where it does not bear being watched."""
    build, watcher = Build(world, trial, call), Watcher(world.filename)
    if build.make(through=watcher).raised is not None or build.run(0, watcher).raised is not None:
        return None
    return watcher.seen


def _work(world: World, trial: Trial, call: Call) -> Work | None:
    """What the trial's first call does; None where it does not bear being counted."""
    build = Build(world, trial, call)
    if build.make().raised is not None:
        return None
    attempt = build.run(0, partial(counted, world.filename))
    return attempt.value if isinstance(attempt.value, Work) else None


def _with_gradients(observed: Observed, world: World, call: Call) -> Observed:
    """The first call once more, on inputs that require gradients."""
    trial = observed.trial
    assert trial is not None  # the caller put it there  # noqa: S101  # for the type checker: the caller put it there
    build = Build(world, trial, call)
    made = build.make(tracked=True)
    attempt = made if made.raised is not None else build.run()
    if attempt.raised is not None:
        return msgspec.structs.replace(observed, gradient_raised=attempt.raised)
    grads = world.attempt(
        "gradient", lambda: differentiate(attempt.value, _sources(build), trial.seed)
    )
    # Both snapshots share one message: the gradients' storages are numbered after the others.
    values, storages = world.look(grads.value or {})
    return msgspec.structs.replace(
        observed,
        gradients={n: renumbered(v, len(observed.storages)) for n, v in values.items()},
        gradient_raised=grads.raised,
        storages=(*observed.storages, *storages),
    )


def _sources(build: Build) -> dict[str, Any]:
    """What the result is differentiated with respect to: float inputs and parameters."""
    things = [named_tensors(name, build.names[name]) for name in build.call.inputs]
    if type.__subclasscheck__(torch.nn.Module, type(build.target)):
        things.append(dict(torch.nn.Module.named_parameters(build.target)))
    named = [item for found in things for item in found.items()]
    return {name: thing for name, thing in named[:1000] if is_float(thing)}


def _terms(things: Any) -> int:
    total = sum(torch.Tensor.numel(thing) for thing in things if is_tensor(thing))
    return min(total, codec.MAX_ELEMENTS)
