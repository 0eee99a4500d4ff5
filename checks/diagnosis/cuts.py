"""Where in an answer's text the recorded graph may have been cut. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from checks.diagnosis.slices import Slices, names_in
from checks.names import parse

__all__ = ["Cut", "find_cut", "find_cut_before_backward", "last_line", "named_last"]

_METHODS = ("item", "detach", "detach_", "numpy", "tolist")
_CONTEXTS = ("no_grad", "inference_mode", "set_grad_enabled")
_COPIES = ("tensor", "as_tensor", "from_numpy")
_MOST = 20
"""Cuts that are looked at closely."""

_FLAT = ("`.round()`", "`.floor()`", "`.ceil()`", "`.sign()`")
_STEPS = ("argmax", "argmin", "round", "floor", "ceil", "sign", "long", "int", "bool", "argsort")


class Cut(NamedTuple):
    """A place where a graph is cut.

    Attributes:
        line: of the answer.
        text: how it is spelled: ```.item()```.
        sure: whether the tensor that is asked about has a part in what is cut, by the names.
        flat: whether it cuts nothing, but has a derivative of zero.
    """

    line: int
    text: str
    sure: bool = True
    flat: bool = False

    def __str__(self) -> str:
        """A sentence that names it."""
        if self.sure:
            return f"The graph is cut on line {self.line}, by {self.text}."
        return f"Look at line {self.line}: {self.text} cuts the graph."


class _Found(NamedTuple):
    """A cut that may be the one.

    Attributes:
        kind: 0 for what is a cut for certain, up to 3.
        line: of the answer.
        text: how it is spelled.
        operand: what is cut; None where everything is.
    """

    kind: int
    line: int
    text: str
    operand: ast.AST | None


def find_cut(source: str, target: str = "", leaf: str = "") -> Cut | None:
    """The likeliest cut, or None.

    Args:
        source: the answer's text.
        target: the expression that is cut off; without it, the whole text is looked at.
        leaf: the tensor that it is cut off from.
    """
    tree = parse(source)
    if tree is None:
        return None
    slices, start = Slices(tree), _names(target)
    places = slices.parts(start) if start else [(tree, tree)]
    return _likeliest(tree, slices, places, leaf)


def find_cut_before_backward(source: str, leaf: str) -> Cut | None:
    """The likeliest cut on the way to what `backward()` is called on, or None."""
    tree = parse(source)
    if tree is None:
        return None
    slices = Slices(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    ends = [
        call.args[0] if _is_module(call.func.value) and call.args else call.func.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "backward"
    ]
    places: list[tuple[ast.AST, ast.AST]] = [(end, end) for end in ends]
    places += slices.parts({name for end in ends for name in names_in(end)})
    return _likeliest(tree, slices, places, leaf) if ends else find_cut(source)


def _likeliest(
    tree: ast.Module, slices: Slices, places: Sequence[tuple[ast.AST, ast.AST]], leaf: str
) -> Cut | None:
    sliced, root = all(part is not tree for part, _ in places), _names(leaf)
    found = [
        hit
        for part, statement in places
        for hit in (*_inside(part, sliced=sliced), *_around(part, statement, slices))
    ]
    found += [_Found(1, line, "`set_grad_enabled(False)`", None) for line in _switched_off(tree)]

    def elsewhere(hit: _Found) -> bool:
        if hit.operand is None or not root:
            return False
        return not root & slices.names(names_in(hit.operand))

    few = sorted(found, key=lambda hit: (hit.kind, hit.line))[:_MOST]
    ranked = sorted((elsewhere(hit), hit.kind, hit.line, hit.text) for hit in few)
    if not ranked:
        return None
    other, _, line, text = ranked[0]
    return Cut(line, text, sure=not other, flat=text in _FLAT)


def last_line(source: str, name: str) -> int | None:
    """The last line that gives `name` a value, where there is one."""
    tree = parse(source)
    return (Slices(tree).last_write(name) or None) if tree is not None else None


def named_last(source: str, leaf: str, target: str) -> int | None:
    """The line that gives `leaf` a new value after `target` was made, where there is one."""
    tree = parse(source)
    if tree is None:
        return None
    slices = Slices(tree)
    last, made = slices.last_binding(leaf), slices.last_write(target)
    return last if 0 < made < last else None


def _names(expression: str) -> frozenset[str]:
    tree = parse(expression.strip())
    return frozenset(names_in(tree)) if tree else frozenset()


def _inside(part: ast.AST, *, sliced: bool) -> Iterator[_Found]:
    """The cuts in an expression, or in a whole text."""
    for node in ast.walk(part):
        match node:
            case ast.Attribute(value=value, attr="data"):
                yield _Found(1, node.lineno, "`.data`", value)
            case ast.Attribute(value=value, attr="grad", ctx=ast.Load()) if sliced:
                if not _is_module(value):
                    yield _Found(2, node.lineno, "`.grad`, which has no history of its own", value)
            case ast.Compare(left=left):
                yield _Found(3, node.lineno, "a comparison, which gives True and False", left)
            case ast.Call():
                yield from _called(node)


def _called(node: ast.Call) -> Iterator[_Found]:
    function, line = node.func, node.lineno
    owner = function.value if isinstance(function, ast.Attribute) else None
    name = _last_name(function)
    if name in _METHODS and owner is not None:
        yield _Found(0, line, f"`.{name}()`", owner)
    elif name in _CONTEXTS and not _asks_for_recording(node):
        yield _Found(1, line, f"`{name}()`", None)
    elif name == "float" and owner is None:
        yield _Found(1, line, "`float(...)`", node)
    elif name in _COPIES and node.args and not _is_literal(node.args[0]):
        yield _Found(1, line, f"`{name}(...)` around a tensor", node.args[0])
    elif name == "grad" and node.args and not _has_true(node, "create_graph"):
        yield _Found(1, line, "`grad(...)` without `create_graph=True`", node)
    elif name in _STEPS and owner is not None:
        yield _Found(2, line, f"`.{name}()`", node)


def _last_name(node: ast.expr) -> str:
    """``no_grad`` of ``torch.no_grad`` and of ``no_grad``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _around(part: ast.AST, statement: ast.AST, slices: Slices) -> Iterator[_Found]:
    """The block around a statement in which nothing is recorded, if there is one."""
    for outer in slices.around(statement):
        for item in outer.items if isinstance(outer, ast.With) else ():
            call = item.context_expr
            name = _last_name(call.func) if isinstance(call, ast.Call) else ""
            if not isinstance(call, ast.Call) or name not in (*_CONTEXTS, "enable_grad"):
                continue
            if name != "enable_grad" and not _asks_for_recording(call):
                yield _Found(1, call.lineno, f"`{name}()`", part)
            return


def _switched_off(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="set_grad_enabled"), args=[ast.Constant(value=False)]
                )
            ):
                yield node.lineno


def _asks_for_recording(call: ast.Call) -> bool:
    """``set_grad_enabled(True)``, ``inference_mode(False)``."""
    name = _last_name(call.func)
    given = [a.value for a in call.args if isinstance(a, ast.Constant)]
    given += [k.value.value for k in call.keywords if isinstance(k.value, ast.Constant)]
    return (name == "set_grad_enabled" and True in given) or (
        name == "inference_mode" and False in given
    )


def _has_true(call: ast.Call, keyword: str) -> bool:
    return any(
        k.arg == keyword and not (isinstance(k.value, ast.Constant) and k.value.value is False)
        for k in call.keywords
    )


def _is_module(node: ast.expr) -> bool:
    """``torch.autograd``, of which ``grad`` is a function."""
    return (isinstance(node, ast.Attribute) and node.attr == "autograd") or (
        isinstance(node, ast.Name) and node.id == "autograd"
    )


def _is_literal(node: ast.expr) -> bool:
    return all(
        not isinstance(child, ast.Name | ast.Attribute | ast.Call) for child in ast.walk(node)
    )
