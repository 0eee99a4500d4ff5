"""Whether two answers' modules did the same: for recognising a listed mistake."""

from __future__ import annotations

from checks.comparing import compare_values
from checks.data import Observed, Value
from checks.diagnosis.raising import raised_alike
from checks.difference import Scene
from checks.forwarding import Orders, Seen, seen_pass
from checks.memory import Memory
from checks.module_facts import ModuleFacts, unpack
from checks.module_runs import PASSES
from checks.module_weights import Recipe
from checks.tolerance import Relax

__all__ = ["alike_in_passes"]


def alike_in_passes(
    answer: tuple[Observed, ...], other: tuple[Observed, ...], relax: Relax
) -> bool:
    """Whether two answers raised alike, or computed the same in every trial."""
    if len(answer) != len(other):
        return False
    pairs = list(zip(answer, other, strict=True))
    if any(left.raised is not None or right.raised is not None for left, right in pairs):
        return all(raised_alike(left.raised, right.raised) for left, right in pairs)
    orders = [unpack(observed.after, "orders", Orders) for observed in answer]
    known = [found.orders for found in orders if found is not None]
    if len(known) != len(answer) or not all(known):
        return all(_hold_the_same(left, right) for left, right in pairs)
    return any(
        all(_same_trial(left, right, order, relax) for left, right in pairs)
        for order in range(min(len(found) for found in known))
    )


def _hold_the_same(left: Observed, right: Observed) -> bool:
    """Whether two modules that could not be called hold the same parameters."""
    held = []
    for observed in (left, right):
        facts = unpack(observed.after, "facts", ModuleFacts)
        if facts is None or "orders" in observed.after:
            return False
        hidden = sorted((h.kind, h.modules, h.parameters, h.tensors) for h in facts.hidden)
        state = (facts.is_module, facts.is_class, facts.initialised)
        held.append((state, sorted(p.shape for p in facts.parameters), hidden))
    return held[0] == held[1]


def _same_trial(left: Observed, right: Observed, order: int, relax: Relax) -> bool:
    recipe = Recipe()
    if left.trial is not None:
        recipe = unpack(left.trial.extra, "recipe", Recipe) or recipe
    random = {"eval": recipe.eval_varies, "train": recipe.train_varies}
    memories = Memory(left.storages), Memory(right.storages)
    scene = Scene(subject="", actual=memories[0], expected=memories[1], relax=relax)
    for number, mode in enumerate(PASSES):
        seen = seen_pass(left, order, number), seen_pass(right, 0, number)
        if seen[0] is None or seen[1] is None:
            return False
        if not random[mode] and not _same_pass(seen[0], seen[1], scene):
            return False
    return True


def _same_pass(left: Seen, right: Seen, scene: Scene) -> bool:
    pairs: list[tuple[Value, Value]] = [(left.output, right.output)]
    for mine, theirs in ((left.inputs, right.inputs), (left.gradients, right.gradients)):
        if mine.keys() != theirs.keys():
            return False
        pairs += [(mine[name], theirs[name]) for name in mine]
    return all(compare_values(a, b, scene) is None for a, b in pairs)
