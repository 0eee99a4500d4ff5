"""Why an update rule goes wrong: what explains every trial of a configuration at once."""

from __future__ import annotations

from typing import Any

import msgspec

from checks.data import Observed
from checks.diagnosis.update_flaws import FLAWS, Flaw
from checks.diagnosis.update_variants import RULES, Rule, run
from checks.difference import Difference
from checks.rule_inputs import gradients, parameters
from checks.rule_moves import RuleCheck, first_off, moves_of

__all__ = ["RuleFailure", "RuleTrial", "explained"]


class RuleTrial(msgspec.Struct, frozen=True):
    """One trial on both sides."""

    label: str
    seed: int
    config: dict[str, Any]
    answer: Observed
    reference: Observed


class RuleFailure(msgspec.Struct, frozen=True):
    """A trial that failed."""

    trial: RuleTrial
    difference: Difference


def explained(failures: list[RuleFailure], trials: list[RuleTrial], check: RuleCheck) -> Difference:
    """The first failure, named by its cause where one explains all of them."""
    shown = failures[0].difference
    flaw = _flaw(failures, trials, check)
    if flaw is None:
        return shown
    return msgspec.structs.replace(shown, code=flaw.code, message=f"{shown.message} {flaw.says}")


def _flaw(failures: list[RuleFailure], trials: list[RuleTrial], check: RuleCheck) -> Flaw | None:
    labels = {failure.trial.label for failure in failures}
    for label in ("skips", "iterator"):
        if labels == {label}:
            return FLAWS[label]
    found = _simulated(failures, trials, check)
    if found is None and not labels & {"one", "tiny"}:
        return FLAWS["shared"]
    return found


def _simulated(
    failures: list[RuleFailure], trials: list[RuleTrial], check: RuleCheck
) -> Flaw | None:
    """The one flaw of a known rule that gives all that went wrong with one configuration."""
    plain = [trial for trial in trials if trial.label != "skips"]
    wrong = [f.trial for f in failures if f.trial in plain and f.trial.answer.raised is None]
    wrong = [trial for trial in wrong if trial.config == wrong[0].config]
    for rule in RULES.values() if wrong else ():
        if all(_does(trial, trial.reference, rule, "", check) for trial in plain):
            for name in rule.flaws:
                if all(_does(trial, trial.answer, rule, name, check) for trial in wrong):
                    return FLAWS[name]
    return None


def _does(trial: RuleTrial, observed: Observed, rule: Rule, flaw: str, check: RuleCheck) -> bool:
    """Whether a side did in one trial what a rule with this flaw does."""
    hyper, moves = rule.hyper(trial.config), moves_of(observed, check)
    if hyper is None or moves is None:
        return False
    start = parameters(trial.label, trial.seed)
    grads = gradients(trial.label, trial.seed, check.steps)
    simulated = [[p.double() for p in start], *run(rule, start, grads, hyper, flaw)]
    return first_off(moves, simulated, check) is None
