from __future__ import annotations

from pathlib import Path

import pytest

from tutor import paths
from tutor.course.find import builtin_course, open_course
from tutor.errors import NotFoundError

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
