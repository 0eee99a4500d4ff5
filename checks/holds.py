"""The check `holds`."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterable
from functools import partial
from typing import Annotated, Any, ClassVar

import msgspec

from checks.base import Expression, Tolerance, check_expression
from checks.building import Call
from checks.calculating import worth
from checks.calling import prepare_inputs
from checks.codec import CodecError
from checks.comparing import compare_values
from checks.data import (
    Array,
    Nothing,
    Observed,
    Tensor,
    Trial,
    Value,
)
from checks.diagnosis.raising import what_raised
from checks.difference import Difference, Scene
from checks.memory import Memory, restore
from checks.pairs import PairCheck
from checks.plan import SizeRange, check_sizes, plan
from checks.quantities import as_number, fits, other_kinds, quantity
from checks.relations import Relation, Side, read_relation
from checks.show import number_pair, shape_of, show
from checks.terms import RelationError
from checks.tolerance import Relax, tolerances
from checks.trial_words import inputs_short
from checks.walk import contains_opaque, tensors_in
from checks.world import World

__all__ = ["Holds"]


class Holds(PairCheck, frozen=True, kw_only=True):
    """A relation that must hold for what the answer gives, whatever that is.

        - holds: decode(encode(t)) == t
          inputs: {t: "torch.randint(10, (n,))"}
          sizes: {n: [0, 6]}
          because: decoding undoes encoding
        - holds: f(x).sum() == 1 and f(x) >= 0
          inputs: {x: "torch.randn(n)"}
          sizes: {n: [1, 6]}
          because: probabilities add up to one

    For when many answers are right: for most tasks `function` says more. Calls of the answer's
    names are made in its world, on fresh inputs, and what they give is sent as data; all that
    surrounds them is calculated by the judge: ``== != < <= > >=``, ``and``, arithmetic, indexing,
    and usual tensor methods (``sum``, ``flip``, ``T``…). So an answer cannot patch its way through.
    Arguments are plain names: give ``x.flip(0)`` a name in `inputs`. Two tensors must have one
    shape; ``==`` and ``<=`` allow for rounding. The solution must keep to it, too.

    Attributes:
        because: why it must hold; ends the message: "does not hold: decoding undoes encoding".
        inputs: an expression for each input, as for `function`.
        sizes: named sizes, as for `function`.
        trials: how many trials to draw beside the certain ones.
        rtol: relative tolerance, instead of the dtype's own.
        atol: absolute tolerance, instead of the dtype's own.
    """

    name: ClassVar[str] = "holds"

    target: Expression
    because: Annotated[str, msgspec.Meta(min_length=1)]
    inputs: dict[str, Expression] = {}  # noqa: RUF012  # msgspec copies it
    sizes: dict[str, SizeRange] = {}  # noqa: RUF012  # msgspec copies it
    trials: Annotated[int, msgspec.Meta(ge=1, le=200)] = 8
    rtol: Tolerance | None = None
    atol: Tolerance | None = None

    def __post_init__(self) -> None:
        for name, expression in self.inputs.items():
            check_expression(expression, f"the input {name}")
        check_sizes(self.sizes)
        for name in self.inputs:
            if not name.isidentifier():
                raise ValueError(f"{name!r} is no name")
        _read(self.target, (*self.inputs, *self.sizes))

    @property
    def relation(self) -> Relation:
        """The target, taken apart."""
        return _read(self.target, (*self.inputs, *self.sizes))

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """The smallest sizes, then `trials` draws."""
        return plan(self.sizes, 0, self.trials, rng)

    def prepare(self, world: World, trial: Trial) -> Trial:
        """Evaluate the inputs in the reference world."""
        return prepare_inputs(world, trial, Call(target="", inputs=self.inputs))

    def look(self, world: World, trial: Trial) -> Observed:
        """What each operand gives, on inputs of its own."""
        if trial.failed is not None or trial.inputs is None:
            return Observed(trial=trial)
        world.room -= sum(len(data) for data in trial.storages)
        given: dict[str, Any] = {}
        for operand in self.relation.operands:
            names = {**trial.sizes, **restore(trial.inputs, trial.storages)}
            world.seed(trial.seed)
            attempt = world.attempt("call", partial(world.evaluate, operand, names))
            if attempt.raised is not None:
                return Observed(raised=attempt.raised, trial=trial)
            given[operand] = attempt.value
        values, storages = world.look(given)
        return Observed(after=values, storages=storages, trial=trial)

    def fault(self, reference: Observed) -> str:
        """The inputs or the solution fail, or the solution does not keep to it."""
        trial = reference.trial
        if trial is not None and trial.failed is not None:
            return f"the inputs cannot be made: {trial.failed.type} {trial.failed.message}".strip()
        if trial is None or trial.inputs is None:
            return "the inputs were not prepared"
        if reference.raised is not None:
            return super().fault(reference) or f"the solution raised {reference.raised.type}"
        broken = self._broken(reference, reference, "")
        return "" if broken is None else f"the solution does not keep to it: {broken.message}"

    def difference(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        """The first side that does not hold."""
        if answer.raised is not None:
            return what_raised(answer.raised, self.target, source)
        for operand, value in reference.after.items():
            if _is_empty(answer.after.get(operand)) and not _is_empty(value):
                message = f"`{operand}` is empty: there is no number in it."
                return Difference(code="empty", message=message)
        return self._broken(answer, reference, source)

    def _broken(self, answer: Observed, reference: Observed, source: str) -> Difference | None:
        trial = reference.trial
        assert trial is not None  # `fault` looked  # noqa: S101  # for the type checker
        missing = [o for o in self.relation.operands if o not in answer.after]
        if missing:
            return Difference(code="unobserved", message=f"There is no value of `{missing[0]}`.")
        sent = {operand: answer.after[operand] for operand in self.relation.operands}
        opaque = next((o for o, v in sent.items() if contains_opaque(v)), None)
        scene = Scene(
            subject=self.target,
            actual=Memory(answer.storages),
            expected=Memory(trial.storages),
            source=source,
        )
        if opaque is not None:
            text = show(sent[opaque], scene.actual, 100)
            message = f"`{opaque}` is {text}, which cannot be compared."
            return Difference(code="wrong-type", message=message)
        try:
            values = self._values(sent, trial, scene)
            close = self._tolerances([*sent.values(), *(trial.inputs or {}).values()])
            for side in self.relation.sides:
                says = self._says(side, values, close)
                if says:
                    return self._not_holding(says, trial)
        except RelationError as error:
            return self._not_holding(f"{str(error)[:1].upper()}{str(error)[1:]}.", trial)
        except CodecError:
            return Difference(code="unobserved", message="The answer's process gave no data.")
        return None

    def _not_holding(self, says: str, trial: Trial) -> Difference:
        where = inputs_short(trial)
        ending = f" That was {where}." if where else ""
        because = self.because.strip().rstrip(".")
        return Difference(
            code="does-not-hold",
            message=f"`{self.target}` does not hold: {because}. {says}{ending}",
            expected=self.target,
            details={"because": because, "trial": trial.label},
        )

    def _tolerances(self, values: Iterable[Value]) -> tuple[float, float]:
        """Those of the coarsest float dtype that took part, and no less than float32's."""
        names = {tensor.dtype for value in values for _, tensor in tensors_in(value)}
        coarse = next((n for n in ("bfloat16", "float16") if n in names), "float32")
        return tolerances(coarse, coarse, Relax(rtol=self.rtol, atol=self.atol))

    def _values(self, sent: dict[str, Value], trial: Trial, scene: Scene) -> dict[str, Any]:
        """Everything that the judge calculates with."""
        values: dict[str, Any] = dict(trial.sizes)
        for name, value in (trial.inputs or {}).items():
            values[name] = quantity(value, scene.expected)
        for operand, value in sent.items():
            values[operand] = quantity(value, scene.actual)
        return values

    def _says(self, side: Side, values: dict[str, Any], close: tuple[float, float]) -> str:
        """What is wrong with one side; an empty text where it holds."""
        left, right = (worth(term, values) for term in (side.left, side.right))
        one, two = as_number(left), as_number(right)
        if one is None or two is None:
            return other_kinds(left, right, side.relation)
        if one.shape != two.shape and not any(isinstance(v, int | float) for v in (left, right)):
            shapes = shape_of(tuple(one.shape)), shape_of(tuple(two.shape))
            return f"The left side has shape {shapes[0]}, the right side {shapes[1]}."
        # A number that stands in the relation itself is compared with every element.
        shape = max(one.shape, two.shape, key=len)
        one, two = one.expand(shape), two.expand(shape)
        fitting = fits(one, two, side.relation, close)
        if side.relation == "!=":
            return "" if bool(fitting.any()) else "Both sides are equal."
        if bool(fitting.all()):
            return ""
        index = tuple(int(i) for i in (~fitting).nonzero()[0]) if fitting.dim() else ()
        texts = number_pair(one[index].item(), two[index].item())
        where = f"At {list(index)}, the" if index else "The"
        return f"{where} left side is {texts[0]} and the right side {texts[1]}."

    def shows_same(self, left: Observed, right: Observed) -> bool:
        """Whether every operand gave the same."""
        scene = Scene(subject="", actual=Memory(left.storages), expected=Memory(right.storages))
        return all(
            compare_values(
                left.after.get(operand, Nothing()), right.after.get(operand, Nothing()), scene
            )
            is None
            for operand in self.relation.operands
        )


@functools.lru_cache(maxsize=64)
def _read(target: str, given: tuple[str, ...]) -> Relation:
    return read_relation(target, given)


def _is_empty(value: Value | None) -> bool:
    value = value.tensor if isinstance(value, Array) else value
    return isinstance(value, Tensor) and 0 in value.shape
