"""Known update rules, right and with one flaw each.

An answer that does exactly what a flawed rule does, at every step of every trial, has that flaw.
So a cause is named only where it explains everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import msgspec
import torch

__all__ = ["RULES", "Grads", "Hyper", "Rule", "run"]

Grads: TypeAlias = Sequence[Sequence[torch.Tensor | None]]
"""Step by step and parameter by parameter."""

_Column: TypeAlias = Sequence[torch.Tensor | None]


class Hyper(msgspec.Struct, frozen=True, kw_only=True):
    """A rule's hyper-parameters, named as torch names them."""

    lr: float = 1e-3
    momentum: float = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    maximize: bool = False
    weight_decay: float = 0.0
    betas: tuple[float, float] = (0.9, 0.999)
    alpha: float = 0.99
    eps: float = 1e-8


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A known rule.

    Attributes:
        step: gives a parameter after each step.
        flaws: the ways in which it is known to go wrong, likeliest first.
        defaults: its hyper-parameters where the configuration has none.
        options: what tells it from the other rules of its family.
    """

    step: Callable[..., Iterator[torch.Tensor]]
    flaws: tuple[str, ...]
    defaults: Hyper = Hyper()
    options: dict[str, bool] = {}

    def hyper(self, config: Mapping[str, Any]) -> Hyper | None:
        """The configuration in torch's names, or None where it has others."""
        named = {_SYNONYMS.get(key, key): value for key, value in config.items()}
        betas = named.pop("beta1", None), named.pop("beta2", None)
        if None not in betas:
            named["betas"] = betas
        if not named.keys() <= _KEYS:
            return None
        try:
            return msgspec.convert({**msgspec.structs.asdict(self.defaults), **named}, Hyper)
        except msgspec.ValidationError:
            return None


_KEYS = set(Hyper.__struct_fields__)
_SYNONYMS = {
    "learning_rate": "lr",
    "eta": "lr",
    "mu": "momentum",
    "beta": "momentum",
    "wd": "weight_decay",
    "epsilon": "eps",
    "rho": "alpha",
}


def run(
    rule: Rule, start: Sequence[torch.Tensor], grads: Grads, hyper: Hyper, flaw: str = ""
) -> list[list[torch.Tensor]]:
    """The parameters after every step, as float64; None stands for no gradient."""
    columns = []
    for i, tensor in enumerate(start):
        column = [g if g is None else g.double() for g in (row[i] for row in grads)]
        place = (i, len(start))
        columns.append(list(rule.step(tensor.double(), column, hyper, flaw, place, **rule.options)))
    return [list(row) for row in zip(*columns, strict=True)]


def _rate(h: Hyper, flaw: str) -> float:
    return {"ascent": -h.lr, "no-lr": 1.0}.get(flaw, h.lr)


