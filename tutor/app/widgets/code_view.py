"""Python code to read, with line numbers and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text
from textual.widgets import Static

from tutor.app.highlight import line_spans, styles
from tutor.engine.text import neutralise

if TYPE_CHECKING:
    from textual.theme import Theme

__all__ = ["CodeView"]


class CodeView(Static):
    """Numbered lines; drawn again when the theme changes."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self._code = neutralise(code.rstrip("\n")).expandtabs(4)

    def on_mount(self) -> None:
        """Draw, and follow the theme."""
        self.app.theme_changed_signal.subscribe(self, self._draw)
        self._draw()

    def _draw(self, _: Theme | None = None) -> None:
        looks = styles(self.app.theme_variables)
        lines = self._code.split("\n")
        width = len(str(len(lines)))
        drawn = []
        for number, (line, spans) in enumerate(zip(lines, line_spans(self._code), strict=False), 1):
            text = Text(line)
            for start, end, kind in spans:
                text.stylize(looks[kind], start, end)
            drawn.append(Text.assemble((f"{number:>{width}}  ", "dim"), text))
        self.update(Text("\n").join(drawn))
