"""The REPL from start to end: at a terminal, or for a program from a pipe."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import os
import platform
import signal
import sys
from typing import TYPE_CHECKING, Protocol

from tutor import __version__
from tutor.engine.client import Engine
from tutor.repl.cells import CellSplitter
from tutor.repl.commands import HELP, Command, cells_to_undo, command, complaint
from tutor.repl.lines import LineReader
from tutor.repl.plain import PlainPrompt
from tutor.repl.screen import Screen
from tutor.repl.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

__all__ = ["repl"]


class _Asks(Protocol):
    """Where cells come from at a terminal."""

    async def cell(self) -> str: ...
    def interrupt(self) -> None: ...


async def repl(*, sandbox: str | None) -> int:
    """Run the REPL to its end and give the exit code.

    At a terminal that is 0. A program from a pipe gives 1 where its last cell failed.

    Raises:
        UsageError: there is no such sandbox level.
        EngineStartError: the engine does not come up.
    """
    talk = sys.stdin.isatty()
    # A program's session is in use at once, so it could not become warm behind its back.
    async with await Engine.start(sandbox=sandbox, warm=talk) as engine:
        screen = Screen(lambda: workspace.interrupt())  # noqa: PLW0108 - made in the next line
        workspace = Workspace(engine, screen, patient=not talk)
        try:
            if talk:
                _banner(screen)
                return await _converse(workspace, screen)
            return await _run_program(workspace, screen)
        finally:
            await workspace.close()


# --- at a terminal


async def _converse(workspace: Workspace, screen: Screen) -> int:
    prompt = _prompt(screen)

    def on_interrupt() -> None:
        (workspace if workspace.busy else prompt).interrupt()

    with _handling_interrupts(on_interrupt):
        while True:
            try:
                text = await prompt.cell()
            except KeyboardInterrupt:
                screen.tell("KeyboardInterrupt")
                continue
            except EOFError:
                return 0
            if not await _do(text, workspace, screen):
                return 0
            screen.fresh_line()


def _prompt(screen: Screen) -> _Asks:
    dumb = os.environ.get("TERM", "") in {"", "dumb", "unknown"}
    if dumb or not sys.stdout.isatty():
        return PlainPrompt()
    # Late, while PyTorch is starting in its own process, and not at all for a piped program.
    from tutor.repl.prompt import Prompt  # noqa: PLC0415

    return Prompt(screen.tell)


async def _do(text: str, workspace: Workspace, screen: Screen) -> bool:
    """Do what was typed; False to leave."""
    asked = command(text)
    wrong = complaint(text)
    if asked is not None:
        return await _obey(asked, text, workspace, screen)
    if wrong is not None:
        screen.tell(wrong)
    elif text.strip():
        await workspace.run(text)
        _raise_if_lost(screen)
    return True


async def _obey(asked: Command, text: str, workspace: Workspace, screen: Screen) -> bool:
    match asked:
        case "help":
            screen.tell(f"{HELP}\n\n{workspace.sandbox}")
        case "undo":
            await workspace.undo(cells_to_undo(text))
        case "restart":
            await workspace.restart()
        case "quit":
            return False
    return True


def _banner(screen: Screen) -> None:
    torch = importlib.metadata.version("torch")
    python = platform.python_version()
    screen.tell(f"Tensor Tutor {__version__}: Python {python}, torch {torch}. %help for help.")


# --- from a pipe


async def _run_program(workspace: Workspace, screen: Screen) -> int:
    code = 0
    async for text in _cells():
        asked, wrong = command(text), complaint(text)
        if wrong is not None:
            screen.tell(wrong)
            code = 1
        elif asked is not None:
            if not await _obey(asked, text, workspace, screen):
                break
        else:
            result = await workspace.run(text)
            _raise_if_lost(screen)
            code = 0 if result is not None and result.status == "ok" else 1
    return code


async def _cells() -> AsyncIterator[str]:
    lines, splitter = LineReader(), CellSplitter()
    while True:
        try:
            cells = splitter.feed(await lines.line())
        except EOFError:
            break
        for cell in cells:
            yield cell
    for cell in splitter.rest():
        yield cell


# --- both


def _raise_if_lost(screen: Screen) -> None:
    if screen.lost is not None:
        raise screen.lost


@contextlib.contextmanager
def _handling_interrupts(handle: Callable[[], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, handle)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGINT)
