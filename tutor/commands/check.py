"""``tutor check``: judge answers, one engine for all of them."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from tutor.commands.answers import Answer, UnreadableAnswer, read_answers
from tutor.commands.output import show, show_json, tell
from tutor.commands.verdicts import unreadable_as_json, verdict_as_json, verdict_as_text
from tutor.course.model import Choice, Exercise, Lesson, Predict
from tutor.course.programs import as_code
from tutor.course.wording import hint, listing
from tutor.engine.client import Engine
from tutor.errors import NotFoundError
from tutor.judging.judge import Judging
from tutor.judging.late import needs_late_imports
from tutor.library.find import find_lesson

if TYPE_CHECKING:
    from tutor.judging.verdict import Verdict

__all__ = ["run"]

_EXIT = {"pass": 0, "fail": 1, "error": 3}
_UNREADABLE = 2
_FEW = 3
"""Answers that are judged before an engine would have become warm."""


def run(
    lesson_name: str,
    exercise_id: str,
    files: list[str],
    *,
    as_json: bool,
    sandbox: str | None,
) -> int:
    """Judge each file's text as an answer and print what came of it, in order.

    A file that cannot be read is reported on stderr and the others are still judged. In JSON it
    has a line too, with ``"status": "error"`` and the reason as its message, so that lines and
    files stay in step; it counts as exit code 2. The highest code of all answers is given.

    Raises:
        NotFoundError: no such lesson or exercise.
        LessonFileError: the lesson file, or the ``checks.py`` beside it, has problems.
        EngineStartError: the engine does not come up.
    """
    _, lesson = find_lesson(lesson_name)
    exercise = _find_exercise(lesson, exercise_id)
    answers = read_answers(files)
    for answer in answers:
        if isinstance(answer, UnreadableAnswer):
            tell(f"tutor: {answer.name}: {answer.reason}")
    return asyncio.run(_check_all(lesson, exercise, answers, as_json=as_json, sandbox=sandbox))


def _find_exercise(lesson: Lesson, exercise_id: str) -> Exercise:
    exercise = lesson.exercise(exercise_id)
    if exercise is None:
        ids = [each.id for each in lesson.exercises]
        meant = hint(exercise_id, ids, otherwise=f"; it has {listing(ids)}")
        raise NotFoundError(f"lesson {lesson.id!r} has no exercise {exercise_id!r}{meant}")
    return exercise


async def _check_all(
    lesson: Lesson,
    exercise: Exercise,
    answers: list[Answer | UnreadableAnswer],
    *,
    as_json: bool,
    sandbox: str | None,
) -> int:
    code = 0
    async with AsyncExitStack() as stack:
        judging: Judging | None = None  # no engine unless there is something to judge
        for answer in answers:
            if isinstance(answer, UnreadableAnswer):
                code = max(code, _UNREADABLE)
                if as_json:
                    show_json(unreadable_as_json(lesson, exercise, answer))
                continue
            if judging is None:
                engine = await stack.enter_async_context(
                    await Engine.start(
                        sandbox=sandbox, warm=_is_worth_warming(lesson, exercise, answers)
                    )
                )
                await engine.ready()
                judging = Judging(engine)
                lesson = await judging.settle(lesson)
                exercise = _find_exercise(lesson, exercise.id)
            verdict = await judging.judge(lesson, exercise, _given(exercise, answer))
            code = max(code, _EXIT[verdict.status])
            _report(lesson, exercise, answer, verdict, as_json=as_json)
    return code


def _is_worth_warming(
    lesson: Lesson, exercise: Exercise, answers: list[Answer | UnreadableAnswer]
) -> bool:
    """Whether many are judged, or something uses what is imported late."""
    program = as_code(exercise)
    texts = [answer.text for answer in answers if isinstance(answer, Answer)]
    if program is not None:
        texts += [lesson.setup, program.setup, program.solution]
    return len(answers) > _FEW or any(map(needs_late_imports, texts))


def _report(
    lesson: Lesson, exercise: Exercise, answer: Answer, verdict: Verdict, *, as_json: bool
) -> None:
    if as_json:
        show_json(verdict_as_json(lesson, exercise, answer, verdict))
    else:
        show(verdict_as_text(answer, verdict))


def _given(exercise: Exercise, answer: Answer) -> str:
    """The answer as it would have been typed: files end with a newline, predictions do not."""
    match exercise:
        case Predict():
            return answer.text.strip("\n").rstrip()
        case Choice():
            return answer.text.strip()
        case _:
            return answer.text
