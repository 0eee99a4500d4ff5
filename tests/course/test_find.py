from __future__ import annotations

import os
from pathlib import Path

import pytest

from tutor import paths
from tutor.course.find import builtin_course, find_lesson, open_course
from tutor.errors import LessonFileError, NotFoundError

LESSON = "format: 1\nid: {}\ntitle: T\nexercises: [{{id: a, kind: read, prompt: p}}]\n"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a course in it, which stands in for the built-in one."""
    directory = tmp_path / "course"
    directory.mkdir()
    (directory / "course.yaml").write_text("id: c\ntitle: C\n")
    (directory / "first.yaml").write_text(LESSON.format("tensors"))
    (directory / "second.yaml").write_text(LESSON.format("autograd"))
    (directory / "third.yaml").write_text(LESSON.format("broken") + "foo: 1\nbar: 2\n")
    (directory / "cut.yaml").write_text("id: '")
    monkeypatch.setattr(paths, "builtin_course_dir", lambda: directory)
    return directory


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
        "no lesson 'tensor'; did you mean 'tensors'? `tutor courses` lists all lessons"
    )
    with pytest.raises(NotFoundError, match=r"no lesson 'xyzzy'\. `tutor courses` lists all"):
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


def test_a_course_is_opened_by_directory_or_course_file(course: Path) -> None:
    """Every file is in it, the broken ones with their problems."""
    for path in (course, course / "course.yaml"):
        opened = open_course(path)
        assert (opened.id, len(opened.files)) == ("c", 4)
        assert [lesson.id for lesson in opened.lessons] == ["tensors", "autograd"]


def test_a_broken_lesson_file_is_opened_as_a_course(course: Path) -> None:
    """The front end can show its problems."""
    opened = open_course(course / "third.yaml")
    assert (opened.id, opened.title, opened.lessons) == ("broken", "broken", ())
    assert len(opened.files[0].problems) == 2


def test_what_is_no_course_is_not_found(tmp_path: Path) -> None:
    """A directory without course.yaml and a missing path say so."""
    with pytest.raises(NotFoundError, match=r"holds no course\.yaml"):
        open_course(tmp_path)
    with pytest.raises(NotFoundError, match="No such file or directory"):
        open_course(tmp_path / "none")


def test_a_missing_builtin_course_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged installation says what to do."""
    monkeypatch.setattr(paths, "builtin_course_dir", lambda: tmp_path)
    with pytest.raises(NotFoundError, match="install the tutor again"):
        builtin_course()
