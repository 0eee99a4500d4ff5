"""What happens where the process that is to run code cannot be made ready for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tutor.engine.client import Engine
from tutor.engine.protocol import Limits, Run
from tutor.errors import WorkerLostError

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOO_FEW_FILES = Limits(open_files=3)
"""With the three standard streams open, the rules of the sandbox cannot be made."""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def logged(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Engine, Path]]:
    """A sandboxed engine, and the file that it logs to."""
    log: Path = tmp_path_factory.mktemp("log") / "engine.log"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TUTOR_ENGINE_LOG", str(log))
        async with await Engine.start(kind="fork") as engine:
            await engine.ready()
            yield engine, log


async def test_a_process_that_cannot_be_confined_is_the_tutors_fault(
    logged: tuple[Engine, Path],
) -> None:
    """The worker is lost, which nobody takes for a crash of an answer; the log says why."""
    engine, log = logged
    worker = await engine.worker("session", TOO_FEW_FILES)
    with pytest.raises(WorkerLostError):
        await worker.run(Run(code="1 + 1"))
    assert "No process can be made ready for code" in log.read_text()


async def test_the_engine_goes_on(logged: tuple[Engine, Path]) -> None:
    """The next worker of the same engine runs code."""
    engine, _ = logged
    worker = await engine.worker("session")
    assert (await worker.run(Run(code="1 + 1"))).status == "ok"
