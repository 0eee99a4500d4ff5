"""The judge's part: draw, compare, recognise. It never runs a learner's code."""

from __future__ import annotations

import random
import traceback

import msgspec

from checks import codec
from checks.base import Check
from checks.registry import build
from tutor.engine.protocol import (
    Compare,
    Compared,
    Draw,
    Drawn,
    Recognise,
    Recognised,
    Specification,
)

__all__ = ["compare", "draw", "recognise"]


def _built(specification: Specification) -> Check:
    return build(specification.check, specification.target, specification.params)


def draw(message: Draw) -> Drawn:
    """Seeds and sizes for every check, from the entropy that the front end sent."""
    try:
        return Drawn(
            trials=tuple(
                codec.encode_trials(_built(check).draw(random.Random(f"{message.entropy}/{place}")))  # noqa: S311
                for place, check in enumerate(message.checks)
            )
        )
    except Exception as error:  # noqa: BLE001 - the front end turns it into an `error` verdict
        return Drawn(failure=_reason(error))


def compare(message: Compare) -> Compared:
    """One check's finding."""
    try:
        check = _built(message.check)
        reference = codec.decode_observed(message.reference)
        try:
            answer = codec.decode_observed(message.answer)
        except codec.CodecError:
            # The learner's process forged or damaged its reply: that is the answer's failure.
            finding = check.unobserved()
        else:
            finding = check.compare(answer, reference, source=message.source)
        return Compared(finding=msgspec.json.encode(finding))
    except Exception as error:  # noqa: BLE001
        return Compared(failure=_reason(error))


def recognise(message: Recognise) -> Recognised:
    """Whether two sets of observations show the same behaviour."""
    try:
        same = _built(message.check).behaves_like(
            codec.decode_observed(message.answer),
            codec.decode_observed(message.other),
            source=message.source,
            other_source=message.other_source,
            reference=codec.decode_observed(message.reference),
        )
        return Recognised(same=bool(same))
    except Exception as error:  # noqa: BLE001
        return Recognised(same=False, failure=_reason(error))


def _reason(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1:]
    where = f" ({last[0].filename}:{last[0].lineno})" if last else ""
    return f"{type(error).__name__}: {error}{where}"[:2000]
