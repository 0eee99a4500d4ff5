"""The engine that forks becomes warm behind a session's back, and its forks are exact."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.engine.test_session import run
from tutor.engine.client import Engine
from tutor.engine.protocol import Limits, Run
from tutor.engine.session import Session
from tutor.errors import EngineError

pytestmark = pytest.mark.asyncio(loop_scope="session")

DRAW = "import random, numpy; random.random(), numpy.random.rand(), torch.rand(1).item()"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def forking() -> AsyncIterator[Engine]:
    """An engine that has only just started."""
    async with await Engine.start(kind="fork") as engine:
        yield engine


async def warm(session: Session) -> str:
    """Whether a session was forked from a process that had imported torch._dynamo."""
    return (await run(session, "import sys; 'torch._dynamo' in sys.modules"))[1]


async def test_an_unused_session_becomes_warm_unseen_and_a_used_one_is_left_alone(
    forking: Engine,
) -> None:
    """After the change the one has its setup and what is slow to import; the other its names."""
    unused = await forking.session(setup="import torch; ready = 1")
    used = await forking.session(setup="import torch")
    if forking.warm.is_set():  # pragma: no cover - a machine that warms faster than it forks
        pytest.skip("the engine was warm before a session could be opened")
    await run(used, "mine = 2")
    await asyncio.wait_for(forking.warm.wait(), 60)
    assert (await run(used, "mine"))[1] == "2\n"
    assert await warm(used) == "False\n"
    assert (await run(unused, "ready"))[1] == "1\n"
    assert await warm(unused) == "True\n"
    await unused.rewind(0)
    assert (await run(unused, "ready"))[1] == "1\n"
    await unused.close()
    await used.close()


async def test_a_session_is_not_renewed_in_the_middle_of_its_setup(forking: Engine) -> None:
    """Whoever opens it gets it, though the zygote becomes warm meanwhile."""
    await forking.ready()
    slow_at_first = f"import time; time.sleep(3 * (time.time() < {time.time() + 1})); ready = 1"
    opening = asyncio.create_task(forking.session(setup=slow_at_first))
    await asyncio.sleep(1.5)
    await forking.renew_sessions()
    session = await opening
    assert (await run(session, "ready"))[1] == "1\n"
    await session.close()


async def test_a_cell_that_waited_for_the_setup_is_not_forgotten(forking: Engine) -> None:
    """A session whose first cell was sent in the middle of its setup is no unused one."""
    session = await forking.session()
    restarting = asyncio.create_task(session.restart("import time; time.sleep(1)"))
    await asyncio.sleep(0.5)
    await run(session, "mine = 2")
    await restarting
    await forking.renew_sessions()
    assert (await run(session, "mine"))[1] == "2\n"
    await session.close()


async def test_only_what_checks_answers_has_the_checks_from_the_start() -> None:
    """A first session does not wait for them; a world has them before anybody's code runs in it."""
    code = "import sys; assert 'checks.registry' {} sys.modules"
    async with await Engine.start(kind="fork") as engine:
        session = await engine.worker("session")
        if engine.warm.is_set():  # pragma: no cover - a machine that warms faster than it forks
            pytest.skip("the engine was warm before a session could be opened")
        world = await engine.worker("world")
        assert (await session.run(Run(code=code.format("not in")))).status == "ok"
        assert (await world.run(Run(code=code.format("in")))).status == "ok"


@pytest.mark.parametrize(
    "threads",
    ["", "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"],
    ids=["one thread", "two threads"],
)
async def test_chance_goes_on_after_a_rewind_as_it_would_have(
    forking: Engine, threads: str
) -> None:
    """Every generator comes back as it was, Python's own included."""
    session = await forking.session(setup="import torch")
    await run(session, threads)
    state, _ = await run(session, "1")
    _, first = await run(session, DRAW)
    await session.rewind(state.checkpoint)
    assert (await run(session, DRAW))[1] == first
    await session.close()


