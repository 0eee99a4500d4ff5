"""What is wrong in a lesson file."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tutor.app.literal import literal
from tutor.app.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.course.problems import Problem

__all__ = ["Problems"]


class Problems(ModalScreen[None]):
    """One line each; escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss(None)", "Close", id="problems.close"),
    ]

    def __init__(self, title: str, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self._title = title
        self._problems = problems

    def compose(self) -> ComposeResult:
        """The list."""
        with VerticalScroll(id="problems"):
            yield Static(literal(f"{self._title} cannot be used:\n", "bold"))
            for problem in self._problems:
                yield Static(literal(str(problem)), classes="problem")
            yield Static(literal("\nThe other lessons work.", "dim"))
        yield KeyFooter()

    def on_mount(self) -> None:
        """The arrow keys scroll."""
        self.query_one("#problems").focus()
