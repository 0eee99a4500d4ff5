"""What only the spawned engine does: replay, spares, ending without a keeper, portability."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import Engines
from tutor.course.model import CheckUse, Code, Lesson
from tutor.engine.client import Engine
from tutor.engine.results import CellResult
from tutor.engine.session import Session
from tutor.engine.spawned.attendant import Attendant
from tutor.engine.spawned.engine import SpawnEngine
from tutor.errors import EngineError, EngineStartError, UsageError
from tutor.judging.judge import Judging

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).resolve().parents[2]


@pytest_asyncio.fixture(loop_scope="session")
async def spawning(engines: Engines) -> SpawnEngine:
    """A spawned engine, ready to run."""
    engine = await engines.ready("spawn")
    assert isinstance(engine, SpawnEngine)
    return engine


@pytest_asyncio.fixture(loop_scope="session")
async def session(spawning: SpawnEngine) -> AsyncIterator[Session]:
    """A fresh session with torch imported."""
    session = await spawning.session(setup="import torch")
    yield session
    await session.close()


async def run(session: Session, code: str, seconds: float = 20.0) -> tuple[CellResult, str]:
    """Run a cell; give its result and everything that it printed."""
    pieces: list[str] = []
    result = await session.run(code, seconds=seconds, on_output=lambda _, text: pieces.append(text))
    return result, "".join(pieces)


# --- replay


async def test_a_rewind_repeats_what_is_random_and_says_so(session: Session) -> None:
    """The cells run again under the same seeds, unseen; files are written again."""
    code = (
        "import random\nx = [torch.rand(1).item(), random.random(), list({'a', 'b', 'c', 'd'})]\nx"
    )
    first, printed = await run(session, code)
    await run(session, "open('made', 'x').close()\nprint('made')")
    await run(session, "x = None")
    note = await session.rewind(first.checkpoint + 1)
    assert note == "To get there, the setup and 2 cells were run again in a fresh process."
    assert (await run(session, "x"))[1] == printed
    assert (await run(session, "import os; os.listdir()"))[1] == "['made']\n"


async def test_a_crash_is_followed_by_a_replay_that_the_note_tells_of(session: Session) -> None:
    """The cell that crashed is left out; what it wrote in the scratch directory is gone."""
    await run(session, "print('once')\nkept = 1")
    result, printed = await run(session, "open('half', 'w').close()\nimport os\nos._exit(3)")
    assert result.status == "crashed"
    assert result.checkpoint == 1
    assert "exited by itself with code 3" in result.note
    assert "the setup and one cell were run again" in result.note
    assert "once" not in printed  # on a slow machine, that cells are run again is announced
    assert (await run(session, "kept, __import__('os').listdir()"))[1] == "(1, [])\n"


async def test_a_cell_that_goes_otherwise_is_reported(session: Session, tmp_path: Path) -> None:
    """Where the world outside has changed, the note names the cell and does not promise."""
    here = tmp_path / "here"
    here.touch()
    await run(session, f"open({str(here)!r}).close()\na = 1")
    here.unlink()
    result, _ = await run(session, "import os; os._exit(0)")
    assert "Not all of it went as before: cell 1 failed this time with FileNotFoundError" in (
        result.note
    )
    assert "everything defined earlier is kept" not in result.note
    assert (await run(session, "'a' in dir()"))[1] == "False\n"


async def test_a_cell_that_crashes_when_it_runs_again_is_given_up(
    session: Session, tmp_path: Path
) -> None:
    """The session is then as it was before that cell, and says that later ones are lost."""
    flag = tmp_path / "flag"
    await run(session, "a = 1")
    code = f"import os, pathlib\nf = pathlib.Path({str(flag)!r})\nif f.exists(): os._exit(9)\n"
    await run(session, f"{code}f.touch()")
    last, _ = await run(session, "b = 2")
    with pytest.raises(EngineError, match=r"this is 1\..*cell 2 ended its process this time"):
        await session.rewind(last.checkpoint)
    assert (await run(session, "a, 'b' in dir()"))[1] == "(1, False)\n"


async def test_a_stopped_cell_is_stopped_again_and_said_to_differ(session: Session) -> None:
    """A loop that reached its limit runs as long again; nobody claims that it is the same."""
    result, _ = await run(session, "n = 0\nwhile True: n += 1", seconds=0.2)
    assert result.status == "timeout"
    note = await session.rewind(result.checkpoint)
    assert "cell 1 was stopped on its way again, hardly at the same place" in note
    assert (await run(session, "n > 0"))[1] == "True\n"


async def test_ctrl_c_ends_a_replay(session: Session, tmp_path: Path) -> None:
    """Who does not want to wait for old cells interrupts; what is left out is said."""
    slow = tmp_path / "slow"
    code = f"import os, time\nif os.path.exists({str(slow)!r}): time.sleep(60)"
    await run(session, code)
    last, _ = await run(session, "after = 1")
    slow.touch()
    rewinding = asyncio.create_task(session.rewind(last.checkpoint))
    while not rewinding.done():
        await asyncio.sleep(0.2)
        await session.interrupt()
    with pytest.raises(EngineError, match="the cells after that are lost"):
        await rewinding
    slow.unlink()
    assert (await run(session, "'after' in dir()"))[1] == "False\n"


async def test_a_death_between_cells_is_made_good(session: Session, tmp_path: Path) -> None:
    """A process that a thread ends while nothing runs is replaced before the next cell."""
    once = tmp_path / "once"
    code = f"""
