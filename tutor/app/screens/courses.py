"""The courses that can be taken: the built-in one, and those that were added."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.app.literal import literal, title
from tutor.app.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.library.offers import Offer

__all__ = ["Courses"]

_HOW = "Add one in a terminal: tutor courses add DIRECTORY, ZIP FILE, GIT URL or PACKAGE"


class Courses(ModalScreen["Offer | None"]):
    """Enter takes the course to the list of lessons; escape closes it.

    Args:
        offers: the courses.
        passed: of each, by id: how many exercises are passed.
        at: the id of the course that is shown now.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,o", "dismiss(None)", "Close", id="courses.close"),
    ]

    def __init__(self, offers: Sequence[Offer], passed: Mapping[str, int], at: str) -> None:
        super().__init__()
        self._offers = offers
        self._passed = passed
        self._at = at

    def compose(self) -> ComposeResult:
        """A title, the list, and how to add to it."""
        with Vertical(id="courses"):
            yield Static(literal("Courses\n", "bold"))
            yield OptionList(*map(self._option, self._offers), id="offers", compact=True)
            yield Static(literal(f"\n{_HOW}", "dim"))
        yield KeyFooter()

    def on_mount(self) -> None:
        """Begin at the course that is shown now."""
        ids = [offer.id for offer in self._offers]
        chosen = self.query_one("#offers", OptionList)
        chosen.highlighted = ids.index(self._at) if self._at in ids else 0
        chosen.focus()

    def _option(self, offer: Offer) -> Option:
        total = sum(len(exercises) for exercises in offer.exercises.values())
        lessons = len(offer.exercises)
        facts = [
            f"{lessons:,} lesson{'' if lessons == 1 else 's'}",
            f"{self._passed[offer.id]}/{total:,} passed",
        ]
        if offer.broken:
            facts.append(f"{len(offer.broken)} broken")
        lines = [
            Content.assemble(title(offer.title, "bold"), ("  " + " · ".join(facts), "dim")),
            title(_fitting(f"{offer.id} — {offer.origin}", self.app.size.width - 14), "dim", by=4),
        ]
        return Option(Content("\n").join(lines))

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self.dismiss(self._offers[message.option_index])


def _fitting(text: str, width: int) -> str:
    """At most so many columns of `text`: of an address both ends tell most."""
    half = max(5, width // 2)
    return text if len(text) <= 2 * half else f"{text[: half - 1]}…{text[-half:]}"
