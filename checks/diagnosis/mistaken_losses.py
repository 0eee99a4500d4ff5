"""Losses that are given what they do not take. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.spelled import Found, assigned, called

__all__ = ["softmax_before_loss"]


def softmax_before_loss(tree: ast.Module) -> Iterator[Found]:
    """Cross-entropy of a softmax; `nll_loss` of one that is no logarithm."""
    losses = {"cross_entropy": ["cross_entropy"], "nll_loss": ["nll_loss"]}
    made = assigned(tree)
    for name, values in made.items():
        for value in values:
            kind = {"CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss"}.get(called(value))
            if kind:
                losses[kind].append(name)
    layers = {n for n, values in made.items() if any(called(v) == "Softmax" for v in values)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if not _is_softmax(node.args[0], made, layers):
            continue
        if _is_loss(node, losses["cross_entropy"], "CrossEntropyLoss"):
            yield (
                node.lineno,
                (
                    f"On line {node.lineno}, cross-entropy gets the result of a softmax. It "
                    "applies one by itself: give it the logits."
                ),
            )
        elif _is_loss(node, losses["nll_loss"], "NLLLoss"):
            yield (
                node.lineno,
                (
                    f"On line {node.lineno}, `nll_loss` gets probabilities. It takes their "
                    "logarithms, as `log_softmax` gives them."
                ),
            )


def _is_softmax(node: ast.expr, made: dict[str, list[ast.expr]], layers: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return any(_is_softmax(v, {}, layers) for v in made.get(node.id, [])[-1:])
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Call) and called(node.func) == "Softmax":
        return True
    return called(node) in ("softmax", *layers)


def _is_loss(call: ast.Call, names: list[str], layer: str) -> bool:
    if isinstance(call.func, ast.Call):
        return called(call.func) == layer
    return called(call) in names
