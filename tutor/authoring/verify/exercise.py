"""Verifying one exercise, of whatever kind."""

from __future__ import annotations

import random
import time

import msgspec

from tutor.authoring.mutants.orders import order_mutants
from tutor.authoring.verify.code_answers import Round, code_faults, judge_listed, listed_answers
from tutor.authoring.verify.faults import fault
from tutor.authoring.verify.mutant_run import MutantRun
from tutor.authoring.verify.report import ExerciseReport, Fault
from tutor.authoring.verify.spoken_answers import Counting, choice_faults, prediction_faults
from tutor.course.model import Choice, Code, Exercise, Lesson, Order, Predict
from tutor.course.programs import as_code
from tutor.engine.client import Engine
from tutor.errors import EngineError
from tutor.judging.bench import Bench
from tutor.judging.judge import Judging
from tutor.judging.place import PlaceError
from tutor.judging.sitting import Sitting

__all__ = ["Desk", "Options", "verify_exercise"]


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How thoroughly to verify.

    Attributes:
        seed: decides seeds and hidden trials.
        times: on how many draws of trials each answer is judged.
        mutants: whether solutions are changed to see what checks notice.
        most: how many mutants of a solution to try at most; None for all.
        seconds: what an answer, and each look at it, may take.
    """

    seed: int
    times: int = 2
    mutants: bool = True
    most: int | None = None
    seconds: float = 10.0


class Desk:
    """What one job works with: the engine, and judges of its own."""

    def __init__(self, engine: Engine, *, seconds: float = 10.0) -> None:
        """Use `engine`, which jobs may share."""
        self.engine = engine
        self.chance = random.Random()  # noqa: S311 - nobody here is out to guess the trials
        self.bench = Bench(engine, self.chance)
        self.judging = Judging(engine, seconds=seconds, chance=self.chance)


async def verify_exercise(
    desk: Desk, lesson: Lesson, exercise: Exercise, options: Options
) -> ExerciseReport:
    """Judge everything that the exercise lists, and its solution's mutants.

    A failure of the tutor is a fault of the report, so that the rest is verified.

    Args:
        desk: what to work with.
        lesson: the exercise's lesson, settled.
        exercise: of any kind.
        options: how thoroughly.
    """
    started = time.monotonic()
    # By names, not by turns: the same seed gives the same trials however many jobs there are.
    desk.chance.seed(f"{options.seed}/{lesson.id}/{exercise.id}")
    try:
        match exercise:
            case Predict() | Choice():
                report = await _verify_spoken(desk, lesson, exercise, options)
            case _ if as_code(exercise) is not None:
                report = await _verify_program(desk, lesson, exercise, options)
            case _:
                report = _report(exercise)
    except PlaceError as error:
        report = _report(exercise, [fault("lesson-error", "setup", str(error))])
    except EngineError as error:
        report = _report(exercise, [fault("tutor-fault", "judging", str(error))])
    return msgspec.structs.replace(report, seconds=time.monotonic() - started)


def _report(exercise: Exercise, faults: list[Fault] | None = None) -> ExerciseReport:
    kind = str(type(exercise).__struct_config__.tag)
    return ExerciseReport(id=exercise.id, kind=kind, faults=tuple(faults or ()))


async def _verify_program(
    desk: Desk, lesson: Lesson, exercise: Exercise, options: Options
) -> ExerciseReport:
    """Verify an exercise whose answer is a program, whatever its kind."""
    program, listed = as_code(exercise), listed_answers(exercise)
    if program is None:
        return _report(exercise)
    mutants = _mutants(exercise, program, options)
    rounds: list[Round] = []
    answers = 0
    for _ in range(options.times):
        async with Sitting(
            desk.engine, desk.bench, lesson, program, chance=desk.chance, seconds=options.seconds
        ) as sitting:
            if sitting.fault:
                return _report(exercise, [fault("lesson-error", "solution", sitting.fault)])
            rounds.append(await judge_listed(sitting, listed))
            if mutants is not None and rounds[-1].seen[0].status == "pass":
                await mutants.run(sitting)
        answers += sitting.answers
        if rounds[-1].seen[0].status == "error":
            break
    faults = list(code_faults(listed, rounds))
    report = _report(exercise)
    # Changes of a solution that does not pass itself say nothing about its checks.
    if mutants is not None and all(one.seen[0].status == "pass" for one in rounds):
        faults += mutants.faults()
        report = msgspec.structs.replace(
            report,
            mutants=mutants.reports(),
            strength=mutants.strength(),
            possible=mutants.possible,
            tried=mutants.tried,
        )
    return msgspec.structs.replace(report, faults=tuple(faults), answers=answers)


def _mutants(exercise: Exercise, program: Code, options: Options) -> MutantRun | None:
    """The changes of the solution to try: those that an answer of that kind could have."""
    match exercise:
        case _ if not options.mutants:
            return None
        case Code():
            return MutantRun(program, options.most)
        case Order():
            return MutantRun(program, options.most, made=order_mutants(exercise))
        case _:  # the goal of an exploration says when there was enough of it, not what is right
            return None


async def _verify_spoken(
    desk: Desk, lesson: Lesson, exercise: Predict | Choice, options: Options
) -> ExerciseReport:
    counting = Counting(desk.judging, lesson)
    faults = (
        prediction_faults(counting, exercise, options.times)
        if isinstance(exercise, Predict)
        else choice_faults(counting, exercise, options.times)
    )
    report = _report(exercise, [one async for one in faults])
    return msgspec.structs.replace(report, answers=counting.answers)
