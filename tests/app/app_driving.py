"""Driving the app in tests: what a user presses, and what then stands on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import cast

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tutor.app.app import TutorApp
from tutor.app.classroom import Classroom
from tutor.app.screens.exercise import ExerciseScreen
from tutor.course.model import Exercise, Lesson
from tutor.judging.verdict import Verdict

__all__ = [
    "QuietApp",
    "ScriptedJudging",
    "exercise_screen",
    "room",
    "screen_text",
    "settle",
    "type_text",
    "until",
]

_KEYS = {"\n": "enter", "\t": "tab"}


class QuietApp(TutorApp):
    """The app without an engine, for what needs none: fast, and nothing to wait for."""

    def _begin(self) -> None:
        if self._store is not None:
            self.notebook.open(self._store)
        self._read()


class ScriptedJudging:
    """Stands in for the judging where a verdict is needed that no answer could produce at will."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.answers: list[str] = []
        self.go = asyncio.Event()
        self.go.set()

    def expect(self, _lesson: Lesson, _exercise: Exercise) -> None:
        """Nothing is to be prepared."""

    async def rest(self) -> None:
        """Nothing was."""

    async def judge(self, _lesson: Lesson, _exercise: Exercise, answer: str) -> Verdict:
        """The verdict, whatever the answer."""
        self.answers.append(answer)
        await self.go.wait()
        return self.verdict

    def take_over(self, app: TutorApp) -> None:
        """Judge for this app from now on."""
        app.classroom._judging = self  # type: ignore[assignment]  # it has what the classroom uses
        app.classroom._set("ready")


async def until(pilot: Pilot[int], true: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until something holds; fails when it never does."""
    async with asyncio.timeout(seconds):
        while not true():
            await pilot.pause(0.01)
    await pilot.pause()


async def settle(pilot: Pilot[int]) -> None:
    """Wait until the course is read and the screen that was asked for stands."""
    app = cast("TutorApp", pilot.app)
    await until(pilot, lambda: app.course is not None)
    if app._begin_at is not None:
        await until(pilot, lambda: isinstance(app.screen, ExerciseScreen))
        await until(pilot, lambda: app.screen.focused is not None)
    await pilot.pause()


def exercise_screen(pilot: Pilot[int]) -> ExerciseScreen:
    """The exercise that is shown."""
    assert isinstance(pilot.app.screen, ExerciseScreen)
    return pilot.app.screen


def room(pilot: Pilot[int]) -> Classroom:
    """What runs code for the app."""
    return cast("TutorApp", pilot.app).classroom


def screen_text(pilot: Pilot[int]) -> str:
    """What stands on the screen, line by line, as a user sees it."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


async def type_text(pilot: Pilot[int], text: str) -> None:
    """Press the keys that give this text; a longer line is pasted, which is faster."""
    line, enter, rest = text.partition("\n")
    if len(line) > 3 and not rest:
        pilot.app.post_message(events.Paste(line))
        await pilot.pause()
        text = enter
    await pilot.press(*(_KEYS.get(char) or _character_to_key(char) for char in text))