def _decayed(
    p: torch.Tensor, g: torch.Tensor, h: Hyper, flaw: str, *, decoupled: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    """The parameter and the gradient after weight decay."""
    decay = -h.weight_decay if flaw == "decay-sign" else h.weight_decay
    if flaw == "no-decay":
        return p, g
    if decoupled != (flaw == "other-decay"):
        return p * (1 - h.lr * decay), g
    return p, g + decay * p


def _sgd(
    p: torch.Tensor, grads: _Column, h: Hyper, flaw: str, place: tuple[int, int]
) -> Iterator[torch.Tensor]:
    del place
    velocity: torch.Tensor | None = None
    seen = 0
    for raw in grads:
        if raw is not None:
            seen += 1
            p, g = _decayed(p, -raw if h.maximize else raw, h, flaw, decoupled=False)
            update, velocity = _momentum(g, velocity, h, flaw, seen)
            p = p - _rate(h, flaw) * update
        yield p


def _momentum(
    g: torch.Tensor, velocity: torch.Tensor | None, h: Hyper, flaw: str, seen: int
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The update, and the velocity for the next step."""
    mu, damp = h.momentum, h.dampening
    if mu == 0 or flaw == "no-momentum":
        return g, None
    if flaw == "aliased":  # `.grad` itself is the velocity, and is written into
        return (g if seen == 1 else 2 * mu * g), g
    damp = {"dampened": mu, "undampened": 0.0}.get(flaw, damp)
    if velocity is None:
        following = (1 - damp) * g if flaw in ("dampened", "zero-start") else g
    else:
        old = g if flaw == "aliased-once" and seen == 2 else velocity
        following = (-mu if flaw == "momentum-sign" else mu) * old + (1 - damp) * g
    if flaw == "late":
        return (torch.zeros_like(g) if velocity is None else velocity), following
    ahead = (h.nesterov and flaw != "no-look-ahead") or flaw == "look-ahead"
    return (g + mu * following if ahead else following), following


def _adaptive(  # noqa: PLR0913  # the options tell the family's rules apart
    p: torch.Tensor,
    grads: _Column,
    h: Hyper,
    flaw: str,
    place: tuple[int, int],
    *,
    corrected: bool = True,
    decoupled: bool = False,
    summed: bool = False,
) -> Iterator[torch.Tensor]:
    """Adam and AdamW; without a first moment and its correction RMSprop; summed up, Adagrad."""
    b1, b2 = h.betas if corrected else (0.0, h.alpha)
    if flaw == "betas-swapped":
        b1, b2 = b2, b1
    m, v = torch.zeros_like(p), torch.zeros_like(p)
    t = 0
    for raw in grads:
        if raw is not None:
            p, g = _decayed(p, -raw if h.maximize else raw, h, flaw, decoupled=decoupled)
            square = g if flaw == "not-squared" else g * g
            m = b1 * m + (1.0 if flaw == "first-summed" else 1 - b1) * g
            v = v + square if summed != (flaw == "other-sum") else b2 * v + (1 - b2) * square
            correction = _corrections(t, place, (b1, b2), flaw) if corrected else (1.0, 1.0)
            p = p - _rate(h, flaw) * _ratio(m, v, correction, h.eps, flaw)
            t += 1
        yield p


def _corrections(
    t: int, place: tuple[int, int], betas: tuple[float, float], flaw: str
) -> tuple[float, float]:
    """What both moments are divided by at the step with number `t`, from 0."""
    power = {
        "no-power": 1,
        "from-zero": t,
        "shared-count": t * place[1] + place[0] + 1,
    }.get(flaw, t + 1)
    first, second = (1 - beta**power for beta in betas)
    if flaw in ("no-correction", "second-only"):
        first = 1.0
    if flaw in ("no-correction", "first-only"):
        second = 1.0
    return first, second


def _ratio(
    m: torch.Tensor, v: torch.Tensor, correction: tuple[float, float], eps: float, flaw: str
) -> torch.Tensor:
    first: torch.Tensor = m / correction[0]
    second: torch.Tensor = v / correction[1]
    match flaw:
        case "no-root":
            return first / (second + eps)
        case "eps-inside":
            return first / (second + eps).sqrt()
        case "no-eps":
            return first / second.sqrt()
        case "eps-early":
            root: float = correction[1] ** 0.5
            return first * root / (v.sqrt() + eps)
    return first / (second.sqrt() + eps)


_DECAYS = ("no-decay", "other-decay", "decay-sign")
_EPS = ("eps-inside", "no-eps", "eps-early")
_ADAM = (
    "no-power",
    "no-correction",
    "ascent",
    "from-zero",
    "shared-count",
    "first-only",
    "second-only",
    *_DECAYS,
    "no-root",
    "not-squared",
    "betas-swapped",
    "first-summed",
    *_EPS,
    "no-lr",
)
_OTHERS = ("ascent", *_DECAYS, "no-root", "not-squared", *_EPS, "other-sum", "no-lr")

RULES: dict[str, Rule] = {
    "SGD": Rule(
        step=_sgd,
        flaws=(
            "ascent",
            "aliased",
            "aliased-once",
            "momentum-sign",
            "no-momentum",
            "dampened",
            "undampened",
            "zero-start",
            "late",
            "no-look-ahead",
            "look-ahead",
            *_DECAYS,
            "no-lr",
        ),
    ),
    "Adam": Rule(step=_adaptive, flaws=_ADAM),
    "AdamW": Rule(
        step=_adaptive,
        flaws=_ADAM,
        defaults=Hyper(weight_decay=0.01),
        options={"decoupled": True},
    ),
    "RMSprop": Rule(
        step=_adaptive, flaws=_OTHERS, defaults=Hyper(lr=0.01), options={"corrected": False}
    ),
    "Adagrad": Rule(
        step=_adaptive,
        flaws=_OTHERS,
        defaults=Hyper(lr=0.01, eps=1e-10),
        options={"corrected": False, "summed": True},
    ),
}
"""The rules that are told apart, by torch's name."""
