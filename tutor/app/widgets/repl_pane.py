"""The REPL: what happened, and a line to type in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from tutor.app.widgets.repl_input import ReplInput
from tutor.app.widgets.transcript import Transcript

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tutor.engine.results import CellResult, Stream

__all__ = ["ReplPane"]


class ReplPane(Vertical):
    """Asks for code to be run with `Wanted`; is told what came of it."""

    class Wanted(Message):
        """The learner wants this code run."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def compose(self) -> ComposeResult:
        """The transcript above the input."""
        yield Transcript(id="transcript")
        with Horizontal(id="repl-row"):
            yield Static(">>>", id="repl-prompt")
            yield ReplInput(id="repl-input")

    @property
    def transcript(self) -> Transcript:
        """What happened so far."""
        return self.query_one("#transcript", Transcript)

    @property
    def input(self) -> ReplInput:
        """The line to type in."""
        return self.query_one("#repl-input", ReplInput)

    @on(ReplInput.Submitted)
    def _submitted(self, message: ReplInput.Submitted) -> None:
        message.stop()
        self.post_message(self.Wanted(message.code))

    def started(self, code: str) -> None:
        """The typed code runs now."""
        self.input.accept(code)
        self.echo(code)

    def echo(self, code: str) -> None:
        """Show code that runs, as if it had been typed."""
        first, *rest = code.split("\n")
        self.transcript.line(
            "input", "\n".join([f">>> {first}", *(f"... {line}" for line in rest)])
        )

    def note(self, text: str) -> None:
        """Something that the tutor says."""
        self.transcript.line("note", text)

    def output(self, stream: Stream, text: str) -> None:
        """Output of the code that runs."""
        self.transcript.feed(stream, text)

    def ended(self, result: CellResult) -> None:
        """The code came to an end."""
        self.transcript.flush()
        if result.error is not None:
            self.transcript.line("stderr", result.error.traceback)
        words = {
            "interrupted": "Stopped.",
            "timeout": f"Stopped after {result.seconds:.0f} seconds: the time was up.",
            "crashed": "The code brought its process down.",
        }
        said = " ".join(filter(None, (words.get(result.status, ""), result.note)))
        if said:
            self.note(said)

    def set_running(self, running: bool) -> None:  # noqa: FBT001 - the state itself
        """Show whether code runs."""
        self.query_one("#repl-prompt", Static).update("..." if running else ">>>")
        self.set_class(running, "-running")
        self.transcript.copies = self.input.copies = not running
