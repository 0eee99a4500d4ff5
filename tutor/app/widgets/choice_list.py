"""Options of which one, or several, can be chosen by keyboard or mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList

from tutor.app.literal import inline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.binding import BindingType

__all__ = ["ChoiceList"]


class ChoiceList(OptionList):
    """Digits and space choose; enter checks what is chosen.

    Attributes:
        chosen: the numbers of the chosen options, from 1.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "choose_here", "Choose", show=False, id="choice.toggle"),
        *(
            Binding(str(n), f"pick({n})", f"Choose {n}", show=False, id=f"choice.{n}")
            for n in range(1, 10)
        ),
    ]

    class Changed(Message):
        """Other options are chosen now."""

    class Submitted(Message):
        """The learner wants the choice checked."""

    def __init__(self, texts: tuple[str, ...], *, several: bool, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__(id=id, compact=True)
        self._texts = texts
        self._several = several
        self.chosen: set[int] = set()
        self.add_options([self._prompt(number) for number in range(1, len(texts) + 1)])
        self.highlighted = 0

    def choose(self, numbers: Iterable[int]) -> None:
        """Choose exactly these, as far as they exist."""
        self.chosen = {number for number in numbers if 1 <= number <= len(self._texts)}
        for number in range(1, len(self._texts) + 1):
            self.replace_option_prompt_at_index(number - 1, self._prompt(number))

    def action_pick(self, number: int) -> None:
        """A digit: choose that option, or take it back where several can be chosen."""
        if not 1 <= number <= len(self._texts):
            return
        self.highlighted = number - 1
        self.choose(self.chosen ^ {number} if self._several else {number})
        self.post_message(self.Changed())

    def action_choose_here(self) -> None:
        """Space: the option under the cursor."""
        if self.highlighted is not None:
            self.action_pick(self.highlighted + 1)

    def action_select(self) -> None:
        """Enter: check; of single options, the one under the cursor."""
        if not self._several and self.highlighted is not None:
            self.action_pick(self.highlighted + 1)
        self.post_message(self.Submitted())

    @on(OptionList.OptionSelected)
    def _clicked(self, message: OptionList.OptionSelected) -> None:
        """A click chooses and does not check."""
        message.stop()
        self.action_pick(message.option_index + 1)

    def _prompt(self, number: int) -> Content:
        opening, mark, closing = ("[", "x", "]") if self._several else ("(", "•", ")")
        box = f"{opening}{mark if number in self.chosen else ' '}{closing} {number}  "
        text = inline(self._texts[number - 1].replace("\n", " "))
        style = "bold" if number in self.chosen else ""
        return Content.assemble((box, style), text)
