"""What a finding says of the warnings that an answer caused."""

from __future__ import annotations

import re

import msgspec

from checks.codes import rank
from checks.data import Warned
from checks.difference import Difference
from checks.warning_words import is_cut, is_told, kind_of, lies_in, words_about

__all__ = ["WarnedSide", "with_warning"]

_WORTH = ("UserWarning", "RuntimeWarning")


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
        and not (is_cut(w) and w.line == difference.line)
        and not (difference.code == "raised" and is_told(w, difference.message))
    ]
    own.sort(key=lambda w: (not kind_of(w), w.line or 0))
    for warned in own:
        says = words_about(warned, side.source)
        if says:
            line = warned.line if lies_in(warned.line, side.source) else None
            return msgspec.structs.replace(
                difference,
                message=f"{difference.message} {says}",
                line=difference.line if difference.line is not None else line,
                details={**difference.details, "warning": warned.text, "warning_line": line},
            )
    return difference


def _words(text: str) -> str:
    return re.sub(r"[\d\W]+", " ", text)
