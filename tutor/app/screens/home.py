"""The course: its lessons, and how far one is."""

from __future__ import annotations

import asyncio
import contextlib
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option, OptionDoesNotExist

from tutor.app.keys import HOME, bindings
from tutor.app.literal import literal, title
from tutor.app.screens.live import LiveScreen
from tutor.app.widgets.key_footer import KeyFooter
from tutor.app.widgets.lesson_entry import (
    Entry,
    Standing,
    broken_entry,
    continue_entry,
    file_entry,
)
from tutor.app.widgets.status import StatusLine
from tutor.app.widgets.trouble import Trouble
from tutor.errors import TutorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from tutor.app.keys import Act
    from tutor.course.model import Course, Exercise, Lesson, LessonFile
    from tutor.course.problems import Problem
    from tutor.library.offers import Offer

__all__ = ["HomeScreen"]

_CONTINUE = "continue"
_FEW = 20  # replacing an entry lays the whole list out


class HomeScreen(LiveScreen):
    """Enter opens a lesson where it is not finished yet; the first entry is where one was."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(HOME)]
    acts: ClassVar[tuple[Act, ...]] = HOME
    AUTO_FOCUS = "#lessons"

    _shown: tuple[str, list[Entry]] = ("", [])

    def compose(self) -> ComposeResult:
        """A title, the list, a status line, the keys."""
        yield Static(literal("Tensor Tutor"), id="title")
        yield Trouble(id="trouble")
        yield Static(literal("Reading the lessons…", "dim"), id="summary")
        yield OptionList(id="lessons", compact=True)
        yield StatusLine(id="status")
        yield KeyFooter()

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
        self.query_one("#title", Static).update(title(f"Tensor Tutor · {course.title}"))
        summary = self.query_one("#summary", Static)
        summary.update(literal(_summary(course)))
        summary.display = bool(_summary(course))
        self._show_entries(course.id, self._entries(course))
        self.refresh_bindings()

    def _show_entries(self, course: str, entries: list[Entry]) -> None:
        """Draw what changed: laying a thousand entries out anew would be seen."""
        lessons = self.query_one("#lessons", OptionList)
        shown, self._shown = self._shown, (course, entries)
        pairs = list(zip(shown[1], entries, strict=False))
        changed = [after for before, after in pairs if before.facts != after.facts]
        same = shown[0] == course and [one.id for one in shown[1]] == [one.id for one in entries]
        if same and len(changed) < _FEW:
            for one in changed:
                lessons.replace_option_prompt(one.id, one.draw())
            return
        before_at = lessons.highlighted_option
        options: list[Option | None] = [Option(one.draw(), id=one.id) for one in entries]
        if entries and entries[0].id == _CONTINUE:
            options.insert(1, None)
        lessons.set_options(options)
        lessons.highlighted = 0
        # By what it is: once all lessons are read, another entry may stand above it.
        if before_at is not None and shown[0] == course:
            with contextlib.suppress(OptionDoesNotExist):
                lessons.highlighted = lessons.get_option_index(before_at.id or "")

    def show_failure(self, reason: str) -> None:
        """Say why there is no course."""
        self.query_one("#summary", Static).update(
            literal(f"! The lessons cannot be read: {reason}", "$text-error")
        )

    def _entries(self, course: Course) -> list[Entry]:
        notebook = self.app.notebook
        standing = Standing(
            {lesson.id: lesson for lesson in course.lessons},
            notebook.passed(course.id),
            self.size.width - 6,
        )
        where = self.where()
        entries = []
        if where is not None:
            entries.append(Entry(_CONTINUE, where, partial(continue_entry, *where)))
        if course.problems:
            draw = partial(broken_entry, "course.yaml", course.problems)
            entries.append(Entry("course", course.problems, draw))
        for number, file in enumerate(course.files):
            changed = 0 if file.lesson is None else len(notebook.changed(course.id, file.lesson))
            entries.append(file_entry(f"file-{number}", file, standing, changed))
        return entries

    def where(self) -> tuple[Lesson, Exercise] | None:
        """The exercise where the learner was last, if it still exists.

        At the end of a lesson that is passed: where the next one that is not begins, or goes on.
        """
        course = self.app.course
        at = self.app.notebook.position(course.id) if course is not None else None
        lesson = course.lesson(at.lesson) if course is not None and at is not None else None
        exercise = lesson.exercise(at.exercise) if lesson is not None and at is not None else None
        if course is None or lesson is None or exercise is None:
            return None
        known = self.app.notebook.passed(course.id)
        if exercise == lesson.exercises[-1] and _is_passed(lesson, known):
            later = course.lessons[course.lessons.index(lesson) + 1 :]
            following = next((one for one in later if not _is_passed(one, known)), None)
            if following is not None:
                return following, self.app.notebook.first_open(course, following)
        return lesson, exercise

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's signature
        """Continue only what was begun; choose only where there is a choice."""
        if action == "courses":
            return bool(self.app.offers)
        return self.where() is not None if action == "continue" else True

    def action_continue(self) -> None:
        """Open the exercise where the learner was."""
        if self.app.course is not None and (where := self.where()):
            self.app.open(self.app.course, *where)

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        course = self.app.course
        if course is None:
            return
        match message.option_id:
            case "continue":
                self.action_continue()
            case "course":
                self._show_problems("course.yaml", course.problems)
            case str(name):
                self._open_file(course, course.files[int(name.removeprefix("file-"))])

    def _open_file(self, course: Course, file: LessonFile) -> None:
        if file.unread:  # milliseconds: no reason to wait for all the others
            from tutor.course.load import load_lesson  # noqa: PLC0415 - behind the first frame

            file = load_lesson(file.path, links=True)
        if file.lesson is None:
            self._show_problems(file.path.name, file.problems)
        else:
            self.app.open(course, file.lesson, self.app.notebook.first_open(course, file.lesson))

    def _show_problems(self, name: str, problems: tuple[Problem, ...]) -> None:
        from tutor.app.screens.problems import Problems  # noqa: PLC0415 - seldom needed

        self.app.push_screen(Problems(name, problems))

    # --- other courses

    @work(exclusive=True, group="courses")
    async def action_courses(self) -> None:
        """Offer the courses that there are now: some may have been added in the meantime."""
        from tutor.app.screens.courses import Courses  # noqa: PLC0415 - not before it is asked for

        try:
            self.app.offers = await asyncio.to_thread(self.app.list_offers)
        except TutorError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        at = self.app.course.id if self.app.course is not None else ""
        passed = {offer.id: self._passed(offer) for offer in self.app.offers}
        self.app.push_screen(Courses(self.app.offers, passed, at), self._change_course)

    def _passed(self, offer: Offer) -> int:
        known = self.app.notebook.passed(offer.id)
        return sum(
            exercise in known.get(lesson, ())
            for lesson, exercises in offer.exercises.items()
            for exercise in exercises
        )

    def _change_course(self, offer: Offer | None) -> None:
        if offer is not None:
            self.app.change_course(offer)


def _is_passed(lesson: Lesson, known: Mapping[str, frozenset[str]]) -> bool:
    return known.get(lesson.id, frozenset()) >= {one.id for one in lesson.exercises}


def _summary(course: Course) -> str:
    if not course.files and not course.problems:
        return "This course has no lessons."
    return course.summary
