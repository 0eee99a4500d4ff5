"""A course that stands in for the built-in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor import paths

__all__ = ["LESSON", "stand_in"]

LESSON = "format: 1\nid: {}\ntitle: T\nexercises: [{{id: a, kind: read, prompt: p}}]\n"


def stand_in(directory: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a course of two lessons and two broken files there, and have it be the built-in one."""
    directory.mkdir()
    (directory / "course.yaml").write_text("id: c\ntitle: C\n")
    (directory / "first.yaml").write_text(LESSON.format("tensors"))
    (directory / "second.yaml").write_text(LESSON.format("autograd"))
    (directory / "third.yaml").write_text(LESSON.format("broken") + "foo: 1\nbar: 2\n")
    (directory / "cut.yaml").write_text("id: '")
    monkeypatch.setattr(paths, "builtin_course_dir", lambda: directory)
    return directory