async def test_a_restart_leaves_no_process_of_the_old_world(forking: Engine) -> None:
    """What was replaced ends a moment later, in the middle of whatever it was doing."""
    await asyncio.wait_for(forking.warm.wait(), 60)  # or spare workers change meanwhile
    session = await forking.session(setup="import torch")
    endless = asyncio.create_task(session.run("while True: pass"))
    await asyncio.sleep(0.2)
    workers = set(forking._workers)
    await session.restart()
    assert (await run(session, "1 + 1"))[1] == "2\n"
    with pytest.raises(Exception, match=r"went away|closed"):
        await asyncio.wait_for(endless, 10)
    await asyncio.sleep(0.5)
    assert len(workers & forking._workers) <= 1, "only the one that was a spare is still there"
    await session.close()


ORPHANS = """
import os, time
for _ in range(10):
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(0.2)
        os._exit(0)
    os.wait()
"""


def unreaped(root: int) -> int:
    """How many processes below `root` have ended and were not waited for."""
    states: dict[int, tuple[int, str]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rpartition(")")[2].split()[:2]
            states[int(path.parent.name)] = int(parent), state
    generation, count = {root}, 0
    while generation:
        generation = {pid for pid, (parent, _) in states.items() if parent in generation}
        count += sum(states[pid][1] == "Z" for pid in generation)
    return count


async def test_rewinding_leaves_no_ended_process_behind(forking: Engine) -> None:
    """The kernel counts each of them until somebody waits, and the session's number is bounded."""
    session = await forking.session()
    for _ in range(2):
        await run(session, ORPHANS)
        await asyncio.sleep(0.5)
        await session.rewind(0)
    assert (await run(session, "1 + 1"))[1] == "2\n"
    assert unreaped(os.getpid()) < 10
    await session.close()


async def test_the_states_kept_are_bounded_by_memory(forking: Engine) -> None:
    """States that hold what was changed since go, oldest first; what is shared costs nothing."""
    limits = Limits(checkpoints=20, kept_memory=96 * 1024**2)
    session = await forking.session(setup="import torch", limits=limits)
    await run(session, "data = torch.zeros(8, 1024, 1024)")  # 32 MB
    untouched = [(await run(session, f"a = {number}"))[0].checkpoint for number in range(6)]
    await session.rewind(untouched[0])
    changed = [(await run(session, "data += 1"))[0].checkpoint for _ in range(8)]
    with pytest.raises(EngineError, match=rf"Kept are: 0, .*{changed[-1]}\."):
        await session.rewind(untouched[0])
    await session.rewind(changed[-2])
    assert (await run(session, "data.mean().item()"))[1] == "7.0\n"
    await session.rewind(0)
    await session.close()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "import threading as t; t.Thread(target=t.Event().wait, daemon=True).start()",
            "Threads that were running then are gone",
        ),
        ("log = open('log.txt', 'w'); log.write('one')", "Files that were open then"),
    ],
    ids=["threads", "files"],
)
async def test_what_cannot_come_back_is_said(forking: Engine, code: str, said: str) -> None:
    """After a crash and after a rewind; and nothing is said of what was not there."""
    session = await forking.session(setup="import torch")
    plain, _ = await run(session, "import os; os._exit(1)")
    assert "then" not in plain.note, plain.note
    state, _ = await run(session, code)
    crashed, _ = await run(session, "import os; os._exit(1)")
    assert said in crashed.note
    assert said in await session.rewind(state.checkpoint)
    await session.close()


async def test_a_state_with_cuda_in_use_is_not_kept_and_that_is_said(forking: Engine) -> None:
    """There is no such device here, so torch is made to say that it uses one."""
    session = await forking.session(setup="import torch")
    await run(session, "before = 1")
    await run(session, "torch.cuda.is_initialized = lambda: True; after = 1")
    crashed, _ = await run(session, "import os; os._exit(1)")
    assert "States are not kept while CUDA is in use" in crashed.note
    assert (await run(session, "'before' in dir(), 'after' in dir()"))[1] == "(True, False)\n"
    await session.close()


async def test_an_engine_for_a_few_answers_does_not_become_warm() -> None:
    """It spends nothing on what they hardly need, works all the same, and clears up."""
    engine = await Engine.start(kind="fork", warm=False)
    session = await engine.session(setup="import torch")
    assert await warm(session) == "False\n"
    result, _ = await run(session, "torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)")
    assert result.status == "ok"
    assert not engine.warm.is_set()
    scratch = engine._scratch
    await engine.close()
    assert not scratch.exists()
