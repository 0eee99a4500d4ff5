"""What to say of a training run that does not do what the solution's does."""

from __future__ import annotations

from typing import Protocol

import msgspec

from checks.comparing import compare_values
from checks.data import Nothing, Observed
from checks.diagnosis.measures import Goal, compare_measure, goals, measure_fault
from checks.diagnosis.passes import compare_modes, compare_passes
from checks.diagnosis.raising import what_raised
from checks.diagnosis.steps import count_steps, out_of_order, too_slow
from checks.difference import Difference, Scene, first
from checks.memory import Memory
from checks.packing import unpacked
from checks.run_facts import MANY_GRAPHS, RunFacts
from checks.show import count
from checks.tolerance import Relax

__all__ = ["TrainingCheck", "judge_training", "training_fault"]


class TrainingCheck(Protocol):
    """What is needed to know of the check."""

    @property
    def target(self) -> str:
        """The call."""

    @property
    def reaches(self) -> dict[str, float | str]:
        """Bounds by their expressions."""

    @property
    def improved(self) -> tuple[str, ...]:
        """Expressions that should improve."""

    @property
    def result(self) -> bool:
        """Whether the result's form counts."""

    @property
    def seconds(self) -> float:
        """How long a run may take."""


def training_fault(reference: tuple[Observed, ...], check: TrainingCheck) -> str:
    """Why the lesson is to blame, or an empty string."""
    facts = [unpacked(observed, RunFacts) for observed in reference]
    known = [f for f in facts if f is not None]
    if len(known) < len(facts):
        return "the solution's run was not recorded"
    if any(f.late for f in known):
        return f"the solution takes longer than {check.seconds:g} seconds"
    if not any(any(f.changed.values()) for f in known) and not known[0].measures:
        return f"`{check.target}` changes nothing in the solution that `given` makes"
    if any(f.prints and f.prints[0] != f.prints[1] for f in known):
        return "the solution gives different results under one seed"
    return measure_fault(known, check.reaches, check.improved)


def judge_training(
    answer: tuple[Observed, ...],
    reference: tuple[Observed, ...],
    check: TrainingCheck,
    source: str,
) -> Difference | None:
    """The first cause in the teaching order, over all seeds."""
    rights = [facts for o in reference if (facts := unpacked(o, RunFacts)) is not None]
    wanted = goals(rights, check.reaches, check.improved)
    found = [
        difference
        for left, right in zip(answer, reference, strict=True)
        if (difference := _difference(left, right, wanted, check, source)) is not None
    ]
    shown = first(found)
    if shown is None or len(found) == len(answer) or shown.code in ("not-defined", "timeout"):
        return shown
    message = f"{shown.message} That happens with {len(found)} of {count(len(answer), 'seed')}."
    return msgspec.structs.replace(shown, message=message)


def _difference(
    answer: Observed,
    reference: Observed,
    wanted: list[Goal],
    check: TrainingCheck,
    source: str,
) -> Difference | None:
    if answer.raised is not None:
        return what_raised(answer.raised, check.target, source)
    mine, right = unpacked(answer, RunFacts), unpacked(reference, RunFacts)
    if mine is None or right is None:
        return Difference(code="unobserved", message="The answer's process gave no record.")
    subject = f"`{check.target}`"
    if mine.late:
        return too_slow(subject, check.seconds)
    measured = [compare_measure(mine, right, goal, subject) for goal in wanted]
    missed = first([difference for difference in measured if difference is not None])
    outcome = _changes(mine, right, subject) or missed
    if outcome is not None:
        return _with_order(outcome, mine, right)
    return (
        _graphs(mine, right, subject)
        or compare_passes(mine.events, right.events, subject)
        or compare_modes(mine.modes, right.modes, subject)
        or (_result(answer, reference, check) if check.result else None)
        or (_repeated(mine, right, subject) if right.prints else None)
    )


def _with_order(outcome: Difference, mine: RunFacts, right: RunFacts) -> Difference:
    """The outcome, with what is out of order in the run where that may be why."""
    found = out_of_order(count_steps(mine.events), count_steps(right.events), mine.whose)
    if found is None:
        return outcome
    code, says = found
    message = f"{outcome.message} In the run, {says}"
    return msgspec.structs.replace(outcome, code=code, message=message)


