"""What checks of several tensors share: they look at all that some expressions stand for."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from checks.base import Check, Expression, check_expression
from checks.comparing import compare_values
from checks.data import Int, Observed, Size, Tensor, Trial
from checks.diagnosis.raising import lesson_failed, what_raised
from checks.difference import Difference, Scene
from checks.differentiating import named_tensors, stored_gradient, writes
from checks.finding import Finding
from checks.memory import Memory
from checks.show import solution_raised
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Expressions", "TensorsCheck", "listed", "make_scene", "not_alike"]

Expressions = Expression | Annotated[tuple[Expression, ...], msgspec.Meta(min_length=1)]
"""One expression or several."""


def listed(expressions: str | tuple[str, ...]) -> tuple[str, ...]:
    """One expression or several, as a tuple."""
    return (expressions,) if isinstance(expressions, str) else expressions


class TensorsCheck(Check, frozen=True, kw_only=True):
    """A check of the tensors that the targets stand for, once the answer has run.

    A target may be a tensor, a list, tuple or dict of tensors, a module (all its parameters) or
    an optimizer (all that it updates).
    """

    target: Expressions

    def __post_init__(self) -> None:
        for expression in listed(self.target):
            check_expression(expression, "the target")

    @property
    def subject(self) -> str:
        """The targets as text."""
        return ", ".join(listed(self.target))

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The tensors by name, and what their `.grad` holds."""
        return tuple(self._look(world, trial) for trial in trials)

    def _look(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        attempt = world.attempt("target", lambda: _tensors(world, listed(self.target)))
        if attempt.raised is not None:
            return Observed(raised=attempt.raised, warnings=attempt.warnings)
        tensors: dict[str, Any] = attempt.value
        # Looking at what is no leaf warns; that is no warning of the answer's.
        grads = world.attempt(
            "gradient", lambda: {n: stored_gradient(t) for n, t in tensors.items()}
        )
        stored: dict[str, Any] = grads.value or {}
        found = {f"grad:{name}": grad for name, grad in stored.items()}
        values, storages = world.look({**tensors, **found})
        return Observed(
            after={name: values[name] for name in tensors},
            gradients={name: values[f"grad:{name}"] for name in stored},
            facts={
                **{f"writes {n}": Int(hex(writes(grad))) for n, grad in stored.items()},
                "sizes": Size(world.sizes()),
            },
            storages=storages,
            warnings=attempt.warnings,
            terms=world.terms(),
        )

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """The first difference, tensor by tensor."""
        if not reference:
            return self.lesson_error("the solution gave nothing to compare with")
        for observed in reference:
            failed = lesson_failed(observed) or observed.gradient_raised
            fault = solution_raised(failed) if failed else self.fault(observed)
            if fault:
                return self.lesson_error(fault)
        if len(answer) != len(reference):
            return self.unobserved()
        for left, right in zip(answer, reference, strict=True):
            if left.raised is not None:
                difference: Difference | None = what_raised(left.raised, self.subject, source)
            else:
                difference = self.difference(left, right, source)
            if difference is not None:
                return self.conclude(difference, answer=answer, reference=reference, source=source)
        return self.conclude(None)

    def fault(self, reference: Observed) -> str:
        """Why the lesson is to blame, where the solution raised nothing; or an empty string."""
        if not reference.after:
            return f"`{self.subject}` holds no tensor in the solution"
        name = next(
            (n for n, value in reference.after.items() if not isinstance(value, Tensor)), ""
        )
        return f"`{name}` is no tensor in the solution" if name else ""

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first difference where neither world raised."""
        raise NotImplementedError


def _tensors(world: World, expressions: tuple[str, ...]) -> dict[str, Any]:
    tensors: dict[str, Any] = {}
    for expression in expressions:
        tensors.update(named_tensors(expression, world.evaluate(expression)))
    return tensors


def make_scene(
    subject: str, answer: Observed, reference: Observed, source: str, relax: Relax
) -> Scene:
    """Where the two worlds' values are compared."""
    known = reference.facts.get("sizes")
    return Scene(
        subject=subject,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=relax,
        terms=reference.terms,
        source=source,
        sizes=tuple(n for n in known.dims if n > 1) if isinstance(known, Size) else (),
        warnings=answer.warnings,
    )


def not_alike(
    answer: Observed, reference: Observed, scene: Scene, relax: Relax
) -> Difference | None:
    """The first tensor that does not exist, or is of another kind than the reference's."""
    for name, expected in reference.after.items():
        actual = answer.after.get(name)
        if actual is None:
            return Difference(
                code="not-defined", message=f"There is no `{name}`.", actual="not defined"
            )
        about = Scene(subject=name, actual=scene.actual, expected=scene.expected, relax=relax)
        difference = compare_values(actual, expected, about)
        if difference is not None:
            return difference
    return None