import os, pathlib, threading
once = pathlib.Path({str(once)!r})
if not once.exists():
    once.touch()
    threading.Timer(0.2, os._exit, [1]).start()
"""
    await run(session, code)
    assert session._worker is not None
    attendant = session._worker._link
    assert isinstance(attendant, Attendant)
    assert attendant._process is not None
    await asyncio.wait_for(asyncio.shield(attendant._process.gone), 10)
    result, printed = await run(session, "once.exists()")
    assert "had ended between two cells" in result.note
    assert printed == "True\n"


# --- spares


async def test_a_spare_is_kept_for_each_role(spawning: SpawnEngine) -> None:
    """After a session was taken, a process with torch waits for the next one, which is quick."""
    await (await spawning.session()).close()
    deadline = time.monotonic() + 60
    while not any(spare.is_ready for spare in spawning._spares):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
    spare = spawning._spares[0].pid
    session = await spawning.session()
    assert (await run(session, "import os; os.getpid()"))[1] == f"{spare}\n"
    await session.close()


# --- judging


DOUBLE = Code(
    id="double",
    prompt="Double it.",
    solution="def double(x):\n    return 2 * x",
    checks=(
        CheckUse(check="function", target="double", params={"inputs": {"x": "torch.rand(3)"}}),
        CheckUse(check="function", target="double", params={"inputs": {"x": "torch.rand(2, 2)"}}),
    ),
)
LESSON = Lesson(format=1, id="test", title="Test", setup="import torch", exercises=(DOUBLE,))


async def test_it_judges_and_outlives_an_answer_that_crashes(spawning: SpawnEngine) -> None:
    """Looking happens in the world itself: one that it ends is made again for the next check."""
    judging = Judging(spawning, seconds=5.0)
    right = await judging.judge(LESSON, DOUBLE, "def double(x):\n    return x + x")
    assert (right.status, right.sandbox) == ("pass", "none")
    fatal = "import os\ndef double(x):\n    return os._exit(4) if x.dim() == 1 else x + x"
    crash = await judging.judge(LESSON, DOUBLE, fatal)
    assert [(finding.status, finding.code) for finding in crash.findings] == [
        ("fail", "crashed"),
        ("pass", ""),
    ]
    assert "exited by itself with code 4" in crash.message


# --- the start


async def test_a_sandbox_is_refused_with_the_reason() -> None:
    """A level that it cannot give is refused at once, not ignored."""
    with pytest.raises(UsageError, match=r"partial is not to be had.*has no sandbox"):
        await Engine.start(kind="spawn", sandbox="partial")


async def test_the_level_is_shown(spawning: SpawnEngine) -> None:
    """Kind, level and the reason for it can be read."""
    assert (spawning.kind, spawning.sandbox) == ("spawn", "none")
    assert "no sandbox" in spawning.sandbox_note
    assert spawning.torch_version


async def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    """TUTOR_ENGINE says which engine; one that does not exist is a usage error."""
    monkeypatch.setenv("TUTOR_ENGINE", "spawn")
    async with await Engine.start() as engine:
        assert engine.kind == "spawn"
    monkeypatch.setenv("TUTOR_ENGINE", "thread")
    with pytest.raises(UsageError, match="no engine 'thread': use fork or spawn"):
        await Engine.start()


async def test_a_torch_that_cannot_be_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The reason is passed on."""
    (tmp_path / "torch.py").write_text("raise ImportError('libc10 is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    async with await Engine.start(kind="spawn") as engine:
        with pytest.raises(EngineStartError, match="libc10 is missing"):
            await engine.ready()


# --- the end


FRONT_END = """
import asyncio
from tutor.engine.client import Engine

async def main():
    engine = await Engine.start(kind="spawn")
    session = await engine.session()
    loop = asyncio.create_task(session.run("while True: pass"))
    while len(engine.pids) < 2:
        await asyncio.sleep(0.05)
    print(engine._scratch, *engine.pids, flush=True)
    await loop

asyncio.run(main())
"""


async def test_nothing_outlives_a_front_end_that_is_killed() -> None:
    """Neither a busy worker nor one that still imports torch stays, nor the scratch directory."""
    front = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FRONT_END, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert front.stdout is not None
    scratch, *words = (await front.stdout.readline()).decode().split()
    pids = [int(word) for word in words]
    assert len(pids) == 2
    front.kill()
    await front.wait()
    deadline = time.monotonic() + 20
    while any(_alive(pid) for pid in pids):
        assert time.monotonic() < deadline, "a worker is still there"
        await asyncio.sleep(0.05)
    assert not os.path.exists(scratch)  # noqa: ASYNC240, PTH110 - at once, on a local disk


def _alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


# --- other platforms


ELSEWHERE = """
import asyncio, os, signal, socket, subprocess, sys, tempfile, threading
{first}
# What Windows or macOS lack:
for module, names in {{
    os: "fork forkpty killpg setsid getpgrp pidfd_open waitid memfd_create setresuid",
    signal: "SIGKILL SIGCHLD SIGBUS SIGXCPU SIGXFSZ pidfd_send_signal alarm",
    socket: "AF_UNIX SO_PASSCRED SCM_CREDENTIALS send_fds recv_fds",
}}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
for name in ("resource", "landlockpy", "pyseccomp", "fcntl", "pwd", "grp"):
    sys.modules[name] = None
{then}
"""


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("", "import tutor.engine.client, tutor.engine.spawned.engine, tutor.judging.judge"),
        ("import torch", "import tutor.engine.worker.spawned, tutor.engine.worker.answering"),
    ],
    ids=["front-end", "worker"],
)
async def test_nothing_of_linux_is_needed(
    modules_after: Callable[[str], frozenset[str]], first: str, then: str
) -> None:
    """Both sides are imported where what only Linux (or only POSIX) has is missing."""
    loaded = modules_after(ELSEWHERE.format(first=first, then=then))
    linux = {"active", "census", "family", "keeper", "kernel", "limits", "throwaway", "zygote"}
    assert not {f"tutor.engine.worker.{name}" for name in linux} & loaded
    assert not [name for name in loaded if name.startswith("tutor.engine.worker.sandbox")]
    assert "tutor.engine.forking" not in loaded
