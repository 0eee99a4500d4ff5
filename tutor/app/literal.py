"""Text that is shown exactly as it is: never markup, never a terminal's control sequence."""

from __future__ import annotations

from textual.content import Content

from tutor.engine.text import neutralise

__all__ = ["inline", "literal", "title"]


def literal(text: str, style: str = "") -> Content:
    """`text` for a widget: no markup, control characters made visible, tabs expanded."""
    content = Content(neutralise(text).expandtabs(4))
    return content.stylize(style) if style else content


def inline(text: str, style: str = "") -> Content:
    """A text in which only `code` between backticks is marked; nothing else is interpreted."""
    parts = neutralise(text).strip().split("`")
    if len(parts) % 2 == 0:
        return literal(text.strip(), style)
    return Content.assemble(
        *((part, "bold $text-accent" if i % 2 else style) for i, part in enumerate(parts))
    )


def title(text: str, style: str = "", *, by: int = 0) -> Content:
    """An author's text on one line, whatever line breaks are in it, moved to the right."""
    return literal(" " * by + " ".join(text.split()), style)
