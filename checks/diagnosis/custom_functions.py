"""What to say of exceptions that a `torch.autograd.Function` of the answer's gives."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from checks.data import Raised
from checks.diagnosis.raising import what_raised
from checks.difference import Difference
from checks.names import parse
from checks.show import count, show_raised

__all__ = ["explain_custom"]

_Maker = Callable[[re.Match[str], Raised, str], tuple[str, str]]


def explain_custom(raised: Raised, target: str, source: str) -> Difference:
    """The difference that an exception makes in `forward` or `backward`.

    Args:
        raised: the exception.
        target: what was called.
        source: the answer's text.
    """
    for types, pattern, maker in _RULES:
        hit = re.search(pattern, raised.message, re.IGNORECASE)
        if hit is None or not types & {raised.type, *raised.bases}:
            continue
        code, says = maker(hit, raised, source)
        if code:
            return Difference(
                code=code,
                message=says,
                actual=show_raised(raised),
                line=raised.line,
                details={"type": raised.type, "text": raised.message, "stage": raised.stage},
            )
    return what_raised(raised, target, source)


def _legacy(_hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    return "not-static", (
        "No object is made of such a class: `forward` and `backward` are static methods "
        "(`@staticmethod`), and `.apply(...)` of the class itself calls them."
    )


def _arguments(hit: re.Match[str], raised: Raised, _source: str) -> tuple[str, str]:
    method = hit.group(1)
    takes = "`ctx` and each input" if method == "forward" else "`ctx` and a gradient of each result"
    says = (
        f"`{method}` takes other arguments than it is called with: it gets {takes}, in this "
        "order, and no `self`."
    )
    return "wrong-signature", f"{says} ({' '.join(raised.message.split())})"


def _unpacked(hit: re.Match[str], raised: Raised, source: str) -> tuple[str, str]:
    if not _reads_saved(raised.line, source):
        return "", ""
    wanted, held = hit.group(1), hit.group(2)
    if held == "0":
        return "nothing-saved", _NOTHING.format(line=raised.line)
    return "nothing-saved", (
        f"Line {raised.line} takes {count(int(wanted), 'tensor')} out of `ctx.saved_tensors`, but "
        f"`forward` saved {held}: `ctx.save_for_backward(...)` takes all of them in one call."
    )


def _too_many(hit: re.Match[str], raised: Raised, source: str) -> tuple[str, str]:
    if not _reads_saved(raised.line, source):
        return "", ""
    return "nothing-saved", (
        f"Line {raised.line} takes {count(int(hit.group(1)), 'tensor')} out of "
        "`ctx.saved_tensors`, but `forward` saved more."
    )


def _index(_hit: re.Match[str], raised: Raised, source: str) -> tuple[str, str]:
    if not _reads_saved(raised.line, source):
        return "", ""
    return "nothing-saved", _NOTHING.format(line=raised.line)


_NOTHING = (
    "`ctx.saved_tensors` on line {line} does not hold what is taken out of it: `forward` keeps "
    "tensors for `backward` with `ctx.save_for_backward(...)`."
)


def _attribute(hit: re.Match[str], raised: Raised, _source: str) -> tuple[str, str]:
    name = hit.group(1)
    if name == "saved_tensors":
        return "", ""
    return "nothing-saved", (
        f"`ctx.{name}` on line {raised.line} was never set: `forward` keeps tensors for "
        f"`backward` with `ctx.save_for_backward(...)`, and anything else as `ctx.{name} = ...`."
    )


def _number(hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    expected, got = int(hit.group(1)), int(hit.group(2))
    return "wrong-gradient-count", (
        f"`backward` returns {count(got, 'gradient')}, but `forward` takes "
        f"{count(expected, 'input')} beside `ctx`: one is needed for each, in order, and None "
        "for what is no tensor."
    )


def _for_no_tensor(hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    return "gradient-for-non-tensor", (
        f"Input {hit.group(1)} of `forward` is no tensor: `backward` must return None in its place."
    )


def _shape(hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    place, got, expected = int(hit.group(1)) + 1, _as_shape(hit.group(2)), _as_shape(hit.group(3))
    return "wrong-gradient-shape", (
        f"Gradient {place} that `backward` returns has shape {got}, but its input has shape "
        f"{expected}: a gradient has the shape of its input."
    )


def _as_shape(text: str) -> str:
    numbers = re.findall(r"\d+", text)
    return f"({', '.join(numbers)}{',' if len(numbers) == 1 else ''})"


def _no_tensor(hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    return "wrong-gradient-type", (
        f"`backward` returns a {hit.group(1)} as a gradient: it must be a tensor, or None."
    )


def _not_there(hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    method = hit.group(1).lower()
    return "missing-method", f"The class has no `{method}`."


def _once(_hit: re.Match[str], _raised: Raised, _source: str) -> tuple[str, str]:
    return "detached", (
        "`backward` is marked to be differentiated once only (`once_differentiable`), but a second "
        "derivative is asked for."
    )


def _reads_saved(line: int | None, source: str) -> bool:
    """Whether a line of the answer reads `saved_tensors`."""
    tree = parse(source)
    return tree is not None and any(
        isinstance(node, ast.Attribute) and node.attr == "saved_tensors" and node.lineno == line
        for node in ast.walk(tree)
    )


_RULES: tuple[tuple[set[str], str, _Maker], ...] = (
    ({"RuntimeError"}, r"legacy autograd function", _legacy),
    ({"TypeError"}, r"\b(forward|backward|setup_context)\(\) (?:takes|missing)", _arguments),
    ({"ValueError"}, r"not enough values to unpack \(expected (\d+), got (\d+)\)", _unpacked),
    ({"ValueError"}, r"too many values to unpack \(expected (\d+)", _too_many),
    ({"IndexError"}, r"tuple index out of range", _index),
    ({"AttributeError"}, r"Backward' object has no attribute '(\w+)'", _attribute),
    (
        {"RuntimeError"},
        r"incorrect number of gradients \(expected (\d+), got (\d+)\)",
        _number,
    ),
    (
        {"RuntimeError"},
        r"gradient different (?:than|from) None at position (\d+)",
        _for_no_tensor,
    ),
    (
        {"RuntimeError"},
        r"gradient at index (\d+) - got (\[[\d, ]*\]) but expected shape compatible with (\[.*?\])",
        _shape,
    ),
    ({"RuntimeError", "TypeError"}, r"expected Variable or None \(got (\w+)\)", _no_tensor),
    ({"NotImplementedError"}, r"must implement (?:either )?the (forward|backward)", _not_there),
    ({"RuntimeError"}, r"differentiate twice a function that was marked", _once),
)
