"""Which files to look at, and every problem in them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import msgspec

from tutor.authoring.lint.answers import check_answers
from tutor.authoring.lint.code import check_code
from tutor.authoring.lint.glossary import GlossaryView
from tutor.authoring.lint.leaks import check_leaks
from tutor.authoring.lint.markdown import check_markdown
from tutor.authoring.lint.names import check_names
from tutor.authoring.lint.orders import check_orders
from tutor.authoring.lint.parameters import check_parameters
from tutor.authoring.lint.part import of_exercise
from tutor.authoring.lint.rules import severity_of
from tutor.authoring.lint.seeds import check_seeds
from tutor.authoring.lint.teaching import check_teaching
from tutor.authoring.lint.topics import check_topics
from tutor.authoring.lint.view import LessonView
from tutor.authoring.lint.yaml_traps import check_yaml
from tutor.course.companions import COMPANION_FILES, GLOSSARY_FILE, TOPICS_FILE, Topics
from tutor.course.directory import COURSE_FILE, LESSON_SUFFIXES, load_directory
from tutor.course.load import Known, LoadedLesson, read_lesson
from tutor.course.model import Course
from tutor.course.problems import Problem
from tutor.course.read_companions import read_topics
from tutor.course.source import At
from tutor.course.wording import quoted

__all__ = ["Linted", "lint"]

_CHECKS: Final = (
    check_yaml,
    check_markdown,
    check_code,
    check_names,
    check_parameters,
    check_answers,
    check_orders,
    check_leaks,
    check_seeds,
    check_teaching,
)


class Linted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking at some files.

    Attributes:
        files: how many were looked at.
        problems: of all files, by path and position.
        missing: the paths that are not there, or hold no lesson, each with the reason.
    """

    files: int
    problems: tuple[Problem, ...] = ()
    missing: tuple[tuple[Path, str], ...] = ()

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(severity_of(problem) == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """How many of the problems are warnings."""
        return len(self.problems) - self.errors


def lint(paths: Sequence[Path], *, exercise: str | None = None) -> Linted:
    """Look at lesson files, course files, and all of them in directories.

    A file that lies in a course is seen as a part of it; only its own problems are given. Of a
    directory without ``course.yaml``, every course and every lesson file below it is looked at.

    Args:
        paths: files and directories.
        exercise: the id of the only exercise whose problems are asked for, beside those of what a
            lesson's exercises share.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    wanted: dict[Path, set[str]] = {}
    missing: list[tuple[Path, str]] = []
    for path in paths:
        try:
            found = list(_files(path))
        except OSError as error:
            missing.append((path, error.strerror or str(error)))
            continue
        except ValueError as error:  # a NUL in the path
            missing.append((path, str(error)))
            continue
        if not found:
            missing.append((path, "there is no lesson file in this directory"))
        for file in found:
            wanted.setdefault(file.parent, set()).add(file.name)
    problems: set[Problem] = set()
    for directory, names in wanted.items():
        problems.update(_problems(directory, names))
    files = [directory / name for directory, names in wanted.items() for name in names]
    if exercise is not None and files:
        files, left, reason = of_exercise(exercise, files, problems)
        problems = set(left)
        missing += [(path, reason) for path in paths if reason]
    return Linted(files=len(files), problems=tuple(sorted(problems)), missing=tuple(missing))


# --- which files


def _files(path: Path) -> Iterator[Path]:
    """The files that a path stands for.

    Raises:
        OSError: nothing is there.
    """
    path.stat()
    if not path.is_dir():
        yield path
        return
    for directory, inner, names in os.walk(path):
        inner[:] = sorted(name for name in inner if not name.startswith((".", "_")))
        files = [Path(directory, name) for name in sorted(names) if not name.startswith(".")]
        files = [file for file in files if file.suffix in LESSON_SUFFIXES]
        in_course = COURSE_FILE in names
        yield from (file for file in files if in_course or _looks_like_a_lesson(file))


def _looks_like_a_lesson(file: Path) -> bool:
    """Whether a YAML file outside of a course is meant to be a lesson."""
    try:
        with file.open("rb") as opened:
            begin = b"\n" + opened.read(10_000)
    except OSError:
        return False
    return b"\nformat:" in begin or b"\nexercises:" in begin


# --- what is wrong with them


def _problems(directory: Path, names: set[str]) -> Iterator[Problem]:
    topics = read_topics(directory)
    glossary = GlossaryView(directory)
    if TOPICS_FILE in names:
        yield from topics.problems
    if not (directory / COURSE_FILE).is_file():
        yield from _problems_alone(directory, names - COMPANION_FILES, topics)
        if GLOSSARY_FILE in names:
            yield from glossary.problems(every_lesson=False)
        return
    found: list[Problem] = []
    requires: dict[Path, tuple[tuple[str, At], ...]] = {}

    def look(lesson: LoadedLesson) -> None:
        found.extend(_by_rules(lesson, topics))
        requires[lesson.file.path] = lesson.requires
        if lesson.root is not None:
            glossary.read(lesson.root)

    only = {(directory / name).resolve() for name in names}
    course = load_directory(directory, only=only, each=look)
    if COURSE_FILE in names:
        yield from (p for p in course.problems if p.path.name != GLOSSARY_FILE)
    for file in course.files:
        if file.path.name in names:
            yield from file.problems
    yield from found
    yield from _by_order(course, requires)
    if GLOSSARY_FILE in names:
        every = all(file.path.name in names for file in course.files)
        yield from glossary.problems(every_lesson=every)


def _problems_alone(directory: Path, names: set[str], topics: Topics) -> Iterator[Problem]:
    """The problems of lesson files that belong to no course."""
    known = Known.beside(directory)
    for name in names:
        lesson = read_lesson(directory / name, known)
        if lesson.lacks_checks and known.custom is not None:
            yield from known.custom.problems
        yield from lesson.file.problems
        yield from _by_rules(lesson, topics)


def _by_rules(loaded: LoadedLesson, topics: Topics) -> tuple[Problem, ...]:
    """What the rules find, beside what loading found."""
    if loaded.source is None or loaded.root is None or loaded.schema is None:
        return ()
    view = LessonView(loaded, loaded.source, loaded.root, loaded.schema)
    for check in _CHECKS:
        if not view.full:
            check(view)
    check_topics(view, topics)
    return view.problems


def _by_order(
    course: Course, requires: Mapping[Path, Iterable[tuple[str, At]]]
) -> Iterator[Problem]:
    """A lesson that requires one which comes later."""
    places = {file.id: number for number, file in enumerate(course.files)}
    for number, file in enumerate(course.files):
        for name, at in requires.get(file.path, ()):
            if places.get(name, -1) > number:
                message = f"requires: {quoted(name)} comes later in the course: change 'order'"
                yield Problem(file.path, at.line, at.column, message, "later-requires")
