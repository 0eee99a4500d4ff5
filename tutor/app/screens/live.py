"""What the app asks of every screen of its own, so that it need not import them all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen

if TYPE_CHECKING:
    from tutor.app.app import TutorApp
    from tutor.app.keys import Act

__all__ = ["LiveScreen"]


class LiveScreen(Screen[None], inherit_bindings=False):
    """A screen that shows the engine's state."""

    app: TutorApp
    acts: ClassVar[tuple[Act, ...]] = ()
    """What the menu offers here."""

    @property
    def standing(self) -> bool:
        """Whether there is something to draw on: not before it is composed, nor at the end."""
        return self.is_attached and bool(self.children)

    def show_state(self) -> None:
        """The engine's state, or the notebook's, is another one: draw it."""

    def save_now(self) -> None:
        """Keep what was written, because the screen may go."""
