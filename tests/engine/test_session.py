"""A real session in a real worker process."""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from tutor.engine.client import KINDS, Engine, Kind
from tutor.engine.forking import ForkEngine
from tutor.engine.results import CellResult
from tutor.engine.session import Session
from tutor.engine.spawned.engine import SpawnEngine
from tutor.engine.worker import census
from tutor.errors import EngineError, UsageError

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def run(session: Session, code: str, seconds: float = 20.0) -> tuple[CellResult, str]:
    """Run a cell; give its result and everything that it printed."""
    pieces: list[str] = []
    result = await session.run(code, seconds=seconds, on_output=lambda _, text: pieces.append(text))
    return result, "".join(pieces)


async def test_the_last_expression_is_displayed(session: Session) -> None:
    """A cell shows its last expression's repr, as Python's REPL does."""
    assert (await run(session, "x = 1\nx + 1"))[1] == "2\n"


async def test_none_is_not_displayed_and_underscore_is_kept(session: Session) -> None:
    """None shows nothing; `_` is the last value that was shown."""
    assert (await run(session, "None"))[1] == ""
    await run(session, "20 + 1")
    assert (await run(session, "_ * 2"))[1] == "42\n"


async def test_names_are_kept_from_cell_to_cell(session: Session) -> None:
    """What one cell defines, the next one sees; torch came with the setup."""
    await run(session, "t = torch.arange(3)")
    assert (await run(session, "t.sum()"))[1] == "tensor(3)\n"


async def test_a_traceback_has_the_learners_frames_only(session: Session) -> None:
    """Neither the tutor's own frames nor torch's are shown; line and type are reported."""
    result, _ = await run(session, "def f(x):\n    return x.view(4)\nf(torch.ones(3))")
    assert result.status == "error"
    assert result.error is not None
    assert result.error.type == "RuntimeError"
    assert result.error.line == 2
    assert "tutor" not in result.error.traceback
    assert "return x.view(4)" in result.error.traceback
    assert result.error.traceback.count("File ") == 2


async def test_the_marks_of_a_traceback_lie_below_what_they_mean(session: Session) -> None:
    """Also in a cell's last line, which has no newline as it was typed."""
    for code in ("print(foo)", "x = 1\ny = bar + 1", "z = bar + 1\n"):
        result, _ = await run(session, code)
        assert result.error is not None
        lines = result.error.traceback.splitlines()
        place = next(n for n, line in enumerate(lines) if "^" in line)
        start, stop = lines[place].index("^"), lines[place].rindex("^") + 1
        assert lines[place - 1][start:stop] in ("foo", "bar"), result.error.traceback


async def test_a_name_that_is_nearly_another_one_is_guessed(session: Session) -> None:
    """As Python's own prompt does it, which some versions do only while they print."""
    for code, meant in (
        ("model = torch.nn.Linear(2, 1)\nmodle(3)", "model"),
        ("torch.ones(2).backwards()", "backward"),
        ("torch.nn.Linear(2, 1).weights", "weight"),
    ):
        result, _ = await run(session, code)
        assert result.error is not None
        assert result.error.message.endswith(f". Did you mean: '{meant}'?")
        assert result.error.traceback.endswith(f". Did you mean: '{meant}'?")
    result, _ = await run(session, "torch.ones(2).unheard_of")
    assert result.error is not None
    assert "Did you mean" not in result.error.message


async def test_torchs_own_frames_are_left_out(session: Session) -> None:
    """An error deep in torch points at the learner's line."""
    result, _ = await run(session, "torch.nn.Linear(2, 3)(torch.ones(4))")
    assert result.error is not None
    assert result.error.line == 1
    assert "site-packages" not in result.error.traceback


async def test_a_syntax_error_names_its_line(session: Session) -> None:
    """A cell that does not parse fails where it is wrong, and runs nothing."""
    result, printed = await run(session, "print('no')\nx = = 1")
    assert result.error is not None
    assert (result.error.type, result.error.line) == ("SyntaxError", 2)
    assert printed == ""


async def test_a_chained_exception_shows_both(session: Session) -> None:
    """`raise … from …` prints cause and effect."""
    code = "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError('no') from e"
    result, _ = await run(session, code)
    assert result.error is not None
    assert "ZeroDivisionError" in result.error.traceback
    assert result.error.traceback.endswith("ValueError: no")


async def test_output_streams_while_the_cell_runs(session: Session) -> None:
    """A printed line arrives before the cell has ended."""
    seen: list[float] = []
    await session.run(
        "import time\nprint('early')\ntime.sleep(0.5)",
        on_output=lambda _, __: seen.append(time.monotonic()),
    )
    assert time.monotonic() - seen[0] > 0.3


async def test_output_of_subprocesses_and_c_code_is_caught(session: Session) -> None:
    """Output is taken at the file descriptors, not at sys.stdout."""
    code = """
import os, subprocess, sys
written = os.write(1, b"raw\\n")
done = subprocess.run([sys.executable, "-c", "print('sub')"])
"""
    _, printed = await run(session, code)
    assert printed == "raw\nsub\n"


