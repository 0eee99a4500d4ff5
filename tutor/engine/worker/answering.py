"""Answering messages in the process that runs the learner's code, on any platform.

The learner's code runs in this very process, so nothing that it sends is believed.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from checks.chance import fingerprints, seed_all
from checks.listening import listening
from checks.warned import recorded_warnings
from tutor.engine.protocol import (
    MAX_FRAME,
    Compare,
    Describe,
    Done,
    Draw,
    FromActive,
    Observations,
    Observe,
    Recognise,
    Run,
)
from tutor.engine.results import CellError
from tutor.engine.text import bounded, neutralise
from tutor.engine.worker.cells import Interpreter
from tutor.engine.worker.ran import RanAnswer

__all__ = ["Answering", "guarded", "import_checks", "use_plain_streams"]

_ANSWER = "<answer>"
_MAX_REPLY = MAX_FRAME - 65536


class _Checks(NamedTuple):
    """What a check needs done.

    Attributes:
        observe: looks at a world.
        by_text_alone: does what has nothing to do with the state of this process.
    """

    observe: Callable[[Observe, dict[str, Any], RanAnswer], Observations]
    by_text_alone: dict[type, Callable[[Any], FromActive]]


@functools.cache  # so that whatever code does to `sys.modules` later makes no difference
def import_checks() -> _Checks:
    """Import every check, and what works with them.

    Not with this module: they take a third of the time of torch, and the first prompt needs none of
    them. Whoever makes a world or a judge calls this before anybody's code runs there.
    """
    from tutor.engine.worker import custom, judge, observing  # noqa: PLC0415

    return _Checks(
        observing.observe,
        {
            Draw: judge.draw,
            Compare: judge.compare,
            Recognise: judge.recognise,
            Describe: custom.describe,
        },
    )


class Answering:
    """An interpreter, and what it is asked.

    Attributes:
        pid: the process whose answers count.
    """

    def __init__(self) -> None:
        self._interpreter = Interpreter()
        self._ran = RanAnswer()
        self.pid = os.getpid()

    def answer_to(self, message: object) -> FromActive:
        """Do what the message asks; give the reply."""
        reply = self._reply_to(message)
        if os.getpid() != self.pid:
            os._exit(0)  # a process that the learner's code forked came out of its cell
        return reply

    def _reply_to(self, message: object) -> FromActive:
        match message:
            case Run():
                return self._run(message)
            case Observe():
                return self._observe(message)
            case _:
                work = import_checks().by_text_alone.get(type(message))
                return Done() if work is None else work(message)

    # --- cells

    def _run(self, message: Run) -> Done:
        if message.seed is not None:
            seed_all(message.seed)
        error, interrupted = self._interpret(message)
        for stream in (sys.stdout, sys.stderr):
            # The learner may have replaced, closed or broken the streams.
            with contextlib.suppress(Exception):
                stream.flush()
        return Done(error=error, interrupted=interrupted)

    def _interpret(self, message: Run) -> tuple[CellError | None, bool]:
        if message.filename != _ANSWER:
            return self._interpreter.run(message.code, message.filename, quiet=message.quiet)
        before = fingerprints()
        with recorded_warnings(_ANSWER) as warned, listening() as heard:
            ended = self._interpreter.run(message.code, message.filename, quiet=message.quiet)
        self._ran = RanAnswer(message.code, tuple(warned), heard, before)
        return ended

    # --- observing

    def _observe(self, message: Observe) -> Observations:
        namespace, ran, observe = self._interpreter.namespace, self._ran, import_checks().observe
        return self.look(message, lambda: observe(message, namespace, ran))

    def look(
        self,
        message: Observe,  # noqa: ARG002 - for who looks elsewhere
        work: Callable[[], Observations],
    ) -> Observations:
        """Observe in this very process: what the looking does to the state stays done."""
        return guarded(work)


def guarded(work: Callable[[], Observations]) -> Observations:
    """Run `work`; give its reply, or how it failed."""
    try:
        reply = work()
    except MemoryError:
        return Observations(failure="memory", reason="It ran out of memory.")
    except BaseException as error:  # noqa: BLE001 - whatever it is, the front end must hear of it
        reason = neutralise(bounded(f"{type(error).__name__}: {error}", 2000))
        return Observations(failure="fault", reason=reason)
    if len(reply.data) > _MAX_REPLY:
        reason = "What it gave is too large to be compared."
        return Observations(failure="too-large", reason=reason)
    return reply


def use_plain_streams() -> None:
    """Nothing to read; descriptors 1 and 2 as text streams; no Ctrl+C outside of cells."""
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as we do
    sys.stdout, sys.stderr = _text_stream(1), _text_stream(2)
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _text_stream(descriptor: int) -> io.TextIOWrapper:
    """Line-buffered like a terminal's; what cannot be encoded is escaped, never raised."""
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), "utf-8", errors="backslashreplace", line_buffering=True
    )
