"""Wrong versions of what is called: another reduction, dimension or dtype, a call left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from tutor.authoring.mutants.edits import Edit, Text

__all__ = ["call_edits"]

_OTHER_NAME: Final[dict[str, tuple[str, str]]] = {
    **{
        one: (other, "reduction")
        for one, other in (
            ("sum", "mean"), ("mean", "sum"), ("max", "min"), ("min", "max"), ("prod", "sum"),
            ("amax", "amin"), ("amin", "amax"), ("argmax", "argmin"), ("argmin", "argmax"),
            ("std", "var"), ("var", "std"), ("any", "all"), ("all", "any"), ("median", "mean"),
        )
    },
    **{
        one: (other, "dtype")
        for one, other in (
            ("float32", "float64"), ("float64", "float32"), ("float16", "float32"),
            ("bfloat16", "float32"), ("int64", "int32"), ("int32", "int64"), ("long", "int"),
            ("float", "double"), ("double", "float"), ("uint8", "int64"),
        )
    },
    **{
        one: (other, "function")
        for one, other in (
            ("zeros", "ones"), ("ones", "zeros"), ("zeros_like", "ones_like"),
            ("ones_like", "zeros_like"), ("no_grad", "enable_grad"),
            ("inference_mode", "enable_grad"), ("train", "eval"), ("eval", "train"),
            ("cat", "stack"), ("stack", "cat"),
        )
    },
}  # fmt: skip
_REDUCTIONS: Final = frozenset((
    "sum", "mean", "max", "min", "prod", "amax", "amin", "argmax", "argmin", "std", "var", "any",
    "all", "median", "norm", "logsumexp",
))  # fmt: skip
_LEFT_OUT: Final = frozenset((
    "detach", "clone", "contiguous", "requires_grad_", "squeeze", "unsqueeze", "t", "transpose",
    "permute", "item", "float", "double", "long", "int", "bool", "abs", "sqrt", "flatten",
    "softmax", "log_softmax", "retain_grad", "expand",
))  # fmt: skip
_IN_PLACE: Final = frozenset((
    "abs", "add", "sub", "mul", "div", "clamp", "exp", "neg", "pow", "relu", "sqrt", "sigmoid",
    "tanh", "masked_fill", "index_add", "scatter", "scatter_add", "squeeze", "unsqueeze", "sin",
    "cos", "detach",
))  # fmt: skip
_TAKES_DIM: Final = _REDUCTIONS | {
    "softmax", "log_softmax", "cumsum", "cumprod", "cat", "stack", "squeeze", "unsqueeze", "size",
    "sort", "topk", "gather", "flip", "split", "chunk", "unbind", "index_select", "transpose",
    "flatten",
}  # fmt: skip


def call_edits(text: Text, node: ast.AST) -> Iterator[Edit]:
    """Every wrong version of one call or attribute."""
    match node:
        case ast.Call(func=ast.Attribute(value=receiver) as func):
            yield from _dimensions(text, node, func.attr)
            yield from _left_out(text, node, receiver, func.attr)
            yield from _in_place(text, func)
            yield from _arguments(text, node)
        case ast.Call(func=ast.Name(id=name)):
            yield from _dimensions(text, node, name)
            yield from _arguments(text, node)
        case ast.Attribute(value=receiver, attr="T" | "mT" | "H" | "data", ctx=ast.Load()):
            yield text.replace(node, text.of(receiver), "transpose")
        case ast.Attribute(attr=name) if name in _OTHER_NAME:
            other, kind = _OTHER_NAME[name]
            yield _renamed(text, node, other, kind)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        other, kind = _OTHER_NAME.get(node.func.id, ("", ""))
        if other and kind == "reduction":
            yield text.replace(node.func, other, kind)


def _renamed(text: Text, node: ast.Attribute, other: str, kind: str) -> Edit:
    end = text.end(node)
    return Edit(end - len(node.attr), end, other, kind)


def _left_out(text: Text, call: ast.Call, receiver: ast.expr, name: str) -> Iterator[Edit]:
    """`x.detach()` → `x`; what hangs on a module (`torch.softmax(x)`) is no method of a tensor."""
    module = isinstance(receiver, ast.Name) and receiver.id in {"torch", "F", "nn", "np"}
    if name in _LEFT_OUT and not module:
        yield text.replace(call, text.of(receiver), "call-left-out")


def _in_place(text: Text, func: ast.Attribute) -> Iterator[Edit]:
    name = func.attr
    if name.endswith("_") and name[:-1] in _IN_PLACE:
        yield _renamed(text, func, name[:-1], "in-place")
    elif name in _IN_PLACE:
        module = isinstance(func.value, ast.Name) and func.value.id in {"torch", "F", "nn"}
        if not module:
            yield _renamed(text, func, f"{name}_", "in-place")


def _dimensions(text: Text, call: ast.Call, name: str) -> Iterator[Edit]:
    if name not in _TAKES_DIM:
        return
    given = [word.value for word in call.keywords if word.arg in {"dim", "axis"}]
    for dim in given or call.args:
        number = _number(dim)
        if number is None:
            continue
        # Not 1 → -1: most tensors in lessons have two dimensions, where that is the same.
        for other in {0: (1, -1), 1: (0,), -1: (0, -2)}.get(number, (number - 1,)):
            yield text.replace(dim, str(other), "dim")
    words = {word.arg for word in call.keywords}
    by_dim = bool(given) or any(_number(argument) is not None for argument in call.args)
    if name in _REDUCTIONS and by_dim and "keepdim" not in words:
        close = text.end(call) - 1
        yield Edit(close, close, ", keepdim=True", "keepdim")


def _number(node: ast.expr) -> int | None:
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
    return None


def _arguments(text: Text, call: ast.Call) -> Iterator[Edit]:
    """The first two arguments swapped; a dtype or a flag left out."""
    match call.args:
        case [first, second, *_] if not any(isinstance(one, ast.Starred) for one in call.args[:2]):
            gap = text.source[text.end(first) : text.start(second)]
            swapped = f"{text.of(second)}{gap}{text.of(first)}"
            yield Edit(text.start(first), text.end(second), swapped, "arguments")
    for word in call.keywords:
        if word.arg in {"dtype", "requires_grad", "retain_graph", "create_graph", "correction"}:
            value_end = text.end(word.value)
            start = text.place(word.lineno, word.col_offset)
            before = text.source[:start].rstrip()
            if before.endswith(","):
                yield Edit(len(before) - 1, value_end, "", "keyword-left-out")
