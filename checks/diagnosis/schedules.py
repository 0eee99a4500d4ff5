"""What to say of a learning rate that follows another schedule."""

from __future__ import annotations

import math
from typing import TypeAlias

import msgspec

from checks.data import Observed, Raised
from checks.diagnosis.raising import what_raised
from checks.difference import Difference
from checks.packing import unpacked
from checks.show import count, kind_of, number_pair

__all__ = ["RateFacts", "Rates", "compare_rates", "raised_in_schedule", "rates_alike"]

Rates: TypeAlias = tuple[float, ...]
"""The learning rates of one step, group by group."""

_FASTEST = 64


class RateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The learning rates of one trial.

    Attributes:
        kind: ``run`` where a training run used them, ``scheduler`` where one set them,
            ``function`` where a function gave them.
        rates: step by step.
        scheduler: the scheduler's class.
    """

    kind: str
    rates: tuple[Rates, ...]
    scheduler: str = ""


def raised_in_schedule(raised: Raised, subject: str, source: str) -> Difference:
    """The difference that an exception makes."""
    plain = what_raised(raised, subject, source)
    if raised.type == "TypeError" and "step()" in raised.message and "metrics" in raised.message:
        line = f" on line {raised.line}" if raised.line else ""
        return msgspec.structs.replace(
            plain,
            code="missing-metric",
            message=f"`scheduler.step()`{line} is called without a number. A ReduceLROnPlateau "
            "has to be told how well it goes: the metric that should stop improving before the "
            "rate falls.",
        )
    return plain


def compare_rates(answer: Observed, reference: Observed, subject: str) -> Difference | None:
    """The first difference between the rates of one trial."""
    right, mine = unpacked(reference, RateFacts), unpacked(answer, RateFacts)
    assert right is not None  # noqa: S101  # for the type checker: the caller looked
    if mine is None or mine.kind != right.kind:
        return _other_kind(answer, mine, right, subject)
    group = next((g for g in range(len(right.rates[0])) if _differs(mine, right, g)), None)
    if group is None:
        return None
    actual, expected = ([*_column(facts, group)] for facts in (mine, right))
    return _explained(
        actual, expected, subject, right, tuple(w.text for w in answer.warnings), group
    )


def _other_kind(
    answer: Observed, mine: RateFacts | None, right: RateFacts, subject: str
) -> Difference:
    if answer.value is None:
        return Difference(code="unobserved", message="The answer's process gave no result.")
    if right.kind == "run":
        return Difference(
            code="no-step",
            message=f"`{subject}` never calls `optimizer.step()`.",
            expected=f"{count(len(right.rates), 'step')} of the optimizer",
            actual="none",
        )
    wanted = {"scheduler": "a scheduler", "function": "a function of the step's number"}[right.kind]
    actual = kind_of(answer.value)
    hint = " Is a `return` missing?" if actual == "None" else ""
    if mine is not None and mine.kind == "run":
        actual, hint = "a training run", ""
    return Difference(
        code="wrong-type",
        message=f"`{subject}` is {actual}, but {wanted} is expected.{hint}",
        expected=wanted,
        actual=actual,
    )


def _column(facts: RateFacts, group: int) -> list[float | None]:
    """The rates of one group; None where a step has none."""
    return [rates[group] if group < len(rates) else None for rates in facts.rates]


def _differs(mine: RateFacts, right: RateFacts, group: int) -> bool:
    return not _alike(_column(mine, group), _column(right, group))


def _alike(left: list[float | None], right: list[float | None]) -> bool:
    same = len(left) == len(right)
    return same and all(_equal(a, b) for a, b in zip(left, right, strict=True))


def _equal(left: float | None, right: float | None) -> bool:
    if left is None or right is None:
        return left is right
    return math.isclose(left, right, rel_tol=1e-5, abs_tol=1e-10)


def _explained(  # noqa: PLR0913, PLR0917  # two columns, and what is known of them
    actual: list[float | None],
    expected: list[float | None],
    subject: str,
    right: RateFacts,
    warnings: tuple[str, ...],
    group: int,
) -> Difference:
    details = {"actual_rates": actual[:50], "expected_rates": expected[:50]}
    both = list(zip(actual, expected, strict=False))
    at = next((i for i, (a, e) in enumerate(both) if not _equal(a, e)), len(both))
    if at == len(both):
        return Difference(
            code="wrong-length",
            message=f"The rates of `{subject}` are right as far as they go, but there are "
            f"{len(actual)} steps of the optimizer, and {len(expected)} are expected.",
            expected=count(len(expected), "step"),
            actual=count(len(actual), "step"),
            details=details,
        )
    code, says = _cause(actual, expected, right, warnings)
    where = f" of group {group}" if len(right.rates[0]) > 1 else ""
    texts = _texts(actual[at], expected[at])
    return Difference(
        code=code,
        message=f"At step {at} (from 0), the learning rate{where} of `{subject}` is {texts[0]}, "
        f"where {texts[1]} is expected. {says}".strip(),
        expected=texts[1],
        actual=texts[0],
        details={"step": at, **details},
    )


def _texts(actual: float | None, expected: float | None) -> tuple[str, str]:
    if actual is None or expected is None:
        return ("no number" if actual is None else f"{actual:.6g}"), f"{expected or 0.0:.6g}"
    return number_pair(actual, expected)


def _cause(
    actual: list[float | None],
    expected: list[float | None],
    right: RateFacts,
    warnings: tuple[str, ...],
) -> tuple[str, str]:
    """The code, and a sentence about why; the sentence may be empty."""
    if None in actual:
        return "wrong-type", "Each step should give one number."
    varied = len({round(e or 0.0, 12) for e in expected}) > 1
    moved = _moved(actual, expected, right, warnings) if varied else None
    if moved is not None:
        return moved
    factor = _factor(actual, expected)
    if factor is not None:
        return "wrong-learning-rate", _scaled(factor, expected)
    return "wrong-schedule", ""


def _moved(
    actual: list[float | None],
    expected: list[float | None],
    right: RateFacts,
    warnings: tuple[str, ...],
) -> tuple[str, str] | None:
    """What to say of a schedule that stands still, is off by one or has another pace."""
    if len(set(actual)) == 1:
        hint = {
            "run": "Is `scheduler.step()` ever called, on a scheduler of this very optimizer?",
            "scheduler": "Does the scheduler belong to the optimizer that it was given?",
        }.get(right.kind, "Does it use the step's number?")
        return "constant-rate", f"It never changes. {hint}"
    if len(actual) > 2 and _alike(actual[:-1], expected[1:]):
        return "off-by-one", f"Every rate comes one step too early. {_early(right, warnings)}"
    if len(actual) > 2 and _alike(actual[1:], expected[:-1]):
        return "off-by-one", "Every rate comes one step too late. Where does the count begin?"
    pace = _pace(actual, expected)
    return ("wrong-pace", f"The schedule runs {pace}{_paced(right, pace)}") if pace else None


def _early(right: RateFacts, warnings: tuple[str, ...]) -> str:
    if right.kind == "run" or any("before `optimizer.step()`" in text for text in warnings):
        return "`scheduler.step()` belongs after `optimizer.step()`."
    return "Where does the count begin?"


def _pace(actual: list[float | None], expected: list[float | None]) -> str:
    """``4 times too fast``, or an empty string."""
    for factor in range(2, min(_FASTEST, len(expected) // 2) + 1):
        if _alike(actual[: len(expected[::factor])], expected[::factor]):
            return f"{factor} times too fast"
        held = [e for e in expected for _ in range(factor)][: len(actual)]
        if _alike(actual, held[: len(actual)]) and len(actual) > factor:
            return f"{factor} times too slowly"
    return ""


def _paced(right: RateFacts, pace: str) -> str:
    if right.kind != "run":
        return "."
    if "fast" in pace:
        return ": does `scheduler.step()` come after every batch, where it should once an epoch?"
    return ": does `scheduler.step()` come once an epoch, where it should after every batch?"


def _factor(actual: list[float | None], expected: list[float | None]) -> float | None:
    """What every rate is multiplied by, if it is one factor."""
    if len(actual) != len(expected) or None in actual or not expected[0]:
        return None
    factor = (actual[0] or 0.0) / expected[0]
    same = _alike(actual, [None if e is None else e * factor for e in expected])
    return factor if same and factor else None


def _scaled(factor: float, expected: list[float | None]) -> str:
    start = expected[0] or 0.0
    if math.isclose(factor, start, rel_tol=1e-4):
        return (
            "The starting rate is multiplied in twice: the function of a LambdaLR gives a factor, "
            "not a rate."
        )
    return f"Every rate is {factor:.6g} times what is expected."


def rates_alike(left: Observed, right: Observed) -> bool:
    """Whether both gave the same rates."""
    mine, other = unpacked(left, RateFacts), unpacked(right, RateFacts)
    if mine is None or other is None:
        return mine is other and left.value == right.value
    width = max((len(rates) for facts in (mine, other) for rates in facts.rates), default=0)
    return mine.kind == other.kind and not any(_differs(mine, other, g) for g in range(width + 1))
