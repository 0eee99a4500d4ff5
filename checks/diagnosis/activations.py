"""Whether a result is the expected one before, or after, an activation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
import torch
import torch.nn.functional as F  # noqa: N812  # its usual name

from checks.codec import CodecError
from checks.data import Tensor, Value
from checks.difference import Difference
from checks.tolerance import close, wide

if TYPE_CHECKING:
    from checks.forward_trial import ForwardTrial

__all__ = ["activated"]

_Function = Callable[[torch.Tensor], torch.Tensor]
_Pair = tuple[torch.Tensor, torch.Tensor]

_ACTIVATIONS: dict[str, _Function] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softmax": lambda t: t.softmax(-1),
    "log_softmax": lambda t: t.log_softmax(-1),
    "gelu": F.gelu,
    "silu": F.silu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
}


def activated(
    pairs: list[tuple[Value, Value, ForwardTrial]], plain: Difference
) -> Difference | None:
    """The difference named by an activation that explains it in all trials, if there is one."""
    live = [made for pair in pairs if (made := _live(*pair)) is not None]
    if not live or len(live) != len(pairs) or sum(a.numel() for a, _ in live) < 4:
        return None
    for name, function in _ACTIVATIONS.items():
        if all(_is(function, expected, actual) for actual, expected in live):
            return _named(
                plain,
                "extra-activation",
                f"`{plain.subject}` is the {name} of what is expected. Is there an activation "
                "after the last layer that the task does not ask for?",
            )
        if all(_is(function, actual, expected) for actual, expected in live):
            return _named(
                plain,
                "missing-activation",
                f"`{plain.subject}` is what is expected before an activation ({name}). Is the "
                "last one missing?",
            )
    return None


def _live(actual: Value, expected: Value, trial: ForwardTrial) -> _Pair | None:
    if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
        return None
    try:
        pair = trial.memories[0].tensor(actual), trial.memories[1].tensor(expected)
    except CodecError:
        return None
    sound = pair[0].is_floating_point() and pair[0].dim() > 0 and pair[0].shape == pair[1].shape
    return pair if sound and pair[1].is_floating_point() else None


def _is(function: _Function, before: torch.Tensor, after: torch.Tensor) -> bool:
    return bool(close(function(wide(before)).to(after.dtype), after).all())


def _named(plain: Difference, code: str, message: str) -> Difference:
    return msgspec.structs.replace(plain, code=code, message=message, plain=plain.message)
