"""What to say of a module that behaves wrongly in training or in eval mode."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from checks.comparing import compare_values
from checks.data import List, Observed, Value
from checks.diagnosis.hidden import hidden_difference
from checks.diagnosis.module_source import always_on_dropout, dropout_made_in_forward
from checks.diagnosis.question import Question
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.mode_runs import Switched
from checks.module_facts import ModuleFacts, unpack
from checks.tolerance import Relax

__all__ = ["Behaviour", "behaviour", "compare_modes", "other_kind", "random_in_eval"]

_EXACT = Relax(rtol=0.0, atol=0.0)
_KIND = Relax(values=False)


class Behaviour(msgspec.Struct, frozen=True, kw_only=True):
    """What a module does in its two modes, over all trials.

    Attributes:
        eval_random: whether the result depends on chance in eval mode.
        train_random: whether it does in training mode.
        apart: whether the two modes give different results, where chance plays no part.
        eval_moves: whether calls in eval mode change a buffer.
        train_moves: whether calls in training mode do.
        eval_switches: whether calls in eval mode change a module's mode.
        train_switches: whether calls in training mode do.
    """

    eval_random: bool = False
    train_random: bool = False
    apart: bool = False
    eval_moves: bool = False
    train_moves: bool = False
    eval_switches: bool = False
    train_switches: bool = False


def behaviour(observed: tuple[Observed, ...]) -> Behaviour | None:
    """What the trials show together; None where one of them was not honestly observed."""
    found = [_of_trial(one) for one in observed]
    if not found or None in found:
        return None
    fields = Behaviour.__struct_fields__
    return Behaviour(**{name: any(getattr(one, name) for one in found) for name in fields})


def _of_trial(observed: Observed) -> Behaviour | None:
    switched = unpack(observed.after, "switched", Switched)
    results = [_items(observed, mode) for mode in ("eval", "train")]
    buffers = [_items(observed, f"buffers:{place}") for place in range(3)]
    if switched is None or not all(results) or any(b is None for b in buffers):
        return None
    memory = Memory(observed.storages)
    evals, trains = (values or () for values in results)
    before, between, after = (values or () for values in buffers)
    random = [_differ(values[:1] * len(values), values, memory) for values in (evals, trains)]
    return Behaviour(
        eval_random=random[0],
        train_random=random[1],
        apart=not any(random) and _differ(evals[:1], trains[:1], memory),
        eval_moves=_differ(before, between, memory, _EXACT),
        train_moves=_differ(between, after, memory, _EXACT),
        eval_switches=bool(switched.eval),
        train_switches=bool(switched.train),
    )


def _items(observed: Observed, key: str) -> tuple[Value, ...] | None:
    value = observed.after.get(key)
    return value.items if isinstance(value, List) else None


def _differ(
    left: tuple[Value, ...], right: tuple[Value, ...], memory: Memory, relax: Relax | None = None
) -> bool:
    scene = Scene(subject="", actual=memory, expected=memory, relax=relax or Relax())
    return len(left) != len(right) or any(
        compare_values(a, b, scene) is not None for a, b in zip(left, right, strict=True)
    )


def other_kind(answer: Observed, reference: Observed, called: str) -> Difference | None:
    """The difference if the call gives another type or shape; its numbers do not count."""
    got, wanted = _items(answer, "eval"), _items(reference, "eval")
    if not wanted:
        return Difference(code="lesson-error", message=f"`{called}` gives nothing in the solution")
    if not got:
        return Difference(code="unobserved", message="")
    scene = Scene(
        subject=called,
        actual=Memory(answer.storages),
        expected=Memory(reference.storages),
        relax=_KIND,
        function=True,
    )
    return compare_values(got[0], wanted[0], scene)


def compare_modes(
    actual: Behaviour, expected: Behaviour, facts: ModuleFacts | None, question: Question
) -> Difference | None:
    """The first way in which two behaviours differ."""
    for rule in _RULES:
        got, wanted = (getattr(side, rule.aspect) for side in (actual, expected))
        if wanted is rule.wanted and got is not wanted:
            return _broken(rule, facts, question)
    return None


def _broken(rule: _Rule, facts: ModuleFacts | None, question: Question) -> Difference:
    if rule.code == "random-in-eval":
        return random_in_eval(facts, question)
    plain = None if facts is None else next((h for h in facts.hidden if h.kind == "tensor"), None)
    if rule.code == "buffer-not-moved" and plain is not None:
        return hidden_difference(plain, question.source, buffer=True)
    return Difference(
        code=rule.code,
        message=rule.says.format(f"`{question.subject}`"),
        subject=question.subject,
        details={"aspect": rule.aspect},
    )


class _Rule(NamedTuple):
    """What may differ, its code, what the solution has there, and what to say."""

    aspect: str
    code: str
    wanted: bool
    says: str


_RULES = (
    _Rule(
        aspect="eval_switches",
        code="mode-changed",
        wanted=False,
        says="Calling {} in eval mode switches it, or a part of it, to training mode.",
    ),
    _Rule(
        aspect="train_switches",
        code="mode-changed",
        wanted=False,
        says="Calling {} in training mode switches it, or a part of it, to eval mode.",
    ),
    _Rule(
        aspect="eval_random",
        code="random-in-eval",
        wanted=False,
        says="In eval mode {} gives another result at every call.",
    ),
    _Rule(
        aspect="eval_random",
        code="not-random",
        wanted=True,
        says="In eval mode {} gives the same result every time, but chance is expected to play a "
        "part.",
    ),
    _Rule(
        aspect="train_random",
        code="not-random",
        wanted=True,
        says="In training mode {} gives the same result every time, but chance is expected to "
        "play a part there, as it does with dropout.",
    ),
    _Rule(
        aspect="train_random",
        code="random-in-train",
        wanted=False,
        says="In training mode {} gives another result at every call, but chance is expected to "
        "play no part in it.",
    ),
    _Rule(
        aspect="apart",
        code="modes-alike",
        wanted=True,
        says="{} gives the same result in both modes, but training mode is expected to differ. "
        "`self.training` tells which mode it is.",
    ),
    _Rule(
        aspect="apart",
        code="modes-apart",
        wanted=False,
        says="{} gives different results in training and in eval mode, but the same are expected.",
    ),
    _Rule(
        aspect="train_moves",
        code="buffer-not-moved",
        wanted=True,
        says="Calling {} in training mode changes none of its buffers, but it is expected to: "
        "running statistics are updated there.",
    ),
    _Rule(
        aspect="eval_moves",
        code="buffer-moved",
        wanted=False,
        says="Calling {} in eval mode changes a buffer. Running statistics are updated in "
        "training mode only.",
    ),
    _Rule(
        aspect="train_moves",
        code="buffer-moved",
        wanted=False,
        says="Calling {} in training mode changes a buffer, but nothing is expected to change.",
    ),
    _Rule(
        aspect="eval_moves",
        code="buffer-not-moved",
        wanted=True,
        says="Calling {} in eval mode changes none of its buffers, but it is expected to.",
    ),
)


def random_in_eval(facts: ModuleFacts | None, question: Question) -> Difference:
    """The difference of a module whose result depends on chance in eval mode."""
    reason, line = _why_random(facts, question.source)
    return Difference(
        code="random-in-eval",
        message=f"In eval mode `{question.subject}` gives another result at every call. "
        f"{reason}".strip(),
        expected="the same result at every call",
        actual="another result at every call",
        line=line,
        subject=question.subject,
    )


def _why_random(facts: ModuleFacts | None, source: str) -> tuple[str, int | None]:
    line = always_on_dropout(source)
    if line is not None:
        says = f"`dropout` on line {line} is not told the mode: without `training=self.training` "
        return f"{says}it always drops.", line
    line = dropout_made_in_forward(source)
    if line is not None:
        says = f"Line {line} makes a new Dropout layer at every call, and a new layer is in "
        return f"{says}training mode. Make it once, in `__init__`.", line
    hidden = next((h for h in facts.hidden if h.modal), None) if facts is not None else None
    if hidden is not None:
        says = f"`{hidden.label}` is a Python {hidden.kind}: `eval()` does not reach the layers in "
        return f"{says}it. `nn.ModuleList` registers them.", None
    return "Dropout and other random numbers belong to training: `self.training` tells.", None
