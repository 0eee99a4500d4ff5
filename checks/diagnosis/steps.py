"""What to say of a training step whose parts come in another order."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from checks.data import Observed
from checks.diagnosis.raising import what_raised
from checks.difference import Difference
from checks.packing import unpacked
from checks.recorder import Event
from checks.show import count

__all__ = [
    "StepFacts",
    "Steps",
    "compare_steps",
    "count_steps",
    "out_of_order",
    "raised_in_step",
    "steps_alike",
    "too_slow",
]


class StepFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did.

    Attributes:
        events: in their order.
        late: whether it was stopped, since it took too long.
        whose: the first parameter whose used gradient was added to.
    """

    events: tuple[Event, ...]
    late: bool = False
    whose: str = ""


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """A run in numbers.

    Attributes:
        forward: forward passes of a module.
        backward: backward passes.
        updates: updates that had a gradient.
        cleared: updates without one, though a backward pass had computed it.
        idle: updates without one, before any backward pass.
        overdue: updates between a forward pass and its backward pass.
        added: backward passes that added to a gradient that was already used.
        zeroed: calls of `zero_grad`.
        by_hand: whether parameters were written without an optimizer.
        renewed: whether new tensors took the place of the parameters.
    """

    forward: int = 0
    backward: int = 0
    updates: int = 0
    cleared: int = 0
    idle: int = 0
    overdue: int = 0
    added: int = 0
    zeroed: int = 0
    by_hand: bool = False
    renewed: bool = False


def count_steps(events: Sequence[Event]) -> Steps:
    """The run in numbers."""
    found = dict.fromkeys(
        ("forward", "backward", "updates", "cleared", "idle", "overdue", "added"), 0
    )
    waiting = passes = 0
    for place, event in enumerate(events):
        match event.kind:
            case "forward":
                found["forward"] += 1
                waiting = place + 1
            case "backward":
                waiting = 0
                passes += 1
                found["backward"] += 1
                found["added"] += event.gradient == "used"
            case "update" if event.gradient == "there":
                found["updates"] += 1
                found["overdue"] += bool(waiting) and _next_is_backward(events[place + 1 :])
                passes = 0
            case "update":
                found["cleared" if passes else "idle"] += 1
                found["overdue"] += bool(waiting) and _next_is_backward(events[place + 1 :])
                passes = 0
    updates = [event for event in events if event.kind == "update"]
    return Steps(
        **found,
        zeroed=sum(event.kind == "zero" for event in events),
        by_hand=any(event.by != "step" for event in updates),
        renewed=any(event.by == "new" for event in updates),
    )


def _next_is_backward(events: Sequence[Event]) -> bool:
    """Whether the next pass is a backward one: then it belongs to the forward pass before."""
    passes = (event.kind for event in events if event.kind in ("forward", "backward"))
    return next(passes, "") == "backward"


def too_slow(subject: str, seconds: float) -> Difference:
    """The difference that a run makes which was stopped."""
    return Difference(
        code="timeout",
        message=f"{subject[:1].upper()}{subject[1:]} did not finish within {seconds:g} seconds, "
        "and the solution does. Does it train for too long, or without end?",
    )


def raised_in_step(answer: Observed, subject: str, source: str) -> Difference:
    """The difference that an exception makes: often a gradient is used that is None."""
    raised, facts = answer.raised, unpacked(answer, StepFacts)
    assert raised is not None  # noqa: S101  # for the type checker: the caller looked
    plain = what_raised(raised, subject, source)
    lines = source.splitlines()
    line = lines[raised.line - 1] if raised.line and raised.line <= len(lines) else ""
    if facts is None or "NoneType" not in raised.message or ".grad" not in line:
        return plain
    passes = [event.kind for event in facts.events if event.kind in ("backward", "update")]
    if passes[-1:] == ["backward"]:
        code, says = "gradients-cleared", "the gradients are cleared before they are used"
    else:
        code, says = "step-before-backward", "no `backward()` has filled it yet"
    return msgspec.structs.replace(
        plain, code=code, message=f"{plain.message} A `.grad` is None there: {says}."
    )


