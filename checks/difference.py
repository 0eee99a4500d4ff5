"""What the comparison passes along: one difference, and the causes that explain it."""

from __future__ import annotations

from typing import Any

import msgspec

from checks.codes import rank
from checks.data import Tensor, Value, Warned
from checks.memory import Memory
from checks.show import show
from checks.tolerance import STRICT, Relax

__all__ = ["Cause", "Difference", "Scene", "equality", "first"]


class Cause(msgspec.Struct, frozen=True, kw_only=True):
    """A transform that explains every cell.

    Attributes:
        code: e.g. ``sign-flipped``.
        says: the sentence for the learner; it continues a subject: ``has the opposite sign``.
        hint: what to look at in the answer, as a question or advice.
        factor: for multiples, the multiple.
        needs: how much evidence makes it more than a coincidence.
        evidence: how much there is here.
    """

    code: str
    says: str
    hint: str = ""
    factor: float = 0.0
    needs: int = 2
    evidence: int = 0


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """The first difference between an answer's value and the reference's.

    Attributes:
        code: see `checks.codes`.
        message: for the learner.
        expected: printed short.
        actual: printed short.
        line: of the answer.
        details: structured facts.
        causes: for values that differ, all transforms that explain all cells, likeliest first.
        subject: the expression that the message speaks of.
        plain: the message without its cause, where a cause was named.
    """

    code: str
    message: str
    expected: str = ""
    actual: str = ""
    line: int | None = None
    details: dict[str, Any] = {}
    causes: tuple[Cause, ...] = ()
    subject: str = ""
    plain: str = ""


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """Where two values are compared.

    Attributes:
        subject: the expression that was looked at, as the learner would write it.
        actual: the answer's storages.
        expected: the reference's storages.
        relax: what counts.
        terms: see `checks.tolerance.close`.
        source: the answer's text, for hints.
        sizes: sizes that played a part, which a factor may be; empty where unknown.
        function: whether the value is what a function returned.
        inputs: the shapes of the tensors that went into it.
        given: the tensors themselves, in `given_memory`; empty where they are not known.
        given_memory: their storages.
        axes: names of the expected tensors' axes, by the tensors' path in the value.
        warnings: what Python and torch warned of in the answer.
        texts: whether a difference shows both values; without, it is found faster.
        causes: whether a difference of values is explained; likewise.
        among: the codes of the causes that are still possible; None for all of them.
    """

    subject: str
    actual: Memory
    expected: Memory
    relax: Relax = STRICT
    terms: int = 0
    source: str = ""
    sizes: tuple[int, ...] = ()
    function: bool = False
    inputs: tuple[tuple[int, ...], ...] = ()
    given: tuple[Tensor, ...] = ()
    given_memory: Memory | None = None
    axes: dict[str, tuple[str, ...]] = {}
    warnings: tuple[Warned, ...] = ()
    texts: bool = True
    causes: bool = True
    among: frozenset[str] | None = None

    def show(self, actual: Value, expected: Value) -> tuple[str, str]:
        """Both values in a line each; empty where no texts are wanted."""
        if not self.texts:
            return "", ""
        return show(actual, self.actual), show(expected, self.expected)


def equality(actual: Memory, expected: Memory, relax: Relax, *, terms: int = 0) -> Scene:
    """A scene for finding out whether two values differ, and nothing else about it."""
    return Scene(
        subject="",
        actual=actual,
        expected=expected,
        relax=relax,
        terms=terms,
        texts=False,
        causes=False,
    )


def first(differences: list[Difference]) -> Difference | None:
    """The one to show: the first in the teaching order."""
    return min(differences, key=lambda d: rank(d.code), default=None)
