"""The check `gradient`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from checks.base import Expression, Tolerance, check_expression
from checks.comparing import compare_values
from checks.data import Dict, Int, List, Nothing, Observed, Size, Str, Tensor, Trial, Tuple, Value
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.raising import not_differentiable, raised_alike
from checks.difference import Difference, Scene
from checks.differentiating import differentiate
from checks.memory import Memory
from checks.tensors import TensorsCheck, listed, make_scene, not_alike
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Gradient"]

_OUTER = Relax(values=False)


class Gradient(TensorsCheck, frozen=True, kw_only=True):
    """A gradient: what a leaf's `.grad` holds, or the derivative of an expression.

        - gradient: w                 # compares w.grad
        - gradient: [w, b]
        - gradient: model             # the .grad of every parameter
        - gradient: loss              # differentiates loss, whatever .grad holds
          wrt: [w, b]
        - gradient: y                 # the second derivative
          wrt: x
          order: 2

    An expression that is no scalar is differentiated under a hidden output gradient. A gradient
    that the solution cleared may be None or zero.

    Attributes:
        wrt: the tensors to differentiate with respect to; without it, `.grad` is compared.
        order: 2 compares second derivatives; it needs `wrt`.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
    """

    name: ClassVar[str] = "gradient"

    wrt: Expression | tuple[Expression, ...] = ()
    order: Literal[1, 2] = 1
    rtol: Tolerance | None = None
    atol: Tolerance | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        for expression in listed(self.wrt):
            check_expression(expression, "wrt")
        if self.wrt and len(listed(self.target)) > 1:
            raise ValueError("with `wrt`, one expression is differentiated, not several")
        if self.order == 2 and not self.wrt:
            raise ValueError("with `order: 2`, `wrt` must name what to differentiate for")

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The tensors and their gradients."""
        if not self.wrt:
            return super().observe(world, trials)
        return tuple(self._look_derivative(world, trial) for trial in trials)

    def _look_derivative(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        (target,) = listed(self.target)
        both = world.attempt(
            "target",
            lambda: (world.evaluate(target), {n: world.evaluate(n) for n in listed(self.wrt)}),
        )
        if both.raised is not None:
            return Observed(raised=both.raised, warnings=both.warnings)
        output, sources = both.value
        grads = world.attempt(
            "gradient", lambda: differentiate(output, sources, trial.seed, order=self.order)
        )
        found: dict[str, Any] = {f"grad:{n}": grad for n, grad in (grads.value or {}).items()}
        values, storages = world.look({"": output, **sources, **found})
        return Observed(
            value=values[""],
            after={name: values[name] for name in sources},
            gradients={name: values.get(f"grad:{name}", Nothing()) for name in sources},
            gradient_raised=grads.raised,
            facts={"sizes": Size(world.sizes())},
            storages=storages,
            warnings=both.warnings,
            terms=world.terms(),
        )

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """Type, shape and dtype of the tensors first, then their gradients."""
        relax = Relax(rtol=self.rtol, atol=self.atol)
        scene = make_scene(self.subject, answer, reference, source, relax)
        if self.wrt and reference.value is not None:
            if answer.value is None:
                return Difference(code="unobserved", message=f"`{self.subject}` was not seen.")
            outer = make_scene(self.subject, answer, reference, source, _OUTER)
            difference = compare_values(answer.value, reference.value, outer)
            if difference is not None:
                return difference
        missing = not_alike(answer, reference, scene, _OUTER)
        if missing is not None:
            return missing
        if answer.gradient_raised is not None:
            return not_differentiable(answer.gradient_raised, self.subject, source)
        if not reference.gradients.keys() <= answer.gradients.keys():
            return Difference(code="unobserved", message="The gradients were not looked at.")
        return compare_gradients(self._grads(answer), self._grads(reference), scene)

    def _grads(self, observed: Observed) -> Grads:
        return Grads(
            grads=observed.gradients,
            tensors=observed.after,
            writes={
                name: fact.value
                for name in observed.after
                if isinstance(fact := observed.facts.get(f"writes {name}"), Int)
            },
            stored=not self.wrt,
            order=self.order,
            target=self.subject if self.wrt else "",
        )

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or have the same gradients or none for the same reason."""
        del reference
        if left.raised is not None or right.raised is not None:
            return raised_alike(left.raised, right.raised)
        if not raised_alike(left.gradient_raised, right.gradient_raised):
            return False
        if left.after.keys() != right.after.keys():
            return False
        relax = Relax(rtol=self.rtol, atol=self.atol)
        scene = Scene(
            subject="", actual=Memory(left.storages), expected=Memory(right.storages), relax=relax
        )
        same_state = all(
            _state(left.after[name]) == _state(right.after[name]) for name in left.after
        )
        return same_state and all(
            compare_values(left.gradients[name], right.gradients[name], scene) is None
            for name in left.gradients
            if name in right.gradients
        )


def _state(value: Value) -> tuple[object, ...]:
    if isinstance(value, Tensor):
        return (value.shape, value.dtype, value.requires_grad, value.is_leaf)
    if isinstance(value, List | Tuple | Dict | Str):
        return (type(value),)
    return (value,)
