"""One real engine for the module's tests, and lessons made for them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.conftest import Engines
from tutor.authoring.verify.exercise import Desk, Options, verify_exercise
from tutor.authoring.verify.report import ExerciseReport
from tutor.course.load import load_lesson

Verify = Callable[..., Coroutine[Any, Any, ExerciseReport]]

HEAD = """\
format: 1
id: made
title: Made for a test
setup: |
  import torch
exercises:
"""


@pytest_asyncio.fixture(loop_scope="session", scope="package")
async def desk(engines: Engines) -> Desk:
    """What one job works with."""
    return Desk(await engines.ready(), seconds=20.0)


@pytest.fixture
def verified(desk: Desk, tmp_path: Path) -> Verify:
    """Verify a lesson's only exercise, given as the text of its YAML."""

    async def run(
        exercise: str, *, mutants: bool = False, most: int | None = None, times: int = 2
    ) -> ExerciseReport:
        path = tmp_path / "made.yaml"
        lines = exercise.strip("\n").splitlines()
        path.write_text(HEAD + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
        lesson = load_lesson(path).lesson
        assert lesson is not None, load_lesson(path).problems
        options = Options(seed=3, times=times, mutants=mutants, most=most, seconds=20.0)
        return await verify_exercise(desk, lesson, lesson.exercises[0], options)

    return run
