"""What to say of a value of another type."""

from __future__ import annotations

from checks.data import Array, Bool, Float, Int, List, Nothing, Opaque, Tensor, Tuple, Value
from checks.diagnosis.dtypes import PAIRS
from checks.difference import Difference, Scene
from checks.names import returns_something
from checks.show import kind_of

__all__ = ["wrong_type"]

_LAZY = ("generator", "map", "zip", "filter", "range", "enumerate", "reversed", "dict_values")
_CALLABLES = ("function", "method", "builtin_function_or_method")


def wrong_type(actual: Value, expected: Value, scene: Scene, path: str) -> Difference:
    """The difference between two values of different types."""
    subject = f"`{scene.subject}{path}`"
    code, cause = _cause(actual, expected, scene, path)
    verb = "returned" if scene.function and not path else "is"
    message = f"{subject} {verb} {kind_of(actual)}, but {kind_of(expected)} is expected."
    shown = scene.show(actual, expected)
    return Difference(
        code=code,
        message=f"{message} {cause}".strip(),
        expected=shown[1],
        actual=shown[0],
        details={"path": path, "actual_type": kind_of(actual), "expected_type": kind_of(expected)},
        subject=scene.subject + path,
    )


def _cause(actual: Value, expected: Value, scene: Scene, path: str) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912  # one case per kind
    """The code, and a sentence about what to do; the sentence may be empty."""
    match actual, expected:
        case Nothing(), _ if scene.function and not path:
            if returns_something(scene.source):
                return "returned-nothing", (
                    "Does one way through it end without a `return`, or is what it returns None?"
                )
            return "returned-nothing", "Is a `return` missing?"
        case Nothing(), Tensor() | List() | Tuple():
            return "wrong-type", "Does the last call return something, or does it only print?"
        case Opaque(kind=kind), _ if kind in _CALLABLES:
            return "not-called", "It was not called: put `()` after its name."
        case Opaque(kind="type"), _:
            return "not-called", "Make an object of the class by calling it."
        case _, Tensor():
            return "wrong-type", _for_tensor(actual)
        case Tensor(shape=()), Float() | Int() | Bool():
            return "wrong-type", "`.item()` takes the number out of a tensor."
        case Tensor(), List():
            return "wrong-type", "`.tolist()` turns a tensor into a list."
        case Tensor(), Array():
            return "wrong-type", "`.numpy()` gives the array."
        case List(), Tuple():
            return "wrong-type", "Round brackets make a tuple."
        case Tuple(), List():
            return "wrong-type", "Square brackets make a list."
        case Float(), Int():
            return "wrong-type", "`int(...)` or `//` gives a whole number."
        case Opaque(kind=kind), List() | Tuple() if kind in _LAZY:
            return "wrong-type", "`list(...)` collects what it gives."
    return "wrong-type", ""


def _for_tensor(actual: Value) -> str:  # noqa: PLR0911  # one rule after the other
    match actual:
        case Float() | Int() | Bool():
            return (
                "Keep the tensor: leave out `.item()`, `float(...)` and the like, "
                "or make one with `torch.tensor(...)`."
            )
        case Tuple(kind=kind) if kind.rpartition(".")[2] in PAIRS and "return_types" in kind:
            name = kind.rpartition(".")[2]
            return f"`{name}` with a dimension gives the values and the indices: take one of them."
        case Tuple(kind=kind) if kind.startswith("torch.return_types."):
            return "The call gives several tensors in a named tuple: take one of them."
        case Tuple(items=(Tensor(),)):
            return "A comma at the end of the line makes a tuple."
        case Array():
            return "`torch.from_numpy(...)` or `torch.tensor(...)` makes a tensor of it."
        case List() | Tuple():
            return "`torch.tensor(...)` or `torch.stack(...)` makes a tensor of it."
        case Opaque(kind="Tensor"):
            return f"It is a tensor of an unusual kind ({actual.text})."
    return ""
