"""The wire: framed, length-capped MessagePack messages. No pickle, no torch.

Three kinds of channel use it.

* front end ↔ zygote: a SEQPACKET socket, one message a packet; a `Forked` carries the new
  worker's socket as a file descriptor.
* front end ↔ keeper: a stream socket, frames of a four-byte length and a body.
* keeper ↔ active process, and front end ↔ spawned worker: likewise, the latter over two pipes.
  What arrives here was written by a process that runs the learner's code: it may be any bytes at
  all.
"""

from __future__ import annotations

import socket
import struct
from typing import Any, Literal, TypeAlias

import msgspec

from tutor.engine.results import CellError, CellResult, Stream
from tutor.errors import ProtocolError

__all__ = [
    "MAX_CONTROL",
    "MAX_FRAME",
    "Answer",
    "Begin",
    "Cancel",
    "Checkpoint",
    "Compare",
    "Compared",
    "Describe",
    "Described",
    "Done",
    "Draw",
    "Drawn",
    "Failed",
    "Finished",
    "Fork",
    "Forked",
    "FromActive",
    "FromKeeper",
    "FromSpawned",
    "FromZygote",
    "Interrupt",
    "Limits",
    "Observations",
    "Observe",
    "Output",
    "Ready",
    "Recognise",
    "Recognised",
    "Request",
    "Rewind",
    "Rewound",
    "Role",
    "Run",
    "Sighted",
    "Specification",
    "ToActive",
    "ToKeeper",
    "ToSpawned",
    "Wake",
    "Warm",
    "decode",
    "encode",
    "pack",
    "read_frame",
    "send_frame",
]

MAX_FRAME = 64 * 1024 * 1024
"""Bytes in one frame's body at most; a larger one is never read, let alone allocated."""

MAX_CONTROL = 64 * 1024
"""Bytes in one control packet at most."""

_HEADER = struct.Struct(">I")

Role: TypeAlias = Literal["session", "world", "judge"]


class _Message(
    msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True, array_like=False
):
    """A message: its class name travels as its tag."""


