"""The check `values`."""

from __future__ import annotations

from typing import ClassVar

from checks.base import Tolerance
from checks.targets import TargetCheck
from checks.tolerance import Relax

__all__ = ["Values"]


class Values(TargetCheck, frozen=True, kw_only=True):
    """The value of an expression: its type, shape, dtype, device and values, in that order.

        - values: y
        - values: model(x)
          atol: 1e-4

    Setup and answer run under a hidden seed, so copied numbers do not pass. The answer is never
    broadcast before it is compared.

    Attributes:
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
        any_dtype: the dtype does not count.
        any_order: the order along the first dimension, or in a list or tuple, does not count.
        any_device: the device does not count.
    """

    name: ClassVar[str] = "values"

    rtol: Tolerance | None = None
    atol: Tolerance | None = None
    any_dtype: bool = False
    any_order: bool = False
    any_device: bool = False

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(
            rtol=self.rtol,
            atol=self.atol,
            any_dtype=self.any_dtype,
            any_order=self.any_order,
            any_device=self.any_device,
        )
