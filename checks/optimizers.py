"""The check `optimizer`."""

from __future__ import annotations

from typing import Any, ClassVar

import torch

from checks.base import Expression, check_expression
from checks.data import Observed, Trial
from checks.diagnosis.optimizers import compare_optimizers, optimizers_alike
from checks.difference import Difference
from checks.differentiating import named_tensors
from checks.given import SizedCheck
from checks.optimizer_facts import Held, Hyper, OptimizerFacts, ParameterFacts
from checks.packing import FACTS, packed, plain, unpacked
from checks.plain import plain_text, type_name
from checks.snapshot import is_tensor
from checks.world import World

__all__ = ["Optimizer"]

_MOST = 2_000
_TUNING = frozenset({"foreach", "fused", "capturable", "differentiable", "initial_lr"})
"""Keys of a parameter group that say how it is computed, not what."""

_base: Any = torch._C.TensorBase  # properties without a hook for subclasses  # noqa: SLF001  # no public way to it
_requires_grad = _base.requires_grad.__get__
_size = torch.Tensor.size
_is_subclass = type.__subclasscheck__


class Optimizer(SizedCheck, frozen=True, kw_only=True):
    """An optimizer: its class, its hyper-parameters, and which parameters it holds.

        - optimizer: opt
          covers: model
        - optimizer: make_optimizer(model)
          given: model = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))
          covers: model

    The hyper-parameters are compared parameter by parameter, so that groups may be split and
    ordered in any way. `covers` compares by identity which parameters the optimizer holds: none
    may be missing that the solution's holds, none twice, and none may be left from before a layer
    was replaced. Frozen parameters may be in it or not: nothing moves them.

    Attributes:
        covers: a model, or tensors, whose parameters the optimizer should hold.
        given: code that runs in both worlds before, under the same seed.
        sizes: named sizes that `given` sees, as in `function`.
        ignores: hyper-parameters that do not count, like ``momentum``.
        any_type: the class does not count, nor do the hyper-parameters: only what it covers.
    """

    name: ClassVar[str] = "optimizer"

    covers: Expression | tuple[Expression, ...] = ()
    ignores: tuple[str, ...] = ()
    any_type: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        for expression in self._covers:
            check_expression(expression, "covers")
        if self.any_type and not self._covers:
            raise ValueError("with `any_type`, say what the optimizer `covers`")

    @property
    def _covers(self) -> tuple[str, ...]:
        return (self.covers,) if isinstance(self.covers, str) else self.covers

    def look(self, world: World, trial: Trial, names: dict[str, Any]) -> Observed:
        """The optimizer's groups, and the parameters that it should cover."""
        del trial
        found = world.attempt("target", lambda: world.evaluate(self.target, names))
        if found.raised is not None:
            return Observed(raised=found.raised)
        seen, _ = world.look({"": found.value})
        if not _is_subclass(torch.optim.Optimizer, type(found.value)):
            return Observed(value=seen[""])
        looked = world.attempt("look", lambda: self._facts(world, found.value, names))
        if looked.raised is not None:
            return Observed(raised=looked.raised)
        return Observed(value=seen[""], after={FACTS: packed(looked.value)})

    def _facts(self, world: World, optimizer: Any, names: dict[str, Any]) -> OptimizerFacts:
        tensors: dict[str, Any] = {}
        for expression in self._covers:
            tensors.update(named_tensors(expression, world.evaluate(expression, names)))
        parameters = {n: t for n, t in list(tensors.items())[:_MOST] if is_tensor(t)}
        places = {id(tensor): place for place, tensor in enumerate(parameters.values())}
        groups, held = [], []
        for number, group in enumerate(_groups(optimizer)):
            groups.append(_hyper(group))
            held += [
                Held(group=number, place=places.get(id(t), -1), shape=tuple(_size(t)))
                for t in list(group["params"])[:_MOST]
            ]
        return OptimizerFacts(
            kind=type_name(type(optimizer)),
            torch_class=_torch_class(type(optimizer)),
            groups=tuple(groups),
            held=tuple(held),
            parameters=tuple(
                ParameterFacts(
                    name=plain_text(n, 200), shape=tuple(_size(t)), trainable=_requires_grad(t)
                )
                for n, t in parameters.items()
            ),
        )

    def fault(self, reference: tuple[Observed, ...]) -> str:
        """The solution must give an optimizer."""
        fault = super().fault(reference)
        if fault:
            return fault
        facts = [unpacked(observed, OptimizerFacts) for observed in reference]
        if None in facts:
            return f"`{self.target}` is no torch optimizer in the solution"
        if self._covers and not all(f.parameters for f in facts if f is not None):
            return f"`{', '.join(self._covers)}` has no parameters in the solution"
        return ""

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """Class, then coverage, then hyper-parameters."""
        del source
        return compare_optimizers(
            answer, reference, self.target, self.ignores, any_type=self.any_type
        )

    def same(self, left: Observed, right: Observed) -> bool:
        """The same class, the same coverage, the same hyper-parameters."""
        return optimizers_alike(left, right, self.ignores, any_type=self.any_type)


def _torch_class(class_: type) -> str:
    """The nearest class of the optimizer's that torch itself defines."""
    for base in type.mro(class_):
        module = type.__getattribute__(base, "__module__")
        if type(module) is str and module.startswith("torch.optim."):
            return type_name(base)
    return ""


def _groups(optimizer: Any) -> list[dict[str, Any]]:
    attributes = object.__getattribute__(optimizer, "__dict__")
    return [dict(group) for group in list(attributes["param_groups"])[:_MOST]]


def _hyper(group: dict[str, Any]) -> Hyper:
    found: Hyper = {}
    for key, thing in list(group.items())[:100]:
        if type(key) is not str or key in ("params", "param_names") or key in _TUNING:
            continue
        if type(thing) in (list, tuple):
            found[key] = tuple(plain(item) for item in thing[:20])
        else:
            found[key] = plain(thing)
    return found
