"""Where in an answer's text a name gets the memory of another. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.writes import writes_in
from checks.names import parse, unless_too_deep

__all__ = ["find_view", "overwritten_since", "written_where"]

_VIEWS = frozenset(
    {
        "view", "view_as", "reshape", "flatten", "ravel", "squeeze", "unsqueeze", "transpose",
        "permute", "movedim", "swapaxes", "t", "detach", "numpy", "from_numpy", "as_tensor",
        "asarray", "contiguous", "expand", "expand_as", "diagonal", "narrow", "unflatten",
        "requires_grad_", "to", "float",
    }
)  # fmt: skip
"""Methods and functions that may give the same memory again."""

_ATTRIBUTES = ("T", "mT", "data", "real", "weight", "bias")
_MODULES = ("torch", "np", "numpy")


@unless_too_deep("")
def find_view(source: str, name: str) -> str:
    """``reshape`` on line 3 does not copy: how a name got another's memory; empty if not known.

    Args:
        source: the answer's text.
        name: the name, or an expression that is none.
    """
    tree = parse(source)
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                if _origin(value) not in (None, name):
                    return _says(value)
    return ""


@unless_too_deep("")
def written_where(source: str, name: str) -> str:
    """Where a function writes into its argument, and what it should do; empty if not known.

    Args:
        source: the answer's text.
        name: what the argument is called in the exercise.
    """
    tree = parse(source)
    if tree is None:
        return ""
    views = _views_of(tree, name)
    for write in sorted(w for node in ast.walk(tree) for w in writes_in(node) if not w.anew):
        if write.name == name:
            return f"Line {write.line} writes into it: `{write.text}`. Work on a copy."
        if write.name in views:
            made = _says(views[write.name])
            return (
                f"Line {write.line} writes into `{write.name}`, which has the same memory: "
                f"`{write.text}`. {made}".rstrip()
                + " Work on a copy."
            )
    return ""


def overwritten_since(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """``before = w.detach().numpy()``, and then a write into ``w``."""
    writes = sorted(w for node in ast.walk(tree) for w in writes_in(node) if not w.anew)
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if not isinstance(
                value, ast.Name
            ):
                origin = _origin(value)
                for write in writes:
                    if write.name == origin != name and write.line > node.lineno:
                        yield (
                            write.line,
                            (
                                f"`{name}` has the memory of `{origin}`, so that line {write.line} "
                                f"changes it, too: `{write.text}`. {_says(value)}"
                            ),
                        )


def _views_of(tree: ast.Module, name: str) -> dict[str, ast.expr]:
    """The names that were made from `name` without a copy, and how."""
    found: dict[str, ast.expr] = {}
    assigns = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in sorted(assigns, key=lambda one: one.lineno):
        origin = _origin(node.value)
        if origin == name or origin in found:
            found.update((t.id, node.value) for t in node.targets if isinstance(t, ast.Name))
    found.pop(name, None)
    return found


def _origin(value: ast.expr) -> str | None:
    """The name whose memory an expression may give again; None where it makes its own."""
    match value:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=attr) if attr in _ATTRIBUTES:
            return _origin(inner)
        case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=attr), args=[first, *_]):
            if module in _MODULES:
                return _origin(first) if attr in _VIEWS else None
    match value:
        case ast.Call(func=ast.Attribute(value=inner, attr=attr)) if attr in _VIEWS:
            return _origin(inner)
        case ast.Subscript(value=inner, slice=index) if _steps(index):
            return _origin(inner)
    return None


def _steps(index: ast.expr) -> bool:
    """Whether an index is certain to give a view: slices, written numbers, `...`, None."""
    match index:
        case ast.Tuple(elts=parts):
            return all(map(_steps, parts))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int())):
            return True
        case ast.Constant(value=value):
            return value is None or value is ... or type(value) is int
    return isinstance(index, ast.Slice)


def _says(value: ast.expr) -> str:
    """What gives the memory again, by its name and line; empty where it is the name alone."""
    match value:
        case ast.Call(func=ast.Attribute(attr=called)) | ast.Attribute(attr=called):
            return f"`{called}` on line {value.lineno} does not copy."
        case ast.Subscript():
            return f"`{ast.unparse(value)}` on line {value.lineno} does not copy."
    return ""
