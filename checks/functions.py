"""The check `function`."""

from __future__ import annotations

import random
from functools import partial
from typing import Annotated, ClassVar, Literal, TypeAlias

import msgspec

from checks.base import Body, Check, Expression, Statements, Tolerance
from checks.building import Call
from checks.calling import observe_trials, prepare_inputs
from checks.data import Observed, Scalar, Trial
from checks.finding import Finding
from checks.function_rules import check_rules
from checks.judged.alike import alike_trials
from checks.judged.lesson import lesson_fault
from checks.judged.trials import judge_trials
from checks.kinks import away_from_kinks, has_round_numbers
from checks.names import read_names
from checks.plan import GROWING, Of, SizeRange, plan
from checks.probing import Called
from checks.tolerance import Relax
from checks.used_names import leaves_memory_as_it_is
from checks.world import World

__all__ = ["After", "Calls", "Function", "Of"]

After: TypeAlias = Literal["same", "unchanged", "changed", "cleared"]
"""What holds of an expression after the call: the same as in the solution's world, what it was
before, something else than before, or None or zero."""

# No bounds in this type: see `checks.plan.SizeRange`.
Calls: TypeAlias = int | Literal["same"] | tuple[int, int]
"""How often an operation is called: exactly so often, as often as by the solution, or within
``[1, 3]``."""


