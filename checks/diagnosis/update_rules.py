"""What to say of an update rule that moves the parameters otherwise."""

from __future__ import annotations

import msgspec
import torch

from checks.comparing import compare_values
from checks.data import Nothing, Observed, Raised, Tensor
from checks.diagnosis.raising import what_raised
from checks.diagnosis.rebinding import find_rebinding
from checks.diagnosis.update_causes import RuleFailure, RuleTrial, explained
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.packing import unpacked
from checks.rule_inputs import LABELS
from checks.rule_moves import (
    Moves,
    RuleCheck,
    RuleFacts,
    far_enough,
    first_off,
    moves_of,
    stays,
    stops_early,
)
from checks.show import kind_of, number_pair, shape_of, show_raised
from checks.tolerance import Relax

__all__ = ["judge_rule", "rule_fault"]


def rule_fault(reference: tuple[Observed, ...], check: RuleCheck) -> str:
    """Why the lesson is to blame, or an empty string."""
    if not reference:
        return "the solution gave nothing to compare with"
    for observed in reference:
        trial = observed.trial
        if (
            trial is None
            or trial.label not in LABELS
            or trial.case not in range(len(check.configs))
        ):
            return "the trials were not prepared"
        if trial.label == "iterator":
            continue
        if observed.raised is not None:
            skips = trial.label == "skips"
            hint = " where a parameter has no gradient; set `skips: false`" if skips else ""
            return f"the solution raised {show_raised(observed.raised)}{hint}"
        moves = moves_of(observed, check)
        if moves is None:
            return "the solution's parameters cannot be compared"
        if trial.label == "one" and not far_enough(moves):
            return "the solution hardly moves the parameters; take a larger learning rate"
    return ""


def judge_rule(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: RuleCheck, source: str
) -> Difference | None:
    """The difference to show: of the simplest trial that fails, and the cause behind them all."""
    trials = _trials(answer, reference, check)
    failures = [
        RuleFailure(trial, difference)
        for trial in trials
        if (difference := _compare(trial, check, source)) is not None
    ]
    if not failures:
        return None
    first = failures[0]
    shown = first.difference
    if shown.code in ("raised", "wrong-update"):
        shown = explained(failures, trials, check)
    if shown.code in ("not-defined", "not-callable", "syntax-error"):
        return shown
    details = {**shown.details, "trial": first.trial.label, "failed": len(failures)}
    message = f"{shown.message}{_where(first.trial, check)}"
    return msgspec.structs.replace(shown, message=message, details=details)


def _trials(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], check: RuleCheck
) -> list[RuleTrial]:
    """The trials that count: where the solution cannot take an iterator, nobody need to."""
    found = []
    for left, right in zip(answer, reference, strict=True):
        trial = right.trial
        assert trial is not None  # noqa: S101  # for the type checker: rule_fault looked
        if trial.label == "iterator":
            moves = moves_of(right, check) if right.raised is None else None
            if moves is None or stops_early(moves):
                continue
        # The answer's process may have sent another trial back.
        mine = msgspec.structs.replace(left, trial=trial)
        config = check.configs[trial.case or 0]
        found.append(RuleTrial(trial.label, trial.seed, config, mine, right))
    return found


def _where(trial: RuleTrial, check: RuleCheck) -> str:
    settings = [f"{name} = {value!r}" for name, value in trial.config.items()]
    listed = " and ".join(", ".join(settings).rsplit(", ", 1)) if settings else "its defaults"
    return f" That was with {listed}." if len(check.configs) > 1 else ""


# --- one trial


def _compare(trial: RuleTrial, check: RuleCheck, source: str) -> Difference | None:
    if trial.answer.raised is not None:
        return _raised(trial.answer.raised, trial, check, source)
    facts = unpacked(trial.answer, RuleFacts)
    actual, expected = (moves_of(o, check) for o in (trial.answer, trial.reference))
    assert expected is not None  # noqa: S101  # for the type checker: rule_fault looked
    lost = _leaf_lost(trial)
    if lost is not None:
        return lost
    if actual is None or facts is None:
        return _no_parameters(trial, check)
    off = first_off(actual, expected, check)
    if off is not None:
        if stays(actual):
            return _not_updated(check, source)
        return _wrong_update(off, actual, expected, trial)
    return _state(trial, check) or _aside(facts, trial, check)


def _no_parameters(trial: RuleTrial, check: RuleCheck) -> Difference:
    """What to say where the parameters were lost, or have other shapes."""
    value = trial.answer.after.get("params")
    if value is not None:
        hint = " Is a `return` missing?" if isinstance(value, Nothing) else ""
        return Difference(
            code="returned-nothing" if isinstance(value, Nothing) else "wrong-type",
            message=f"`{check.target}` gives {kind_of(value)} for the parameters, but a list of "
            f"them is expected.{hint}",
            actual=kind_of(value),
        )
    for key, expected in trial.reference.after.items():
        actual = trial.answer.after.get(key)
        if isinstance(actual, Tensor) and isinstance(expected, Tensor) and key[0].isdigit():
            scene = Scene(
                subject=f"parameter {key.partition(':')[2]} after step {key.partition(':')[0]}",
                actual=Memory(trial.answer.storages),
                expected=Memory(trial.reference.storages),
                relax=Relax(values=False),
            )
            difference = compare_values(actual, expected, scene)
            if difference is not None:
                return difference
    return Difference(
        code="unobserved", message=f"`{check.target}` leaves no parameters to look at."
    )


