"""Steps of training in an answer's text that have no effect, or come too late. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.slices import names_in
from checks.diagnosis.spelled import Found, called

__all__ = [
    "cleared_outside",
    "cleared_too_late",
    "clears",
    "never_cleared",
    "old_graphs",
    "only_named",
    "unused_contexts",
]

_CONTEXTS = ("no_grad", "inference_mode", "enable_grad")
_UNCALLED = (
    "backward",
    "eval",
    "step",
    "train",
    "zero_grad",
    "zero_",
    "requires_grad_",
    "retain_grad",
)


def only_named(tree: ast.Module) -> Iterator[Found]:
    """``optimizer.zero_grad`` on a line of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Attribute(attr=attr) as named) if attr in _UNCALLED:
                yield (
                    node.lineno,
                    (
                        f"Line {node.lineno} only names `{ast.unparse(named)[:40]}`: without "
                        "parentheses it is not called."
                    ),
                )


def unused_contexts(tree: ast.Module) -> Iterator[Found]:
    """``torch.no_grad()`` on a line of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call() as call) if called(call) in _CONTEXTS:
                name = called(call)
                yield (
                    node.lineno,
                    (
                        f"`{name}()` on line {node.lineno} does nothing alone: it acts on what "
                        "stands inside of a `with`, or below it as a decorator."
                    ),
                )


def cleared_too_late(tree: ast.Module) -> Iterator[Found]:
    """`zero_grad()` between `backward()` and `step()`, in one block."""
    for body in _bodies(tree):
        calls = [(_statement_call(s), s.lineno) for s in body]
        names = [name for name, _ in calls]
        for place, (name, line) in enumerate(calls):
            if name != "zero_grad" or "backward" not in names[:place]:
                continue
            before = max(i for i in range(place) if names[i] == "backward")
            if "step" in names[place:] and "step" not in names[before:place]:
                yield (
                    line,
                    (
                        f"Line {line} clears the gradients after `backward()` on line "
                        f"{calls[before][1]}, and before `step()` uses them."
                    ),
                )


def never_cleared(tree: ast.Module) -> Iterator[Found]:
    """`backward()` in a loop, and no `zero_grad()` anywhere."""
    if not _zeroed(tree):
        for line, says in _adding_up(tree):
            yield line, f"{says}, so gradients add up."


def cleared_outside(tree: ast.Module) -> Iterator[Found]:
    """`backward()` in a loop, and `zero_grad()` outside of it."""
    zeroed = _zeroed(tree)
    for line, says in _adding_up(tree) if zeroed else ():
        outside = f"(`zero_grad()` on line {zeroed[0]} stands outside)"
        yield line, f"{says} {outside}, so gradients add up."


def _zeroed(tree: ast.Module) -> list[int]:
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) == "zero_grad"
    )


def _adding_up(tree: ast.Module) -> Iterator[Found]:
    """The first loop that walks graphs back and clears nothing."""
    clearing = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and clears(node)
    }
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For | ast.While) or clears(loop) or _makes_leaves(loop):
            continue
        inside = list(ast.walk(loop))
        walked = [n for n in inside if isinstance(n, ast.Call) and called(n) == "backward"]
        if not walked or any(called(n) in clearing for n in inside):
            continue
        line = walked[0].lineno
        yield (
            line,
            (
                f"`backward()` on line {line} runs in a loop and adds to `.grad` each time; "
                "nothing in the loop clears it"
            ),
        )
        return


def _makes_leaves(loop: ast.For | ast.While) -> bool:
    """Whether each turn may have leaves of its own, which begin without a gradient."""
    for node in ast.walk(loop):
        if called(node) in ("requires_grad_", "Parameter", "detach"):
            return True
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in names_in(value):
                return True
            case ast.Call(keywords=given) if any(k.arg == "requires_grad" for k in given):
                return True
    return False


def old_graphs(tree: ast.Module) -> Iterator[Found]:
    """A loss from before the loop, walked back with ``retain_graph=True`` in each turn."""
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For | ast.While):
            continue
        inside = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and _is_store(n)}
        for node in ast.walk(loop):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="backward", value=ast.Name(id=name)),
                    keywords=keywords,
                ) if name not in inside and any(k.arg == "retain_graph" for k in keywords):
                    yield (
                        node.lineno,
                        (
                            f"`{name}` on line {node.lineno} was computed once, before the loop: "
                            "`retain_graph=True` walks the same old graph back in every turn, and "
                            "what was updated since plays no part in it."
                        ),
                    )


def _is_store(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def clears(tree: ast.AST) -> bool:
    """Whether anything in the text may clear a gradient."""
    for node in ast.walk(tree):
        if called(node) in ("zero_grad", "zero_", "fill_", "grad", "delattr"):
            return True
        match node:
            case ast.Assign(targets=targets) if any(
                isinstance(n, ast.Attribute) and n.attr == "grad"
                for target in targets
                for n in ast.walk(target)
            ):
                return True
            case ast.Delete() if "grad" in {n.lstrip(".") for n in names_in(node)}:
                return True
    return False


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield body


def _statement_call(statement: ast.stmt) -> str:
    return called(statement.value) if isinstance(statement, ast.Expr) else ""
