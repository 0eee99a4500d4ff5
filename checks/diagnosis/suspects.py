"""Silent mistakes that an answer's text shows, for differences that name no cause. Without torch.

Each is a mistake by itself, whatever the task: nobody names a method to no effect, or gives
cross-entropy what softmax made, on purpose. So they are named as what to look at, and only where
something is wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from checks.diagnosis.early_steps import early_steps
from checks.diagnosis.lost_results import dropped_results
from checks.diagnosis.lost_writes import counted_once, rebound_arguments, written_copies
from checks.diagnosis.misread_sizes import refilled_shapes, sizes_for_data
from checks.diagnosis.slices import names_in
from checks.diagnosis.views import overwritten_since
from checks.difference import Difference
from checks.names import parse

__all__ = ["Suspect", "find_suspects", "with_suspect"]

_NUMBERS = frozenset(
    {
        "wrong-values", "scaled", "shifted", "all-zero", "wrong-state", "wrong-change",
        "wrong-gradient", "scaled-gradient", "state-not-changed", "input-not-changed",
        "not-trained", "not-reached", "diverged", "not-measured", "wrong-update", "not-updated",
        "shares-storage", "not-restored", "sign-flipped",
    }
)  # fmt: skip
"""Differences of numbers, which may come from anything."""

_STEPS = _NUMBERS | {
    "no-step", "no-backward", "step-before-backward", "gradients-add-up", "wrong-step-count",
    "accumulated-gradient", "not-cleared", "no-gradient", "evaluated-in-training-mode",
    "trained-in-eval-mode", "wrong-mode", "wrong-schedule", "constant-rate", "gradients-kept",
}  # fmt: skip

_SHAPES = frozenset({"missing-dimension", "extra-dimension", "wrong-shape", "empty", "transposed"})

_UNTOUCHED = frozenset({"input-not-changed", "state-not-changed"})

_WRITES = _UNTOUCHED | {"wrong-values", "wrong-change", "wrong-state", "name-changed", "all-zero"}

_UNCALLED = ("backward", "eval", "step", "train", "zero_grad", "zero_", "requires_grad_")


class Suspect(NamedTuple):
    """A line that is a mistake by itself.

    Attributes:
        line: of the answer.
        says: what it does, and what to think of.
        codes: the differences that it may explain.
    """

    line: int
    says: str
    codes: frozenset[str] = _NUMBERS


def with_suspect(difference: Difference, source: str) -> Difference:
    """`difference`, with the first line added to its message that may explain it."""
    if difference.line is not None:
        return difference
    for suspect in find_suspects(source):
        if difference.code in suspect.codes:
            message = f"{difference.message} {suspect.says}"
            return msgspec.structs.replace(difference, message=message, line=suspect.line)
    return difference


def find_suspects(source: str) -> list[Suspect]:
    """The suspects in an answer's text: of one kind after the other, each in order of lines."""
    tree = parse(source)
    if tree is None:
        return []
    return [found for rule in _RULES for found in sorted(rule(tree))]


