"""What cannot be differentiated: no graph, a plain number, a `.grad` that is None."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.cuts import find_cut, find_cut_before_backward
from checks.diagnosis.errors.text import Text
from checks.diagnosis.leaves import why_no_leaf
from checks.diagnosis.slices import names_in

__all__ = ["no_gradient_yet", "no_graph", "plain_number"]


def no_graph(text: Text, source: str) -> str:
    """`backward()` was called on what nothing was recorded for."""
    end = next((end for call, end in text.walked() if call.lineno == text.line), None)
    if end is not None:
        renewed = _renewed(text, text.reads(end) | names_in(end))
        if renewed:
            return renewed
    frozen = _frozen(text.tree)
    if frozen is not None:
        return (
            f"Line {frozen} says that no gradient is required: what is computed from there on is "
            "not recorded."
        )
    cut = find_cut_before_backward(source, "")
    if cut is not None and not _of_data(text, cut.line):
        return str(cut)
    return "Nothing that it was computed from requires a gradient."


def _of_data(text: Text, line: int) -> bool:
    """Whether all that a line makes a tensor of was there before the answer: it has no graph."""
    made = [
        node
        for node in ast.walk(text.tree)
        if isinstance(node, ast.Call)
        and node.lineno == line
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("tensor", "as_tensor", "from_numpy")
    ]
    return bool(made) and not any(
        text.assignments(name) for call in made for name in names_in(call) - {"torch"}
    )


def _renewed(text: Text, names: frozenset[str] | set[str]) -> str:
    """A name that is given to a new tensor while nothing is recorded."""
    found = []
    for name in names:
        for node in text.assignments(name):
            quiet = any(
                isinstance(outer, ast.With)
                and any("no_grad" in ast.unparse(item.context_expr) for item in outer.items)
                for outer in text.slices.around(node)
            )
            if quiet and name in names_in(node.value):
                found.append((node.lineno, name))
    if not found:
        return ""
    line, name = min(found)
    return (
        f"Line {line} gives the name `{name}` to a new tensor, made while nothing is recorded: it "
        "requires no gradient. Write into the old one in place."
    )


def _frozen(tree: ast.Module) -> int | None:
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="requires_grad_"), args=[ast.Constant(value=False)]
            ):
                return node.lineno
    return None


def plain_number(text: Text, source: str) -> str:
    """A method of tensors was asked of a number."""
    for node in text.here():
        match node:
            case ast.Attribute(attr="backward", value=value):
                spelled = ast.unparse(value)[:40]
                cut = find_cut(source, spelled)
                if cut is None:
                    return f"`{spelled}` is a plain number there, which has no graph."
                return (
                    f"`{spelled}` is a plain number there: {cut.text} on line {cut.line} takes the "
                    "number alone, and its graph is left behind."
                )
    return ""


def no_gradient_yet(text: Text, source: str) -> str:
    """A `.grad` that is None was computed with."""
    for node in text.here():
        match node:
            case ast.Attribute(attr="grad", value=value, ctx=ast.Load()):
                return _why_none(text, source, name=ast.unparse(value), line=text.line)
    names = text.names_here()
    for name, owner, line in _kept(text.tree):
        if name in names:
            return _why_none(text, source, name=owner, line=line)
    return ""


def _kept(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """The names that are given a `.grad`: each with what it is the gradient of, and the line."""
    for node in [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]:
        for target in node.targets:
            pairs = [(target, node.value)]
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = list(zip(target.elts, node.value.elts, strict=False))
            for one, given in pairs:
                match one, given:
                    case ast.Name(id=name), ast.Attribute(attr="grad", value=value):
                        yield name, ast.unparse(value), node.lineno


def _why_none(text: Text, source: str, *, name: str, line: int | None) -> str:
    start = f"`{name}.grad` is None {'there' if line == text.line else f'on line {line}'}"
    again = any(text.loop_of(node) is not None for node in text.here())
    bound = [
        node.lineno
        for node in text.assignments(name)
        if name in names_in(node.value) and (again or node.lineno < (line or 0))
    ]
    if bound:
        lost = why_no_leaf(source, name, "")
        if lost.line == bound[-1]:
            return f"{start}: `{name}` {lost.says}"
        return (
            f"{start}: `{name}` is no leaf any more. Line {bound[-1]} gives the name to a new "
            "tensor, the result of an operation."
        )
    lines = [call.lineno for call, _ in text.walked()]
    if not lines and not _comes_in(text.tree, name):
        named = _only_named(text.tree)
        only = f" Line {named} only names it: it is not called." if named else ""
        return f"{start}: nothing calls `backward()`, which fills it.{only}"
    if lines and line is not None and min(lines) > line and not again:
        return f"{start}: `backward()` fills it, and comes only on line {min(lines)}."
    emptied = [
        n for n in _emptied(text.tree, name) if lines and line is not None and min(lines) < n < line
    ]
    if emptied:
        return f"{start}: line {emptied[0]} clears the gradients, after `backward()` filled them."
    return f"{start}: no `backward()` has filled it."


def _only_named(tree: ast.Module) -> int | None:
    """The line of a ``loss.backward`` without parentheses."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Attribute(attr="backward")):
                return node.lineno
    return None


def _comes_in(tree: ast.Module, name: str) -> bool:
    """Whether a function gets the tensor from outside: alone, or in what it goes through."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        arguments = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
        if name in arguments:
            return True
        for node in ast.walk(function):
            match node:
                case (
                    ast.For(target=ast.Name(id=one), iter=several)
                    | ast.comprehension(target=ast.Name(id=one), iter=several)
                ) if one == name and names_in(several) & arguments:
                    return True
    return False


def _emptied(tree: ast.Module, name: str) -> list[int]:
    """The lines that clear gradients by `zero_grad()`, or this one by ``w.grad = None``."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="zero_grad")):
                found.append(node.lineno)
            case ast.Assign(targets=targets, value=ast.Constant(value=None)) if any(
                ast.unparse(target) == f"{name}.grad" for target in targets
            ):
                found.append(node.lineno)
    return sorted(found)
