"""What to say of gradients that are missing or differ."""

from __future__ import annotations

import msgspec
import torch

from checks.comparing import compare_values
from checks.data import Nothing, Tensor, Value
from checks.diagnosis.backward_calls import backward_calls, cleared_after, clears_gradients
from checks.diagnosis.cuts import find_cut
from checks.diagnosis.factors import find_factor, times, why_scaled
from checks.diagnosis.missing_gradients import why_missing
from checks.diagnosis.not_finite import not_finite
from checks.difference import Difference, Scene, first
from checks.memory import Memory
from checks.show import show

__all__ = ["Grads", "compare_gradients"]


class Grads(msgspec.Struct, frozen=True, kw_only=True):
    """The gradients of one side.

    Attributes:
        grads: by the name of the tensor they belong to.
        tensors: those tensors, where they were seen.
        writes: how often each gradient was written to in place, where that is known.
        stored: whether these are `.grad` attributes, which only `backward()` fills.
        order: of the derivative.
        target: the expression that was differentiated, or the function that was called.
    """

    grads: dict[str, Value]
    tensors: dict[str, Value] = {}
    writes: dict[str, int] = {}
    stored: bool = False
    order: int = 1
    target: str = ""

    def label(self, name: str) -> str:
        """How a comparison calls the gradient for `name`."""
        return f"{name}.grad" if self.stored else f"the {self._what} for {name}"

    def spoken(self, name: str) -> str:
        """How a sentence begins that speaks of it."""
        return f"`{name}.grad`" if self.stored else f"The {self._what} for `{name}`"

    @property
    def _what(self) -> str:
        return "second derivative" if self.order == 2 else "gradient"

    def none(self, name: str) -> str:
        """A sentence begun that says that there is none."""
        return f"`{name}.grad` is None" if self.stored else f"There is no {self._what} for `{name}`"


def compare_gradients(answer: Grads, reference: Grads, scene: Scene) -> Difference | None:
    """The first difference between two sets of gradients."""
    found = []
    for name, expected in reference.grads.items():
        actual = answer.grads.get(name, Nothing())
        difference = _compare(name, (actual, expected), answer, reference, scene)
        if difference is not None:
            found.append(difference)
    return first(found)


def _compare(  # noqa: PLR0911  # one rule after the other
    name: str, pair: tuple[Value, Value], answer: Grads, reference: Grads, scene: Scene
) -> Difference | None:
    actual, expected = pair
    label = answer.label(name)
    if isinstance(expected, Nothing):
        if isinstance(actual, Nothing) or _is_zero(actual, scene.actual):
            return None
        return Difference(
            code="unexpected-gradient",
            message=f"{answer.spoken(name)} holds a gradient, but none is expected."
            if answer.stored
            else f"`{scene.subject}` should not depend on `{name}`, but does.",
            expected="None",
            actual=show(actual, scene.actual),
            details={"name": name},
        )
    if isinstance(actual, Nothing):
        cleared = not answer.stored or clears_gradients(scene.source)
        if cleared and _is_zero(expected, scene.expected):
            return None
        return _missing(name, expected, answer, scene)
    if not isinstance(actual, Tensor) or not isinstance(expected, Tensor):
        return compare_values(actual, expected, _about(scene, label))
    plain = compare_values(actual, expected, _about(scene, label))
    if plain is None:
        return None
    said = (plain.plain or plain.message).replace(f"`{label}`", answer.spoken(name))
    plain = msgspec.structs.replace(plain, message=said)
    same_dtype = scene.relax.any_dtype or actual.dtype == expected.dtype
    if actual.shape != expected.shape or not same_dtype:
        return plain
    live = scene.actual.tensor(actual), scene.expected.tensor(expected)
    details = {**plain.details, "name": name}
    plain = msgspec.structs.replace(plain, code="wrong-gradient", causes=(), details=details)
    lost = not_finite(answer.spoken(name), live, answer.target, scene)
    if lost:
        return msgspec.structs.replace(plain, code="not-finite-gradient", message=lost)
    return _differs(name, live, plain, (answer, reference), scene)


