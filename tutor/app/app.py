"""The app: what all screens share."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App

from tutor.app.classroom import Classroom
from tutor.app.keys import APP, bindings
from tutor.app.notebook import Notebook
from tutor.app.screens.home import HomeScreen
from tutor.app.screens.live import LiveScreen
from tutor.errors import TutorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.binding import BindingType
    from textual.command import Provider
    from textual.screen import Screen

    from tutor.app.keys import Act
    from tutor.course.model import Course, Exercise, Lesson
    from tutor.library.offers import Offer
    from tutor.progress.store import Place

__all__ = ["TutorApp"]

_AGAIN = 2.0


def _actions() -> type[Provider]:
    from tutor.app.commands import Actions  # noqa: PLC0415 - not before the menu is opened

    return Actions


class TutorApp(App[int]):
    """Shows the course at once; lessons are read and PyTorch is started behind the first frame.

    Attributes:
        course: None until its files are seen. Lessons that were not read before are unread for a
            moment.
        offers: the courses that can be taken, as far as they were asked for.
        notebook: what the learner did.
        classroom: what runs code.
    """

    CSS_PATH = Path(__file__).with_name("tutor.tcss")
    TITLE = "Tensor Tutor"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(APP)]
    more_help: ClassVar[tuple[tuple[str, tuple[Act, ...]], ...]] = ()
    """Tables of keys that only a kind of this app has, each with its title."""
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {_actions}
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (60, "-normal")]  # noqa: RUF012 - Textual's form
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (8, "-low"), (16, "-high")]  # noqa: RUF012 - likewise

    def __init__(
        self,
        read_course: Callable[[], Course],
        *,
        store: Path | None,
        sandbox: str | None = None,
        begin: tuple[str, str | None] | None = None,
        list_offers: Callable[[], list[Offer]] = list,
    ) -> None:
        super().__init__()
        self.course: Course | None = None
        self.offers: list[Offer] = []
        self.list_offers = list_offers
        self.notebook = Notebook()
        self.classroom = Classroom(sandbox, self._room_changed)
        self._read_course = read_course
        self._store = store
        self._begin_at = begin
        self._ctrl_c = 0.0

    def get_default_screen(self) -> Screen[None]:
        """The list of lessons lies under everything."""
        return HomeScreen()

    @work
    async def _prepare(self) -> None:
        """Import what an exercise is drawn with, while the learner looks at the list."""
        await asyncio.to_thread(import_module, "tutor.app.screens.exercise")

    def on_load(self) -> None:
        """With 16 colours only, the terminal's own are the legible ones."""
        if self.console.color_system == "standard" and "TEXTUAL_THEME" not in os.environ:
            self.theme = "ansi-dark"

    def on_ready(self) -> None:
        """Once the first frame is out, the rest may begin."""
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        if self._store is not None:
            self.notebook.open(self._store)
        self._open_room()
        self._read()

    @work
    async def _open_room(self) -> None:
        await self.classroom.open()

    @work
    async def _read(self) -> None:
        home = self.screen_stack[0]
        try:
            course = await asyncio.to_thread(self._first_course, self.notebook.position())
        except TutorError as error:
            if isinstance(home, HomeScreen):
                home.show_failure(str(error))
            return
        self._show_course(course)
        self._prepare()
        if self._begin_at is not None:
            lesson = course.lesson(self._begin_at[0])
            wanted = lesson.exercise(self._begin_at[1] or "") if lesson is not None else None
            if lesson is not None:
                self.open(course, lesson, wanted or self.notebook.first_open(course, lesson))

    def _first_course(self, last: Place | None) -> Course:
        """The course that was asked for, or the one where the learner was last."""
        from tutor.course.find import course_with  # noqa: PLC0415 - behind the first frame

        with contextlib.suppress(TutorError):  # whoever reads a course says what is missing
            self.offers = self.list_offers()
        if self._begin_at is not None:
            return course_with(self._read_course(), self._begin_at[0], links=True)
        if last is not None:
            for offer in self.offers:
                if offer.id == last.course:
                    with contextlib.suppress(TutorError):  # not there any more
                        return course_with(offer.glance(), last.lesson, links=offer.links)
        return self._read_course()

    def _show_course(self, course: Course) -> None:
        self.course = course
        home = self.screen_stack[0]
        if isinstance(home, HomeScreen):
            home.show_course()
        offer = next((one for one in self.offers if one.id == course.id), None)
        if offer is not None and any(file.unread for file in course.files):
            self._read_on(offer)

    @work(exclusive=True, group="read-on")
    async def _read_on(self, offer: Offer) -> None:
        """Read the lessons that are unread, while the list stands already."""
        try:
            course = await asyncio.to_thread(offer.read)
        except TutorError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        if self.course is not None and self.course.id == course.id:
            self._show_course(course)

    @work(exclusive=True, group="change-course")
    async def change_course(self, offer: Offer) -> None:
        """Show the lessons of another course."""
        try:
            course = await asyncio.to_thread(offer.glance)
        except TutorError as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self._show_course(course)

    def _room_changed(self) -> None:
        for screen in self.screen_stack if self.is_running else ():
            if isinstance(screen, LiveScreen):
                screen.show_state()

    # --- where one is

    def open(self, course: Course, lesson: Lesson, exercise: Exercise) -> None:
        """Show an exercise."""
        screen = self.exercise_screen(course, lesson, exercise)
        if isinstance(self.screen, HomeScreen):
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def exercise_screen(self, course: Course, lesson: Lesson, exercise: Exercise) -> LiveScreen:
        """A screen for an exercise."""
        from tutor.app.screens.exploring import screen_for  # noqa: PLC0415 - needs much; see _read

        return screen_for(course, lesson, exercise)

    def go_home(self) -> None:
        """Show the list of lessons."""
        if len(self.screen_stack) > 1 and isinstance(self.screen, LiveScreen):
            self.screen.save_now()
            self.pop_screen()

    def finish(self, course: Course, lesson: Lesson) -> None:
        """The last exercise of a lesson was left."""
        done = self.notebook.passed(course.id).get(lesson.id, frozenset())
        passed = sum(exercise.id in done for exercise in lesson.exercises)
        self.notify(
            f"End of “{lesson.title}”: {passed} of {len(lesson.exercises)} passed.", markup=False
        )
        self.go_home()

    # --- keys of the whole app

    def action_help(self) -> None:
        """Explain the keys."""
        from tutor.app.screens.help import Help  # noqa: PLC0415 - not before it is asked for

        if not isinstance(self.screen, Help):
            self.push_screen(Help(self.more_help))

    def action_glossary(self) -> None:
        """Show the words of the course."""
        from tutor.app.screens.glossary import GlossaryScreen  # noqa: PLC0415 - seldom needed

        if self.course is not None:
            self.push_screen(GlossaryScreen(self.course.glossary))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a glossary only where the course has one."""
        if action == "glossary":
            return self.course is not None and bool(self.course.glossary.entries)
        return super().check_action(action, parameters)

    def action_help_quit(self) -> None:
        """Ctrl+c where there is nothing to stop or copy: the second one quits."""
        if time.monotonic() - self._ctrl_c < _AGAIN:
            self.call_later(self.action_quit)
            return
        self._ctrl_c = time.monotonic()
        self.notify(
            "Nothing to stop. Press ctrl+c again to quit; your work is kept.", timeout=_AGAIN
        )

    async def action_quit(self) -> None:
        """Keep what was written, end every process, and go."""
        for screen in self.screen_stack:
            if isinstance(screen, LiveScreen):
                screen.save_now()
        self.exit(0)

    async def on_unmount(self) -> None:
        """However the app ends: no process stays."""
        await self.classroom.close()
        self.notebook.close()
