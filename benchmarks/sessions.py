"""A session against a Jupyter kernel, driven through jupyter_client: the same steps, in turns."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

from jupyter_client.manager import KernelManager

from benchmarks.timing import Comparison
from tutor.engine.client import Engine
from tutor.engine.session import Session
from tutor.engine.worker import census

__all__ = ["compare", "facts"]

_OPTIMIZER = (
    "w = torch.ones(3, requires_grad=True); o = torch.optim.Adam([w]); w.sum().backward(); o.step()"
)
_PATIENCE = 120
_SETTLING = 2
"""Seconds after which the checkpoints of a hundred sessions are there."""


class _Kernel:
    """A Jupyter kernel with torch imported."""

    def __init__(self) -> None:
        self._manager = KernelManager()
        self._manager.start_kernel()
        self._client = self._manager.client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=_PATIENCE)
        self.run("import torch")

    def run(self, code: str) -> None:
        """Run a cell and wait until it is done."""
        reply: dict[str, Any] = self._client.execute_interactive(
            code, timeout=_PATIENCE, output_hook=lambda _: None
        )
        assert reply["content"]["status"] == "ok", reply

    def restart(self) -> None:
        """Restart, until a tensor can be made."""
        self._manager.restart_kernel(now=True)
        self._client.wait_for_ready(timeout=_PATIENCE)
        self.run("import torch; torch.ones(1)")

    def close(self) -> None:
        """End the kernel."""
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


def compare(rounds: int) -> list[Comparison]:
    """Round trip of a cell, and restart to a usable prompt."""
    return asyncio.run(_compare(rounds))


async def _compare(rounds: int) -> list[Comparison]:
    kernel = _Kernel()
    trips: tuple[list[float], list[float]] = ([], [])
    restarts: tuple[list[float], list[float]] = ([], [])
    try:
        async with await Engine.start() as engine:
            await engine.warm.wait()
            session = await engine.session(setup="import torch")
            for _ in range(rounds * 20):
                trips[0].append(await _timed(session, "1+1"))
                started = time.perf_counter()
                kernel.run("1+1")
                trips[1].append(time.perf_counter() - started)
            for _ in range(rounds):
                await asyncio.sleep(0.5)  # a person restarts now and then, not in a loop
                started = time.perf_counter()
                await session.restart()
                await session.run("torch.ones(1)")
                restarts[0].append(time.perf_counter() - started)
                started = time.perf_counter()
                kernel.restart()
                restarts[1].append(time.perf_counter() - started)
    finally:
        kernel.close()
    return [
        _against_ipykernel("round trip of the cell 1+1", trips, "at most 5 ms"),
        _against_ipykernel("restart to a usable torch prompt", restarts, "30 ms, 60 times faster"),
    ]


def _against_ipykernel(what: str, times: tuple[list[float], list[float]], aim: str) -> Comparison:
    return Comparison(
        what=what,
        ours=tuple(times[0]),
        rival=tuple(times[1]),
        rival_name="ipykernel",
        aim=aim,
        faster=True,
    )


async def _timed(session: Session, code: str) -> float:
    started = time.perf_counter()
    await session.run(code)
    return time.perf_counter() - started


def facts(rounds: int) -> list[str]:
    """What no rival has, in figures of its own."""
    return asyncio.run(_facts(rounds))


async def _facts(rounds: int) -> list[str]:
    lines: list[str] = []
    async with await Engine.start() as engine:
        await asyncio.sleep(5)
        fresh = [await engine.session(setup="import torch") for _ in range(3)]
        lines.append(
            _line(
                "first optimizer step in a fresh session",
                60,
                [await _timed(session, _OPTIMIZER) for session in fresh],
            )
        )
        session = fresh[0]
        rewinds, recoveries = [], []
        for _ in range(rounds):
            number = (await session.run("x = [torch.ones(1000) for _ in range(100)]")).checkpoint
            await session.run("x = None")
            started = time.perf_counter()
            await session.rewind(number)
            rewinds.append(time.perf_counter() - started)
            recoveries.append(await _timed(session, "import os; os._exit(1)"))
        lines += [_line("rewind", 20, rewinds), _line("recovery from a crash", 20, recoveries)]
        for one in fresh:
            await one.close()
        lines.append(await _hundred(engine))
    return lines


async def _hundred(engine: Engine) -> str:
    """A hundred sessions at once: how long they take to open, and what each adds in memory."""
    zygotes = _private()
    started = time.perf_counter()
    sessions = [await engine.session(setup="import torch") for _ in range(100)]
    opened = time.perf_counter() - started
    await asyncio.sleep(_SETTLING)
    fresh = (_private() - zygotes) / 100 / 1024**2
    started = time.perf_counter()
    results = await asyncio.gather(*(one.run("torch.ones(3).sum()") for one in sessions))
    used = time.perf_counter() - started
    assert all(result.status == "ok" for result in results)
    await asyncio.sleep(_SETTLING)
    after = (_private() - zygotes) / 100 / 1024**2
    for one in sessions:
        await one.close()
    return (
        f"100 sessions at once: opened in {opened:.1f} s, each used in {used:.1f} s; "
        f"each further one has {fresh:.1f} MB of its own (aim: at most 12 MB), "
        f"after its first tensor {after:.1f} MB"
    )


def _private() -> int:
    """Proportional memory of everything below this process, in bytes."""
    total = 0
    for pid in census.descendants(_own_pid()):
        try:
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += int(rollup.split("\nPss:")[1].split()[0]) * 1024
    return total


def _own_pid() -> int:
    return int(Path("/proc/self/stat").read_text().split()[0])


def _line(what: str, aim: int, times: list[float]) -> str:
    return f"{what}: {statistics.median(times) * 1000:.1f} ms (aim: at most {aim} ms)"
