"""From a lesson or a course to files that did not exist before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias

from tutor.authoring.export.markdown import as_markdown
from tutor.authoring.export.notebook import as_notebook
from tutor.authoring.export.script import as_script
from tutor.course.model import Course, Lesson
from tutor.errors import LessonFileError, UsageError

__all__ = ["Kind", "course_files", "exported", "name_for", "write"]

Kind: TypeAlias = Literal["markdown", "notebook", "script"]

_WAYS: Final[dict[Kind, tuple[Callable[..., str], str]]] = {
    "markdown": (as_markdown, ".md"),
    "notebook": (as_notebook, ".ipynb"),
    "script": (as_script, ".py"),
}
_CONTENTS: Final = "CONTENTS.md"


def exported(lesson: Lesson, kind: Kind, *, answers: bool) -> str:
    """The lesson as the text of one file.

    Raises:
        UsageError: nbformat is needed and not installed.
    """
    way, _ = _WAYS[kind]
    return way(lesson, answers=answers)


def name_for(path: Path, kind: Kind) -> str:
    """The name of the file for the lesson in `path`."""
    return path.stem + _WAYS[kind][1]


def course_files(course: Course, kind: Kind, *, answers: bool) -> dict[str, str]:
    """Every lesson of a course and a list of them, as texts by file name.

    Raises:
        LessonFileError: a file of the course has problems.
        UsageError: nbformat is needed and not installed, or two lessons would have one file.
    """
    problems = [*course.problems, *(one for file in course.files for one in file.problems)]
    if problems:
        raise LessonFileError(problems)
    files: dict[str, str] = {}
    listed: list[str] = []
    for file in course.files:
        name = name_for(file.path, kind)
        if name in {*files, _CONTENTS}:
            raise UsageError(f"{file.path.name}: another file of the export is called {name}")
        if file.lesson is not None:
            files[name] = exported(file.lesson, kind, answers=answers)
            listed.append(_entry(len(listed) + 1, name, file.lesson))
    return {**files, _CONTENTS: _contents(course, listed)}


def _entry(number: int, name: str, lesson: Lesson) -> str:
    about = f" — {' '.join(lesson.summary.split())}" if lesson.summary.strip() else ""
    return f"{number}. [{lesson.title}](<{name}>){about}"


def _contents(course: Course, listed: list[str]) -> str:
    by = ", ".join(course.authors)
    parts = [
        f"# {course.title}",
        course.summary.strip(),
        "\n".join(listed),
        f"By {by}." if by else "",
        f"Licence: {course.licence}" if course.licence else "",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def write(directory: Path, files: dict[str, str], *, force: bool) -> list[Path]:
    """Write the files into a directory, which is made where it is missing; gives their paths.

    Raises:
        UsageError: one of them is there already and may not be replaced: then none is written; or
            one cannot be written.
    """
    paths = [directory / name for name in files]
    there = [path for path in paths if path.exists() or path.is_symlink()]
    if there and not force:
        names = ", ".join(str(path) for path in there)
        raise UsageError(f"already there: {names}; --force replaces what is there")
    for path, text in zip(paths, files.values(), strict=True):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise UsageError(f"{path}: cannot be written: {reason}") from error
    return paths
