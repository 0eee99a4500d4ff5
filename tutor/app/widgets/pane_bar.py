"""One row that names the panes; the shown one stands out, and a click shows another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from tutor.app.literal import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.app import ComposeResult

__all__ = ["PaneBar"]


class _Tab(Static):
    """The name of one pane."""

    def __init__(self, pane: str) -> None:
        super().__init__("", id=f"tab-{pane}")
        self.pane = pane

    def on_click(self) -> None:
        """Ask for the pane."""
        self.post_message(PaneBar.Chosen(self.pane))


class PaneBar(Horizontal):
    """The tabs of the panes, as text: ``[Task]`` is the one that is to be seen."""

    class Chosen(Message):
        """A pane was clicked."""

        def __init__(self, pane: str) -> None:
            super().__init__()
            self.pane = pane

    def __init__(self, panes: Iterable[str], *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id)
        self._panes = tuple(panes)

    def compose(self) -> ComposeResult:
        """A tab for each pane."""
        for pane in self._panes:
            yield _Tab(pane)

    def show(self, labels: dict[str, str], shown: str) -> None:
        """Draw the labels; a pane without one has no tab."""
        for tab in self.query(_Tab):
            label = labels.get(tab.pane, "")
            tab.display = bool(label)
            here = tab.pane == shown
            tab.set_class(here, "-shown")
            tab.update(literal(f"[{label}]" if here else f" {label} "))