async def test_stderr_is_told_apart(session: Session) -> None:
    """The two streams keep their names."""
    seen: list[tuple[str, str]] = []
    await session.run(
        "import sys\nprint('bad', file=sys.stderr)", on_output=lambda s, t: seen.append((s, t))
    )
    assert seen == [("stderr", "bad\n")]


async def test_terminal_escapes_are_neutralised(session: Session) -> None:
    """No escape sequence of the learner's reaches a terminal."""
    _, printed = await run(session, r"print('\x1b]0;title\x07 \x9b31m')")
    assert printed == "\\x1b]0;title\\x07 \\x9b31m\n"


async def test_invalid_utf8_is_shown_as_replacement(session: Session) -> None:
    """Bytes that are no text do not break the stream."""
    _, printed = await run(session, "import os\n_n = os.write(1, b'a\\xff\\xfeb\\n')")
    assert printed == "a��b\n"


async def test_a_million_lines_are_bounded(session: Session) -> None:
    """A flood is cut with a notice that counts what was left out; the session goes on."""
    result, printed = await run(session, "for i in range(1_000_000): print(i)", seconds=60)
    assert result.status == "ok"
    assert len(printed) < 1_200_000
    assert "more bytes of output were left out" in printed
    assert (await run(session, "1 + 1"))[1] == "2\n"


async def test_input_explains_itself(session: Session) -> None:
    """input() fails at once and says what to do."""
    result, _ = await run(session, "name = input('? ')")
    assert result.error is not None
    assert result.error.type == "EOFError"
    assert "Assign the value to a name" in result.error.message


async def test_an_endless_loop_is_stopped_and_names_are_kept(session: Session) -> None:
    """At the limit a Python loop is interrupted; what it did so far stays."""
    result, _ = await run(session, "n = 0\nwhile True:\n    n += 1", seconds=0.5)
    assert result.status == "timeout"
    assert (await run(session, "n > 0"))[1] == "True\n"


async def test_ctrl_c_interrupts(session: Session) -> None:
    """interrupt() ends a loop as KeyboardInterrupt and keeps the state so far."""
    task = asyncio.create_task(run(session, "k = 0\nprint('go')\nwhile True:\n    k += 1"))
    await asyncio.sleep(0.3)
    await session.interrupt()
    result, _ = await task
    assert result.status == "interrupted"
    assert result.error is not None
    assert result.error.type == "KeyboardInterrupt"
    assert (await run(session, "k > 0"))[1] == "True\n"


async def test_a_loop_that_swallows_ctrl_c_is_ended(fragile: Session) -> None:
    """Code that catches KeyboardInterrupt is killed after the grace period; earlier names stay."""
    await run(fragile, "kept = 7")
    code = (
        "import time\nkept = 8\nwhile True:\n"
        "    try:\n        time.sleep(60)\n    except BaseException:\n        pass"
    )
    result, _ = await run(fragile, code, seconds=0.3)
    assert result.status == "timeout"
    assert "as it was before this cell" in result.note
    assert (await run(fragile, "kept"))[1] == "7\n"


@pytest.mark.parametrize(
    "code",
    [
        "import os; os._exit(0)",
        "import ctypes; ctypes.string_at(0)",
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os\nfor d in range(3, 200):\n    try: os.close(d)\n    except OSError: pass",
        (
            "import os\nfor d in range(3, 200):\n    try: os.write(d, b'\\xff' * 100)\n"
            "    except OSError: pass"
        ),
    ],
    ids=["exit", "segfault", "kill", "close-all", "garbage"],
)
async def test_a_crash_takes_nothing_away(fragile: Session, code: str) -> None:
    """After the process dies in whatever way, the names of earlier cells are still there."""
    await run(fragile, "kept = torch.tensor([1, 2])")
    result, _ = await run(fragile, code)
    assert result.status == "crashed"
    assert "everything defined earlier is kept" in result.note
    assert (await run(fragile, "kept"))[1] == "tensor([1, 2])\n"


async def test_two_crashes_in_a_row(fragile: Session) -> None:
    """A session that came back can come back again."""
    await run(fragile, "kept = 1")
    for _ in range(3):
        assert (await run(fragile, "import os; os._exit(1)"))[0].status == "crashed"
    assert (await run(fragile, "kept"))[1] == "1\n"


async def test_a_forked_child_never_speaks_for_the_session(session: Session) -> None:
    """A child that the learner forks and forgets ends with its cell."""
    result, printed = await run(session, "import os\npid = os.fork()\nprint('one')")
    assert result.status == "ok"
    assert "one\n" in printed
    # The child's own line may come late; it never runs a cell or answers for the session.
    assert (await run(session, "1 + 1"))[1].replace("one\n", "") == "2\n"
    assert (await run(session, "3"))[1] == "3\n"


