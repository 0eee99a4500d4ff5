"""What to say of the warnings that an answer caused."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from checks.codes import rank
from checks.data import Warned
from checks.difference import Difference

__all__ = ["WarnedSide", "find_warned", "with_warning"]

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

_WORTH = ("UserWarning", "RuntimeWarning")
_LONGEST = 150


class WarnedSide(msgspec.Struct, frozen=True, kw_only=True):
    """What was warned of in the answer's world, beside the reference's.

    Attributes:
        answer: the answer's warnings.
        reference: the reference's: what it was warned of as well is no mistake.
        source: the answer's text.
    """

    answer: tuple[Warned, ...] = ()
    reference: tuple[Warned, ...] = ()
    source: str = ""


def find_warned(kind: str, warnings: Iterable[Warned], source: str) -> int | None:
    """The line of the answer that a known kind of warning came from, or None.

    Args:
        kind: such as ``non-leaf-grad``, ``copy-construct`` or ``to-scalar``.
        warnings: what the answer was warned of.
        source: the answer's text, in which the line must lie.
    """
    lines = [w.line for w in warnings if _kind(w) == kind and _lies_in(w.line, source)]
    return min((line for line in lines if line is not None), default=None)


def with_warning(difference: Difference, side: WarnedSide) -> Difference:
    """`difference`, with what only the answer was warned of added to its message."""
    if rank(difference.code) < rank("raised") or difference.code == "lesson-error":
        return difference
    expected = {_words(w.text) for w in side.reference}
    own = [
        w
        for w in side.answer
        if w.category in _WORTH
        and _words(w.text) not in expected
        and not (_kind(w) in _CUTS and w.line == difference.line)
    ]
    own.sort(key=lambda w: (not _kind(w), w.line or 0))
    for warned in own:
        says = _says(warned, side.source)
        if says:
            line = warned.line if _lies_in(warned.line, side.source) else None
            return msgspec.structs.replace(
                difference,
                message=f"{difference.message} {says}",
                line=difference.line if difference.line is not None else line,
                details={**difference.details, "warning": warned.text, "warning_line": line},
            )
    return difference


def _says(warned: Warned, source: str) -> str:
    known = _lies_in(warned.line, source)
    kind = _kind(warned)
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


def _lies_in(line: int | None, source: str) -> bool:
    """Whether the answer has such a line: the number came from the answer's own process."""
    return line is not None and 1 <= line <= source.count("\n") + 1


def _kind(warned: Warned) -> str:
    text = warned.text.lower()
    return next((k for k, words in _KINDS.items() if all(w in text for w in words)), "")


def _words(text: str) -> str:
    return re.sub(r"[\d\W]+", " ", text)
