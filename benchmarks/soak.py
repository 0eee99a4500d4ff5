"""A long session under bad treatment, compared with a model of it: ``make soak``.

Cells define, change and delete names, raise, crash, are interrupted and are rewound, at random.
After every step the session must hold exactly what the model says; at the end the keeper's
descriptors and memory must be where they were.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from pathlib import Path

from tutor.engine.client import Engine
from tutor.engine.session import Session
from tutor.engine.wire import OnOutput
from tutor.engine.worker import census

__all__ = ["Soak", "soak"]

_NAMES = "abcdefgh"
_CRASHES = (
    "import os; os._exit(1)",
    "import ctypes; ctypes.string_at(0)",
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "import os; os.closerange(3, 200)",
)
_LOOK = f"print({{n: int(v[0]) for n, v in list(globals().items()) if n in {_NAMES!r}}})"


class Soak:
    """One session, and what it should hold.

    Attributes:
        counts: how often each kind of step was taken.
    """

    def __init__(self, session: Session, seed: int) -> None:
        self._session = session
        self._random = random.Random(seed)  # noqa: S311 - a test's choices, to be repeated
        self._state: dict[str, int] = {}
        self._kept: dict[int, dict[str, int]] = {0: {}}
        self.counts: dict[str, int] = {}

    async def step(self) -> None:
        """Do one thing, and look whether the session holds what it should."""
        kinds = ("define", "change", "delete", "raise", "crash", "interrupt", "rewind", "stop")
        kind = self._random.choices(kinds, weights=(30, 25, 8, 10, 9, 5, 8, 1))[0]
        self.counts[kind] = self.counts.get(kind, 0) + 1
        await getattr(self, f"_{kind}")()
        await self._compare(kind)

    async def _run(self, code: str, status: str, on_output: OnOutput | None = None) -> None:
        result = await self._session.run(code, seconds=20.0, on_output=on_output)
        assert result.status == status, (code, result)
        if status != "crashed":
            self._keep(result.checkpoint)

    def _keep(self, number: int) -> None:
        self._kept[number] = dict(self._state)
        for old in [n for n in self._kept if 0 < n < number - 30]:
            del self._kept[old]

    async def _define(self) -> None:
        name, value = self._random.choice(_NAMES), self._random.randrange(1000)
        self._state[name] = value
        await self._run(f"{name} = torch.full((50,), {value})", "ok")

    async def _change(self) -> None:
        if not self._state:
            return
        name = self._random.choice(sorted(self._state))
        self._state[name] += 1
        await self._run(f"{name} += 1", "ok")

    async def _delete(self) -> None:
        if not self._state:
            return
        name = self._random.choice(sorted(self._state))
        del self._state[name]
        await self._run(f"del {name}", "ok")

    async def _raise(self) -> None:
        name = self._random.choice(_NAMES)
        self._state[name] = 7
        await self._run(f"{name} = torch.full((50,), 7)\n1/0", "error")

    async def _crash(self) -> None:
        """What a crashed cell did before it crashed is gone with it."""
        name = self._random.choice(_NAMES)
        code = f"{name} = torch.zeros(50)\n{self._random.choice(_CRASHES)}"
        await self._run(code, "crashed")

    async def _interrupt(self) -> None:
        """What an interrupted cell did stays."""
        name = self._random.choice(_NAMES)
        self._state[name] = 3
        code = f"{name} = torch.full((50,), 3)\nprint('here')\nwhile True: pass"
        looping = asyncio.Event()
        task = asyncio.create_task(
            self._run(code, "interrupted", on_output=lambda *_: looping.set())
        )
        await looping.wait()
        await self._session.interrupt()
        await task

    async def _rewind(self) -> None:
        number = self._random.choice(sorted(self._kept))
        await self._session.rewind(number)
        self._state = dict(self._kept[number])
        self._kept = {n: state for n, state in self._kept.items() if n <= number}

    async def _stop(self) -> None:
        """Code that swallows interrupts is killed at the limit, and leaves nothing."""
        code = "while True:\n    try:\n        import time; time.sleep(9)\n"
        code += "    except BaseException: pass"
        result = await self._session.run(code, seconds=0.2)
        assert result.status == "timeout", result
        assert "as it was before this cell" in result.note, result

    async def _compare(self, kind: str) -> None:
        pieces: list[str] = []
        result = await self._session.run(_LOOK, on_output=lambda _, text: pieces.append(text))
        assert result.status == "ok", (kind, result)
        assert eval("".join(pieces)) == self._state, (kind, pieces, self._state)  # noqa: S307
        self._keep(result.checkpoint)


async def soak(steps: int, seed: int, *, sandbox: str | None = None) -> tuple[Soak, dict[str, int]]:
    """Take `steps` steps; give the counts and how many descriptors and bytes the keeper gained."""
    async with await Engine.start(sandbox=sandbox) as engine:
        await engine.warm.wait()
        session = await engine.session(setup="import torch")
        run = Soak(session, seed)
        for _ in range(min(100, steps // 2)):  # until every kind of step was taken once or twice
            await run.step()
        before = _usage()
        for _ in range(steps - min(100, steps // 2)):
            await run.step()
        after = _usage()
    return run, {name: after[name] - before[name] for name in before}


def _usage() -> dict[str, int]:
    """Of the engine's whole process tree: open descriptors, bytes in memory, processes."""
    pids = census.descendants(os.getpid())
    usage = {"descriptors": 0, "bytes": 0, "processes": len(pids)}
    for pid in pids:
        try:
            usage["descriptors"] += len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        usage["bytes"] += int(rollup.split("\nPss:")[1].split()[0]) * 1024
    return usage


def main() -> None:
    """``python -m benchmarks.soak [STEPS] [SEED]``."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else int(time.time())
    started = time.monotonic()
    run, gained = asyncio.run(soak(steps, seed))
    print(
        f"{steps} steps, seed {seed}, {time.monotonic() - started:.0f} s: state always as modelled"
    )
    print("steps:", ", ".join(f"{kind} {count}" for kind, count in sorted(run.counts.items())))
    print("gained after the first hundred:", gained)


if __name__ == "__main__":
    main()
