"""What an answer's text defines, and the parameters it takes."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Sequence
from typing import TypeAlias

from checks.difference import Difference

__all__ = ["Definition", "Function", "find_definition", "initialiser", "misfit", "not_defined"]

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Definition: TypeAlias = ast.stmt | ast.Lambda
_SELVES = ("self", "cls")


def find_definition(tree: ast.AST, path: str) -> Definition | None:
    """The last definition of a name at the top level, or of a method in its class."""
    head, _, rest = path.partition(".")
    found: Definition | None = None
    todo: list[ast.AST] = list(getattr(tree, "body", ()))
    while todo:
        node = todo.pop(0)
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found = node if name == head else found
                continue
            case ast.ClassDef(name=name):
                found = node if name == head else found
                continue
            case ast.Assign(targets=targets, value=value) if head in _stored(targets):
                single = len(targets) == 1 and isinstance(targets[0], ast.Name)
                found = value if single and isinstance(value, ast.Lambda) else node
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if name == head:
                found = value if isinstance(value, ast.Lambda) else node
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                bound = [a.asname or a.name.partition(".")[0] for a in names]
                found = node if head in bound else found
            case ast.stmt() if head in _stored([node]):
                found = node
        todo = [*(n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)), *todo]
    if not rest:
        return found
    return find_definition(found, rest) if isinstance(found, ast.ClassDef) else None


def _stored(nodes: Sequence[ast.AST]) -> set[str]:
    """Names that get a value in the nodes themselves, not in statements inside of them."""
    names: set[str] = set()
    todo: list[ast.AST] = list(nodes)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        todo += [n for n in ast.iter_child_nodes(node) if not isinstance(n, Definition)]
    return names


def initialiser(class_: ast.ClassDef) -> ast.AST:
    """A class's own ``__init__``; the class itself where it has none."""
    found = find_definition(class_, "__init__")
    return class_ if found is None else found


def misfit(path: str, wanted: ast.arguments, function: Function) -> str:
    """What is wrong with a function's parameters, or an empty text.

    Args:
        path: what the function is called.
        wanted: the parameters that are asked for.
        function: the answer's.
    """
    found = function.args
    have = [*found.posonlyargs, *found.args][_is_bound(path, function, wanted) :]
    complaints = (
        _wrong_position(path, wanted, found, have),
        _wrong_keyword(path, wanted, found),
        *(
            _wrong_default(path, name, default, _defaults(found).get(name))
            for name, default in _defaults(wanted).items()
        ),
        _too_many(path, wanted, found, have),
    )
    return next((says for says in complaints if says), "")


def _wrong_position(
    path: str, wanted: ast.arguments, found: ast.arguments, have: list[ast.arg]
) -> str:
    need = [*wanted.posonlyargs, *wanted.args]
    for place, parameter in enumerate(need):
        if place >= len(have):
            return "" if found.vararg is not None else _lacks(path, parameter)
        name = have[place].arg
        if name != parameter.arg:
            return (
                f"The parameter {place + 1} of `{path}` is called `{name}`, "
                f"but `{parameter.arg}` is asked for."
            )
    return ""


def _wrong_keyword(path: str, wanted: ast.arguments, found: ast.arguments) -> str:
    hidden = {a.arg for a in found.posonlyargs} & {a.arg for a in wanted.args} - {*_SELVES}
    if hidden:
        return f"`{path}` does not take `{min(hidden)}` by its name: take out the `/`."
    known = {a.arg for a in (*found.kwonlyargs, *found.args)}
    missing = [a for a in wanted.kwonlyargs if a.arg not in known and found.kwarg is None]
    return _lacks(path, missing[0]) if missing else ""


def _too_many(path: str, wanted: ast.arguments, found: ast.arguments, have: list[ast.arg]) -> str:
    asked = {a.arg for a in (*wanted.posonlyargs, *wanted.args, *wanted.kwonlyargs)}
    extra = [a.arg for a in (*have, *found.kwonlyargs) if a.arg not in asked]
    needed = [name for name in extra if name not in _defaults(found)]
    if needed and wanted.vararg is None:
        return f"`{path}` needs `{needed[0]}` as well, which is not asked for."
    return ""


def _lacks(path: str, parameter: ast.arg) -> str:
    return f"`{path}` takes no parameter `{parameter.arg}`, which is asked for."


def _is_bound(path: str, function: Function, wanted: ast.arguments) -> bool:
    """Whether the answer's function has a ``self`` that the asked signature leaves out."""
    marks = [ast.unparse(mark) for mark in getattr(function, "decorator_list", ())]
    asked = [*wanted.posonlyargs, *wanted.args][:1]
    method = "." in path or getattr(function, "name", "") == "__init__"
    return method and "staticmethod" not in marks and not (asked and asked[0].arg in _SELVES)


def _defaults(arguments: ast.arguments) -> dict[str, str]:
    """The defaults by parameter, as they are written."""
    positional = [*arguments.posonlyargs, *arguments.args]
    last = positional[len(positional) - len(arguments.defaults) :]
    pairs = [*zip(last, arguments.defaults, strict=True)]
    pairs += [
        (a, d)
        for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if d is not None
    ]
    return {parameter.arg: ast.unparse(default) for parameter, default in pairs}


def _wrong_default(path: str, name: str, wanted: str, found: str | None) -> str:
    if found is None:
        return f"The parameter `{name}` of `{path}` should have a default: `{name}={wanted}`."
    if wanted in ("...", found) or _worth(found) == _worth(wanted):
        return ""
    return f"The default of `{name}` in `{path}` is {found}, but {wanted} is asked for."


def _worth(text: str) -> object:
    """What a literal is worth; its text where it is none."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return text


def not_defined(path: str, tree: ast.Module) -> Difference:
    """The difference that a missing name makes, with the nearest one that there is."""
    head = path.partition(".")[0]
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    names += [name for statement in tree.body for name in _stored([statement])]
    near = difflib.get_close_matches(head, names, n=1, cutoff=0.6)
    hint = f" The answer defines `{near[0]}`." if near and near[0] != head else ""
    if near and near[0] == head:
        hint = f" `{head}` has no `{path.partition('.')[2]}`."
    return Difference(
        code="not-defined",
        message=f"`{path}` is not defined.{hint}",
        actual="not defined",
        details={"name": path},
    )
