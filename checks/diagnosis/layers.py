"""What to say of a module that is built of other layers."""

from __future__ import annotations

from collections import Counter

from checks.diagnosis.hidden import hidden_difference, unregistered
from checks.diagnosis.question import Question
from checks.difference import Difference
from checks.module_facts import Layer, ModuleFacts

__all__ = ["compare_layers"]

_FEW = 12


def compare_layers(
    actual: ModuleFacts, expected: ModuleFacts, question: Question
) -> Difference | None:
    """The first difference between torch's own layers, arguments included.

    One layer without parameters may do the work of several: how many there are does not count.
    """
    got, wanted = _counted(actual), _counted(expected)
    missing, extra = list((wanted - got).elements()), list((got - wanted).elements())
    if not missing and not extra:
        return None
    kinds = {kind for kind, _ in missing}
    for hidden in unregistered(actual, expected):
        if kinds & set(hidden.modules):
            return hidden_difference(hidden, question.source)
    return Difference(
        code="wrong-layer",
        message=_message(missing, extra),
        expected=_listed(expected.layers),
        actual=_listed(actual.layers),
        details={
            "missing": [_written(*layer) for layer in missing],
            "extra": [_written(*layer) for layer in extra],
        },
        subject=question.subject,
    )


def _counted(facts: ModuleFacts) -> Counter[tuple[str, str]]:
    counted = Counter((layer.kind, layer.text) for layer in facts.layers if layer.stateful)
    counted.update({(layer.kind, layer.text) for layer in facts.layers if not layer.stateful})
    return counted


def _message(missing: list[tuple[str, str]], extra: list[tuple[str, str]]) -> str:
    for kind, text in missing:
        other = next((t for k, t in extra if k == kind), None)
        if other is not None:
            return f"There is `{_written(kind, other)}` where `{_written(kind, text)}` is expected."
    if missing and extra:
        return (
            f"There is `{_written(*extra[0])}`, but `{_written(*missing[0])}` is expected instead."
        )
    if missing:
        return f"`{_written(*missing[0])}` is missing among the layers."
    return f"`{_written(*extra[0])}` is not expected among the layers."


def _written(kind: str, text: str) -> str:
    return f"{kind}({text})"


def _listed(layers: tuple[Layer, ...]) -> str:
    texts = [_written(layer.kind, layer.text) for layer in layers[:_FEW]]
    return ", ".join(texts) + (", …" if len(layers) > _FEW else "") if texts else "no layers"
