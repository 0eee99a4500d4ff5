"""The widths that lint knows, against what the app really shows in 80 columns."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.app.app_driving import QuietApp, screen_text, settle
from tutor.authoring.lint.width import (
    CODE_COLUMNS,
    FENCE_COLUMNS,
    PROSE_COLUMNS,
    TITLE_COLUMNS,
    width_of,
)
from tutor.course.model import (
    CheckUse,
    Code,
    Course,
    Exercise,
    Lesson,
    LessonFile,
    Order,
    Predict,
)

RULER = "#" * 200
LONG = "\n".join([RULER] * 20)
CHECK = CheckUse(check="values", target="x")


def code(prompt: str = "Do.", starter: str = "x", title: str = "") -> Code:
    """An exercise with as much text as does not fit."""
    return Code(
        id="one", title=title, prompt=prompt, starter=starter, solution="x", checks=(CHECK,)
    )


async def longest_run(tmp_path: Path, exercise: Exercise) -> int:
    """How many characters of a ruler stand in one line of the app, in a terminal of 80 columns."""
    lesson = Lesson(format=1, id="first", title="T", exercises=(exercise,))
    file = LessonFile(path=Path("f.yaml"), lesson=lesson)
    course = Course(id="c", title="C", path=Path("c"), files=(file,))
    app = QuietApp(lambda: course, store=tmp_path / "progress.db", begin=("first", "one"))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        return max(len(run) for run in re.findall("#+", screen_text(pilot)))


@pytest.mark.parametrize(
    ("exercise", "columns"),
    [
        (code(starter=LONG), CODE_COLUMNS),
        (code(prompt=f"```\n{LONG}\n```"), FENCE_COLUMNS),
        (code(prompt="\n\n".join([RULER] * 20)), PROSE_COLUMNS),
    ],
    ids=["editor", "fence", "prose"],
)
async def test_the_app_shows_as_much(tmp_path: Path, exercise: Exercise, columns: int) -> None:
    """Longer lines are wrapped or cut off; these would just fit."""
    assert await longest_run(tmp_path, exercise) == columns


async def test_code_of_a_prediction_has_nearly_the_same_room(tmp_path: Path) -> None:
    """Its line numbers take a column more from the tenth line on."""
    exercise = Predict(id="one", prompt="?", code="#" * CODE_COLUMNS, ask="output")
    assert await longest_run(tmp_path, exercise) == CODE_COLUMNS


async def test_lines_to_order_have_as_much_room(tmp_path: Path) -> None:
    """Their numbers take no more room than the editor's."""
    solution = "".join(f"'{n:02}{'#' * (CODE_COLUMNS - 4)}'\n" for n in range(12))
    exercise = Order(id="one", prompt="?", solution=solution, checks=(CHECK,))
    assert await longest_run(tmp_path, exercise) == CODE_COLUMNS - 4


async def test_a_title_has_its_line(tmp_path: Path) -> None:
    """With the lesson's own title and the number before it; what is longer ends in dots."""
    before = len("T 1/1 · ")
    for title, shown in (
        (TITLE_COLUMNS, TITLE_COLUMNS - before),
        (200, TITLE_COLUMNS - before - 1),
    ):
        exercise = code(title="#" * (title - before))
        assert await longest_run(tmp_path, exercise) == shown


def test_characters_have_their_width_in_a_terminal() -> None:
    """Two columns for those of East Asia, none for accents that stand apart."""
    assert [width_of(text) for text in ("abc", "é", "e\u0301", "深度", "")] == [3, 1, 1, 4, 0]
