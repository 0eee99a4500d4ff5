"""What to say of derivatives that are not the slope of their function."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import torch

from checks.codec import CodecError
from checks.data import Bool, Nothing, Observed, Tensor, Value
from checks.diagnosis.custom_functions import explain_custom
from checks.diagnosis.gradients import Grads, compare_gradients
from checks.diagnosis.incoming import BY_VALUE, ignores_incoming, incoming_ignored
from checks.difference import Difference, Scene
from checks.memory import Memory
from checks.show import number, show_raised
from checks.snapshot import snapshot
from checks.tolerance import Relax, close

__all__ = ["SlopeSettings", "compare_slopes", "nowhere_smooth", "slope_fault"]

_RTOL, _ATOL = 1e-4, 1e-5
_ROUGH = 1e-3
"""The least relative tolerance where an answer works in float32 only."""


class SlopeSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of the derivatives.

    Attributes:
        target: what was called.
        second: whether second derivatives count.
        own: whether the answer's derivatives must fit its own function.
        rtol: relative tolerance, if the author set one.
        atol: absolute tolerance, if the author set one.
    """

    target: str
    second: bool
    own: bool
    rtol: float | None
    atol: float | None

    def relax(self, *, rough: bool = False) -> Relax:
        """The tolerances; the dtype does not count."""
        rtol = max(_RTOL, _ROUGH if rough else 0.0) if self.rtol is None else self.rtol
        return Relax(rtol=rtol, atol=_ATOL if self.atol is None else self.atol, any_dtype=True)


def compare_slopes(
    answer: Observed, reference: Observed, settings: SlopeSettings, source: str
) -> Difference | None:
    """The first difference of one trial in which both worlds gave a result."""
    if reference.raised is not None:
        return None
    if answer.facts.get("wide") is None:
        return Difference(code="unobserved", message="The derivatives were not looked at.")
    if answer.gradient_raised is not None:
        return explain_custom(answer.gradient_raised, settings.target, source)
    if settings.own and _constant(answer) and not _constant(reference):
        return Difference(
            code="zero-gradient",
            message=f"`{settings.target}` gives the same result whatever its inputs are.",
        )
    for order in (1, 2) if settings.second else (1,):
        found = _compare_order(order, answer, reference, settings, source)
        if found is not None:
            return found
    return None


def _constant(observed: Observed) -> bool:
    """Whether nothing that was moved made a difference."""
    slopes = [slope for slope, _ in _measured(observed, 1).values()]
    return bool(slopes) and not any(bool(slope.any()) for slope in slopes)


def slope_fault(reference: tuple[Observed, ...], settings: SlopeSettings) -> str:
    """Why the lesson is to blame, or an empty string."""
    seen = [observed for observed in reference if observed.raised is None]
    faults = (_fault(observed, settings) for observed in seen)
    fault = next((fault for fault in faults if fault), "")
    if not fault and nowhere_smooth([o for o in seen if not _is_case(o)]):
        return "the solution has no slope at any of its inputs"
    return fault


def nowhere_smooth(observed: Iterable[Observed]) -> bool:
    """Whether there was something to measure, and all of it lies at kinks."""
    kinks = [kinks for o in observed for _, kinks in _measured(o, 1).values() if kinks.numel()]
    return bool(kinks) and all(bool(cells.all()) for cells in kinks)


def _fault(reference: Observed, settings: SlopeSettings) -> str:
    """What is wrong with one trial."""
    if reference.facts.get("wide") != Bool(value=True):
        return "the solution does not work on float64 inputs, in which slopes are measured"
    if reference.facts.get("flat") == Bool(value=True):
        return "the solution's result holds no float tensor that could be differentiated"
    if reference.gradient_raised is not None:
        return f"the solution cannot be differentiated: {show_raised(reference.gradient_raised)}"
    for order in (1, 2) if settings.second else (1,):
        measured = _measured(reference, order)
        if not measured:
            return "no slope of the solution can be measured: is any input a float tensor?"
        for name, (slope, kinks) in measured.items():
            own = _tensor(_derivative(reference, order, name), reference)
            own = torch.zeros_like(slope) if own is None else own
            same = close(own, slope, settings.relax()) | kinks
            if not bool(same.all()):
                at = int((~same).flatten().to(torch.uint8).argmax())
                pair = (number(float(t.flatten()[at])) for t in (own, slope))
                return (
                    f"the solution's own backward gives {next(pair)} for {name} where its slope "
                    f"is {next(pair)}"
                )
    return ""


