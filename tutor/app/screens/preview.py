"""The app's own screens over a file that changes: they follow it, and write nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import msgspec
from textual import on
from textual.widgets import Markdown, OptionList

from tutor.app.keys import EXERCISE, HOME, PREVIEW, bindings
from tutor.app.scrap import successor
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.exploring import ExploreScreen
from tutor.app.screens.home import HomeScreen
from tutor.app.widgets.file_banner import FileBanner
from tutor.app.widgets.status import StatusLine
from tutor.course.model import Choice, Code, Exercise, Explore, Lesson, Order, Predict
from tutor.progress.store import Place

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.app.keys import Act
    from tutor.app.preview import PreviewApp
    from tutor.course.model import Course

__all__ = ["PreviewHome", "PreviewScreen", "preview_screen"]


class PreviewHome(HomeScreen):
    """The lesson as it stands in a course's list; above it what is wrong in its file."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PREVIEW[1:])]
    acts: ClassVar[tuple[Act, ...]] = (*HOME, *PREVIEW[1:])
    app: PreviewApp

    def compose(self) -> ComposeResult:
        """The list, with a place for the file's errors."""
        yield FileBanner(id="file")
        yield from super().compose()

    def show_state(self) -> None:
        """Draw what the file and the engine are like."""
        if self.standing:
            super().show_state()
            found = f"lint: {self.app.found or 'nothing'} (alt+w)"
            self.query_one(StatusLine).show(found, self.app.classroom.line)
            self.query_one(FileBanner).show(self.app.reading, self.app.since)

    @on(OptionList.OptionSelected)
    def _opened(self, message: OptionList.OptionSelected) -> None:
        """Of a broken file, show all that is wrong, not only what keeps it from being read."""
        if self.app.course is not None and not self.app.course.lessons:
            message.prevent_default()
            message.stop()
            self.action_findings()

    def action_findings(self) -> None:
        """What lint finds in the file."""
        self.app.show_findings()


class PreviewScreen(ExerciseScreen):
    """An exercise that becomes what its file says at each save."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PREVIEW)]
    acts: ClassVar[tuple[Act, ...]] = (*EXERCISE, *PREVIEW)
    app: PreviewApp

    def compose(self) -> ComposeResult:
        """The exercise, with a place for the file's errors."""
        yield FileBanner(id="file")
        yield from super().compose()

    def show_state(self) -> None:
        """Draw what the file, the engine and the answer are like."""
        if self._filled and self.standing:
            super().show_state()
            self.query_one(FileBanner).show(self.app.reading, self.app.since)

    def remarks(self) -> tuple[str, ...]:
        """What an author wants to know; that nothing is saved is meant so."""
        room, _, under_way = super().remarks()
        return under_way, f"lint: {self.app.found or 'nothing'} (alt+w)", "alt+i: all of it", room

    # --- following the file

    def on_unmount(self) -> None:
        """Nobody is to wait for a screen that has gone. Textual calls the base's, too."""
        self.stands.set()

    async def follow(self, course: Course, lesson: Lesson) -> bool:
        """Show what the exercise is now; keep the answer, the panes, and where the keyboard is.

        Gives False where that takes another screen, because one answers in another way.
        """
        await self.stands.wait()
        before, before_setup = self.exercise, self.lesson.setup
        exercise = successor(self.lesson, lesson, before)
        if not self.is_attached or _asked(before) != _asked(exercise):
            return False
        self.course, self.lesson, self.exercise = course, lesson, exercise
        self.number = lesson.exercises.index(exercise)
        self.at = Place(course.id, lesson.id, exercise.id)
        if (_run(before), before_setup) != (_run(exercise), lesson.setup):
            await self._begin_again()
        self._show_answer()
        self.board.labels = self._labels()
        if self.board.shown not in self.board.flippable:
            self.board.show("task")
        await self.show_task()
        await self.show_help()
        self.show_state()
        return True

    async def _begin_again(self) -> None:
        """What was judged or run was another exercise."""
        if self._check_worker is not None and self.checking:
            self._check_worker.cancel()
        elif self.result.query(".title"):
            self.result.set_classes("pane")
            await self.result.say("The exercise is another one since: ctrl+s checks again.")
        if self.app.classroom.cells:
            self.repl.note("— the exercise changed: this is a fresh session —")
        await self.app.classroom.enter(self.lesson, self.exercise)

    def _show_answer(self) -> None:
        draft = self.app.notebook.draft(self.at)
        text = self.starter if draft is None else draft
        if text != self.text:
            self.text = text
            self.answer.load(text)

    # --- what only an author does

    def action_solution(self) -> None:
        """Show the solution, without asking."""
        self._reveal_solution()

    def action_extras(self) -> None:
        """All that learners see later, or never."""
        self.app.show_extras(self.lesson, self.exercise)

    def action_findings(self) -> None:
        """What lint finds in the file."""
        self.app.show_findings()

    async def show_task(self) -> None:
        """Draw the task, unless it is drawn already: so it stays where one has scrolled to."""
        shown = self.query_one("#prompt", Markdown).source
        if shown != self.task_text:
            await super().show_task()


class PreviewExploreScreen(PreviewScreen, ExploreScreen):
    """An exploration that becomes what its file says at each save."""


def preview_screen(course: Course, lesson: Lesson, exercise: Exercise) -> PreviewScreen:
    """The screen for an exercise of any kind."""
    kind = PreviewExploreScreen if isinstance(exercise, Explore) else PreviewScreen
    return kind(course, lesson, exercise)


def _run(exercise: Exercise) -> Exercise:
    """The exercise without what is only read."""
    return msgspec.structs.replace(
        exercise, prompt="-", title="", hints=(), explanation="", teaches=()
    )


def _asked(exercise: Exercise) -> tuple[object, ...]:
    """What the answer's place is made of."""
    match exercise:
        case Code():
            return ("code",)
        case Predict():
            return ("predict", exercise.code, exercise.ask, exercise.of)
        case Choice():
            return ("choice", *((option.text, option.correct) for option in exercise.options))
        case Order():
            return ("order", exercise.solution, exercise.extra)
        case Explore():  # what ran so far belongs to what was asked for
            return ("explore", _run(exercise))
        case _:
            return ("read",)
