"""Where lines are put in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Static

from tutor.app.literal import literal
from tutor.app.widgets.answer_base import AnswerPane
from tutor.app.widgets.line_list import LineList
from tutor.course.arranging import program_of, read_order, shuffled

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tutor.course.model import Order

__all__ = ["OrderAnswer"]


class OrderAnswer(AnswerPane):
    """Lines to put in order."""

    def __init__(self, exercise: Order) -> None:
        super().__init__()
        self._exercise = exercise

    def compose(self) -> ComposeResult:
        """Where the cursor is and what can be done, and the lines."""
        yield Static(id="how")
        yield LineList(extras=bool(self._exercise.extra), id="lines")

    @property
    def lines(self) -> LineList:
        """The lines."""
        return self.query_one("#lines", LineList)

    @property
    def answer(self) -> str:
        """The program that the lines make."""
        return program_of(self.lines.used)

    def load(self, text: str) -> None:
        """Put a kept order in; the shuffled lines where the exercise has other lines now."""
        self.lines.show(*self._read(text))

    def replace(self, text: str) -> None:
        """Put another order in; undo brings the old one back."""
        self.lines.change(*self._read(text))

    def _read(self, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        reading = read_order(self._exercise, text)
        return (shuffled(self._exercise), ()) if reading.problem else (reading.lines, reading.aside)

    def focus_here(self) -> None:
        """Take the keyboard."""
        self.lines.focus(scroll_visible=False)

    @on(LineList.Moved)
    def _moved(self, message: LineList.Moved) -> None:
        message.stop()
        if self.lines.stands_aside:
            how = "set aside · x takes it back · enter checks"
        else:
            aside = " · x sets it aside" if self._exercise.extra else ""
            how = f"{self.lines.where} · K/J or alt+↑/↓ moves it{aside} · enter checks"
        self.query_one("#how", Static).update(literal(how, "bold"))

    @on(LineList.Changed)
    def _changed(self, message: LineList.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())

    @on(LineList.Submitted)
    def _submitted(self, message: LineList.Submitted) -> None:
        message.stop()
        self.post_message(self.Submitted())
