"""A lesson file as it stands now: the lesson or why there is none, and all that lint finds."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tutor.authoring.lint.rules import severity_of
from tutor.authoring.lint.run import lint
from tutor.course.find import open_course
from tutor.course.model import Course, Lesson, LessonFile
from tutor.course.problems import Problem
from tutor.errors import NotFoundError

__all__ = ["Reading", "Spot", "read"]

_LONGEST = 2_000_000
_WIDEST = 200


class Spot(msgspec.Struct, frozen=True, kw_only=True):
    """A problem and the line of the file that it is about.

    Attributes:
        line: as it stands in the file, without its indentation.
        caret: where in that line; from 0.
    """

    problem: Problem
    severity: str
    line: str = ""
    caret: int = 0

    def text(self, *, name_only: bool = False, pointed: bool = True) -> str:
        """Its place and message; below, the line of the file and a sign under the place.

        Args:
            name_only: leave out the directories of the path.
            pointed: show the line.
        """
        one = self.problem
        path = one.path.name if name_only else one.path
        place = f"{path}:{one.line}:{one.column}: {one.message} [{one.code}]"
        if not (self.line and pointed):
            return place
        return f"{place}\n    {self.line}\n    {' ' * self.caret}^"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What a file gave.

    Attributes:
        course: the file taken alone; its lesson is None where the file is broken.
        spots: what is wrong, the errors first, each by its place.
    """

    course: Course
    spots: tuple[Spot, ...] = ()

    @property
    def file(self) -> LessonFile:
        """The lesson file."""
        return self.course.files[0]

    @property
    def lesson(self) -> Lesson | None:
        """The lesson, or None where the file is broken."""
        return self.file.lesson

    @property
    def errors(self) -> tuple[Spot, ...]:
        """What is wrong and no matter of taste."""
        return tuple(spot for spot in self.spots if spot.severity == "error")

    @property
    def summary(self) -> str:
        """How much lint found, in a few words; empty where it found nothing."""
        errors, all_ = len(self.errors), len(self.spots)
        counts = ((errors, "error"), (all_ - errors, "warning"))
        return ", ".join(f"{n} {word}{'s' * (n != 1)}" for n, word in counts if n)


def read(path: Path) -> Reading:
    """Read a lesson file. Never raises for what it holds, nor because it has gone.

    Raises:
        TutorError: the tutor's own catalogue of checks is missing or broken.
    """
    try:
        course = open_course(path)
    except NotFoundError as error:
        problem = Problem(path, 1, 1, f"the file cannot be read: {error}", "unreadable")
        file = LessonFile(path=path, lesson=None, problems=(problem,))
        course = Course(id=path.stem, title=path.name, path=path, files=(file,))
    found = {*course.files[0].problems, *lint([path]).problems}
    texts = {one: _lines(one) for one in {problem.path for problem in found}}
    spots = [_spot(problem, texts[problem.path]) for problem in sorted(found)]
    return Reading(
        course=course, spots=tuple(sorted(spots, key=lambda spot: spot.severity != "error"))
    )


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(_LONGEST).split("\n")
    except (OSError, ValueError):
        return []


def _spot(problem: Problem, lines: list[str]) -> Spot:
    written = lines[problem.line - 1] if problem.line <= len(lines) else ""
    line = written.strip()[:_WIDEST]
    caret = problem.column - 1 - (len(written) - len(written.lstrip()))
    return Spot(
        problem=problem,
        severity=severity_of(problem),
        line=line,
        caret=min(max(caret, 0), len(line)),
    )