def _uncalled(tree: ast.Module) -> Iterator[Suspect]:
    """``optimizer.zero_grad`` on a line of its own."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Attribute(attr=attr) as named) if attr in _UNCALLED:
                yield Suspect(
                    node.lineno,
                    f"Line {node.lineno} only names `{ast.unparse(named)[:40]}`: without "
                    "parentheses it is not called.",
                    _STEPS,
                )


def _softmax_first(tree: ast.Module) -> Iterator[Suspect]:
    """Cross-entropy of a softmax; `nll_loss` of one that is no logarithm."""
    losses = {"cross_entropy": ["cross_entropy"], "nll_loss": ["nll_loss"]}
    made = _assigned(tree)
    for name, values in made.items():
        for value in values:
            kind = {"CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss"}.get(_called(value))
            if kind:
                losses[kind].append(name)
    layers = {n for n, values in made.items() if any(_called(v) == "Softmax" for v in values)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if not _is_softmax(node.args[0], made, layers):
            continue
        if _is_loss(node, losses["cross_entropy"], "CrossEntropyLoss"):
            yield Suspect(
                node.lineno,
                f"On line {node.lineno}, cross-entropy gets the result of a softmax. It applies "
                "one by itself: give it the logits.",
            )
        elif _is_loss(node, losses["nll_loss"], "NLLLoss"):
            yield Suspect(
                node.lineno,
                f"On line {node.lineno}, `nll_loss` gets probabilities. It takes their logarithms, "
                "as `log_softmax` gives them.",
            )


def _is_softmax(node: ast.expr, made: dict[str, list[ast.expr]], layers: set[str]) -> bool:
    if isinstance(node, ast.Name):
        return any(_is_softmax(v, {}, layers) for v in made.get(node.id, [])[-1:])
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Call) and _called(node.func) == "Softmax":
        return True
    return _called(node) in ("softmax", *layers)


def _is_loss(call: ast.Call, names: list[str], layer: str) -> bool:
    if isinstance(call.func, ast.Call):
        return _called(call.func) == layer
    return _called(call) in names


def _state_kept(tree: ast.Module) -> Iterator[Suspect]:
    """``best = model.state_dict()``, loaded again later."""
    loaded = {
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _called(node) == "load_state_dict"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    steps = any(isinstance(n, ast.Call) and _called(n) == "step" for n in ast.walk(tree))
    for name, values in _assigned(tree).items():
        for value in values:
            inner = value
            if _called(inner) in ("dict", "OrderedDict", "copy") and isinstance(inner, ast.Call):
                inner = next(iter(inner.args), inner.func)
                inner = inner.value if isinstance(inner, ast.Attribute) else inner
            if steps and name in loaded and _called(inner) == "state_dict":
                yield Suspect(
                    value.lineno,
                    f"On line {value.lineno}, `{name}` is no copy: `state_dict()` gives the very "
                    "tensors of the model, and training goes on to change them.",
                )


def _grad_kept(tree: ast.Module) -> Iterator[Suspect]:
    """``g = w.grad``, which the next `backward()` adds to."""
    cleared_in_place = any(
        isinstance(n, ast.Call)
        and (
            (_called(n) == "zero_" and ".grad" in ast.unparse(n.func))
            or (_called(n) == "zero_grad" and "set_to_none=False" in ast.unparse(n))
        )
        for n in ast.walk(tree)
    )
    renewed = not cleared_in_place and _clears(tree)
    for scope, line in _kept_grads(tree):
        later = [n for n in ast.walk(tree) if _called(n) == "backward" and n.lineno > line]
        if (later or scope) and not renewed:
            yield Suspect(
                line,
                f"On line {line}, `.grad` itself is kept, not a copy of its numbers: whatever is "
                "written into it later changes what was kept. `.clone()` makes a copy.",
            )


def _kept_grads(tree: ast.Module) -> Iterator[tuple[bool, int]]:
    """Where a `.grad` is given a name or put into a container, and whether in a loop."""
    loops = {
        id(inner)
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For | ast.While)
        for inner in ast.walk(loop)
    }
    for node in ast.walk(tree):
        kept: list[ast.expr] = []
        match node:
            case ast.Assign(targets=[ast.Name()], value=value):
                kept = [value]
            case ast.Call(func=ast.Attribute(attr="append"), args=[value]):
                kept = [value]
        for value in kept:
            if any(_is_grad(v) for v in _items(value)):
                yield id(node) in loops, value.lineno


def _items(value: ast.expr) -> list[ast.expr]:
    match value:
        case ast.DictComp(value=item) | ast.ListComp(elt=item):
            return [item]
        case ast.Dict(values=items) | ast.List(elts=items) | ast.Tuple(elts=items):
            return items
    return [value]


def _is_grad(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(attr="grad", value=value):
            return not (
                isinstance(value, ast.Attribute | ast.Name) and "autograd" in ast.unparse(value)
            )
        case ast.Attribute(attr="data", value=value):
            return _is_grad(value)
        case ast.Call(func=ast.Attribute(attr="detach", value=value)):
            return _is_grad(value)
    return False


def _cleared_too_late(tree: ast.Module) -> Iterator[Suspect]:
    """`zero_grad()` between `backward()` and `step()`, in one block."""
    for body in _bodies(tree):
        calls = [(_statement_call(s), s.lineno) for s in body]
        names = [name for name, _ in calls]
        for place, (name, line) in enumerate(calls):
            if name != "zero_grad" or "backward" not in names[:place]:
                continue
            before = max(i for i in range(place) if names[i] == "backward")
            if "step" in names[place:] and "step" not in names[before:place]:
                yield Suspect(
                    line,
                    f"Line {line} clears the gradients after `backward()` on line "
                    f"{calls[before][1]}, and before `step()` uses them.",
                )


def _never_cleared(tree: ast.Module) -> Iterator[Suspect]:
    """`backward()` in a loop, and nothing that clears."""
    if _clears(tree):
        return
    for loop in ast.walk(tree):
        if isinstance(loop, ast.For | ast.While):
            for node in ast.walk(loop):
                if isinstance(node, ast.Call) and _called(node) == "backward":
                    yield Suspect(
                        node.lineno,
                        f"`backward()` on line {node.lineno} runs again and again, and adds to "
                        "`.grad` each time: nothing in the answer clears it, so gradients add up.",
                    )
                    return


def _old_graph(tree: ast.Module) -> Iterator[Suspect]:
    """A loss from before the loop, walked back with ``retain_graph=True`` in each turn."""
    for loop in ast.walk(tree):
        if not isinstance(loop, ast.For | ast.While):
            continue
        inside = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and _is_store(n)}
        for node in ast.walk(loop):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="backward", value=ast.Name(id=name)),
                    keywords=keywords,
                ) if name not in inside and any(k.arg == "retain_graph" for k in keywords):
                    yield Suspect(
                        node.lineno,
                        f"`{name}` on line {node.lineno} was computed once, before the loop: "
                        "`retain_graph=True` walks the same old graph back in every turn, and what "
                        "was updated since plays no part in it.",
                    )


def _is_store(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _clears(tree: ast.Module) -> bool:
    """Whether anything in the text may clear a gradient."""
    for node in ast.walk(tree):
        if _called(node) in ("zero_grad", "zero_", "fill_", "grad", "delattr"):
            return True
        match node:
            case ast.Assign(targets=targets) if any(
                isinstance(n, ast.Attribute) and n.attr == "grad"
                for target in targets
                for n in ast.walk(target)
            ):
                return True
            case ast.Delete() if "grad" in {n.lstrip(".") for n in names_in(node)}:
                return True
    return False


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield body


def _statement_call(statement: ast.stmt) -> str:
    return _called(statement.value) if isinstance(statement, ast.Expr) else ""


def _called(node: ast.AST) -> str:
    """The last part of the name that is called; empty for what is no call."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name
    return ""


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name is given, in the order of the text; attributes by their last part."""
    made: dict[str, list[ast.expr]] = {}
    assigns = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    for node in sorted(assigns, key=lambda n: n.lineno):
        for target in node.targets:
            match target:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    made.setdefault(name, []).append(node.value)
    return made


_Finds = Callable[[ast.Module], Iterator[tuple[int, str]]]
_Rule = Callable[[ast.Module], Iterator[Suspect]]


def _explaining(codes: frozenset[str], finds: _Finds) -> _Rule:
    """A rule that explains differences of these codes."""
    return lambda tree: (Suspect(line, says, codes) for line, says in finds(tree))


_RULES: tuple[_Rule, ...] = (
    _explaining(_SHAPES | _NUMBERS, sizes_for_data),
    _explaining(_SHAPES | _NUMBERS | {"wrong-dtype", "wrong-device"}, dropped_results),
    _explaining(_NUMBERS, refilled_shapes),
    _explaining(_WRITES, written_copies),
    _explaining(_WRITES, counted_once),
    _explaining(_WRITES, overwritten_since),
    _explaining(_UNTOUCHED, rebound_arguments),
    _explaining(_NUMBERS, early_steps),
    _uncalled,
    _softmax_first,
    _state_kept,
    _cleared_too_late,
    _old_graph,
    _grad_kept,
    _never_cleared,
)
