"""``tutor courses``: the lessons and their exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tutor.commands.output import show, show_json
from tutor.course.find import builtin_course

if TYPE_CHECKING:
    from tutor.course.model import Course, Exercise, LessonFile

__all__ = ["run"]


def run(*, as_json: bool) -> int:
    """Print the built-in course; 1 where a file of it is broken."""
    course = builtin_course()
    if as_json:
        show_json(_as_json(course))
    else:
        show("\n".join(_lines(course)))
    broken = course.problems or any(file.problems for file in course.files)
    return 1 if broken else 0


def _lines(course: Course) -> list[str]:
    lines = [f"{course.title} ({course.id})"]
    lines += [f"  {problem}" for problem in course.problems]
    for file in course.files:
        lines += ["", *_file_lines(file)]
    lines += ["", "Open an exercise with `tutor learn LESSON EXERCISE`."]
    return lines


def _file_lines(file: LessonFile) -> list[str]:
    if file.lesson is None:
        return [f"  {file.path.name}: broken", *(f"    {problem}" for problem in file.problems)]
    lesson = file.lesson
    minutes = f", about {lesson.minutes} minutes" if lesson.minutes else ""
    width = max(len(exercise.id) for exercise in lesson.exercises)
    return [
        f"  {lesson.id}: {lesson.title}{minutes}",
        *(f"    {e.id:<{width}}  {e.title or e.id}" for e in lesson.exercises),
    ]


def _as_json(course: Course) -> dict[str, Any]:
    return {
        "courses": [
            {
                "id": course.id,
                "title": course.title,
                "path": str(course.path),
                "problems": [str(problem) for problem in course.problems],
                "lessons": [_file_as_json(file) for file in course.files],
            }
        ]
    }


def _file_as_json(file: LessonFile) -> dict[str, Any]:
    lesson = file.lesson
    return {
        "path": str(file.path),
        "id": None if lesson is None else lesson.id,
        "title": None if lesson is None else lesson.title,
        "exercises": [] if lesson is None else [_exercise_as_json(e) for e in lesson.exercises],
        "problems": [str(problem) for problem in file.problems],
    }


def _exercise_as_json(exercise: Exercise) -> dict[str, Any]:
    kind = type(exercise).__struct_config__.tag
    return {"id": exercise.id, "kind": kind, "title": exercise.title, "points": exercise.points}
