"""The keys, and how it all works."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown

from tutor.app.keys import APP, EDITOR, EXERCISE, EXTRA, HOME, LINES, Act
from tutor.app.widgets.key_footer import KeyFooter

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

__all__ = ["Help"]

_HOW = """\
# How it works

Read the task, write your answer, and check it with **ctrl+s**. The verdict says what is wrong and
what was expected; it never only says no. **ctrl+r** runs your answer in the REPL, where you can
look at what it made. What you type is saved as you type: quit at any time, and go on there.

Your code runs in a process of its own. An endless loop does not hurt: **ctrl+c** stops it. Where
text is selected in the editor and nothing runs, **ctrl+c** copies.

Your terminal may keep some keys for itself. Each action has several, a click on the bottom line
works too, and the menu (**ctrl+p**, **F10**, or **:** where you are not typing) has them all.
"""


class Help(ModalScreen[None]):
    """Scrolls with the arrow keys; escape closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1", "dismiss(None)", "Close", id="help.close"),
        Binding("down", "scroll_down", "Down", id="help.down", show=False),
    ]

    def __init__(self, more: tuple[tuple[str, tuple[Act, ...]], ...] = ()) -> None:
        """Explain the app; `more` are tables that only this app has, each with its title."""
        super().__init__()
        self._more = more

    def compose(self) -> ComposeResult:
        """One long text."""
        with VerticalScroll(id="help"):
            yield Markdown(_text(self._more))
        yield KeyFooter()

    def on_mount(self) -> None:
        """The arrow keys scroll."""
        self.query_one("#help").focus()


def _text(more: tuple[tuple[str, tuple[Act, ...]], ...]) -> str:
    parts = [_HOW]
    tables = (
        ("In an exercise", EXERCISE),
        ("In the editor", EDITOR),
        ("In lines to order", LINES),
        ("In the list", HOME),
        ("Everywhere", APP),
    )
    for title, acts in (*more, *tables):
        parts += [f"# {title}", _table([(_keys(act), act.about) for act in acts])]
    parts += ["# And", _table(list(EXTRA))]
    return "\n\n".join(parts)


def _keys(act: Act) -> str:
    names = {"colon": ":", "question_mark": "?", "super+c": "", "escape": "esc"}
    return ", ".join(filter(None, (names.get(key, key) for key in act.keys.split(","))))


def _table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(
        ["| key | does |", "|---|---|", *(f"| {keys} | {does} |" for keys, does in rows)]
    )
