"""What to say of what `backward` of a Function itself returns, and of how it comes about."""

from __future__ import annotations

import msgspec
import torch

from checks.codec import CodecError
from checks.data import List, Nothing, Observed, Str, Tensor
from checks.diagnosis.incoming import ignores_incoming, incoming_ignored
from checks.difference import Difference
from checks.memory import Memory
from checks.show import shape_of
from checks.tolerance import Relax

__all__ = ["Asked", "asked_for", "compare_returned", "incoming_gradient"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the class.

    Attributes:
        target: the class, as the learner writes it.
        inputs: the arguments of `apply`, in order.
        asks: see the check.
        mutates: inputs that `forward` is meant to change.
        relax: the tolerances.
    """

    target: str
    inputs: tuple[str, ...]
    asks: tuple[str, ...] = ()
    mutates: tuple[str, ...] = ()
    relax: Relax = Relax()

    @property
    def call(self) -> str:
        """The call, as the learner would write it."""
        return f"{self.target}.apply({', '.join(self.inputs)})"


def compare_returned(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    """The difference in what `backward` itself returns: nothing, or another shape."""
    actual, expected = answer.facts.get("returned"), reference.facts.get("returned")
    if not isinstance(expected, List) or not isinstance(actual, List):
        return None
    for place, name in enumerate(asked.inputs):
        kinds = [
            side.items[place] if place < len(side.items) else Str("None")
            for side in (actual, expected)
        ]
        if kinds == [Str("None"), Str("tensor")]:
            return Difference(
                code="no-gradient",
                message=f"`backward` of `{asked.target}` returns None for `{name}`, which needs a "
                "gradient. Is a `return` missing?",
                expected="a tensor",
                actual="None",
                details={"name": name},
            )
        shapes = [_shape(side, place) for side in (answer, reference)]
        wanted = _input_shape(name, reference)
        if wanted is None or None in shapes or shapes[1] != wanted or shapes[0] == wanted:
            continue
        return Difference(
            code="wrong-gradient-shape",
            message=f"`backward` of `{asked.target}` returns a gradient of shape "
            f"{shape_of(shapes[0] or ())} for `{name}`, whose shape is {shape_of(wanted)}. "
            "What `forward` stretched, `backward` must sum again; autograd happens to do it "
            "here, without a word.",
            expected=f"shape {shape_of(wanted)}",
            actual=f"shape {shape_of(shapes[0] or ())}",
            details={
                "name": name,
                "expected_shape": list(wanted),
                "actual_shape": list(shapes[0] or ()),
            },
        )
    return None


def _shape(observed: Observed, place: int) -> tuple[int, ...] | None:
    value = observed.facts.get(f"returned {place}")
    return value.shape if isinstance(value, Tensor) else None


def _input_shape(name: str, reference: Observed) -> tuple[int, ...] | None:
    trial = reference.trial
    value = (trial.inputs or {}).get(name) if trial is not None else None
    return value.shape if isinstance(value, Tensor) else None


def incoming_gradient(answer: Observed, asked: Asked) -> Difference | None:
    """Whether `backward` gives the same whatever gradient comes in."""
    for place, name in enumerate(asked.inputs):
        once, twice = (_live(answer, f"{what} {place}") for what in ("returned", "doubled"))
        if ignores_incoming(once, twice):
            return incoming_ignored(f"`backward` of `{asked.target}`", name)
    return None


def _live(observed: Observed, fact: str) -> torch.Tensor | None:
    value = observed.facts.get(fact)
    try:
        return Memory(observed.storages).tensor(value) if isinstance(value, Tensor) else None
    except CodecError:
        return None


def asked_for(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    """What the task asks for beside right gradients."""
    return _kept(answer, reference, asked) or _not_needed(answer, reference, asked)


def _kept(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    if "save_for_backward" not in asked.asks:
        return None
    actual, expected = (side.facts.get("kept", List(())) for side in (answer, reference))
    if not isinstance(actual, List) or not actual.items or expected != List(()):
        return None
    first = actual.items[0]
    name = first.value if isinstance(first, Str) else "x"
    return Difference(
        code="kept-on-context",
        message=f"`ctx.{name}` holds a tensor. `ctx.save_for_backward(...)` is for that: autograd "
        "then notices if the tensor is changed meanwhile, and frees it when it is done.",
        expected="save_for_backward",
        actual=f"ctx.{name} = …",
        details={"names": [item.value for item in actual.items if isinstance(item, Str)]},
    )


def _not_needed(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    if "needs_input_grad" not in asked.asks:
        return None
    for name in asked.inputs:
        actual, expected = (s.facts.get(f"only {name}", Nothing()) for s in (answer, reference))
        if not isinstance(actual, List) or not isinstance(expected, List):
            continue
        pairs = zip(asked.inputs, actual.items, expected.items, strict=False)
        for other, left, right in pairs:
            if left == Str("tensor") and right == Str("None"):
                return Difference(
                    code="needless-gradient",
                    message=f"Where only `{name}` requires a gradient, `backward` computes one for "
                    f"`{other}` as well. `ctx.needs_input_grad` says which are needed; None is "
                    "enough for the others.",
                    details={"name": other},
                )
    return None
