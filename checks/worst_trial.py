"""Which of several failed trials to show."""

from __future__ import annotations

import msgspec

from checks.codes import rank
from checks.data import Observed
from checks.difference import Difference
from checks.trial_words import inputs_short, inputs_shown, size

__all__ = ["shown"]

_GENERIC = ("wrong-values", "wrong-gradient", "raised")
"""Codes that say less than the cause which another trial may show."""

_ANYWHERE = (
    "not-defined",
    "unobserved",
    "wrong-signature",
    "nothing-saved",
    "wrong-gradient-count",
    "wrong-gradient-type",
    "gradient-for-non-tensor",
    "not-marked-dirty",
    "kept-on-context",
    "needless-gradient",
    "incoming-gradient-ignored",
)
"""Codes that no input has a part in."""


def shown(found: list[Difference | None], reference: tuple[Observed, ...]) -> Difference | None:
    """The difference to show, with the inputs that it came up with; None without any.

    The lesson's fault comes first, then the first code in the teaching order that names a cause,
    then the smallest inputs.

    Args:
        found: trial by trial.
        reference: what was observed of the solution, with the trials.
    """
    failures = [
        (difference, observed.trial)
        for difference, observed in zip(found, reference, strict=True)
        if difference is not None and observed.trial is not None
    ]
    if not failures:
        return None
    difference, trial = min(
        failures,
        key=lambda f: (
            f[0].code != "lesson-error",
            f[0].code in _GENERIC,
            rank(f[0].code),
            _is_ambiguous(f[0]),
            size(f[1]),
        ),
    )
    if difference.code == "lesson-error":
        return difference
    where = "" if difference.code in _ANYWHERE else inputs_short(trial)
    details = {
        **difference.details,
        "trial": trial.label,
        "inputs": inputs_shown(trial),
        "failed": len(failures),
        "trials": len(found),
    }
    message = f"{difference.message} That was {where}." if where else difference.message
    return msgspec.structs.replace(difference, message=message, details=details)


def _is_ambiguous(difference: Difference) -> bool:
    """Whether a shape with several ones, or without elements, does not show what became of it."""
    shapes = [difference.details.get(f"{side}_shape", []) for side in ("expected", "actual")]
    return any(shape.count(1) > 1 or 0 in shape for shape in shapes if isinstance(shape, list))
