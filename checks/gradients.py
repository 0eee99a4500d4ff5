"""The check `gradient`."""

from __future__ import annotations

from typing import Any, ClassVar

from checks.base import Check, Expression, Tolerance, check_expression
from checks.comparing import compare_values
from checks.data import Dict, List, Nothing, Observed, Str, Tensor, Trial, Tuple, Value
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.raising import lesson_failed, raised_alike, what_raised
from checks.difference import Difference, Scene
from checks.differentiating import differentiate, named_tensors, stored_gradient
from checks.finding import Finding
from checks.memory import Memory
from checks.show import show_raised
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Gradient"]


class Gradient(Check, frozen=True, kw_only=True):
    """A gradient: what a leaf's `.grad` holds, or the derivative of an expression.

        - gradient: w                 # compares w.grad
        - gradient: [w, b]
        - gradient: model             # the .grad of every parameter
        - gradient: loss              # differentiates loss, whatever .grad holds
          wrt: [w, b]

    An expression that is no scalar is differentiated under a hidden output gradient.

    Attributes:
        wrt: the tensors to differentiate with respect to; without it, `.grad` is compared.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
    """

    name: ClassVar[str] = "gradient"

    target: Expression | tuple[Expression, ...]
    wrt: Expression | tuple[Expression, ...] = ()
    rtol: Tolerance | None = None
    atol: Tolerance | None = None

    def __post_init__(self) -> None:
        for expression in self._targets:
            check_expression(expression, "the target")
        for expression in self._wrt:
            check_expression(expression, "wrt")
        if self._wrt and len(self._targets) > 1:
            raise ValueError("with `wrt`, one expression is differentiated, not several")

    @property
    def _targets(self) -> tuple[str, ...]:
        return (self.target,) if isinstance(self.target, str) else self.target

    @property
    def _wrt(self) -> tuple[str, ...]:
        return (self.wrt,) if isinstance(self.wrt, str) else self.wrt

    @property
    def subject(self) -> str:
        """The target as text."""
        return ", ".join(self._targets)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The tensors and their gradients."""
        look = self._look_derivative if self._wrt else self._look_stored
        return tuple(look(world, trial) for trial in trials)

    def _look_stored(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        attempt = world.attempt(
            "target", lambda: {name: world.evaluate(name) for name in self._targets}
        )
        if attempt.raised is not None:
            return Observed(raised=attempt.raised, warnings=attempt.warnings)
        tensors: dict[str, Any] = {}
        for name, thing in attempt.value.items():
            tensors.update(named_tensors(name, thing))
        grads = world.attempt(
            "gradient", lambda: {n: stored_gradient(t) for n, t in tensors.items()}
        )
        found = {f"grad:{n}": grad for n, grad in (grads.value or {}).items()}
        values, storages = world.look({**tensors, **found})
        return Observed(
            after={name: values[name] for name in tensors},
            gradients={name: values.get(f"grad:{name}", Nothing()) for name in tensors},
            storages=storages,
            warnings=attempt.warnings,
            terms=world.terms(),
        )

    def _look_derivative(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        (target,) = self._targets
        both = world.attempt(
            "target",
            lambda: (world.evaluate(target), {n: world.evaluate(n) for n in self._wrt}),
        )
        if both.raised is not None:
            return Observed(raised=both.raised, warnings=both.warnings)
        output, sources = both.value
        grads = world.attempt("gradient", lambda: differentiate(output, sources, trial.seed))
        found = {f"grad:{n}": grad for n, grad in (grads.value or {}).items()}
        values, storages = world.look({"": output, **sources, **found})
        return Observed(
            value=values[""],
            after={name: values[name] for name in sources},
            gradients={name: values.get(f"grad:{name}", Nothing()) for name in sources},
            gradient_raised=grads.raised,
            storages=storages,
            warnings=both.warnings,
            terms=world.terms(),
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """Type, shape and dtype of the tensors first, then their gradients."""
        if not reference:
            return self.lesson_error("the solution gave nothing to compare with")
        if len(answer) != len(reference):
            return self.unobserved()
        for left, right in zip(answer, reference, strict=True):
            failed = lesson_failed(right) or right.gradient_raised
            if failed is not None:
                return self.lesson_error(f"the solution raised {show_raised(failed)}")
            difference = self._difference(left, right, source)
            if difference is not None:
                return self.conclude(difference, answer=answer, reference=reference, source=source)
        return self.conclude(None)

    def _difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:  # noqa: PLR0911  # one rule after the other
        if answer.raised is not None:
            return what_raised(answer.raised, self.subject, source)
        scene = Scene(
            subject=self.subject,
            actual=Memory(answer.storages),
            expected=Memory(reference.storages),
            relax=Relax(rtol=self.rtol, atol=self.atol),
            terms=reference.terms,
            source=source,
            warnings=answer.warnings,
        )
        if not all(isinstance(value, Tensor) for value in reference.after.values()):
            return Difference(
                code="lesson-error", message=f"`{self.subject}` is no tensor in the solution"
            )
        outer = Relax(values=False)
        if self._wrt and reference.value is not None and answer.value is not None:
            kind = Scene(
                subject=self.subject, actual=scene.actual, expected=scene.expected, relax=outer
            )
            difference = compare_values(answer.value, reference.value, kind)
            if difference is not None:
                return difference
        for name, expected in reference.after.items():
            actual = answer.after.get(name)
            kind = Scene(subject=name, actual=scene.actual, expected=scene.expected, relax=outer)
            if actual is None:
                return Difference(
                    code="not-defined", message=f"There is no `{name}`.", actual="not defined"
                )
            difference = compare_values(actual, expected, kind)
            if difference is not None:
                return difference
        if answer.gradient_raised is not None:
            return _not_differentiable(answer, self.subject, source)
        return compare_gradients(_grads(answer, self), _grads(reference, self), scene)

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


def _grads(observed: Observed, check: Gradient) -> Grads:
    return Grads(
        grads=observed.gradients,
        tensors=observed.after,
        stored=not check.wrt,  # the same module
    )


def _state(value: Value) -> tuple[object, ...]:
    if isinstance(value, Tensor):
        return (value.shape, value.dtype, value.requires_grad, value.is_leaf)
    if isinstance(value, List | Tuple | Dict | Str):
        return (type(value),)
    return (value,)


def _not_differentiable(answer: Observed, subject: str, source: str) -> Difference:
    raised = answer.gradient_raised
    assert raised is not None  # the caller looked  # noqa: S101  # for the type checker: the caller looked
    if "second time" in raised.message:
        return Difference(
            code="graph-freed",
            message=f"The graph of `{subject}` was used up: `backward()` frees it. "
            "Leave that call out here; the check differentiates by itself.",
            actual=show_raised(raised),
        )
    return what_raised(raised, subject, source)
