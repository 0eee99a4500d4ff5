"""The checks by name, and making one from plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from checks.base import Check
from checks.functions import Function
from checks.gradients import Gradient
from checks.predictions import Prediction
from checks.shape import Dtype, Shape
from checks.source import Avoids, Uses
from checks.values import Values

__all__ = ["CHECKS", "INTERNAL", "build"]

_CLASSES: tuple[type[Check], ...] = (
    Shape,
    Dtype,
    Values,
    Gradient,
    Function,
    Uses,
    Avoids,
    Prediction,
)

CHECKS: dict[str, type[Check]] = {class_.name: class_ for class_ in _CLASSES}
"""Every check by its name."""

INTERNAL = frozenset({"prediction"})
"""The checks that are no key of ``checks:`` in a lesson."""


def build(name: str, target: Any, params: Mapping[str, Any] | None = None) -> Check:
    """The check `name` of `target`, with its parameters as plain data.

    Raises:
        ValueError: there is no such check, or a parameter is wrong; the message says which.
    """
    class_ = CHECKS.get(name)
    if class_ is None:
        raise ValueError(f"there is no check {name!r}")
    try:
        return msgspec.convert({"target": target, **(params or {})}, class_)
    except msgspec.ValidationError as error:
        raise ValueError(f"{name}: {error}") from error
