"""What to say of a backward that does not use the gradient that comes in."""

from __future__ import annotations

import torch

from checks.difference import Difference

__all__ = ["BY_VALUE", "ignores_incoming", "incoming_ignored"]

BY_VALUE = ("wrong-gradient", "scaled-gradient")
"""Codes of gradients that differ in values, of which this may be the cause."""


def ignores_incoming(once: torch.Tensor | None, twice: torch.Tensor | None) -> bool:
    """Whether a gradient stays the same when what comes in is doubled."""
    if once is None or twice is None or once.shape != twice.shape:
        return False
    return bool(once.any()) and torch.equal(once, twice)


def incoming_ignored(backward: str, name: str) -> Difference:
    """The difference that such a backward makes.

    Args:
        backward: whose it is, as a sentence begins.
        name: the input that it gives a gradient for.
    """
    return Difference(
        code="incoming-gradient-ignored",
        message=f"{backward} gives the same gradient for `{name}` whatever gradient comes in. By "
        "the chain rule, the one that comes in is multiplied by the derivative.",
        details={"name": name},
    )
