"""A panel that says why PyTorch did not start, and what to try."""

from __future__ import annotations

from textual.widgets import Static

from tutor.app.literal import literal

__all__ = ["Trouble"]

_LINES = 3


class Trouble(Static):
    """Hidden while there is nothing to say."""

    def on_mount(self) -> None:
        """Begin hidden."""
        self.display = False

    def show(self, reason: str) -> None:
        """Show the reason; an empty one hides the panel."""
        self.display = bool(reason)
        last = "\n".join(reason.strip().splitlines()[-_LINES:])
        self.update(
            literal(
                "! PyTorch did not start, so code cannot be run or checked. Reading works.\n"
                f"{last}\n"
                "Try `tutor doctor` in a terminal; alt+r tries to start it again."
            )
        )