async def test_system_exit_does_not_end_the_session(session: Session) -> None:
    """exit() is an error of the cell; the session goes on."""
    result, _ = await run(session, "raise SystemExit(3)")
    assert result.error is not None
    assert result.error.type == "SystemExit"
    assert (await run(session, "1"))[1] == "1\n"


async def test_rewind_goes_back(fragile: Session) -> None:
    """rewind(n) gives the state after the cell whose result said n."""
    first, _ = await run(fragile, "a = 1")
    await run(fragile, "a = 2")
    await fragile.rewind(first.checkpoint)
    assert (await run(fragile, "a"))[1] == "1\n"
    await fragile.rewind(0)
    assert (await run(fragile, "'a' in dir()"))[1] == "False\n"


async def test_undo_counts_cells(fragile: Session) -> None:
    """undo(n) goes back n cells, a failed one among them, and never beyond the setup."""
    for code in ("a = 1", "a = 2", "1/0"):
        await run(fragile, code)
    assert (await fragile.undo(2))[0] == 2
    assert (await run(fragile, "a"))[1] == "1\n"
    before = fragile.checkpoint
    assert (await fragile.undo(99))[0] == before
    assert (await fragile.undo())[0] == 0
    assert (await run(fragile, "'a' in dir()"))[1] == "False\n"


async def test_rewind_to_nowhere_says_what_there_is(session: Session) -> None:
    """An unknown checkpoint is refused with the list of known ones."""
    with pytest.raises(EngineError, match=r"no checkpoint 9999.*0"):
        await session.rewind(9999)


async def test_restart_forgets_and_runs_setup(fragile: Session) -> None:
    """restart() gives a fresh world with the setup run in it."""
    await run(fragile, "gone = 1")
    await fragile.restart()
    assert (await run(fragile, "'gone' in dir(), 'torch' in dir()"))[1] == "(False, True)\n"


async def test_chance_differs_from_session_to_session(session: Session) -> None:
    """Two fresh sessions draw different numbers, as two fresh interpreters do."""
    _, first = await run(session, "torch.rand(3)")
    await session.restart()
    assert (await run(session, "torch.rand(3)"))[1] != first


async def test_a_failing_setup_is_reported(engine: Engine) -> None:
    """A lesson whose setup raises is an EngineError with the traceback."""
    with pytest.raises(EngineError, match="ZeroDivisionError"):
        await engine.session(setup="1/0")


async def test_one_cell_at_a_time(session: Session) -> None:
    """A second cell while one runs is refused, and the first is not disturbed."""
    task = asyncio.create_task(run(session, "import time; time.sleep(0.3); 'done'"))
    await asyncio.sleep(0.1)
    with pytest.raises(EngineError, match="running already"):
        await session.run("1")
    assert (await task)[1] == "'done'\n"


@pytest.mark.parametrize("kind", KINDS)
async def test_the_users_environment_stays_outside(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No variable of the user's reaches the learner's code."""
    monkeypatch.setenv("TUTOR_TEST_SECRET", "hush")
    async with await Engine.start(kind=kind) as engine:
        session = await engine.session()
        code = "import os; open('/proc/self/environ').read() + str(dict(os.environ))"
        _, printed = await run(session, code)
    assert "PATH" in printed
    assert "hush" not in printed


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_outlives_the_engine(kind: Kind) -> None:
    """Closing the engine ends every process, checkpoints too, and removes the scratch files."""
    async with await Engine.start(kind=kind) as engine:
        session = await engine.session()
        for number in range(3):
            await run(session, f"a{number} = {number}")
        await run(session, "import subprocess; _p = subprocess.Popen(['sleep', '600'])")
        family = _family(engine)
        scratch = engine._scratch
        assert len(family) > (5 if kind == "fork" else 1)
        assert scratch.exists()
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in family):
        assert time.monotonic() < deadline, "a process is still there"
        await asyncio.sleep(0.02)
    assert not scratch.exists()


def _family(engine: Engine) -> list[int]:
    if isinstance(engine, ForkEngine):
        roots: tuple[int, ...] = (engine._process.pid,)
    else:
        assert isinstance(engine, SpawnEngine)
        roots = engine.pids
    return [pid for root in roots for pid in (root, *census.descendants(root))]


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_an_unknown_sandbox_level_is_refused() -> None:
    """A level that does not exist is a usage error that lists the real ones."""
    with pytest.raises(UsageError, match="full, partial, none"):
        await Engine.start(sandbox="fort-knox")


# A limit on memory is not to be had on every platform, so the spawned engine sets none.
@pytest.mark.parametrize("engine", ["fork"], indirect=True)
async def test_memory_is_bounded(session: Session) -> None:
    """An allocation beyond the budget raises; the session goes on."""
    result, _ = await run(session, "big = torch.empty(10**10, dtype=torch.uint8)")
    assert result.error is not None
    assert (await run(session, "1"))[1] == "1\n"
