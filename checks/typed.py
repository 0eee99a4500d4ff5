"""Reading what a person types for a shape, a dtype, a value or an error. Never evaluates it.

What people naturally write is accepted: ``(2,3)``, ``2 x 3``, ``torch.Size([2, 3])``; ``float32``
and ``torch.float``; ``[1, 2]`` and ``tensor([1., 2.])``; ``1/3``. Without torch.
"""

from __future__ import annotations

import ast
import math
import re
from decimal import Decimal, InvalidOperation

import msgspec

__all__ = ["Literal", "Number", "read_dtypes", "read_error", "read_shape", "read_value"]

_SIZE_CALL = re.compile(r"^(torch\.)?size\((.*)\)$", re.IGNORECASE | re.DOTALL)
_LABEL = re.compile(
    r"^(a |an |the |it is |it's )?(shape|size|dtype|type|value)?\s*(is|=+|:)?\s*", re.IGNORECASE
)
_STATE = re.compile(
    r",\s*(grad_fn\s*=\s*<[^<>]*>|requires_grad\s*=\s*\w+|device\s*=\s*['\"][\w:]+['\"]"
    r"|size\s*=\s*\([\d, ]*\)|dtype\s*=\s*[\w.]+)"
)
_WORDS = re.compile(r"\b(true|false|none|null|nan|inf|infinity)\b", re.IGNORECASE)
_SPELLINGS = {
    "true": "True",
    "false": "False",
    "none": "None",
    "null": "None",
    "nan": "nan",
    "inf": "inf",
    "infinity": "inf",
}
_LONGEST = 20_000
_DEEPEST = 30


class Number(msgspec.Struct, frozen=True):
    """A number as it was typed.

    Attributes:
        value: what it is worth.
        decimals: digits after the point as typed; None for whole numbers and calculated ones.
        digits: significant digits as typed.
    """

    value: complex
    decimals: int | None = None
    digits: int = 0


class Literal(msgspec.Struct, frozen=True):
    """Something else that was typed.

    Attributes:
        kind: ``sequence``, ``set``, ``dict``, ``bool``, ``none``, ``text`` or ``name``.
        items: of a sequence or set; of a dict, keys and values in turn.
        text: of a text or name; ``True`` or ``False`` of a bool.
        nested: whether it was a tensor, array or sequence with a name of its own.
    """

    kind: str
    items: tuple[Number | Literal, ...] = ()
    text: str = ""


def read_shape(text: str) -> tuple[int, ...] | None:
    """The shape that was typed, or None."""
    bare = _bare(text)
    while (match := _SIZE_CALL.match(bare)) is not None:
        bare = match.group(2).strip()
    if bare.lower() in ("scalar", "0-d", "0d", "0-dimensional", "empty tuple"):
        return ()
    if re.fullmatch(r"[\[(]\s*[\])]", bare):
        return ()
    match = re.fullmatch(r"([\[(]*)([\d\s,x\u00d7*]|\bby\b|\band\b)+([\])]*)", bare, re.IGNORECASE)
    if match is None or match.group(1).count("(") != match.group(3).count(")"):
        return None
    if match.group(1).count("[") != match.group(3).count("]"):
        return None
    numbers = re.findall(r"\d+", bare)
    if not numbers or any(len(n) > 18 for n in numbers) or len(numbers) > 64:
        return None
    return tuple(int(n) for n in numbers)


_DTYPES: dict[str, tuple[str, ...]] = {
    "float": ("float32",),
    "double": ("float64",),
    "half": ("float16",),
    "long": ("int64",),
    "short": ("int16",),
    "byte": ("uint8",),
    "char": ("int8",),
    "boolean": ("bool",),
    "complex": ("complex64",),
    "cfloat": ("complex64",),
    "cdouble": ("complex128",),
    "int": ("int32", "int64"),
    "integer": ("int32", "int64"),
    "bf16": ("bfloat16",),
}
_SHORT = re.compile(r"^([fiuc])(8|16|32|64|128)$")
_LONG = {"f": "float", "i": "int", "u": "uint", "c": "complex"}
_KNOWN = re.compile(
    r"^(bool|bfloat16|u?int(8|16|32|64)|float(16|32|64)|complex(32|64|128)|float8_\w+)$"
)


def read_dtypes(text: str) -> tuple[str, ...]:
    """The dtypes that the text may mean: none if it is no dtype, two for ``int``."""
    bare = _bare(text).strip("'\"`").lower()
    plain = re.sub(r"^(torch|np|numpy)\.", "", bare)
    plain = re.sub(r"tensor$", "", plain)
    if plain not in _DTYPES and not _KNOWN.match(plain):
        plain = re.sub(r"[\s_-]+|bits?$", "", plain)
        plain = re.sub(r"bits?$", "", plain)
    short = _SHORT.match(plain)
    if short is not None:
        plain = _LONG[short.group(1)] + short.group(2)
    if bare.startswith("torch.") and plain == "int":
        return ("int32",)
    if plain in _DTYPES:
        return _DTYPES[plain]
    return (plain,) if _KNOWN.match(plain) else ()


def read_error(text: str) -> str | None:
    """The exception's type as typed, an empty string for none at all, or None if unreadable."""
    bare = text.strip().strip("`'\"").rstrip(".!").strip()
    lowered = re.sub(r"[\s_-]+", " ", bare.lower())
    if lowered in _NO_ERROR:
        return ""
    head = bare.partition("\n")[0].partition(":")
    first = head[0]
    if first.strip().lower() in ("error", "raises", "it raises", "exception"):
        if head[2].strip():
            first = head[2].partition(":")[0]
        elif first.strip() != "Exception":
            return None
    first = re.sub(
        r"^(it )?(raises?|throws?|gives?)?\s*(a |an |the )?", "", first.strip(), flags=re.IGNORECASE
    )
    first = first.partition("(")[0].strip()
    squeezed = re.sub(r"[\s_-]+", "", first).rpartition(".")[2]
    if not squeezed.isidentifier() or len(squeezed) > 60:
        return None
    return squeezed


