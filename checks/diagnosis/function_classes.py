"""What to say of a `torch.autograd.Function` that differs from the solution's."""

from __future__ import annotations

import ast

from checks.data import Bool, List, Observed, Str
from checks.diagnosis.custom_functions import explain_custom
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.incoming import BY_VALUE
from checks.diagnosis.own_backward import (
    Asked,
    asked_for,
    compare_returned,
    incoming_gradient,
)
from checks.diagnosis.raising import what_raised
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.names import parse
from checks.worst_trial import shown

__all__ = ["class_difference", "compare_applied", "forward_difference"]


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
    for rule in (_not_dirty, _outputs, _elsewhere, compare_returned):
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
    if differs is not None and differs.code in BY_VALUE:
        return incoming_gradient(answer, asked) or differs
    return differs or asked_for(answer, reference, asked)


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


def _elsewhere(answer: Observed, reference: Observed, asked: Asked) -> Difference | None:
    own = Bool(value=True)
    if reference.facts.get("own node") != own or answer.facts.get("own node") == own:
        return None
    return Difference(
        code="detached",
        message=f"`{asked.call}` does not go through `forward` and `backward` of `{asked.target}`.",
    )
