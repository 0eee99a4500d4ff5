"""Where in an answer's text a name may be written to. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from checks.diagnosis.spelled import called
from checks.names import parse, unless_too_deep

__all__ = ["Write", "find_copy", "find_write", "in_words", "root_of", "writes_in"]

_COPIES = (
    "clone",
    "contiguous",
    "copy",
    "deepcopy",
    "tensor",
    "repeat",
    "tile",
    "reshape",
    "flatten",
    "tolist",
    "index_select",
    "gather",
    "cat",
    "stack",
)

_MAY_COPY = ("contiguous", "reshape", "flatten")
"""Of these, what copies only where it has to."""

_MODULES = ("torch", "F", "nn", "init")
"""Whose in-place functions write into their first argument."""


class Write(msgspec.Struct, frozen=True, order=True):
    """One statement that writes into something.

    Attributes:
        line: from 1.
        text: how it is written there.
        name: what it writes into.
        anew: whether the name is given another value, and the old one stays as it was.
    """

    line: int
    text: str
    name: str
    anew: bool = False


def find_write(source: str, name: str) -> tuple[Write, str] | None:
    """The likeliest write into what `name` stands for, and how it gets there.

    The second part is ``itself``, ``alias`` (through a name that was made from it) or
    ``argument`` (inside of a function); None where nothing of the kind is written.
    """
    try:
        return _found_write(source, name)
    except RecursionError:  # an expression of a thousand parts can be parsed, no more
        return None


def _found_write(source: str, name: str) -> tuple[Write, str] | None:
    tree = parse(source)
    if tree is None:
        return None
    writes = sorted(w for node in ast.walk(tree) for w in writes_in(node))
    aliases = _aliases(tree, name)
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    for names, way in (({name}, "itself"), (aliases, "alias"), (arguments, "argument")):
        hits = [w for w in writes if w.name in names and (way == "itself" or not w.anew)]
        if hits:
            return hits[0], way
    return None


def in_words(write: Write, way: str) -> str:
    """A sentence about what `find_write` found."""
    match way:
        case "itself" if write.anew:
            return f"Line {write.line} gives the name another value: `{write.text}`."
        case "itself":
            return f"Line {write.line} writes into it: `{write.text}`."
        case "alias":
            return (
                f"Line {write.line} writes into `{write.name}`, which may share its memory: "
                f"`{write.text}`."
            )
    return f"Line {write.line} writes into the argument `{write.name}`: `{write.text}`."


def writes_in(node: ast.AST) -> Iterator[Write]:
    """What one node of a syntax tree writes into, by itself."""
    match node:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _stored(target, node)
        case ast.AnnAssign(target=target, value=ast.expr()):
            yield from _stored(target, node)
        case ast.AugAssign(target=target):
            root = root_of(target)
            if root is not None:
                yield Write(node.lineno, _text(node), root)
        case ast.For(target=ast.Name(id=name)):
            yield Write(node.lineno, _text(node), name, anew=True)
        case ast.Delete(targets=targets):
            for target in targets:
                yield from _stored(target, node)
        case ast.Call(func=ast.Attribute() as function):
            yield from _called(node, function)


def _called(node: ast.Call, function: ast.Attribute) -> Iterator[Write]:
    """An in-place method, or a result put into ``out=``."""
    root = root_of(function.value)
    if root in _MODULES:
        root = root_of(node.args[0]) if node.args else None
    written = [root] if function.attr.endswith("_") and not function.attr.endswith("__") else []
    written += [root_of(keyword.value) for keyword in node.keywords if keyword.arg == "out"]
    for name in written:
        if name is not None:
            yield Write(node.lineno, _text(node), name)


def _stored(target: ast.expr, node: ast.stmt) -> Iterator[Write]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _stored(part, node)
        return
    root = root_of(target)
    if root is not None:
        yield Write(node.lineno, _text(node), root, anew=isinstance(target, ast.Name))


def root_of(node: ast.expr) -> str | None:
    """``x`` of ``x``, ``x[0]``, ``x.data[1]``, ``x.view(-1)[0]``, ``torch.diagonal(x)``."""
    while True:
        match node:
            case ast.Name(id=name):
                return name
            case ast.Subscript(value=inner) | ast.Attribute(value=inner) | ast.Starred(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module)), args=[inner, *_]) if (
                module in _MODULES
            ):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                return None


def _aliases(tree: ast.Module, name: str) -> set[str]:
    """Names whose value was made from what `name` stands for."""
    made = [
        (target.id, {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)})
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    known = {name}
    for _ in made:
        known |= {target for target, sources in made if sources & known}
    return known - {name}


@unless_too_deep(None)
def find_copy(source: str, expression: str) -> tuple[int, str] | None:
    """The line and the spelling of the first call that copies on the way to an expression.

    What always copies goes before what may. None where nothing of the kind is written.
    """
    tree = parse(source)
    target = parse(expression)
    if tree is None or target is None:
        return None
    found = [
        (name in _MAY_COPY, node.lineno, name)
        for part in _leading_to(tree, target)
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and (name := called(node)) in _COPIES
    ]
    return min(found)[1:] if found else None


def _leading_to(tree: ast.Module, target: ast.AST) -> list[ast.AST]:
    """What the names in `target` were given last, what the names in that were given before."""
    found: list[ast.AST] = []
    names = [(name, len(tree.body)) for name in _names(target)]
    for name, end in names:  # grows
        for place in reversed(range(len(tree.body))):
            part, at = _gives(tree.body[place], name), place
            if isinstance(part, ast.FunctionDef | ast.ClassDef):
                at = end  # its names are looked up once it is called
            elif place >= end:
                continue
            if part is not None:
                if part not in found:
                    found.append(part)
                    names += [(inner, at) for inner in _names(part)]
                break
    return found


def _gives(node: ast.stmt, name: str) -> ast.AST | None:
    match node:
        case ast.FunctionDef(name=own) | ast.ClassDef(name=own) if own == name:
            return node
        case ast.Assign(targets=targets, value=value):
            stored = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
            return value if name in stored else None
        case ast.For() | ast.If() | ast.With() | ast.While() | ast.Try():
            return node if name in _names(node) else None
    return None


def _names(node: ast.AST) -> list[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]


def _text(node: ast.AST) -> str:
    text = ast.unparse(node).splitlines()[0]
    return text if len(text) <= 60 else f"{text[:59]}…"
