"""Functions of an answer that call themselves, directly or through others. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeAlias

__all__ = ["FUNCTIONS", "SCOPES", "own_nodes", "recursive_calls"]

_Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
"""What has names of its own."""


def recursive_calls(tree: ast.Module) -> Iterator[ast.expr]:
    """For each function that calls itself, one place where it is mentioned inside of itself."""
    reader = _Reader()
    reader.visit(tree)
    for function, calls in reader.calls.items():
        seen: set[_Function] = set()
        todo = list(calls)
        while todo:
            other = todo.pop()
            if other not in seen:
                seen.add(other)
                todo += reader.calls.get(other, {})
        if function in seen:
            yield calls.get(function) or next(iter(calls.values()))


class _Scope:
    """The names of one function, of a class, or of the whole answer.

    Attributes:
        functions: those of its names that stand for a function.
        others: names with any other meaning: parameters, variables.
        is_class: a class: its names are not seen inside of its methods.
        bases: of a class, the names of the classes that it extends.
    """

    def __init__(self, node: ast.AST) -> None:
        self.functions: dict[str, _Function] = {}
        self.others: set[str] = set()
        self.is_class = isinstance(node, ast.ClassDef)
        self.bases = [b.id for b in getattr(node, "bases", ()) if isinstance(b, ast.Name)]
        if isinstance(node, FUNCTIONS):
            self.others |= {a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)}
        elsewhere: set[str] = set()
        for inner in own_nodes(node):
            match inner:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    self.functions[name] = inner
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                    self.functions[name] = function
                case ast.Name(id=name, ctx=ast.Store()):
                    self.others.add(name)
                case ast.Global(names=names) | ast.Nonlocal(names=names):
                    elsewhere |= set(names)
        self.others -= elsewhere | set(self.functions)


def own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """What lies in a scope itself, and not in a function or class inside of it."""
    todo = list(ast.iter_child_nodes(node))
    while todo:
        inner = todo.pop()
        yield inner
        if not isinstance(inner, (*SCOPES, ast.ClassDef)):
            todo += ast.iter_child_nodes(inner)


class _Reader(ast.NodeVisitor):
    """Finds which function mentions which.

    Attributes:
        calls: for each function, the functions that it mentions, and where.
    """

    def __init__(self) -> None:
        self.calls: dict[_Function, dict[_Function, ast.expr]] = {}
        self._scopes: list[_Scope] = []
        self._classes: dict[str, _Scope] = {}
        self._inside: list[_Function] = []

    def visit(self, node: ast.AST) -> None:
        """Read one node and what is in it."""
        if isinstance(node, (*SCOPES, ast.ClassDef, ast.Module)):
            scope = _Scope(node)
            if isinstance(node, ast.ClassDef):
                self._classes[node.name] = scope
            self._scopes.append(scope)
            if isinstance(node, FUNCTIONS):
                self._inside.append(node)
                self.calls.setdefault(node, {})
            self.generic_visit(node)
            if isinstance(node, FUNCTIONS):
                self._inside.pop()
            self._scopes.pop()
            return
        self._mention(node)
        self.generic_visit(node)

    def _mention(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                found = self._function(name)
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                found = self._method(name)
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id="globals" | "locals" | "vars")),
                slice=ast.Constant(value=str(name)),
            ):
                found = self._function(name)
            case _:
                return
        if found is not None and self._inside and isinstance(node, ast.expr):
            self.calls[self._inside[-1]].setdefault(found, node)

    def _function(self, name: str) -> _Function | None:
        """The function that a name stands for here, or None."""
        for depth, scope in enumerate(reversed(self._scopes)):
            if scope.is_class and depth:
                continue
            if name in scope.functions:
                return scope.functions[name]
            if name in scope.others:
                return None
        return None

    def _method(self, name: str) -> _Function | None:
        """The method of the class around, or of one that it extends."""
        scope = next((s for s in reversed(self._scopes) if s.is_class), None)
        for _ in range(20):
            if scope is None:
                return None
            if name in scope.functions:
                return scope.functions[name]
            base = next((b for b in scope.bases if b in self._classes), None)
            scope = None if base is None else self._classes[base]
        return None
