"""Two pages for the author, over the exercise: what learners do not see, and what lint finds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown, Static

from tutor.app.literal import literal
from tutor.app.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

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
        yield KeyFooter()

    @property
    def column(self) -> VerticalScroll:
        """What scrolls."""
        return self.query_one("#page", VerticalScroll)

    async def on_mount(self) -> None:
        """Show what it was made with."""
        await self.draw()
        self.column.focus()

    async def draw(self) -> None:
        """Show what is to be shown now, if there is a place for it yet."""
        if self.query("#page"):
            async with self.batch():
                await self.column.remove_children()
                await self.column.mount_all(self.parts())

    def parts(self) -> list[Widget]:
        """What is to be shown."""
        return []


class ExtrasPage(_Page):
    """Hints, solution, mistakes, checks of one exercise."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    async def show(self, text: str) -> None:
        """Show this Markdown from now on."""
        self._text = text
        await self.draw()

    def parts(self) -> list[Widget]:
        """The text."""
        return [Markdown(self._text)]


class FindingsPage(_Page):
    """Every error and warning, each with its line."""

    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self._reading = reading

    async def show(self, reading: Reading) -> None:
        """Show these findings from now on."""
        self._reading = reading
        await self.draw()

    def parts(self) -> list[Widget]:
        """A summary, and each problem with its line."""
        name = self._reading.file.path.name
        found = f"{name}: {self._reading.summary or 'nothing to complain about'}\n"
        parts: list[Widget] = [Static(literal(found, "bold"))]
        for spot in self._reading.spots:
            parts.append(Static(literal(spot.severity, _LOOKS[spot.severity])))
            parts.append(Static(literal(spot.text()), classes="problem"))
        return parts
