"""What an answer's text uses, read by its syntax tree. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from checks.names import parse
from checks.recursion import FUNCTIONS, SCOPES, own_nodes, recursive_calls
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
    if not any(name.rpartition(".")[2] in source for name in _UNINITIALISED):
        return False  # most answers: reading the tree takes a hundred times as long
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


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node gives a meaning."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Name(id=name, ctx=ast.Store()):
            yield name


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
            known = name in own.imported or not own.defines(node)
            return known and own.dotted(node) == module
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
            return None if own.defines(node) else _COMMON.get(name, name)
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
        methods: names of methods of its classes.
        texts: names that stand for one text.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, str] = {}
        self.methods: set[str] = set()
        self.texts: dict[str, str] = {}
        self._first: dict[str, int] = {}
        self._local: set[int] = set()
        self._later: set[int] = set()
        for node in ast.walk(tree):
            self._read(node)
            if isinstance(node, SCOPES):
                self._read_scope(node)
        for node in own_nodes(tree):
            for name in _bound(node):
                line = getattr(node, "lineno", 0)
                self._first[name] = min(self._first.get(name, line), line)

    def defines(self, node: ast.Name) -> bool:
        """Whether the answer itself gave the name a meaning where it is used there.

        A parameter is one inside of its function, and a name of the top level from the line after
        it: in ``sum = sum(x)`` the first is the answer's and the second is not.
        """
        if id(node) in self._local:
            return True
        first = self._first.get(node.id)
        return first is not None and (id(node) in self._later or node.lineno > first)

    def _read(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    bound = alias.asname or alias.name.partition(".")[0]
                    self.imported[bound] = alias.name if alias.asname else bound
            case ast.ImportFrom(module=module, names=names):
                for alias in names:
                    self.imported[alias.asname or alias.name] = f"{module or '?'}.{alias.name}"
            case ast.ClassDef(body=body):
                self.methods |= {item.name for item in body if isinstance(item, ast.FunctionDef)}
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name() | ast.Attribute() as v):
                whole = self.dotted(v)
                if "?" not in whole.split("."):
                    self.imported[name] = whole
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                self.texts[name] = text

    def _read_scope(self, scope: ast.AST) -> None:
        """Note which names are local to a function or a comprehension, and which run later."""
        names = {name for node in own_nodes(scope) for name in _bound(node)}
        body: list[ast.AST] = [scope]
        if isinstance(scope, FUNCTIONS):  # defaults and decorators lie outside
            names |= {a.arg for a in ast.walk(scope.args) if isinstance(a, ast.arg)}
            body = [scope.body] if isinstance(scope, ast.Lambda) else [*scope.body]
        for part in body:
            for node in ast.walk(part):
                if isinstance(node, ast.Name):
                    if node.id in names:
                        self._local.add(id(node))
                    if isinstance(scope, FUNCTIONS):
                        self._later.add(id(node))

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
