"""The built-in course: its order, its ids, and every block of code that it shows."""

from __future__ import annotations

import ast
import doctest
from typing import TYPE_CHECKING, TypeAlias

import pytest

from tests.lessons.shown import BLOCK, shown_by
from tutor.course.find import builtin_course
from tutor.course.model import (
    Choice,
    Code,
    Exercise,
    Explore,
    Lesson,
    Order,
    Predict,
)
from tutor.engine.client import Engine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _pytest.mark import ParameterSet


pytestmark = pytest.mark.asyncio(loop_scope="session")

COURSE = builtin_course()

EXERCISES = [(lesson, exercise) for lesson in COURSE.lessons for exercise in lesson.exercises]

Program: TypeAlias = Code | Order | Explore
Place: TypeAlias = tuple[Lesson, Exercise]


def blocks() -> Iterable[ParameterSet]:
    """One parameter for each fenced block of what the learner reads."""
    for lesson, exercise in EXERCISES:
        texts = [exercise.prompt, *exercise.hints, exercise.explanation]
        if isinstance(exercise, Code | Order | Predict):
            texts += [mistake.says for mistake in exercise.mistakes]
        if isinstance(exercise, Choice):
            texts += [option.says for option in exercise.options]
        found = [block for text in texts for block in BLOCK.findall(text)]
        for number, (language, source) in enumerate(found, start=1):
            place = f"{lesson.id}/{exercise.id}/{number}"
            yield pytest.param((lesson, exercise), language, source, id=place)


def world_of(lesson: Lesson, exercise: Exercise) -> str:
    """The code that makes the names which the exercise's text may speak of."""
    solution = exercise.solution if isinstance(exercise, Program) else ""
    return f"{lesson.setup}\n{exercise.setup}\n{solution}"


async def test_the_course_has_no_problems() -> None:
    """Every file of the built-in course can be read, and its lessons stand in order."""
    assert not COURSE.problems
    assert [problem for file in COURSE.files for problem in file.problems] == []
    done: set[str] = set()
    for lesson in COURSE.lessons:
        assert done.issuperset(lesson.requires), lesson.id
        done.add(lesson.id)


async def test_ids_are_unique() -> None:
    """Progress is kept by ids, so no two exercises of a lesson share one."""
    for lesson in COURSE.lessons:
        ids = [exercise.id for exercise in lesson.exercises]
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("place", "language", "source"), blocks())
async def test_a_shown_block_is_true(
    engine: Engine, place: Place, language: str, source: str
) -> None:
    """Code in the text parses, and what ``>>>`` lines give is exactly what is shown."""
    if ">>>" not in source:
        assert language == "python"
        ast.parse(source)
        return
    assert language == "pycon"
    session = await engine.session(setup=world_of(*place))
    try:
        for example in doctest.DocTestParser().get_examples(source):
            assert await shown_by(session, example.source) == example.want
    finally:
        await session.close()
