"""What happened in the REPL: bounded, literal, and it can be selected and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from rich.style import Style
from rich.text import Text

from tutor.app.highlight import line_spans
from tutor.app.widgets.code_editor import CodeEditor
from tutor.engine.text import neutralise

if TYPE_CHECKING:
    from textual.timer import Timer

__all__ = ["Kind", "Transcript"]

Kind: TypeAlias = Literal["input", "stdout", "stderr", "note"]

_MAX_LINES = 2000
_MAX_WIDTH = 4000
_FRAME = 0.05
_PROMPT = 4


class Transcript(CodeEditor):
    """Appends text as it comes, at most some frames a second, and keeps the last lines."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("", id=id, numbers=False)
        self.read_only = True
        self._kinds: list[Kind] = ["note"]
        self._pending: list[tuple[Kind, str]] = []
        self._timer: Timer | None = None

    def feed(self, kind: Kind, text: str) -> None:
        """Append text; it is drawn with the next frame."""
        self._pending.append((kind, text))
        if self._timer is None and self.is_attached:
            self._timer = self.set_timer(_FRAME, self.flush)

    def line(self, kind: Kind, text: str) -> None:
        """Append whole lines of their own."""
        self.flush()
        if self._kinds and self.document.get_line(self.document.line_count - 1):
            text = "\n" + text
        self.feed(kind, text.rstrip("\n") + "\n")
        self.flush()

    def flush(self) -> None:
        """Draw what is waiting."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        pending, self._pending = self._pending, []
        follow = self.scroll_offset.y >= self.max_scroll_y - 1
        for kind, text in _joined(pending):
            self._append(kind, text)
        if pending:
            self._trim()
            self.history.clear()
            if follow and not self.selected_text:
                self.move_cursor(self.document.end)
                self.scroll_end(animate=False, immediate=True)

    def wipe(self) -> None:
        """Forget everything."""
        self._pending.clear()
        self._kinds = ["note"]
        self.load_text("")

    def _append(self, kind: Kind, text: str) -> None:
        lines = [_cut(line) for line in neutralise(text).split("\n")[-_MAX_LINES:]]
        if not self.document.get_line(self.document.line_count - 1):
            self._kinds[-1] = kind
        self._kinds += [kind] * (len(lines) - 1)
        self.insert("\n".join(lines), self.document.end, maintain_selection_offset=True)

    def _trim(self) -> None:
        surplus = self.document.line_count - _MAX_LINES
        if surplus > 0:
            del self._kinds[:surplus]
            self.delete((0, 0), (surplus, 0))

    def colour(self, line: Text, line_index: int) -> None:
        """Colour what was typed like code; the rest by where it came from."""
        kind = self._kinds[line_index] if line_index < len(self._kinds) else "stdout"
        if kind == "input":
            line.stylize(Style(dim=True), 0, _PROMPT)
            for spans in line_spans(line.plain[_PROMPT:])[:1]:
                shifted = tuple((a + _PROMPT, b + _PROMPT, kind) for a, b, kind in spans)
                self.colour_spans(line, shifted)
        elif kind == "note":
            line.stylize(Style(italic=True, dim=True))
        elif kind == "stderr":
            self.colour_spans(line, ((0, len(line.plain), "number"),))


def _joined(pieces: list[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """Neighbours of one kind as one piece."""
    joined: list[tuple[Kind, list[str]]] = []
    for kind, text in pieces:
        if joined and joined[-1][0] == kind:
            joined[-1][1].append(text)
        else:
            joined.append((kind, [text]))
    return [(kind, "".join(texts)) for kind, texts in joined]


def _cut(line: str) -> str:
    if len(line) <= _MAX_WIDTH:
        return line
    return f"{line[:_MAX_WIDTH]} … ({len(line) - _MAX_WIDTH} more characters)"
