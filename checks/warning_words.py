"""What warnings mean, for those that torch is known to give. Without torch."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checks.data import Warned

__all__ = ["find_warned", "is_cut", "is_told", "kind_of", "lies_in", "words_about"]

_KINDS: dict[str, tuple[str, ...]] = {
    "non-leaf-grad": ("grad attribute", "not a leaf"),
    "stretched": ("target size", "input size"),
    "copy-construct": ("copy construct from a tensor",),
    "to-scalar": ("requires_grad=true to a scalar",),
    "implicit-dimension": ("implicit dimension choice",),
    "schedule-first": ("lr_scheduler.step()", "before `optimizer.step()`"),
}
"""Words that tell the warnings which torch is known to give, in any of its versions."""

_SAYS = {
    "non-leaf-grad": "{at} `.grad` of a tensor is read that is no leaf, so that nothing is kept "
    "there; PyTorch warned of it.",
    "stretched": "PyTorch warned{on} that two shapes were stretched against each other.",
    "copy-construct": "{at} `torch.tensor(...)` copies a tensor, and the copy has no history; "
    "PyTorch warned of it.",
    "to-scalar": "{at} a tensor with a history is turned into a Python number, which has none; "
    "PyTorch warned of it.",
    "implicit-dimension": "PyTorch warned{on} that `dim` was left out.",
    "schedule-first": "PyTorch warned{on} that the schedule steps before the optimizer.",
}
_LINELESS = ("stretched",)
"""Worth saying even where a helper of the lesson's did it."""

_CUTS = ("copy-construct", "to-scalar")
"""Nothing new where the message names that line already."""

_LONGEST = 150


def find_warned(kind: str, warnings: Iterable[Warned], source: str) -> int | None:
    """The line of the answer that a known kind of warning came from, or None.

    Args:
        kind: such as ``non-leaf-grad``, ``copy-construct`` or ``to-scalar``.
        warnings: what the answer was warned of.
        source: the answer's text, in which the line must lie.
    """
    lines = [w.line for w in warnings if kind_of(w) == kind and lies_in(w.line, source)]
    return min((line for line in lines if line is not None), default=None)


def words_about(warned: Warned, source: str) -> str:
    """What to tell a learner of a warning; empty if it says nothing about the answer.

    Args:
        warned: the warning.
        source: the answer's text.
    """
    known = lies_in(warned.line, source)
    kind = kind_of(warned)
    if kind and (known or kind in _LINELESS):
        on = f" on line {warned.line}" if known else ""
        return _SAYS[kind].format(at=f"On line {warned.line},", on=on)
    if kind or not known:
        return ""
    sentence = " ".join(warned.text.split())
    sentence = re.split(r"(?<=[.!?]) (?=[A-Z])", sentence)[0].rstrip(".")
    if len(sentence) > _LONGEST:
        sentence = f"{sentence[: _LONGEST - 1]}…"
    return f"A warning came from line {warned.line}: {sentence}." if sentence else ""


def lies_in(line: int | None, source: str) -> bool:
    """Whether the answer has such a line: the number came from the answer's own process."""
    return line is not None and 1 <= line <= source.count("\n") + 1


def kind_of(warned: Warned) -> str:
    """Which of the known warnings it is; empty for another one."""
    text = warned.text.lower()
    return next((k for k, words in _KINDS.items() if all(w in text for w in words)), "")


def is_told(warned: Warned, message: str) -> bool:
    """Whether a message about an exception says already what was warned of."""
    return kind_of(warned) == "non-leaf-grad" and "is no leaf" in message


def is_cut(warned: Warned) -> bool:
    """Whether it warns of a place where a graph is cut."""
    return kind_of(warned) in _CUTS
