"""What to say of a `torch.autograd.Function` that differs from the solution's."""

from __future__ import annotations

import ast

import msgspec
import torch

from checks.codec import CodecError
from checks.data import Bool, List, Nothing, Observed, Str, Tensor
from checks.diagnosis.custom_functions import explain_custom
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.raising import what_raised
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.names import parse
from checks.show import shape_of
from checks.tolerance import Relax
from checks.worst_trial import shown

__all__ = ["Asked", "class_difference", "compare_applied", "forward_difference"]


_BY_VALUE = ("wrong-gradient", "scaled-gradient")


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


def class_difference(answer: Observed, asked: Asked, source: str) -> Difference | None:
    """What is wrong with the class before it is used."""
    kind = answer.facts.get("kind")
    if kind is None and answer.raised is not None:
        return what_raised(answer.raised, asked.target, source)
    if not isinstance(kind, Str):
        return Difference(code="unobserved", message=f"`{asked.target}` was not looked at.")
    if kind.value:
        return Difference(
            code="wrong-type",
            message=f"`{asked.target}` is {kind.value[:100]}, but a class derived from "
            "`torch.autograd.Function` is expected.",
            expected="a torch.autograd.Function",
            actual=kind.value[:100],
        )
    for method in ("forward", "backward"):
        line = _line_of(asked.target, method, source)
        if answer.facts.get(method) == Str("missing"):
            return Difference(
                code="missing-method", message=f"`{asked.target}` has no `{method}`.", line=line
            )
        if "staticmethod" in asked.asks and answer.facts.get(method) == Str("plain"):
            return Difference(
                code="not-static",
                message=f"`{method}` of `{asked.target}` is no static method: `@staticmethod` "
                "above it makes it one. Autograd calls it without an object of the class.",
                line=line,
            )
    return None


def _line_of(target: str, method: str, source: str) -> int | None:
    tree = parse(source)
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.ClassDef) and node.name == target:
            lines = [
                child.lineno
                for child in node.body
                if isinstance(child, ast.FunctionDef) and child.name == method
            ]
            return lines[0] if lines else node.lineno
    return None


def forward_difference(
    answer: tuple[Observed, ...], reference: tuple[Observed, ...], asked: Asked, source: str
) -> Difference | None:
    """An exception of `apply` that has to do with how the class is written; None for others."""
    found = [
        explain_custom(left.raised, asked.call, source)
        if left.raised is not None and right.raised is None
        else None
        for left, right in zip(answer, reference, strict=True)
    ]
    difference = shown(found, reference)
    return None if difference is None or difference.code == "raised" else difference


def compare_applied(
    answer: Observed, reference: Observed, asked: Asked, source: str
) -> Difference | None:
    """The first difference of one trial in which both worlds gave the same result."""
    if reference.raised is not None:
        return None
    if answer.gradient_raised is not None:
        return explain_custom(answer.gradient_raised, asked.call, source)
    for rule in (_not_dirty, _outputs, _returned):
        found = rule(answer, reference, asked)
        if found is not None:
            return found
    scene = Scene(
        subject=asked.call,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=asked.relax,
        terms=reference.terms,
        source=source,
        function=True,
        warnings=answer.warnings,
    )
    differs = compare_gradients(
        Grads(grads=answer.gradients, target=asked.target),
        Grads(grads=reference.gradients, target=asked.target),
        scene,
    )
    if differs is not None and differs.code in _BY_VALUE:
        differs = _ignored(answer, asked) or differs
    return differs or _kept(answer, reference, asked) or _not_needed(answer, reference, asked)


def _not_dirty(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    for name in asked.mutates:
        fact = f"dirty {name}"
        marked = Bool(value=True)
        if reference.facts.get(fact) == marked and answer.facts.get(fact) != marked:
            return Difference(
                code="not-marked-dirty",
                message=f"`forward` changes `{name}` in place, but does not say so: "
                f"`ctx.mark_dirty({name})` tells autograd, which goes on from the old `{name}` "
                "otherwise.",
                details={"name": name},
            )
    return None


def _outputs(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    """The difference in which results require a gradient."""
    fact = "tracked outputs"
    actual, expected = answer.facts.get(fact), reference.facts.get(fact)
    if not isinstance(expected, List):
        return Difference(code="lesson-error", message="the results were not looked at")
    if not isinstance(actual, List) or len(actual.items) != len(expected.items):
        return Difference(code="unobserved", message="The results were not looked at.")
    for place, (left, right) in enumerate(zip(actual.items, expected.items, strict=True)):
        if left == right:
            continue
        which = f"`{asked.call}`" if len(expected.items) == 1 else f"`{asked.call}[{place}]`"
        if left == Bool(value=True):
            return Difference(
                code="still-tracked",
                message=f"{which} requires a gradient, but should not: "
                "`ctx.mark_non_differentiable(...)` says so in `forward`.",
                details={"output": place},
            )
        return Difference(
            code="detached",
            message=f"{which} requires no gradient, but should. Is it marked as not "
            "differentiable, or no tensor that `forward` computed?",
            details={"output": place},
        )
    return None


def _returned(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
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
            details={"name": name},
        )
    return None


def _shape(observed: Observed, place: int) -> tuple[int, ...] | None:
    value = observed.facts.get(f"returned {place}")
    return value.shape if isinstance(value, Tensor) else None


def _input_shape(name: str, reference: Observed) -> tuple[int, ...] | None:
    trial = reference.trial
    value = (trial.inputs or {}).get(name) if trial is not None else None
    return value.shape if isinstance(value, Tensor) else None


def _ignored(answer: Observed, asked: Asked) -> Difference | None:
    """Whether `backward` gives the same whatever gradient comes in."""
    for place, name in enumerate(asked.inputs):
        once, twice = (_live(answer, f"{what} {place}") for what in ("returned", "doubled"))
        if once is None or twice is None or once.shape != twice.shape:
            continue
        if bool(once.any()) and torch.equal(once, twice):
            return Difference(
                code="incoming-gradient-ignored",
                message=f"`backward` of `{asked.target}` gives the same gradient for `{name}` "
                "whatever gradient comes in. By the chain rule, the one that comes in is "
                "multiplied by the derivative.",
                details={"name": name},
            )
    return None


def _live(observed: Observed, fact: str) -> torch.Tensor | None:
    value = observed.facts.get(fact)
    try:
        return Memory(observed.storages).tensor(value) if isinstance(value, Tensor) else None
    except CodecError:
        return None


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
