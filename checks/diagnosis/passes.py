"""What to say of forward passes in the wrong mode: training or evaluation, recorded or not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from checks.difference import Difference
from checks.recorder import Event
from checks.show import count

__all__ = ["compare_modes", "compare_passes", "evaluations", "trainings"]


def trainings(events: Sequence[Event]) -> list[Event]:
    """The forward passes right before a backward pass."""
    return [event for event, trains in _passes(events) if trains]


def evaluations(events: Sequence[Event]) -> list[Event]:
    """The forward passes that no backward pass follows."""
    return [event for event, trains in _passes(events) if not trains]


def _passes(events: Sequence[Event]) -> list[tuple[Event, bool]]:
    order = [event for event in events if event.kind in ("forward", "backward")]
    return [
        (event, after is not None and after.kind == "backward")
        for event, after in zip_longest(order, order[1:])
        if event.kind == "forward"
    ]


def compare_passes(
    mine: Sequence[Event], right: Sequence[Event], subject: str
) -> Difference | None:
    """The first thing wrong with how the model is run, judged by how the solution runs it."""
    ours, theirs = trainings(mine), trainings(right)
    if ours and theirs and all(e.training for e in theirs) and not all(e.training for e in ours):
        late = "from some point on, " if ours[0].training else ""
        return Difference(
            code="trained-in-eval-mode",
            message=f"In {subject}, {late}the model is trained while it is in evaluation mode: "
            "dropout and batch normalisation do not train. `model.train()` switches back.",
        )
    ours, theirs = evaluations(mine), evaluations(right)
    if not theirs or not ours:
        return None
    if all(not e.training for e in theirs) and _fewer([e.training for e in ours], len(theirs)):
        return Difference(
            code="evaluated-in-training-mode",
            message=f"In {subject}, the model is evaluated while it is in training mode: dropout "
            "still drops, batch normalisation still uses and keeps the batch's statistics. Look "
            "at `model.eval()`.",
            expected="evaluation mode",
            actual="training mode",
        )
    if all(not e.recorded for e in theirs) and _fewer([e.recorded for e in ours], len(theirs)):
        recorded = sum(e.recorded for e in ours)
        return Difference(
            code="evaluation-recorded",
            message=f"In {subject}, autograd records {count(recorded, 'evaluation')} of the "
            "model, for gradients that nobody asks for. Look at `torch.no_grad()`: evaluation "
            "mode is another thing.",
            expected="not recorded",
            actual="recorded",
        )
    return None


def _fewer(wrong: list[bool], wanted: int) -> bool:
    """Whether too few evaluations are right. More of them than in the solution do no harm."""
    return any(wrong) and len(wrong) - sum(wrong) < wanted


def compare_modes(mine: dict[str, bool], right: dict[str, bool], subject: str) -> Difference | None:
    """Whether a model is left in another mode than by the solution."""
    for name, training in right.items():
        if name in mine and mine[name] != training:
            found, wanted = (
                "training" if mode else "evaluation" for mode in (mine[name], training)
            )
            call = f"{name}.train()" if training else f"{name}.eval()"
            return Difference(
                code="wrong-mode",
                message=f"{subject[:1].upper()}{subject[1:]} leaves `{name}` in {found} mode, but "
                f"{wanted} mode is expected. Where does `{call}` belong?",
                expected=f"{wanted} mode",
                actual=f"{found} mode",
            )
    return None
