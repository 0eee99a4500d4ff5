"""The check `init`."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, ClassVar

import torch

from checks.base import Check, Expression, check_expression
from checks.codec import CodecError
from checks.comparing import compare_values
from checks.data import Bool, Observed, Tensor, Trial
from checks.diagnosis.initial import Start, compare_starts
from checks.diagnosis.raising import lesson_failed, raised_alike, what_raised
from checks.difference import Difference, Scene
from checks.finding import Finding
from checks.memory import Memory
from checks.module_reading import is_lazy
from checks.show import solution_raised
from checks.snapshot import is_tensor
from checks.tolerance import Relax, wide
from checks.world import World

__all__ = ["Init"]

_WANTED, _MODEST = 60_000, 12_000
_SETTLED, _MANY = 6, 300
_SECONDS = 4.0
_clock = time.perf_counter
_ROUNDS = 2_000
_AT_ONCE = 20_000
_KIND = Relax(values=False)

_T = torch.Tensor
_detach, _reshape, _clone, _to, _numel = _T.detach, _T.reshape, _T.clone, _T.to, _T.numel
_untyped_storage, _is_complex, _as_real, _equal = (
    _T.untyped_storage,
    _T.is_complex,
    torch.view_as_real,
    torch.equal,
)


class Init(Check, frozen=True, kw_only=True):
    """How a parameter is initialised, judged by many draws.

        - init: make_layer().weight
        - init: MLP(64, 32, 10).fc1.weight

    The target is evaluated many times. Zeros, ones and other numbers without chance must be
    the solution's; for random ones the distributions are compared, their shape as well as their
    spread, so that a uniform distribution does not pass for a normal one. The random numbers
    themselves are not compared: the answer may draw in another order. It takes some thousand
    numbers, so the target should make the layer anew each time.
    """

    name: ClassVar[str] = "init"

    target: Expression

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The first two tensors whole, and numbers from many."""
        return tuple(self._observe(world, trial) for trial in trials)

    def _observe(self, world: World, trial: Trial) -> Observed:
        made: list[Any] = []
        rows: list[Any] = []
        fresh = True
        world.seed(trial.seed)  # once: torch.manual_seed takes longer than a layer
        ends = _clock() + _SECONDS
        for number in range(_ROUNDS):
            drawn = world.attempt("target", partial(world.evaluate, self.target))
            if drawn.raised is not None:
                return Observed(raised=drawn.raised, warnings=drawn.warnings, trial=trial)
            if not is_tensor(drawn.value) or is_lazy(drawn.value):
                made = [drawn.value]
                break
            if number < 2:
                made.append(drawn.value)
            rows.append(_some(drawn.value))
            if number == 1:
                fresh = _address(made[0]) != _address(made[1])
            if number and (not fresh or _enough(rows) or _clock() > ends):
                break
        numbers = world.attempt("look", lambda: torch.stack(rows) if rows else None)
        looked = {"first": made[0], "second": made[-1], "numbers": numbers.value, "fresh": fresh}
        values, storages = world.look(looked)
        return Observed(
            value=values.pop("first"),
            after=values,
            raised=numbers.raised,
            storages=storages,
            trial=trial,
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """Type, shape and dtype first, then how the numbers are distributed."""
        if not reference:
            return self.lesson_error("the solution gave nothing to compare with")
        if len(answer) != len(reference):
            return self.unobserved()
        for left, right in zip(answer, reference, strict=True):
            failed = lesson_failed(right)
            if failed is not None:
                return self.lesson_error(solution_raised(failed))
            difference = self._difference(left, right, source)
            if difference is not None and difference.code == "unobserved":
                return self.unobserved()
            if difference is not None:
                return self.conclude(difference)
        return self.conclude(None)

    def _difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        expected = _start(reference)
        if expected is None:
            message = f"`{self.target}` is no tensor in the solution"
            return Difference(code="lesson-error", message=message)
        if answer.raised is not None:
            return what_raised(answer.raised, self.target, source)
        if answer.value is None or reference.value is None:
            return Difference(code="unobserved", message="")
        scene = Scene(
            subject=self.target,
            actual=Memory(answer.storages),
            expected=Memory(reference.storages),
            relax=_KIND,
            source=source,
        )
        difference = compare_values(answer.value, reference.value, scene)
        if difference is not None:
            return difference
        actual = _start(answer)
        if actual is None:
            return Difference(code="unobserved", message="")
        return compare_starts(actual, expected, self.target)

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or are initialised in one way."""
        del reference
        if left.raised is not None or right.raised is not None:
            return raised_alike(left.raised, right.raised)
        if left.value is None or right.value is None:
            return False
        memories = Memory(left.storages), Memory(right.storages)
        scene = Scene(subject="", actual=memories[0], expected=memories[1], relax=_KIND)
        if compare_values(left.value, right.value, scene) is not None:
            return False
        starts = _start(left), _start(right)
        if starts[0] is None or starts[1] is None:
            return starts[0] is starts[1]
        found = compare_starts(starts[0], starts[1], self.target)
        return found is None or found.code == "lesson-error"


def _enough(rows: list[Any]) -> bool:
    """Whether these evaluations show how the numbers are drawn, or that they are not."""
    numbers = len(rows) * _numel(rows[0])
    if len(rows) == _SETTLED:
        return all(_equal(row, rows[0]) for row in rows)
    return numbers >= _WANTED or (len(rows) >= _MANY and numbers >= _MODEST)


def _some(tensor: Any) -> Any:
    """At most so many of a tensor's numbers, from all over it, as float32."""
    plain = _clone(_detach(tensor))
    if _is_complex(plain):
        plain = _as_real(plain)
    flat = _reshape(plain, (-1,))
    step = max(_numel(flat) // _AT_ONCE, 1)
    return _to(flat[::step][:_AT_ONCE], dtype=torch.float32)


def _address(tensor: Any) -> int:
    """Where its memory lies. Two tensors that live at the same time differ in it."""
    address: int = _untyped_storage(tensor).data_ptr()
    return address


def _start(observed: Observed) -> Start | None:
    """The tensors that were observed; None where there are none."""
    values = [observed.value, observed.after.get("second"), observed.after.get("numbers")]
    memory = Memory(observed.storages)
    live = []
    for value in values:
        if not isinstance(value, Tensor):
            return None
        try:
            live.append(memory.tensor(value))
        except CodecError:
            return None
    first, second, numbers = live
    fresh = observed.after.get("fresh") == Bool(value=True)
    sound = first.shape == second.shape and first.dtype == second.dtype and numbers.dim() == 2
    if not sound or numbers.dtype != torch.float32 or not numbers.numel():
        return None
    return Start(wide(first), wide(second), numbers, fresh)