_NO_ERROR = {
    "none",
    "no",
    "nothing",
    "no error",
    "no errors",
    "no exception",
    "it works",
    "works",
    "it runs",
    "ok",
    "fine",
    "no error at all",
    "nothing is raised",
    "null",
}


def read_value(text: str) -> Number | Literal | None:
    """The value that was typed, or None where it cannot be read as one."""
    bare = text.strip().strip("`").strip()
    if not bare or len(bare) > _LONGEST:
        return None
    bare = _STATE.sub("", bare)
    bare = _WORDS.sub(lambda m: _SPELLINGS[m.group(1).lower()], bare)
    bare = re.sub(r"^(torch|np|numpy)\.(?=(tensor|array)\()", "", bare)
    bare = re.sub(r"^Parameter containing:\s*", "", bare)
    candidates = [bare, re.sub(r"(?<=[\d.\])])\s+(?=[-+\d.\[(])", ", ", bare)]
    for candidate in candidates:
        try:
            tree = ast.parse(candidate, mode="eval")
            return _read(tree.body, candidate, _DEEPEST)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
            continue
    return None


def _read(node: ast.expr, text: str, depth: int) -> Number | Literal:  # noqa: C901, PLR0911, PLR0912  # one case per kind
    if depth <= 0:
        raise ValueError("nested too deeply")
    match node:
        case ast.Constant(value=bool(flag)):
            return Literal("bool", text=str(flag))
        case ast.Constant(value=None):
            return Literal("none")
        case ast.Constant(value=str(word)):
            return Literal("text", text=word)
        case ast.Constant(value=int() | float() | complex() as number):
            return _typed_number(number, ast.get_source_segment(text, node) or "")
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=operand):
            inner = _read(operand, text, depth - 1)
            if not isinstance(inner, Number):
                raise ValueError("only numbers have a sign")  # noqa: TRY004  # one error for the caller to catch
            value = -inner.value if isinstance(sign, ast.USub) else inner.value
            return Number(value, inner.decimals, inner.digits)
        case ast.BinOp():
            return Number(_calculated(node, text, depth - 1))
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return Literal("sequence", tuple(_read(i, text, depth - 1) for i in items))
        case ast.Set(elts=items):
            return Literal("set", tuple(_read(i, text, depth - 1) for i in items))
        case ast.Dict(keys=keys, values=values):
            both = [x for pair in zip(keys, values, strict=True) for x in pair if x is not None]
            return Literal("dict", tuple(_read(i, text, depth - 1) for i in both))
        case ast.Call(args=[only]) if _called(node) in ("tensor", "array", "size", "parameter"):
            return _read(only, text, depth - 1)
        case ast.Call(args=[]) if _called(node) in ("set", "tuple", "list"):
            return Literal("sequence")
        case ast.Call(args=[only]) if _called(node) in ("float", "int", "bool", "tuple", "list"):
            return _read_named(only, text, depth - 1)
        case ast.Name(id="nan"):
            return Number(math.nan)
        case ast.Name(id="inf"):
            return Number(math.inf)
        case ast.Name() | ast.Attribute():
            return Literal("name", text=ast.unparse(node))
    raise ValueError("no value")


def _read_named(node: ast.expr, text: str, depth: int) -> Number | Literal:
    if isinstance(node, ast.Constant) and node.value in ("nan", "inf", "-inf"):
        return Number(float(node.value))
    return _read(node, text, depth)


def _called(node: ast.Call) -> str:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    return name.lower()


def _typed_number(number: complex, segment: str) -> Number:
    if isinstance(number, int):
        return Number(number, None, len(str(abs(number))) if abs(number) < 10**50 else 50)
    try:
        parts = Decimal(segment.replace("_", "")).as_tuple()
    except InvalidOperation:
        return Number(number)
    exponent = parts.exponent if isinstance(parts.exponent, int) else 0
    digits = len("".join(map(str, parts.digits)).lstrip("0"))
    return Number(number, max(-exponent, 0), digits)


def _calculated(node: ast.expr, text: str, depth: int) -> complex:
    """A sum, product, fraction or small power of numbers; bounded."""
    if isinstance(node, ast.BinOp):
        left = _calculated(node.left, text, depth - 1)
        right = _calculated(node.right, text, depth - 1)
        match node.op:
            case ast.Add():
                result = left + right
            case ast.Sub():
                result = left - right
            case ast.Mult():
                result = left * right
            case ast.Div() if right != 0:
                result = left / right
            case ast.Pow() if abs(right) <= 64 and abs(left) <= 1e4:
                result = left**right
            case _:
                raise ValueError("no such calculation")
        if isinstance(result, int) and abs(result) > 10**300:
            raise ValueError("too large")
        return result
    inner = _read(node, text, depth)
    if not isinstance(inner, Number):
        raise ValueError("only numbers are calculated with")  # noqa: TRY004  # one error for the caller to catch
    return inner.value


def _bare(text: str) -> str:
    """The text without what people put around it."""
    bare = text.strip().strip("`").rstrip(".").strip()
    return _LABEL.sub("", bare, count=1).strip() or bare
