"""An exploration: the REPL is the answer, and its goal is looked for while one works."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import work

from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.widgets.explore_answer import ExploreAnswer
from tutor.course.model import Explore

if TYPE_CHECKING:
    from tutor.app.widgets.board import Pane
    from tutor.course.model import Course, Exercise, Lesson
    from tutor.engine.results import CellResult
    from tutor.judging.verdict import Verdict

__all__ = ["ExploreScreen", "screen_for"]


def screen_for(course: Course, lesson: Lesson, exercise: Exercise) -> ExerciseScreen:
    """The screen for an exercise of any kind."""
    kind = ExploreScreen if isinstance(exercise, Explore) else ExerciseScreen
    return kind(course, lesson, exercise)


class ExploreScreen(ExerciseScreen):
    """After each cell that ran, the cells so far are judged in a world of their own, unseen."""

    _looking = False
    _news = False
    _reached = False

    @property
    def session(self) -> ExploreAnswer:
        """Where the exploration happens."""
        return self.query_one(ExploreAnswer)

    # --- the session

    def cell_ended(self, code: str, result: CellResult) -> None:
        """Count the cell, and look for the goal."""
        counts = self.session.ran(code, result)
        free = isinstance(self.exercise, Explore) and not self.exercise.goal
        if counts or (free and result.status == "error"):
            self._look_soon(code if free else "")

    def session_changed(self) -> None:
        """Forget the cells that are gone."""
        checkpoint = self.app.classroom.checkpoint
        if checkpoint:
            self.session.went_back(checkpoint)
        else:
            self.session.restarted()
        self._look_soon()

    def action_run(self) -> None:
        """Run the cells of before again, in this session."""
        if not self._refuse():
            self._cell_worker = self._cells_again(self.session.before)

    @work(group="cell")
    async def _cells_again(self, cells: tuple[str, ...]) -> None:
        for code in cells:
            self.repl.echo(code)
            await self._cell(code, "").wait()

    # --- the goal

    def _look_soon(self, ran: str = "") -> None:
        self._news = True
        if not self._looking:
            self._look(ran)

    @work(group="goal")
    async def _look(self, ran: str) -> None:
        """Judge what ran so far; what ran meanwhile is judged after that."""
        self._looking = True
        try:
            while self._news:
                self._news = False
                answer = ran or self.session.answer
                verdict = await self.app.classroom.judge(self.lesson, self.exercise, answer)
                await self._seen(answer, verdict)
        finally:
            self._looking = False

    async def _seen(self, answer: str, verdict: Verdict) -> None:
        if self._reached:
            return  # what is done stays done, whatever one plays with
        self.session.tell(verdict)
        if verdict.status == "pass":
            self.keep(answer, verdict)
            self.board.relabel("result", "Result ✓")
            await self.result.show(verdict, self.exercise, answer)
            if self.exercise.explanation:
                self.board.show("result")
            self.show_state()

    def keep(self, answer: str, verdict: Verdict) -> None:
        """Note it once when the goal is reached; a goal that is not reached yet is no failure."""
        self.session.tell(verdict)
        if verdict.status == "pass" and not self._reached:
            self._reached = True
            super().keep(answer, verdict)

    # --- panes

    def here(self) -> Pane:
        """The pane that has the keyboard; the REPL is the answer."""
        pane = super().here()
        return "answer" if pane == "repl" else pane

    def action_switch(self) -> None:
        """From the REPL to the task, and back."""
        self.focus_pane("task" if self.here() == "answer" else "answer")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what cannot be done now."""
        if action == "run":
            return bool(self.session.before) if self._filled else False
        return super().check_action(action, parameters)