def _changes(mine: RunFacts, right: RunFacts, subject: str) -> Difference | None:
    """Parameters that should have changed and did not, or the other way round."""
    if right.changed and not mine.changed:
        return Difference(code="unobserved", message=f"{subject} left no parameters to look at.")
    pairs = _paired(mine.changed, right.changed)
    still = [name for name, changed, wanted in pairs if wanted and not changed]
    moved = [name for name, changed, wanted in pairs if changed and not wanted]
    if still and not any(mine.changed.values()):
        return Difference(
            code="not-trained",
            message=f"{subject} changes no parameter: {_listed(still)} "
            f"{'is' if len(still) == 1 else 'are'} as before.",
            details={"unchanged": still[:50]},
        )
    if still:
        return Difference(
            code="not-trained",
            message=f"{subject} trains, but {_listed(still)} "
            f"{'stays as it was' if len(still) == 1 else 'stay as they were'}. Does the optimizer "
            "hold every parameter, and does the loss depend on it?",
            details={"unchanged": still[:50]},
        )
    if moved:
        return Difference(
            code="wrongly-trained",
            message=f"{subject} changes {_listed(moved)}, which should stay as "
            f"{'it is' if len(moved) == 1 else 'they are'}.",
            details={"changed": moved[:50]},
        )
    return None


def _paired(mine: dict[str, bool], right: dict[str, bool]) -> list[tuple[str, bool, bool]]:
    """What belongs together: by name, or by place where the names are the learner's own."""
    if mine.keys() == right.keys():
        return [(name, mine[name], wanted) for name, wanted in right.items()]
    if len(mine) == len(right):
        both = zip(mine.items(), right.values(), strict=True)
        return [(name, changed, wanted) for (name, changed), wanted in both]
    if all(right.values()):
        return [(name, changed, True) for name, changed in mine.items()]
    return []


def _listed(names: list[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    if len(quoted) > 4:
        return f"{', '.join(quoted[:3])} and {len(quoted) - 3} more"
    return " and ".join(", ".join(quoted).rsplit(", ", 1))


def _graphs(mine: RunFacts, right: RunFacts, subject: str) -> Difference | None:
    if mine.kept and not right.kept:
        return Difference(
            code="graph-kept",
            message=f"What {subject} returns carries its graph (`{mine.kept[0]}`): such a tensor "
            "keeps all that it was computed from in memory. `.item()` gives its number, "
            "`.detach()` a tensor without the graph.",
            actual=mine.kept[0],
        )
    if mine.graphs >= MANY_GRAPHS and mine.graphs > 2 * right.graphs:
        return Difference(
            code="graph-kept",
            message=f"While {subject} runs, the graphs of {mine.graphs} earlier steps stay in "
            "memory. Is the loss itself added up or stored (`total += loss`)? `loss.item()` is "
            "its number alone.",
            actual=f"{mine.graphs} graphs",
            expected=f"{right.graphs} graphs",
        )
    return None


def _result(answer: Observed, reference: Observed, check: TrainingCheck) -> Difference | None:
    if reference.value is None or isinstance(reference.value, Nothing):
        return None
    scene = Scene(
        subject=check.target,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=Relax(values=False),
        function=True,
    )
    return compare_values(answer.value or Nothing(), reference.value, scene)


def _repeated(mine: RunFacts, right: RunFacts, subject: str) -> Difference | None:
    prints = (*mine.prints, "", "", "")
    if prints[0] != prints[1] or not prints[0]:
        return Difference(
            code="not-reproducible",
            message=f"{subject} gives other parameters or another result when it is called again "
            "under the same seed. Does it draw from a generator that is not seeded, or keep "
            "something from call to call?",
        )
    if right.prints[0] == right.prints[-1] and prints[0] != prints[2]:
        return Difference(
            code="not-reproducible",
            message=f"{subject} depends on the random numbers that were drawn before it. Seed "
            "whatever it draws from inside the call.",
        )
    return None
