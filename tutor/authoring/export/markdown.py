"""A lesson as one Markdown document."""

from __future__ import annotations

from tutor.authoring.export.pieces import CODE, Piece, pieces
from tutor.authoring.export.text import fenced
from tutor.course.model import Lesson

__all__ = ["as_markdown", "folded"]


def as_markdown(
    lesson: Lesson, *, answers: bool, fold: bool = True, only: str | None = None
) -> str:
    """The lesson's text and code.

    Args:
        lesson: any.
        answers: whether solutions and explanations are in it.
        fold: whether hints and answers are folded away, as HTML; without, they stand open.
        only: the id of the one exercise to give; all where None.
    """
    parts = [_part(piece, fold=fold) for piece in pieces(lesson, answers=answers, only=only)]
    return "\n\n".join(parts) + "\n"


def _part(piece: Piece, *, fold: bool) -> str:
    text = fenced(piece.text, "python") if piece.role in CODE else piece.text.strip()
    match piece.role:
        case "setup":
            when = "This runs first" if piece.exercise else "This runs before every exercise"
            return f"*{when}:*\n\n{text}"
        case "text" | "starter":
            return text
        case _:
            return folded(piece.title, text) if fold else f"**{piece.title}**\n\n{text}"


def folded(title: str, text: str) -> str:
    """Markdown that a click opens."""
    return f"<details>\n<summary>{title}</summary>\n\n{text.strip()}\n\n</details>"
