"""The command line: what can be typed, and what becomes of an error.

Data goes to stdout, everything else to stderr. Exit codes: 0 pass or done; 1 the answer or the
lesson is wrong; 2 the command or its input cannot be used; 3 the tutor's own fault; 130 ended by
Ctrl+C; 141 whoever read the output went away; 143 asked to end.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import traceback
from typing import TYPE_CHECKING, NoReturn

from tutor.arguments import build_parser
from tutor.commands.output import tell
from tutor.course.wording import hint
from tutor.engine.text import neutralise
from tutor.errors import LessonFileError, TutorError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

__all__ = ["main"]

OK = 0
TUTORS_FAULT = 3
INTERRUPTED = 128 + 2
BROKEN_PIPE = 128 + 13


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code.

    Args:
        argv: the arguments; those of the process where None.
    """
    _tolerate_any_text()
    try:
        with _ending_cleanly():
            code = _run(sys.argv[1:] if argv is None else argv)
            sys.stdout.flush()
    except SystemExit as stop:  # argparse has answered or complained, or we were asked to end
        return stop.code if isinstance(stop.code, int) else TUTORS_FAULT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes once more at its end, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except TutorError as error:
        _say_traceback()
        # Problems begin with file:line:column, which editors and terminals make into links.
        # Names of files and what a server said may be a stranger's.
        text = str(error) if isinstance(error, LessonFileError) else f"tutor: {error}"
        tell(neutralise(text))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last place where anything can be explained
        _say_own_fault(error)
        return TUTORS_FAULT
    return code


def _run(argv: Sequence[str]) -> int:
    parser, commands = build_parser()
    # Before argparse, which would list every command but not say which one is near. The options
    # before a command take no values, so the first word is the command.
    command = next((word for word in argv if not word.startswith("-")), None)
    if command is not None and command not in commands:
        _reject(parser, command, commands)
    arguments = parser.parse_args(argv)
    run: Callable[[argparse.Namespace], int] = arguments.run
    return run(arguments)


def _reject(parser: argparse.ArgumentParser, command: str, commands: Sequence[str]) -> NoReturn:
    meant = hint(command, commands, otherwise="; `tutor --help` lists the commands")
    parser.error(f"there is no command {command!r}{meant}")


@contextlib.contextmanager
def _ending_cleanly() -> Iterator[None]:
    """End as after Ctrl+C when asked to end or when the terminal goes away.

    The engine gets to end its processes and to remove what they wrote.
    """

    def end(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_DFL)  # whoever asks twice means it
        if hasattr(signal, "SIGCONT"):
            # It comes with the terminal's end, and the app would take it for the end of a pause:
            # what it starts again then would never end.
            signal.signal(signal.SIGCONT, lambda *_: None)
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # One that is ignored stays so: `nohup tutor …` is to go on.
    numbers = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


def _tolerate_any_text() -> None:
    """Let a terminal that cannot show a character show its escape instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def _say_traceback() -> None:
    if os.environ.get("TUTOR_DEBUG"):
        traceback.print_exc()


def _say_own_fault(error: Exception) -> None:
    _say_traceback()
    tell(
        f"tutor: something went wrong inside the tutor: {type(error).__name__}: {error}\n"
        "This is the tutor's own fault, not yours. What was saved is safe."
    )
    if not os.environ.get("TUTOR_DEBUG"):
        tell("Run it again with TUTOR_DEBUG=1 set to see where it happened.")
