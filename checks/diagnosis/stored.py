"""What to say of parameters and buffers that are paired, and differ in name or dtype."""

from __future__ import annotations

from collections.abc import Sequence

from checks.diagnosis.question import Question
from checks.difference import Difference
from checks.module_facts import Stored
from checks.module_matching import Matched
from checks.show import shape_of

__all__ = ["other_dtype", "renamed"]


def renamed(
    actual: Sequence[Stored], expected: Sequence[Stored], matched: Matched, question: Question
) -> Difference | None:
    """The first that has another name."""
    for i, j in matched.pairs:
        got, wanted = actual[i].path, expected[j].path
        if got != wanted:
            return Difference(
                code="wrong-name",
                message=f"`{question.written(wanted)}` of shape {shape_of(expected[j].shape)} is "
                f"expected, but the one with that shape is called `{question.written(got)}`. "
                "The task fixes the names.",
                expected=", ".join(s.path for s in expected[:20]),
                actual=", ".join(s.path for s in actual[:20]),
            )
    return None


def other_dtype(
    actual: Sequence[Stored], expected: Sequence[Stored], matched: Matched, question: Question
) -> Difference | None:
    """The first that has another dtype."""
    for i, j in matched.pairs:
        got, wanted = actual[i], expected[j]
        if got.dtype != wanted.dtype:
            return Difference(
                code="wrong-dtype",
                message=f"`{question.written(got.path)}` has dtype {got.dtype}, "
                f"but {wanted.dtype} is expected.",
                expected=wanted.dtype,
                actual=got.dtype,
            )
    return None
