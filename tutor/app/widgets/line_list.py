"""Lines of code that are put in order by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.binding import Binding
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tutor.app.highlight import line_spans, styles
from tutor.app.keys import LINES, bindings
from tutor.engine.text import neutralise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.binding import BindingType

__all__ = ["LineList"]

_MOST_STEPS = 500
_ASIDE, _NONE = "    — set aside, no part of the program: —", "    — nothing is set aside —"


class LineList(OptionList):
    """Lines in an order, below them those that are set aside. Up and down choose a line.

    Attributes:
        used: the lines of the program, in their order.
        aside: the others.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(LINES),
        Binding("k", "cursor_up", "Up", show=False, id="lines.cursor_up"),
        Binding("j", "cursor_down", "Down", show=False, id="lines.cursor_down"),
    ]

    class Changed(Message):
        """The order is another one now."""

    class Moved(Message):
        """The cursor stands elsewhere, or the line under it does."""

    class Submitted(Message):
        """The learner wants the order checked."""

    def __init__(self, *, extras: bool, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        """A list without lines.

        Args:
            extras: whether there are lines that do not belong, so that lines can be set aside.
            id: the widget's.
        """
        super().__init__(id=id, compact=True)
        self.used: list[str] = []
        self.aside: list[str] = []
        self._extras = extras
        self._past: list[tuple[list[str], list[str]]] = []
        self._future: list[tuple[list[str], list[str]]] = []
        self._marked: int | None = None

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._draw(self._at))

    # --- what stands where

    def show(self, used: Sequence[str], aside: Sequence[str]) -> None:
        """Show these lines, with nothing to undo."""
        self._past, self._future = [], []
        self.used, self.aside = list(used), list(aside)
        self._draw(0)

    def change(self, used: Sequence[str], aside: Sequence[str], at: int = 0) -> None:
        """Show these lines; undo brings those before back.

        Args:
            used: of the program.
            aside: the others.
            at: the line to stand on: its place among all of them, from 0.
        """
        self._past = [*self._past[-_MOST_STEPS:], (self.used, self.aside)]
        self._future = []
        self._set((list(used), list(aside)), at)

    def _set(self, lines: tuple[list[str], list[str]], at: int) -> None:
        self.used, self.aside = lines
        self._draw(at)
        self.post_message(self.Changed())

    @property
    def where(self) -> str:
        """Where the line under the cursor stands in the program, in words."""
        return f"line {self._at + 1} of {len(self.used)}"

    @property
    def stands_aside(self) -> bool:
        """Whether the line under the cursor is one of those that are set aside."""
        return self._at >= len(self.used)

    @property
    def _at(self) -> int:
        """The place of the line under the cursor among all lines, from 0."""
        place = self.highlighted or 0
        return place - 1 if self._extras and place > len(self.used) else place

    # --- keys

    def action_move(self, step: int) -> None:
        """The line under the cursor changes places with its neighbour."""
        at = self._at
        if at < len(self.used) and 0 <= at + step < len(self.used):
            used = list(self.used)
            used[at], used[at + step] = used[at + step], used[at]
            self.change(used, self.aside, at + step)

    def action_set_aside(self) -> None:
        """The line under the cursor is no part of the program, or one again."""
        at = self._at
        if not self._extras:
            return
        if at < len(self.used):
            used, line = self.used[:at] + self.used[at + 1 :], self.used[at]
            self.change(used, [*self.aside, line], min(at, max(0, len(used) - 1)))
        elif self.aside:
            place = at - len(self.used)
            rest = self.aside[:place] + self.aside[place + 1 :]
            self.change([*self.used, self.aside[place]], rest, len(self.used))

    def action_undo(self) -> None:
        """The order before the last move."""
        if self._past:
            self._future.append((self.used, self.aside))
            self._set(self._past.pop(), self._at)

    def action_redo(self) -> None:
        """The move again that was undone last."""
        if self._future:
            self._past.append((self.used, self.aside))
            self._set(self._future.pop(), self._at)

    def action_select(self) -> None:
        """Enter: check."""
        self.post_message(self.Submitted())

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        """A click goes to a line and does not check."""
        message.stop()

    @on(OptionList.OptionHighlighted)
    def _went(self, message: OptionList.OptionHighlighted) -> None:
        message.stop()
        before, self._marked = self._marked, self.highlighted
        for place in {before, self._marked} if before != self._marked else ():
            if place is not None and place < self.option_count and place != self._gap:
                self.replace_option_prompt_at_index(place, self._prompt(place))
        self.post_message(self.Moved())

    # --- drawing

    @property
    def _gap(self) -> int | None:
        """The place of the row between the program and what is set aside."""
        return len(self.used) if self._extras else None

    def _draw(self, at: int) -> None:
        """Draw all lines; the cursor stands on the one at `at` among them."""
        lines = len(self.used) + len(self.aside)
        at = max(0, min(at, lines - 1))
        self.clear_options()
        self._marked = at + (self._extras and at >= len(self.used)) if lines else None
        for place in range(lines + self._extras):
            gap = place == self._gap
            between = Text(_ASIDE if self.aside else _NONE, "italic dim")
            prompt = between if gap else self._prompt(place)
            self.add_option(Option(prompt, disabled=gap))
        self.highlighted = self._marked

    def _prompt(self, place: int) -> Text:
        """The row at a place: a sign where the cursor is, a number, the line."""
        mark = "▸" if place == self._marked else " "
        if place < len(self.used):
            line, number = self.used[place], f"{place + 1:>2}"
        else:
            line, number = self.aside[place - len(self.used) - 1], " -"
        looks = styles(self.app.theme_variables)
        rows = neutralise(line).expandtabs(4).split("\n")
        drawn: list[Text] = []
        for row, spans in zip(rows, line_spans("\n".join(rows)), strict=False):
            text = Text(row)
            for start, end, kind in spans:
                text.stylize(looks[kind], start, end)
            gutter = f"{mark}{number} " if not drawn else "    "
            drawn.append(Text.assemble((gutter, "bold"), text))
        return Text("\n").join(drawn)
