"""What an answer's text uses, read by its syntax tree. Without torch."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

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

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SYNTAX: dict[str, tuple[type[ast.AST], ...]] = {
    "for": (ast.For, ast.AsyncFor, *_COMPREHENSIONS),
    "while": (ast.While,),
    "if": (ast.If, ast.IfExp),
    "with": (ast.With, ast.AsyncWith),
    "try": (ast.Try,),
    "lambda": (ast.Lambda,),
    "def": (ast.FunctionDef, ast.AsyncFunctionDef),
    "class": (ast.ClassDef,),
    "yield": (ast.Yield, ast.YieldFrom),
    "global": (ast.Global,),
    "del": (ast.Delete,),
    "import": (ast.Import, ast.ImportFrom),
    "comprehension": _COMPREHENSIONS,
}
_OPERATORS: dict[str, type[ast.operator]] = {
    "@": ast.MatMult,
    "+": ast.Add,
    "-": ast.Sub,
    "*": ast.Mult,
    "/": ast.Div,
    "//": ast.FloorDiv,
    "%": ast.Mod,
    "**": ast.Pow,
}
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
        found = list(_recursion(tree))
    elif wanted in _SYNTAX:
        kinds = _SYNTAX[wanted]
        if wanted == "while" and not strict:
            kinds = (*kinds, *_COMPREHENSIONS)
        found = [_use(node) for node in ast.walk(tree) if isinstance(node, kinds)]
    elif wanted in _OPERATORS:
        found = list(_operators(tree, wanted))
    else:
        found = list(_names(tree, wanted, strict=strict))
        if wanted.rpartition(".")[2] in _SAME_AS_OPERATOR:
            found += _operators(tree, "@")
    return sorted(set(found))


def _use(node: ast.AST) -> Use:
    text = ast.unparse(node).splitlines()[0]
    return Use(getattr(node, "lineno", 0), text if len(text) <= 60 else f"{text[:59]}…")


def _operators(tree: ast.Module, wanted: str) -> Iterator[Use]:
    kind = _OPERATORS[wanted]
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, kind):
            yield _use(node)


def _names(tree: ast.Module, wanted: str, *, strict: bool) -> Iterator[Use]:
    own = _Own(tree)
    last = wanted.rpartition(".")[2]
    spellings = {last} if strict else {last, f"{last}_"}
    for node in ast.walk(tree):
        found = _spelled(node, own)
        if found is None or found.rpartition(".")[2] not in spellings:
            continue
        if "." not in wanted or _matches(found, wanted, spellings):
            yield _use(node)


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
            return None if name in own.defined else name
        case ast.Call(func=function, args=args):
            called = function.attr if isinstance(function, ast.Attribute) else ""
            called = function.id if isinstance(function, ast.Name) else called
            if called in _BY_NAME:
                texts = [text for a in args if (text := _constant(a)) is not None]
                owner = own.dotted(args[0]) if called.endswith("attr") and args else "?"
                return f"{owner}.{texts[0]}" if texts else None
        case ast.Subscript(value=value, slice=key) if _is_namespace(value):
            text = _constant(key)
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


def _constant(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = _constant(left), _constant(right)
            return None if None in parts else "".join(part or "" for part in parts)
    return None


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
    """

    def __init__(self, tree: ast.Module) -> None:
        self.imported: dict[str, str] = {}
        self.defined: set[str] = set()
        self.methods: set[str] = set()
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
            case ast.Name(id=name, ctx=ast.Store()):
                self.defined.add(name)

    def dotted(self, node: ast.expr) -> str:
        """The dotted name of a module or class; ``?`` for what cannot be known."""
        match node:
            case ast.Name(id=name):
                return self.imported.get(name) or _COMMON.get(name, "?")
            case ast.Attribute(value=value, attr=attr):
                return f"{self.dotted(value)}.{attr}"
        return "?"


def _recursion(tree: ast.Module) -> Iterator[Use]:
    """Functions that call themselves, directly or through others of the answer."""
    functions = {
        node.name: node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                functions[name] = function  # type: ignore[assignment]
    calls = {
        name: {called: node for node, called in _called(function) if called in functions}
        for name, function in functions.items()
    }
    for name in functions:
        seen: set[str] = set()
        todo = list(calls[name])
        while todo:
            other = todo.pop()
            if other not in seen:
                seen.add(other)
                todo += calls[other]
        if name in seen:
            first = next((node for other, node in calls[name].items() if other == name), None)
            yield _use(first or next(iter(calls[name].values())))


def _called(function: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    for node in ast.walk(function):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                yield node, name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
                yield node, name
