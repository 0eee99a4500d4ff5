"""Running a cell: compile, execute, display the last expression, report the exception."""

from __future__ import annotations
import __future__

import ast
import builtins
import linecache
import signal
import sys
import traceback
import types
from typing import Any, NoReturn

from checks.near_names import guessed_name, with_guess
from tutor.engine.results import CellError
from tutor.engine.text import bounded, neutralise

__all__ = ["MAX_MESSAGE", "MAX_TRACEBACK", "Interpreter"]

MAX_MESSAGE = 4_000
MAX_TRACEBACK = 16_000


class Interpreter:
    """A namespace and the cells that ran in it, as Python's own REPL would run them.

    The namespace is that of a real ``__main__`` module, so that classes defined in it can be
    pickled, inspected and used by loader workers.
    """

    def __init__(self) -> None:
        self.module = types.ModuleType("__main__")
        self.module.__dict__["__builtins__"] = builtins
        self.count = 0
        self._filenames: set[str] = set()
        self._flags = 0
        self._running = False
        sys.modules["__main__"] = self.module
        builtins.input = _no_input

    @property
    def namespace(self) -> dict[str, Any]:
        """The names that cells have defined."""
        return self.module.__dict__

    def run(
        self, code: str, filename: str = "", *, quiet: bool = False
    ) -> tuple[CellError | None, bool]:
        """Run one cell; give the exception that ended it, if any, and whether it was Ctrl+C."""
        self.count += 1
        name = filename or f"<cell {self.count}>"
        self._remember(name, code)
        self.namespace.pop("__warningregistry__", None)  # a warning is shown again in each cell
        signal.signal(signal.SIGINT, self._on_interrupt)
        try:
            self._running = True
            try:
                self._execute(code, name, quiet=quiet)
            finally:
                self._running = False
        except KeyboardInterrupt as error:
            return self._report(error), True
        except BaseException as error:  # noqa: BLE001 - SystemExit too: the session goes on
            return self._report(error), False
        return None, False

    def _on_interrupt(self, _signal: int, _frame: types.FrameType | None) -> None:
        if self._running:  # a late Ctrl+C must not hit the loop that waits for the next cell
            raise KeyboardInterrupt

    def _remember(self, name: str, code: str) -> None:
        self._filenames.add(name)
        # An entry without a modification time is never checked against the disk.
        # Each line ends with a newline, as linecache has it: carets are placed by that.
        lines = [f"{line}\n" for line in code.splitlines()]
        linecache.cache[name] = (len(code), None, lines, name)

    def _execute(self, code: str, name: str, *, quiet: bool) -> None:
        tree = compile(code, name, "exec", ast.PyCF_ONLY_AST | self._flags, dont_inherit=True)
        last: ast.Expr | None = None
        if not quiet and tree.body and isinstance(tree.body[-1], ast.Expr):
            last = tree.body.pop()
        program = compile(tree, name, "exec", self._flags, dont_inherit=True)
        self._flags |= program.co_flags & _FUTURE_FLAGS
        exec(program, self.namespace)  # noqa: S102 - running the learner's code is the point
        if last is not None:
            shown = compile(ast.Interactive([last]), name, "single", self._flags, dont_inherit=True)
            exec(shown, self.namespace)  # noqa: S102

    def _report(self, error: BaseException) -> CellError:
        try:
            trace = traceback.TracebackException.from_exception(error, compact=True)
            line = self._strip(trace)
            text = "".join(trace.format())
            # A syntax error's text repeats the line; its message alone is what is wrong.
            message = error.msg if isinstance(error, SyntaxError) else str(trace)
            guess = guessed_name(error)
            if guess and "Did you mean" not in message:  # newer versions of Python say it, too
                message, text = (with_guess(said.rstrip(), guess) for said in (message, text))
        except Exception:  # noqa: BLE001 - a hostile exception must not end the session
            line, message = None, ""
            text = f"{type(error).__name__}: <the exception could not be printed>\n"
        return CellError(
            type=neutralise(bounded(type(error).__name__, 200)),
            message=neutralise(bounded(message, MAX_MESSAGE)),
            traceback=neutralise(bounded(text, MAX_TRACEBACK)).rstrip("\n"),
            line=line,
        )

    def _strip(self, trace: traceback.TracebackException) -> int | None:
        """Leave only the learner's frames; give the innermost line of this exception's own."""
        if trace.__cause__ is not None:
            self._strip(trace.__cause__)
        if trace.__context__ is not None:
            self._strip(trace.__context__)
        for part in trace.exceptions or ():
            self._strip(part)
        own = [frame for frame in trace.stack if frame.filename in self._filenames]
        trace.stack = traceback.StackSummary.from_list(own)
        if issubclass(trace.exc_type, SyntaxError) and trace.filename in self._filenames:
            return int(trace.lineno or 0) or None  # it lies where it says, not in a frame
        return own[-1].lineno if own else None


def _no_input(_prompt: object = "", /) -> NoReturn:
    raise EOFError(
        "input() has nobody to ask here: the code runs without a keyboard. "
        "Assign the value to a name instead."
    )


def _future_flags() -> int:
    flags = 0
    for name in __future__.all_feature_names:
        flags |= getattr(__future__, name).compiler_flag
    return flags


_FUTURE_FLAGS = _future_flags()
