"""What an answer's text uses, read by its syntax tree. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from checks.names import parse
from checks.recursion import recursive_calls
from checks.syntax import is_syntax, syntax_nodes

__all__ = ["Use", "find_uses", "leaves_memory_as_it_is"]

_COMMON = {
    "F": "torch.nn.functional",
    "nn": "torch.nn",
    "np": "numpy",
    "optim": "torch.optim",
    "torch": "torch",
    "math": "math",
    "numpy": "numpy",
}
"""What these names stand for where the answer does not import them itself: setup does."""

_SAME_AS_OPERATOR = {"matmul": "@"}
_BY_NAME = ("getattr", "hasattr", "methodcaller", "attrgetter", "__getattribute__", "__getattr__")


class Use(msgspec.Struct, frozen=True, order=True):
    """One use of a name.

    Attributes:
        line: where, from 1.
        text: how it is written there.
    """

    line: int
    text: str


_UNINITIALISED = ("torch.Tensor", "torch.FloatTensor", "empty", "empty_like", "new_empty")


def leaves_memory_as_it_is(source: str) -> bool:
    """Whether an answer may hold numbers that nobody wrote: those are luck, and mean nothing."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(find_uses(tree, name, strict=False) for name in _UNINITIALISED)


def find_uses(tree: ast.Module, name: str, *, strict: bool) -> list[Use]:
    """Every use of `name`, by line.

    Args:
        tree: the whole answer.
        name: a keyword (``for``), an operator (``@``), ``recursion``, a name (``cumsum``) or a
            dotted one (``torch.cumsum``).
        strict: whether a near relative is no use: a comprehension for ``while``, an in-place
            variant. What an answer must use is strict; what it must avoid is not.
    """
    wanted = name.strip()
    if wanted == "recursion":
        return sorted({_use(node) for node in recursive_calls(tree)})
    own = _Own(tree)
    found: list[Use] = []
    for part in (tree, *_written_in_text(tree, own)):
        if is_syntax(wanted):
            found += [_use(node) for node in syntax_nodes(part, wanted, strict=strict)]
        else:
            found += _names(part, wanted, own, strict=strict)
            if wanted.rpartition(".")[2] in _SAME_AS_OPERATOR:
                found += [_use(node) for node in syntax_nodes(part, "@", strict=strict)]
    return sorted(set(found))


def _use(node: ast.AST) -> Use:
    text = ast.unparse(node).splitlines()[0]
    return Use(getattr(node, "lineno", 0), text if len(text) <= 60 else f"{text[:59]}…")


