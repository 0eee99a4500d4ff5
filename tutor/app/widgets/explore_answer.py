"""Where an exploration happens: the REPL, and how far its goal is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
from textual.widgets import Static

from tutor.app.literal import inline
from tutor.app.widgets.answer_base import AnswerPane
from tutor.app.widgets.repl_input import ReplInput
from tutor.app.widgets.repl_pane import ReplPane
from tutor.judging.programs import cells_of, text_of

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tutor.course.model import Explore
    from tutor.engine.results import CellResult
    from tutor.judging.verdict import Verdict

__all__ = ["ExploreAnswer"]

_GOAL = "The goal is looked for after every cell that runs without an error."
_FREE = "There is no goal: run what you like."
_REACHED = "✓ The goal is reached. Go on with ctrl+n, or stay and play."
_DONE = "✓ Done. Go on with ctrl+n, or stay and play."


_LINE = re.compile(r"(?:^|(?<=[.:] ))On line \d+, (?=`)| on line \d+\b")
_NAME_IT = " Use exactly this name in the answer."


def _without_lines(said: str) -> str:
    """What is said of an answer, for cells: their lines have no numbers that one could see."""
    return _LINE.sub("", said).replace(_NAME_IT, "")


class _Cell(msgspec.Struct, frozen=True):
    """One cell that ran without an error, and the session's state after it."""

    code: str
    checkpoint: int


class ExploreAnswer(AnswerPane):
    """The answer is what ran without an error in the session, cell by cell.

    Attributes:
        before: cells that ran in an earlier session, which can be run again.
    """

    def __init__(self, exercise: Explore) -> None:
        super().__init__()
        self._exercise = exercise
        self._cells: list[_Cell] = []
        self.before: tuple[str, ...] = ()

    def compose(self) -> ComposeResult:
        """The goal above the REPL."""
        yield Static(inline(_GOAL if self._exercise.goal else _FREE), id="goal")
        yield ReplPane(id="repl")

    @property
    def repl(self) -> ReplPane:
        """The REPL."""
        return self.query_one(ReplPane)

    @property
    def answer(self) -> str:
        """The cells that ran without an error, one below the other."""
        return text_of([cell.code for cell in self._cells])

    def load(self, text: str) -> None:
        """Offer the cells of an earlier time; put the exercise's first cell into the line."""
        self._offer(cells_of(text))
        begin = "" if self.before else self._exercise.starter.rstrip()
        self.repl.input.load_text(begin)
        self.repl.input.move_cursor(self.repl.input.document.end)

    def _offer(self, cells: list[str]) -> None:
        if not cells:
            return
        self.before = tuple(cells)
        ReplInput.remember(cells)
        self.repl.input.forget_place()
        many = f"{len(cells)} cells" if len(cells) > 1 else "one cell"
        self.repl.note(f"— {many} from before: ctrl+r runs them again, arrow up brings each back —")

    # --- what happens in the session

    def ran(self, code: str, result: CellResult) -> bool:
        """A cell came to its end; whether it counts."""
        if result.status != "ok":
            return False
        self._cells.append(_Cell(code, result.checkpoint))
        self.post_message(self.Changed())
        return True

    def went_back(self, checkpoint: int) -> None:
        """The session is again what it was at that checkpoint."""
        self._cells = [cell for cell in self._cells if cell.checkpoint <= checkpoint]
        self.post_message(self.Changed())

    def restarted(self) -> None:
        """The session is a fresh one; what ran in the old one can be run again."""
        cells, self._cells = [cell.code for cell in self._cells], []
        self._offer(cells)

    # --- the goal

    def tell(self, verdict: Verdict) -> None:
        """Say how far the goal is."""
        goal = self.query_one("#goal", Static)
        goal.set_class(verdict.status == "pass", "-reached")
        if verdict.status == "pass":
            goal.update(inline(_REACHED if self._exercise.goal else _DONE))
        elif verdict.status == "fail":
            said = _without_lines(" ".join(verdict.message.split()))
            goal.update(inline(f"Not there yet: {said}" if self._cells else _GOAL))
        else:
            goal.update(inline("! The goal cannot be looked for; ctrl+s says why."))

    def focus_here(self) -> None:
        """Take the keyboard."""
        self.repl.input.focus(scroll_visible=False)
