"""What verifying gives: per lesson and exercise, what is wrong and what the checks let pass."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from tutor.course.problems import Problem

__all__ = [
    "ExerciseReport",
    "Fault",
    "FaultCode",
    "LessonReport",
    "MutantReport",
    "Outcome",
    "Report",
    "Strength",
]

FaultCode: TypeAlias = Literal[
    "lesson-error",
    "solution-fails",
    "solution-differs",
    "starter-passes",
    "shuffled-passes",
    "goal-reached",
    "alternative-fails",
    "mistake-passes",
    "mistake-not-recognised",
    "mistake-taken-for-another",
    "luck",
    "no-truth",
    "truth-differs",
    "right-option-fails",
    "wrong-option-passes",
    "evidence-differs",
    "check-error",
    "explanation-wrong",
    "explanation-unused",
    "tutor-fault",
]

Outcome: TypeAlias = Literal["killed", "survived", "explained", "error"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the lesson promises and that is not so.

    Attributes:
        code: what sort of fault, as a slug.
        about: the part of the exercise, e.g. ``mistake no-keepdim``.
        message: what happened.
        advice: what to do about it.
    """

    code: FaultCode
    about: str
    message: str
    advice: str


class MutantReport(msgspec.Struct, frozen=True, kw_only=True):
    """A changed solution that the checks did not notice, or could not judge.

    Attributes:
        id: names the change; what stands under ``equivalent:``.
        kind: what sort of change it is.
        line: of the solution, from 1.
        outcome: ``survived``, or ``explained`` where the lesson says why it is right, or ``error``.
        diff: a unified diff from the solution.
        because: the lesson's explanation.
    """

    id: str
    kind: str
    line: int
    outcome: Outcome
    diff: str
    because: str = ""


class Strength(msgspec.Struct, frozen=True, kw_only=True):
    """How many changes of solutions the checks notice.

    Attributes:
        killed: how many were noticed.
        counted: of how many; those that are explained do not count.
    """

    killed: int = 0
    counted: int = 0

    @property
    def percent(self) -> float | None:
        """The share that is noticed; None where nothing counts."""
        return 100 * self.killed / self.counted if self.counted else None

    @classmethod
    def of(cls, parts: Iterable[Strength]) -> Strength:
        """All of them together."""
        parts = list(parts)
        return cls(
            killed=sum(part.killed for part in parts), counted=sum(part.counted for part in parts)
        )


class ExerciseReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one exercise.

    Attributes:
        id: the exercise's.
        kind: ``code``, ``predict``, …
        faults: what is wrong.
        mutants: those that were not noticed.
        strength: of its checks.
        possible: how many mutants there are.
        tried: how many of them were run.
        answers: how many texts were judged, mutants included.
        seconds: how long that took.
    """

    id: str
    kind: str
    faults: tuple[Fault, ...] = ()
    mutants: tuple[MutantReport, ...] = ()
    strength: Strength = Strength()
    possible: int = 0
    tried: int = 0
    answers: int = 0
    seconds: float = 0.0

    @property
    def survivors(self) -> tuple[MutantReport, ...]:
        """The mutants that passed and that nobody has explained."""
        return tuple(mutant for mutant in self.mutants if mutant.outcome == "survived")


class LessonReport(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one lesson file.

    Attributes:
        path: the file.
        id: the lesson's id; empty where none can be read.
        problems: why it could not be verified; then there are no exercises.
        exercises: in the lesson's order.
    """

    path: Path
    id: str = ""
    problems: tuple[Problem, ...] = ()
    exercises: tuple[ExerciseReport, ...] = ()

    @property
    def strength(self) -> Strength:
        """Of all its checks."""
        return Strength.of(exercise.strength for exercise in self.exercises)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them."""
        return tuple(fault for exercise in self.exercises for fault in exercise.faults)

    @property
    def survivors(self) -> tuple[MutantReport, ...]:
        """All unexplained mutants that passed."""
        return tuple(mutant for exercise in self.exercises for mutant in exercise.survivors)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of everything.

    Attributes:
        lessons: in the order given.
        problems: of course files and a course's own checks.
        missing: paths that hold no lesson, each with the reason.
        seed: what decided the hidden trials; the same seed gives the same run.
        times: how many draws of trials each answer was judged on.
        sandbox: the level that everything ran at; empty where nothing ran.
        seconds: how long it took.
    """

    lessons: tuple[LessonReport, ...]
    problems: tuple[Problem, ...] = ()
    missing: tuple[tuple[Path, str], ...] = ()
    seed: int = 0
    times: int = 2
    sandbox: str = ""
    seconds: float = 0.0

    @property
    def strength(self) -> Strength:
        """Of all checks."""
        return Strength.of(lesson.strength for lesson in self.lessons)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All of them."""
        return tuple(fault for lesson in self.lessons for fault in lesson.faults)

    @property
    def answers(self) -> int:
        """How many texts were judged."""
        return sum(one.answers for lesson in self.lessons for one in lesson.exercises)

    def weak(self, least: float | None) -> tuple[LessonReport, ...]:
        """The lessons whose strength is below `least` percent."""
        if least is None:
            return ()
        return tuple(
            lesson
            for lesson in self.lessons
            if lesson.strength.percent is not None and lesson.strength.percent < least
        )

    def exit_code(self, least: float | None = None) -> int:
        """0 where all is well; 1 a lesson is wrong or weak; 2 a path is; 3 the tutor is."""
        codes = [0]
        if self.problems or self.faults or self.weak(least):
            codes.append(1)
        if any(lesson.problems for lesson in self.lessons):
            codes.append(1)
        if self.missing:
            codes.append(2)
        if any(fault.code == "tutor-fault" for fault in self.faults):
            codes.append(3)
        return max(codes)
