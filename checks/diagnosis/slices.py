"""Which parts of an answer's text lead to a name: a slice by names, backwards. Without torch.

Names are followed wherever they are assigned, in whatever order: what is left out for certain has
no part in the value, what is kept may have one. Attributes go by their name alone (``.w`` for
``self.w``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import msgspec

__all__ = ["Slices", "names_in"]

_GROWS = ("append", "extend", "insert", "update", "add", "setdefault")
_STATE_ONLY = ("zero_", "requires_grad_", "detach_", "retain_grad")


class _Writer(msgspec.Struct, frozen=True):
    """A statement that gives names a value.

    Attributes:
        names: those names.
        parts: the expressions that the value comes from.
        statement: what lies around them.
        binds: those of the names that are given to another object, not changed.
    """

    names: frozenset[str]
    parts: tuple[ast.expr, ...]
    statement: ast.AST
    binds: frozenset[str] = frozenset()


class Slices:
    """The writers of one text, and the slices that they make."""

    def __init__(self, tree: ast.Module) -> None:
        self._writers = [writer for node in ast.walk(tree) for writer in _written_by(node)]
        self._read: dict[int, frozenset[str]] = {}
        self._by_name: dict[str, list[_Writer]] = {}
        for writer in self._writers:
            for name in writer.names:
                self._by_name.setdefault(name, []).append(writer)
        self._parents = {
            id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
        }

    def names(self, start: Iterable[str]) -> frozenset[str]:
        """`start`, and every name that may play a part in one of them."""
        return self._follow(start)[0]

    def parts(self, start: Iterable[str]) -> list[tuple[ast.expr, ast.AST]]:
        """The expressions that may play a part, each with its statement."""
        return [
            (part, writer.statement) for writer in self._follow(start)[1] for part in writer.parts
        ]

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What encloses the node, from within."""
        parent = self._parents.get(id(node))
        while parent is not None:
            yield parent
            parent = self._parents.get(id(parent))

    def last_write(self, name: str) -> int:
        """The last line that gives `name` a value or changes it; 0 where there is none."""
        lines = (getattr(w.statement, "lineno", 0) for w in self._writers if name in w.names)
        return max(lines, default=0)

    def last_binding(self, name: str) -> int:
        """The last line that gives the name to another object; 0 where there is none."""
        lines = (getattr(w.statement, "lineno", 0) for w in self._writers if name in w.binds)
        return max(lines, default=0)

    def _follow(self, start: Iterable[str]) -> tuple[frozenset[str], list[_Writer]]:
        needed, waiting = set(start), list(start)
        taken: dict[int, _Writer] = {}
        while waiting:
            for writer in self._by_name.get(waiting.pop(), ()):
                if id(writer) in taken:
                    continue
                taken[id(writer)] = writer
                fresh = self._reads(writer) - needed
                needed |= fresh
                waiting += fresh
        return frozenset(needed), list(taken.values())

    def _reads(self, writer: _Writer) -> frozenset[str]:
        known = self._read.get(id(writer))
        if known is None:
            known = frozenset(name for part in writer.parts for name in names_in(part))
            self._read[id(writer)] = known
        return known


def names_in(node: ast.AST) -> set[str]:
    """The names that are read in a node; attributes with a dot before them."""
    found: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            found.add(child.id)
        elif isinstance(child, ast.Attribute):
            found.add(f".{child.attr}")
    return found


def _written_by(node: ast.AST) -> Iterator[_Writer]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield _Writer(_stored(targets), (value,), node, _bound(targets))
        case ast.AugAssign(target=target, value=value):
            yield _Writer(_stored([target]), (value,), node)
        case (
            ast.NamedExpr(target=target, value=value)
            | ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.For(target=target, iter=value)
        ):
            yield _Writer(_stored([target]), (value,), node, _bound([target]))
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    names = [item.optional_vars]
                    yield _Writer(_stored(names), (item.context_expr,), node, _bound(names))
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield from _returned(node, frozenset((name, f".{name}")))
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=changed, attr=attr)) as call) if (
            attr in _GROWS or (attr.endswith("_") and attr not in _STATE_ONLY)
        ):
            yield _Writer(_stored([changed]), (*call.args, *(k.value for k in call.keywords)), node)


def _returned(node: ast.FunctionDef | ast.ClassDef, names: frozenset[str]) -> Iterator[_Writer]:
    if node.decorator_list:
        yield _Writer(names, tuple(node.decorator_list), node)
    for child in ast.walk(node):
        if isinstance(child, ast.Return | ast.Yield) and child.value is not None:
            yield _Writer(names, (child.value,), child)


def _stored(targets: Iterable[ast.expr]) -> frozenset[str]:
    """The names that an assignment to `targets` changes: of ``x[0]`` it is ``x``."""
    found: set[str] = set()
    waiting = list(targets)
    while waiting:
        match waiting.pop():
            case ast.Name(id=name):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=attr):
                found.add(f".{attr}")
            case ast.Attribute(value=owner, attr=attr):
                found.add(f".{attr}")
                waiting.append(owner)
            case ast.Subscript(value=value) | ast.Starred(value=value):
                waiting.append(value)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                waiting += items
    return frozenset(found)


def _bound(targets: Iterable[ast.expr]) -> frozenset[str]:
    """The names among the targets themselves."""
    nodes = (node for target in targets for node in ast.walk(target))
    return frozenset(
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
