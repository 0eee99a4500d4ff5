"""Finding an answer's parameters beside the solution's, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping

from checks.data import Dict, Nothing, Str, Tensor, Value
from checks.difference import Difference

__all__ = ["by_expected_keys", "by_expected_names", "missing_gradient"]


def by_expected_names(
    actual: Mapping[str, Value], expected: Mapping[str, Value]
) -> dict[str, Value]:
    """The answer's tensors under the solution's names.

    A task seldom says what a layer is to be called. Names that are nowhere in the answer are
    given to what is left of it: in order if the shapes agree, or else by shapes that come once.
    """
    named = {name: value for name, value in actual.items() if name in expected}
    lost = [name for name in expected if name not in named]
    left = [name for name in actual if name not in named]
    wanted, found = [_shape(expected[name]) for name in lost], [_shape(actual[n]) for n in left]
    if len(lost) != len(left):
        return dict(actual)
    if not all(a == b or None in (a, b) for a, b in zip(wanted, found, strict=True)):
        if len(set(wanted)) < len(wanted) or set(wanted) != set(found):
            return dict(actual)
        left = [left[found.index(shape)] for shape in wanted]
    named.update((name, actual[other]) for name, other in zip(lost, left, strict=True))
    return named


def by_expected_keys(actual: Value, expected: Value) -> Value:
    """A dict of tensors under the expected dict's keys; any other value as it is."""
    if not isinstance(actual, Dict) or not isinstance(expected, Dict):
        return actual
    if not all(isinstance(key, Str) for key, _ in (*actual.items, *expected.items)):
        return actual
    left, right = ({_text(key): item for key, item in side.items} for side in (actual, expected))
    if left.keys() == right.keys():
        return actual
    return Dict(tuple((Str(name), item) for name, item in by_expected_names(left, right).items()))


def missing_gradient(
    subject: str, actual: Mapping[str, Value], expected: Mapping[str, Value]
) -> Difference | None:
    """The difference where the solution has gradients that the answer has no counterpart of."""
    lost = [n for n, value in expected.items() if n not in actual and value != Nothing()]
    if not lost:
        return None
    had = ", ".join(f"`{name}`" for name in list(actual)[:6]) or "nothing"
    return Difference(
        code="no-gradient",
        message=f"`{subject}` has nothing that would be `{lost[0]}`. It can be differentiated for "
        f"{had}. Is a layer kept in a plain list, or missing?",
        expected=", ".join(expected)[:200],
        actual=", ".join(actual)[:200],
        details={"missing": lost[:20]},
    )


def _text(key: Value) -> str:
    return key.value if isinstance(key, Str) else ""


def _shape(value: Value) -> tuple[int, ...] | None:
    """The shape; None where there is no tensor, and so any shape is possible."""
    return value.shape if isinstance(value, Tensor) else None
