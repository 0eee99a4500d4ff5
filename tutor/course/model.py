"""What a lesson file means: frozen, typed objects, one field per YAML key.

The field types and docstrings are also the source of the JSON Schema that validates a file and
serves editors.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from tutor.course.companions import Glossary
from tutor.course.custom import CustomChecks
from tutor.course.fields import Slug, Text
from tutor.course.nodes import Node
from tutor.course.problems import Problem
from tutor.course.source import Source

__all__ = [
    "CheckUse",
    "Choice",
    "Code",
    "Course",
    "CourseInfo",
    "Equivalent",
    "Exercise",
    "Explore",
    "Lesson",
    "LessonFile",
    "Mistake",
    "Option",
    "Order",
    "Predict",
    "Read",
    "Slug",
    "Unread",
]

Points = Annotated[int, msgspec.Meta(ge=1, le=100)]


class Unread:
    """An entry of ``checks:`` whose parameters nobody knows yet, as it is written.

    Opaque to msgspec, for no file holds it.
    """

    def __init__(self, source: Source, node: Node) -> None:
        self.source = source
        self.node = node


class CheckUse(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of ``checks:``, taken apart: which check, on what, with which parameters.

    In YAML this is one mapping in which one key names the check and its value is the target.

    Attributes:
        check: the check's name, e.g. ``function``.
        target: what it looks at: an expression, or a list of names for ``uses`` and ``avoids``.
        params: the check's own parameters, as plain data.
        weight: this check's share of the exercise's points, relative to the others'.
        custom: the course's own checks, where it is one of them.
        unread: the entry itself, where only a worker can say which parameters the check has. Then
            `params` may not mean what the author meant: see `tutor.course.settle`.
    """

    check: str
    target: str | tuple[str, ...]
    params: dict[str, Any] = {}
    weight: float = 1.0
    custom: CustomChecks | None = None
    unread: Unread | None = None


