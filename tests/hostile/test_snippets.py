"""Every hostile snippet, in a real session, at both levels: contained, and the session goes on."""

from __future__ import annotations

import asyncio

import pytest

from tests.hostile.hostile_host import Host
from tests.hostile.hostile_snippets import Snippet, snippets
from tutor.engine.client import Engine
from tutor.engine.forking import ForkEngine
from tutor.engine.results import CellResult
from tutor.engine.session import Session

# A minute was too short for 20,000 files, made and removed on a machine four times overloaded.
pytestmark = [pytest.mark.xdist_group("hostile"), pytest.mark.timeout(180)]

ALL = snippets()


async def run(session: Session, code: str, seconds: float = 20.0) -> tuple[CellResult, str]:
    """Run a cell; give its result and everything that it printed."""
    pieces: list[str] = []
    result = await session.run(code, seconds=seconds, on_output=lambda _, text: pieces.append(text))
    return result, "".join(pieces)


def test_there_are_many() -> None:
    """The issue asks for at least sixty."""
    assert len(ALL) >= 60


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("snippet", ALL, ids=lambda snippet: snippet.name)
async def test_snippet(engine: Engine, host: Host, snippet: Snippet) -> None:
    """It ends as it says, harms nothing, learns no secret, and earlier names are still there."""
    assert isinstance(engine, ForkEngine)
    setup = host.prelude(engine.sandbox, engine._process.pid)
    session = await engine.session(setup=setup, limits=snippet.limits)
    try:
        before, _ = await run(session, "kept = torch.tensor([1, 2])")
        assert before.status == "ok"
        result, printed = await run(session, snippet.code, snippet.seconds)
        await asyncio.sleep(snippet.pause)
        assert result.status in snippet.ends[engine.sandbox], (result, printed[-3000:])
        assert_contained(snippet, engine.sandbox, printed)
        assert host.harm() == []
        assert_safe_to_show(host, result, printed)
        if snippet.breaks_itself:
            await session.rewind(before.checkpoint)
        await assert_goes_on(session, snippet)
    finally:
        await session.close()


def assert_contained(snippet: Snippet, level: str, printed: str) -> None:
    """Nothing was reached; or it was, just as the snippet says for this level."""
    reached = [line for line in printed.splitlines() if "REACHED" in line]
    if snippet.not_contained[level]:
        assert reached, f"{level} holds this back now: remove the line that says it does not"
    else:
        assert not reached


def assert_safe_to_show(host: Host, result: CellResult, printed: str) -> None:
    """Neither output nor error carries the key or anything that a terminal would obey."""
    shown = printed + result.note
    if result.error is not None:
        shown += result.error.type + result.error.message + result.error.traceback
    assert host.key not in shown
    assert not {character for character in shown if ord(character) < 32} - {"\n", "\t"}
    assert not set(shown) & {"\x7f", "\x9b", "\u202e", "\u2066"}
    assert len(shown) < 600_000


async def assert_goes_on(session: Session, snippet: Snippet) -> None:
    """The session answers, and `kept` is what it was."""
    result, printed = await run(session, "print('kept' in dir() and kept.tolist())", 10.0)
    if snippet.loses_names:
        _, printed = await run(session, "1 + 1")
        assert printed.endswith("2\n")
    else:
        assert "[1, 2]" in printed, (result, printed[-2000:])
