"""One trial that failed."""

from __future__ import annotations

import msgspec

from checks.data import Trial
from checks.difference import Difference

__all__ = ["Failure"]


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """One trial that failed, at the first of its calls that is wrong.

    Attributes:
        place: of the trial among all of them.
        number: of the call, from 0.
        size: how many numbers the inputs hold.
        difference: what is wrong.
        trial: the trial, as the solution's world had it.
    """

    place: int
    number: int
    size: int
    difference: Difference
    trial: Trial
