"""Verifying predictions and choices: one truth, right answers that pass, wrong ones that fail."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tutor.authoring.verify.faults import fault
from tutor.authoring.verify.report import Fault
from tutor.course.model import Choice, Exercise, Lesson, Mistake, Predict
from tutor.errors import EngineError
from tutor.judging.judge import Judging
from tutor.judging.verdict import Verdict

__all__ = ["Counting", "choice_faults", "prediction_faults"]


class Counting:
    """Judges, and counts how often."""

    def __init__(self, judging: Judging, lesson: Lesson) -> None:
        self._judging = judging
        self._lesson = lesson
        self.answers = 0

    async def judge(self, exercise: Exercise, answer: str) -> Verdict:
        """The verdict that a learner would get.

        Raises:
            EngineError: there is none, and the lesson is not to blame.
        """
        self.answers += 1
        verdict = await self._judging.judge(self._lesson, exercise, answer)
        if verdict.status == "error" and not verdict.lesson_at_fault:
            raise EngineError(verdict.message)
        return verdict


async def prediction_faults(
    judging: Counting, exercise: Predict, times: int
) -> AsyncIterator[Fault]:
    """What is wrong with a prediction."""
    truths: list[str] = []
    for _ in range(times):
        verdict = await judging.judge(exercise, "")
        if verdict.status == "error":
            yield fault("no-truth", "code", verdict.message)
            return
        truths.append(verdict.truth)
    if len(set(truths)) > 1:
        message = f"The code does not do the same each time: {truths[0]}, then {truths[-1]}."
        yield fault("truth-differs", "code", message)
        return
    for about, answer in (
        ("truth", truths[0]),
        *((f"accepts, item {at}", one) for at, one in enumerate(exercise.accepts, start=1)),
    ):
        verdict = await judging.judge(exercise, answer)
        if verdict.status != "pass":
            code = "no-truth" if about == "truth" else "alternative-fails"
            message = f"`{answer}` should pass; the truth is `{truths[0]}`. {verdict.message}"
            yield fault(code, about, message)  # type: ignore[arg-type]  # both are codes
    for mistake in exercise.mistakes:
        found = _mistaken(mistake, await judging.judge(exercise, mistake.answer))
        if found is not None:
            yield found


def _mistaken(mistake: Mistake, verdict: Verdict) -> Fault | None:
    about = f"mistake {mistake.id}"
    if verdict.status == "pass":
        return fault("mistake-passes", about, f"`{mistake.answer}` is what really happens.")
    if verdict.mistake is None:
        return fault("mistake-not-recognised", about, "It fails, but is not recognised.")
    if verdict.mistake.id != mistake.id:
        message = f"It fails, but is recognised as {verdict.mistake.id}, which says the same."
        return fault("mistake-taken-for-another", about, message)
    return None


async def choice_faults(judging: Counting, exercise: Choice, times: int) -> AsyncIterator[Fault]:
    """What is wrong with a choice."""
    numbered = list(enumerate(exercise.options, start=1))
    right = ",".join(str(number) for number, option in numbered if option.correct)
    verdicts = [await judging.judge(exercise, right) for _ in range(times)]
    for verdict in verdicts:
        if verdict.status != "pass":
            message = f"Options {right} are marked as correct, but do not pass. {verdict.message}"
            yield fault("right-option-fails", "options", message)
            return
    if len({verdict.output for verdict in verdicts}) > 1:
        yield fault("evidence-differs", "code", "It printed something else the second time.")
    for number, option in numbered:
        if not option.correct and (await judging.judge(exercise, str(number))).status == "pass":
            message = f"Option {number} is not marked as correct, but passes."
            yield fault("wrong-option-passes", f"option {number}", message)
