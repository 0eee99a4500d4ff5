"""What to say of a parameter that starts otherwise than expected."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch

from checks.difference import Difference
from checks.show import count
from checks.statistics import Looks, apart, describe, moved_or_wider
from checks.tolerance import Relax, close

__all__ = ["Start", "compare_starts"]

_FEWEST = 10_000
_RATIO = 0.02
_SINGLE = Relax(rtol=1.3e-6, atol=1e-5)


class Start(NamedTuple):
    """How a parameter starts in one world.

    Attributes:
        first: at the first evaluation, as float64 (or the widest dtype of its kind).
        second: at the second.
        numbers: from each evaluation a row.
        fresh: whether the target made a new tensor each time.
    """

    first: torch.Tensor
    second: torch.Tensor
    numbers: torch.Tensor
    fresh: bool

    @property
    def constant(self) -> bool:
        """Whether there is one number only, every time."""
        return bool((self.numbers == self.numbers.flatten()[0]).all())

    @property
    def settled(self) -> bool:
        """Whether chance plays no part."""
        return torch.equal(self.first, self.second)

    def drawn(self) -> torch.Tensor:
        """The numbers, without those of evaluations that gave the same again."""
        rows: torch.Tensor = torch.unique(self.numbers, dim=0)
        return rows.flatten()


def compare_starts(actual: Start, expected: Start, subject: str) -> Difference | None:
    """The difference between two initialisations of the same shape and dtype."""
    if not actual.first.is_floating_point() or not bool(torch.isfinite(actual.numbers).all()):
        return _exactly(actual, expected, subject)
    if expected.constant or (expected.settled and expected.fresh):
        return _exactly(actual, expected, subject)
    if not expected.fresh and torch.equal(actual.first, expected.first):
        return None
    if expected.drawn().numel() < _FEWEST:
        return Difference(
            code="lesson-error",
            message=f"`{subject}` gives {count(expected.drawn().numel(), 'number')}, too few to "
            "tell how they are drawn. Let the target make a new layer, or a larger one, each time",
        )
    return _by_chance(actual, expected, subject)


def _by_chance(actual: Start, expected: Start, subject: str) -> Difference | None:
    got, wanted = actual.drawn(), expected.drawn()
    samples = describe(got), describe(wanted)
    if _distinct(expected.first) and not _distinct(actual.first) and not actual.constant:
        message = (
            f"`{subject}` holds the same random numbers several times, "
            "but each one is expected to be drawn by itself."
        )
        return _difference(message, samples, subject)
    other = apart(got, wanted) or (got.numel() >= _FEWEST and moved_or_wider(got, wanted))
    if actual.constant or other:
        message = _should(subject, samples)
        hint = _hint(*samples, actual.first.shape)
        return _difference(f"{message} {hint}".strip(), samples, subject)
    if got.numel() < min(_FEWEST, actual.numbers.numel()):
        message = f"`{subject}` gives the same numbers every time. Is a seed set inside it?"
        return _difference(message, samples, subject)
    if got.numel() < _FEWEST:
        message = f"`{subject}` takes so long to make that too few numbers can be compared."
        return Difference(code="timeout", message=message, subject=subject)
    if _orthogonal(expected.first) != _orthogonal(actual.first):
        adjective = "orthogonal" if _orthogonal(expected.first) else "not orthogonal"
        message = f"The rows of `{subject}` are expected to be {adjective} to each other."
        return _difference(message, samples, subject)
    return None


def _should(subject: str, samples: tuple[Looks, Looks]) -> str:
    got, wanted = samples
    return f"`{subject}` should start as {wanted.text}, but starts as {got.text}."


def _exactly(actual: Start, expected: Start, subject: str) -> Difference | None:
    same = close(actual.first, expected.first, _SINGLE)
    again = close(actual.second, expected.second, _SINGLE)
    if bool(same.all()) and bool(again.all()):
        return None
    samples = describe(actual.numbers), describe(expected.numbers)
    message = _should(subject, samples)
    if samples[0].text == samples[1].text or not expected.constant:
        where = [int(i) for i in (~same).nonzero()[0]] if not bool(same.all()) else []
        message = f"`{subject}` does not start with the expected numbers."
        if where:
            cell = tuple(where)
            got, wanted = float(actual.first[cell].real), float(expected.first[cell].real)
            message += f" At {where} it holds {got:.6g}, where {wanted:.6g} is expected."
    return _difference(message, samples, subject)


def _difference(message: str, samples: tuple[Looks, Looks], subject: str) -> Difference:
    got, wanted = samples
    return Difference(
        code="wrong-initialisation",
        message=message,
        expected=wanted.text,
        actual=got.text,
        details={"std": got.std, "expected_std": wanted.std, "mean": got.mean},
        subject=subject,
    )


def _hint(got: Looks, wanted: Looks, shape: torch.Size) -> str:  # one rule after the other
    if got.family == "constant":
        return ""
    if _is_default(got, shape) and not _is_default(wanted, shape):
        return "That is how torch's layers start by themselves: is this one reached at all?"
    if got.family != wanted.family and got.family and wanted.family:
        return f"Its shape is {got.family}, not {wanted.family}."
    if abs(got.mean - wanted.mean) > 0.2 * wanted.std:
        return "Its middle lies elsewhere."
    return _why_wide(got.std / wanted.std, shape) if wanted.std else ""


def _why_wide(ratio: float, shape: torch.Size) -> str:
    """What may have made the spread `ratio` times the expected one."""
    causes = []
    if len(shape) >= 2:
        inputs, outputs = _fans(shape)
        swapped = math.sqrt(inputs / outputs)
        if abs(swapped - 1) > 3 * _RATIO and _near(ratio, (swapped, 1 / swapped)):
            causes.append("fan_in and fan_out being mixed up (`mode` says which one counts)")
    if _near(ratio, (math.sqrt(2), 1 / math.sqrt(2))):
        causes.append("the gain for ReLU, the square root of 2")
    if _near(ratio, (math.sqrt(3), 1 / math.sqrt(3))):
        causes.append("a uniform distribution from -a to a having the deviation a / sqrt(3)")
    says = f"Its spread is {ratio:.3g} times the expected one."
    return f"{says} That is what comes of {', or of '.join(causes)}." if causes else says


def _near(ratio: float, wanted: tuple[float, ...]) -> bool:
    return any(abs(ratio - w) < _RATIO * w for w in wanted)


def _fans(shape: torch.Size) -> tuple[int, int]:
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _is_default(sample: Looks, shape: torch.Size) -> bool:
    """Whether it looks like what nn.Linear and nn.Conv2d start with."""
    if sample.family != "uniform" or len(shape) < 2:
        return False
    bound = 1 / math.sqrt(_fans(shape)[0])
    return all(abs(end - bound) < _RATIO * bound for end in (-sample.low, sample.high))


def _distinct(tensor: torch.Tensor) -> bool:
    """Whether hardly a number comes twice."""
    kinds: torch.Tensor = torch.unique(tensor)
    return kinds.numel() > 0.9 * tensor.numel()


def _orthogonal(tensor: torch.Tensor) -> bool:
    """Whether rows, or columns where there are fewer, are orthogonal and of one length."""
    if tensor.dim() < 2 or 0 in tensor.shape or tensor.numel() > 1 << 20:
        return False
    rows = tensor.reshape(tensor.shape[0], -1).to(torch.float64)
    gram = rows @ rows.T if rows.shape[0] <= rows.shape[1] else rows.T @ rows
    scale = float(gram.diagonal().mean())
    if len(gram) < 2 or not scale > 0:
        return False
    apart_ = (gram / scale - torch.eye(len(gram), dtype=torch.float64)).abs().max()
    return float(apart_) < 1e-3
