from __future__ import annotations

from pathlib import Path

import pytest

from tests.course.stand_in import stand_in
from tutor import paths
from tutor.course.find import builtin_course, open_course
from tutor.errors import NotFoundError


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with a course in it, which stands in for the built-in one."""
    return stand_in(tmp_path / "course", monkeypatch)


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
