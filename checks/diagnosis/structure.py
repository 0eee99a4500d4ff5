"""What to say of a module whose parameters are not the expected ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from checks.diagnosis.hidden import explains, hidden_difference, unregistered
from checks.diagnosis.module_source import layer_made_in_forward, local_layer, repeated_layer
from checks.diagnosis.question import Question
from checks.diagnosis.stored import other_dtype, renamed
from checks.difference import Difference
from checks.module_facts import Hidden, ModuleFacts, Shape, Stored
from checks.module_matching import match
from checks.show import count, shape_of

__all__ = ["compare_parameters", "no_module", "table"]

_FEW = 8


class _Left(msgspec.Struct, frozen=True):
    """Parameters that found no counterpart, and what was asked."""

    missing: list[Stored]
    extra: list[Stored]
    actual: ModuleFacts
    expected: ModuleFacts
    question: Question

    def written(self, stored: Stored) -> str:
        return self.question.written(stored.path)


def no_module(actual: ModuleFacts, question: Question) -> Difference | None:
    """The difference if the target is no module that can be used."""
    subject = f"`{question.subject}`"
    if actual.is_class:
        kind = actual.kind
        code = "not-called" if actual.is_module else "not-a-module"
        message = f"{subject} is the class {kind} itself. `{kind}(...)` makes a module of it."
        if not actual.is_module:
            message = f"{subject} is a class that is no nn.Module: `class {kind}(nn.Module):`."
    elif not actual.is_module:
        code = "not-a-module"
        kind = "None" if actual.kind == "NoneType" else f"of the type {actual.kind}"
        message = f"{subject} is {kind}, but an nn.Module is expected."
        if actual.has_forward:
            message += f" Derive the class from it: `class {actual.kind}(nn.Module):`."
    elif not actual.initialised:
        code = "no-super-init"
        message = (
            f"`__init__` of {actual.kind} does not call `super().__init__()`. "
            "Without it nothing is registered, and the module cannot be called."
        )
    else:
        return None
    return Difference(code=code, message=message, expected="an nn.Module", actual=actual.kind)


def compare_parameters(
    actual: ModuleFacts, expected: ModuleFacts, question: Question
) -> Difference | None:
    """The first difference between the registered parameters: which, shapes, names, dtypes."""
    matched = match(actual.parameters, expected.parameters)
    left = _Left(
        missing=[expected.parameters[j] for j in matched.missing],
        extra=[actual.parameters[i] for i in matched.extra],
        actual=actual,
        expected=expected,
        question=question,
    )
    found = None if matched.complete else _unmatched(left)
    found = found or _misplaced(left)
    if found is None and question.names:
        found = renamed(actual.parameters, expected.parameters, matched, question)
    if found is None:
        found = other_dtype(actual.parameters, expected.parameters, matched, question)
    if found is None:
        return None
    return msgspec.structs.replace(
        found,
        expected=found.expected or table(expected.parameters),
        actual=found.actual or table(actual.parameters),
        details={
            **found.details,
            "missing": [[s.path, list(s.shape)] for s in left.missing],
            "extra": [[s.path, list(s.shape)] for s in left.extra],
        },
    )


def table(stored: Sequence[Stored]) -> str:
    """``4 parameters: fc1.weight (5, 12), …``."""
    if not stored:
        return "no parameters"
    parts = [f"{s.path} {'lazy' if s.lazy else shape_of(s.shape)}" for s in stored[:_FEW]]
    more = ", …" if len(stored) > _FEW else ""
    return f"{count(len(stored), 'parameter')}: {', '.join(parts)}{more}"


def _unmatched(left: _Left) -> Difference:
    shapes = [stored.shape for stored in left.missing]
    for hidden in unregistered(left.actual, left.expected):
        if explains(hidden, shapes):
            return hidden_difference(hidden, left.question.source)
    for rule in (_lazy, _buffered, _swapped, _biases, _tied, _repeated, _resized, _missing):
        found = rule(left)
        if found is not None:
            return found
    return _extra(left)


def _misplaced(left: _Left) -> Difference | None:
    """Something hidden that matters although nothing is missing."""
    for hidden in unregistered(left.actual, left.expected):
        if hidden.parameters or hidden.modal or _bare_comma(hidden, left.question.source):
            return hidden_difference(hidden, left.question.source)
    return None


def _bare_comma(hidden: Hidden, source: str) -> bool:
    return bool(hidden.modules) and hidden_difference(hidden, source).line is not None


def _lazy(left: _Left) -> Difference | None:
    waiting = [s for s in left.extra if s.lazy]
    if not waiting:
        return None
    return Difference(
        code="lazy-parameter",
        message=f"`{left.written(waiting[0])}` has no shape yet: a lazy layer gets it from its "
        "first input. Give the number of input features instead.",
    )


def _buffered(left: _Left) -> Difference | None:
    """A buffer where a parameter is meant."""
    spare = match(left.actual.buffers, left.expected.buffers).extra
    for stored in left.missing:
        hit = next((b for i in spare if (b := left.actual.buffers[i]).shape == stored.shape), None)
        if hit is not None:
            return Difference(
                code="buffer-not-parameter",
                message=f"`{left.written(hit)}` is a buffer: no optimizer changes it. "
                "`nn.Parameter(...)` makes it something that is learned.",
                expected="a parameter",
                actual="a buffer",
            )
    return None


def _swapped(left: _Left) -> Difference | None:
    """Two sizes the wrong way round."""
    for wanted in left.missing:
        for got in left.extra:
            turned = len(got.shape) >= 2 and (got.shape[1], got.shape[0], *got.shape[2:])
            if turned == wanted.shape and got.shape != wanted.shape:
                return Difference(
                    code="swapped-features",
                    message=f"`{left.written(got)}` has shape {shape_of(got.shape)}, but "
                    f"{shape_of(wanted.shape)} is expected: the two sizes are swapped. "
                    f"{_LINEAR if 'Linear' in left.question.source else ''}".strip(),
                    expected=f"shape {shape_of(wanted.shape)}",
                    actual=f"shape {shape_of(got.shape)}",
                )
    return None


_LINEAR = (
    "`nn.Linear(in_features, out_features)` takes the inputs first, and keeps its weight as "
    "(out_features, in_features)."
)


def _biases(left: _Left) -> Difference | None:
    """Only biases are missing, or too many."""
    one, other = left.missing, left.extra
    if one and not other and all(s.leaf == "bias" for s in one):
        verb = "is" if len(one) == 1 else "are"
        shapes = ", ".join(shape_of(s.shape) for s in one[:_FEW])
        return Difference(
            code="missing-bias",
            message=f"{count(len(one), 'bias vector')} of shape {shapes} {verb} missing. "
            "Look for `bias=False`, or for a bias that is never made.",
        )
    if other and not one and all(s.leaf == "bias" for s in other):
        names = ", ".join(f"`{left.written(s)}`" for s in other[:_FEW])
        return Difference(
            code="extra-bias",
            message=f"No bias is expected here, but there is {names}. `bias=False` leaves it out.",
        )
    return None


def _tied(left: _Left) -> Difference | None:
    """Parameters that the solution uses twice and the answer has twice."""
    if left.missing or len(left.expected.aliases) <= len(left.actual.aliases):
        return None
    firsts = {alias.first for alias in left.expected.aliases}
    shapes = {s.shape for s in left.expected.parameters if s.path in firsts}
    hit = next((s for s in left.extra if s.shape in shapes), None)
    if hit is None:
        return None
    return Difference(
        code="not-shared",
        message=f"`{left.written(hit)}` is a parameter of its own, but one parameter in two "
        "places is expected. Assign the Parameter itself, not a copy of its numbers.",
    )


def _repeated(left: _Left) -> Difference | None:
    """One layer in several places, where the solution has several."""
    line = None if left.extra or not left.missing else repeated_layer(left.question.source)
    if line is None:
        return None
    have, want = len(left.actual.parameters), len(left.expected.parameters)
    return Difference(
        code="not-distinct",
        message=f"`{left.question.subject}` has {count(have, 'parameter')}, but {want} are "
        f"expected. On line {line}, `[...] * n` repeats one layer: every item is the same object, "
        "with the same weights. Each layer has to be made anew.",
        line=line,
    )


def _resized(left: _Left) -> Difference | None:
    """As many as expected, with other sizes."""
    if len(left.missing) != len(left.extra):
        return None
    named = {s.path: s for s in left.extra}
    for wanted in left.missing:
        got = named.get(wanted.path)
        if got is not None:
            return _other_shape(got, wanted, left)
    pairs = zip(left.extra, left.missing, strict=True)
    got, wanted = max(pairs, key=lambda pair: len(pair[0].shape) == len(pair[1].shape))
    return _other_shape(got, wanted, left)


def _other_shape(got: Stored, wanted: Stored, left: _Left) -> Difference:
    return Difference(
        code="wrong-parameter",
        message=f"`{left.written(got)}` has shape {shape_of(got.shape)}, but "
        f"{shape_of(wanted.shape)} is expected.",
        expected=f"shape {shape_of(wanted.shape)}",
        actual=f"shape {shape_of(got.shape)}",
    )


def _missing(left: _Left) -> Difference | None:
    if len(left.missing) < len(left.extra) or not left.missing:
        return None
    shapes = _shapes(left.missing)
    have, want = len(left.actual.parameters), len(left.expected.parameters)
    message = (
        f"{_numbers(left.question.subject, left.actual.parameters)}, "
        f"but {count(want, 'parameter')} with {_total(left.expected.parameters)} are expected. "
        f"Missing: {shapes}."
    )
    if have == 0:
        message = f"`{left.question.subject}` has no parameters, but {want} are expected: {shapes}."
    local = local_layer(left.question.source)
    if local is not None:
        name, line = local
        message += f" `{name}` on line {line} is a local variable: `self.{name}` keeps it."
        return Difference(code="missing-parameter", message=message, line=line)
    made = layer_made_in_forward(left.question.source)
    if made is not None:
        message += (
            f" Line {made} makes a layer with new weights at every call, which nothing can train. "
            "Make it once, in `__init__`."
        )
    return Difference(code="missing-parameter", message=message, line=made)


def _extra(left: _Left) -> Difference:
    want = len(left.expected.parameters)
    first = left.extra[0]
    message = (
        f"{_numbers(left.question.subject, left.actual.parameters)}, "
        f"but {count(want, 'parameter')} with {_total(left.expected.parameters)} are expected. "
        f"Not expected: `{left.written(first)}` of shape {shape_of(first.shape)}."
    )
    if len(left.extra) > 1:
        message += (
            f" Is there a layer too many? {count(len(left.extra), 'parameter')} are too many."
        )
    return Difference(code="extra-parameter", message=message)


def _numbers(subject: str, stored: Sequence[Stored]) -> str:
    return f"`{subject}` has {count(len(stored), 'parameter')} with {_total(stored)}"


def _total(stored: Sequence[Stored]) -> str:
    total = sum(math.prod(s.shape) for s in stored)
    return f"{total:,} {'number' if total == 1 else 'numbers'}"


def _shapes(stored: Sequence[Stored]) -> str:
    shapes: list[Shape] = [s.shape for s in stored]
    texts = [f"one of shape {shape_of(shape)}" for shape in shapes[:_FEW]]
    return ", ".join(texts) + (", …" if len(shapes) > _FEW else "")
