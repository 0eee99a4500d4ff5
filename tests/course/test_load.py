from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.course.load import load_lesson
from tutor.course.model import (
    CheckUse,
    Choice,
    Code,
    Explore,
    LessonFile,
    Order,
    Predict,
    Read,
)

Load = Callable[[str | bytes], LessonFile]
Problems = Callable[[str | bytes], list[str]]


def test_a_lesson_is_read_as_written(load: Load, lesson_text: str) -> None:
    """Every kind of exercise arrives typed, and text that looks like something else stays text."""
    file = load(lesson_text)
    assert file.problems == ()
    lesson = file.lesson
    assert lesson is not None
    assert (lesson.id, file.id, lesson.minutes) == ("broadcasting", "broadcasting", 20)
    read, code, predict, choice, order, explore = lesson.exercises
    assert isinstance(read, Read)
    assert isinstance(code, Code)
    assert code.title == "no"
    assert code.points == 2
    assert code.mistakes[0].id == "no-keepdim"
    assert isinstance(predict, Predict)
    assert predict.accepts == ("none",)
    assert isinstance(choice, Choice)
    assert [option.text for option in choice.options] == ["A view", "4.5"]
    assert [option.correct for option in choice.options] == [True, False]
    assert choice.options[1].says == "no"
    assert isinstance(order, Order)
    assert order.extra == ("    z = x",)
    assert isinstance(explore, Explore)
    assert explore.goal == (CheckUse(check="values", target="t", weight=2.0),)


def test_checks_are_taken_apart(load: Load, lesson_text: str) -> None:
    """The key that names a check gives its target; weight and the parameters stand apart."""
    lesson = load(lesson_text).lesson
    assert lesson is not None
    code = lesson.exercise("row-normalise")
    assert isinstance(code, Code)
    assert code.checks == (
        CheckUse(
            check="function",
            target="normalise",
            params={
                "inputs": {"x": "torch.rand(n, m)"},
                "sizes": {"n": [1, 6], "m": {"of": [1, 2]}},
            },
            weight=2.0,
        ),
        CheckUse(check="avoids", target=("for", "while")),
    )


@pytest.mark.parametrize("written", ["no", "4.5", "1e3", "2026-01-01", "null", "0x10", "~", ".inf"])
def test_yaml_never_turns_text_into_something_else(load: Load, written: str) -> None:
    """A plain scalar is the text as written wherever text is meant."""
    file = load(
        f"format: 1\nid: t\ntitle: {written}\n"
        f"exercises:\n  - {{id: a, kind: read, prompt: {written}, hints: [{written}]}}\n"
    )
    assert file.problems == ()
    assert file.lesson is not None
    exercise = file.lesson.exercises[0]
    assert (file.lesson.title, exercise.prompt, exercise.hints) == (written, written, (written,))


def test_a_broken_lesson_keeps_its_id(load: Load) -> None:
    """A course can still say which lesson it is that has problems."""
    file = load("format: 1\nid: broken\n")
    assert file.lesson is None
    assert file.id == "broken"


def test_a_missing_file_is_a_problem_at_its_start(tmp_path: Path) -> None:
    """Loading never raises for a file that cannot be read."""
    file = load_lesson(tmp_path / "none.yaml")
    assert file.lesson is None
    (problem,) = file.problems
    assert str(problem).startswith(f"{tmp_path / 'none.yaml'}:1:1: ")


@pytest.mark.parametrize("text", ["- a\n", "just text\n", "5\n"])
def test_a_file_that_is_no_mapping_is_a_problem(problems: Problems, text: str) -> None:
    """The message says which keys a lesson file holds."""
    (problem,) = problems(text)
    assert problem.startswith("1:1: a lesson file should hold the keys format, id, title")


def test_one_file_shows_all_its_problems() -> None:
    """Misspelt keys, wrong types, unknown checks and broken Python are reported in one go."""
    file = load_lesson(Path(__file__).parent / "broken.yaml")
    assert file.lesson is None
    assert [f"{p.line}:{p.column}: {p.message}" for p in file.problems] == [
        (
            "2:5: id: 'Broken Lesson' is not allowed: lower-case letters and digits in parts "
            "joined by single hyphens; did you mean 'broken-lesson'?"
        ),
        "3:1: unknown key 'titel'; did you mean 'title'?",
        "4:10: minutes: a whole number is needed, this is text: leave out the quotes",
        "7:6: setup: this is not Python: invalid syntax",
        (
            "10:11: kind: 'chooze' is none of read, code, predict, choice, order, explore; "
            "did you mean 'choice'?"
        ),
        "13:28: correct: true or false is needed, this is text: write true",
        "15:9: unknown key 'corect'; did you mean 'correct'?",
        "16:9: id: 'a' is the id of the exercise in line 9 already",
        "18:12: prompt: text is needed, nothing is written",
        "22:17: solution: this is not Python: unindent does not match any outer indentation level",
        "23:13: points: a whole number is needed, this is text",
        "25:9: unknown key 'functon'; did you mean 'function'?",
        "26:32: x: this is not a Python expression: '(' was never closed",
        "28:9: checks, item 2: one entry names one check, this names 'shape' and 'dtype'",
        "29:12: hints: a list is needed, this is text: write '- ' before each item",
        "32:20: answer: this is not Python: invalid syntax",
        "38:10: ask: 'shapes' is none of dtype, error, output, shape, value; did you mean 'shape'?",
        "39:5: exercises, item 4: a mapping (key: value) is needed, this is a list",
    ]


def test_a_lesson_loads_in_milliseconds(load: Load, lesson_text: str) -> None:
    """A hundred lessons must open well under two seconds, so one takes far below 20 ms."""
    load(lesson_text)
    begun = time.process_time()
    for _ in range(10):
        load(lesson_text)
    assert (time.process_time() - begun) / 10 < 0.02


def test_loading_imports_neither_torch_nor_a_front_end(
    modules_after: Callable[[str], frozenset[str]],
) -> None:
    """A fresh interpreter that has opened a course is still light."""
    loaded = modules_after(
        "from pathlib import Path; from tutor.course.load import load_lesson; "
        "from tutor.course import find; "
        f"file = load_lesson(Path({str(Path(__file__).parent / 'broadcasting.yaml')!r})); "
        "assert file.lesson is not None, file.problems"
    )
    heavy = {"torch", "numpy", "checks", "textual", "prompt_toolkit", "asyncio", "pygments"}
    assert not loaded & heavy
