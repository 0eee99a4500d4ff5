"""The course: its lessons, and how far one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from tutor.app.keys import HOME, bindings
from tutor.app.literal import literal
from tutor.app.screens.live import LiveScreen
from tutor.app.widgets.lesson_entry import broken_entry, continue_entry, lesson_entry
from tutor.app.widgets.status import StatusLine
from tutor.app.widgets.trouble import Trouble

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.app.keys import Act
    from tutor.course.model import Course, Exercise, Lesson

__all__ = ["HomeScreen"]

_CONTINUE = "continue"


class HomeScreen(LiveScreen):
    """Enter opens a lesson where it is not finished yet; the first entry is where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(HOME)]
    acts: ClassVar[tuple[Act, ...]] = HOME
    AUTO_FOCUS = "#lessons"

    def compose(self) -> ComposeResult:
        """A title, the list, a status line, the keys."""
        yield Static(literal("Tensor Tutor"), id="title")
        yield Trouble(id="trouble")
        yield Static(literal("Reading the lessons…", "dim"), id="summary")
        yield OptionList(id="lessons", compact=True)
        yield StatusLine(id="status")
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """The engine's state stands in the status line from the start."""
        self.show_state()

    def on_screen_resume(self) -> None:
        """Back from an exercise: the progress is another one."""
        self.show_course()

    def on_resize(self) -> None:
        """The summaries are wrapped to the width."""
        self.show_course()

    def show_state(self) -> None:
        """Draw the status line anew."""
        if not self.standing:
            return
        room = self.app.classroom
        self.query_one(StatusLine).show(room.line, problem=self.app.notebook.problem)
        self.query_one(Trouble).show(room.reason if room.state == "failed" else "")

    def show_course(self) -> None:
        """Draw the list anew, as soon as there is a course."""
        course = self.app.course
        if course is None or not self.standing:
            return
        self.query_one("#title", Static).update(literal(f"Tensor Tutor · {course.title}"))
        summary = self.query_one("#summary", Static)
        summary.update(literal(_summary(course)))
        summary.display = bool(_summary(course))
        lessons = self.query_one("#lessons", OptionList)
        highlighted = lessons.highlighted
        lessons.set_options(self._options(course))
        lessons.highlighted = highlighted or 0
        self.refresh_bindings()

    def show_failure(self, reason: str) -> None:
        """Say why there is no course."""
        self.query_one("#summary", Static).update(
            literal(f"! The lessons cannot be read: {reason}", "$text-error")
        )

    def _options(self, course: Course) -> list[Option | None]:
        passed = self.app.notebook.passed(course.id)
        where = self.where()
        options: list[Option | None] = []
        if where is not None:
            options += [Option(continue_entry(*where), id=_CONTINUE), None]
        if course.problems:
            options.append(Option(broken_entry("course.yaml", len(course.problems)), id="course"))
        for number, file in enumerate(course.files):
            if file.lesson is None:
                prompt = broken_entry(file.path.name, len(file.problems))
            else:
                prompt = lesson_entry(file.lesson, course, passed, self.size.width - 6)
            options.append(Option(prompt, id=f"file-{number}"))
        return options

    def where(self) -> tuple[Lesson, Exercise] | None:
        """The exercise where the learner was last, if it still exists."""
        course = self.app.course
        at = self.app.notebook.position(course.id) if course is not None else None
        lesson = course.lesson(at.lesson) if course is not None and at is not None else None
        exercise = lesson.exercise(at.exercise) if lesson is not None and at is not None else None
        return (lesson, exercise) if lesson is not None and exercise is not None else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Continue only where there is something to continue."""
        return self.where() is not None if action == "continue" else True

    def action_continue(self) -> None:
        """Open the exercise where the learner was."""
        if self.app.course is not None and (where := self.where()):
            self.app.open(self.app.course, *where)

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        from tutor.app.screens.problems import Problems  # noqa: PLC0415 - seldom needed

        course = self.app.course
        if course is None:
            return
        match message.option_id:
            case "continue":
                self.action_continue()
            case "course":
                self.app.push_screen(Problems("course.yaml", course.problems))
            case str(name):
                file = course.files[int(name.removeprefix("file-"))]
                if file.lesson is None:
                    self.app.push_screen(Problems(file.path.name, file.problems))
                else:
                    self.app.open(
                        course, file.lesson, self.app.notebook.first_open(course, file.lesson)
                    )


def _summary(course: Course) -> str:
    if not course.files and not course.problems:
        return "This course has no lessons."
    return course.summary