def _compare_order(
    order: int, answer: Observed, reference: Observed, settings: SlopeSettings, source: str
) -> Difference | None:
    expected: dict[str, torch.Tensor | None] = {}
    measured = _measured(reference, order)
    own = _measured(answer, order) if settings.own else measured
    for name, (slope, kinks) in measured.items():
        wanted = own.get(name)
        if wanted is None or wanted[0].shape != slope.shape:
            return Difference(code="unobserved", message="The slopes were not measured.")
        expected[name] = _at_kinks(name, wanted, kinks, (answer, reference), order)
    values, storages = snapshot({n: t for n, t in expected.items() if t is not None})
    relax = settings.relax(rough=answer.facts.get("wide") != Bool(value=True))
    inputs = reference.trial.inputs if reference.trial is not None else None
    scene = Scene(
        subject=f"{settings.target}({', '.join(inputs or ())})",
        actual=Memory(answer.storages),
        expected=Memory(storages),
        relax=relax,
        source=source,
        function=not settings.own,
        warnings=answer.warnings,
    )
    grads = {name: _derivative(answer, order, name) for name in expected}
    found = compare_gradients(
        Grads(grads=grads, order=order, target=settings.target),
        Grads(grads=values, order=order, target=settings.target),
        scene,
    )
    if found is None or found.code == "lesson-error":
        return found
    ignored = _ignored(grads, answer) if order == 1 and found.code in BY_VALUE else None
    if ignored is not None:
        return ignored
    said = "What is expected is the slope, measured under a random output gradient."
    if settings.own:
        said = said.replace("the slope", "the slope of the answer's own function")
    elif _is_case(reference) and any(bool(kinks.any()) for _, kinks in measured.values()):
        said = "There is a kink at these inputs: what the solution's backward gives there counts."
    elif _fits_itself(grads, _measured(answer, order), answer, relax):
        said = "That is the slope of the answer's own function, which is another one nearby."
    return msgspec.structs.replace(found, message=f"{found.message} {said}")


def _fits_itself(
    grads: dict[str, Value],
    measured: dict[str, tuple[torch.Tensor, torch.Tensor]],
    answer: Observed,
    relax: Relax,
) -> bool:
    """Whether the answer's derivatives are the slope of its own function."""
    pairs = [(_tensor(value, answer), measured.get(name)) for name, value in grads.items()]
    return all(
        own is not None
        and slope is not None
        and own.shape == slope[0].shape
        and bool((close(own, slope[0], relax) | slope[1]).all())
        for own, slope in pairs
    )


def _ignored(grads: dict[str, Value], answer: Observed) -> Difference | None:
    """The first input whose gradient is the same whatever gradient comes in."""
    for name, value in grads.items():
        doubled = answer.facts.get(f"doubled {name}", Nothing())
        if ignores_incoming(_tensor(value, answer), _tensor(doubled, answer)):
            return incoming_ignored("The backward", name)
    return None


def _is_case(reference: Observed) -> bool:
    return reference.trial is not None and reference.trial.case is not None


def _at_kinks(
    name: str,
    wanted: tuple[torch.Tensor, torch.Tensor],
    kinks: torch.Tensor,
    sides: tuple[Observed, Observed],
    order: int,
) -> torch.Tensor:
    """The slope; where there is none, the solution's backward in a given case, else anything."""
    slope, kinks = wanted[0], kinks | wanted[1]
    if not bool(kinks.any()):
        return slope
    side = sides[1 if _is_case(sides[1]) else 0]
    instead = _tensor(_derivative(side, order, name), side)
    if instead is None or instead.shape != slope.shape:
        instead = torch.zeros_like(slope)
    return torch.where(kinks, instead.to(slope.dtype), slope)


def _measured(observed: Observed, order: int) -> dict[str, tuple[torch.Tensor, torch.Tensor]]:
    """Slopes and kinks by input."""
    what = "slope " if order == 1 else "second slope "
    found = {}
    for key, value in observed.facts.items():
        name = key.removeprefix(what)
        if not key.startswith(what) or name.startswith("kinks "):
            continue
        slope = _tensor(value, observed)
        kinks = _tensor(observed.facts.get(f"{what}kinks {name}", Nothing()), observed)
        if slope is None or kinks is None or kinks.shape != slope.shape:
            continue
        if slope.dtype == torch.float64 and kinks.dtype == torch.bool:
            found[name] = (slope, kinks)
    return found


def _derivative(observed: Observed, order: int, name: str) -> Value:
    if order == 1:
        return observed.gradients.get(name, Nothing())
    return observed.facts.get(f"second {name}", Nothing())


def _tensor(value: Value, observed: Observed) -> torch.Tensor | None:
    if not isinstance(value, Tensor):
        return None
    try:
        return Memory(observed.storages).tensor(value)
    except CodecError:
        return None
