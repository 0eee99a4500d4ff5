"""The check `buffers`."""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import msgspec

from checks.comparing import compare_values
from checks.data import Bool, Observed, Scalar, Tensor, Trial
from checks.diagnosis.buffers import compare_buffers
from checks.diagnosis.question import Question
from checks.difference import Difference, Scene
from checks.finding import Finding
from checks.memory import Memory
from checks.module_base import StructureCheck
from checks.module_facts import ModuleFacts, pack, unpack
from checks.module_matching import match
from checks.module_observing import facts_of, unique
from checks.module_reading import buffers_of, is_lazy, is_module
from checks.tolerance import Relax
from checks.world import World

__all__ = ["Buffers"]

_EXACT = Relax(rtol=0.0, atol=0.0)


class Buffers(StructureCheck, frozen=True, kw_only=True):
    """The buffers of a module: which there are, and whether they are saved.

        - buffers: Standardise(4)
        - buffers: model
          names: true

    There must be as many as in the solution, of the same shapes and dtypes, and the same ones must
    be part of the ``state_dict``. Where the target makes a new module each time, as
    `Standardise(4)` does, and the solution's numbers do not depend on chance, they count as well.

    Attributes:
        sizes: named sizes that the target sees.
        names: the names of the buffers count, too.
    """

    name: ClassVar[str] = "buffers"

    names: bool = False

    def draw(self, rng: random.Random) -> tuple[Trial, ...]:
        """Every trial twice, under two seeds: what chance decides is told from what it does not."""
        planned = super().draw(rng)
        return tuple(
            msgspec.structs.replace(trial, seed=seed)
            for trial in planned
            for seed in (trial.seed, trial.seed + 1)
        )

    def question(self, source: str) -> Question:
        """What is asked, for the messages."""
        return Question(subject=self.target, source=source, names=self.names)

    def observe(self, world: World, trials: tuple[Trial, ...]) -> tuple[Observed, ...]:
        """The facts about the target, and what its buffers hold."""
        alive: list[Any] = []  # so that a new module cannot lie where an old one lay
        return tuple(self._look(world, trial, alive) for trial in trials)

    def _look(self, world: World, trial: Trial, alive: list[Any]) -> Observed:
        world.seed(trial.seed)
        names: Mapping[str, Scalar] = trial.sizes
        made = world.attempt("target", partial(world.evaluate, self.target, names))
        if made.raised is not None:
            return Observed(raised=made.raised, warnings=made.warnings, trial=trial)
        fresh = all(made.value is not other for other in alive)
        alive.append(made.value)
        described = world.attempt("look", lambda: _described(made.value))
        if described.raised is not None:
            return Observed(raised=described.raised, trial=trial)
        values, storages = world.look({**described.value, "fresh": fresh})
        return Observed(after=values, storages=storages, warnings=made.warnings, trial=trial)

    def compare(
        self, answer: tuple[Observed, ...], reference: tuple[Observed, ...], *, source: str
    ) -> Finding:
        """What there is first, then what it holds."""
        found = super().compare(answer, reference, source=source)
        if found.status != "pass":
            return found
        for first in range(0, len(reference) - 1, 2):
            if reference[first + 1].after.get("fresh") != Bool(value=True):
                continue
            difference = self._numbers(answer[first], reference[first : first + 2], source)
            if difference is not None:
                return self.conclude(difference)
        return found

    def _numbers(
        self, answer: Observed, reference: tuple[Observed, ...], source: str
    ) -> Difference | None:
        """The first buffer that starts with other numbers, of those that chance does not decide."""
        facts = [unpack(o.after, "facts", ModuleFacts) for o in (answer, reference[0])]
        if facts[0] is None or facts[1] is None:
            return Difference(code="unobserved", message="")
        question = self.question(source)
        for i, j in match(facts[0].buffers, facts[1].buffers).pairs:
            actual = answer.after.get(f"buffer:{i}")
            wanted = [o.after.get(f"buffer:{j}") for o in reference]
            if wanted[0] is None or wanted[1] is None or not isinstance(wanted[0], Tensor):
                continue
            if actual is None:
                return Difference(code="unobserved", message="")
            subject = question.written(facts[0].buffers[i].path)
            memories = [Memory(o.storages) for o in (answer, *reference)]
            scene = Scene(subject=subject, actual=memories[2], expected=memories[1], relax=_EXACT)
            if compare_values(wanted[1], wanted[0], scene) is not None:
                continue
            scene = Scene(subject=subject, actual=memories[0], expected=memories[1], source=source)
            difference = compare_values(actual, wanted[0], scene)
            if difference is not None:
                return difference
        return None

    def alike(self, left: Observed, right: Observed, reference: Observed | None) -> bool:
        """Whether both raised alike, or hold the same buffers with the same numbers."""
        return super().alike(left, right, reference) and _same_numbers(left, right)

    def structure(
        self, actual: ModuleFacts, expected: ModuleFacts, question: Question
    ) -> Difference | None:
        """Which buffers there are."""
        if expected.cut:
            return Difference(code="lesson-error", message=f"`{self.target}` is too large")
        return compare_buffers(actual, expected, question)

    def essence(self, facts: ModuleFacts) -> object:
        """What is registered, as what, and what is not."""
        named = [
            (b.path if self.names else "", b.shape, b.dtype, b.persistent) for b in facts.buffers
        ]
        hidden = [(h.kind, h.parameters, h.tensors) for h in facts.hidden]
        return (sorted(named), sorted(hidden), sorted(p.shape for p in facts.parameters))


def _described(thing: Any) -> dict[str, Any]:
    held: dict[str, Any] = {"facts": pack(facts_of(thing))}
    if is_module(thing):
        tensors = unique([(path, tensor) for path, tensor, _ in buffers_of(thing)])
        held |= {f"buffer:{i}": t for i, (_, t) in enumerate(tensors) if not is_lazy(t)}
    return held


def _same_numbers(left: Observed, right: Observed) -> bool:
    scene = Scene(subject="", actual=Memory(left.storages), expected=Memory(right.storages))
    held = [{n: v for n, v in o.after.items() if n.startswith("buffer:")} for o in (left, right)]
    return held[0].keys() == held[1].keys() and all(
        compare_values(held[0][n], held[1][n], scene) is None for n in held[0]
    )
