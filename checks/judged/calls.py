"""Comparing one call in the answer's world with the same call in the solution's."""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

import msgspec

from checks.comparing import compare_values
from checks.data import Observed, Tensor, Trial
from checks.diagnosis.effects import effects
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.parameters import wrong_parameters
from checks.diagnosis.raising import compare_raised, not_differentiable, what_raised
from checks.diagnosis.renaming import by_expected_names, missing_gradient
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.show import show

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["call_subject", "compare_call"]

_SCRIPT = "result"
_LONGEST = 60


def call_subject(check: Function, trial: Trial) -> str:
    """The call as the learner would write it."""
    if check.script:
        return _returned(check) or _SCRIPT
    names = ", ".join(check.arguments(trial))
    return f"{check.target}({names if len(names) <= _LONGEST else '…'})"


def _returned(check: Function) -> str:
    """The argument that a scenario returns after its calls; empty where it is something else."""
    match ast.parse(check.script).body[-1:]:
        case [ast.Return(value=ast.Name(id=name))] if name in check.mutates:
            return name
    return ""


def compare_call(  # noqa: PLR0913  # what there is to know of one call
    answer: Observed,
    reference: Observed,
    trial: Trial,
    check: Function,
    source: str,
    *,
    texts: bool = True,
    among: frozenset[str] | None = None,
) -> Difference | None:
    """The first difference in one call: its result, what it changed, its gradients.

    Args:
        answer: what was observed of the answer's call.
        reference: what was observed of the solution's.
        trial: the trial.
        check: the check.
        source: the answer's text.
        texts: whether the difference shows both values.
        among: the causes that may explain it, by their codes; None for all.
    """
    subject = call_subject(check, trial)
    if reference.raised is not None:
        return compare_raised(answer.raised, reference.raised, subject, source)
    if answer.raised is not None:
        return _raised(answer, reference, trial, check, source)
    if answer.value is None or reference.value is None:
        return Difference(code="unobserved", message="The answer's process gave no result.")
    scene = _scene(answer, reference, trial, check, source)
    scene = msgspec.structs.replace(scene, texts=texts, among=among)
    found = compare_values(answer.value, reference.value, scene)
    if found is None:
        found = effects(answer, reference, trial, check, scene)
    if found is None and check.gradients and reference.gradients:
        found = _gradients(answer, reference, scene, check.target)
    return found


def _raised(
    answer: Observed, reference: Observed, trial: Trial, check: Function, source: str
) -> Difference:
    assert answer.raised is not None  # the caller looked  # noqa: S101  # for the type checker: the caller looked
    subject = call_subject(check, trial)
    names = [] if check.script else list(check.arguments(trial))
    refused = None if check.script else wrong_parameters(answer.raised, check.target, names)
    name = check.target if answer.raised.stage in ("target", "not-callable") else subject
    raised = refused or what_raised(answer.raised, name, source)
    if raised.code == "raised" and reference.value is not None:
        expected = show(reference.value, Memory(reference.storages))
        return msgspec.structs.replace(raised, expected=expected)
    return raised


def _gradients(
    answer: Observed, reference: Observed, scene: Scene, target: str
) -> Difference | None:
    if answer.gradient_raised is not None:
        return not_differentiable(answer.gradient_raised, scene.subject, scene.source)
    expected = reference.gradients
    actual = by_expected_names(answer.gradients, expected)
    lost = missing_gradient(scene.subject, actual, expected)
    return lost or compare_gradients(
        Grads(grads=actual, target=target), Grads(grads=expected, target=target), scene
    )


def _scene(
    answer: Observed, reference: Observed, trial: Trial, check: Function, source: str
) -> Scene:
    numbers = {n for n in trial.sizes.values() if isinstance(n, int)}
    shapes = [v.shape for v in (trial.inputs or {}).values() if isinstance(v, Tensor)]
    for shape in shapes:
        numbers.update(shape)
        numbers.add(math.prod(shape))
    return Scene(
        subject=call_subject(check, trial),
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=check.relax,
        terms=reference.terms,
        source=source,
        sizes=tuple(sorted(n for n in numbers if n > 1)) or (0,),
        function=True,
        inputs=tuple(shapes),
        given=tuple(v for v in (trial.inputs or {}).values() if isinstance(v, Tensor)),
        given_memory=Memory(trial.storages),
        warnings=answer.warnings,
    )