def _written_in_text(tree: ast.Module, own: _Own) -> Iterator[ast.Module]:
    """Code that stands in a string, for ``eval`` or ``exec``; all of it on the call's line."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="eval" | "exec" | "compile"), args=[first, *_]):
                inner = parse(own.constant(first) or "")
                for part in [] if inner is None else ast.walk(inner):
                    if hasattr(part, "lineno"):
                        part.lineno = node.lineno
                if inner is not None:
                    yield inner


def _names(tree: ast.Module, wanted: str, own: _Own, *, strict: bool) -> Iterator[Use]:
    module = _COMMON.get(wanted, wanted)
    if module != wanted:  # `np` and `F` are modules, never a method's name
        yield from (_use(node) for node in ast.walk(tree) if _is_module(node, module, own))
        return
    last = wanted.rpartition(".")[2]
    spellings = {last} if strict else {last, f"{last}_"}
    for node in ast.walk(tree):
        found = _spelled(node, own)
        if found is None or found.rpartition(".")[2] not in spellings:
            continue
        if "." not in wanted or _matches(found, wanted, spellings):
            yield _use(node)


def _is_module(node: ast.AST, module: str, own: _Own) -> bool:
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            return name not in own.defined and own.dotted(node) == module
        case ast.Attribute(ctx=ast.Load()):
            return own.dotted(node) == module
    return False


def _spelled(node: ast.AST, own: _Own) -> str | None:  # noqa: PLR0911  # one rule after the other
    """The dotted name that a node uses, as far as it can be resolved; or None."""
    match node:
        case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=attr) if attr in own.methods:
            return None
        case ast.Attribute(attr=attr, ctx=ast.Load()):
            return f"{own.dotted(node.value)}.{attr}"
        case ast.Name(id=name, ctx=ast.Load()):
            if name in own.imported:
                return own.imported[name]
            return None if name in own.defined else _COMMON.get(name, name)
        case ast.Call(func=function, args=args):
            called = function.attr if isinstance(function, ast.Attribute) else ""
            called = function.id if isinstance(function, ast.Name) else called
            if called in _BY_NAME:
                texts = [text for a in args if (text := own.constant(a)) is not None]
                owner = own.dotted(args[0]) if called.endswith("attr") and args else "?"
                return f"{owner}.{texts[0]}" if texts else None
        case ast.Subscript(value=value, slice=key) if _is_namespace(value):
            text = own.constant(key)
            return None if text is None else f"?.{text}"
    return None


def _is_namespace(node: ast.expr) -> bool:
    """``torch.__dict__`` or ``vars(torch)``."""
    match node:
        case ast.Attribute(attr="__dict__"):
            return True
        case ast.Call(func=ast.Name(id="vars" | "globals" | "locals")):
            return True
    return False


def _matches(found: str, wanted: str, spellings: set[str]) -> bool:
    """Whether a resolved name is the dotted one: from its end, as far as both go."""
    head, _, rest = wanted.partition(".")
    full = [*_COMMON.get(head, head).split("."), *rest.split(".")]
    have = found.split(".")
    if "?" in have:
        known = have[have.index("?") + 1 :]
        return full[-len(known) :][:-1] == known[:-1] and len(known) > 1
    shorter = min(len(full), len(have))
    return full[-shorter:][:-1] == have[-shorter:][:-1] and have[-1] in spellings and shorter > 1


class _Own:
    """What the answer's text itself defines and imports.

    Attributes:
        imported: what each name stands for by an import, or by ``t = torch``.
        defined: names that the answer gives a meaning of its own.
        methods: names of methods of its classes.
        texts: names that stand for one text.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, str] = {}
        self.defined: set[str] = set()
        self.methods: set[str] = set()
        self.texts: dict[str, str] = {}
        for node in ast.walk(tree):
            self._read(node)
        self.defined -= set(self.imported)

    def _read(self, node: ast.AST) -> None:  # noqa: C901  # one case per kind
        match node:
            case ast.Import(names=names):
                for alias in names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    self.imported[bound] = alias.name if alias.asname else bound
            case ast.ImportFrom(module=module, names=names):
                for alias in names:
                    self.imported[alias.asname or alias.name] = f"{module or '?'}.{alias.name}"
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.defined.add(name)
            case ast.ClassDef(name=name, body=body):
                self.defined.add(name)
                self.methods |= {item.name for item in body if isinstance(item, ast.FunctionDef)}
            case ast.arg(arg=name):
                self.defined.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as v):
                whole = self.dotted(v)
                if "?" not in whole.split("."):
                    self.imported[name] = whole
                else:
                    self.defined.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                self.texts[name] = text
                self.defined.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                self.defined.add(name)

    def dotted(self, node: ast.expr) -> str:
        """The dotted name of a module or class; ``?`` for what cannot be known."""
        match node:
            case ast.Name(id=name):
                return self.imported.get(name) or _COMMON.get(name, "?")
            case ast.Attribute(value=value, attr=attr):
                return f"{self.dotted(value)}.{attr}"
            case ast.Call(func=ast.Name(id="__import__") | ast.Attribute(attr="import_module")):
                return (self.constant(node.args[0]) if node.args else None) or "?"
        return "?"

    def constant(self, node: ast.expr) -> str | None:
        """The text that an expression gives, where it can be read off."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                return self.texts.get(name)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                parts = [self.constant(left), self.constant(right)]
            case ast.JoinedStr(values=values):
                parts = [
                    self.constant(v.value if isinstance(v, ast.FormattedValue) else v)
                    for v in values
                ]
            case _:
                return None
        return None if None in parts else "".join(part or "" for part in parts)
