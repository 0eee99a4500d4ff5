"""The check `function`."""

from __future__ import annotations

import random
from typing import Annotated, ClassVar

import msgspec

from checks.base import Check, Expression, Statements, Tolerance, check_expression
from checks.calling import Call, observe_call, prepare_inputs
from checks.data import Observed, Scalar, Trial
from checks.finding import Finding
from checks.judged_trials import judge_trials, lesson_fault
from checks.names import parse
from checks.plan import Of, SizeRange, check_sizes, plan
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Function", "Of"]


class Function(Check, frozen=True, kw_only=True):
    """What a callable gives for hidden inputs of several sizes.

        - function: normalise
          inputs: {x: "torch.rand(n, m)"}
          sizes: {n: [1, 6], m: [1, 6]}

    The target is an expression for anything that can be called: a def, a lambda, a partial,
    torch's own function, a module. Inputs go in by position. Every named case is tried, then all
    sizes at their smallest, each size at its smallest in turn, several draws with distinct sizes
    and a few with equal ones. The result must agree in type, shape, dtype, device and values, and
    the inputs must be left as they were. Where the solution raises on purpose, so must the answer.

    Attributes:
        inputs: an expression for each argument, in order; it sees the sizes, the inputs before
            it, and setup's names. One that uses a name made by `given` is built in both worlds.
        sizes: named sizes: an inclusive range ``[1, 6]``, a choice ``{of: [0, 1, -1]}`` or a
            number. 0 is allowed.
        cases: fixed inputs for the edges, as expressions or plain numbers; what a case leaves out
            comes from `inputs` and the smallest sizes.
        given: code that runs in both worlds before each call, under the same seed: for what
            cannot travel, like a module. It sees the sizes and the inputs.
        trials: how many trials to draw beside the certain ones; 0 for the cases alone.
        gradients: compare the gradients of the result for the float inputs and parameters, too.
        mutates: inputs that the call is meant to change; what they become is compared.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
        any_dtype: the dtype does not count.
        any_order: the order along the first dimension, or in a list or tuple, does not count.
        any_device: the device does not count.
    """

    name: ClassVar[str] = "function"

    target: Expression
    inputs: dict[str, Expression] = {}  # noqa: RUF012  # msgspec copies it
    sizes: dict[str, SizeRange] = {}  # noqa: RUF012  # msgspec copies it
    cases: tuple[dict[str, Scalar], ...] = ()
    given: Statements = ""
    trials: Annotated[int, msgspec.Meta(ge=0, le=200)] = 8
    gradients: bool = False
    mutates: tuple[str, ...] = ()
    rtol: Tolerance | None = None
    atol: Tolerance | None = None
    any_dtype: bool = False
    any_order: bool = False
    any_device: bool = False

    def __post_init__(self) -> None:
        check_expression(self.target, "the target")
        for name, expression in self.inputs.items():
            check_expression(expression, f"the input {name}")
        self._check_names()
        if self.given and parse(self.given) is None:
            raise ValueError("`given` is no Python code")
        if not self.cases and self.trials == 0:
            raise ValueError("without `cases`, `trials` must be at least 1")

    def _check_names(self) -> None:
        for name in self.inputs:
            if not name.isidentifier():
                raise ValueError(f"{name!r} is no name")
        check_sizes(self.sizes)
        for number, case in enumerate(self.cases):
            for name, value in case.items():
                if self.inputs and name not in self.inputs and name not in self.sizes:
                    raise ValueError(f"case {number + 1} gives {name!r}, which is no input")
                if isinstance(value, str):
                    check_expression(value, f"case {number + 1}, {name}")
        known = set(self.inputs).union(*self.cases)
        unknown = [name for name in self.mutates if name not in known]
        if unknown:
            raise ValueError(f"`mutates` names {unknown[0]!r}, which is no input")

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(
            rtol=self.rtol,
            atol=self.atol,
            any_dtype=self.any_dtype,
            any_order=self.any_order,
            any_device=self.any_device,
        )

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Every case, the smallest sizes, then `trials` draws."""
        drawn = self.trials if self.inputs or not self.cases else 0
        planned = plan(self.sizes, len(self.cases), drawn, rng)
        return tuple(self._with_case_sizes(trial) for trial in planned)

    def _with_case_sizes(self, trial: Trial) -> Trial:
        if trial.case is None:
            return trial
        case = self.cases[trial.case]
        own = {n: v for n, v in case.items() if n in self.sizes and not self._is_code(n, v)}
        return msgspec.structs.replace(trial, sizes={**trial.sizes, **own})

    def _is_code(self, name: str, value: Scalar) -> bool:
        return name in self.inputs and isinstance(value, str)

    def _call(self, trial: Trial) -> Call:
        inputs: dict[str, str] = dict(self.inputs)
        if trial.case is not None and 0 <= trial.case < len(self.cases):
            case = self.cases[trial.case]
            inputs.update(
                (name, value if isinstance(value, str) else repr(value))
                for name, value in case.items()
                if name in self.inputs or name not in self.sizes
            )
        return Call(target=self.target, inputs=inputs, given=self.given, gradients=self.gradients)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world."""
        return prepare_inputs(world, trial, self._call(trial))

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Call the target in each trial, on fresh inputs."""
        return tuple(observe_call(world, trial, self._call(trial)) for trial in trials)

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The smallest trial that fails, and its cause where it explains every trial."""
        fault = lesson_fault(reference, self)
        if fault:
            return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        return self.conclude(judge_trials(answer, reference, self, source))
