"""Tuples by accident, names that are nearly special, and what losses and optimizers ask for."""

from __future__ import annotations

import ast
import difflib
import re

from checks.diagnosis.errors.text import Text

__all__ = ["TARGETS", "a_tuple", "misspelt_method", "nothing_to_optimize"]

_CLASS = re.compile(r"(\w+)\.__init__\(\) (takes|got)|(\w+)\(\) takes no arguments")
_SPECIAL = ("__init__", "__len__", "__getitem__", "__call__", "__iter__", "forward")

_PROBABILITIES = (
    "The targets have as many dimensions as the logits, so they are read as probabilities, which "
    "are float numbers. Class numbers are one for each row, of shape (N,)."
)

TARGETS = (
    (
        re.compile(r"dtype to be Long|expected scalar type Long but found", re.IGNORECASE),
        "Cross-entropy takes class numbers as targets, and these are whole numbers: int64.",
    ),
    (
        re.compile(r"floating point type for target with class probabilities", re.IGNORECASE),
        _PROBABILITIES,
    ),
    (
        re.compile(r"1D target tensor expected|multi-target not supported", re.IGNORECASE),
        "Cross-entropy takes one class number for each row: targets of shape (N,), not (N, 1).",
    ),
    (
        re.compile(r"target -?\d+ is out of bounds", re.IGNORECASE),
        "Classes are counted from 0: with C columns the last one is C - 1.",
    ),
)
"""What torch says of targets, in any of its versions, and what it means."""


def a_tuple(text: Text) -> str:
    """A tuple of one, where a tensor or a layer is expected."""
    saved = _saved_tensors(text)
    if saved:
        return saved
    names = text.names_here()
    for node in text.here():
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
            names.add(f"self.{node.attr}")
    for name in sorted(names):
        line = _comma(text, name)
        if line:
            return f"`{name}` is a tuple: the comma at the end of line {line} makes it one."
    return ""


def _comma(text: Text, name: str) -> int | None:
    for node in text.assignments(name):
        value = node.value
        if isinstance(value, ast.Tuple) and len(value.elts) == 1:
            bare = value.col_offset == value.elts[0].col_offset
            if bare and (text.line is None or node.lineno <= text.line):
                return node.lineno
    return None


def _saved_tensors(text: Text) -> str:
    """``x = ctx.saved_tensors``: all of them in one tuple."""
    for name in sorted(text.names_here()):
        for node in text.assignments(name):
            if isinstance(node.value, ast.Attribute) and node.value.attr == "saved_tensors":
                return (
                    f"`{name}` is the whole tuple of saved tensors (line {node.lineno}), also "
                    "where it has one item. Take the tensor out of it."
                )
    return ""


def misspelt_method(text: Text, message: str) -> str:
    """A class whose ``__init__`` is written in another way."""
    found = _CLASS.search(message)
    wanted = (found.group(1) or found.group(3)) if found else ""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.ClassDef) and node.name == wanted:
            names = [n.name for n in node.body if isinstance(n, ast.FunctionDef)]
            if "__init__" in names:
                return ""
            near = difflib.get_close_matches("__init__", names, n=1, cutoff=0.6)
            if near and near[0] not in _SPECIAL:
                return (
                    f"`{wanted}` has a method `{near[0]}`, which Python never calls by itself: "
                    "`__init__` has two underscores on either side."
                )
    return ""


def nothing_to_optimize(text: Text) -> str:
    """An optimizer without parameters."""
    del text
    return (
        "The model has no registered parameters: what is assigned to `self` counts if it is a "
        "module or an `nn.Parameter`, a plain tensor or a Python list of layers does not."
    )
