"""Judging a choice: nothing runs but the evidence, and that only after the answer."""

from __future__ import annotations

import re

from checks.finding import Finding
from tutor.course.model import Choice, Lesson
from tutor.engine.client import Engine
from tutor.judging.assignment import setups_of
from tutor.judging.late import late_imports
from tutor.judging.verdict import Verdict
from tutor.judging.worlds import open_world

__all__ = ["chosen_numbers", "judge_choice"]


def chosen_numbers(answer: str, count: int) -> frozenset[int] | None:
    """The option numbers (from 1) in an answer such as ``2`` or ``1, 3``; None if it has others."""
    parts = [part for part in re.split(r"[\s,;]+", answer.strip()) if part]
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    numbers = frozenset(int(part) for part in parts)
    return numbers if all(1 <= number <= count for number in numbers) else None


async def judge_choice(
    engine: Engine, lesson: Lesson, exercise: Choice, answer: str, seconds: float
) -> Verdict:
    """Pass exactly when all correct options and no others are chosen."""
    points = float(exercise.points)
    count = len(exercise.options)
    numbers = chosen_numbers(answer, count)
    if numbers is None:
        finding = Finding(
            check="choice",
            target="options",
            status="fail",
            code="no-such-option",
            message=f"Choose by number, from 1 to {count}.",
            actual=answer.strip()[:80],
        )
        return Verdict(
            status="fail", score=0.0, max_score=points, message=finding.message, findings=(finding,)
        )
    correct = {place for place, option in enumerate(exercise.options, 1) if option.correct}
    finding = _finding(exercise, numbers, correct)
    evidence = await _evidence(engine, lesson, exercise, seconds)
    passed = finding.status == "pass"
    return Verdict(
        status="pass" if passed else "fail",
        score=points if passed else 0.0,
        max_score=points,
        message=finding.message,
        findings=(finding,),
        output=evidence,
    )


def _finding(exercise: Choice, numbers: frozenset[int], correct: set[int]) -> Finding:
    said = [(number, exercise.options[number - 1].says.strip()) for number in sorted(numbers)]
    actual = ", ".join(str(number) for number in sorted(numbers))
    wrong = sorted(numbers - correct)
    if not wrong and numbers == correct:
        message = "\n".join(says for _, says in said if says)
        return Finding(
            check="choice", target="options", status="pass", message=message, actual=actual
        )
    if wrong:
        code = "wrong-option"
        message = "\n".join(
            says or f"Option {number} is not right." for number, says in said if number in wrong
        )
    else:
        code = "missing-option"
        message = "What you chose is right, and there is more: choose all that apply."
    return Finding(
        check="choice",
        target="options",
        status="fail",
        code=code,
        message=message,
        actual=actual,
    )


async def _evidence(engine: Engine, lesson: Lesson, exercise: Choice, seconds: float) -> str:
    if not exercise.code.strip():
        return ""
    await late_imports(engine, *setups_of(lesson, exercise), exercise.code)
    async with open_world(engine, seconds=seconds) as world:
        await world.set_up(setups_of(lesson, exercise), seed=0)
        if world.fault:
            return world.fault
        ran = await world.run(exercise.code)
    if ran.result.error is not None:
        return ran.output + ran.result.error.traceback
    return ran.output
