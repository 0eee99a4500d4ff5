"""The check `update_rule`."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, TypeAlias

import msgspec
import torch

from checks.base import Expression, Statements, Tolerance, check_expression
from checks.data import Observed, Raised, Trial
from checks.diagnosis.update_rules import judge_rule, rule_fault
from checks.difference import Difference
from checks.given import GivenCheck, check_code, set_scene
from checks.graphs import graph_paths
from checks.packing import FACTS, packed
from checks.plain import plain_text
from checks.rule_inputs import LABELS, gradients, parameters
from checks.rule_moves import RuleFacts, moves_alike
from checks.snapshot import is_tensor
from checks.world import World

__all__ = ["UpdateRule"]

Setting: TypeAlias = bool | int | float | tuple[float, ...]
"""One hyper-parameter."""

_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_requires_grad, _is_leaf = _base.requires_grad.__get__, _base.is_leaf.__get__
_grad_fn, _grad = _base.grad_fn.__get__, _base.grad
_copy = torch.Tensor.copy_
_WIDE = 200


class UpdateRule(GivenCheck, frozen=True, kw_only=True):
    """An optimizer's arithmetic: what it makes of hidden gradients, step after step.

        - update_rule: MySGD
          configs:
            - {lr: 0.1}
            - {lr: 0.1, momentum: 0.9}
        - update_rule: adam_step
          given: state = {}
          step: adam_step(params, grads, state, t, lr)
          configs:
            - {lr: 0.01}

    A class is called as ``MySGD(params, lr=0.1)``, then its ``step()`` over and over. Fresh
    gradients are written into the same ``.grad`` tensors at every step, so that a velocity which
    is such a tensor shows. Each configuration goes through the same certain trials: one parameter,
    two of one shape, several of different shapes, parameters from an iterator (the first
    configuration only), gradients close to zero, parameters without a gradient at some steps. The
    parameters are compared after every step. How the state is kept does not count, since later
    steps show what is in it.

    Attributes:
        configs: hyper-parameters; each entry is tried, and its names can be used in the code.
        make: an expression for the optimizer, instead of calling the target with ``params`` and
            the hyper-parameters by name.
        step: code for one step, instead of ``optimizer.step()``; it sees ``params``, ``grads``,
            the step's number ``t`` from 1, the hyper-parameters and what `given` made, and may
            assign to ``params``.
        given: code that runs in both worlds before the first step of each trial.
        steps: how many steps, at least three: some mistakes show late.
        skips: some parameters have no gradient at some steps.
        state: expressions such as ``state`` or ``optimizer.v`` whose values count after each step.
        rtol: relative tolerance of a parameter's way since the start.
        atol: absolute tolerance of a parameter.
    """

    name: ClassVar[str] = "update_rule"

    configs: Annotated[
        tuple[dict[str, Setting], ...], msgspec.Meta(min_length=1, max_length=10)
    ] = ({"lr": 0.1},)
    make: str = ""
    step: Statements = ""
    steps: Annotated[int, msgspec.Meta(ge=3, le=20)] = 4
    skips: bool = True
    state: tuple[Expression, ...] = ()
    rtol: Tolerance | None = None
    atol: Tolerance | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for expression in self.state:
            check_expression(expression, "state")
        if self.make:
            check_expression(self.make, "make")
        check_code(self.step, "step")
        if self.make and self.step:
            raise ValueError("give `make` for an optimizer or `step` for a function, not both")
        for name in {name for config in self.configs for name in config}:
            if not name.isidentifier() or name in ("params", "grads", "t", "optimizer"):
                raise ValueError(f"{name!r} cannot be the name of a hyper-parameter here")

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """For every configuration, one trial of each kind."""
        return tuple(
            Trial(seed=rng.getrandbits(31), case=number, label=label)
            for number in range(len(self.configs))
            for label in self._labels(number)
        )

    def _labels(self, config: int) -> Iterator[str]:
        for label in LABELS:
            iterator = config == 0 and not self.step
            if (label != "iterator" or iterator) and (label != "skips" or self.skips):
                yield label

    def observe_trial(self, world: World, trial: Trial) -> Observed:
        """The parameters after every step of one trial."""
        if trial.case is None or not 0 <= trial.case < len(self.configs):
            return Observed(raised=Raised(type="", message="there is no such configuration"))
        return _Run(self, world, trial).observe()

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must move the parameters, and cope with those without a gradient."""
        return rule_fault(reference, self)

    def judge(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The first step that differs in the simplest trial, and the cause that explains all."""
        return judge_rule(answer, reference, self, source)

    def same(self, left: Observed, right: Observed) -> bool:
        """Whether both moved the parameters alike."""
        return moves_alike(left, right, self)


class _Run:
    """One trial in one world."""

    def __init__(self, check: UpdateRule, world: World, trial: Trial) -> None:
        assert trial.case is not None  # noqa: S101  # for the type checker: the caller looked
        self.check, self.world, self.trial = check, world, trial
        config = check.configs[trial.case]
        self.fresh = gradients(trial.label, trial.seed, check.steps)
        self.buffers = [torch.zeros(shape) for shape in LABELS[trial.label]]
        self.params: list[Any] = [
            torch.nn.Parameter(tensor) for tensor in parameters(trial.label, trial.seed)
        ]
        self.config = dict(config)
        self.optimizer: Any = None
        self.scope: dict[str, Any] = {}
        self.made: frozenset[str] = frozenset()
        self.seen: dict[str, Any] = {}
        self.step = 0

    def observe(self) -> Observed:
        given: Any = iter(self.params) if self.trial.label == "iterator" else self.params
        names = {**self.config, "params": given, "grads": list(self.buffers)}
        scene = set_scene(self.world, self.trial, self.check.given, names)
        if scene.raised is not None:
            return Observed(raised=scene.raised)
        self.scope = scene.value
        self.made = frozenset(scene.value) - {"params", "grads"}
        found = self.world.attempt(
            "target", lambda: self.world.evaluate(self.check.target, self.scope)
        )
        if found.raised is not None:
            return Observed(raised=found.raised)
        made = self.world.attempt("call", lambda: self._make(found.value))
        if made.raised is not None:
            return Observed(raised=made.raised)
        taken = self.world.attempt("call", self._steps)
        cleared = None if taken.raised is not None else self._cleared()
        values, storages = self.world.look(self.seen)
        facts = RuleFacts(step=self.step, recorded=self._recorded(), cleared=cleared)
        return Observed(
            raised=taken.raised,
            after={**values, FACTS: packed(facts)},
            storages=storages,
        )

    def _make(self, target: Any) -> None:
        if self.check.make:
            self.optimizer = self.world.evaluate(self.check.make, self.scope)
        elif not self.check.step:
            self.optimizer = target(self.scope["params"], **self.config)
        self.scope["optimizer"] = self.optimizer

    def _steps(self) -> None:
        self._keep(0)
        for number in range(1, self.check.steps + 1):
            self.step = number
            self._write(self.fresh[number - 1])
            if self.check.step:
                self.scope["t"] = number
                self.scope = self.world.execute(self.check.step, self.scope)
                if type(self.scope["params"]) not in (list, tuple):
                    self.seen["params"] = self.scope["params"]
                    return
                self.params = list(self.scope["params"])[:_WIDE]
            else:
                self.optimizer.step()
            self._keep(number)

    def _write(self, fresh: list[torch.Tensor | None]) -> None:
        """Fresh gradients, into the tensors that held the last ones."""
        grads: list[Any] = []
        for param, buffer, grad in zip(self.params, self.buffers, fresh, strict=False):
            if grad is not None:
                with torch.no_grad():
                    _copy(buffer, grad)
            grads.append(None if grad is None else buffer)
            if is_tensor(param) and _is_leaf(param) and _requires_grad(param):
                _grad.__set__(param, grads[-1])
        self.scope["grads"] = grads

    def _keep(self, number: int) -> None:
        """Copies of the parameters, with their autograd state, and of the state asked for."""
        for place, param in enumerate(self.params):
            self.seen[f"{number}:{place}"] = _copied(param)
        if number:
            for expression in self.check.state:
                value = self.world.evaluate(expression, self.scope)
                self.seen[f"{number}:{expression}"] = _copied(value)

    def _cleared(self) -> bool | None:
        """Whether the optimizer's own `zero_grad()` clears every gradient; None without one."""
        zero = getattr(type(self.optimizer), "zero_grad", None)
        if zero is None:
            return None
        done = self.world.attempt("call", lambda: zero(self.optimizer))
        if done.raised is not None:
            return False
        grads = [_grad.__get__(p) for p in self.params if is_tensor(p)]
        return all(grad is None or not bool(torch.count_nonzero(grad)) for grad in grads)

    def _recorded(self) -> tuple[str, ...]:
        """Where the optimizer, or what `given` made, keeps tensors that carry a graph."""
        things = {n: t for n, t in self.scope.items() if n in self.made}
        if self.optimizer is not None:
            things = {"self": self.optimizer}
        found = self.world.attempt("look", lambda: list(graph_paths(things)))
        return tuple(plain_text(path, 100) for path in (found.value or ())[:10])


def _copied(thing: Any) -> Any:
    """The thing as it is now; a tensor stays a leaf or an operation's result."""
    if is_tensor(thing):
        with torch.no_grad():
            copy = torch.Tensor.detach(thing).clone()
        if _requires_grad(thing):
            copy.requires_grad_(True)  # noqa: FBT003  # torch's own signature
            if not _is_leaf(thing):
                copy = copy.view_as(copy)
        return copy
    if type(thing) in (list, tuple):
        return [_copied(item) for item in thing[:_WIDE]]
    if type(thing) is dict:
        return {key: _copied(item) for key, item in list(thing.items())[:_WIDE]}
    return thing
