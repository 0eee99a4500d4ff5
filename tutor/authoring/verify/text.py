"""The report to read: by lesson and exercise, what is wrong first, each with what to do."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from tutor.authoring.verify.report import (
    ExerciseReport,
    Fault,
    LessonReport,
    MutantReport,
    Report,
    Strength,
)

__all__ = ["as_text", "percent"]

_WIDTH = 88
_ORDERS = (
    "To do: if such an order is as right as the solution, list it under `accepts`. If not, add a "
    "check that tells it from the solution."
)


def as_text(report: Report, least: float | None = None) -> str:
    """All of it in lines.

    Args:
        report: what came of verifying.
        least: the strength that is asked for, in percent.
    """
    parts: list[str] = []
    if report.problems:
        parts.append("\n".join(str(problem) for problem in report.problems))
    lessons = sorted(report.lessons, key=lambda one: not (one.problems or one.faults))
    parts += ["\n".join(_lesson(lesson)) for lesson in lessons]
    parts.append("\n".join(_summary(report, least)))
    return "\n\n".join(parts)


# --- a lesson


def _lesson(lesson: LessonReport) -> Iterator[str]:
    name = lesson.id or lesson.path.stem
    if lesson.problems:
        yield f"{name}: the file has problems, so that nothing in it was run"
        for problem in lesson.problems:
            yield f"  {problem}"
        return
    yield f"{name} ({lesson.path}): {_result(lesson)}"
    fine: list[ExerciseReport] = []
    for exercise in sorted(lesson.exercises, key=_rank):
        if exercise.faults or exercise.survivors:
            yield ""
            yield from _exercise(exercise)
        else:
            fine.append(exercise)
    if fine:
        yield ""
        yield from _wrapped("In order: " + ", ".join(map(_short, fine)) + ".", "  ")


def _rank(exercise: ExerciseReport) -> int:
    return 0 if exercise.faults else 1 if exercise.survivors else 2


def _result(lesson: LessonReport) -> str:
    parts = [_counted(len(lesson.faults), "fault")]
    if lesson.survivors:
        parts.append(f"{_counted(len(lesson.survivors), 'change')} unnoticed")
    if lesson.strength.percent is not None:
        parts.append(f"strength {percent(lesson.strength)}")
    return ", ".join(parts)


def _short(exercise: ExerciseReport) -> str:
    notes = [] if exercise.strength.percent is None else [percent(exercise.strength)]
    explained = sum(mutant.outcome == "explained" for mutant in exercise.mutants)
    if explained:
        notes.append(f"{explained} explained")
    notes += _bounded(exercise)
    return exercise.id + (f" ({', '.join(notes)})" if notes else "")


def _bounded(exercise: ExerciseReport) -> list[str]:
    if exercise.tried == exercise.possible:
        return []
    return [f"{exercise.tried} of {exercise.possible} changes tried"]


# --- an exercise


def _exercise(exercise: ExerciseReport) -> Iterator[str]:
    notes = [exercise.kind]
    if exercise.strength.percent is not None:
        share = f"{exercise.strength.killed} of {exercise.strength.counted} changes noticed"
        notes.append(f"strength {percent(exercise.strength)}, {share}")
    notes += _bounded(exercise)
    yield f"  {exercise.id} ({'; '.join(notes)})"
    for fault in exercise.faults:
        yield from _fault(fault)
    survivors = exercise.survivors
    if survivors:
        yield from _survivors(survivors, exercise.kind)


def _fault(fault: Fault) -> Iterator[str]:
    yield from _wrapped(f"FAULT {fault.about} [{fault.code}]: {fault.message}", "    ", "      ")
    yield from _wrapped(f"To do: {fault.advice}", "      ")


def _survivors(survivors: Sequence[MutantReport], kind: str) -> Iterator[str]:
    yield f"    UNNOTICED {_counted(len(survivors), 'change')} of the solution: every check passes"
    for mutant in survivors:
        yield f"      line {mutant.line}, {mutant.kind}"
        for line in mutant.diff.splitlines()[2:]:
            yield f"        {line}".rstrip()
    if kind == "order":
        yield from _wrapped(_ORDERS, "      ")
        return
    advice = "To do: add a check, a case or sizes that tell such answers from the solution. If the "
    advice += "change is as right as the solution, say so in the exercise:"
    yield from _wrapped(advice, "      ")
    yield "        equivalent:"
    for mutant in survivors:
        yield f"          - mutant: {_quoted(mutant.id)}"
        yield "            because: …"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# --- all of it


def _summary(report: Report, least: float | None) -> Iterator[str]:
    lessons = _counted(len(report.lessons), "lesson")
    exercises = _counted(sum(len(lesson.exercises) for lesson in report.lessons), "exercise")
    unread = sum(bool(lesson.problems) for lesson in report.lessons)
    parts = [_counted(len(report.faults), "fault")]
    if unread:
        parts.append(f"{_counted(unread, 'file')} with problems")
    survivors = sum(len(lesson.survivors) for lesson in report.lessons)
    if report.strength.percent is not None:
        parts.append(f"{_counted(survivors, 'change')} unnoticed")
        share = f"{report.strength.killed} of {report.strength.counted}"
        parts.append(f"strength {percent(report.strength)} ({share})")
    yield f"{lessons}, {exercises}: {', '.join(parts)}"
    for lesson in report.weak(least):
        yield f"Too weak: {lesson.id} has {percent(lesson.strength)}; {least:g}% is asked for"
    if report.answers:
        each = report.seconds / report.answers
        yield (
            f"{_counted(report.answers, 'answer')} in {report.seconds:.1f} s ({each:.3f} s each), "
            f"on {_counted(report.times, 'draw')} of trials; sandbox {report.sandbox}; "
            f"the same again: --seed {report.seed}"
        )


def percent(strength: Strength) -> str:
    """A strength in words; never 100% while something passes unnoticed."""
    share = strength.percent
    if share is None:
        return "none"
    return f"{int(share)}%"


def _counted(number: int, thing: str) -> str:
    if number == 0:
        return f"no {thing}s"
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _wrapped(text: str, first: str, later: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=first if later is None else later,
        break_long_words=False,
        break_on_hyphens=False,
    )
