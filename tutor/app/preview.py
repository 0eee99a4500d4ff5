"""The app over one lesson file that is being written."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from textual import work
from textual.css.query import NoMatches

from tutor.app.app import TutorApp
from tutor.app.keys import PREVIEW
from tutor.app.scrap import Scrap, successor
from tutor.app.screens.pages import ExtrasPage, FindingsPage
from tutor.app.screens.preview import PreviewHome, PreviewScreen, preview_screen
from tutor.authoring.preview.extras import extras
from tutor.authoring.preview.reading import Reading, read
from tutor.authoring.preview.watching import saves
from tutor.course.companions import COMPANION_FILES
from tutor.course.custom import CUSTOM_FILE
from tutor.course.directory import COURSE_FILE
from tutor.errors import TutorError

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen

    from tutor.course.model import Course, Exercise, Lesson

__all__ = ["PreviewApp", "run"]


class PreviewApp(TutorApp):
    """Reads the file again at each save.

    Attributes:
        reading: what the file gave last.
        since: when it could be used last, as a clock shows it; empty where it never could.
    """

    more_help = (("While you write a lesson", PREVIEW),)
    notebook: Scrap

    def __init__(
        self, path: Path, *, exercise: str | None = None, sandbox: str | None = None
    ) -> None:
        super().__init__(lambda: read(path).course, store=None, sandbox=sandbox)
        self.notebook = Scrap()
        self.reading: Reading | None = None
        self.since = ""
        self._path = path
        self._first = exercise

    def get_default_screen(self) -> Screen[None]:
        """The lesson in its list lies under everything."""
        return PreviewHome()

    def exercise_screen(self, course: Course, lesson: Lesson, exercise: Exercise) -> PreviewScreen:
        """A screen that follows the file, and begins with what that holds now."""
        if self.course is not None and self.course.lessons:
            (now,) = self.course.lessons
            course, lesson, exercise = self.course, now, successor(lesson, now, exercise)
        return preview_screen(course, lesson, exercise)

    @property
    def found(self) -> str:
        """How much lint found, in a few words; empty where it found nothing."""
        return self.reading.summary if self.reading is not None else ""

    # --- following the file

    @work
    async def _read(self) -> None:
        names = (CUSTOM_FILE, COURSE_FILE, *COMPANION_FILES)  # lint looks into them, too
        beside = (self._path.parent / name for name in names)
        try:
            async for _ in saves((self._path, *beside)):
                await self._take(await asyncio.to_thread(read, self._path))
        except TutorError as error:
            home = self.screen_stack[0]
            if isinstance(home, PreviewHome):
                home.show_failure(str(error))

    async def _take(self, reading: Reading) -> None:
        if reading == self.reading:
            return
        self.reading = reading
        before, lesson = self.course, reading.lesson
        if lesson is not None:
            self.since = time.strftime("%H:%M:%S")
            self.course = reading.course
            if before is None or not before.lessons:
                self._begin_with(lesson)
            else:
                await self._follow(before, lesson)
        elif before is None:
            self.course = reading.course
        await self._redraw()

    def _begin_with(self, lesson: Lesson) -> None:
        """The file can be read for the first time."""
        wanted = lesson.exercise(self._first or "") or lesson.exercises[0]
        if self.course is not None:
            while len(self.screen_stack) > 1:  # a page with the errors that are gone
                self.pop_screen()
            self.open(self.course, lesson, wanted)

    async def _follow(self, before: Course, lesson: Lesson) -> None:
        screen = next((one for one in self.screen_stack if isinstance(one, PreviewScreen)), None)
        if screen is not None:
            screen.save_now()
        (old,) = before.lessons
        if self.course is not None:
            self.notebook.follow((before, old), (self.course, lesson))
            if screen is not None and not await self._followed(screen, self.course, lesson):
                self._replace(screen, lesson)

    async def _followed(self, screen: PreviewScreen, course: Course, lesson: Lesson) -> bool:
        """Whether a screen shows the lesson as it is now, or has been left meanwhile."""
        try:
            return await screen.follow(course, lesson)
        except NoMatches:  # its widgets go while it is drawn
            if screen in self.screen_stack:
                raise
            return True

    def _replace(self, screen: PreviewScreen, lesson: Lesson) -> None:
        """Open a screen in place of one that cannot show what its exercise is now."""
        if screen not in self.screen_stack:
            return  # another was opened meanwhile
        over = self.screen
        while self.screen is not screen:
            self.pop_screen()
        self.open(screen.course, screen.lesson, screen.exercise)
        match over:
            case ExtrasPage():
                self.show_extras(lesson, successor(screen.lesson, lesson, screen.exercise))
            case FindingsPage():
                self.show_findings()
            case _:
                pass

    async def _redraw(self) -> None:
        exercise: PreviewScreen | None = None
        for screen in self.screen_stack:
            match screen:
                case PreviewHome():
                    screen.show_course()
                    screen.show_state()
                case PreviewScreen():
                    exercise = screen
                    screen.show_state()
                case FindingsPage() if self.reading is not None:
                    await screen.show(self.reading)
                case ExtrasPage() if exercise is not None:
                    await screen.show(extras(exercise.lesson, exercise.exercise))
                case _:
                    pass

    # --- pages for the author

    def show_extras(self, lesson: Lesson, exercise: Exercise) -> None:
        """Open the page with all that learners see later, or never."""
        self.push_screen(ExtrasPage(extras(lesson, exercise)))

    def show_findings(self) -> None:
        """Open the page with what lint finds."""
        if self.reading is not None:
            self.push_screen(FindingsPage(self.reading))


def run(path: Path, *, exercise: str | None, sandbox: str | None) -> int:
    """Open the preview; gives the exit code."""
    app = PreviewApp(path, exercise=exercise, sandbox=sandbox)
    code = app.run()
    return app.return_code or 0 if code is None else code
