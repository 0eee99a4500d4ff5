"""A verdict, in words and signs as well as in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.widgets import Markdown, Static

from tutor.app.literal import inline, literal
from tutor.course.model import Choice
from tutor.judging.verdict import first_cause

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.widget import Widget

    from checks.finding import Finding
    from tutor.course.model import Exercise
    from tutor.judging.verdict import Verdict

__all__ = ["VerdictView"]

_TITLES = {
    "pass": "✓ PASSED",
    "fail": "✗ NOT YET",
    "error": "! THE TUTOR FAILED — this is not your fault, and it does not count",
}
_WHAT_TO_DO = (
    "Check again (ctrl+s). If it stays, go on with ctrl+n, and run `tutor doctor` in a terminal: "
    "it says what is missing on this machine."
)
_FIRST = "Nothing has been checked yet. ctrl+s checks your answer."


class VerdictView(VerticalScroll):
    """The last verdict, or what is under way."""

    async def say(self, text: str, style: str = "$text-muted") -> None:
        """Show a sentence in place of a verdict."""
        await self._put([Static(literal(text, style))])

    async def show(self, verdict: Verdict, exercise: Exercise, answer: str) -> None:
        """Show a verdict."""
        self.set_classes(f"pane -{verdict.status}")
        await self._put(list(_parts(verdict, exercise, answer)))
        self.scroll_home(animate=False)

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self.mount(Static(literal(_FIRST, "$text-muted")))

    async def _put(self, parts: list[Widget]) -> None:
        async with self.batch():
            await self.remove_children()
            await self.mount_all(parts)


def _parts(verdict: Verdict, exercise: Exercise, answer: str) -> Iterator[Widget]:
    yield Static(literal(_title(verdict)), classes="title")
    if isinstance(exercise, Choice) and (said := list(_options(exercise, answer, verdict))):
        yield from said
    else:
        yield from _cause(verdict)
    if verdict.truth:
        yield from _block("What really happens:", verdict.truth)
    if verdict.output.strip():
        whose = "What the code shows:" if isinstance(exercise, Choice) else "Your answer printed:"
        yield from _block(whose, verdict.output.rstrip())
    if verdict.status == "error":
        yield Static(inline(_WHAT_TO_DO))
    if verdict.status == "pass":
        if exercise.explanation:
            yield Markdown(exercise.explanation)
        yield Static(literal("ctrl+n goes on; ctrl+o shows the model solution.", "$text-muted"))


def _cause(verdict: Verdict) -> Iterator[Widget]:
    """The author's word on it, the first finding, and that there are more."""
    failed = [finding for finding in verdict.findings if finding.status != "pass"]
    cause = first_cause(failed)
    if verdict.mistake is not None:
        yield Markdown(verdict.mistake.says)
    if cause is not None and cause.says:
        yield Markdown(cause.says)
    elif verdict.message and not (verdict.mistake and _same(verdict.message, verdict.mistake.says)):
        yield Static(inline(verdict.message), classes="message")
    if failed and not verdict.truth:
        yield from _finding(cause or failed[0], verdict.message)
    if len(failed) > 1 and verdict.status == "fail":
        more = f"… and {len(failed) - 1} more of {len(verdict.findings)} checks."
        yield Static(literal(more, "$text-muted"))


def _title(verdict: Verdict) -> str:
    if verdict.status == "error":
        return _TITLES["error"]
    score, most = (f"{points:g}" for points in (verdict.score, verdict.max_score))
    return f"{_TITLES[verdict.status]}   {score} of {most} point{'' if most == '1' else 's'}"


def _finding(finding: Finding, message: str) -> Iterator[Widget]:
    if finding.message and not _same(finding.message, message):
        yield Static(inline(finding.message))
    for label, value in (("expected", finding.expected), ("yours", finding.actual)):
        if value:
            gap = "\n" + " " * 10
            yield Static(literal(f"{label + ':':<10}{value.rstrip().replace(chr(10), gap)}"))
    if finding.line is not None and f"line {finding.line}" not in f"{message} {finding.message}":
        yield Static(literal(f"in line {finding.line} of your answer", "$text-muted"))


def _options(exercise: Choice, answer: str, verdict: Verdict) -> Iterator[Widget]:
    """What the author says of the options: of the chosen ones, and of all once it is passed."""
    chosen = {part.strip() for part in answer.split(",")}
    everything = verdict.status == "pass"
    if any(finding.code == "missing-option" for finding in verdict.findings):
        yield Static(inline(verdict.message), classes="message")
    for number, option in enumerate(exercise.options, 1):
        if option.says and (everything or str(number) in chosen):
            mine = "your choice" if str(number) in chosen else "the other way"
            mark = "✓" if option.correct else "✗"
            yield Static(literal(f"{mark} {number} ({mine})", "bold"))
            yield Markdown(option.says)


def _block(title: str, text: str) -> Iterator[Widget]:
    yield Static(literal(title, "$text-muted"))
    yield Static(literal(text), classes="block")


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
