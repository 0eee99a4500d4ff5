"""What can be done in an exercise: check, run, hints, solution, reset, next and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work

from tutor.app.screens.ask import Ask
from tutor.app.screens.workbench import Workbench
from tutor.app.widgets.answer import AnswerPane
from tutor.app.widgets.code_editor import copy
from tutor.app.widgets.repl_pane import ReplPane
from tutor.course.model import Choice, Predict, Read
from tutor.course.version import exercise_version
from tutor.errors import EngineError

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.worker import Worker

    from tutor.engine.results import CellResult
    from tutor.judging.verdict import Verdict

__all__ = ["ExerciseScreen"]

_SAVE_AFTER = 0.5
_SIGNS = {"pass": "✓", "fail": "✗", "error": "!"}


class ExerciseScreen(Workbench):
    """Made anew for each exercise."""

    _saving: Timer | None = None
    _check_worker: Worker[None] | None = None
    _cell_worker: Worker[None] | None = None

    # --- the draft

    @on(AnswerPane.Changed)
    def _answer_changed(self) -> None:
        self.text = self.answer.answer
        self.board.remove_class("-judged")
        self.saved = "not saved yet"
        if self._saving is None:
            self._saving = self.set_timer(_SAVE_AFTER, self.save_now)
            self.show_state()

    def save_now(self) -> None:
        """Keep the answer as it stands; called at every pause, and before anything is left."""
        if self._saving is None:
            return
        self._saving.stop()
        self._saving = None
        self.saved = "saved" if self.app.notebook.save_draft(self.at, self.text) else ""
        self.show_state()

    def on_unmount(self) -> None:
        """However the screen went away: keep the answer."""
        self._filled = False  # there is nothing left to draw on
        self.save_now()

    # --- checking

    @on(AnswerPane.Submitted)
    def action_check(self) -> None:
        """Judge the answer, unless there is none."""
        if isinstance(self.exercise, Read):
            self.action_next()
            return
        self.text = self.answer.answer
        if self.checking:
            self.say("The last check is still under way; ctrl+c stops it.")
        elif isinstance(self.exercise, Choice) and not self.text:
            self.say("Choose an option first: press its number.")
        elif isinstance(self.exercise, Predict) and not self.text.strip():
            self.say("Type your prediction first.")
        else:
            self.save_now()
            self._check_worker = self._check(self.text)

    @work(group="check")
    async def _check(self, answer: str) -> None:
        self.checking = True
        self.show_state()
        waiting = self.app.classroom.state in {"off", "starting"}
        self.board.show("result")
        await self.result.say("Checking, as soon as PyTorch is there…" if waiting else "Checking…")
        verdict = None
        try:
            verdict = await self.app.classroom.judge(self.lesson, self.exercise, answer)
        finally:
            self.checking = False
            if verdict is None and self.is_attached:
                await self.result.say("The check was stopped.")
            self.show_state()
        await self._judged(answer, verdict)

    async def _judged(self, answer: str, verdict: Verdict) -> None:
        self.keep(answer, verdict)
        self.board.relabel("result", f"Result {_SIGNS[verdict.status]}")
        self.board.add_class("-judged")  # more room for it, until the answer is worked on again
        await self.result.show(verdict, self.exercise, answer)
        if self.here() != "answer" or self.board.arrangement == "single":
            self.focus_pane("result")
        self.show_state()

    def keep(self, answer: str, verdict: Verdict) -> None:
        """Note an attempt at the exercise as it is now."""
        version = exercise_version(self.lesson, self.exercise)
        self.app.notebook.record(self.at, answer, verdict, version=version)

    # --- running

    def action_run(self) -> None:
        """Run the answer in the REPL's session; for a prediction, the code that it is about."""
        if isinstance(self.exercise, Predict):
            self.action_solution()
        else:
            self._run(self.answer.answer, "— running your answer —")

    @on(ReplPane.Wanted)
    def _typed(self, message: ReplPane.Wanted) -> None:
        message.stop()
        if self._refuse():
            self.repl.refused(message.code)
        else:
            self.repl.started(message.code)
            self._cell_worker = self._cell(message.code, "")

    def _run(self, code: str, title: str) -> None:
        if self._refuse():
            return
        self.save_now()
        self.board.show("repl")
        if self.board.arrangement == "single":
            self.focus_pane("repl")
        self.repl.note(title)
        self._cell_worker = self._cell(code, "<answer>")

    def _refuse(self) -> bool:
        busy = self._cell_worker is not None and not self._cell_worker.is_finished
        if busy:
            self.say("Code is running already; ctrl+c stops it.")
        return busy

    @work(group="cell")
    async def _cell(self, code: str, filename: str) -> None:
        room = self.app.classroom
        if room.state in {"off", "starting"}:
            self.repl.note("Waiting for PyTorch…")
        try:
            result = await room.run(code, self.repl.output, filename=filename)
        except EngineError as error:
            if self.app.screen is not self:
                return  # the learner has left, and with that the session was ended
            self.repl.note(f"! {error}")
            self.session_changed()
            if room.state == "ready":
                question = "The session was lost. Begin a new one?"
                self.app.push_screen(Ask(question, "Restart"), self._restart_if)
        else:
            self.repl.ended(result)
            self.cell_ended(code, result)
            if filename and result.status == "ok":
                there = "" if self.here() == "repl" else "ctrl+g, and "
                self.repl.note(f"— it ran; {there}type a name to look at it —")

    def cell_ended(self, code: str, result: CellResult) -> None:
        """Code ran in the session, and this is how it ended."""

    def session_changed(self) -> None:
        """The session is a fresh one, or went back."""

    def _restart_if(self, wanted: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
        if wanted:
            self.action_restart()

    @work(exclusive=True, group="restart")
    async def action_restart(self) -> None:
        """A fresh session, at once; say what went with the old one."""
        if self.app.classroom.state == "failed":
            await self.app.classroom.reopen()
            return
        self.repl.note("Restarting…")
        lost = await self.app.classroom.restart()
        runs = (
            "nothing had run in it"
            if not lost
            else f"what {lost} run{'s' * (lost > 1)} made is gone"
        )
        self.repl.note(
            f"A fresh session: {runs}; the exercise's setup ran again. Your answer stays."
        )
        self.session_changed()

    @work(exclusive=True, group="restart")
    async def action_undo_cell(self) -> None:
        """Take back what ran last, and say so where it was shown."""
        try:
            self.repl.note(await self.app.classroom.undo())
        except EngineError as error:
            self.repl.note(f"! {error}")
        self.session_changed()

    @work(group="stop")
    async def action_stop(self) -> None:
        """Stop the code that runs, otherwise the check."""
        if self.app.classroom.running:
            await self.app.classroom.interrupt()
        elif self._check_worker is not None:
            self._check_worker.cancel()

    def action_copy(self) -> None:
        """Copy what the mouse selected outside of the editors."""
        copy(self, self.get_selected_text() or "")

    # --- help

    async def action_hint(self) -> None:
        """One hint more."""
        shown = self.app.notebook.exercise(self.at).hints_shown
        self.app.notebook.show_hint(self.at, min(shown + 1, len(self.exercise.hints)))
        await self._reveal()

    def action_solution(self) -> None:
        """Show the solution; before the exercise is passed, only after asking."""
        progress = self.app.notebook.exercise(self.at)
        if progress.passed or progress.solution_shown:
            self._reveal_solution()
        else:
            question = (
                "Show the solution now?\n\nIt will be noted that you saw it. You can still answer, "
                "and it counts."
            )
            self.app.push_screen(Ask(question, "Show it"), self._solution_if)

    def _solution_if(self, wanted: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
        if wanted:
            self._reveal_solution()

    @work(group="reveal")
    async def _reveal_solution(self) -> None:
        self.app.notebook.show_solution(self.at)
        await self._reveal()
        if isinstance(self.exercise, Predict):
            self._run(self.exercise.code + _look(self.exercise), "— running the code —")

    async def _reveal(self) -> None:
        await self.show_help()
        self.board.show("hints")
        if self.here() != "answer" or self.board.arrangement == "single":
            self.focus_pane("hints")
        self.show_state()

    # --- moving on

    def action_next(self) -> None:
        """The next exercise; a text to read is done with that."""
        if isinstance(self.exercise, Read):
            self._read_and_go()
        else:
            self._go(self.number + 1)

    @work
    async def _read_and_go(self) -> None:
        if not self.app.notebook.exercise(self.at).passed:
            verdict = await self.app.classroom.judge(self.lesson, self.exercise, "")
            self.keep("", verdict)
            if self.exercise.explanation:  # there is more to read now
                await self.show_task()
                self.focus_pane("answer")
                self.query_one("#task").scroll_end(animate=False)
                self.show_state()
                return
        self._go(self.number + 1)

    def action_back(self) -> None:
        """The exercise before."""
        self._go(self.number - 1)

    def _go(self, number: int) -> None:
        self.save_now()
        if number < len(self.lesson.exercises):
            self.app.open(self.course, self.lesson, self.lesson.exercises[max(0, number)])
        else:
            self.app.finish(self.course, self.lesson)

    def action_lessons(self) -> None:
        """To the list of lessons."""
        self.save_now()
        self.app.go_home()

    def action_reset(self) -> None:
        """Ask, then put the starter back; undo brings the text back."""
        question = "Put the starter back into the editor?\n\nctrl+z brings your text back."
        self.app.push_screen(Ask(question, "Reset"), self._reset)

    def _reset(self, wanted: bool | None) -> None:  # noqa: FBT001 - a dialog's answer
        if wanted:
            self.answer.replace(self.starter)
            self.focus_pane("answer")

    def say(self, text: str) -> None:
        """A short remark in the corner."""
        self.notify(text, markup=False, timeout=4)


def _look(exercise: Predict) -> str:
    return f"\n{exercise.of}" if exercise.of and exercise.ask != "error" else ""
