"""What to say of NaN and infinities: which operation made them, and why. Without torch."""

from __future__ import annotations

import re
from typing import TypeAlias

from checks.data import Int, Str, Tuple, Value
from checks.names import parse

__all__ = ["why_not_finite"]

_LIMITS = {"float16": "65504", "bfloat16": "3.39e38", "float32": "3.4e38", "float64": "1.8e308"}
_EXP_LIMITS = {"float16": "11", "bfloat16": "88", "float32": "88", "float64": "709"}
_EXP = "`exp` of more than {exp} is too large for {dtype}."
_LOG = "the logarithm of a negative number is nan."
_ROOT = "the root of a negative number is nan."
_DIVISION = "a division by 0, or by a number so small that the result leaves {dtype}."
_PUTS = "it puts {made} in by itself."
_BIASED = "it divides by n - 1, and with n = 1 that is 0/0."
_OUTSIDE = "its input lies outside of where it is defined."
_CAST = "numbers beyond {limit} do not fit into {dtype}."
_UNDEFINED = "inf - inf, 0 * inf and 0/0 are nan."
_REASONS: dict[str, tuple[str, str]] = {
    # the operation: why it gives nan, why it gives inf
    **dict.fromkeys(("exp", "exp2", "expm1", "sinh", "cosh"), (_EXP, _EXP)),
    **dict.fromkeys(("log", "log2", "log10"), (_LOG, "the logarithm of 0 is -inf.")),
    "log1p": (_LOG, "`log1p` of -1 is the logarithm of 0, which is -inf."),
    "sqrt": (_ROOT, ""),
    "rsqrt": (_ROOT, "one divided by the root of 0 is inf."),
    "pow": (_ROOT, ""),
    **dict.fromkeys(("std", "var", "std_mean", "var_mean"), (_BIASED, "")),
    **dict.fromkeys(("softmax", "log_softmax"), ("where all numbers are -inf it is 0/0.", "")),
    "mean": ("the mean of no numbers is 0/0.", ""),
    **dict.fromkeys(("acos", "asin", "atanh", "acosh"), (_OUTSIDE, _OUTSIDE)),
    **dict.fromkeys(("half", "to", "type", "bfloat16"), (_CAST, _CAST)),
    **dict.fromkeys(("div", "reciprocal"), ("0/0 and inf/inf are nan.", _DIVISION)),
    **dict.fromkeys(("setitem", "fill", "full", "tensor", "where", "new_full"), (_PUTS, _PUTS)),
    **dict.fromkeys(("masked_fill", "full_like", "as_tensor", "index_fill"), (_PUTS, _PUTS)),
}
_SYMBOLS = {
    **dict.fromkeys(("rdiv", "truediv", "rtruediv", "true_divide", "divide", "idiv"), "div"),
    **dict.fromkeys(("itruediv", "rfloordiv", "floordiv"), "div"),
    **dict.fromkeys(("rpow", "ipow"), "pow"),
    **dict.fromkeys(("rmul", "imul", "multiply"), "mul"),
    **dict.fromkeys(("radd", "iadd"), "add"),
    **dict.fromkeys(("rsub", "isub"), "sub"),
    **dict.fromkeys(("rmatmul", "imatmul"), "matmul"),
}
"""Operators by the name of their function."""

_WORDS = {
    "div": "A division",
    "pow": "A power",
    "mul": "A multiplication",
    "add": "An addition",
    "sub": "A subtraction",
    "matmul": "A matrix product",
    "setitem": "An assignment",
}
_UNTAKEN = (
    "The branch of `where` that is not taken takes part in the gradient: 0 * inf is nan. "
    "Make the input of that branch harmless, not its result."
)
_Step: TypeAlias = tuple[str, int, str, str]


def why_not_finite(
    origin: Value | None, what: str, dtype: str, source: str, target: str
) -> tuple[str, int | None]:
    """Why a number is lost, and the line that lost it, as far as it can be seen.

    Args:
        origin: what `checks.tracing` found; it comes from the answer's process.
        what: ``nan``, ``inf`` or ``-inf``.
        dtype: of the tensor that the number is in.
        source: the answer's text.
        target: the expression that was looked at.
    """
    steps = _steps(origin, source)
    if steps:
        # One operation may make both: what counts is what it made of the number that is shown.
        steps[0] = (*steps[0][:2], "nan" if what == "nan" else "inf", steps[0][3])
        says = _step(steps[0])
        if steps[0][2] == "nan" and len(steps) > 1:
            # An inf that was put in on purpose (a mask) is not what went wrong.
            meant = _REASONS.get(steps[1][0].rstrip("_"), ("", ""))[1] == _PUTS
            line = steps[0][1] if meant else steps[1][1]
            return f"{says} The inf came up before: {_step(steps[1])}", line or None
        return says, steps[0][1] or None
    if target.endswith(".grad") and re.search(r"\bwhere\b", source):
        return _UNTAKEN, None
    if what == "nan":
        return "0/0, inf - inf, 0 * inf, or the log or root of a negative number give it.", None
    return _too_large(dtype), None


def _steps(origin: Value | None, source: str) -> list[_Step]:
    """The operations in what was sent, as far as it makes sense."""
    found: list[_Step] = []
    lines = len(source.splitlines()) if parse(source) is not None else 0
    for item in origin.items if isinstance(origin, Tuple) else ():
        match item:
            case Tuple(
                items=(Str(value=name), Int(digits=digits), Str(value=made), Str(value=dtype))
            ):
                line = int(digits, 16) if len(digits) < 10 else 0
                known = made in ("nan", "inf") and re.fullmatch(r"[a-z]\w{0,40}", name)
                if known and dtype in (*_LIMITS, "complex64", "complex128"):
                    found.append((name, line if 0 < line <= lines else 0, made, dtype))
    return found[:2]


def _step(step: _Step) -> str:
    name, line, made, dtype = step
    bare = name.rstrip("_")
    bare = _SYMBOLS.get(bare, bare)
    where = f" on line {line}" if line else ""
    return f"{_WORDS.get(bare, f'`{name}`')}{where} made it: {_reason(bare, made, dtype)}"


def _reason(name: str, made: str, dtype: str) -> str:
    nan, inf = _REASONS.get(name, (_UNDEFINED, ""))
    reason = nan if made == "nan" else inf
    if not reason:
        return _too_large(dtype)
    limits = {"limit": _LIMITS.get(dtype, "the limit"), "exp": _EXP_LIMITS.get(dtype, "88")}
    return reason.format(made=made, dtype=dtype, **limits)


def _too_large(dtype: str) -> str:
    if dtype in _LIMITS:
        note = " That is little: float32 reaches 3.4e38." if dtype == "float16" else ""
        return f"{dtype} ends at {_LIMITS[dtype]}, and what is larger becomes inf.{note}"
    return "A division by zero, the log of zero, or an `exp` of a large number give it."
