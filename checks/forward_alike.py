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
    known = [found.orders for left in answer if (found := unpack(left.after, "orders", Orders))]
    orders = range(min((len(found) for found in known if found), default=1))
    return any(all(_same_trial(*pair, order, relax) for pair in pairs) for order in orders)


def _same_trial(left: Observed, right: Observed, order: int, relax: Relax) -> bool:
    """Whether two answers raised alike in one trial, or did the same without raising.

    Trials differ: two layers that do not fit raise, but not where their sizes happen to be equal.
    """
    if left.raised is not None or right.raised is not None:
        return raised_alike(left.raised, right.raised)
    found = unpack(left.after, "orders", Orders)
    if found is None or not found.orders:
        return _hold_the_same(left, right)
    return _same_passes(left, right, order, relax)


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


def _same_passes(left: Observed, right: Observed, order: int, relax: Relax) -> bool:
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
