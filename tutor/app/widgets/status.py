"""One line at the bottom: the engine, whether the text is saved, what is under way."""

from __future__ import annotations

from textual.widgets import Static

from tutor.app.literal import literal

__all__ = ["StatusLine"]


class StatusLine(Static):
    """Parts joined by dots; a problem with saving stands first and stays."""

    def show(self, *parts: str, problem: str = "") -> None:
        """Draw the line."""
        warning = f"! NOT SAVING: {problem.splitlines()[0]}" if problem else ""
        self.set_class(bool(problem), "-problem")
        self.update(literal("  ·  ".join(filter(None, (warning, *parts)))))
