"""The app over the miniature course, with a store of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.app.app_course import COURSE, KINDS_COURSE
from tests.app.app_driving import QuietApp
from tutor.app.app import TutorApp
from tutor.app.widgets.repl_input import ReplInput


@pytest.fixture(autouse=True)
def _no_history() -> None:
    """What one test typed into the REPL is not the next one's history."""
    ReplInput.history_lines.clear()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where progress goes."""
    return tmp_path / "progress.db"


@pytest.fixture
def quiet(store: Path) -> Callable[..., QuietApp]:
    """Makes apps without an engine; each goes on where the one before was left."""

    def make(exercise: str = "") -> QuietApp:
        begin = ("first", exercise) if exercise else None
        return QuietApp(lambda: COURSE, store=store, begin=begin)

    return make


@pytest.fixture
def real(store: Path) -> Callable[..., TutorApp]:
    """Makes apps with a real engine."""

    def make(exercise: str = "") -> TutorApp:
        begin = ("first", exercise) if exercise else None
        return TutorApp(lambda: COURSE, store=store, begin=begin)

    return make


@pytest.fixture
def quiet_kinds(store: Path) -> Callable[..., QuietApp]:
    """Makes apps without an engine over lines to order, explorations and blanks."""

    def make(exercise: str) -> QuietApp:
        return QuietApp(lambda: KINDS_COURSE, store=store, begin=("kinds", exercise))

    return make


@pytest.fixture
def real_kinds(store: Path) -> Callable[..., TutorApp]:
    """The same with a real engine."""

    def make(exercise: str) -> TutorApp:
        return TutorApp(lambda: KINDS_COURSE, store=store, begin=("kinds", exercise))

    return make
