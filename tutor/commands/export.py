"""``tutor export``: lessons as Markdown, notebooks or scripts."""

from __future__ import annotations

import sys
from pathlib import Path

from tutor.authoring.export.files import Kind, course_files, exported, name_for, write
from tutor.commands.output import show
from tutor.course.directory import COURSE_FILE
from tutor.course.find import open_course
from tutor.engine.text import neutralise
from tutor.errors import UsageError
from tutor.library.find import find_lesson

__all__ = ["run"]


def run(source: str, kind: Kind, *, answers: bool, out: str | None, force: bool) -> int:
    """Export a lesson or a whole course; print the paths of the files, or the only one's text.

    Raises:
        NotFoundError: no such lesson or course.
        LessonFileError: a file has problems.
        UsageError: a file is there already, cannot be written, or nbformat is not installed.
    """
    path = Path(source)
    if path.is_dir() or path.name == COURSE_FILE:
        if out in {None, "-"}:
            raise UsageError("a course becomes many files: name a directory for them with -o")
        files = course_files(open_course(path), kind, answers=answers)
        return _report(write(Path(out or ""), files, force=force))
    course, lesson = find_lesson(source)
    text = exported(lesson, kind, answers=answers)
    if out in {None, "-"}:
        plain = neutralise(text) if sys.stdout.isatty() else text
        show(plain.removesuffix("\n"))
        return 0
    target = Path(out or "")
    if target.is_dir():
        file = next((one.path for one in course.files if one.lesson is lesson), Path(lesson.id))
        target /= name_for(file, kind)
    return _report(write(target.parent, {target.name: text}, force=force))


def _report(paths: list[Path]) -> int:
    for path in paths:
        show(neutralise(str(path)))
    return 0
