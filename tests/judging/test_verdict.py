"""Which finding is read first."""

from __future__ import annotations

import pytest

from checks.codes import CODES, CONSEQUENCES, PROCESS_CAUSES
from checks.finding import Finding
from tutor.judging.verdict import first_cause


def _failed(*codes: str) -> list[Finding]:
    return [Finding(check="values", target="x", status="fail", code=code) for code in codes]


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        (("wrong-values", "wrong-shape"), "wrong-shape"),
        (("wrong-values", "gradients-add-up"), "gradients-add-up"),
        (("wrong-shape", "gradients-add-up"), "wrong-shape"),
        (("scaled", "accumulated-gradient"), "accumulated-gradient"),
        (("wrong-state", "stale-parameters"), "stale-parameters"),
        (("wrong-values", "python-loop"), "wrong-values"),
        (("wrong-values",), "wrong-values"),
    ],
)
def test_numbers_that_differ_come_after_what_went_wrong(codes: tuple[str, ...], first: str) -> None:
    """What went wrong on the way comes before its consequences, and all else in its order."""
    for order in (codes, codes[::-1]):
        cause = first_cause(_failed(*order))
        assert cause is not None
        assert cause.code == first


def test_without_a_failure_there_is_no_cause() -> None:
    """Neither is there one of no finding at all."""
    assert first_cause([]) is None
    assert first_cause([Finding(check="values", target="x", status="pass")]) is None


def test_the_codes_exist() -> None:
    """A cause is no consequence."""
    assert set(CODES) >= PROCESS_CAUSES | CONSEQUENCES
    assert not PROCESS_CAUSES & CONSEQUENCES
