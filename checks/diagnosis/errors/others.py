"""Tuples by accident, and names that are nearly special."""

from __future__ import annotations

import ast
import difflib
import re

from checks.diagnosis.errors.text import Text

__all__ = ["a_tuple", "misspelt_method"]

_CLASS = re.compile(r"(\w+)\.__init__\(\) (takes|got)|(\w+)\(\) takes no arguments")
_SPECIAL = ("__init__", "__len__", "__getitem__", "__call__", "__iter__", "forward")


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
