"""The checks `connected` and `detached`."""

from __future__ import annotations

from typing import Any, ClassVar

from checks.base import Expression, check_expression
from checks.comparing import compare_values
from checks.data import Bool, Int, List, Nothing, Observed, Str, Tensor, Trial
from checks.diagnosis.connections import (
    compare_connection,
    cut_of_number,
    off_record,
    on_record,
    still_tracked,
)
from checks.diagnosis.raising import raised_alike
from checks.difference import Difference, first
from checks.differentiating import named_tensors
from checks.graph_walk import is_tracked, reached, tensors_in
from checks.plain import plain_text
from checks.tensors import TensorsCheck, listed, make_scene, not_alike
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Connected", "Detached"]

_KIND_ONLY = Relax(shapes=False, dtypes=False, values=False)
_MANY = 50


class Connected(TensorsCheck, frozen=True, kw_only=True):
    """Whether a value was computed from tensors on the record, as it is in the solution.

        - connected: loss
          to: [w, b]
        - connected: loss
          to: model                   # every parameter

    The recorded graph is walked, nothing is differentiated: it does not matter whether
    `backward()` was called. A tensor that the solution's value does not depend on must be left
    out by the answer, too. Shapes and values do not count.

    Attributes:
        to: the tensors to depend on; without it, the value must depend on any that requires a
            gradient.
    """

    name: ClassVar[str] = "connected"

    target: Expression
    to: Expression | tuple[Expression, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for expression in listed(self.to):
            check_expression(expression, "to")

    def _look(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        both = world.attempt("target", lambda: self._evaluate(world))
        if both.raised is not None:
            return Observed(raised=both.raised, warnings=both.warnings)
        output, sources = both.value
        # What else the value depends on helps to see the cause.
        held = {n: t for n, t in list(world.namespace.items()) if type(n) is str and n[:1] != "_"}
        walked = world.attempt("look", lambda: reached(tensors_in(output), {**held, **sources}))
        found: dict[str, bool] = walked.value or {}
        others = [plain_text(n, 100) for n in held if found.get(n) and n not in self._all]
        values, storages = world.look({"": output, **sources})
        return Observed(
            value=values[""],
            after={name: values[name] for name in sources},
            facts={
                **{f"reaches {name}": Bool(found[name]) for name in sources if name in found},
                "others": List(tuple(Str(name) for name in others[:_MANY])),
            },
            storages=storages,
            warnings=both.warnings,
        )

    @property
    def _all(self) -> tuple[str, ...]:
        return (self.target, *listed(self.to))

    def _evaluate(self, world: World) -> tuple[Any, dict[str, Any]]:
        output, sources = world.evaluate(self.target), {}
        for expression in listed(self.to):
            sources.update(named_tensors(expression, world.evaluate(expression)))
        return output, sources

    def fault(self, reference: Observed) -> str:
        """The solution's value must hang on a graph, where nothing else is asked."""
        if self.to:
            return super().fault(reference)
        return "" if on_record(reference) else f"`{self.target}` has no history in the solution"

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The kind of the value first, then what it depends on."""
        scene = make_scene(self.target, answer, reference, source, _KIND_ONLY)
        if answer.value is None or reference.value is None:
            return Difference(code="unobserved", message=f"`{self.target}` was not seen.")
        kind = compare_values(answer.value, reference.value, scene)
        if kind is not None:
            return cut_of_number(kind, answer, source)
        if not self.to:
            return off_record(answer, scene)
        missing = not_alike(answer, reference, scene, _KIND_ONLY)
        if missing is not None:
            return missing
        found = [compare_connection(n, answer, reference, scene) for n in reference.after]
        return first([difference for difference in found if difference is not None])

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or depend on the same tensors in the same way."""
        del reference
        return raised_alike(left.raised, right.raised) and _state(left) == _state(right)


def _state(observed: Observed) -> list[object]:
    tensors = [observed.value or Nothing(), *observed.after.values()]
    return [
        {name: fact for name, fact in observed.facts.items() if name != "others"},
        [(t.requires_grad, t.is_leaf) if isinstance(t, Tensor) else type(t) for t in tensors],
        list(observed.after),
    ]


class Detached(TensorsCheck, frozen=True, kw_only=True):
    """Whether a value is off the record: no tensor in it requires a gradient.

        - detached: y
        - detached: losses            # nothing in the list keeps a graph alive

    Python numbers are off the record, and a container is if everything in it is. What the value
    is, does not count: combine it with `values`.
    """

    name: ClassVar[str] = "detached"

    def _look(self, world: World, trial: Trial) -> Observed:
        world.seed(trial.seed)
        attempt = world.attempt(
            "target", lambda: {name: world.evaluate(name) for name in listed(self.target)}
        )
        if attempt.raised is not None:
            return Observed(raised=attempt.raised, warnings=attempt.warnings)
        tensors = {name: tensors_in(thing) for name, thing in attempt.value.items()}
        tracked = {name: [t for t in held if is_tracked(t)] for name, held in tensors.items()}
        values, storages = world.look({n: held[0] if held else None for n, held in tracked.items()})
        return Observed(
            after=values,
            facts={
                **{f"held {name}": Int(hex(len(held))) for name, held in tensors.items()},
                **{f"tracked {name}": Int(hex(len(held))) for name, held in tracked.items()},
            },
            storages=storages,
            warnings=attempt.warnings,
        )

    def fault(self, reference: Observed) -> str:
        """The solution's value must be off the record."""
        names = listed(self.target)
        tracked = [name for name in names if still_tracked(name, reference, "") is not None]
        return f"`{tracked[0]}` requires a gradient in the solution" if tracked else ""

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first value that still hangs on a graph."""
        del reference
        found = [still_tracked(name, answer, source) for name in listed(self.target)]
        return first([difference for difference in found if difference is not None])

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or have as many tracked tensors in the same places."""
        del reference
        return raised_alike(left.raised, right.raised) and left.facts == right.facts
