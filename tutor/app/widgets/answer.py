"""Where the learner answers: one widget for each kind of exercise, all alike from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Button, Static, TextArea

from tutor.app.literal import literal
from tutor.app.widgets.answer_base import AnswerPane
from tutor.app.widgets.choice_list import ChoiceList
from tutor.app.widgets.code_editor import CodeEditor
from tutor.app.widgets.code_view import CodeView
from tutor.app.widgets.explore_answer import ExploreAnswer
from tutor.app.widgets.order_answer import OrderAnswer
from tutor.app.widgets.prediction_input import PredictionInput
from tutor.course.asking import has_several, question_of
from tutor.course.model import Choice, Code, Explore, Order, Predict

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tutor.course.model import Exercise

__all__ = ["AnswerPane", "answer_pane"]


class ReadAnswer(AnswerPane):
    """Nothing to answer: go on."""

    def compose(self) -> ComposeResult:
        """A button."""
        yield Button("Continue (enter)", id="continue", compact=True)

    @on(Button.Pressed)
    def _pressed(self, message: Button.Pressed) -> None:
        message.stop()
        self.post_message(self.Submitted())

    def focus_here(self) -> None:
        """Take the keyboard."""
        self.query_one("#continue").focus(scroll_visible=False)


class CodeAnswer(AnswerPane):
    """An editor."""

    def compose(self) -> ComposeResult:
        """The editor."""
        yield CodeEditor(id="editor")

    @property
    def editor(self) -> CodeEditor:
        """The editor."""
        return self.query_one("#editor", CodeEditor)

    @property
    def answer(self) -> str:
        """The code."""
        return self.editor.text

    def load(self, text: str) -> None:
        """Put a kept answer in, with nothing to undo."""
        with self.editor.prevent(TextArea.Changed):
            self.editor.load_text(text)
        self.editor.action_next_blank()

    def replace(self, text: str) -> None:
        """Put other code in; undo brings the old code back."""
        self.editor.replace(text, (0, 0), self.editor.document.end)
        self.editor.move_cursor((0, 0))
        self.editor.action_next_blank()

    def focus_here(self) -> None:
        """Take the keyboard."""
        self.editor.focus(scroll_visible=False)

    @on(TextArea.Changed)
    def _changed(self, message: TextArea.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())


class PredictAnswer(AnswerPane):
    """Code to read, and a line for what it does."""

    def __init__(self, exercise: Predict) -> None:
        super().__init__()
        self._exercise = exercise

    def compose(self) -> ComposeResult:
        """The code, the question, the input."""
        with VerticalScroll(id="predict-code", can_focus=False):
            yield CodeView(self._exercise.code)
        printed = self._exercise.ask == "output"
        way = "ctrl+s checks" if printed else "enter checks"
        with Vertical(id="below"):
            yield Static(literal(f"{question_of(self._exercise)}  ({way})", "bold"), id="ask")
            yield PredictionInput(many_lines=printed, id="prediction")

    @property
    def input(self) -> PredictionInput:
        """The line to type in."""
        return self.query_one("#prediction", PredictionInput)

    @property
    def answer(self) -> str:
        """The prediction."""
        return self.input.text

    def load(self, text: str) -> None:
        """Put a kept prediction in."""
        with self.input.prevent(TextArea.Changed):
            self.input.load_text(text)
        self.input.move_cursor(self.input.document.end)

    def focus_here(self) -> None:
        """Take the keyboard."""
        self.input.focus(scroll_visible=False)

    @on(TextArea.Changed)
    def _changed(self, message: TextArea.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())

    @on(PredictionInput.Submitted)
    def _submitted(self, message: PredictionInput.Submitted) -> None:
        message.stop()
        self.post_message(self.Submitted())


class ChoiceAnswer(AnswerPane):
    """Options to choose from."""

    def __init__(self, exercise: Choice) -> None:
        super().__init__()
        self._exercise = exercise

    def compose(self) -> ComposeResult:
        """What to do, and the options."""
        several = has_several(self._exercise)
        how = (
            "Choose all that apply: space or a digit; enter checks."
            if several
            else "Choose one: a digit or space; enter checks."
        )
        yield Static(literal(how, "dim"), id="how")
        texts = tuple(option.text for option in self._exercise.options)
        yield ChoiceList(texts, several=several, id="choices")

    @property
    def choices(self) -> ChoiceList:
        """The options."""
        return self.query_one("#choices", ChoiceList)

    @property
    def answer(self) -> str:
        """The numbers of the chosen options."""
        return ",".join(str(number) for number in sorted(self.choices.chosen))

    def load(self, text: str) -> None:
        """Choose what was chosen."""
        numbers = {int(part) for part in text.split(",") if part.strip().isdecimal()}
        self.choices.choose(numbers)

    def focus_here(self) -> None:
        """Take the keyboard."""
        self.choices.focus(scroll_visible=False)

    @on(ChoiceList.Changed)
    def _changed(self, message: ChoiceList.Changed) -> None:
        message.stop()
        self.post_message(self.Changed())

    @on(ChoiceList.Submitted)
    def _submitted(self, message: ChoiceList.Submitted) -> None:
        message.stop()
        self.post_message(self.Submitted())


def answer_pane(exercise: Exercise) -> AnswerPane:
    """The widget for an exercise's kind."""
    match exercise:
        case Code():
            pane: AnswerPane = CodeAnswer()
        case Predict():
            pane = PredictAnswer(exercise)
        case Choice():
            pane = ChoiceAnswer(exercise)
        case Order():
            pane = OrderAnswer(exercise)
        case Explore():
            pane = ExploreAnswer(exercise)
        case _:
            pane = ReadAnswer()
    pane.id = "answer"
    pane.add_class(f"-{exercise.__struct_config__.tag}")
    return pane
