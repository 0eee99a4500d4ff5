"""Writes ``docs/verdicts.md``: real verdicts, as the app shows them.

    python -m tutor.app.verdict_page [DIRECTORY]

Exercises and answers come from ``verdicts.yaml`` in the directory (``docs`` unless given); the page
is written beside it. Every verdict is judged by a real engine under a fixed seed.
"""

from __future__ import annotations

import asyncio
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import App

from tutor.app.widgets.verdict_view import VerdictView
from tutor.course.load import load_lesson
from tutor.course.model import Choice, Code, Predict
from tutor.engine.client import Engine
from tutor.errors import LessonFileError
from tutor.judging.judge import Judging

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tutor.course.model import Exercise, Lesson
    from tutor.judging.verdict import Verdict

__all__ = ["answer_of", "main", "page"]

_WIDTH, _HEIGHT = 80, 100
_SEED = 7
_SECONDS, _ENDLESS_SECONDS = 20.0, 1.0
_ENDLESS = "endless"
"""The exercise whose answer never ends; for the others a busy machine is to have time."""

_TOP = """\
# Verdicts

What the app says of {count} answers, as it shows them on a terminal of {width} columns. A real
engine judged each of them. `make verdicts` writes this page anew from
[verdicts.yaml](verdicts.yaml); a test compares the two.
"""


class _Shown(App[None]):
    """A screen with nothing but a verdict."""

    CSS_PATH = "tutor.tcss"
    CSS = "#result { height: auto; } VerdictView { overflow: hidden; }"

    def compose(self) -> ComposeResult:
        """The widget that shows verdicts in the app."""
        yield VerdictView(id="result", classes="pane")


def answer_of(exercise: Exercise) -> str:
    """The answer to show: the starter, the first wrong prediction, or the first wrong option."""
    match exercise:
        case Code():
            return exercise.starter
        case Predict():
            return exercise.mistakes[0].answer
        case Choice():
            wrong = (place for place, one in enumerate(exercise.options, 1) if not one.correct)
            return str(next(wrong))
        case _:
            return ""


async def page(file: Path) -> str:
    """The whole page for a lesson file.

    Raises:
        LessonFileError: the file has problems.
        EngineStartError: the engine does not come up.
    """
    loaded = await asyncio.to_thread(load_lesson, file)
    if loaded.lesson is None:
        raise LessonFileError(loaded.problems)
    lesson = loaded.lesson
    parts = [_TOP.format(count=len(lesson.exercises), width=_WIDTH)]
    async with await Engine.start() as engine, _Shown().run_test(size=(_WIDTH, _HEIGHT)) as pilot:
        view = pilot.app.query_one(VerdictView)
        for exercise in lesson.exercises:
            verdict = await _judged(engine, lesson, exercise)
            await view.show(verdict, exercise, answer_of(exercise))
            await pilot.pause()
            parts.append(_section(exercise, _text_of(pilot.app)))
    return "\n".join(parts)


async def _judged(engine: Engine, lesson: Lesson, exercise: Exercise) -> Verdict:
    # A judging of its own for each: what one draws does not depend on the others.
    seconds = _ENDLESS_SECONDS if exercise.id == _ENDLESS else _SECONDS
    judging = Judging(engine, seconds=seconds, chance=random.Random(_SEED))  # noqa: S311
    return await judging.judge(lesson, exercise, answer_of(exercise))


def _text_of(app: App[None]) -> str:
    """What stands on the screen."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - no public way to the text
    lines = ["".join(segment.text for segment in strip).rstrip() for strip in strips]
    return "\n".join(lines).strip("\n")


def _section(exercise: Exercise, shown: str) -> str:
    code = exercise.code if isinstance(exercise, Predict) else answer_of(exercise)
    answer = "" if isinstance(exercise, Choice) else f"```python\n{code.rstrip()}\n```\n\n"
    typed = ""
    if isinstance(exercise, Predict | Choice):
        typed = f"Answered: `{answer_of(exercise)}`\n\n"
    return (
        f"## {exercise.title}\n\n{exercise.prompt.strip()}\n\n{answer}{typed}"
        f"```text\n{shown}\n```\n"
    )


def main() -> int:
    """Write the page."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    text = asyncio.run(page(folder / "verdicts.yaml"))
    (folder / "verdicts.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
