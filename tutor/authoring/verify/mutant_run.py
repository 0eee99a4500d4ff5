"""Running mutants: which changes of a solution its checks notice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from tutor.authoring.mutants.make import Mutant, make_mutants, spread
from tutor.authoring.verify.faults import fault, said
from tutor.authoring.verify.report import Fault, MutantReport, Outcome, Strength
from tutor.course.model import Code
from tutor.judging.sitting import Seen, Sitting

__all__ = ["MutantRun"]


class MutantRun:
    """The mutants of one exercise, and what came of them so far."""

    def __init__(
        self, exercise: Code, most: int | None, *, made: tuple[Mutant, ...] | None = None
    ) -> None:
        """Make the mutants.

        Args:
            exercise: whose solution is changed.
            most: how many to try at most; None for all.
            made: the mutants, where they are other ones than those of a program.
        """
        everything = made
        if everything is None:
            everything = make_mutants(exercise.solution, exercise.accepts)
        self.possible = len(everything)
        self._exercise = exercise
        self._tried = spread(everything, most)
        self._left: list[Mutant] = list(self._tried)
        self._broken: dict[str, Seen] = {}
        known = {id_: mutant for mutant in everything for id_ in _spellings(mutant.id)}
        self._because: dict[str, str] = {}
        self._unused: list[str] = []
        for entry in exercise.equivalent:
            mutant = known.get(" ".join(entry.mutant.split()))
            if mutant is None:
                self._unused.append(entry.mutant)
            else:
                self._because[mutant.id] = entry.because.strip()

    @property
    def tried(self) -> int:
        """How many are run."""
        return len(self._tried)

    async def run(self, sitting: Sitting) -> None:
        """Try those that nobody has noticed so far.

        Raises:
            EngineError: the tutor failed.
        """
        left: list[Mutant] = []
        for mutant in self._left:
            seen = await sitting.first_failure(mutant.source)
            if seen.status == "error":
                self._broken[mutant.id] = seen
            elif seen.status == "pass":
                left.append(mutant)
        self._left = left

    # --- what came of it

    def reports(self) -> tuple[MutantReport, ...]:
        """Those that were not noticed."""
        left = {mutant.id for mutant in self._left}
        return tuple(
            self._report(mutant)
            for mutant in self._tried
            if mutant.id in left or mutant.id in self._broken
        )

    def _report(self, mutant: Mutant) -> MutantReport:
        because = self._because.get(mutant.id, "")
        outcome: Outcome = "explained" if because else "survived"
        if mutant.id in self._broken:
            outcome = "error"
        fields = {name: getattr(mutant, name) for name in ("id", "kind", "line", "diff")}
        return msgspec.convert(
            {**fields, "outcome": outcome, "because": because}, MutantReport, strict=True
        )

    def strength(self) -> Strength:
        """How many were noticed, of those that are neither explained nor beyond judging."""
        reports = self.reports()
        counted = len(self._tried) - sum(report.outcome != "survived" for report in reports)
        survived = sum(report.outcome == "survived" for report in reports)
        return Strength(killed=counted - survived, counted=counted)

    def faults(self) -> Iterable[Fault]:
        """Explanations that are not so, and mutants that a check cannot judge."""
        for name in self._unused:
            yield fault("explanation-unused", "equivalent", f"There is no change `{name}`.")
        left = {mutant.id for mutant in self._left} | self._broken.keys()
        for mutant in self._tried:
            if mutant.id in self._because and mutant.id not in left:
                message = f"A check notices the change `{mutant.id}`."
                yield fault("explanation-wrong", "equivalent", message)
        for name, seen in self._broken.items():
            yield fault("check-error", f"mutant {name}", said(seen.cause))


def _spellings(id_: str) -> Sequence[str]:
    """An id as the report has it, and as a keyboard without arrows does."""
    return (id_, id_.replace(" → ", " -> "))