# --- front end → zygote --------------------------------------------------------------------------


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker may use.

    Attributes:
        memory: bytes of address space on top of what the process has at its start.
        file_size: bytes in any file that it writes.
        open_files: descriptors.
        processes: processes (at `full` threads too).
        output: bytes of stdout and stderr forwarded per request; the rest is counted and dropped.
        checkpoints: how many states to keep; 0 for a worker that is used once.
        kept_memory: bytes that the states kept may hold beside the live process; what they share
            with it, or with one another, does not count. The oldest go first.
    """

    memory: int = 4 * 1024**3
    file_size: int = 256 * 1024**2
    open_files: int = 512
    processes: int = 128
    output: int = 1024 * 1024
    checkpoints: int = 0
    kept_memory: int = 2 * 1024**3


class Fork(_Message, frozen=True, kw_only=True):
    """Fork a worker; answered by `Forked` or `Failed` of the same number."""

    number: int
    role: Role
    limits: Limits
    scratch: str


# --- zygote → front end --------------------------------------------------------------------------


class Ready(_Message, frozen=True, kw_only=True):
    """Torch is imported; forks are served from now on.

    Attributes:
        torch: its version.
        seconds: how long the import took.
        sandbox: the level at which workers run.
        note: why not a higher one.
    """

    torch: str
    seconds: float
    sandbox: str
    note: str = ""


class Warm(_Message, frozen=True, kw_only=True):
    """What the first cells need beyond torch (``torch._dynamo``…) is imported as well."""

    seconds: float


class Forked(_Message, frozen=True, kw_only=True):
    """A worker is there; its socket comes with this packet."""

    number: int
    pid: int


class Failed(_Message, frozen=True, kw_only=True):
    """The zygote cannot start (number 0), or a worker cannot be forked.

    Attributes:
        sandbox: whether the sandbox level that was asked for is the reason.
    """

    number: int
    reason: str
    sandbox: bool = False


# --- front end → keeper --------------------------------------------------------------------------


class Run(_Message, frozen=True, kw_only=True):
    """Run a cell.

    Attributes:
        filename: how tracebacks name the code; empty for ``<cell N>``.
        seconds: wall-clock limit; None for none.
        seed: seeds every random generator before the code runs, where it is given.
        quiet: do not display the last expression.
        keep: whether the state afterwards is to be a checkpoint. The engine that starts processes
            anew has none, and keeps every cell to run it again.
    """

    code: str
    filename: str = ""
    seconds: float | None = None
    seed: int | None = None
    quiet: bool = False
    keep: bool = True


class Specification(msgspec.Struct, frozen=True, kw_only=True):
    """A check as data: see `tutor.course.model.CheckUse`.

    Attributes:
        module: the text of the course's ``checks.py``, where the check is one of the course's own.
    """

    check: str
    target: str | tuple[str, ...]
    params: dict[str, Any] = {}
    module: str = ""


class Observe(_Message, frozen=True, kw_only=True):
    """Observe a check's target, trial by trial. Answered by `Observations`.

    Attributes:
        trials: the trials, encoded; from the judge, or prepared by the reference world.
        prepare: instead, evaluate the trials' input expressions (reference world only).
        fork: look in a throw-away fork. Without, this world is spent afterwards.
        warnings: instead, say what was warned of while the answer ran; no check has a part in it.
    """

    check: Specification
    trials: bytes
    seconds: float
    prepare: bool = False
    fork: bool = True
    warnings: bool = False


class Draw(_Message, frozen=True, kw_only=True):
    """Judge: draw seeds and sizes for each check. Answered by `Drawn`."""

    checks: tuple[Specification, ...]
    entropy: int
    seconds: float = 10.0


class Compare(_Message, frozen=True, kw_only=True):
    """Judge: conclude. Answered by `Compared`.

    Attributes:
        answer: what was observed in the answer's world, encoded.
        reference: what was observed in the reference world, encoded.
        source: the answer's text, from the front end's own copy.
    """

    check: Specification
    answer: bytes
    reference: bytes
    source: str
    seconds: float = 10.0


class Sighted(msgspec.Struct, frozen=True, kw_only=True):
    """An answer's text, and what each check observed of it, encoded.

    Attributes:
        observed: in the checks' order; empty where the look itself failed, and how it did was
            compared already.
    """

    source: str
    observed: tuple[bytes, ...]


class Recognise(_Message, frozen=True, kw_only=True):
    """Judge: which of several answers behave like a given one? Answered by `Recognised`.

    Attributes:
        answer: the one.
        others: those that it may behave like, each in every check.
        reference: what each check observed of the solution.
        all: whether all that do are to be found, and not only the first.
    """

    checks: tuple[Specification, ...]
    answer: Sighted
    others: tuple[Sighted, ...]
    reference: tuple[bytes, ...]
    all: bool = True
    seconds: float = 10.0


class Describe(_Message, frozen=True, kw_only=True):
    """Import a course's ``checks.py`` and say which checks it has. Answered by `Described`.

    For a fresh worker, which is closed afterwards: the course's code runs in it.

    Attributes:
        module: the file's text.
    """

    module: str
    seconds: float = 20.0


class Interrupt(_Message, frozen=True, kw_only=True):
    """Interrupt what runs: SIGINT now, SIGKILL after the grace period."""


class Rewind(_Message, frozen=True, kw_only=True):
    """Go back to a checkpoint. Answered by `Rewound`."""

    checkpoint: int


Request: TypeAlias = Run | Observe | Draw | Compare | Recognise | Describe
"""What is asked of the active process, through its keeper or directly."""

ToKeeper: TypeAlias = Request | Interrupt | Rewind


# --- keeper → front end --------------------------------------------------------------------------


class Output(_Message, frozen=True, kw_only=True):
    """Bytes that the learner's code wrote, as they come.

    Attributes:
        dropped: bytes that were cut off here because the limit was reached.
    """

    stream: Stream
    data: bytes
    dropped: int = 0


class Finished(_Message, frozen=True, kw_only=True):
    """A cell ended, in whatever way."""

    result: CellResult


class Rewound(_Message, frozen=True, kw_only=True):
    """A rewind was done, or could not be: `reason` says why.

    Attributes:
        note: what is worth knowing about a rewind that was done; after a replay, that cells were
            run again and how that went.
    """

    checkpoint: int
    reason: str = ""
    note: str = ""


# --- active process → keeper ---------------------------------------------------------------------


class Done(_Message, frozen=True, kw_only=True):
    """A cell ran to its end or raised."""

    error: CellError | None = None
    interrupted: bool = False


class Observations(_Message, frozen=True, kw_only=True):
    """What was observed, or the prepared trials; encoded by `checks.codec`.

    Attributes:
        failure: how the throw-away process ended where it gave nothing: ``crashed``, ``timeout``,
            ``memory``, ``too-large``, ``inputs`` (an input expression failed), ``unbuilt`` (no
            check could be made of its specification) or ``fault`` (the observer itself failed).
        reason: a sentence about it.
    """

    data: bytes = b""
    failure: str = ""
    reason: str = ""


class Drawn(_Message, frozen=True, kw_only=True):
    """The trials of each check, encoded, in order; or why they cannot be drawn.

    Attributes:
        unusable: what is wrong with a check as the lesson has it.
        failure: what else went wrong.
    """

    trials: tuple[bytes, ...] = ()
    unusable: str = ""
    failure: str = ""


class Compared(_Message, frozen=True, kw_only=True):
    """A finding as JSON, or why there is none."""

    finding: bytes = b""
    failure: str = ""


class Recognised(_Message, frozen=True, kw_only=True):
    """Whether any of the others behaves the same, and the places of all that do."""

    same: bool
    alike: tuple[int, ...] = ()
    failure: str = ""


class Described(_Message, frozen=True, kw_only=True):
    """The JSON Schema of each check's entry, by name, as JSON; or why there is none.

    Attributes:
        line: the line of the file that is to blame, from 1; 0 where it is not known.
    """

    entries: bytes = b""
    failure: str = ""
    line: int = 0


Answer: TypeAlias = Observations | Drawn | Compared | Recognised | Described
"""What answers a request other than `Run`."""

FromActive: TypeAlias = Done | Answer
FromKeeper: TypeAlias = Output | Finished | Rewound | Answer
FromZygote: TypeAlias = Ready | Warm | Forked | Failed


# --- front end → spawned worker ------------------------------------------------------------------


class Begin(_Message, frozen=True, kw_only=True):
    """To a spawned worker, first of all: whose it is now. It has no answer.

    Attributes:
        scratch: the directory to work in.
        mark: the bytes to write on both output streams at the end of each request.
    """

    limits: Limits
    scratch: str
    mark: bytes


ToSpawned: TypeAlias = Begin | Request
FromSpawned: TypeAlias = Ready | Warm | Failed | FromActive


# --- keeper → active process ---------------------------------------------------------------------


class Checkpoint(_Message, frozen=True, kw_only=True):
    """Fork a checkpoint; the descriptor sent with this packet's first byte is its channel."""

    number: int


