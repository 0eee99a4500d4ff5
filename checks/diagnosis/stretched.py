"""Recognising a row that met a column by accident, hidden by what was done afterwards."""

from __future__ import annotations

import math
import re

import msgspec

from checks.data import Warned
from checks.difference import Difference
from checks.facts import Stretch, Watch
from checks.show import shape_of
from checks.warning_words import find_warned

__all__ = ["stretched_by_accident", "warned_of_stretching"]

_HIDDEN = ("wrong-values", "wrong-gradient", "wrong-state", "wrong-change")
"""Codes of what a stretch may have spoilt without showing in the shape."""

_LAST_LINE = 10**6

_NEW_DIMENSION = re.compile(r"\bNone\s*[\],]|\bunsqueeze\b|\bnewaxis\b")


def stretched_by_accident(
    difference: Difference, answer: Watch, reference: Watch, source: str = ""
) -> Difference | None:
    """`difference` explained by a stretch that the solution does without, or None.

    Args:
        difference: what was found.
        answer: what was seen of the answer's operations.
        reference: likewise, of the solution's.
        source: the answer's text, where the stretches have lines of it. Who puts in a dimension of
            length 1 there (``lengths[:, None]``) has every element meet every other on purpose.
    """
    if difference.code not in _HIDDEN:
        return None
    meant = {_whole(stretch) for stretch in reference.stretches}
    lines = source.splitlines()
    found = [
        s
        for s in answer.stretches
        if _is_square(s) and _whole(s) not in meant and not _is_on_purpose(s, lines)
    ]
    if not found:
        return None
    stretch = next((s for s in found if s.line is not None), found[0])
    line = stretch.line if stretch.line is not None and 0 < stretch.line < _LAST_LINE else None
    where = f"On line {line}, `{stretch.operation[:40]}`" if line else f"`{stretch.operation[:40]}`"
    return msgspec.structs.replace(
        difference,
        code="broadcast",
        message=f"{difference.plain or difference.message} {where} stretches shapes "
        f"{shape_of(stretch.left)} and {shape_of(stretch.right)} against each other: every "
        f"element meets every other, which gives {shape_of(_whole(stretch))}. Should both have "
        "the same shape?",
        line=line,
        causes=(),
        details={**difference.details, "shapes": [list(stretch.left), list(stretch.right)]},
    )


def warned_of_stretching(
    difference: Difference,
    answer: tuple[Warned, ...],
    reference: tuple[Warned, ...],
    source: str,
) -> Difference | None:
    """`difference` explained by a stretch of which PyTorch warned, but not of the solution.

    What was warned of is added to the message where the finding is made.
    """
    line = find_warned("stretched", answer, source)
    if difference.code not in _HIDDEN or line is None:
        return None
    if any("target size" in warned.text for warned in reference):
        return None
    message = difference.plain or difference.message
    return msgspec.structs.replace(
        difference, code="broadcast", message=message, line=line, causes=()
    )


def _whole(stretch: Stretch) -> tuple[int, ...]:
    """The shape that comes of it."""
    longest = max(len(stretch.left), len(stretch.right))
    sides = [(1,) * (longest - len(s)) + s for s in (stretch.left, stretch.right)]
    return tuple(max(pair) for pair in zip(*sides, strict=True))


def _is_on_purpose(stretch: Stretch, lines: list[str]) -> bool:
    if stretch.line is None or not 0 < stretch.line <= len(lines):
        return False
    return _NEW_DIMENSION.search(lines[stretch.line - 1]) is not None


def _is_square(stretch: Stretch) -> bool:
    """Whether a column of n met a row of n."""
    whole = _whole(stretch)
    if len(whole) < 2 or whole[-1] != whole[-2] or whole[-1] < 2:
        return False
    numbers = [math.prod(side) for side in (stretch.left, stretch.right)]
    return numbers[0] == numbers[1] and numbers[0] * whole[-1] == math.prod(whole)
