"""A graph that is walked back a second time: what is left over from the first walk."""

from __future__ import annotations

import ast

from checks.diagnosis.errors.text import Text
from checks.diagnosis.slices import names_in

__all__ = ["used_up"]

_START = "`backward()` uses a graph up"


def used_up(text: Text) -> str:
    """Why there is nothing left to walk back along."""
    walks = list(text.walked())
    here = next(((call, end) for call, end in walks if call.lineno == text.line), None)
    if here is None:
        return f"{_START}: compute anew what it is called on before each call."
    call, end = here
    loop = text.loop_of(call)
    return (
        _left_over(text, end, loop)
        or _walked_before(text, call, [(c, e) for c, e in walks if c is not call and c.lineno])
        or f"{_START}: compute anew what it is called on before each call."
    )


def _left_over(text: Text, end: ast.expr, loop: ast.For | ast.While | None) -> str:
    """What the turns of a loop share."""
    if loop is None:
        return ""
    inside = {id(node) for node in ast.walk(loop)}
    waiting, seen = sorted(names_in(end)), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name.startswith("."):
            continue
        seen.add(name)
        written = text.assignments(name)
        within = [node for node in written if id(node) in inside]
        for node in within:
            if name in names_in(node.value):
                return (
                    f"{_START}, and `{name}` goes on from turn to turn (line {node.lineno}), with "
                    "the graph of the turn before. Is it meant to begin without a history "
                    "(`detach()`)?"
                )
            waiting += sorted(names_in(node.value) - seen)
        if written and not within and _is_computed(written[-1].value, text):
            line = written[-1].lineno
            return (
                f"{_START}, and `{name}` is computed once, on line {line}, before the loop on line "
                f"{loop.lineno}: from the second turn on there is no graph left. It has to be "
                "computed anew in each turn."
            )
    return ""


def _walked_before(text: Text, call: ast.Call, others: list[tuple[ast.Call, ast.expr]]) -> str:
    """What an earlier call used up."""
    end = next(e for c, e in text.walked() if c.lineno == call.lineno)
    earlier = [(c, e) for c, e in others if c.lineno < call.lineno]
    if not earlier:
        return ""
    first, other = earlier[-1]
    before = f"{_START}, and line {first.lineno} has done so"
    if ast.unparse(other) == ast.unparse(end):
        return f"{before} with that of `{ast.unparse(end)[:40]}`. One call fills every `.grad`."
    shared = {
        name: node.lineno
        for name in text.reads(end) & text.reads(other)
        for node in text.assignments(name)
        if _is_computed(node.value, text)
    }
    if not shared:
        return f"{before}. Compute anew what both go through."
    name = max(shared, key=lambda each: (shared[each], each))
    return (
        f"{before}: both walks go through `{name}` (line {shared[name]}). Add up what is "
        f"differentiated and walk back once, or compute `{name}` anew."
    )


def _is_computed(value: ast.expr, text: Text) -> bool:
    """Whether it is made from other values by operations, and so has a graph."""
    known = {name for name in names_in(value) if text.assignments(name)}
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    modules = [c for c in calls if isinstance(c.func, ast.Name) and c.func.id.islower()]
    return bool(known and not isinstance(value, ast.Name)) or any(c.args for c in modules)