def compare_steps(
    answer: Observed, reference: Observed, subject: str, seconds: float, times: int = 1
) -> Difference | None:
    """The first thing that is out of order."""
    mine, right = unpacked(answer, StepFacts), unpacked(reference, StepFacts)
    assert right is not None  # noqa: S101  # for the type checker: the caller looked
    if mine is None:
        return Difference(code="unobserved", message="The answer's process gave no record.")
    if mine.late:
        return too_slow(subject, seconds)
    ours, theirs = count_steps(mine.events), count_steps(right.events)
    found = out_of_order(ours, theirs, mine.whose) or _other_numbers(ours, theirs)
    if found is None:
        return None
    code, says = found
    calls = f"{times} calls of " if times > 1 and code == "wrong-step-count" else ""
    expected, actual = _in_words(theirs), _in_words(ours)
    alike = expected == actual  # then it is not the number that is wrong
    return Difference(
        code=code,
        message=f"In {calls}{subject}, {says}",
        expected="" if alike else expected,
        actual="" if alike else actual,
        details={"events": [event.kind for event in mine.events[:40]]},
    )


def _in_words(steps: Steps) -> str:
    return f"{count(steps.backward, 'backward pass')}, {count(steps.updates, 'update')}".replace(
        "passs", "passes"
    )


def out_of_order(ours: Steps, theirs: Steps, whose: str) -> tuple[str, str] | None:
    """The code and the rest of a sentence; None where the order is right."""
    return (
        _missing(ours, theirs) or _wrong_way_round(ours, theirs) or _added_up(ours, theirs, whose)
    )


def _missing(ours: Steps, theirs: Steps) -> tuple[str, str] | None:
    if not ours.backward:
        return "no-backward", "nothing calls `backward()`: no gradient is ever computed."
    if theirs.updates and not ours.updates and not ours.cleared and not ours.idle:
        return "no-step", (
            "gradients are computed, but nothing uses them: no `optimizer.step()`, and no "
            "parameter is written into."
        )
    return None


def _wrong_way_round(ours: Steps, theirs: Steps) -> tuple[str, str] | None:
    step = "the update" if ours.by_hand else "`step()`"
    if ours.overdue > theirs.overdue or ours.idle > theirs.idle:
        return "step-before-backward", (
            f"{step} comes before `backward()`: it has no gradient yet, or that of the batch "
            "before."
        )
    if ours.cleared > theirs.cleared:
        zero = "`zero_grad()` comes" if ours.zeroed else "the gradients are cleared"
        return "gradients-cleared", (
            f"{zero} between `backward()` and {step}: the gradients are gone before they are used."
        )
    return None


def _added_up(ours: Steps, theirs: Steps, whose: str) -> tuple[str, str] | None:
    if ours.added <= theirs.added:
        return None
    holds = f"`{whose}.grad` still holds" if whose else "`.grad` still holds"
    if ours.zeroed:
        return "gradients-add-up", (
            f"{holds} the gradient of an earlier step when `backward()` adds the next one, though "
            "`zero_grad()` is called. Is it called in time, and on the right object?"
        )
    return "gradients-add-up", (
        f"`zero_grad()` is missing: {holds} the gradient of an earlier step when `backward()` "
        "adds the next one, so gradients add up."
    )


def _other_numbers(ours: Steps, theirs: Steps) -> tuple[str, str] | None:
    # The last one of new tensors cannot be seen: nothing is computed with it.
    updates = ours.updates + (ours.renewed and not theirs.renewed)
    if ours.backward == theirs.backward and updates == theirs.updates:
        return None
    if ours.backward == theirs.backward and updates < theirs.updates:
        says = (
            f"the parameters are updated {_times(ours.updates)} where {_times(theirs.updates)} "
            "is expected. Does the update stand outside the loop?"
        )
        return "wrong-step-count", says
    fewer = ours.forward == theirs.forward and ours.backward < theirs.backward
    why = " Do `backward()` and the update stand outside the inner loop?" if fewer else ""
    return "wrong-step-count", (
        f"there are {_in_words(ours)}, where {_in_words(theirs)} are expected.{why}"
    )


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def steps_alike(left: Observed, right: Observed) -> bool:
    """Whether both runs are out of order in the same way."""
    mine, other = unpacked(left, StepFacts), unpacked(right, StepFacts)
    if mine is None or other is None or mine.late or other.late:
        return (mine and mine.late) == (other and other.late)
    ours, theirs = count_steps(mine.events), count_steps(other.events)
    return _kinds(ours) == _kinds(theirs)


def _kinds(steps: Steps) -> tuple[object, ...]:
    wrong = (bool(steps.cleared), bool(steps.idle), bool(steps.overdue), bool(steps.added))
    return (*wrong, steps.backward, steps.updates)