class Function(Check, frozen=True, kw_only=True):
    """What a callable gives for hidden inputs of several sizes.

        - function: normalise
          inputs: {x: "torch.rand(n, m)"}
          sizes: {n: [1, 6], m: [1, 6]}

    The target is an expression for anything that can be called: a def, a lambda, a partial,
    torch's own function, a module, ``MLP(12, 5, 3)``. Inputs go in by position. Every named case
    is tried, then all sizes at their smallest, each size at its smallest in turn, several draws
    with distinct sizes and a few with equal ones. The result must agree in type, shape, dtype,
    device and values, and the inputs must be left as they were. Where the solution raises on
    purpose, so must the answer. The same call must give the same result again.

    What cannot travel is built in both worlds, linked things together:

        - function: step
          given: |
            model = nn.Linear(n, 2)
            optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
            for p in model.parameters():
                p.grad = torch.randn_like(p)
          inputs: {optimizer: optimizer}
          sizes: {n: [1, 5]}
          times: 3
          after: {model: same, optimizer: same}

    A scenario of several calls takes the place of the call; the inputs are names in it:

        - function: save
          given: model = nn.Linear(3, 2)
          script: |
            save(model, "model.pt")
            other = nn.Linear(3, 2)
            load(other, "model.pt")
            return other.state_dict()

    Attributes:
        inputs: an expression for each argument, in order; it sees the sizes, the inputs before
            it, and setup's names. One that uses a name made by `given` is built in both worlds.
        sizes: named sizes: an inclusive range ``[1, 6]``, a choice ``{of: [0, 1, -1]}`` or a
            number. 0 is allowed.
        cases: fixed inputs for the edges, as expressions or plain numbers; what a case leaves out
            comes from `inputs` and the smallest sizes.
        given: code that runs in both worlds before each trial, under the same seed: for what
            cannot travel, like a module. It sees the sizes and the inputs.
        script: the body of a function that takes the place of the call: a scenario of several
            calls, in a namespace of its own that sees the answer's names, the sizes, the inputs
            and what `given` made. What it returns is compared.
        after: what holds after the call, by expression: ``same`` as in the solution's world,
            ``unchanged``, ``changed``, or ``cleared`` (None or zero). A module stands for its
            parameters and buffers, an optimizer for its state; where they are to be cleared, for
            the gradients.
        times: how often to call on the same objects. Results, and `after`, are compared after
            every call; gradients that `given` made are written anew, in place, before the second
            and each later call.
        trials: how many trials to draw beside the certain ones; 0 for the cases alone.
        gradients: compare the gradients of the first call's result for the float inputs and
            parameters, too. Drawn inputs keep away from kinks (ReLU at 0, a tie of ``max``), where
            two right answers may differ; a case does not.
        mutates: inputs that the call is meant to change; what they become is compared. One that
            `after` looks at need not be named here.
        calls: how often torch's operations are called in one call, by name: exactly ``2``,
            within ``[1, 3]``, or ``same`` as by the solution. ``x @ y`` is ``matmul``.
        vectorised: no Python loop over the elements, however it is written: the operations and
            lines that run must not grow with the sizes more than the solution's do.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
        any_type: a number and a 0-d tensor, a list and a tuple, an array and a tensor are the same.
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
    script: Body = ""
    after: dict[str, After] = {}  # noqa: RUF012  # msgspec copies it
    times: Annotated[int, msgspec.Meta(ge=1, le=100)] = 1
    trials: Annotated[int, msgspec.Meta(ge=0, le=200)] = 8
    gradients: bool = False
    mutates: tuple[str, ...] = ()
    calls: dict[str, Calls] = {}  # noqa: RUF012  # msgspec copies it
    vectorised: bool = False
    rtol: Tolerance | None = None
    atol: Tolerance | None = None
    any_type: bool = False
    any_dtype: bool = False
    any_order: bool = False
    any_device: bool = False

    def __post_init__(self) -> None:
        check_rules(self)

    @property
    def relax(self) -> Relax:
        """Everything counts but what the author relaxed."""
        return Relax(
            rtol=self.rtol,
            atol=self.atol,
            any_type=self.any_type,
            any_dtype=self.any_dtype,
            any_order=self.any_order,
            any_device=self.any_device,
        )

    @property
    def meant_to_change(self) -> frozenset[str]:
        """The inputs that travel and may change: those of `mutates`, and what `after` looks at.

        What is built in the world may change anyway if the solution changes it, and only then.
        """
        looked_at = (
            read_names(text)
            for text, kind in self.after.items()
            if kind != "unchanged" and not text.strip().endswith(".grad")
        )
        return frozenset(self.mutates).union(*looked_at)

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Every case, the smallest sizes, then `trials` draws."""
        alone = bool(self.cases) and not self.inputs
        drawn = 0 if alone else self.trials
        growing = self.vectorised and not alone
        planned = plan(self.sizes, len(self.cases), drawn, rng, growing=growing)
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
        return Call(
            target=self.target,
            inputs=self.arguments(trial),
            given=self.given,
            script=self.script,
            after=self.after,
            times=self.times,
            mutates=self.mutates,
            gradients=self.gradients,
            counted=bool(self.calls) or (self.vectorised and trial.label in GROWING),
        )

    def arguments(self, trial: Trial) -> dict[str, str]:
        """An expression for each argument of the call in a trial."""
        inputs: dict[str, str] = dict(self.inputs)
        if trial.case is not None and 0 <= trial.case < len(self.cases):
            case = self.cases[trial.case]
            inputs.update(
                (name, value if isinstance(value, str) else repr(value))
                for name, value in case.items()
                if name in self.inputs or name not in self.sizes
            )
        return inputs

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world; for gradients, away from kinks."""
        prepare = partial(prepare_inputs, world, call=self._call(trial))
        prepared = prepare(trial)
        if not self.gradients or self.script or not has_round_numbers(prepared):
            return prepared
        called = Called(self.target, self.arguments(trial), self.given)
        return away_from_kinks(world, trial, called, prepare)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """Call the target in each trial, on fresh inputs."""
        return observe_trials(world, [(trial, self._call(trial)) for trial in trials])

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The smallest trial that fails, and its cause where it explains every trial."""
        fault = lesson_fault(reference, self)
        if fault:
            return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        difference = judge_trials(answer, reference, self, source)
        seen, expected = (
            tuple(call for trial in side for call in (trial, *trial.later))
            for side in (answer, reference)
        )
        return self.conclude(difference, answer=seen, reference=expected, source=source)

    def behaves_like(
        self,
        answer: tuple[Observed, ...],
        other: tuple[Observed, ...],
        *,
        source: str = "",
        other_source: str = "",
        reference: tuple[Observed, ...] = (),
    ) -> bool:
        """Whether both do the same in every trial, exceptions included."""
        luck = leaves_memory_as_it_is(source) and leaves_memory_as_it_is(other_source)
        return alike_trials(answer, other, reference, self, luck=luck)
