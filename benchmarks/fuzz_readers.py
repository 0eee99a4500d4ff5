"""What reads a stranger's bytes, and honest bytes to start from."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import msgspec
import torch

from checks import codec
from checks.data import Observed, Raised, Trial
from checks.snapshot import snapshot
from tutor.course.catalogue import builtin_checks
from tutor.course.custom_entries import vetted
from tutor.course.schema import lesson_schema_with
from tutor.engine import protocol
from tutor.engine.results import CellError, CellResult
from tutor.engine.worker.channel import FrameBuffer
from tutor.errors import ProtocolError

__all__ = ["ALLOWED", "READERS", "seeds"]

ALLOWED = (ProtocolError, codec.CodecError)
"""What a reader may raise."""


def _frames(data: bytes) -> None:
    buffer = FrameBuffer(protocol.FromActive)
    middle = len(data) // 2
    for part in (data[:middle], data[middle:]):
        buffer.feed(part)


def _messages(data: bytes) -> None:
    for union in (protocol.FromActive, protocol.FromKeeper, protocol.ToKeeper, protocol.FromZygote):
        try:
            protocol.decode(data, union)
        except ProtocolError:
            continue


def _observed(data: bytes) -> None:
    codec.encode_observed(codec.decode_observed(data))


def _trials(data: bytes) -> None:
    codec.encode_trials(codec.decode_trials(data))


def _descriptions(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        lesson_schema_with(vetted(data))


READERS: dict[str, Callable[[bytes], None]] = {
    "frames": _frames,
    "messages": _messages,
    "observations": _observed,
    "trials": _trials,
    "descriptions": _descriptions,
}
"""What is fuzzed, by name."""


def seeds(reader: str) -> list[bytes]:
    """Bytes that an honest process sends to it."""
    match reader:
        case "frames":
            return [protocol.pack(message) for message in _honest()]
        case "messages":
            return [protocol.encode(message) for message in _honest()]
        case "observations":
            return [codec.encode_observed((_observation(),))]
        case "descriptions":
            return [msgspec.json.encode(builtin_checks())]
        case _:
            values, storages = snapshot({"x": torch.rand(2, 3), "n": 3})
            trial = Trial(seed=5, sizes={"n": 3}, inputs=values, storages=storages, label="case 1")
            return [codec.encode_trials((trial,))]


def _honest() -> list[msgspec.Struct]:
    error = CellError(type="ValueError", message="no", traceback="Traceback…", line=3)
    return [
        protocol.Done(error=error),
        protocol.Observations(data=codec.encode_observed((_observation(),))),
        protocol.Drawn(trials=(b"1", b"2")),
        protocol.Compared(finding=b"{}"),
        protocol.Recognised(same=True),
        protocol.Described(entries=b"{}"),
        protocol.Output(stream="stdout", data=b"text"),
        protocol.Finished(result=CellResult(status="error", error=error)),
        protocol.Run(code="1 + 1", seconds=2.0),
        protocol.Ready(torch="2", seconds=1.0, sandbox="full"),
    ]


def _observation() -> Observed:
    x = torch.arange(6.0).reshape(2, 3)
    things = {"x": x, "view": x.T, "list": [1, 2.5, "text", None, (True, b"b")], "d": {"k": x[0]}}
    values, storages = snapshot(things)
    raised = Raised(type="ValueError", message="no", bases=("Exception",), line=2)
    return Observed(
        value=values["d"], after=values, gradients=values, storages=storages, gradient_raised=raised
    )
