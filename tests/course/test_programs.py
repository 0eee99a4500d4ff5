from __future__ import annotations

from collections.abc import Callable

from tutor.course.model import Explore, LessonFile, Order
from tutor.course.programs import as_code, checks_of, with_checks


def test_programs_are_judged_like_code(load: Callable[[str], LessonFile], lesson_text: str) -> None:
    """Lines in order and a goal have solution and checks; a text to read has none."""
    lesson = load(lesson_text).lesson
    assert lesson is not None
    by_id = {exercise.id: exercise for exercise in lesson.exercises}
    order, explore = by_id["one-step"], by_id["look"]
    assert isinstance(order, Order)
    assert isinstance(explore, Explore)
    for exercise, target in ((order, "z"), (explore, "t")):
        code = as_code(exercise)
        assert code is not None
        assert code.solution == exercise.solution
        assert [use.target for use in code.checks] == [target]
        assert with_checks(exercise, checks_of(exercise)) == exercise
        assert checks_of(with_checks(exercise, ())) == ()
    assert explore.goal[0].weight == 2
    assert as_code(by_id["row-normalise"]) is by_id["row-normalise"]
    assert as_code(by_id["leaf-grad"]) is None
    assert as_code(with_checks(explore, ())) is None
    assert with_checks(by_id["intro"], checks_of(explore)) is by_id["intro"]
