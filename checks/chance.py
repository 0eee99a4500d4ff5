"""Seeding every random generator that code in a world may draw from."""

from __future__ import annotations

import random
import sys

import torch

__all__ = ["seed_all"]


_ONLY_CPU = not (
    torch.backends.cuda.is_built()  # type: ignore[no-untyped-call]
    or torch.backends.mps.is_built()
    or getattr(torch.version, "xpu", None)
)


def seed_all(number: int) -> None:
    """Seed Python's, NumPy's (if it is imported) and torch's global generators.

    Where torch knows no accelerator this does not ask each kind of them for its generator, as
    ``torch.manual_seed`` does: that takes eighty times as long as the rest, and 2 MB of a fork.

    Args:
        number: the seed; not negative.
    """
    random.seed(number)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(number % 2**32)
    if _ONLY_CPU:
        torch.default_generator.manual_seed(number)
    else:
        torch.manual_seed(number)