def _about(scene: Scene, label: str) -> Scene:
    return msgspec.structs.replace(scene, subject=label, function=False, source="", sizes=())


def _is_zero(value: Value, memory: Memory) -> bool:
    return isinstance(value, Tensor) and not bool(memory.tensor(value).any())


def _missing(name: str, expected: Value, answer: Grads, scene: Scene) -> Difference:
    why = why_missing(
        name, answer.tensors.get(name), scene, stored=answer.stored, target=answer.target
    )
    return Difference(
        code=why.code,
        message=f"{answer.none(name)}: {why.says}",
        expected=show(expected, scene.expected),
        actual="None",
        line=why.line,
        details={"name": name},
    )


def _differs(
    name: str,
    live: tuple[torch.Tensor, torch.Tensor],
    plain: Difference,
    sides: tuple[Grads, Grads],
    scene: Scene,
) -> Difference:
    """`plain`, named by its cause where one explains every cell."""
    answer = sides[0]
    spoken = answer.spoken(name)
    factor = find_factor(live, scene)
    line: int | None = None
    code, message = "wrong-gradient", plain.message
    if not bool(live[0].any()):
        code = "zero-gradient"
        says, line = _why_zero(answer, scene)
        message = f"{spoken} is zero everywhere. {says}"
    elif factor == -1.0:
        code = "sign-flipped-gradient"
        message = f"{spoken} has the opposite sign everywhere. Is a minus missing or too many?"
    elif factor is not None and answer.stored and _added_up(name, factor, sides, scene.source):
        code = "accumulated-gradient"
        message = _says_added_up(spoken, factor, sides[1].writes.get(name, 0))
    elif factor is not None:
        code = "scaled-gradient"
        why = why_scaled(factor, scene.sizes, stored=answer.stored, alone=scene.function)
        message = f"{spoken} is {times(factor)} what is expected, everywhere. {why}"
    elif answer.stored and _may_add_up(name, sides, scene.source):
        message += " Nothing in the answer clears `.grad` between two `backward()` calls."
    return msgspec.structs.replace(plain, code=code, message=message.strip(), line=line)


def _why_zero(answer: Grads, scene: Scene) -> tuple[str, int | None]:
    if not answer.stored:
        cut = find_cut(scene.source, answer.target)
        if cut is not None and cut.flat:
            return f"{cut.text} on line {cut.line} has a derivative of zero everywhere.", cut.line
        return "Does the result depend on it?", None
    order = cleared_after(scene.source)
    if order is None:
        return "Was it cleared after `backward()`?", None
    return f"It is cleared on line {order[1]}, after `backward()` on line {order[0]}.", order[1]


def _added_up(name: str, factor: float, sides: tuple[Grads, Grads], source: str) -> bool:
    """Whether earlier gradients were left in, as far as the writes and the text tell."""
    if factor < 2 or not factor.is_integer():
        return False
    written = sides[0].writes.get(name)
    if written is not None and "create_graph" not in source:
        if written - sides[1].writes.get(name, 0) == factor - 1:
            return True
        if written == 0 or clears_gradients(source):
            return False
    return backward_calls(source) > 1


def _may_add_up(name: str, sides: tuple[Grads, Grads], source: str) -> bool:
    """Whether more was added than should be, as far as the text and the writes tell."""
    written = sides[0].writes.get(name)
    if written is not None and written <= sides[1].writes.get(name, 0):
        return False
    return not clears_gradients(source) and backward_calls(source) > 1


def _says_added_up(spoken: str, factor: float, expected_writes: int) -> str:
    start = f"{spoken} is exactly {factor:.0f} times what is expected: "
    ran = f"`backward()` ran {factor:.0f} times, and each call adds to `.grad`."
    if expected_writes:
        ran = "each `backward()` adds to `.grad`, and more of them add up than should."
    return f"{start}{ran} Clear it in between (`zero_grad()` or `.grad = None`)."
