"""The judge's part: draw, compare, recognise. It never runs a learner's code."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import msgspec

from checks import codec
from checks.data import Observed
from checks.finding import Finding
from tutor.engine.protocol import (
    Compare,
    Compared,
    Draw,
    Drawn,
    Recognise,
    Recognised,
)
from tutor.engine.worker.custom import build_check, reason_of

__all__ = ["compare", "draw", "recognise"]


def draw(message: Draw) -> Drawn:
    """Seeds and sizes for every check, from the entropy that the front end sent."""
    trials: list[bytes] = []
    try:
        for place, specification in enumerate(message.checks):
            try:
                check = build_check(specification)
            except ValueError as error:  # parameters that do not go together, a size out of bounds…
                return Drawn(unusable=f"{error}")
            rng = random.Random(f"{message.entropy}/{place}")  # noqa: S311 - nobody may guess it
            trials.append(codec.encode_trials(check.draw(rng)))
    except Exception as error:  # noqa: BLE001 - the front end turns it into an `error` verdict
        return Drawn(failure=reason_of(error))
    return Drawn(trials=tuple(trials))


def compare(message: Compare) -> Compared:
    """One check's finding."""
    try:
        check = build_check(message.check)
        reference = codec.decode_observed(message.reference)
        try:
            answer = codec.decode_observed(message.answer)
        except codec.CodecError:
            # The learner's process forged or damaged its reply: that is the answer's failure.
            finding = check.unobserved()
        else:
            finding = check.compare(answer, reference, source=message.source)
        if not isinstance(finding, Finding):
            raise TypeError(f"`compare` of {check.name!r} gave no finding")  # noqa: TRY301 - told like any other
        return Compared(finding=msgspec.json.encode(finding))
    except Exception as error:  # noqa: BLE001
        return Compared(failure=reason_of(error))


def recognise(message: Recognise) -> Recognised:
    """Which of several answers behave like the one in every check."""
    try:
        alike = _alike(message)
        found = tuple(alike if message.all else itertools.islice(alike, 1))
        return Recognised(same=bool(found), alike=found)
    except Exception as error:  # noqa: BLE001
        return Recognised(same=False, failure=reason_of(error))


def _alike(message: Recognise) -> Iterator[int]:
    """Their places."""
    checks = [build_check(check) for check in message.checks]
    answer = _decoded(message.answer.observed)
    reference = _decoded(message.reference)
    for place, other in enumerate(message.others):
        if all(
            check.behaves_like(
                mine,
                codec.decode_observed(theirs),
                source=message.answer.source,
                other_source=other.source,
                reference=truth,
            )
            for check, mine, theirs, truth in zip(
                checks, answer, other.observed, reference, strict=True
            )
            if theirs
        ):
            yield place


def _decoded(observed: tuple[bytes, ...]) -> list[tuple[Observed, ...]]:
    return [codec.decode_observed(data) if data else () for data in observed]
