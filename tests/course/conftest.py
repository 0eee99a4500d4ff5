"""What the tests of the course room share: a realistic lesson and a way to load a changed one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tutor.course.load import load_lesson
from tutor.course.model import LessonFile

Load = Callable[[str | bytes], LessonFile]


@pytest.fixture
def lesson_text() -> str:
    """A lesson file with every kind of exercise and nothing wrong in it."""
    return (Path(__file__).parent / "broadcasting.yaml").read_text(encoding="utf-8")


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a lesson from a text."""

    def load_text(text: str | bytes) -> LessonFile:
        path = tmp_path / "lesson.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load_lesson(path)

    return load_text


@pytest.fixture
def problems(load: Load) -> Callable[[str | bytes], list[str]]:
    """The problems of a lesson text, each as ``line:column: message``."""

    def problems_of(text: str | bytes) -> list[str]:
        return [f"{p.line}:{p.column}: {p.message}" for p in load(text).problems]

    return problems_of


@pytest.fixture
def in_exercise(problems: Callable[[str | bytes], list[str]]) -> Callable[[str], list[str]]:
    """The problems of a lesson with one exercise, given as its indented YAML from line 5 on."""

    def problems_of(exercise: str) -> list[str]:
        return problems(f"format: 1\nid: t\ntitle: T\nexercises:\n{exercise}")

    return problems_of
