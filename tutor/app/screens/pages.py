"""Two pages for the author, over the exercise: what learners do not see, and what lint finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Footer, Markdown, Static

from tutor.app.literal import literal

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.authoring.preview.reading import Reading

__all__ = ["ExtrasPage", "FindingsPage"]

_LOOKS = {"error": "bold $text-error", "warning": "bold $text-warning"}


class _Page(ModalScreen[None]):
    """Scrolls with the arrow keys; escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,alt+i,alt+w", "dismiss(None)", "Close", id="page.close"),
    ]

    def compose(self) -> ComposeResult:
        """One long column."""
        yield VerticalScroll(id="page")
        yield Footer(show_command_palette=False, compact=True)

    @property
    def column(self) -> VerticalScroll:
        """What scrolls."""
        return self.query_one("#page", VerticalScroll)

    async def put(self, *parts: Static | Markdown) -> None:
        """Show these, at the place to which one has scrolled."""
        async with self.batch():
            await self.column.remove_children()
            await self.column.mount_all(parts)


class ExtrasPage(_Page):
    """Hints, solution, mistakes, checks of one exercise."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    async def on_mount(self) -> None:
        """Show the text that it was made with."""
        await self.show(self._text)
        self.column.focus()

    async def show(self, text: str) -> None:
        """Show this Markdown from now on."""
        await self.put(Markdown(text))


class FindingsPage(_Page):
    """Every error and warning, each with its line."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    async def on_mount(self) -> None:
        """Show the reading that it was made with."""
        await self.show(self._reading)
        self.column.focus()

    async def show(self, reading: Reading) -> None:
        """Show these findings from now on."""
        name = reading.file.path.name
        found = f"{name}: {reading.summary or 'nothing to complain about'}\n"
        parts = [Static(literal(found, "bold"))]
        for spot in reading.spots:
            parts.append(Static(literal(spot.severity, _LOOKS[spot.severity])))
            parts.append(Static(literal(spot.text()), classes="problem"))
        await self.put(*parts)
