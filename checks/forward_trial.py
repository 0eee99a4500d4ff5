"""One trial of `forward` in both worlds, as the judge sees it."""

from __future__ import annotations

from checks.data import Observed, Tensor, Trial
from checks.diagnosis.question import Question
from checks.difference import Scene
from checks.forwarding import Orders, Seen, seen_pass
from checks.memory import Memory
from checks.module_facts import ModuleFacts, unpack
from checks.module_weights import Recipe
from checks.tolerance import Relax

__all__ = ["ForwardTrial"]


class ForwardTrial:
    """One trial of both worlds."""

    def __init__(
        self, answer: Observed, reference: Observed, question: Question, relax: Relax
    ) -> None:
        self.answer = answer
        self.reference = reference
        self.question = question
        self.relax = relax
        self.memories = Memory(answer.storages), Memory(reference.storages)
        self.facts = unpack(answer.after, "facts", ModuleFacts)
        self.wanted = unpack(reference.after, "facts", ModuleFacts)
        self.orders = unpack(answer.after, "orders", Orders)

    @property
    def trial(self) -> Trial:
        """The trial itself, from the reference's world."""
        return self.reference.trial or Trial(seed=0)

    @property
    def recipe(self) -> Recipe:
        """What the reference's world said of the solution."""
        return unpack(self.trial.extra, "recipe", Recipe) or Recipe()

    def scene(self, subject: str, relax: Relax | None = None) -> Scene:
        """Where two values are compared."""
        numbers = {n for n in self.trial.sizes.values() if isinstance(n, int)}
        for value in (self.trial.inputs or {}).values():
            numbers.update(value.shape if isinstance(value, Tensor) else ())
        return Scene(
            subject=subject,
            actual=self.memories[0],
            expected=self.memories[1],
            relax=relax or self.relax,
            terms=self.reference.terms,
            source=self.question.source,
            sizes=tuple(sorted(n for n in numbers if n > 1)) or (0,),
            function=True,
            warnings=self.answer.warnings,
        )

    @property
    def called(self) -> str:
        """The call as the learner would write it."""
        return f"{self.question.subject}({', '.join(self.trial.inputs or {})})"

    def passes(self, order: int, number: int) -> tuple[Seen | None, Seen | None]:
        """The answer's pass in one of its orders, and the reference's."""
        return seen_pass(self.answer, order, number), seen_pass(self.reference, 0, number)
