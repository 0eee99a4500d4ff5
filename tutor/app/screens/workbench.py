"""The panes of one exercise, and moving between them. What can be done there is in exercise.py."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Markdown, Static, TextArea

from tutor.app.keys import EXERCISE, bindings
from tutor.app.literal import title
from tutor.app.screens.live import LiveScreen
from tutor.app.widgets.answer import AnswerPane, answer_pane
from tutor.app.widgets.board import Board, Pane
from tutor.app.widgets.code_editor import CodeEditor
from tutor.app.widgets.hints_view import HintsView, has_solution
from tutor.app.widgets.key_footer import KeyFooter
from tutor.app.widgets.repl_pane import ReplPane
from tutor.app.widgets.status import StatusLine
from tutor.app.widgets.trouble import Trouble
from tutor.app.widgets.verdict_view import VerdictView
from tutor.course.arranging import starter_of
from tutor.course.model import Code, Explore, Order, Predict, Read
from tutor.progress.store import Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from tutor.app.keys import Act
    from tutor.course.model import Course, Exercise, Lesson

__all__ = ["Workbench"]

_ANSWERS = {"read": "Continue", "choice": "Options", "order": "Lines", "explore": "REPL"}


class Workbench(LiveScreen):
    """Title, panes, status line and footer for one exercise.

    Attributes:
        stands: set once everything is drawn for the first time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        # Textual's own for a screen, without ctrl+c, which here has two meanings.
        Binding("tab", "app.focus_next", "Next place", show=False, id="exercise.tab"),
        Binding("shift+tab", "app.focus_previous", "Place before", show=False, id="exercise.untab"),
        *bindings(EXERCISE),
    ]
    AUTO_FOCUS = ""
    acts: ClassVar[tuple[Act, ...]] = EXERCISE

    def __init__(self, course: Course, lesson: Lesson, exercise: Exercise) -> None:
        super().__init__()
        self.course = course
        self.lesson = lesson
        self.exercise = exercise
        self.at = Place(course.id, lesson.id, exercise.id)
        self.number = lesson.exercises.index(exercise)
        self.text = ""
        self.saved = ""
        self.checking = False
        self.stands = asyncio.Event()
        self._selected = False
        self._filled = False

    # --- the parts

    def compose(self) -> ComposeResult:
        """A title, the panes, a status line, the keys."""
        yield Static(id="title")
        yield Trouble(id="trouble")
        task = VerticalScroll(Markdown(id="prompt"), id="task", classes="pane")
        answer = answer_pane(self.exercise)
        panes: list[Widget] = [
            VerdictView(id="result", classes="pane"),
            HintsView(id="hints", classes="pane"),
        ]
        if not isinstance(self.exercise, Explore):  # there the answer has it
            panes.append(ReplPane(id="repl", classes="pane"))
        yield Board(task, answer, *panes, labels=self._labels())
        yield StatusLine(id="status")
        yield KeyFooter()

    def _labels(self) -> dict[Pane, str]:
        answer = _ANSWERS.get(self._kind, "Answer")
        labels: dict[Pane, str] = {"task": "Task", "answer": answer}
        if not isinstance(self.exercise, Explore):
            labels |= {"repl": "REPL"}
        if not isinstance(self.exercise, Read):
            labels |= {"result": "Result"}
        if self.exercise.hints or not isinstance(self.exercise, Read):
            labels |= {"hints": self._hints_label()}
        return labels

    @property
    def _kind(self) -> str:
        return str(self.exercise.__struct_config__.tag)

    @property
    def board(self) -> Board:
        """The panes."""
        return self.query_one(Board)

    @property
    def answer(self) -> AnswerPane:
        """Where the answer is."""
        return self.query_one(AnswerPane)

    @property
    def repl(self) -> ReplPane:
        """The REPL."""
        return self.query_one(ReplPane)

    @property
    def result(self) -> VerdictView:
        """The verdict."""
        return self.query_one(VerdictView)

    async def on_mount(self) -> None:
        """Put the kept answer in, and note where the learner is."""
        self._filled = True
        self.board.add_class(f"-{self._kind}")
        notebook = self.app.notebook
        draft = notebook.draft(self.at)
        self.text = self.starter if draft is None else draft
        self.answer.load(self.text)
        self.focus_pane("task" if self.board.arrangement == "single" else "answer")
        notebook.set_position(self.at)
        await self.app.classroom.enter(self.lesson, self.exercise)
        await self.show_task()
        await self.show_help()
        self.show_state()
        self.stands.set()

    @property
    def starter(self) -> str:
        """What stands in the editor at first."""
        return starter_of(self.exercise)

    # --- what is shown

    @property
    def task_text(self) -> str:
        """The task; what is only to be read goes on with its explanation once it is passed."""
        text = self.exercise.prompt
        if isinstance(self.exercise, Read) and self.app.notebook.exercise(self.at).passed:
            text = "\n\n".join(filter(None, (text, self.exercise.explanation)))
        return text

    async def show_task(self) -> None:
        """Draw the task."""
        await self.query_one("#prompt", Markdown).update(self.task_text)

    async def show_help(self) -> None:
        """Draw the hints and the solution, as far as they were asked for."""
        progress = self.app.notebook.exercise(self.at)
        self.board.relabel("hints", self._hints_label())
        await self.query_one(HintsView).show(
            self.exercise, progress.hints_shown, solution=progress.solution_shown
        )

    def _hints_label(self) -> str:
        shown, total = self.app.notebook.exercise(self.at).hints_shown, len(self.exercise.hints)
        return f"Hints {min(shown, total)}/{total}" if total else "Hints"

    def show_state(self) -> None:
        """Draw the title, the status line and the footer anew."""
        if not (self._filled and self.standing):
            return
        progress = self.app.notebook.exercise(self.at)
        done = " ✓ passed" if progress.passed else ""
        if done and self.exercise.id in self.app.notebook.changed(self.at.course, self.lesson):
            done += " · changed since"
        name = self.exercise.title or self.exercise.id
        total = len(self.lesson.exercises)
        self.query_one("#title", Static).update(
            title(f"{self.lesson.title} {self.number + 1}/{total} · {name}{done}")
        )
        room = self.app.classroom
        self.query_one(StatusLine).show(*self.remarks(), problem=self.app.notebook.problem)
        self.query_one(Trouble).show(room.reason if room.state == "failed" else "")
        self.repl.set_running(room.running)
        self.refresh_bindings()

    def remarks(self) -> tuple[str, ...]:
        """What stands in the status line."""
        room = self.app.classroom
        under_way = "checking…" if self.checking else "running…" if room.running else ""
        return room.line, self.saved, under_way

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Hide what cannot be done now."""
        possible: dict[str, Callable[[], bool]] = {
            "check": lambda: not isinstance(self.exercise, Read),
            "solution": lambda: has_solution(self.exercise),
            "run": lambda: isinstance(self.exercise, Code | Predict | Order),
            "hint": lambda: bool(self.exercise.hints),
            "reset": lambda: isinstance(self.exercise, Code | Order),
            "stop": lambda: self.app.classroom.running or self.checking,
            "copy": lambda: bool(self.get_selected_text()),
            "back": lambda: self.number > 0,
        }
        return possible[action]() if action in possible else True

    # --- panes and focus

    def focus_pane(self, pane: Pane) -> None:
        """Show a pane and give it the keyboard."""
        self.board.show(pane)
        match pane:
            case "answer":
                self.answer.focus_here()
            case "repl":
                self.repl.input.focus(scroll_visible=False)
            case _:
                self.query_one(f"#{pane}").focus(scroll_visible=False)

    def here(self) -> Pane:
        """The pane that has the keyboard."""
        for node in self.focused.ancestors_with_self if self.focused is not None else ():
            match node.id:
                case "task" | "repl" | "result" | "hints" | "answer":
                    return node.id
        return self.board.shown

    @on(Board.Flipped)
    def _flipped(self) -> None:
        """Another pane came to the front: the keyboard follows if it was on the one before."""
        typing = self.here() == "answer" and self.board.arrangement != "single"
        if self.board.shown == "repl" or not typing:
            self.focus_pane(self.board.shown)

    def on_descendant_focus(self, _: events.DescendantFocus) -> None:
        """The half that has the keyboard gets more room."""
        self.board.set_class(self.here() != "answer", "-reading")
        self.refresh_bindings()

    def action_check(self) -> None:
        """Judge the answer; see exercise.py."""

    def action_view(self) -> None:
        """Show the next of task, REPL, result and hints."""
        self.board.flip(1)

    def action_switch(self) -> None:
        """From the answer to the REPL, and back."""
        self.focus_pane("repl" if self.here() != "repl" else "answer")

    def action_leave(self) -> None:
        """Escape: from a place where one types to the task; from there to the lessons."""
        if isinstance(self.focused, CodeEditor) or self.board.shown != "task":
            self.focus_pane("task")
        else:
            self.app.go_home()

    def action_scroll_reading(self, lines: int) -> None:
        """Scroll the upper pane from anywhere."""
        pane = "repl #transcript" if self.board.shown == "repl" else self.board.shown
        target = self.query_one(f"#{pane}")
        target.scroll_relative(y=lines, animate=False)

    @on(TextArea.SelectionChanged)
    def _selection_changed(self, message: TextArea.SelectionChanged) -> None:
        """The footer offers to copy while something is selected."""
        selected = not message.selection.is_empty
        if selected != self._selected:
            self._selected = selected
            self.refresh_bindings()

    def on_key(self, event: events.Key) -> None:
        """Where nothing is typed, left and right flip through the panes; enter goes on reading."""
        if event.key == "enter" and isinstance(self.exercise, Read) and self.here() == "task":
            event.stop()
            self.action_check()
        elif event.key in {"left", "right"} and self.here() in {"task", "result", "hints"}:
            event.stop()
            self.board.flip(1 if event.key == "right" else -1)
        elif event.is_printable and event.key not in self.active_bindings:
            self._write_on(event, event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """A paste where one only reads is meant for the answer."""
        self._write_on(event, event.text)

    def _write_on(self, event: events.Key | events.Paste, text: str) -> None:
        """What is typed or pasted beside an answer that can be seen goes on with it."""
        if self.here() in {"answer", "repl"} or self.board.arrangement == "single":
            return
        for area in self.answer.query(TextArea):
            if not area.read_only:
                event.stop()
                self.focus_pane("answer")
                area.replace(text, *area.selection)
