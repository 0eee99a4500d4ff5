"""What to say of parameters that are frozen, or are not."""

from __future__ import annotations

from collections.abc import Sequence

from checks.diagnosis.question import Question
from checks.diagnosis.structure import compare_parameters
from checks.difference import Difference
from checks.module_facts import ModuleFacts, Stored
from checks.module_matching import match

__all__ = ["compare_frozen"]

_FEW = 4


def compare_frozen(
    actual: ModuleFacts, expected: ModuleFacts, question: Question
) -> Difference | None:
    """The parameters that should be frozen or trained, and are the other thing."""
    matched = match(actual.parameters, expected.parameters)
    if not matched.complete:
        return compare_parameters(actual, expected, question)
    pairs = [(actual.parameters[i], expected.parameters[j]) for i, j in matched.pairs]
    loose = [got for got, wanted in pairs if got.trained and not wanted.trained]
    stuck = [got for got, wanted in pairs if wanted.trained and not got.trained]
    if not loose and not stuck:
        return None
    message = _loose(loose, actual, question) if loose else _stuck(stuck, actual, question)
    return Difference(
        code="not-frozen" if loose else "frozen",
        message=message,
        expected=_frozen([wanted for _, wanted in pairs]),
        actual=_frozen([got for got, _ in pairs]),
        details={"names": [p.path for p in loose or stuck]},
        subject=question.subject,
    )


def _loose(loose: list[Stored], actual: ModuleFacts, question: Question) -> str:
    verb = "requires" if len(loose) == 1 else "require"
    message = f"{_names(loose, question)} still {verb} a gradient, but should be frozen."
    if actual.strays:
        path = question.written(actual.strays[0])
        owner, _, name = path.rpartition(".")
        fix = f"{owner}.requires_grad_(False)" if owner else "requires_grad_(False)"
        return (
            f"{message} `{path}` is set on the module: that makes a new attribute `{name}`, which "
            f"no one reads. Each parameter has its own; `{fix}` reaches all of them."
        )
    stray = next((p for p in loose if p.stray), None)
    if stray is not None:
        return f"{message} `{stray.stray}` was set on it: the attribute is `requires_grad`."
    if actual.untrained and not any(not p.trained for p in actual.parameters):
        return f"{message} `eval()` changes how layers behave; it freezes nothing."
    return message


def _stuck(stuck: list[Stored], actual: ModuleFacts, question: Question) -> str:
    verb = "does" if len(stuck) == 1 else "do"
    message = f"{_names(stuck, question)} {verb} not require a gradient, but should be trained."
    if not any(p.trained for p in actual.parameters):
        message += " Every parameter is frozen: an optimizer has nothing to do."
    return message


def _names(stored: Sequence[Stored], question: Question) -> str:
    shown = [f"`{question.written(p.path)}`" for p in stored[:_FEW]]
    if len(stored) > _FEW:
        return f"{', '.join(shown)} and {len(stored) - _FEW} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _frozen(stored: Sequence[Stored]) -> str:
    names = [p.path for p in stored if not p.trained]
    return f"frozen: {', '.join(names)}"[:200] if names else "nothing frozen"
