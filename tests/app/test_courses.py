"""Courses from elsewhere in the app, and a course of which not everything is read yet."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.app_driving import QuietApp, exercise_screen, screen_text, until
from tests.course.stand_in import LESSON
from tests.library.conftest import CODE, write_course
from tutor.app.screens.courses import Courses
from tutor.app.screens.exercise import ExerciseScreen
from tutor.app.screens.problems import Problems
from tutor.course.directory import read_directory
from tutor.course.model import Course
from tutor.course.version import versions
from tutor.judging.verdict import Verdict
from tutor.library.added import added_course
from tutor.library.install import add
from tutor.library.offers import Offer, offers
from tutor.library.origin import FromDirectory
from tutor.progress.store import Place, Store

PASS = Verdict(status="pass", score=1, max_score=1)

Make = Callable[[], QuietApp]


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory of the test's own."""
    monkeypatch.setenv("TUTOR_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """An added course: a lesson with code, one to read, a broken one."""
    lessons = {"code": CODE.format(1), "one": LESSON.format("one"), "bad": "id: bad\nfoo: [x]\n"}
    directory = write_course(tmp_path / "mine", "mine", lessons)
    add(FromDirectory(str(directory)))
    return directory


@pytest.fixture
def app(store: Path) -> Make:
    """Makes the app as `tutor` does, without an engine."""

    def make() -> QuietApp:
        return QuietApp(offers()[0].glance, store=store, list_offers=offers)

    return make


async def test_another_course_is_chosen_from_a_list(app: Make, mine: Path, store: Path) -> None:
    """The key o lists the courses with their progress; enter shows the lessons of one."""
    with Store(store) as known:
        known.record(Place("mine", "one", "a"), "", PASS)
    async with app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Creating tensors" in screen_text(pilot))
        await until(pilot, lambda: "o Courses" in screen_text(pilot))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, Courses))
        seen = screen_text(pilot)
        assert "Course mine  2 lessons · 1/3 passed · 1 broken" in seen
        assert "mine — " in seen
        assert "comes with the tutor" in seen
        assert "tutor courses add" in seen
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Tensor Tutor · Course mine" in screen_text(pilot))
        seen = screen_text(pilot)
        assert "0/2    Code" in seen
        assert "! broken bad.yaml  4 problems; enter shows them" in seen
        assert "the key 'exercises' is missing" in seen  # its first error
        await pilot.press("home", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Problems))
        await pilot.press("escape", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert exercise_screen(pilot).at == Place("mine", "code", "intro")


async def test_the_app_goes_on_in_the_course_where_one_was(
    app: Make, mine: Path, store: Path
) -> None:
    """After a restart the added course is shown, and continues."""
    with Store(store) as known:
        known.set_position(Place("mine", "code", "answer"))
    async with app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Course mine" in screen_text(pilot))
        assert "Continue: Code 2/2 · answer" in screen_text(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))


@pytest.fixture
def lost(mine: Path, store: Path) -> None:
    """The learner was in a course whose directory went away."""
    with Store(store) as known:
        known.set_position(Place("mine", "code", "answer"))
    mine.rename(mine.with_name("elsewhere"))


async def test_a_course_that_went_away_is_no_obstacle(app: Make, lost: None) -> None:
    """The app opens with the built-in course, and says so where the other is chosen."""
    async with app().run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: "Creating tensors" in screen_text(pilot))
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, Courses))
        await pilot.press("down", "enter")
        await until(pilot, lambda: "course 'mine' is not in" in screen_text(pilot))
        assert "Creating tensors" in screen_text(pilot)


async def test_a_pass_notes_what_was_passed_and_a_change_is_marked(
    app: Make, mine: Path, store: Path
) -> None:
    """What changed since it was passed stays passed, and says so in the list and in its title."""
    lesson = read_directory(mine).lesson("code")
    assert lesson is not None
    with Store(store) as known:
        known.set_position(Place("mine", "code", "intro"))
        known.record(Place("mine", "code", "answer"), "x", PASS, version=versions(lesson)["answer"])
    async with app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "1/2    Code" in screen_text(pilot))
        assert "changed since" not in screen_text(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        exercise_screen(pilot).keep("", PASS)
    (mine / "code.yaml").write_text(CODE.format(2))
    with Store(store) as known:
        passed = known.passed_versions("mine")
    assert passed["code", "intro"] == frozenset({versions(lesson)["intro"]})
    async with app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "2/2    Code" in screen_text(pilot))
        assert "1 exercise changed since you passed" in screen_text(pilot)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: "answer ✓ passed · changed since" in screen_text(pilot))
        exercise_screen(pilot).keep("x = 2", PASS)
        exercise_screen(pilot).show_state()
        await pilot.pause()
        assert "changed since" not in screen_text(pilot)


class _Slow(Offer, frozen=True, kw_only=True):
    """A course that takes long to read, as one with a thousand lessons does."""

    go: threading.Event

    def read(self) -> Course:
        """Not before it may."""
        self.go.wait(30)
        return super().read()


async def test_lessons_open_while_others_are_still_read(mine: Path, store: Path) -> None:
    """The list stands at once with titles; a lesson opens; what was chosen stays chosen."""
    go = threading.Event()
    (mine / "three.yaml").write_text(LESSON.format("three").replace("title: T", "title: Third"))
    (mine / "bad.yaml").write_text("format: 1\ntitle: Bad\nexercises: [{}]\n")
    slow = _Slow(id="mine", title="Mine", added=added_course("mine"), go=go)
    with Store(store) as known:
        known.record(Place("mine", "three", "a"), "", PASS)
    app = QuietApp(slow.glance, store=store, list_offers=lambda: [slow])
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "1/…    Third" in screen_text(pilot))
        assert "0/2    Code" in screen_text(pilot)  # it was read when the course was added
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert exercise_screen(pilot).at == Place("mine", "three", "a")
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "Continue: Third" not in screen_text(pilot))
        await pilot.press("home", "enter")  # the broken one, which nobody knows to be broken
        await until(pilot, lambda: isinstance(pilot.app.screen, Problems))
        await pilot.press("escape", "end")
        go.set()
        await until(pilot, lambda: "✓ 1/1    Third" in screen_text(pilot))
        assert "! broken bad.yaml" in screen_text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert exercise_screen(pilot).at.lesson == "three"


async def test_titles_are_shown_as_they_are(app: Make, mine: Path, store: Path) -> None:
    """Neither markup nor line breaks of a course's author have a meaning."""
    title = 'title: "[bold red]T[/] \\n two"'
    (mine / "one.yaml").write_text(LESSON.format("one").replace("title: T", title))
    (mine / "course.yaml").write_text('id: mine\ntitle: "[b]Mine[/]\\nTwo"\n')
    with Store(store) as known:
        known.set_position(Place("mine", "one", "a"))
    async with app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Tensor Tutor · [b]Mine[/] Two" in screen_text(pilot))
        assert "0/1    [bold red]T[/] two" in screen_text(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ExerciseScreen))
        assert "[bold red]T[/] two 1/1" in screen_text(pilot)
