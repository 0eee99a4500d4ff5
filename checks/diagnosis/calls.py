"""What to say of a module that raised when it was called."""

from __future__ import annotations

import ast
import difflib

import msgspec

from checks.data import Raised, Trial
from checks.diagnosis.hidden import hidden_difference
from checks.diagnosis.question import Question
from checks.diagnosis.raising import what_raised
from checks.difference import Difference
from checks.module_facts import ModuleFacts
from checks.names import parse
from checks.show import show_raised
from checks.trial_words import inputs_short

__all__ = ["call_raised"]


def call_raised(
    raised: Raised,
    facts: ModuleFacts,
    question: Question,
    mode: str = "",
    trial: Trial | None = None,
) -> Difference:
    """The difference that an exception in a call of the module makes."""
    if raised.type == "NotImplementedError" and not facts.has_forward:
        return _no_forward(raised, facts, question)
    held = next((h for h in facts.hidden if f"'{h.kind}' object is not" in raised.message), None)
    if held is not None and held.modules:
        return hidden_difference(held, question.source)
    found = what_raised(raised, f"{question.subject}(…)", question.source)
    if mode == "train" and raised.type == "ValueError" and "more than 1 value" in raised.message:
        message = f"{found.message} Batch normalisation cannot normalise a batch of one."
        return msgspec.structs.replace(found, message=message)
    words = {"eval": "in eval mode", "train": "in training mode"}.get(mode)
    if words is None or found.code != "raised":
        return found
    inputs = "" if trial is None else inputs_short(trial)
    message = f"{found.message} That was {words}{', ' if inputs else ''}{inputs}."
    return msgspec.structs.replace(found, message=message)


def _no_forward(raised: Raised, facts: ModuleFacts, question: Question) -> Difference:
    message = f"{facts.kind} has no `forward`: that is what calling the module runs."
    methods = _methods(question.source, facts.kind)
    near = difflib.get_close_matches("forward", methods, n=1, cutoff=0.6)
    if near:
        message += f" There is `{near[0]}`: is it misspelt?"
    elif _nested(question.source):
        message += " One is defined inside another method: look at the indentation."
    return Difference(
        code="no-forward",
        message=message,
        expected="a forward",
        actual=show_raised(raised),
        subject=question.subject,
    )


def _methods(source: str, class_name: str) -> list[str]:
    tree = parse(source)
    return [
        item.name
        for node in ([] if tree is None else ast.walk(tree))
        if isinstance(node, ast.ClassDef) and node.name == class_name
        for item in node.body
        if isinstance(item, ast.FunctionDef)
    ]


def _nested(source: str) -> bool:
    """Whether a function named forward stands inside another function."""
    tree = parse(source)
    return any(
        isinstance(inner, ast.FunctionDef) and inner.name == "forward"
        for node in ([] if tree is None else ast.walk(tree))
        if isinstance(node, ast.FunctionDef)
        for inner in ast.walk(node)
        if inner is not node
    )