class Wake(_Message, frozen=True, kw_only=True):
    """To a frozen checkpoint: you are the active process now."""


class Cancel(_Message, frozen=True, kw_only=True):
    """To a frozen checkpoint: you are no longer needed."""


ToActive: TypeAlias = Request | Checkpoint | Wake | Cancel

_encoder = msgspec.msgpack.Encoder()


def encode(message: msgspec.Struct) -> bytes:
    """The message's body."""
    return _encoder.encode(message)


def decode(body: bytes, type_: Any) -> Any:
    """The message in `body`, one of the union `type_`.

    Raises:
        ProtocolError: the bytes are no such message.
    """
    try:
        return msgspec.msgpack.decode(body, type=type_)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise ProtocolError(f"a message did not decode: {error}") from error


def pack(message: msgspec.Struct) -> bytes:
    """The message as one frame.

    Raises:
        ProtocolError: it is longer than `MAX_FRAME`.
    """
    body = encode(message)
    if len(body) > MAX_FRAME:
        raise ProtocolError(f"a message of {len(body)} bytes is over the limit of {MAX_FRAME}")
    return _HEADER.pack(len(body)) + body


def frame_length(header: bytes) -> int:
    """The length that a frame's four-byte header announces.

    Raises:
        ProtocolError: it is more than `MAX_FRAME`.
    """
    (length,) = _HEADER.unpack(header)
    if length > MAX_FRAME:
        raise ProtocolError(f"a frame of {length} bytes was announced; the limit is {MAX_FRAME}")
    return int(length)


HEADER_SIZE = _HEADER.size


def send_frame(channel: socket.socket, message: msgspec.Struct) -> None:
    """Send one frame on a blocking socket."""
    channel.sendall(pack(message))


def read_frame(channel: socket.socket, type_: Any) -> Any:
    """Read one frame from a blocking socket; None at the end of the stream.

    Raises:
        ProtocolError: the frame is too long, cut short, or no message of `type_`.
    """
    header = _read_exactly(channel, _HEADER.size)
    if header is None:
        return None
    body = _read_exactly(channel, frame_length(header))
    if body is None:
        raise ProtocolError("the stream ended inside a frame")
    return decode(body, type_)


def _read_exactly(channel: socket.socket, count: int) -> bytes | None:
    parts: list[bytes] = []
    missing = count
    while missing:
        part = channel.recv(min(missing, 1 << 20))
        if not part:
            if parts:
                raise ProtocolError("the stream ended inside a frame")
            return None
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
