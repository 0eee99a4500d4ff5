"""The line of keys at the bottom of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Footer

if TYPE_CHECKING:
    from textual.screen import Screen

__all__ = ["KeyFooter"]


class KeyFooter(Footer):
    """Textual's footer, made anew only where other keys are to be shown.

    Textual's own makes all its widgets anew whenever the focus moves or an action is asked for
    again; most of the time the same keys come of it.
    """

    def __init__(self) -> None:
        super().__init__(show_command_palette=False, compact=True)
        self._shown: list[tuple[object, ...]] | None = None

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Show the screen's keys, if they are others than those that are shown."""
        keys: list[tuple[object, ...]] = [
            (active.binding, active.enabled, active.tooltip)
            for active in screen.active_bindings.values()
            if active.binding.show
        ]
        if keys == self._shown:
            return
        if screen.app.app_focus and self.is_attached and screen is self.screen:
            self._shown = keys  # otherwise they are not shown now
        super().bindings_changed(screen)
