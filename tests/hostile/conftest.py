"""A host with canaries, and one real engine a level and test module."""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.hostile.hostile_host import Host, left_behind, processes_below
from tutor.engine.client import Engine
from tutor.errors import UsageError


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def host() -> AsyncIterator[Host]:
    """Things of the user's that must come to no harm."""
    made = Host()
    yield made
    made.close()


@pytest_asyncio.fixture(loop_scope="module", scope="module", params=["full", "partial"])
async def engine(
    request: pytest.FixtureRequest, host: Host, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Engine]:
    """An engine at each level; afterwards nothing of it may be left."""
    scratch = tmp_path_factory.mktemp("scratch")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scratch))  # others' come and go in the usual one
        async for engine in _watched(request.param):
            yield engine


async def _watched(level: str) -> AsyncIterator[Engine]:
    before = left_behind()
    others = processes_below(os.getpid())
    engine = await Engine.start(sandbox=level)
    try:
        await engine.ready()
    except UsageError as error:
        await engine.close()
        pytest.skip(f"This machine does not give the sandbox level {level}: {error}")
    yield engine
    await engine.close()
    deadline = time.monotonic() + 10
    while processes_below(os.getpid(), but=others) and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    assert not processes_below(os.getpid(), but=others), "a process was left behind"
    assert left_behind() == before
