"""The words of the course: a list to type into, and what one of them means."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import set_cell_size
from textual import on
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, Markdown, OptionList
from textual.widgets.option_list import Option

from tutor.app.literal import literal
from tutor.app.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.course.companions import Glossary

__all__ = ["GlossaryScreen", "TermScreen"]

_TERM_WIDTH = 20


class _Word(Input):
    """Its enter stands in the footer, and waits its turn behind what was typed before it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Show", id="glossary.show"),
    ]


class GlossaryScreen(ModalScreen[None]):
    """Typing filters, up and down choose, enter shows; escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close", id="glossary.close"),
        Binding("up", "move('cursor_up')", "Up", show=False, id="glossary.up"),
        Binding("down", "move('cursor_down')", "Down", show=False, id="glossary.down"),
        Binding("pageup", "move('page_up')", "Page up", show=False, id="glossary.pageup"),
        Binding("pagedown", "move('page_down')", "Page down", show=False, id="glossary.pagedown"),
    ]

    def __init__(self, glossary: Glossary) -> None:
        super().__init__()
        self._glossary = glossary
        self._terms: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """A line to type into, and the terms that fit."""
        with Vertical(id="glossary"):
            yield _Word(placeholder="Glossary: type a word", id="glossary-filter")
            yield OptionList(id="glossary-terms", markup=False)
        yield KeyFooter()

    def on_mount(self) -> None:
        """All terms; the keyboard stays with the line."""
        self._list.can_focus = False
        self.query_one(_Word).focus()
        self._fill("")

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._fill(message.value)

    def _fill(self, typed: str) -> None:
        self._terms = self._glossary.matching(typed)
        self._list.clear_options()
        self._list.add_options(self._option(term) for term in self._terms)
        if self._terms:
            self._list.highlighted = 0
        else:
            nothing = "No word of the glossary fits. Backspace shows more."
            self._list.add_option(Option(literal(nothing), disabled=True))

    def _option(self, term: str) -> Option:
        """The term and how its meaning begins, in one line."""
        means = self._glossary.entries[term].means.replace("`", "").replace("*", "")
        begin = " ".join(means.partition("\n\n")[0].split())
        text = literal(f"{set_cell_size(term, max(_TERM_WIDTH, len(term) + 1))}{begin}")
        return Option(text)

    def action_move(self, action: str) -> None:
        """Move in the list while the line has the keyboard."""
        getattr(self._list, f"action_{action}")()

    @on(Input.Submitted)
    def action_show(self) -> None:
        """What the chosen term means."""
        number = self._list.highlighted
        if number is not None and number < len(self._terms):
            self.app.push_screen(TermScreen(self._glossary, self._terms[number]))

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_show()


class TermScreen(ModalScreen[None]):
    """One term. A number goes to a related one; escape goes back to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss(None)", "Back", id="term.back"),
        *(
            Binding(str(number), f"see({number})", show=False, id=f"term.see{number}")
            for number in range(1, 10)
        ),
    ]

    def __init__(self, glossary: Glossary, term: str) -> None:
        super().__init__()
        self._glossary = glossary
        self._term = term

    def compose(self) -> ComposeResult:
        """One text."""
        with VerticalScroll(id="term"):
            yield Markdown(self._text())
        yield KeyFooter()

    def on_mount(self) -> None:
        """The arrow keys scroll."""
        self.query_one("#term").focus()

    @property
    def _related(self) -> list[str]:
        return [t for t in self._glossary.entries[self._term].see if t in self._glossary.entries]

    def _text(self) -> str:
        entry = self._glossary.entries[self._term]
        parts = [f"# {_plain(self._term)}", entry.means]
        if entry.also:
            parts.append(f"Also: {', '.join(map(_plain, entry.also))}.")
        if self._related:
            related = [f"**{n}** {_plain(term)}" for n, term in enumerate(self._related[:9], 1)]
            parts.append(f"See also (press the number): {', '.join(related)}.")
        return "\n\n".join(parts)

    async def action_see(self, number: int) -> None:
        """Go to a related term."""
        related = self._related[:9]
        if number <= len(related):
            self._term = related[number - 1]
            await self.query_one(Markdown).update(self._text())
            self.query_one("#term").scroll_home(animate=False)


def _plain(text: str) -> str:
    """Text as Markdown that shows it as it is."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>&#" else char for char in text)
