"""A verdict, in words and signs as well as in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Markdown, Static

from checks.tensor_diff import read_diff
from tutor.app.literal import inline, literal
from tutor.app.widgets.diff_view import DiffView
from tutor.app.widgets.shape_view import draw_shapes
from tutor.course.model import Choice, Explore, Predict
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
_NOT_THERE = "… NOT THERE YET — this is no failure: go on, the goal is looked for all the time"
_LESSON_FAILED = "! THE LESSON HAS A FAULT — this is not your fault, and it does not count"
_WHAT_TO_DO = (
    "Check again (ctrl+s). If it stays, go on with ctrl+n, and run `tutor doctor` in a terminal: "
    "it says what is missing on this machine."
)
_WHAT_TO_DO_THEN = "Go on with ctrl+n. Whoever wrote the lesson should know of it."
_ONLY_SHAPES = ("shape ", "tensor of shape ")
"""How a value begins that says no more than a drawing of its shape."""

_FIRST = "Nothing has been checked yet. ctrl+s checks your answer."


class VerdictView(VerticalScroll):
    """The last verdict, or what is under way."""

    async def say(self, text: str, style: str = "dim") -> None:
        """Show a sentence in place of a verdict."""
        await self._put([Static(literal(text, style))])

    async def show(self, verdict: Verdict, exercise: Exercise, answer: str) -> None:
        """Show a verdict."""
        self.set_classes(f"pane -{verdict.status}")
        await self._put(list(_parts(verdict, exercise, answer)))
        self.scroll_home(animate=False)

    def on_mount(self) -> None:
        """Say that there is nothing yet."""
        self.mount(Static(literal(_FIRST, "dim")))

    async def _put(self, parts: list[Widget]) -> None:
        async with self.batch():
            await self.remove_children()
            await self.mount_all(parts)


def _parts(verdict: Verdict, exercise: Exercise, answer: str) -> Iterator[Widget]:
    far = isinstance(exercise, Explore) and verdict.status == "fail"
    yield Static(literal(_NOT_THERE if far else _title(verdict)), classes="title")
    if isinstance(exercise, Choice) and (said := list(_options(exercise, answer, verdict))):
        yield from said
    else:
        yield from _cause(verdict)
    if verdict.truth:
        yield from _block("What really happens:", verdict.truth)
    if verdict.output.strip() and not isinstance(exercise, Explore):  # there it was seen
        whose = "What the code shows:" if isinstance(exercise, Choice) else "Your answer printed:"
        yield from _block(whose, verdict.output.rstrip())
    if verdict.status == "error":
        yield Static(inline(_WHAT_TO_DO_THEN if verdict.lesson_at_fault else _WHAT_TO_DO))
    if verdict.status == "pass":
        if exercise.explanation:
            yield Markdown(exercise.explanation)
        yield Static(literal(f"ctrl+n goes on; ctrl+o {_shown_by(exercise)}.", "dim"))


def _shown_by(exercise: Exercise) -> str:
    return "runs the code" if isinstance(exercise, Predict) else "shows the model solution"


def _cause(verdict: Verdict) -> Iterator[Widget]:
    """The author's word on it, the first finding, and that there are more."""
    failed = [finding for finding in verdict.findings if finding.status != "pass"]
    cause = first_cause(failed)
    if verdict.mistake is not None:
        yield Markdown(verdict.mistake.says)
    if cause is not None and cause.says:
        yield Markdown(cause.says)
    elif verdict.mistake is not None and cause is not None and cause.code == "unreadable":
        pass  # it was foreseen, and understood
    elif verdict.message and not (verdict.mistake and _same(verdict.message, verdict.mistake.says)):
        yield Static(inline(verdict.message), classes="message")
    if failed and not verdict.truth:
        yield from _finding(cause or failed[0], verdict.message)
    others = sum(finding.status == "fail" for finding in failed) - 1
    if others > 0 and verdict.status == "fail":
        more = f"… and {others} more of {len(verdict.findings)} checks."
        yield Static(literal(more, "dim"))


def _title(verdict: Verdict) -> str:
    if verdict.status == "error":
        return _LESSON_FAILED if verdict.lesson_at_fault else _TITLES["error"]
    score, most = (f"{points:g}" for points in (verdict.score, verdict.max_score))
    return f"{_TITLES[verdict.status]}   {score} of {most} point{'' if most == '1' else 's'}"


def _finding(finding: Finding, message: str) -> Iterator[Widget]:
    if finding.message and not _same(finding.message, message):
        yield Static(inline(finding.message))
    diff = read_diff(finding.details)
    if diff is not None and diff.total > 1:
        yield DiffView(diff)
    else:
        yield from _values(finding, message)
    if finding.line is not None and f"line {finding.line}" not in f"{message} {finding.message}":
        yield Static(literal(f"in line {finding.line} of your answer", "dim"))


def _values(finding: Finding, message: str) -> Iterator[Widget]:
    """Both shapes where they differ, and both values in short."""
    shapes = draw_shapes(finding.details)
    if shapes:
        yield Static(Content("\n").join(shapes), classes="diff")
    for label, value in (("expected", finding.expected), ("yours", _news(finding, message))):
        if value and not (shapes and value.startswith(_ONLY_SHAPES)):
            yield Horizontal(
                Static(f"{label}:", classes="label"),
                Static(inline(value.rstrip())),
                classes="value",
            )


def _news(finding: Finding, message: str) -> str:
    """What the answer gave, unless the message has said it in as many words."""
    _, _, said = finding.actual.partition(": ")  # of an exception: what it says
    alone = not finding.expected or bool(said)
    told = " ".join(f"{message} {finding.message}".split())
    return "" if alone and (said or finding.actual).rstrip(".") in told else finding.actual


def _options(exercise: Choice, answer: str, verdict: Verdict) -> Iterator[Widget]:
    """What the author says of the options: of the chosen ones, and of all once it is passed."""
    chosen = {part.strip() for part in answer.split(",")}
    everything = verdict.status == "pass"
    if any(finding.code == "missing-option" for finding in verdict.findings):
        yield Static(inline(verdict.message), classes="message")
    options = list(enumerate(exercise.options, 1))
    if not everything:  # what is wrong first: there may be little room
        options.sort(key=lambda numbered: numbered[1].correct)
    for number, option in options:
        if option.says and (everything or str(number) in chosen):
            mine = "your choice" if str(number) in chosen else "not chosen"
            mark = "✓" if option.correct else "✗"
            yield Static(literal(f"{mark} {number} ({mine})", "bold"))
            yield Markdown(option.says)


def _block(title: str, text: str) -> Iterator[Widget]:
    yield Static(literal(title), classes="heading")
    yield Static(literal(text), classes="block")


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()
