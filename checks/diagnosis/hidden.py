"""What to say of modules and tensors that an answer holds, but does not register."""

from __future__ import annotations

from collections import Counter

from checks.diagnosis.module_source import trailing_comma
from checks.difference import Difference
from checks.module_facts import Hidden, ModuleFacts, Shape
from checks.show import count, shape_of

__all__ = ["explains", "hidden_difference", "unregistered"]


def unregistered(actual: ModuleFacts, expected: ModuleFacts) -> list[Hidden]:
    """What the answer hides, and the solution does not."""
    allowed = Counter(_key(h) for h in expected.hidden)
    found = []
    for hidden in actual.hidden:
        if allowed[_key(hidden)] > 0:
            allowed[_key(hidden)] -= 1
        else:
            found.append(hidden)
    return found


def _key(hidden: Hidden) -> tuple[object, ...]:
    groups = (hidden.modules, hidden.parameters, hidden.tensors)
    return tuple(tuple(sorted(group)) for group in groups)


def explains(hidden: Hidden, missing: list[Shape]) -> bool:
    """Whether some of the missing shapes are in it."""
    held = {*hidden.parameters, *hidden.buffers, *hidden.tensors}
    return any(shape in held for shape in missing)


def hidden_difference(hidden: Hidden, source: str, *, buffer: bool = False) -> Difference:
    """The difference that something unregistered makes.

    Args:
        hidden: what it is.
        source: the answer's text.
        buffer: whether it is expected to be a buffer rather than a parameter.
    """
    line = trailing_comma(source, hidden.name) if hidden.kind == "tuple" else None
    return Difference(
        code="not-registered",
        message=_message(hidden, line, buffer=buffer),
        expected="registered",
        actual=_short(hidden),
        line=line,
        details={
            "attribute": hidden.name,
            "owner": hidden.owner,
            "container": hidden.kind,
            "parameters": [list(shape) for shape in hidden.parameters],
        },
        subject=hidden.label,
    )


def _message(hidden: Hidden, comma: int | None, *, buffer: bool) -> str:
    what = f"`{hidden.label}`" + (f" in `{hidden.owner}`" if hidden.owner else "")
    if comma is not None:
        inside = "layer" if hidden.modules else "tensor"
        return (
            f"{what} is a tuple of one {inside}: the comma at the end of line {comma} makes it "
            "one. Without the comma it is registered, and can be used."
        )
    if hidden.kind == "tensor":
        return _tensor(what, hidden, buffer=buffer)
    if hidden.kind == "class":
        return (
            f"`{hidden.name}` belongs to the class {hidden.holder}, not to its objects: all of "
            f"them share it, and it is not registered. Make it in `__init__`, as `{hidden.label}`."
        )
    if hidden.kind == "object":
        return (
            f"{what} is a {hidden.holder}, which is no nn.Module: {_unseen(hidden)}. "
            f"Derive {hidden.holder} from nn.Module."
        )
    if hidden.kind == "module":
        return f"{what} was set past `Module.__setattr__`: {_unseen(hidden)}."
    return f"{what} is a Python {hidden.kind}: {_unseen(hidden)}. {_container(hidden)}"


def _tensor(what: str, hidden: Hidden, *, buffer: bool) -> str:
    if buffer:
        return (
            f"{what} is a plain tensor: `state_dict()` leaves it out, and `.to(...)` does not "
            f'move it. `self.register_buffer("{hidden.name}", ...)` registers it.'
        )
    if hidden.grad_fn:
        return (
            f"{what} is the result of an operation ({hidden.grad_fn}), so it is a plain tensor "
            "and not registered. Put the operation inside: `nn.Parameter(...)` goes around the "
            "finished tensor."
        )
    return (
        f"{what} is a plain tensor: it is invisible to `parameters()`, and so to the optimizer. "
        "`nn.Parameter(...)` around it registers it."
    )


def _unseen(hidden: Hidden) -> str:
    """``the 4 parameters in it are invisible to ...``."""
    number = len(hidden.parameters)
    if number:
        verb = "is" if number == 1 else "are"
        return (
            f"the {count(number, 'parameter')} in it {verb} invisible to `parameters()`, and so "
            "to the optimizer"
        )
    if hidden.tensors and not hidden.modules:
        return "the plain tensors in it are invisible to `parameters()`, and so to the optimizer"
    return "`train()` and `eval()` do not reach what is in it"


def _container(hidden: Hidden) -> str:
    held = "Module" if hidden.modules else "Parameter"
    kind = "Dict" if hidden.kind == "dict" else "List"
    ending = "" if hidden.modules or hidden.parameters else ", with a Parameter for each tensor"
    return f"`nn.{held}{kind}` registers them{ending}."


def _short(hidden: Hidden) -> str:
    if hidden.kind == "tensor":
        return f"a plain tensor of shape {shape_of((*hidden.tensors, ())[0])}"
    inside = f" with {count(len(hidden.parameters), 'parameter')}" if hidden.parameters else ""
    return f"a {hidden.holder or hidden.kind}{inside}"
