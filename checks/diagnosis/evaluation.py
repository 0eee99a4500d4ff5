"""What to say of an evaluation that gives another number, or leaves traces."""

from __future__ import annotations

from typing import Protocol

import msgspec

from checks.codes import CAUSES, rank
from checks.comparing import compare_values
from checks.data import Observed, Opaque
from checks.diagnosis.passes import compare_modes, compare_passes, evaluations
from checks.diagnosis.raising import what_raised
from checks.diagnosis.steps import too_slow
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.packing import unpacked
from checks.run_facts import RunFacts
from checks.show import sizes
from checks.tolerance import Relax

__all__ = ["EvaluationCheck", "evaluation_fault", "judge_evaluation"]


class EvaluationCheck(Protocol):
    """What is needed to know of the check."""

    @property
    def target(self) -> str:
        """The call."""

    @property
    def relax(self) -> Relax:
        """What counts of the result."""

    @property
    def seconds(self) -> float:
        """How long a call may take."""


def evaluation_fault(reference: tuple[Observed, ...], check: EvaluationCheck) -> str:
    """Why the lesson is to blame, or an empty string."""
    for observed in reference:
        facts = unpacked(observed, RunFacts)
        if facts is None:
            return "the solution's run was not recorded"
        if facts.late:
            return f"the solution takes longer than {check.seconds:g} seconds"
        if isinstance(observed.value, Opaque):
            return f"`{check.target}` gives a {observed.value.kind}, which cannot be compared"
    return ""


def judge_evaluation(
    answer: tuple[Observed, ...],
    reference: tuple[Observed, ...],
    check: EvaluationCheck,
    source: str,
) -> Difference | None:
    """The first cause in the teaching order, over all trials."""
    found = [
        (difference, right)
        for left, right in zip(answer, reference, strict=True)
        if (difference := _difference(left, right, check, source)) is not None
    ]
    if not found:
        return None
    shown, at = min(found, key=lambda pair: rank(pair[0].code))
    if shown.code in CAUSES and len({difference.code for difference, _ in found}) > 1:
        # Another trial has another cause, so that this one explains nothing.
        plain = shown.plain or shown.message
        shown = msgspec.structs.replace(shown, code="wrong-values", message=plain)
    if rank("not-finite") <= rank(shown.code) <= rank("wrong-values"):
        uneven = [_uneven(right) for _, right in found]
        even = sum(not _uneven(right) for right in reference)
        if all(uneven) and even:
            return _unweighted(shown)
        if all(uneven):
            shown = msgspec.structs.replace(shown, message=f"{shown.message} {_MAYBE}")
    if at.trial is None or not at.trial.sizes or shown.code in ("not-defined", "timeout"):
        return shown
    message = f"{shown.message} That was with {sizes(at.trial.sizes)}."
    return msgspec.structs.replace(shown, message=message)


_MAYBE = "The batches are not all of one size: does each sample count the same?"


def _unweighted(shown: Difference) -> Difference:
    plain = shown.plain or shown.message
    return msgspec.structs.replace(
        shown,
        code="unweighted-mean",
        message=f"{plain} It is right where all batches have one size, and wrong where the last "
        "one is smaller: the mean of the batches' means counts its samples too much. Weigh each "
        "batch by its size.",
    )


def _uneven(observed: Observed) -> bool:
    """Whether the solution ran the model on batches of different sizes."""
    facts = unpacked(observed, RunFacts)
    return facts is not None and len({event.size for event in evaluations(facts.events)}) > 1


def _difference(
    answer: Observed, reference: Observed, check: EvaluationCheck, source: str
) -> Difference | None:
    mine, right = unpacked(answer, RunFacts), unpacked(reference, RunFacts)
    if answer.raised is not None:
        return _raised(answer, mine, right, check, source)
    if mine is None or right is None or answer.value is None or reference.value is None:
        if mine is not None and mine.late:
            return too_slow(f"`{check.target}`", check.seconds)
        return Difference(code="unobserved", message="The answer's process gave no record.")
    subject = f"`{check.target}`"
    scene = Scene(
        subject=check.target,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=msgspec.structs.replace(check.relax, values=False),
        terms=reference.terms,
        source=source,
        function=True,
        warnings=answer.warnings,
    )
    whole = msgspec.structs.replace(scene, relax=check.relax)
    return (
        compare_values(answer.value, reference.value, scene)
        or compare_passes(mine.events, right.events, subject)
        or _changes(mine, right, subject)
        or compare_modes(mine.modes, right.modes, subject)
        or compare_values(answer.value, reference.value, whole)
    )


def _raised(
    answer: Observed,
    mine: RunFacts | None,
    right: RunFacts | None,
    check: EvaluationCheck,
    source: str,
) -> Difference:
    """An exception; one batch normalisation raises for want of evaluation mode, say."""
    assert answer.raised is not None  # noqa: S101  # for the type checker: the caller looked
    plain = what_raised(answer.raised, check.target, source)
    if mine is None or right is None or plain.code != "raised":
        return plain
    why = compare_passes(mine.events, right.events, f"`{check.target}`")
    if why is None:
        return plain
    message = f"{plain.message} {why.message}"
    return msgspec.structs.replace(plain, code=why.code, message=message)


def _changes(mine: RunFacts, right: RunFacts, subject: str) -> Difference | None:
    """A parameter or buffer that the evaluation changed."""
    moved = [name for name, changed in mine.changed.items() if changed]
    if not moved or any(right.changed.values()):
        return None
    return Difference(
        code="wrongly-trained",
        message=f"{subject} changes `{moved[0]}`: an evaluation leaves the model as it was.",
        details={"changed": moved[:50]},
    )
