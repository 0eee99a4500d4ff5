"""What an answer's text says of its modules. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.spelled import called
from checks.names import parse

__all__ = [
    "always_on_dropout",
    "dropout_made_in_forward",
    "layer_made_in_forward",
    "local_layer",
    "repeated_layer",
    "trailing_comma",
]


def trailing_comma(source: str, attribute: str) -> int | None:
    """The line on which a comma at the end makes a tuple of what goes into `self.attribute`."""
    for node in _nodes(source):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Tuple):
            continue
        bare = node.value.elts and node.value.col_offset == node.value.elts[0].col_offset
        targets = [t.attr for t in node.targets if isinstance(t, ast.Attribute)]
        if attribute in targets and len(node.value.elts) == 1 and bare:
            return node.lineno
    return None


def local_layer(source: str) -> tuple[str, int] | None:
    """The name and line of a layer that an ``__init__`` makes and then drops."""
    for function in _nodes(source):
        if not isinstance(function, ast.FunctionDef) or function.name != "__init__":
            continue
        read = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and _makes_layer(node.value):
                for target in node.targets:
                    if isinstance(target, ast.Name) and target.id not in read:
                        return target.id, node.lineno
    return None


def repeated_layer(source: str) -> int | None:
    """The line of a ``[nn.Linear(...)] * n``."""
    for node in _nodes(source):
        match node:
            case ast.BinOp(op=ast.Mult(), left=ast.List(elts=[ast.Call() as made])) if called(made)[
                :1
            ].isupper():
                return node.lineno
    return None


def always_on_dropout(source: str) -> int | None:
    """The line of a call of a functional dropout that is not told the mode."""
    for node in _nodes(source):
        if isinstance(node, ast.Call) and called(node) in _DROPOUTS:
            told = any(keyword.arg in ("training", "train", None) for keyword in node.keywords)
            if not told and len(node.args) < 3:
                return node.lineno
    return None


def dropout_made_in_forward(source: str) -> int | None:
    """The line on which a forward makes a Dropout layer anew."""
    for function in _nodes(source):
        if isinstance(function, ast.FunctionDef) and function.name == "forward":
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node).startswith("Dropout"):
                    return node.lineno
    return None


def layer_made_in_forward(source: str) -> int | None:
    """The line on which a forward makes a layer that has weights, or a parameter."""
    for function in _nodes(source):
        if isinstance(function, ast.FunctionDef) and function.name == "forward":
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and called(node).startswith(_WEIGHTED):
                    return node.lineno
    return None


_WEIGHTED = ("Linear", "Conv", "Embedding", "BatchNorm", "LayerNorm", "LSTM", "GRU", "Parameter")

_DROPOUTS = frozenset(
    {"dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout", "feature_dropout"}
)


def _nodes(source: str) -> Iterator[ast.AST]:
    tree = parse(source)
    return iter(()) if tree is None else ast.walk(tree)


def _makes_layer(value: ast.expr) -> bool:
    """Whether it is a call such as ``nn.Linear(...)``."""
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "nn"
        and function.attr[:1].isupper()
    )
