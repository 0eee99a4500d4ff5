"""A lesson as a Jupyter notebook."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from tutor.authoring.export.markdown import folded
from tutor.authoring.export.pieces import CODE, Piece, pieces
from tutor.course.model import Lesson
from tutor.errors import UsageError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["as_notebook"]

_LONGEST_ID: Final = 64
_DIGEST: Final = 8
_METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def as_notebook(lesson: Lesson, *, answers: bool) -> str:
    """The notebook, as the text of its file; the same for the same lesson.

    Args:
        lesson: any.
        answers: whether solutions stand in it, in place of the starters.

    Raises:
        UsageError: nbformat is not installed.
    """
    nbformat = _nbformat()
    cells = [_cell(nbformat.v4, piece) for piece in pieces(lesson, answers=answers)]
    if answers:
        cells = [cell for cell in cells if "starter" not in cell["metadata"]["tags"]]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=_METADATA)
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook).rstrip()}\n"


def _cell(v4: Any, piece: Piece) -> dict[str, Any]:
    text = piece.text.strip("\n")
    if piece.role not in CODE and piece.title:
        text = folded(piece.title, text)
    make = v4.new_code_cell if piece.role in CODE else v4.new_markdown_cell
    cell: dict[str, Any] = make(text, id=_id(piece), metadata={"tags": [piece.role]})
    return cell


def _id(piece: Piece) -> str:
    """Made from the ids of the lesson file, so that a cell keeps its id when others change.

    No id of an exercise has an underscore, so no two cells have the same.
    """
    whole = f"{piece.exercise}_{piece.name}"
    if len(whole) <= _LONGEST_ID:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:_DIGEST]
    return f"{whole[: _LONGEST_ID - _DIGEST - 2]}__{digest}"


def _nbformat() -> ModuleType:
    try:
        import nbformat  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise UsageError(
            "a notebook needs nbformat, which is not installed: pip install 'tensor-tutor[export]'"
        ) from error
    module: ModuleType = nbformat
    return module
