"""What to say of a right result that was reached in a way that the task rules out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks.data import Scalar
from checks.difference import Difference
from checks.facts import Work
from checks.names import plain_operation
from checks.show import sizes

__all__ = ["python_loop", "wrong_calls"]

_TIMES_THE_SOLUTION = 4


def wrong_calls(
    subject: str, wanted: Mapping[str, Any], answer: Work, reference: Work
) -> Difference | None:
    """The first operation that is called too often, or not often enough.

    Args:
        subject: what was called.
        wanted: by operation, a number, ``(least, most)``, or ``same`` as in `reference`.
        answer: what the answer's call did.
        reference: what the solution's did.
    """
    for name, bound in wanted.items():
        least, most = called_within(name, bound, reference)
        had = answer.calls.get(plain_operation(name), 0)
        if least <= had <= most:
            continue
        many = had > most
        limit = most if many else least
        exactly = "" if least == most else "at most " if many else "at least "
        return Difference(
            code="too-many-calls" if many else "too-few-calls",
            message=f"`{subject}` calls `{name}` {_times(had)}, but it should {exactly}"
            f"{_times(limit)}.",
            expected=f"{exactly}{_times(limit)}",
            actual=_times(had),
            details={"operation": name, "count": had, "least": least, "most": most},
        )
    return None


def called_within(name: str, bound: Any, reference: Work) -> tuple[int, int]:
    """The least and the most calls of an operation."""
    if isinstance(bound, tuple):
        return bound
    number = reference.calls.get(plain_operation(name), 0) if bound == "same" else bound
    return number, number


def _times(number: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(number, f"{number} times")


def python_loop(
    subject: str,
    answer: tuple[Work, Work],
    reference: tuple[Work, Work],
    named: tuple[Mapping[str, Scalar], Mapping[str, Scalar]],
) -> Difference | None:
    """The difference where the work grows with the sizes as only a loop in Python makes it.

    A line in a loop runs at least once more for each step that a size grows by. A branch that
    only large inputs take adds one, so the growth of single lines and operations is what counts.

    Args:
        subject: what was called.
        answer: what was done with few and with many elements.
        reference: what the solution did.
        named: the sizes of the two.
    """
    steps = min(_grown(*named), default=0)
    for count_by, describe in ((_lines, _line), (_operations, _operation), (_taken, _taken_out)):
        had, allowed = (_most_grown(*(count_by(w) for w in pair)) for pair in (answer, reference))
        name, few, many = had
        if steps and many - few >= steps + _TIMES_THE_SOLUTION * (allowed[2] - allowed[1]):
            return _loop(subject, describe(name), (few, many), name, named)
    return None


def _grown(few: Mapping[str, Scalar], many: Mapping[str, Scalar]) -> list[int]:
    pairs = [(few[name], many.get(name)) for name in few]
    both = [(a, b) for a, b in pairs if isinstance(a, int) and isinstance(b, int)]
    return [b - a for a, b in both if b > a]


def _lines(work: Work) -> Mapping[str, int]:
    return work.lines


def _operations(work: Work) -> Mapping[str, int]:
    return work.operations


def _taken(work: Work) -> Mapping[str, int]:
    return {"tolist": work.taken}


def _most_grown(few: Mapping[str, int], many: Mapping[str, int]) -> tuple[str, int, int]:
    """The entry that grew most, with both counts; a line of the answer's own if there is one."""
    entries = [(name, few.get(name, 0), number) for name, number in many.items()]
    return max(entries, key=lambda e: (e[2] - e[1], _is_line(e[0])), default=("", 0, 0))


def _is_line(name: str) -> bool:
    """Whether it names a line of the answer; the answer's process may have sent anything."""
    return name.isascii() and name.isdecimal() and len(name) <= 6


def _line(name: str) -> str:
    return f"line {name} runs" if _is_line(name) else "a line of it runs"


def _operation(name: str) -> str:
    return f"torch's `{name[:60]}` runs"


def _taken_out(_: str) -> str:
    return "`tolist` takes numbers out,"


def _loop(
    subject: str,
    what: str,
    counts: tuple[int, int],
    name: str,
    named: tuple[Mapping[str, Scalar], Mapping[str, Scalar]],
) -> Difference:
    few, many = (f"{n} times with {sizes(dict(at))}" for n, at in zip(counts, named, strict=True))
    return Difference(
        code="python-loop",
        message=f"`{subject}` gives the right result, but works through the elements in Python: "
        f"{what} {few}, and {many}. One operation on the whole tensor does it in a single step.",
        expected="as many steps for a large tensor as for a small one",
        actual=f"{what} {few}, and {many}",
        line=int(name) if _is_line(name) else None,
        details={"counts": list(counts)},
    )