def _raised(raised: Raised, trial: RuleTrial, check: RuleCheck, source: str) -> Difference:
    plain = what_raised(raised, check.target, source)
    if plain.code != "raised":
        return plain
    if raised.type == "RuntimeError" and "leaf" in raised.message and "in-place" in raised.message:
        line = f" on line {raised.line}" if raised.line else ""
        return msgspec.structs.replace(
            plain,
            code="recorded-update",
            message=f"The update{line} writes into a parameter while autograd records. Take the "
            "step under `torch.no_grad()`.",
        )
    facts = unpacked(trial.answer, RuleFacts)
    step = f" It was step {facts.step}." if facts is not None and facts.step > 1 else ""
    return msgspec.structs.replace(plain, message=plain.message + step)


def _leaf_lost(trial: RuleTrial) -> Difference | None:
    for key, expected in trial.reference.after.items():
        actual = trial.answer.after.get(key)
        if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
            continue
        step, _, place = key.partition(":")
        if not place.isdecimal() or (actual.requires_grad, actual.is_leaf) == (
            expected.requires_grad,
            expected.is_leaf,
        ):
            continue
        how = "does not require a gradient any more"
        if actual.requires_grad and not actual.is_leaf:
            how = "is no leaf any more: the update was recorded by autograd"
        if actual.requires_grad and not expected.requires_grad:
            how = "requires a gradient: the update was recorded by autograd"
        return Difference(
            code="leaf-lost",
            message=f"After step {step}, parameter {place} {how}. The next `backward()` would "
            "not reach it as a parameter. Take the step under `torch.no_grad()` and write into "
            "the parameter itself.",
            details={"step": int(step), "parameter": int(place)},
        )
    return None


def _not_updated(check: RuleCheck, source: str) -> Difference:
    found = find_rebinding(source)
    message = f"No step of `{check.target}` changes a parameter."
    line = None
    if found is not None:
        line, text = found
        message += (
            f" Line {line}, `{text}`, makes a new tensor and gives it the old name; the parameter "
            "stays as it was. Write into it in place."
        )
    else:
        message += " Write into the parameters themselves, in place; a new tensor is not seen."
    return Difference(code="not-updated", message=message, line=line)


def _wrong_update(
    off: tuple[int, int, torch.Tensor], actual: Moves, expected: Moves, trial: RuleTrial
) -> Difference:
    step, place, numbers = off
    got, want = actual[step][place], expected[step][place]
    flat = int((got - want).abs().nan_to_num(nan=torch.inf).where(numbers, -1.0).argmax())
    texts = number_pair(got.flatten()[flat].item(), want.flatten()[flat].item())
    index = [int(i) for i in torch.unravel_index(torch.tensor(flat), want.shape)]
    several = len(expected[0]) > 1
    which = (
        f"parameter {place} (shape {shape_of(tuple(want.shape))})" if several else ("the parameter")
    )
    at = f" at {index}" if index else ""
    before = " The steps before are right." if step > 2 else ""
    before = " Step 1 is right." if step == 2 else before
    return Difference(
        code="wrong-update",
        message=f"After step {step}, {which} is {texts[0]}{at}, where {texts[1]} is expected."
        f"{before}",
        expected=texts[1],
        actual=texts[0],
        details={"step": step, "parameter": place, "index": index},
        subject=trial.label,
    )


def _state(trial: RuleTrial, check: RuleCheck) -> Difference | None:
    for step in range(1, check.steps + 1):
        for expression in check.state:
            key = f"{step}:{expression}"
            scene = Scene(
                subject=expression,
                actual=Memory(trial.answer.storages),
                expected=Memory(trial.reference.storages),
            )
            expected = trial.reference.after.get(key, Nothing())
            actual = trial.answer.after.get(key, Nothing())
            difference = compare_values(actual, expected, scene)
            if difference is not None:
                message = f"The parameters are right. After step {step}, {difference.message}"
                return msgspec.structs.replace(difference, message=message, causes=())
    return None


def _aside(facts: RuleFacts, trial: RuleTrial, check: RuleCheck) -> Difference | None:
    right = unpacked(trial.reference, RuleFacts)
    if right is None:
        return None
    if facts.recorded and not right.recorded:
        return Difference(
            code="graph-kept",
            message=f"`{check.target}` moves the parameters rightly, but `{facts.recorded[0]}` "
            "carries a graph that grows with every step. Take the whole step under "
            "`torch.no_grad()`.",
            actual=facts.recorded[0],
        )
    if right.cleared and not facts.cleared:
        what = "has no" if facts.cleared is None else "leaves gradients behind after"
        return Difference(
            code="gradients-kept",
            message=f"`{check.target}` {what} `zero_grad()`: afterwards, every `.grad` is zero "
            "or None, and one that is None already stays so.",
        )
    return None
