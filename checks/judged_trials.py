"""Concluding over the trials of a function: one finding for all of them."""

from __future__ import annotations

import math

import msgspec

from checks.codes import CAUSES
from checks.comparing import compare_values
from checks.data import Observed, Tensor, Trial
from checks.diagnosis.effects import CalledCheck, changed_inputs, effects
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.raising import (
    compare_raised,
    lesson_failed,
    what_raised,
)
from checks.diagnosis.values import named
from checks.difference import Cause, Difference, Scene
from checks.memory import Memory
from checks.show import show, show_raised, sizes
from checks.tolerance import Relax
from checks.trial_words import inputs_short, size

__all__ = ["judge_trials", "lesson_fault"]

_ANYWHERE = ("not-defined", "not-callable", "syntax-error", "unobserved")
"""Codes that no input has a part in."""

_GENERIC = ("wrong-values", "wrong-gradient", "raised")
"""Codes that say less than the cause which another trial may show."""

_EXACT = Relax(rtol=0.0, atol=0.0)


class _Failure(msgspec.Struct, frozen=True):
    """One trial that failed."""

    size: int
    difference: Difference
    trial: Trial


def lesson_fault(reference: tuple[Observed, ...], check: CalledCheck) -> str:  # noqa: PLR0911  # one rule after the other
    """Why the lesson is to blame, or an empty string."""
    if not reference:
        return "the solution gave nothing to compare with"
    for observed in reference:
        trial = observed.trial
        if trial is None or (trial.failed is None and trial.inputs is None):
            return "the inputs were not prepared"
        if trial.failed is not None:
            failed = trial.failed
            reason = show_raised(failed) if failed.type else failed.message
            return f"the inputs cannot be made{_of(trial)}: {reason}"
        raised = lesson_failed(observed)
        if raised is not None:
            return f"the solution raised {show_raised(raised)}{_of(trial)}"
        if observed.gradient_raised is not None and check.gradients:
            text = show_raised(observed.gradient_raised)
            return f"the solution cannot be differentiated: {text}"
        changed = changed_inputs(observed, observed, check)
        if changed:
            return f"the solution changes {changed[0]}, which `mutates` does not name"
    deliberate = [o.raised is not None for o in reference if o.trial and o.trial.case is None]
    if deliberate and all(deliberate):
        return "the solution raises in every drawn trial"
    return ""


def _of(trial: Trial) -> str:
    return f" with {sizes(trial.sizes)}" if trial.sizes else ""


def judge_trials(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: CalledCheck, source: str
) -> Difference | None:
    """The difference to show: of the smallest failing trial, named by what explains them all."""
    failures: list[_Failure] = []
    for left, right in zip(answer, reference, strict=True):
        assert right.trial is not None  # lesson_fault looked  # noqa: S101  # for the type checker: the caller looked
        difference = _compare_trial(left, right, check, source)
        if difference is not None:
            failures.append(_Failure(size(right.trial), difference, right.trial))
    if not failures:
        return None
    broken = next((f.difference for f in failures if f.difference.code == "lesson-error"), None)
    if broken is not None:
        return broken
    explained = _explained(failures)
    smallest = min(explained, key=lambda f: (f.difference.code in _GENERIC, f.size))
    shown = smallest.difference
    where = "" if shown.code in _ANYWHERE else inputs_short(smallest.trial)
    details = {
        **shown.details,
        "trial": smallest.trial.label,
        "failed": len(failures),
        "trials": len(reference),
    }
    message = shown.message
    if where:
        message = f"{message} That was {where}."
    return msgspec.structs.replace(shown, message=message, details=details)


def _explained(failures: list[_Failure]) -> list[_Failure]:
    """The failures, their values named by a cause only if it explains those of every trial."""
    differing = [f.difference for f in failures if f.difference.causes]
    cause = _common_cause(differing)
    return [msgspec.structs.replace(f, difference=_named(f.difference, cause)) for f in failures]


def _named(difference: Difference, cause: Cause | None) -> Difference:
    if difference.code not in CAUSES:
        return difference
    own = None if cause is None else _same_cause(cause, difference)
    if own is not None:
        return named(difference, own)
    message = difference.plain or difference.message
    return msgspec.structs.replace(difference, code="wrong-values", message=message)


def _common_cause(differing: list[Difference]) -> Cause | None:
    for cause in differing[0].causes if differing else ():
        family = [_same_cause(cause, other) for other in differing]
        if all(c is not None for c in family):
            evidence = sum(c.evidence for c in family if c is not None)
            if evidence >= cause.needs and not _one_of_many(cause, family):
                return cause
    return None


def _same_cause(cause: Cause, other: Difference) -> Cause | None:
    return next((c for c in other.causes if c.code == cause.code), None)


def _one_of_many(cause: Cause, family: list[Cause | None]) -> bool:
    """Whether a multiple or an offset is another one in every trial, and explains nothing."""
    if cause.code not in ("scaled", "shifted"):
        return False
    return any(c is None or not math.isclose(c.factor, cause.factor, rel_tol=1e-4) for c in family)


def _compare_trial(  # noqa: PLR0911  # one rule after the other
    answer: Observed, reference: Observed, check: CalledCheck, source: str
) -> Difference | None:
    trial = reference.trial
    assert trial is not None  # lesson_fault looked  # noqa: S101  # for the type checker: the caller looked
    subject = f"{check.target}({', '.join(trial.inputs or {}) or ''})"
    if trial.local:
        subject = f"{check.target}(…)"
    if reference.raised is not None:
        return compare_raised(answer.raised, reference.raised, subject, source)
    if answer.raised is not None:
        name = check.target if answer.raised.stage in ("target", "not-callable") else subject
        raised = what_raised(answer.raised, name, source)
        if raised.code == "raised" and reference.value is not None:
            expected = show(reference.value, Memory(reference.storages))
            return msgspec.structs.replace(raised, expected=expected)
        return raised
    if answer.value is None or reference.value is None:
        return Difference(code="unobserved", message="The answer's process gave no result.")
    scene = _scene(answer, reference, check, source, subject)
    found = compare_values(answer.value, reference.value, scene)
    if found is not None:
        return found
    effect = effects(answer, reference, check, scene)
    if effect is not None or not check.gradients:
        return effect
    if answer.gradient_raised is not None:
        return what_raised(answer.gradient_raised, subject, source)
    return compare_gradients(
        Grads(grads=answer.gradients),
        Grads(grads=reference.gradients),
        scene,
    )


def _scene(
    answer: Observed, reference: Observed, check: CalledCheck, source: str, subject: str
) -> Scene:
    trial = reference.trial
    assert trial is not None  # lesson_fault looked  # noqa: S101  # for the type checker: the caller looked
    numbers = {n for n in trial.sizes.values() if isinstance(n, int)}
    for value in (trial.inputs or {}).values():
        if isinstance(value, Tensor):
            numbers.update(value.shape)
            numbers.add(math.prod(value.shape))
    return Scene(
        subject=subject,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=check.relax,
        terms=reference.terms,
        source=source,
        sizes=tuple(sorted(n for n in numbers if n > 1)) or (0,),
        function=True,
        warnings=answer.warnings,
    )
