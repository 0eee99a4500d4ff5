"""A text area for Python: colours, indentation, and pasted text as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import Binding
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tutor.app.highlight import line_spans, styles
from tutor.app.keys import EDITOR, bindings, is_shortcut
from tutor.judging.blanks import BLANK

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events
    from textual.binding import BindingType
    from textual.widget import Widget

__all__ = ["CodeEditor", "copy"]

# The exercise has other uses for F6 and F7; ctrl+c is declared anew to be seen in the footer.
_NOT_TEXTUALS = {"select_line", "select_all", "copy", "undo", "redo"}
_INDENT = 4
_BLANK = re.compile(rf"(?<!\w){BLANK}(?!\w)")
_ENDS_BLOCK = ("return", "pass", "break", "continue", "raise")


class CodeEditor(TextArea, inherit_bindings=False):
    """An editor for Python code.

    Tab indents and shift+tab dedents (the line, or the selected lines); escape is left to the
    screen, which takes the focus away.

    Attributes:
        copies: whether ctrl+c copies the selection; not while it has to stop code.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(b for b in TextArea.BINDINGS if isinstance(b, Binding) and b.action not in _NOT_TEXTUALS),
        *bindings(EDITOR),
    ]

    def __init__(self, text: str = "", *, id: str | None = None, numbers: bool = True) -> None:  # noqa: A002 - Textual's word
        super().__init__(
            text, id=id, tab_behavior="indent", show_line_numbers=numbers, soft_wrap=True
        )
        self.copies = True
        self.highlight_cursor_line = False  # it would hide the colours of the code
        self.cursor_blink = False  # a redrawn line twice a second is much for a slow connection
        self._styles: dict[str, Style] = {}

    def on_mount(self) -> None:
        """Follow the theme."""
        self.app.theme_changed_signal.subscribe(self, lambda _: self._styles.clear())

    # --- looks

    def get_line(self, line_index: int) -> Text:
        """The line, with its colours."""
        line = super().get_line(line_index)
        self.colour(line, line_index)
        return line

    def colour(self, line: Text, line_index: int) -> None:
        """Put colours on a line."""
        spans = line_spans("\n".join(self.document.lines))
        if line_index < len(spans):
            self.colour_spans(line, spans[line_index])

    def colour_spans(self, line: Text, spans: tuple[tuple[int, int, str], ...]) -> None:
        """Put the theme's colours on parts of a line."""
        if not self._styles:
            self._styles = styles(self.app.theme_variables)
        for start, end, kind in spans:
            line.stylize(self._styles[kind], start, end)

    # --- typing

    async def _on_key(self, event: events.Key) -> None:
        # Textual calls the base class's handler as well, unless the default is prevented.
        # Escape is the screen's, tab is `action_indent`.
        shortcut = is_shortcut(event.key)
        if event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self.new_line()
        elif (shortcut or not event.is_printable) and await self._acted_on(event.key):
            event.stop()
            event.prevent_default()
        elif shortcut or event.key in {"escape", "tab"}:
            event.prevent_default()

    async def _acted_on(self, key: str) -> bool:
        """Do at once what a key of the editor's own is for.

        Textual has the app do it, once the key has bubbled up; letters that came with it (over a
        slow line, or while the app was busy) would be written before.
        """
        bound = self.screen.active_bindings.get(key)
        if bound is None or bound.node is not self or not bound.enabled:
            return False
        return await self.app.run_action(bound.binding.action, self)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Only what is typed is the editor's; tab is a binding."""
        typed = key != "tab" and not is_shortcut(key)
        return typed and super().check_consume_key(key, character)

    def new_line(self) -> None:
        """Break the line and indent the new one as Python wants it."""
        row, column = min(self.selection)
        before = self.document.get_line(row)[:column]
        self._replace_via_keyboard("\n" + " " * _next_indent(before), *self.selection)

    def action_delete_left(self) -> None:
        """Backspace: in the indentation, one level."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        if self.selection.is_empty and before and before.isspace() and "\t" not in before:
            start = (len(before) - 1) // _INDENT * _INDENT
            self._delete_via_keyboard((row, start), (row, column))
        else:
            super().action_delete_left()

    def action_indent(self) -> None:
        """Tab: spaces to the next stop, or the selected lines one level in."""
        if self.selection.is_empty:
            row, column = self.cursor_location
            width = _INDENT - self.get_column_width(row, column) % _INDENT
            self._replace_via_keyboard(" " * width, *self.selection)
        else:
            self._shift_lines(lambda line: " " * _INDENT + line if line.strip() else line)

    def action_dedent(self) -> None:
        """Shift+tab: the line, or the selected lines, one level out."""
        self._shift_lines(_dedented)

    def action_next_blank(self) -> None:
        """Select the next blank of a starter, so that what is typed takes its place."""
        rows = self.document.lines
        blanks = [
            (row, at.start()) for row, text in enumerate(rows) for at in _BLANK.finditer(text)
        ]
        if blanks:
            here = max(self.selection)
            row, column = next((blank for blank in blanks if blank >= here), blanks[0])
            self.selection = Selection((row, column), (row, column + len(BLANK)))

    def _shift_lines(self, shift: Callable[[str], str]) -> None:
        """Change the selected lines in one step, so that one undo takes it back."""
        start, end = self.selection
        (first, _), (last, last_column) = sorted((start, end))
        if last > first and last_column == 0:
            last -= 1
        old = [self.document.get_line(row) for row in range(first, last + 1)]
        new = [shift(line) for line in old]
        if self.read_only or new == old:
            return
        self.replace("\n".join(new), (first, 0), (last, len(old[-1])))

        def moved(location: tuple[int, int]) -> tuple[int, int]:
            row, column = location
            if not first <= row <= last or (column == 0 and start != end):
                return location
            return row, max(0, column + len(new[row - first]) - len(old[row - first]))

        self.selection = type(self.selection)(moved(start), moved(end))

    # --- copying

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a selection, ctrl+c is the screen's."""
        if action == "copy":
            return self.copies and self.selected_text not in {"", BLANK}  # nobody wants a blank
        return super().check_action(action, parameters)

    def action_copy(self) -> None:
        """Copy the selection and say so."""
        copy(self, self.selected_text)


def copy(widget: Widget, text: str) -> None:
    """Copy text, and say what to do where the terminal does not take it."""
    widget.app.copy_to_clipboard(text)
    widget.notify(
        f"Copied {len(text)} characters; ctrl+v pastes here. If another program gets nothing, your "
        "terminal ignores such requests (OSC 52): hold shift and select with the mouse.",
        markup=False,
    )


def _next_indent(before: str) -> int:
    """How far the line after `before` is indented."""
    indent = len(before) - len(before.lstrip(" "))
    code = before.strip()
    spans = line_spans(before)
    if spans and (comment := next((s for s in spans[0] if s[2] == "comment"), None)):
        code = before[: comment[0]].strip()
    if code.endswith((":", "(", "[", "{")):
        return indent + _INDENT
    if code.split(" ")[0] in _ENDS_BLOCK:
        return max(0, indent - _INDENT)
    return indent


def _dedented(line: str) -> str:
    spaces = len(line) - len(line.lstrip(" "))
    return line[min(spaces, (spaces - 1) % _INDENT + 1 if spaces else 0) :]
