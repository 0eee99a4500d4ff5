from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tutor.authoring.preview.watching import saves


@pytest.fixture(params=["watchfiles", "clock"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With watchfiles, and where it is missing."""
    if request.param == "clock":
        monkeypatch.setitem(sys.modules, "watchfiles", None)


@contextlib.asynccontextmanager
async def _watched(*paths: Path) -> AsyncIterator[asyncio.Queue[None]]:
    """A queue with an item for each save."""
    queue: asyncio.Queue[None] = asyncio.Queue()

    async def watch() -> None:
        async for _ in saves(paths):
            queue.put_nowait(None)

    task = asyncio.create_task(watch())
    await asyncio.wait_for(queue.get(), 5)  # the one at the beginning
    try:
        yield queue
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _replace(path: Path) -> None:
    new = path.with_suffix(".new")
    new.write_text("replaced")
    new.replace(path)


def _again(path: Path) -> None:
    path.unlink()
    path.write_text("made again")


WAYS: dict[str, Callable[[Path], object]] = {
    "written": lambda path: path.write_text("written in place"),
    "replaced": _replace,
    "made again": _again,
    "removed": Path.unlink,
}


@pytest.mark.usefixtures("_way")
@pytest.mark.parametrize("how", WAYS)
async def test_every_way_of_saving_is_noticed_once(tmp_path: Path, how: str) -> None:
    """Editors write in place, put another file there, or remove it first."""
    path = tmp_path / "lesson.yaml"
    path.write_text("before")
    async with _watched(path) as queue:
        WAYS[how](path)
        await asyncio.wait_for(queue.get(), 10)
        await asyncio.sleep(0.6)
        assert queue.empty()


@pytest.mark.usefixtures("_way")
async def test_neighbours_count_only_if_they_were_named(tmp_path: Path) -> None:
    """One that is not there yet can be named; another file's change is no save."""
    path, checks = tmp_path / "lesson.yaml", tmp_path / "checks.py"
    path.write_text("before")
    async with _watched(path, checks) as queue:
        (tmp_path / "other.txt").write_text("x")
        await asyncio.sleep(0.6)
        assert queue.empty()
        checks.write_text("x = 1")
        await asyncio.wait_for(queue.get(), 10)


async def test_a_file_behind_a_link_is_watched(tmp_path: Path) -> None:
    """Where the link lies nothing happens."""
    (tmp_path / "there").mkdir()
    real, link = tmp_path / "there" / "lesson.yaml", tmp_path / "lesson.yaml"
    real.write_text("before")
    link.symlink_to(real)
    async with _watched(link) as queue:
        real.write_text("and after")
        await asyncio.wait_for(queue.get(), 10)