class Mistake(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A wrong answer that learners give, and what to tell them.

    Attributes:
        id: names the mistake in verdicts and reports.
        answer: the wrong answer: code, for ``predict`` what is typed, for ``order`` the lines in
            a wrong order.
        says: Markdown for whoever makes it; explains, and does not give the answer away.
    """

    id: Slug
    answer: Text
    says: Text


class Equivalent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A changed solution that is still right, so that checks need not notice it.

    Attributes:
        mutant: the change, as ``tutor verify`` names it: ``line before → line after``.
        because: why the changed line is as right as the other.
    """

    mutant: Text
    because: Text


class Option(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One option of a ``choice``.

    Attributes:
        text: Markdown.
        correct: whether it belongs to the right answer.
        says: Markdown, shown to whoever chose it.
    """

    text: Text
    correct: bool = False
    says: str = ""


class _Exercise(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True
):
    """What every kind of exercise has.

    Attributes:
        id: stable; progress is kept by it.
        title: one line; the id where it is left out.
        prompt: Markdown; what there is to read or to do.
        hints: Markdown, shown one at a time, from a question to nearly the answer.
        explanation: Markdown, shown once the exercise is passed or its solution asked for.
        setup: code that runs after the lesson's own setup.
        points: what the exercise is worth.
        teaches: ids of the topics that it teaches, out of the course's
            [``topics.yaml``](#topics).
    """

    id: Slug
    prompt: Text
    title: str = ""
    hints: tuple[Text, ...] = ()
    explanation: str = ""
    setup: str = ""
    points: Points = 1
    teaches: tuple[Slug, ...] = ()


class Read(_Exercise, frozen=True, kw_only=True, tag="read"):
    """Something to read; done once it was seen."""


class Code(_Exercise, frozen=True, kw_only=True, tag="code"):
    """Code to write, judged by checks.

    Attributes:
        starter: what stands in the editor at first; must not pass.
        solution: the author's answer; expected values come from running it.
        checks: at least one.
        accepts: other right answers, which must pass.
        mistakes: wrong answers, which must fail and be recognised.
        equivalent: changes of the solution that ``tutor verify`` finds and that change nothing.
    """

    solution: Text
    checks: Annotated[tuple[CheckUse, ...], msgspec.Meta(min_length=1)]
    starter: str = ""
    accepts: tuple[Text, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    equivalent: tuple[Equivalent, ...] = ()


class Predict(_Exercise, frozen=True, kw_only=True, tag="predict"):
    """Say what code will do before running it; the truth is computed, never written down.

    Attributes:
        code: what the learner reads, and what is run to find the truth.
        ask: ``value``, ``shape`` or ``dtype`` of the expression `of`; ``output`` (what is
            printed); or ``error`` (the exception's type, or "none").
        of: the expression, for ``value``, ``shape`` and ``dtype``.
        accepts: other spellings of the right prediction, which must pass.
        mistakes: wrong predictions, which must fail, and what to tell who makes them.
    """

    code: Text
    ask: Literal["value", "shape", "dtype", "output", "error"]
    of: str = ""
    accepts: tuple[Text, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class Choice(_Exercise, frozen=True, kw_only=True, tag="choice"):
    """Choose; with more than one correct option, choose all of them.

    Attributes:
        options: two or more, at least one of them correct.
        code: evidence, run after the answer.
    """

    options: Annotated[tuple[Option, ...], msgspec.Meta(min_length=2)]
    code: str = ""


class Order(_Exercise, frozen=True, kw_only=True, tag="order"):
    """Put lines in order; the arranged program is judged like code, so every order that works is.

    The lines are those of the solution, shuffled, always in the same way. What Python reads as one
    line (within brackets, say) stays together; each line keeps its indentation; blank lines and
    comments that stand alone are left out.

    Attributes:
        solution: the author's order; expected values come from running it.
        checks: at least one.
        extra: lines that do not belong, one an item, to be set aside; quotes keep the spaces
            before them.
        accepts: other right orders, which must pass; the shuffled lines begin with none of them.
        mistakes: wrong orders, which must fail and be recognised.
    """

    solution: Text
    checks: Annotated[tuple[CheckUse, ...], msgspec.Meta(min_length=1)]
    extra: tuple[Text, ...] = ()
    accepts: tuple[Text, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


class Explore(_Exercise, frozen=True, kw_only=True, tag="explore"):
    """A free REPL: done when its goal is reached; without a goal, when something was run.

    What counts are the cells that ran without an error, one after the other, in a fresh world. What
    setup draws at random is drawn anew there: numbers that were read off the screen do not count.

    Attributes:
        starter: what stands in the REPL's line at first.
        goal: checks that all pass once the goal is reached.
        solution: cells that reach the goal, one below the other; needed where there is a goal.
    """

    starter: str = ""
    goal: tuple[CheckUse, ...] = ()
    solution: str = ""


Exercise: TypeAlias = Read | Code | Predict | Choice | Order | Explore


class Lesson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One lesson file.

    Attributes:
        format: the version of the lesson format; 1.
        id: stable; progress is kept by it.
        title: one line.
        exercises: in the order in which they are taken.
        summary: one sentence for the course's list.
        requires: ids of lessons to take first.
        minutes: how long it takes, about.
        setup: code that runs before every exercise, in both worlds.
    """

    format: Literal[1]
    id: Slug
    title: Text
    exercises: Annotated[tuple[Exercise, ...], msgspec.Meta(min_length=1)]
    summary: str = ""
    requires: tuple[Slug, ...] = ()
    minutes: Annotated[int, msgspec.Meta(ge=1, le=600)] | None = None
    setup: str = ""

    def exercise(self, exercise_id: str) -> Exercise | None:
        """The exercise of that id, or None."""
        return next((e for e in self.exercises if e.id == exercise_id), None)


class LessonFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that should hold a lesson: the lesson, or why there is none.

    Attributes:
        path: the file.
        lesson: None where `problems` is not empty.
        id: the lesson's id, also of a broken lesson; empty where none can be read.
        title: of an unread one, as far as it was seen.
        problems: every problem found, by position.
        unread: whether the file was only glanced at, so that nobody knows yet what is in it.
    """

    path: Path
    lesson: Lesson | None
    id: str = ""
    title: str = ""
    problems: tuple[Problem, ...] = ()
    unread: bool = False


class CourseInfo(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``course.yaml`` says.

    Attributes:
        id: stable; progress is kept by it.
        title: one line.
        summary: one or two sentences.
        authors: names.
        licence: of the lessons, e.g. ``CC-BY-4.0``.
        order: the lessons in their order, by id or by file name without ``.yaml``; by file name
            where it is left out.
    """

    id: Slug
    title: Text
    summary: str = ""
    authors: tuple[Text, ...] = ()
    licence: str = ""
    order: tuple[Text, ...] = ()


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A directory with ``course.yaml``, or one lesson file taken alone.

    Attributes:
        id: stable; progress is kept by it. A lone file's course has its lesson's id.
        files: in the course's order; a broken file stands in its place with its problems.
        problems: what is wrong with ``course.yaml`` itself, with the course's ``checks.py`` and its
            ``glossary.yaml``.
        glossary: its terms, from ``glossary.yaml``.
    """

    id: str
    title: str
    path: Path
    files: tuple[LessonFile, ...]
    summary: str = ""
    authors: tuple[str, ...] = ()
    licence: str = ""
    problems: tuple[Problem, ...] = ()
    glossary: Glossary = Glossary()

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """The lessons that could be read."""
        return tuple(file.lesson for file in self.files if file.lesson is not None)

    def lesson(self, lesson_id: str) -> Lesson | None:
        """The lesson of that id, or None."""
        return next((lesson for lesson in self.lessons if lesson.id == lesson_id), None)
