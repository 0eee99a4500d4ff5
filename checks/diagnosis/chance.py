"""What to say where an answer drew other random numbers than the solution did."""

from __future__ import annotations

import ast

import msgspec

from checks.chance import freshly_seeded
from checks.difference import Difference
from checks.facts import Chance
from checks.names import parse

__all__ = ["Luck", "other_random_numbers"]

_NAMES = {"torch": "torch's generator", "random": "Python's `random`", "numpy": "NumPy's generator"}
_ORDERS = ("other-order", "rolled", "reversed-values", "transposed-values", "refilled")
_DEPEND = (
    "wrong-values",
    "not-finite",
    "all-zero",
    "wrong-change",
    "wrong-state",
    "wrong-gradient",
    *_ORDERS,
)
"""The codes that other random numbers may have; a cause that explains every value stands."""

_OPEN = (
    "Where the task leaves open how to draw, your answer may be right all the same: "
    "this check cannot tell."
)


class Luck(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the random numbers of one call, or of all that ran, in both worlds.

    Attributes:
        seeds: what seeded the generators before the objects were made, and before the call; None
            for all that ran, where `Chance.made` is what the generators were before.
        answer: what the answer did to them.
        reference: what the solution did to them.
        draws: the recorded draws of both, answer's first, where they were recorded.
    """

    seeds: tuple[int, int] | None = None
    answer: Chance | None
    reference: Chance | None
    draws: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def other_random_numbers(
    difference: Difference, subject: str, luck: Luck, source: str
) -> Difference | None:
    """`difference` explained by other random numbers, or None where they are no reason."""
    if difference.code not in _DEPEND or luck.answer is None or luck.reference is None:
        return None
    theirs, mine = (_used(chance, luck.seeds) for chance in (luck.reference, luck.answer))
    if not theirs:
        return _needless(difference, mine)
    same_end = (luck.answer.made, luck.answer.states) == (
        luck.reference.made,
        luck.reference.states,
    )
    if same_end and not (all(luck.draws) and luck.draws[0] != luck.draws[1]):
        return None
    called = luck.seeds is not None
    before = luck.reference.made.get("seed") if luck.seeds is None else luck.seeds[1] % 2**32
    asked = luck.reference.states.get("seed", before) != before
    line, why = _seeding(source, called=called, asked=asked) or (
        None,
        _what(mine, theirs, luck, same_end=same_end),
    )
    whose = f"`{subject}`" if called else "Your answer"
    draws = "draws other random numbers than the solution"
    if not mine:
        draws = "draws no random numbers, and the solution does"
    what = "what it gives" if called else f"`{subject}`"
    return msgspec.structs.replace(
        difference,
        code="other-random-numbers",
        message=f"{whose} {draws}, so {what} cannot be compared: {why}",
        line=line,
        causes=(),
        details={
            **difference.details,
            "draws": [[draw[:60] for draw in side[:20]] for side in luck.draws],
        },
    )


def _needless(difference: Difference, mine: list[str]) -> Difference | None:
    """`difference` with a hint, where the answer alone draws."""
    if not mine:
        return None
    hint = f"Your answer draws random numbers from {_listed(mine)}; the solution needs none."
    return msgspec.structs.replace(difference, message=f"{difference.message} {hint}")


def _used(chance: Chance, seeds: tuple[int, int] | None) -> list[str]:
    """The generators that are no longer as they were."""
    if seeds is None:
        return [n for n in _NAMES if n in chance.made and chance.made[n] != chance.states.get(n)]
    fresh = [freshly_seeded(seed) for seed in seeds]
    return [
        name
        for name in _NAMES
        if any(
            states.get(name, right[name]) != right[name]
            for states, right in zip((chance.made, chance.states), fresh, strict=True)
        )
    ]


def _what(mine: list[str], theirs: list[str], luck: Luck, *, same_end: bool) -> str:
    """How the draws differ."""
    if not mine:
        what = f"{_listed(theirs)} gives other numbers in every run"
    elif mine != theirs:
        what = f"the solution draws from {_listed(theirs)}, your answer from {_listed(mine)}"
    elif not all(luck.draws) or luck.draws[0] == luck.draws[1]:
        what = "it draws more of them, fewer, or in another way"
    else:
        alike = same_end or sorted(luck.draws[0]) == sorted(luck.draws[1])
        yours, solution = (_shown(draws) for draws in luck.draws)
        order = "in another order, " if alike else ""
        what = f"the solution draws {solution}, your answer {order}{yours}"
    return f"{what}. {_OPEN}"


def _shown(draws: tuple[str, ...]) -> str:
    listed = ", then ".join(f"`{draw[:60]}`" for draw in draws[:4])
    return listed if len(draws) <= 4 else f"{listed}, and {len(draws) - 4} times more"


def _listed(names: list[str]) -> str:
    return " and ".join(_NAMES[name] for name in names)


def _seeding(source: str, *, called: bool, asked: bool) -> tuple[int, str] | None:
    """A line of the answer that seeds a generator, and what to say of it.

    Args:
        source: the answer's text.
        called: whether a call drew the numbers.
        asked: whether the solution seeds torch's generator as well, so that the task asks for it.
    """
    leave = (
        "Leave that to whoever calls the function."
        if called and not asked
        else "Is that the number, and the place, that the task asks for?"
    )
    tree = parse(source)
    for node in [] if tree is None else ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="manual_seed" | "seed" as name)):
                return node.lineno, (
                    f"line {node.lineno} seeds a generator itself (`{name}`). {leave}"
                )
            case ast.Call(func=ast.Attribute(attr="Generator" | "default_rng" as name)):
                return node.lineno, (
                    f"line {node.lineno} makes a generator of its own (`{name}`), which "
                    "`torch.manual_seed` does not reach."
                )
    return None
