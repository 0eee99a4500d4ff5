"""The built-in course against the real engine: every answer that its files list, judged."""

from __future__ import annotations

import ast
import doctest
from typing import TYPE_CHECKING, TypeAlias, TypeVar

import pytest
import pytest_asyncio

from tests.lessons.shown import BLOCK, shown_by
from tutor.course.find import builtin_course
from tutor.course.model import (
    Choice,
    Code,
    Exercise,
    Explore,
    Lesson,
    Mistake,
    Order,
    Predict,
    Read,
)
from tutor.engine.client import Engine
from tutor.judging.judge import Judging

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from _pytest.mark import ParameterSet


pytestmark = pytest.mark.asyncio(loop_scope="module")

COURSE = builtin_course()
EXERCISES = [(lesson, exercise) for lesson in COURSE.lessons for exercise in lesson.exercises]

Program: TypeAlias = Code | Order | Explore
Kind = TypeVar("Kind", bound=Exercise)
Place: TypeAlias = tuple[Lesson, Exercise]
Listed: TypeAlias = tuple[Lesson, Code | Order | Predict, str]
ListedMistake: TypeAlias = tuple[Lesson, Code | Order | Predict, Mistake]


def of_kind(*kinds: type[Kind]) -> list[ParameterSet]:
    """One parameter for each exercise of one of these kinds."""
    return [
        pytest.param((lesson, exercise), id=f"{lesson.id}/{exercise.id}")
        for lesson, exercise in EXERCISES
        if isinstance(exercise, kinds)
    ]


def alternatives() -> Iterable[ParameterSet]:
    """One parameter for each entry of an ``accepts:``."""
    for lesson, exercise in EXERCISES:
        if isinstance(exercise, Code | Order | Predict):
            for number, answer in enumerate(exercise.accepts, start=1):
                place = f"{lesson.id}/{exercise.id}/{number}"
                yield pytest.param((lesson, exercise, answer), id=place)


def mistakes() -> Iterable[ParameterSet]:
    """One parameter for each entry of a ``mistakes:``."""
    for lesson, exercise in EXERCISES:
        if isinstance(exercise, Code | Order | Predict):
            for mistake in exercise.mistakes:
                place = f"{lesson.id}/{exercise.id}/{mistake.id}"
                yield pytest.param((lesson, exercise, mistake), id=place)


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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine() -> AsyncIterator[Engine]:
    """One engine for all of this module's tests: that is how the app uses it, too."""
    async with await Engine.start() as engine:
        yield engine


@pytest.fixture(scope="module")
def judging(engine: Engine) -> Judging:
    """A judge on that engine, as slow machines need it."""
    return Judging(engine, seconds=30)


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


@pytest.mark.parametrize("place", of_kind(Code, Order, Explore))
async def test_the_solution_passes(judging: Judging, place: tuple[Lesson, Program]) -> None:
    """The author's own answer earns every point."""
    lesson, exercise = place
    verdict = await judging.judge(lesson, exercise, exercise.solution)
    assert verdict.status == "pass", verdict
    assert verdict.score == verdict.max_score == exercise.points


@pytest.mark.parametrize("place", of_kind(Code))
async def test_the_starter_fails(judging: Judging, place: tuple[Lesson, Code]) -> None:
    """What stands in the editor at first is not yet an answer, and the learner reads why."""
    lesson, exercise = place
    verdict = await judging.judge(lesson, exercise, exercise.starter)
    assert verdict.status == "fail", verdict
    assert verdict.message


@pytest.mark.parametrize("listed", alternatives())
async def test_an_alternative_passes(judging: Judging, listed: Listed) -> None:
    """Another way to write the right answer is right."""
    lesson, exercise, answer = listed
    verdict = await judging.judge(lesson, exercise, answer)
    assert verdict.status == "pass", verdict


@pytest.mark.parametrize("listed", mistakes())
async def test_a_mistake_is_recognised(judging: Judging, listed: ListedMistake) -> None:
    """A listed mistake fails, and its own explanation is the one shown."""
    lesson, exercise, mistake = listed
    verdict = await judging.judge(lesson, exercise, mistake.answer)
    assert verdict.status == "fail", verdict
    assert verdict.mistake is not None, verdict
    assert verdict.mistake.id == mistake.id
    assert verdict.mistake.says == mistake.says.strip()


@pytest.mark.parametrize("place", of_kind(Predict))
async def test_the_shown_truth_is_a_right_prediction(
    judging: Judging, place: tuple[Lesson, Predict]
) -> None:
    """Who types what the tutor shows as the truth is right."""
    lesson, exercise = place
    shown = await judging.judge(lesson, exercise, exercise.accepts[0])
    verdict = await judging.judge(lesson, exercise, shown.truth)
    assert verdict.status == "pass", verdict


@pytest.mark.parametrize("place", of_kind(Choice))
async def test_only_the_correct_options_pass(
    judging: Judging, place: tuple[Lesson, Choice]
) -> None:
    """All correct options together pass; each wrong one fails, and every option says why."""
    lesson, exercise = place
    numbered = list(enumerate(exercise.options, start=1))
    assert all(option.says for _, option in numbered)
    right = ",".join(str(number) for number, option in numbered if option.correct)
    assert (await judging.judge(lesson, exercise, right)).status == "pass"
    for number, option in numbered:
        if not option.correct:
            verdict = await judging.judge(lesson, exercise, str(number))
            assert verdict.status == "fail", verdict


@pytest.mark.parametrize("place", of_kind(Read))
async def test_reading_passes(judging: Judging, place: tuple[Lesson, Read]) -> None:
    """Something to read is done once it was seen."""
    lesson, exercise = place
    assert (await judging.judge(lesson, exercise, "")).status == "pass"


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
