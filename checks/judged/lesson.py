"""Whether the lesson itself is to blame for what its solution does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from checks.data import Observed, Trial
from checks.diagnosis.effects import lesson_effects
from checks.diagnosis.effort import called_within, wrong_calls
from checks.diagnosis.raising import lesson_failed
from checks.show import show_raised, sizes, solution_raised

if TYPE_CHECKING:
    from checks.functions import Function

__all__ = ["lesson_fault"]


def lesson_fault(reference: tuple[Observed, ...], check: Function) -> str:
    """Why the lesson is to blame, or an empty string."""
    if not reference:
        return "the solution gave nothing to compare with"
    for observed in reference:
        for call in (observed, *observed.later):
            fault = _fault(call, observed.trial, check)
            if fault:
                return fault
    deliberate = [o.raised is not None for o in reference if o.trial and o.trial.case is None]
    if deliberate and all(deliberate):
        return "the solution raises in every drawn trial"
    if check.gradients and not any(observed.gradients for observed in reference):
        return "there is nothing to differentiate with respect to"
    return ""


def _fault(observed: Observed, trial: Trial | None, check: Function) -> str:
    if trial is None or (trial.failed is None and trial.inputs is None):
        return "the inputs were not prepared"
    where = f" with {sizes(trial.sizes)}" if trial.sizes else ""
    if trial.failed is not None:
        failed = trial.failed
        reason = show_raised(failed) if failed.type else failed.message
        return f"the inputs cannot be made{where}: {reason}"
    raised = lesson_failed(msgspec.structs.replace(observed, trial=trial))
    if raised is not None:
        return f"{solution_raised(raised)}{where}"
    if observed.raised is not None:
        return ""
    if observed.gradient_raised is not None and check.gradients:
        return f"the solution cannot be differentiated: {show_raised(observed.gradient_raised)}"
    return lesson_effects(observed, trial, check) or _work_fault(observed, check)


def _work_fault(observed: Observed, check: Function) -> str:
    if observed.work is None:
        return ""
    for name, bound in check.calls.items():
        least, most = called_within(name, bound, observed.work)
        if wrong_calls("", {name: (least, most)}, observed.work, observed.work) is not None:
            return f"the solution itself does not call {name} as often as `calls` asks for"
    return ""
