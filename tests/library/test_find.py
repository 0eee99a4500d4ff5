from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.course.stand_in import LESSON, stand_in
from tutor.errors import LessonFileError, NotFoundError, UsageError
from tutor.library.find import find_lesson
from tutor.library.install import add
from tutor.library.origin import FromDirectory


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a course in it, which stands in for the built-in one."""
    return stand_in(tmp_path / "course", monkeypatch)


def test_a_lesson_is_found_by_id_and_by_file_name(course: Path) -> None:
    """Both stand for the same lesson of the built-in course."""
    for name in ("tensors", "first"):
        found, lesson = find_lesson(name)
        assert (found.id, lesson.id) == ("c", "tensors")


def test_a_lesson_file_is_a_course_of_its_own(course: Path) -> None:
    """A path gives the one lesson; its course has the lesson's id."""
    found, lesson = find_lesson(str(course / "second.yaml"))
    assert (found.id, found.title, lesson.id) == ("autograd", "T", "autograd")
    assert found.files[0].path == course / "second.yaml"


def test_a_file_of_any_name_is_found(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file need not end in .yaml; a lesson of the built-in course goes first."""
    monkeypatch.chdir(course)
    (course / "plain").write_text(LESSON.format("plain"))
    (course / "tensors").write_text(LESSON.format("other"))
    assert find_lesson("plain")[1].id == "plain"
    assert find_lesson("tensors")[1].id == "tensors"
    assert find_lesson(f".{os.sep}tensors")[1].id == "other"


@pytest.mark.parametrize("name", ["broken", "third"])
def test_a_broken_lesson_shows_all_its_problems(course: Path, name: str) -> None:
    """Asked for by id or file, a file with problems is an error that lists them."""
    with pytest.raises(LessonFileError) as caught:
        find_lesson(name)
    assert [problem.line for problem in caught.value.problems] == [5, 6]


def test_a_lesson_whose_id_cannot_be_read_is_found_by_file(course: Path) -> None:
    """A file that is no YAML still has its name."""
    with pytest.raises(LessonFileError, match="quote that opens here"):
        find_lesson("cut")


def test_an_unknown_lesson_names_the_nearest(course: Path) -> None:
    """The message ends with how to list them all."""
    with pytest.raises(NotFoundError) as caught:
        find_lesson("tensor")
    assert str(caught.value) == (
        "no lesson 'tensor'; did you mean 'tensors'? `tutor courses list` lists all lessons"
    )
    with pytest.raises(NotFoundError, match=r"no lesson 'xyzzy'\. `tutor courses list` lists all"):
        find_lesson("xyzzy")


@pytest.mark.parametrize(
    "name",
    [
        "none.yaml",
        "none/",
        "course",
        "course/course.yaml",
        "",
        "a\0b.yaml",
        "x" * 5000,
        "x" * 5000 + ".yaml",
    ],
)
def test_a_path_that_is_no_lesson_is_not_found(
    course: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A missing file, a directory and a course file are told apart from a lesson."""
    monkeypatch.chdir(course.parent)
    with pytest.raises(NotFoundError):
        find_lesson(name)


def test_lessons_of_added_courses_are_found(
    course: Path, make: Callable[..., Path], tmp_path: Path
) -> None:
    """By their id alone; with the course before it where several courses have that id."""
    directory = make("mine", {"own": LESSON.format("own"), "tensors": LESSON.format("tensors")})
    add(FromDirectory(str(directory)))
    found, lesson = find_lesson("own")
    assert (found.id, lesson.id) == ("mine", "own")
    with pytest.raises(UsageError, match="name it c/tensors or mine/tensors"):
        find_lesson("tensors")
    assert find_lesson("mine/tensors")[0].id == "mine"
    assert find_lesson("c/tensors")[0].id == "c"
    with pytest.raises(NotFoundError, match=r"the course 'mine' has no lesson 'owm'.*'own'"):
        find_lesson("mine/owm")


def test_an_id_goes_before_a_file_name(course: Path, make: Callable[..., Path]) -> None:
    """A file of another course that only is called so makes nothing ambiguous."""
    add(FromDirectory(str(make("mine", {"tensors": LESSON.format("other")}))))
    assert find_lesson("tensors")[0].id == "c"


def test_a_course_that_went_away_hides_no_other(course: Path, make: Callable[..., Path]) -> None:
    """Lessons of the other courses are found; its own are said to be gone."""
    directory = make("mine", {"own": LESSON.format("own")})
    add(FromDirectory(str(directory)))
    directory.rename(directory.with_name("elsewhere"))
    assert find_lesson("autograd")[0].id == "c"
    with pytest.raises(NotFoundError, match=r"not in .*mine any more"):
        find_lesson("mine/own")


def test_the_broken_lesson_of_an_added_course_shows_its_problems(
    course: Path, make: Callable[..., Path]
) -> None:
    """The other one opens."""
    texts = {"own": LESSON.format("own"), "bad": LESSON.format("bad") + "foo: 1\n"}
    add(FromDirectory(str(make("mine", texts))))
    with pytest.raises(LessonFileError, match="foo"):
        find_lesson("mine/bad")
    assert find_lesson("own")[1].id == "own"


def test_the_lesson_stands_in_its_course(course: Path) -> None:
    """Although the others may be unread."""
    found, lesson = find_lesson("autograd")
    assert found.lesson("autograd") is lesson
