"""What to say of a value that does not depend on what it should, or on what it should not."""

from __future__ import annotations

import msgspec

from checks.data import Bool, Float, Int, List, Observed, Str, Tensor
from checks.diagnosis.cuts import find_cut, last_line, named_last
from checks.diagnosis.missing_gradients import why_untracked
from checks.difference import Difference, Scene
from checks.walk import children
from checks.warning_words import find_warned

_YES = Bool(value=True)

__all__ = [
    "compare_connection",
    "cut_of_number",
    "off_record",
    "on_record",
    "still_tracked",
]


def compare_connection(
    name: str, answer: Observed, reference: Observed, scene: Scene
) -> Difference | None:
    """The difference in whether the value depends on `name`."""
    actual, expected = answer.facts.get(f"reaches {name}"), reference.facts.get(f"reaches {name}")
    if not isinstance(expected, Bool):
        return Difference(code="lesson-error", message=f"`{name}` cannot be looked at")
    if not isinstance(actual, Bool):
        return Difference(code="unobserved", message=f"`{name}` was not looked at.")
    if actual.value == expected.value:
        return None
    if actual.value:
        return Difference(
            code="still-connected",
            message=f"`{scene.subject}` depends on `{name}`, but should be cut off from it. "
            "`.detach()` and `torch.no_grad()` cut a graph.",
            expected=f"cut off from {name}",
            actual=f"depends on {name}",
            details={"name": name},
        )
    code, says, line = _why_cut(name, answer, scene)
    return Difference(
        code=code,
        message=says,
        expected=f"depends on {name}",
        actual="no graph at all" if not on_record(answer) else f"cut off from {name}",
        line=line,
        details={"name": name},
    )


def off_record(answer: Observed, scene: Scene) -> Difference | None:
    """What is wrong where the value depends on nothing that requires a gradient."""
    if on_record(answer):
        return None
    start = f"`{scene.subject}` has no history: nothing that it depends on is on the record."
    says, line = _cut(start, "", scene)
    return Difference(
        code="detached", message=says, expected="requires_grad=True", actual="no graph", line=line
    )


def on_record(observed: Observed) -> bool:
    """Whether the value, or something in it, requires a gradient."""
    waiting = [] if observed.value is None else [observed.value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Tensor) and value.requires_grad:
            return True
        waiting += children(value)
    return False


def _why_cut(name: str, answer: Observed, scene: Scene) -> tuple[str, str, int | None]:
    tensor = answer.after.get(name)
    if isinstance(tensor, Tensor) and not tensor.requires_grad:
        why = why_untracked(name, tensor)
        return why.code, f"`{scene.subject}` cannot depend on `{name}`: {why.says}", why.line
    again = named_last(scene.source, name, scene.subject)
    if again is not None:
        says = (
            f"`{scene.subject}` does not depend on this `{name}`: line {again} gives the name to a "
            "new tensor, after the value was computed."
        )
        return "detached", says, again
    known = _depends_on(answer)
    start = f"`{scene.subject}` does not depend on `{name}` as far as autograd knows"
    if known:
        start += f", only on {' and '.join(f'`{other}`' for other in known)}"
    says, line = _cut(f"{start}.", name, scene)
    return "detached", says, line


def _depends_on(answer: Observed) -> list[str]:
    """Some of the names that the value does depend on."""
    sources = [name for name in answer.after if answer.facts.get(f"reaches {name}") == _YES]
    others = answer.facts.get("others")
    if isinstance(others, List):
        sources += [other.value for other in others.items if isinstance(other, Str)]
    return [name for name in sources if name.isidentifier()][:3]


def _cut(start: str, name: str, scene: Scene) -> tuple[str, int | None]:
    """`start`, with the place where the graph is cut, and its line."""
    cut = find_cut(scene.source, scene.subject, name)
    if cut is not None and not cut.flat:
        return f"{start} {cut}", cut.line
    for kind in ("copy-construct", "to-scalar"):
        line = find_warned(kind, scene.warnings, scene.source)
        if line is not None:
            return f"{start} The graph is cut on line {line}.", line
    return start, None


def cut_of_number(difference: Difference, answer: Observed, source: str) -> Difference:
    """`difference`, with the line that made a Python number of a tensor."""
    if not isinstance(answer.value, Float | Int):
        return difference
    cut = find_cut(source, difference.subject)
    if cut is None:
        return difference
    return msgspec.structs.replace(difference, message=f"{difference.message} {cut}", line=cut.line)


def still_tracked(name: str, answer: Observed, source: str) -> Difference | None:
    """What is on the record in a value that should not be."""
    tracked, held = answer.facts.get(f"tracked {name}"), answer.facts.get(f"held {name}")
    tensor = answer.after.get(name)
    if not isinstance(tracked, Int) or not isinstance(held, Int) or tensor is None:
        return Difference(code="unobserved", message=f"`{name}` was not looked at.")
    if tracked.value == 0 and not isinstance(tensor, Tensor):
        return None
    grad_fn = tensor.grad_fn if isinstance(tensor, Tensor) else ""
    operation = f" ({grad_fn})" if grad_fn else ""
    if held.value == 1:
        says = f"`{name}` is the result of a recorded operation{operation}, and keeps its graph."
        if not grad_fn:
            says = f"`{name}` is a leaf that requires a gradient."
        says = f"{says} `.detach()` gives the same values without a history."
    else:
        says = (
            f"{tracked.value} of the {held.value} tensors in `{name}` keep a graph alive"
            f"{operation}. `.item()` or `.detach()` take the value alone."
        )
    return Difference(
        code="still-tracked",
        message=says,
        expected="requires_grad=False",
        actual=f"grad_fn={grad_fn}" if grad_fn else "requires_grad=True",
        line=last_line(source, name),
        details={"name": name, "tracked": tracked.value, "tensors": held.value},
    )
