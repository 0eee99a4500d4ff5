"""The hints seen so far, and the solution once it was asked for."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.widgets import Markdown

from tutor.course.model import Choice, Code, Exercise, Explore, Order, Read

__all__ = ["HintsView", "has_solution", "solution_of"]


class HintsView(VerticalScroll):
    """Markdown, growing with each hint."""

    async def show(self, exercise: Exercise, hints: int, *, solution: bool) -> None:
        """Show the first hints, and the solution."""
        text = _text(exercise, hints, solution=solution)
        document = Markdown(text)
        async with self.batch():
            await self.remove_children()
            await self.mount(document)
        self.scroll_end(animate=False)


def _text(exercise: Exercise, hints: int, *, solution: bool) -> str:
    total = len(exercise.hints)
    parts = [
        f"**Hint {number} of {total}**\n\n{hint}"
        for number, hint in enumerate(exercise.hints[:hints], 1)
    ]
    if solution:
        parts.append(solution_of(exercise))
        if exercise.explanation:
            parts.append(f"**Why**\n\n{exercise.explanation}")
    elif hints < total:
        parts.append(f"*ctrl+t shows the next hint; {total - hints} left.*")
    else:
        parts.append("*That was the last hint; ctrl+o shows the solution.*")
    return "\n\n".join(parts)


def has_solution(exercise: Exercise) -> bool:
    """Whether there is one to show."""
    return bool(exercise.solution) if isinstance(exercise, Explore) else type(exercise) is not Read


def solution_of(exercise: Exercise) -> str:
    """The model solution, as Markdown."""
    match exercise:
        case Code() | Order() | Explore():
            return f"**Solution**\n\n~~~~~~python\n{exercise.solution.rstrip()}\n~~~~~~"
        case Choice():
            right = [f"- {option.text}" for option in exercise.options if option.correct]
            return "\n".join(["**Solution**", "", *right])
        case _:
            return "**Solution**\n\nThe code ran in the REPL: look there."
