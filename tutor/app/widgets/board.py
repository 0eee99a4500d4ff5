"""The panes of an exercise and how they share the screen.

single   (small)       one pane at a time, all of them with a tab
rows     (80x24)       one of task, REPL, result, hints above; the answer below
columns  (wide, low)   the same, the answer at the right
grid     (wide, tall)  task, answer, result or hints, and the REPL, all at once
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from textual import on
from textual.containers import Container
from textual.message import Message

from tutor.app.widgets.pane_bar import PaneBar

if TYPE_CHECKING:
    from textual import events
    from textual.widget import Widget

__all__ = ["Board", "Layout", "Pane", "layout_for"]

Pane: TypeAlias = Literal["task", "repl", "result", "hints", "answer"]
Layout: TypeAlias = Literal["single", "rows", "columns", "grid"]

PANES: tuple[Pane, ...] = ("task", "repl", "result", "hints", "answer")
_ALL: tuple[Layout, ...] = ("single", "rows", "columns", "grid")


def layout_for(width: int, height: int) -> Layout:
    """How to lay out a screen of that size."""
    if width >= 110:
        return "grid" if height >= 34 else "columns" if height >= 12 else "single"
    return "rows" if height >= 16 else "single"


class Board(Container):
    """Shows panes; each child's id is a pane's name."""

    class Flipped(Message):
        """Another pane is shown."""

    def __init__(self, *children: Widget, labels: dict[Pane, str]) -> None:
        super().__init__(PaneBar(PANES, id="bar"), *children, id="board")
        self.labels = labels
        self.shown: Pane = "task"
        self.arrangement: Layout = "rows"

    def on_mount(self) -> None:
        """Lay out for the first time."""
        self._arrange()

    def on_resize(self, _: events.Resize) -> None:
        """Lay out for the new size."""
        self._arrange()

    @on(PaneBar.Chosen)
    def _chosen(self, message: PaneBar.Chosen) -> None:
        message.stop()
        self.show(next(pane for pane in PANES if pane == message.pane))
        self.post_message(self.Flipped())

    def show(self, pane: Pane) -> None:
        """Bring a pane to the front; in most layouts the answer is there anyway."""
        if pane != "answer" or self.arrangement == "single":
            self.shown = pane
        self._arrange()

    def flip(self, step: int) -> None:
        """The next pane, or the one before."""
        panes = self.flippable
        at = panes.index(self.shown) if self.shown in panes else 0
        self.show(panes[(at + step) % len(panes)])
        self.post_message(self.Flipped())

    def relabel(self, pane: Pane, label: str) -> None:
        """Give a pane another name; an empty one takes it away."""
        self.labels[pane] = label
        self._arrange()

    @property
    def flippable(self) -> list[Pane]:
        """The panes that take turns."""
        fixed = () if self.arrangement == "single" else ("answer",)
        return [pane for pane in PANES if self.labels.get(pane) and pane not in fixed]

    def shows(self, pane: Pane) -> bool:
        """Whether a pane is to be seen now."""
        if not self.labels.get(pane):
            return False
        match self.arrangement:
            case "single":
                return pane == self.shown
            case "rows" | "columns":
                return pane in {"answer", self.shown}
            case "grid":
                under = "hints" if self.shown == "hints" else "result"
                return pane in {"task", "answer", "repl", under}

    def _arrange(self) -> None:
        self.arrangement = layout_for(*self.app.size)
        for layout in _ALL:
            self.set_class(layout == self.arrangement, f"-{layout}")
        if self.arrangement != "single" and self.shown == "answer":
            self.shown = "task"
        for child in self.children:
            if child.id in PANES:
                pane = next(pane for pane in PANES if pane == child.id)
                child.display = self.shows(pane)
                child.border_title = self.labels.get(pane, "").replace("[", r"\[")
        fixed = () if self.arrangement == "single" else ("answer",)
        self.query_one(PaneBar).show(
            {pane: label for pane, label in self.labels.items() if pane not in fixed}, self.shown
        )
