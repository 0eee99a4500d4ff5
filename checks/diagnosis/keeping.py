"""What to say of a function that does not do the same again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from checks.diagnosis.spelled import root_name
from checks.difference import Difference
from checks.names import parse

__all__ = ["find_state", "kept_result", "not_the_same_again"]

_CHANGING = frozenset(
    {
        "add",
        "append",
        "clear",
        "discard",
        "extend",
        "insert",
        "pop",
        "popitem",
        "remove",
        "setdefault",
        "update",
    }
)
_UNSEEDED = frozenset({"default_rng", "SystemRandom", "urandom", "Generator", "token_bytes"})
_CLOCKS = frozenset({"time", "perf_counter", "monotonic", "time_ns", "now"})
_CACHES = frozenset({"cache", "lru_cache"})
_MODULES = frozenset({"F", "nn", "np", "numpy", "torch"})


def not_the_same_again(subject: str, first: str, then: str, source: str) -> Difference:
    """The difference between the first and a later result of the very same call."""
    line, says = next(find_state(source), (None, ""))
    code = "keeps-state" if line is not None else "not-reproducible"
    if line is None:
        line, says = next(_unseeded(source), (None, ""))
    return Difference(
        code=code,
        message=f"`{subject}` does not do the same again: called once more with the same inputs, "
        f"under the same seed, it gives something else. {says or _GENERAL}",
        expected=f"{first} again",
        actual=then,
        line=line,
    )


_GENERAL = (
    "Does it keep something between two calls, or take numbers from somewhere that "
    "`torch.manual_seed` does not seed?"
)


def kept_result(subject: str, source: str, difference: Difference) -> Difference:
    """The difference where a call gave what an earlier one, with other inputs, gave rightly."""
    line, says = next(find_state(source), (None, "It keeps something between two calls."))
    return Difference(
        code="keeps-state",
        message=f"`{subject}` gives the result of an earlier call, which had other inputs. {says}",
        expected=difference.expected,
        actual=difference.actual,
        line=line,
        details=difference.details,
    )


def find_state(source: str) -> Iterator[tuple[int, str]]:
    """Lines at which a function keeps something from one call to the next, likeliest first."""
    tree = parse(source)
    functions = [
        node
        for node in ast.walk(tree or ast.Module(body=[], type_ignores=[]))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    for function in functions:
        yield from _defaults(function)
    for function in functions:
        yield from _caches(function)
    for function in functions:
        yield from _outer_names(function)


_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def _defaults(function: _Function) -> Iterator[tuple[int, str]]:
    arguments = function.args
    pairs = list(
        zip(reversed([*arguments.posonlyargs, *arguments.args]), reversed(arguments.defaults))  # noqa: B905  # fewer defaults than parameters
    )
    pairs += [
        (argument, default)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    ]
    for argument, default in pairs:
        if isinstance(default, ast.List | ast.Dict | ast.Set | ast.Call):
            text = f"{argument.arg}={ast.unparse(default)}"
            says = (
                f"The default `{text[:60]}` on line {default.lineno} is made once, when the "
                "function is defined, and is the same object in every call."
            )
            yield default.lineno, says


def _caches(function: _Function) -> Iterator[tuple[int, str]]:
    for decorator in getattr(function, "decorator_list", ()):
        for node in ast.walk(decorator):
            name = getattr(node, "attr", getattr(node, "id", ""))
            if name in _CACHES:
                yield decorator.lineno, f"`{name}` on line {decorator.lineno} keeps results."


def _outer_names(function: _Function) -> Iterator[tuple[int, str]]:
    inside = list(ast.walk(function))
    for node in inside:
        if isinstance(node, ast.Global | ast.Nonlocal):
            names = ", ".join(f"`{name}`" for name in node.names)
            yield (
                node.lineno,
                f"It keeps {names} from one call to the next (line {node.lineno}).",
            )
    if getattr(function, "name", "") == "__init__":
        return
    own = {node.arg for node in inside if isinstance(node, ast.arg)}
    own |= {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for node in inside:
        changed = _changed(node)
        name = root_name(changed)
        outer = name == "self" or name not in own
        if changed is not None and name and outer and name not in _MODULES:
            line = getattr(node, "lineno", 0)
            text = ast.unparse(changed)
            yield line, f"It changes `{text[:60]}`, which lives on between two calls (line {line})."


def _changed(node: ast.AST) -> ast.expr | None:
    """What a statement changes in place, or None."""
    match node:
        case ast.Call(func=ast.Attribute(value=changed, attr=attr)) if attr in _CHANGING or (
            attr.endswith("_") and not attr.endswith("__")
        ):
            return changed
        case ast.Subscript(value=changed, ctx=ast.Store()):
            return changed
        case ast.Attribute(ctx=ast.Store()):
            return node
    return None


def _unseeded(source: str) -> Iterator[tuple[int, str]]:
    tree = parse(source)
    for node in [] if tree is None else ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in _UNSEEDED:
            says = f"`{name}` on line {node.lineno} is seeded by the system, otherwise each time."
            yield node.lineno, says
        elif name in _CLOCKS:
            yield node.lineno, f"`{name}` on line {node.lineno} reads a clock."
        elif name in ("empty", "empty_like", "new_empty", "Tensor"):
            says = (
                f"`{name}` on line {node.lineno} gives memory as it is: what is not filled in "
                "holds any numbers."
            )
            yield node.lineno, says
