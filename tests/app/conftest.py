"""The app over the miniature course, with a store of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.app.app_course import COURSE, KINDS_COURSE
from tests.app.app_driving import QuietApp
from tests.conftest import Engines
from tutor.app.app import TutorApp
from tutor.app.widgets.repl_input import ReplInput
from tutor.engine.client import Engine


class Lent:
    """The engine that all tests share, as an app's own; it closes what the app took, no more."""

    def __init__(self, engine: Engine) -> None:
        """What is open now is somebody else's."""
        self._engine = engine
        self._others = set(engine._workers)

    def __getattr__(self, name: str) -> Any:
        """What it has otherwise."""
        return getattr(self._engine, name)

    async def close(self) -> None:
        """Close the workers that are new."""
        await self._engine._end_spares()
        for worker in self._engine._workers - self._others:
            await worker.close()


@pytest_asyncio.fixture(loop_scope="session")
async def lent(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    """An app that starts an engine gets the shared one: to import torch takes five seconds.

    The app in a real terminal (`test_run`) and a preview start their own.
    """
    shared = await engines.ready()

    async def start(**_: object) -> Lent:
        return Lent(shared)

    monkeypatch.setattr("tutor.engine.client.Engine.start", start)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever uses the shared engine runs in its event loop."""
    for item in items:
        if "lent" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


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
def real(store: Path, lent: None) -> Callable[..., TutorApp]:
    """Makes apps with a real engine."""
    del lent

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
def real_kinds(store: Path, lent: None) -> Callable[..., TutorApp]:
    """The same with a real engine."""
    del lent

    def make(exercise: str) -> TutorApp:
        return TutorApp(lambda: KINDS_COURSE, store=store, begin=("kinds", exercise))

    return make
