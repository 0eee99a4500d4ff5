"""``tutor courses``: what there is to learn, and how far one is."""

from __future__ import annotations

from typing import Any

from tutor.commands.output import one_line, show, show_json
from tutor.course.model import Course, Exercise, LessonFile
from tutor.course.wording import hint, listing
from tutor.engine.text import neutralise
from tutor.errors import NotFoundError, TutorError
from tutor.library.offers import Offer, offers
from tutor.progress.changed import changed_since_passed
from tutor.progress.store import Store, progress_file

__all__ = ["run_list", "run_overview"]


def run_overview(*, as_json: bool) -> int:
    """Print every course: where it came from, its lessons, its broken files, the progress.

    Gives 1 where a file is broken or a course is not there any more.

    Raises:
        StoreError: the progress cannot be read.
    """
    return _print(offers(), as_json=as_json, whole=False)


def run_list(ids: list[str], *, as_json: bool) -> int:
    """Print courses with all their lessons and exercises.

    Raises:
        NotFoundError: no such course.
        StoreError: the progress cannot be read.
    """
    known = {offer.id: offer for offer in offers()}
    for id_ in ids:
        if id_ not in known:
            near = hint(id_, known, otherwise=f"; there are {listing(known)}")
            raise NotFoundError(f"there is no course {id_!r}{near}")
    return _print([known[id_] for id_ in dict.fromkeys(ids or known)], as_json=as_json, whole=True)


def _print(chosen: list[Offer], *, as_json: bool, whole: bool) -> int:
    code = 0
    documents = []
    with Store(progress_file()) as store:
        for number, offer in enumerate(chosen):
            course, lost = _read(offer)
            passed = store.passed_versions(offer.id)
            code = max(code, int(bool(lost) or _is_broken(course)))
            if as_json:
                documents.append(_as_json(offer, course, lost, passed))
            else:
                lines = [""] * (number > 0) + _lines(offer, course, lost, passed, whole=whole)
                show(neutralise("\n".join(lines)))
    if as_json:
        show_json({"courses": documents})
    elif whole:
        show("\nOpen an exercise with `tutor learn LESSON EXERCISE`.")
    else:
        show("\n`tutor courses list ID` lists lessons; `tutor courses add SOURCE` adds a course.")
    return code


def _read(offer: Offer) -> tuple[Course | None, str]:
    try:
        return offer.read(), ""
    except TutorError as error:
        return None, str(error)


def _is_broken(course: Course | None) -> bool:
    return course is None or bool(course.problems) or any(file.problems for file in course.files)


_Passed = dict[tuple[str, str], frozenset[str]]


def _lines(
    offer: Offer, course: Course | None, lost: str, passed: _Passed, *, whole: bool
) -> list[str]:
    title = offer.title if course is None else course.title
    version = f", version {_version(offer)}" if _version(offer) else ""
    lines = [f"{offer.id}: {one_line(title)}", f"  from: {offer.origin}{version}"]
    if course is None:
        return [*lines, f"  ! {lost}"]
    lessons = len(course.lessons)
    done, total, changed = _counts(course, passed)
    lines.append(
        f"  {_counted(lessons, 'lesson')}, {done} of {_counted(total, 'exercise')} passed"
        + (f", {changed} changed since" if changed else "")
    )
    lines += [f"  ! {problem}" for problem in course.problems]
    if not whole:
        lines += [_broken_line(file) for file in course.files if file.lesson is None]
        return lines
    for file in course.files:
        lines += ["", *_file_lines(file, passed)]
    return lines


def _broken_line(file: LessonFile) -> str:
    more = len(file.problems) - 1
    return f"  ! broken: {file.problems[0]}" + (f" (and {more} more)" if more else "")


def _file_lines(file: LessonFile, passed: _Passed) -> list[str]:
    if file.lesson is None:
        return [f"  {file.path.name}: broken", *(f"    {problem}" for problem in file.problems)]
    lesson = file.lesson
    minutes = f", about {lesson.minutes} minutes" if lesson.minutes else ""
    width = max(len(exercise.id) for exercise in lesson.exercises)
    changed = changed_since_passed(lesson, passed)

    def standing(exercise_id: str) -> str:
        if exercise_id in changed:
            return " (changed since you passed)"
        return " (passed)" if (lesson.id, exercise_id) in passed else ""

    return [
        f"  {lesson.id}: {one_line(lesson.title)}{minutes}",
        *(
            f"    {e.id:<{width}}  {one_line(e.title or e.id)}{standing(e.id)}"
            for e in lesson.exercises
        ),
    ]


def _counts(course: Course, passed: _Passed) -> tuple[int, int, int]:
    """How many exercises are passed, are there, and are others than those that were passed."""
    at = [(lesson.id, exercise.id) for lesson in course.lessons for exercise in lesson.exercises]
    changed = sum(len(changed_since_passed(lesson, passed)) for lesson in course.lessons)
    return sum(one in passed for one in at), len(at), changed


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _version(offer: Offer) -> str:
    return "" if offer.added is None else offer.added.version


def _as_json(offer: Offer, course: Course | None, lost: str, passed: _Passed) -> dict[str, Any]:
    done, total, changed = (0, 0, 0) if course is None else _counts(course, passed)
    files = () if course is None else course.files
    problems = (lost,) if course is None else course.problems
    return {
        "id": offer.id,
        "title": offer.title if course is None else course.title,
        "builtin": offer.added is None,
        "from": offer.origin,
        "version": _version(offer) or None,
        "path": None if course is None else str(course.path),
        "passed": done,
        "total": total,
        "changed": changed,
        "broken": [file.path.name for file in files if file.lesson is None],
        "problems": [str(problem) for problem in problems],
        "lessons": [_file_as_json(file) for file in files],
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
